"""sammelan rollup: whether headquarters' figures are what the leaves say."""

import click
from rich.console import Console
from rich.table import Table

from congress.app import open_outside
from congress.operations import verify_rollups
from sammelan.operator import at_work
from sammelan.typed import TEXT

SHOWN = 100


@click.group()
def rollup() -> None:
    """Look after the roll-ups."""


@rollup.command()
@click.option("--plan", default=None, type=TEXT, help="Id of one plan; all without.")
def verify(plan: str | None) -> None:
    """Recount every roll-up from the congresses; name what differs and exit 1."""
    console = Console()
    with at_work():
        differences = verify_rollups(open_outside(), plan)
    if not differences:
        console.print("Equal: every roll-up is what its congresses say.")
        return
    table = Table("Plan", "Unit", "Group", "Counter", "Stored", "Counted")
    for one in differences[:SHOWN]:
        table.add_row(
            one.plan_id, one.unit_id, str(one.group), one.counter, str(one.stored), str(one.counted)
        )
    console.print(table)
    console.print(f"{len(differences)} differences.")
    raise SystemExit(1)
