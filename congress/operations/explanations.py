"""Explanations of what is very late: written by the unit, accepted or returned by its superior."""

from congress import events
from congress.context import Context
from congress.domain import explanations
from congress.domain.approval import OverOthers
from congress.operations.congresses import NOT_OVER, REPORT, allowed, saved, superior
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def explain(
    context: Context, caller: Caller, congress_id: str, text: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = explanations.explain(plan, congress, text, by_caller(context, caller), context.new_id())
    told = [events.about(events.EXPLANATION_WRITTEN, changed)]
    details = {"days_late": changed.explanations[-1].days_late}
    return saved(context, plan, changed, expected_version, "explanation.written", details, told)


def decide_explanation(
    context: Context,
    caller: Caller,
    congress_id: str,
    expected_version: int,
    *,
    accepted: bool,
    remark: str,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    above = superior(context, caller, congress_id, expected_version, over)
    explanations.refuse_own_explanation(above.congress, caller)
    changed = explanations.decide(above.plan, above.congress, accepted=accepted, remark=remark, by=above.by)
    told = [events.about(events.EXPLANATION_DECIDED, changed)]
    action = "explanation.accepted" if accepted else "explanation.returned"
    return saved(context, above.plan, changed, expected_version, action, above.over, told)
