"""sammelan backup and restore: all databases of the house, to files and back."""

import shutil
from pathlib import Path

import click

from sammelan import archive
from sammelan.house import database_running
from sammelan.operator import at_work
from sammelan.secret_files import MAKERS, make_secrets, secret_file
from sammelan.settings import Settings
from sammelan.supervisor import running_pid

KEYS_LEFT_OUT = (
    "The keys are not in it: without DATA_DIR/secrets, national numbers and other encrypted fields in this backup\n"
    "cannot be read by anybody. Keep a copy of the keys apart from the data (--with-keys puts one in here)."
)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--with-keys", is_flag=True, help="Put the secrets and signing keys in too. Guard that folder well."
)
def backup(folder: Path, with_keys: bool) -> None:
    """Copy all databases to FOLDER, as of one instant; services may go on working."""
    with at_work() as settings, database_running(settings):
        client = archive.connect(settings.common.mongo_url)
        try:
            for one in archive.save(
                client, settings.common.database, folder, in_transaction=settings.own_database
            ):
                click.echo(f"{one.part}.{one.collection}: {one.documents}")
        except archive.ArchiveRefused as error:
            raise click.ClickException(str(error)) from error
        if with_keys:
            shutil.copytree(settings.secrets_dir, folder / "keys" / "secrets")
            shutil.copytree(settings.common.keys_dir, folder / "keys" / "keys")
    click.echo(f"Saved to {folder}.")
    if not with_keys:
        click.echo(KEYS_LEFT_OUT)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Take the keys from FOLDER too, where there are none.")
def restore(folder: Path, with_keys: bool) -> None:
    """Bring a backup into empty databases, while the services are stopped."""
    with at_work() as settings:
        if (pid := running_pid(settings)) is not None:
            raise click.ClickException(f"Stop Sammelan first (process {pid}).")
        if with_keys:
            _restore_keys(settings, folder / "keys")
            if not (folder / "keys" / "secrets" / "file_key").exists():
                make_secrets(settings)  # of a version in which files had no key of their own
        missing = [name for name in MAKERS if not secret_file(settings, name).exists()]
        if missing and not settings.common.production:
            raise click.ClickException(
                f"The keys are not there: {', '.join(missing)}. Without those that belong to this backup nobody can "
                f"read its encrypted fields. Bring them to {settings.secrets_dir}, or say --with-keys."
            )
        with database_running(settings):
            client = archive.connect(settings.common.mongo_url)
            try:
                files = keys = 0
                for one in archive.load(client, settings.common.database, folder):
                    click.echo(f"{one.part}.{one.collection}: {one.documents}")
                    files += one.documents if one.collection == "files" else 0
                    keys += one.documents if one.collection in archive.APART else 0
            except archive.ArchiveRefused as error:
                raise click.ClickException(str(error)) from error
    if files and not keys:
        click.echo(
            f"No keys of files lie beside this backup ({archive.APART_FOLDER}/): its files cannot be opened."
        )
    click.echo("Restored. Now: sammelan migrate, sammelan rollup verify, sammelan audit verify.")


def _restore_keys(settings: Settings, kept: Path) -> None:
    if not kept.exists():
        raise click.ClickException("There are no keys in this backup.")
    for source, target in (
        (kept / "secrets", settings.secrets_dir),
        (kept / "keys", settings.common.keys_dir),
    ):
        if target.exists():
            raise click.ClickException(f"{target} is there already; keys are never written over.")
        shutil.copytree(source, target)
