"""What was missing from a report when it was approved: supplied by its unit, closed by its superior."""

from datetime import date

from congress import events
from congress.context import Context
from congress.domain import gaps
from congress.domain.approval import OverOthers
from congress.operations.congresses import NOT_OVER, REPORT, allowed, saved, superior
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def supply_gap(
    context: Context,
    caller: Caller,
    congress_id: str,
    expected_version: int,
    *,
    gap_id: str,
    text: str,
    value: float | None,
    day: date | None,
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = gaps.supply(plan, congress, gap_id, text, value, day, by_caller(context, caller))
    told = [events.about(events.GAP_SUPPLIED, changed)]
    return saved(context, plan, changed, expected_version, "gap.supplied", {"gap_id": gap_id}, told)


def close_gap(
    context: Context,
    caller: Caller,
    congress_id: str,
    expected_version: int,
    *,
    gap_id: str,
    closed: bool,
    remark: str,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    above = superior(context, caller, congress_id, expected_version, over)
    changed = gaps.close(
        *(above.plan, above.congress, gap_id),
        closed=closed,
        remark=remark,
        by=above.by,
        entry_id=context.new_id(),
    )
    told = [events.about(events.GAP_DECIDED, changed)]
    details = {"gap_id": gap_id, **above.over}
    action = "gap.closed" if closed else "gap.given_back"
    return saved(context, above.plan, changed, expected_version, action, details, told)
