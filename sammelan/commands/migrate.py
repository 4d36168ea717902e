"""sammelan migrate: brings stored documents to the shape that this version reads."""

import click

from sammelan import upkeep
from sammelan.house import database_running
from sammelan.operator import at_work


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what waits.")
def migrate(dry_run: bool) -> None:
    """Bring the stored data up to date, before a new version starts. Doing it again does nothing.

    `sammelan up` and the compose file do it at every start. It may be cut off anywhere and goes on when run again.
    """
    with at_work() as settings, database_running(settings):
        if dry_run:
            for step in upkeep.waiting_steps(settings.common):
                click.echo(f"{step}: waits")
            return
        done = 0
        for step in upkeep.bring_up_to_date(settings.common):
            click.echo(f"{step}: done")
            done += 1
    click.echo(f"{done} done." if done else "Everything is up to date.")
