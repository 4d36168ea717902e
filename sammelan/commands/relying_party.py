"""sammelan keys relying-party: the keys by which we prove ourselves to eIDs, and to which they encrypt."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from identity.eid.keys import KeyInUse, KeyState, KeyUnknown, needed
from identity.eid.keys import make as make_missing
from identity.eid.keys import retire as retire_key
from identity.eid.keys import rotate as rotate_keys
from identity.eid.keys import show as all_keys
from identity.settings import Settings, read_settings
from sammelan.operator import at_work
from sammelan.typed import TEXT, WHOLE


@click.group(name="relying-party")
def relying_party() -> None:
    """Our own keys towards eIDs: make, show, rotate, retire. Providers read the public ones at /eid/jwks.json."""


def _settings() -> Settings:
    with at_work():
        return read_settings()


def _file() -> Path:
    return _settings().rp_keys_file


def _tell(states: tuple[KeyState, ...]) -> None:
    for one in states:
        since = one.starts if one.state == "announced" else one.made
        word = "from" if one.state == "announced" else "made"
        click.echo(f"{one.kid:28} {one.use:4} {one.alg:16} {one.state:10} {word} {since:%Y-%m-%d %H:%M} UTC")


@relying_party.command()
def show() -> None:
    """Each key by its name: what it is for, and whether it is announced, in use, old or retired."""
    _tell(all_keys(_file(), datetime.now(UTC)))


@relying_party.command()
def make() -> None:
    """Make the keys that the configured providers' profiles ask for, where they are missing."""
    settings = _settings()
    made = make_missing(settings.rp_keys_file, needed(settings.profiles), datetime.now(UTC))
    if not made:
        click.echo("Nothing is missing.")
    _tell(made)


@relying_party.command()
@click.option(
    "--announce-hours",
    default=24,
    type=WHOLE,
    show_default=True,
    help="How long a new key is shown before it signs.",
)
def rotate(announce_hours: int) -> None:
    """Make a new key beside each; the services see it without a restart."""
    _tell(rotate_keys(_file(), datetime.now(UTC), timedelta(hours=announce_hours)))


@relying_party.command()
@click.argument("kid", type=TEXT)
def retire(kid: str) -> None:
    """Take the old key KID out of use and out of what is published."""
    try:
        _tell((retire_key(_file(), kid, datetime.now(UTC)),))
    except KeyUnknown as error:
        raise click.ClickException(f"There is no key called {kid}.") from error
    except KeyInUse as error:
        raise click.ClickException(
            f"{kid} is the newest of its kind. Rotate first, and wait until it is old."
        ) from error
