"""How many difficulties a unit has before it, by class and by the units right below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from congress.context import Context
from congress.domain import difficulty_acts as acts
from congress.domain import difficulty_figures as rules
from congress.domain.difficulty_figures import Count
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry
from servicekit.tree.rollup.engine import Findings
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named
from servicekit.tree.rollup.verifying import Check
from servicekit.tree.units import Unit
from servicekit.web.listing import Page, page_of

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Who reads takes in what waits, up to so many parts.
TAKEN_IN_BY_READERS, PART_OF_READERS = 4, 100


@dataclass(frozen=True, slots=True)
class FiguresOfUnit:
    """`units`: those right below from which anything has come up; `further_below`: what waits there and has not."""

    unit_id: str
    all: Count
    kinds: dict[str, Count]
    units: Page[tuple[Unit, Count]]
    further_below: int
    as_of: datetime


def count_changes(context: Context) -> int:
    return context.difficulties.engine.count_changes(context.clock.now())


def read_figures(context: Context, caller: Caller, unit_id: str, after: str, limit: int) -> FiguresOfUnit:
    """As the list of the unit: for whoever holds a right there."""
    unit, engine = context.units.find(unit_id), context.difficulties.engine
    if unit is None:
        raise UnknownHere
    now = context.clock.now()
    require(acts.at_units(caller, (unit_id,)), acts.READ, (*unit.path, "below"), now)
    for _ in range(TAKEN_IN_BY_READERS):
        if not engine.any_waiting() or engine.count_changes(now, PART_OF_READERS) == 0:
            break
    children = context.units.children_of([unit_id]).get(unit_id, ())
    sums, depth = context.difficulties.sums([unit_id, *children]), len(unit.path) - 1
    own = sums.get(unit_id, {})
    counts = {one: rules.reached(sums[one], depth) for one in children if one in sums}
    # Only those from which any has come up are looked up: a unit may have thousands below it.
    raised = context.units.many([one for one, count in counts.items() if count.any])
    found = [(one, counts[one.id]) for one in raised.values()]
    return FiguresOfUnit(
        unit_id,
        rules.reached(own, depth),
        rules.by_kind(own, depth),
        page_of(found, lambda row: (row[0].code, row[0].id), after, limit),
        rules.further_below(own, depth),
        engine.counted_until(now, NEVER),
    )


def check_of(context: Context) -> Check[Findings]:
    engine = context.difficulties.engine
    return Check(context.database, engine, engine.look, engine.mend, partial(_note, context))


def _note(context: Context, differences: Sequence[Difference]) -> None:
    entry = AuditEntry(
        "rollup.mended", record_type="rollup", record_id="difficulties", details=named(differences)
    )
    context.mends.note(context.new_id(), "", differences, [entry])
