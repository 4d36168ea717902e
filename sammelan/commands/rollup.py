"""sammelan rollup: whether headquarters' figures are what plans, units and the leaves say."""

import time

import click
from rich.console import Console
from rich.table import Table

import membership.app
import membership.settings
from congress.app import open_outside
from congress.domain.rollup import Difference
from congress.operations import Outside, verify_copy, verify_rollups
from membership.domain.units import as_told
from membership.outside import Outside as MembershipOutside
from sammelan.operator import at_work
from sammelan.typed import TEXT
from servicekit.units import Unit

SHOWN = 100
# An event that is on its way is no difference.
ARRIVES_WITHIN = 20.0


@click.group()
def rollup() -> None:
    """Look after the roll-ups."""


@rollup.command()
@click.option("--plan", default=None, type=TEXT, help="Id of one plan; all without.")
def verify(plan: str | None) -> None:
    """Derive every congress and roll-up afresh from plans, units and reports; name what differs and exit 1."""
    console = Console()
    with at_work():
        outside = open_outside()
        differences = _of_the_copy(outside) + verify_rollups(outside, plan)
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


def _of_the_copy(outside: Outside) -> list[Difference]:
    owner = membership.app.open_outside(membership.settings.read_settings())
    until = time.monotonic() + ARRIVES_WITHIN
    while differences := verify_copy(outside, _tree(owner)):
        if time.monotonic() > until:
            return differences
        time.sleep(1.0)
    return []


def _tree(owner: MembershipOutside) -> list[Unit]:
    return [as_told(unit) for unit in owner.units.all()]
