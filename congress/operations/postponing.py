"""Congresses that are postponed: declared by the unit, and called off by it."""

from datetime import date

from congress import events
from congress.context import Context
from congress.domain import explanations, postponing
from congress.operations.congresses import REPORT, allowed, saved
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def postpone(
    context: Context, caller: Caller, congress_id: str, until: date, reason: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    by = by_caller(context, caller)
    explanations.refuse_unexplained(plan, congress, by.today)
    changed = postponing.postpone(plan, congress, until, reason, by, context.new_id())
    told = [events.about(events.POSTPONED, changed)]
    details = {"until": until.isoformat()}
    return saved(context, plan, changed, expected_version, "congress.postponed", details, told)


def resume(context: Context, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = postponing.resume(plan, congress, by_caller(context, caller))
    return saved(context, plan, changed, expected_version, "congress.resumed", {})
