"""sammelan admin: the first administrator of an organisation; all others are given access by people."""

from datetime import date

import click

from identity.app import create_app
from identity.context import Context
from identity.operations import first_administrator
from identity.settings import read_settings
from sammelan.operator import at_work
from sammelan.typed import DAY, TEXT


@click.group()
def admin() -> None:
    """Invite the first administrator."""


@admin.command()
@click.option("--unit", required=True, type=TEXT, help="Code of the unit, usually the topmost one.")
@click.option("--national-number", required=True, type=TEXT, help="As the eID tells it.")
@click.option(
    "--scheme",
    default="",
    type=TEXT,
    help="Whose number it is, where several eIDs give numbers that look alike: bd-nid, no-fnr …",
)
@click.option(
    "--label", required=True, type=TEXT, help="What the list of grants shows until the person has signed in."
)
@click.option("--until", required=True, type=DAY, help="The last day.")
def invite(unit: str, national_number: str, scheme: str, label: str, until: date) -> None:
    """Invite a person as administrator of a unit; the grant is bound at the first sign-in with that number."""
    with at_work():
        context: Context = create_app(read_settings()).extensions["context"]
        context.store.prepare()
        grant = first_administrator(
            context, unit, national_number, label, context.clock.today(), until, scheme
        )
    click.echo(f"{label} is invited as administrator of {unit} until {grant.valid_to.isoformat()}.")
