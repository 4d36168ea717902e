"""sammelan admin: the first administrator of an organisation; all others are given access by people."""

from datetime import datetime

import click

from identity.app import create_app
from identity.operations import Outside, first_administrator
from identity.settings import read_settings
from sammelan.operator import at_work


@click.group()
def admin() -> None:
    """Invite the first administrator."""


@admin.command()
@click.option("--unit", required=True, help="Code of the unit, usually the topmost one.")
@click.option("--national-number", required=True, help="As the eID tells it.")
@click.option("--label", required=True, help="What the list of grants shows until the person has signed in.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
def invite(unit: str, national_number: str, label: str, until: datetime) -> None:
    """Invite a person as administrator of a unit; the grant is bound at the first sign-in with that number."""
    with at_work():
        outside: Outside = create_app(read_settings()).extensions["outside"]
        outside.store.prepare()
        grant = first_administrator(
            outside, unit, national_number, label, outside.clock.today(), until.date()
        )
    click.echo(f"{label} is invited as administrator of {unit} until {grant.valid_to.isoformat()}.")
