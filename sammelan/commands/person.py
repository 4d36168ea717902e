"""sammelan person: what is done to a person above whom nobody stands, by the operator at the machine."""

import click

from identity.app import create_app
from identity.context import Context
from identity.operations import (
    confirm_by_operator,
    confirm_window_by_operator,
    end_sessions_by_operator,
    name_official_by_operator,
    remove_official_by_operator,
)
from identity.settings import read_settings
from sammelan.operator import at_work
from sammelan.typed import TEXT

ACCOUNT = click.option(
    "--account",
    required=True,
    type=TEXT,
    help="The account's id, as the audit and the list of access say it.",
)
REASON = click.option("--reason", required=True, type=TEXT, help="Why; it stays in the audit.")


@click.group()
def person() -> None:
    """Act on a person above whom nobody stands: everybody else is for their superiors."""


@person.command("sign-out")
@ACCOUNT
@REASON
def sign_out(account: str, reason: str) -> None:
    """End all sessions of an account, after a lost phone; the person is told."""
    with at_work():
        ended = end_sessions_by_operator(_context(), account, reason)
    click.echo(f"{ended} sessions are ended.")


@person.command("name-official")
@ACCOUNT
@click.option("--unit", required=True, type=TEXT, help="Code of the unit.")
@REASON
def name_official(account: str, unit: str, reason: str) -> None:
    """Name somebody as an official for outages of the eID; they draw their codes themselves."""
    with at_work():
        named = name_official_by_operator(_context(), account, unit, reason)
    click.echo(f"{named.name} is named for {unit}.")


@person.command("remove-official")
@ACCOUNT
@click.option("--unit", required=True, type=TEXT, help="Code of the unit.")
@REASON
def remove_official(account: str, unit: str, reason: str) -> None:
    """End somebody's part as an official for outages of the eID, and their codes with it; the person is told."""
    with at_work():
        remove_official_by_operator(_context(), account, unit, reason)
    click.echo(f"{account} is no official of {unit} any more.")


@person.command("confirm")
@click.option("--grant", type=TEXT, help="The grant's id, as its page says it.")
@click.option(
    "--window-of", type=TEXT, help="Code of the unit in which a window for an outage was asked for."
)
@REASON
def confirm(grant: str | None, window_of: str | None, reason: str) -> None:
    """Be the second hand for a grant, a peer's removal or a window, where nobody in the organisation can be."""
    if (grant is None) == (window_of is None):
        raise click.UsageError("Name a --grant, or the unit with --window-of.")
    with at_work():
        if grant is not None:
            changed = confirm_by_operator(_context(), grant, reason)
            click.echo(f"{grant} is now {changed.status}.")
        if window_of is not None:
            opened = confirm_window_by_operator(_context(), window_of, reason)
            click.echo(f"The window of {window_of} is open for {opened.hours} hours.")


def _context() -> Context:
    context: Context = create_app(read_settings()).extensions["context"]
    context.store.prepare()
    return context
