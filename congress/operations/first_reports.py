"""The roll-out as congress knows it: how many units have ever reported, and which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from congress.context import Context
from congress.domain import reported as rules
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry
from servicekit.tree.rollup.engine import Findings
from servicekit.tree.rollup.figures import Difference, Groups
from servicekit.tree.rollup.mends import named
from servicekit.tree.rollup.verifying import Check
from servicekit.tree.rollup.walking import Found, Place, Walk, place_in
from servicekit.tree.units import Names, Unit
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from, page_of

READ = "congress:read"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Who reads takes in what waits, up to so many parts.
TAKEN_IN_BY_READERS, PART_OF_READERS = 4, 100


@dataclass(frozen=True, slots=True)
class UnitReported:
    unit_id: str
    reported: int


@dataclass(frozen=True, slots=True)
class LevelReported:
    level: str
    reported: int


@dataclass(frozen=True, slots=True)
class Reported:
    """Of a unit and all below it, and of a page of the units right below; `next`, `total`: of that page."""

    unit_id: str
    reported: int
    levels: list[LevelReported]
    children: list[UnitReported]
    as_of: datetime
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class ReportedUnit:
    """A row behind the figure: `at`, when it reported first."""

    unit_id: str
    unit_code: str
    unit_names: Names
    level: str
    parent_names: Names
    at: datetime


def count_changes(context: Context) -> int:
    return context.first_reports.engine.count_changes(context.clock.now())


def read_reported(context: Context, caller: Caller, unit_id: str, after: str, limit: int) -> Reported:
    _begin(context, caller, unit_id)
    _take_in(context)
    children = [unit for unit in context.units.many(_children(context, unit_id)).values() if unit.live]
    page = page_of(children, lambda unit: (unit.code, unit.id), after, limit)
    sums = context.first_reports.sums([unit_id, *(one.id for one in page.items)])
    return Reported(
        unit_id,
        rules.count_of(sums.get(unit_id, {})),
        [LevelReported(level, count) for level, count in rules.by_level(sums.get(unit_id, {})).items()],
        [UnitReported(one.id, rules.count_of(sums.get(one.id, {}))) for one in page.items],
        context.first_reports.engine.counted_until(context.clock.now(), NEVER),
        page.next,
        page.total,
    )


def list_reported(
    context: Context, caller: Caller, unit_id: str, level: str, after: str, limit: int
) -> Page[ReportedUnit]:
    """In the order of their places in the tree."""
    begin, behind = _begin(context, caller, unit_id), _place_of(after) if after else None
    _take_in(context)
    walk = Walk(
        context.units,
        context.first_reports.sums,
        lambda groups: rules.count_of(groups, level),
        lambda groups, own: rules.is_in(groups, own, level),
    )

    def look() -> Page[Found]:
        groups: Groups = context.first_reports.sums([unit_id]).get(unit_id, {})
        found = list(islice(walk.over(begin, groups, behind), limit + 1))
        return page_from(found, lambda row: (row.text,), limit, walk.count(groups))

    # The figure and its rows are of one instant.
    return context.database.in_transaction(look).map(partial(_rows, context))


def check_of(context: Context) -> Check[Findings]:
    engine = context.first_reports.engine
    return Check(context.database, engine, engine.look, engine.mend, partial(_note, context))


def _note(context: Context, differences: Sequence[Difference]) -> None:
    entry = AuditEntry(
        "rollup.mended", record_type="rollup", record_id="first reports", details=named(differences)
    )
    context.mends.note(context.new_id(), "", differences, [entry])


def _begin(context: Context, caller: Caller, unit_id: str) -> Unit:
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    now = context.clock.now()
    require(caller, READ, unit.path, now)
    require(caller, READ, (*unit.path, "below"), now)
    return unit


def _take_in(context: Context) -> None:
    engine = context.first_reports.engine
    for _ in range(TAKEN_IN_BY_READERS):
        if not engine.any_waiting() or engine.count_changes(context.clock.now(), PART_OF_READERS) == 0:
            return


def _children(context: Context, unit_id: str) -> Sequence[str]:
    return context.units.children_of([unit_id]).get(unit_id, ())


def _place_of(after: str) -> Place:
    """Raises CursorUnknown."""
    (text,) = key_of(after, 1)
    try:
        return place_in(text)
    except ValueError as error:
        raise CursorUnknown(field="after") from error


def _rows(context: Context, found: Sequence[Found]) -> list[ReportedUnit]:
    parents = context.units.many(one.unit.parent_id for one in found if one.unit.parent_id)
    first = context.first_reports.by_id(one.unit.id for one in found)
    return [
        ReportedUnit(
            one.unit.id,
            one.unit.code,
            one.unit.names,
            one.unit.level,
            parents[one.unit.parent_id].names if one.unit.parent_id in parents else {},
            first[one.unit.id].at,
        )
        for one in found
        if one.unit.id in first
    ]
