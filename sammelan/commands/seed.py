"""sammelan seed: the sample organisation into an empty, running system."""

import click
from rich.console import Console

from sammelan.operator import at_work
from sammelan.sample.seeding import seed_where_empty


@click.command()
def seed() -> None:
    """Fill an empty, running system with the sample; does nothing where there is an organisation."""
    console = Console()
    with at_work() as settings:
        if settings.common.production:
            raise click.ClickException("The sample is for practice: anybody could sign in as its people.")
        made = settings.sample and seed_where_empty(settings, console)
    console.print("The sample is there." if made else "Nothing to do.")
