"""sammelan roles: earlier roles put in force again, where two administrators cannot or may not do it any more."""

import click

from identity.app import create_app
from identity.context import Context
from identity.operations import restore_roles, role_versions
from identity.settings import read_settings
from sammelan.operator import at_work
from sammelan.typed import TEXT, WHOLE


@click.group()
def roles() -> None:
    """Look at the sets of roles that were in force, and go back to one: changing them is for two administrators."""


@roles.command("list")
def list_versions() -> None:
    """Each set of the house's own roles, the newest first; 0 is what the role table's file says."""
    with at_work():
        for one in role_versions(_context()):
            keys = ", ".join(f"{r['key']}{' (withdrawn)' if r['withdrawn'] else ''}" for r in one["roles"])
            click.echo(f"{one['number']}  {one['at']:%Y-%m-%d %H:%M} UTC  {keys or 'as the file says'}")
    click.echo("0  as the file says")


@roles.command("restore")
@click.option("--version", required=True, type=WHOLE, help="Of the set, as `sammelan roles list` says it.")
@click.option("--reason", required=True, type=TEXT, help="Why; it stays in the audit.")
def restore(version: int, reason: str) -> None:
    """Put an earlier set of roles in force again, everywhere within seconds."""
    with at_work():
        done = restore_roles(_context(), version, reason)
    click.echo(f"Set {done.version} is in force, which says what {version} said.")
    for word, keys in (("Changed", done.changed), ("Withdrawn", done.withdrawn)):
        if keys:
            click.echo(f"{word}: {', '.join(keys)}")


def _context() -> Context:
    context: Context = create_app(read_settings()).extensions["context"]
    context.store.prepare()
    return context
