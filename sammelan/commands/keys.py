"""sammelan keys: the house's secrets and signing keys."""

from pathlib import Path

import click

from sammelan.commands.relying_party import relying_party
from sammelan.rotation import add_key, keep_newest_key
from sammelan.secret_files import MAKERS, SEALS, SIGNERS, deal, make_secrets, secret_file
from sammelan.settings import read_settings
from servicekit.access.keys import KeyRing


@click.group()
def keys() -> None:
    """Make and show keys."""


keys.add_command(relying_party)


@keys.command()
def init() -> None:
    """Make every secret and signing key that is not there yet."""
    made = make_secrets(read_settings())
    click.echo("\n".join(f"made {name}" for name in made) or "All were there.")


@keys.command()
def show() -> None:
    """Say which keys there are and where; never what they are."""
    settings = read_settings()
    for name in MAKERS:
        path = secret_file(settings, name)
        click.echo(f"{name:20} {path if path.exists() else 'missing'}")
    ring = KeyRing(settings.common.keys_dir, "operator")
    for service in ring.known():
        kids = ", ".join(key["kid"] for key in ring.public(service)["keys"])
        click.echo(f"{service:20} signs with {kids}")


@keys.command()
@click.argument("service", type=click.Choice(SIGNERS))
def rotate(service: str) -> None:
    """Give SERVICE a new signing key beside the old one; it signs with it after its next start."""
    folder = read_settings().common.keys_dir
    click.echo(f"{service} will sign with {add_key(folder, service)} after a restart.")


@keys.command()
@click.argument("service", type=click.Choice([one for one in SIGNERS if one != SEALS]))
def retire(service: str) -> None:
    """Forget all but SERVICE's newest signing key; do it when it has been signing with that one for an hour."""
    folder = read_settings().common.keys_dir
    click.echo(f"{service} signs with {keep_newest_key(folder, service)} only.")


@keys.command(name="deal")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def deal_out(folder: Path) -> None:
    """Make what is missing, and copy to FOLDER/<program>/ only what that program may hold."""
    settings = read_settings()
    make_secrets(settings)
    for program in deal(settings, folder):
        click.echo(f"dealt {program}")
