"""sammelan rollup: whether headquarters' figures are what plans, units and the leaves say."""

import time
from dataclasses import dataclass
from functools import partial

import click
from rich.console import Console
from rich.table import Table

import identity.app
import identity.settings
import membership.app
import membership.settings
from congress.app import open_context
from congress.context import Context
from congress.operations import (
    difficulty_figures,
    difficulty_lists,
    first_reports,
    mend_copy,
    mend_rollups,
    verify_copy,
    verify_rollups,
)
from congress.operations.following import units_changed
from congress.operations.projection import count_changes
from identity.context import Keeping
from identity.operations import rollout_counting
from identity.operations.verifying import mend_lists, verify_lists
from membership.context import Context as Owner
from membership.domain.units import as_told, told
from membership.operations.counting import check_of, count_all_changes
from sammelan.operator import at_work
from sammelan.typed import TEXT
from servicekit.events.relay import on_their_way
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.units import Unit

SHOWN = 100
# An event that is on its way is no difference.
ARRIVES_WITHIN = 20.0


@click.group()
def rollup() -> None:
    """Look after the roll-ups."""


@rollup.command()
@click.option("--plan", default=None, type=TEXT, help="Id of one plan; all without.")
@click.option("--mend", is_flag=True, help="Make right what differs; the audit names it.")
def verify(plan: str | None, *, mend: bool) -> None:
    """Derive congresses, roll-ups, counts of members, the roll-out and lists of access afresh from first sources.

    What differs is named, and the command exits with 1.

    With --mend what is derived is made right from these first sources, which stay as they are.
    """
    console = Console()
    with at_work():
        context, owner = open_context(), membership.app.open_context(membership.settings.read_settings())
        access = identity.app.open_keeping(identity.settings.read_keeper_settings())
        houses = _Houses(context, owner, access)
        differences = _settled_copy(context, owner) + _figures(houses, plan)
        left = _mended(houses, plan, differences) if mend and differences else differences
    if not differences:
        console.print("Equal: every roll-up is what its congresses, members and grants say, and every list.")
        return
    _tell(console, differences)
    if left:
        console.print(f"{len(left)} of them could not be made right." if mend else "Nothing was changed.")
        raise SystemExit(1)
    console.print("All of it is made right, and the audit names it.")


@dataclass(frozen=True)
class _Houses:
    """What each of the services that keep sums works with."""

    congress: Context
    owner: Owner
    access: Keeping


def _figures(houses: _Houses, plan: str | None) -> list[Difference]:
    found = verify_rollups(houses.congress, plan)
    if not plan:
        found += first_reports.check_of(houses.congress).verify()
        found += difficulty_figures.check_of(houses.congress).verify()
        found += difficulty_lists.verify_lists(houses.congress)
        found += check_of(houses.owner.counting).verify()
        found += rollout_counting.check_of(houses.access).verify()
        found += verify_lists(houses.access)
    return found


def _mended(houses: _Houses, plan: str | None, found: list[Difference]) -> list[Difference]:
    """What still differs afterwards: a unit that membership does not know is not ours to make right."""
    context, owner = houses.congress, houses.owner
    wrong = {one.unit_id for one in found if one.group == "units" and one.counter == "copy"}
    mend_copy(
        context,
        [told(unit) for unit in owner.units.all() if unit.id in wrong],
        partial(units_changed, context),
    )
    mend_rollups(context, plan)
    if not plan:
        first_reports.check_of(context).make_right()
        difficulty_figures.check_of(context).make_right()
        difficulty_lists.mend_lists(context)
        check_of(owner.counting).make_right()
        rollout_counting.check_of(houses.access).make_right()
        mend_lists(houses.access)
    while count_changes(context):
        continue
    count_all_changes(owner.counting)
    rollout_counting.count_all_changes(houses.access)
    return verify_copy(context, _tree(owner)) + _figures(houses, plan)


def _tell(console: Console, differences: list[Difference]) -> None:
    table = Table("Plan", "Unit", "Group", "Counter", "Stored", "Counted")
    for one in differences[:SHOWN]:
        table.add_row(one.scope, one.unit_id, str(one.group), one.counter, str(one.stored), str(one.counted))
    console.print(table)
    console.print(f"{len(differences)} differences.")


def _settled_copy(context: Context, owner: Owner) -> list[Difference]:
    until = time.monotonic() + ARRIVES_WITHIN
    while True:
        # Asked before the look: what was heard by then is in the copy.
        arriving = on_their_way(owner.database, "congress")
        differences = verify_copy(context, _tree(owner))
        if not differences or not arriving or time.monotonic() > until:
            return differences
        time.sleep(1.0)


def _tree(owner: Owner) -> list[Unit]:
    return [as_told(unit) for unit in owner.units.all()]
