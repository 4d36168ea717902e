"""Units take over the plan of the nearest unit above."""

from datetime import date

from congress.context import Context
from congress.domain import taking_over
from congress.operations.congresses import REPORT, allowed, nearest_above, saved
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def take_over(
    context: Context,
    caller: Caller,
    congress_id: str,
    day: date | None,
    until: date | None,
    note: str,
    expected_version: int,
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    above = nearest_above(context, plan, congress)
    by = by_caller(context, caller)
    changed = taking_over.take_over(plan, congress, day, until, note, above, by, context.new_id())
    details = {"until": until.isoformat()} if until else {}
    return saved(context, plan, changed, expected_version, "plan.taken_over", details)
