"""Results for many congresses by a table: foreseen row by row, then each filled in by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from congress.context import Context
from congress.domain import results_for_many as rules
from congress.domain.history import Congress
from congress.domain.plan import Plan, PlanState
from congress.domain.planned import congress_id
from congress.domain.results_for_many import Row
from congress.operations.congresses import REPORT, allowed, saved
from congress.operations.plans import visible_plan
from congress.operations.seen import by_caller
from servicekit.access.decision import Caller, UnknownHere
from servicekit.refusals import Refusal, Stale


@dataclass(frozen=True, slots=True)
class RowSeen:
    """`why` it is left out, else None. `congress`: None where the caller may not report for it. `against`: other
    figures stand there; `same`: just these do, and there is nothing to fill in.
    """

    line: int
    unit_code: str
    congress: Congress | None = None
    why: Refusal | None = None
    against: bool = False
    same: bool = False


def foresee_results(context: Context, caller: Caller, plan_id: str, rows: Sequence[Row]) -> list[RowSeen]:
    """Changes nothing; what would be put over other figures is named, and not refused."""
    _known(context, caller, plan_id)
    twice = rules.said_before(rows)
    return [_foreseen(context, caller, plan_id, row, twice.get(row.line)) for row in rows]


def fill_in_results(context: Context, caller: Caller, plan_id: str, rows: Sequence[Row]) -> list[RowSeen]:
    """Each row in a transaction of its own, by the version that was foreseen, with its entry of the audit. Sent again,
    what was filled in says the same already.
    """
    _known(context, caller, plan_id)
    twice = rules.said_before(rows)
    return [_filled_in(context, caller, plan_id, row, twice.get(row.line)) for row in rows]


def _known(context: Context, caller: Caller, plan_id: str) -> None:
    """A plan that the caller does not see answers as one that is not there; under a draft nothing is reported."""
    if visible_plan(context, caller, plan_id).state is PlanState.DRAFT:
        raise UnknownHere


def _foreseen(context: Context, caller: Caller, plan_id: str, row: Row, before: int | None) -> RowSeen:
    seen = RowSeen(row.line, row.unit_code)
    try:
        congress, plan = _looked_up(context, caller, plan_id, row, before)
        by = by_caller(context, caller)
        against = rules.stands_against(congress, row.figures)
        same = rules.says_the_same(congress, row.figures)
        seen = RowSeen(row.line, row.unit_code, congress, against=against, same=same)
        if not same:
            rules.filled(plan, congress, Row(row.line, row.unit_code, row.figures, over=True), by, "")
    except Refusal as refusal:
        return RowSeen(row.line, row.unit_code, seen.congress, rules.first_fault(refusal))
    return seen


def _filled_in(context: Context, caller: Caller, plan_id: str, row: Row, before: int | None) -> RowSeen:
    try:
        congress, plan = _looked_up(context, caller, plan_id, row, before)
        if rules.says_the_same(congress, row.figures):
            return RowSeen(row.line, row.unit_code, congress, same=True)
        if congress.version != row.version:
            raise Stale
        by = by_caller(context, caller)
        changed = rules.filled(plan, congress, row, by, context.new_id())
        view = saved(context, plan, changed, congress.version, "results.reported", {"by_table": True})
    except Refusal as refusal:
        return RowSeen(row.line, row.unit_code, why=rules.first_fault(refusal))
    return RowSeen(row.line, row.unit_code, view.congress)


def _looked_up(
    context: Context, caller: Caller, plan_id: str, row: Row, before: int | None
) -> tuple[Congress, Plan]:
    if before is not None:
        raise rules.SameUnitTwice(line=before)
    unit = context.units.by_code(row.unit_code)
    if unit is None:
        raise UnknownHere
    return allowed(context, caller, congress_id(plan_id, unit.id), REPORT)
