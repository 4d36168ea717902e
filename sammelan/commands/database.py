"""sammelan database: the replica set and the accounts of a new MongoDB."""

import secrets
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import click
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from sammelan.accounts import ACCOUNTS, appender, role_document, user_document, user_name
from sammelan.archive import OWNERS
from sammelan.operator import at_work
from sammelan.settings import password_file
from sammelan.typed import TEXT, WHOLE
from servicekit.access.keys import write_secret
from servicekit.audit.chain import chain_of
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.settings import with_account

ALREADY_INITIALIZED = 23
AUTHENTICATION_FAILED = 18
# As `openssl rand -base64 756` makes it; the server takes 6 to 1,024 characters.
KEYFILE_BYTES = 756
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def database() -> None:
    """Look after the database server."""


@database.command(name="secrets")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def make_secrets(folder: Path) -> None:
    """Make the server's own secrets in FOLDER, where there are none: as the user that it runs as.

    `keyfile` is what members of a replica set know each other by. `mongo_password_admin` is of the account that may
    make others; the group of FOLDER may read it, so that whoever makes the accounts needs not be the server.
    """
    for name, text, mode in (
        ("keyfile", b64encode(secrets.token_bytes(KEYFILE_BYTES)).decode(), 0o400),
        ("mongo_password_admin", secrets.token_hex(32), 0o440),
    ):
        if not (folder / name).exists():
            write_secret(folder / name, text, mode)
            click.echo(f"made {name}")


@database.command()
@click.option(
    "--member", required=True, type=TEXT, help="Address under which everybody reaches the server, host:port."
)
@click.option(
    "--name",
    default="rs0",
    type=TEXT,
    show_default=True,
    help="Name of the replica set, as in mongod --replSet.",
)
@click.option(
    "--admin", default="", type=TEXT, help="An account of the server that may do this, where it asks for one."
)
@click.option("--admin-password-file", "password", type=A_FILE, help="The file that its password is in.")
@click.option("--seconds", default=60, type=WHOLE, show_default=True, help="How long to wait for the server.")
def initiate(member: str, name: str, admin: str, password: Path | None, seconds: int) -> None:
    """Make a replica set of one member, where there is none yet; transactions need one."""
    if bool(admin) != bool(password):
        raise click.UsageError("--admin and --admin-password-file belong together.")
    deadline = time.monotonic() + seconds
    url = with_account(f"mongodb://{member}/", admin, password.read_text() if password else "")
    client: MongoClient[dict[str, object]] = MongoClient(
        url, directConnection=True, serverSelectionTimeoutMS=2_000
    )
    with client:
        while True:
            try:
                hello = client.admin.command("hello")
                if hello.get("isWritablePrimary"):
                    click.echo(f"{member} is the primary of {hello.get('setName')}.")
                    return
                if not hello.get("setName"):
                    _initiate(client, member, name)
            except OperationFailure as error:
                if error.code != AUTHENTICATION_FAILED:
                    raise
                raise click.ClickException(f"The server does not know {admin} by that password.") from error
            except PyMongoError as error:
                if time.monotonic() > deadline:
                    raise click.ClickException(f"{member} cannot be reached: {error}") from error
            if time.monotonic() > deadline:
                raise click.ClickException(f"{member} has not become a primary.")
            time.sleep(0.5)


def _initiate(client: MongoClient[dict[str, object]], member: str, name: str) -> None:
    try:
        client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": member}]})
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise


@database.command()
@click.option("--admin", required=True, type=TEXT, help="An account of the server that may make others.")
@click.option(
    "--admin-password-file",
    "password",
    required=True,
    type=A_FILE,
    help="The file that its password is in.",
)
@click.option(
    "--passwords",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the files mongo_password_NAME; DATA_DIR/secrets where none is named.",
)
def accounts(admin: str, password: Path, passwords: Path | None) -> None:
    """Make or bring up to date the database account of each program, and the indexes of the audit.

    No account may change or remove an audit entry, and each reaches its own database only. Run it before the first
    start and after each new version.
    """
    with at_work() as settings:
        folder = passwords or settings.secrets_dir
        missing = [name for name in ACCOUNTS if not password_file(folder, name).exists()]
        if missing:
            raise click.ClickException(
                f"There are no passwords in {folder} for {', '.join(missing)}. Make them by: sammelan keys init"
            )
        url = with_account(settings.common.mongo_url, admin, password.read_text().strip())
        prefix, database_of = settings.common.database_prefix, settings.common.database
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5_000) as client:
            try:
                _put(client, "Role", appender(prefix), role_document(prefix, database_of))
                for account in ACCOUNTS.values():
                    told = user_document(account, prefix, database_of)
                    secret = password_file(folder, account.name).read_text().strip()
                    _put(client, "User", user_name(account, prefix), {"pwd": secret, **told})
                    click.echo(f"{user_name(account, prefix)}: {_said(told)}")
            except OperationFailure as error:
                if error.code != AUTHENTICATION_FAILED:
                    raise
                raise click.ClickException(f"The server does not know {admin} by that password.") from error
        for service in OWNERS:
            chain_of(Database(url, database_of(service), JOB_TIMEOUT_MS)).prepare()
    click.echo("Start the programs with DATABASE_ACCOUNTS=yes.")


def _put(client: MongoClient[dict[str, Any]], kind: str, name: str, told: dict[str, Any]) -> None:
    """Makes a role or a user, or sets one that is there to the same."""
    asked = {"User": "usersInfo", "Role": "rolesInfo"}[kind]
    there = client.admin.command({asked: {kind.lower(): name, "db": "admin"}})[f"{kind.lower()}s"]
    client.admin.command({f"{'update' if there else 'create'}{kind}": name, **told})


def _said(told: dict[str, Any]) -> str:
    return ", ".join(f"{role['role']} on {role['db']}" for role in told["roles"])
