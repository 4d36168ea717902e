"""sammelan database: the replica set of a new MongoDB."""

import time

import click
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

ALREADY_INITIALIZED = 23


@click.group()
def database() -> None:
    """Look after the database server."""


@database.command()
@click.option("--member", required=True, help="Address under which everybody reaches the server, host:port.")
@click.option(
    "--name", default="rs0", show_default=True, help="Name of the replica set, as in mongod --replSet."
)
@click.option("--seconds", default=60, show_default=True, help="How long to wait for the server.")
def initiate(member: str, name: str, seconds: int) -> None:
    """Make a replica set of one member, where there is none yet; transactions need one."""
    deadline = time.monotonic() + seconds
    client: MongoClient[dict[str, object]] = MongoClient(
        f"mongodb://{member}/", directConnection=True, serverSelectionTimeoutMS=2_000
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
            except OperationFailure:
                raise
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
