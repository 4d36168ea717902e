"""Later deadlines: asked for by the unit, answered by its superior."""

from datetime import date

from congress import events
from congress.context import Context
from congress.domain import extensions
from congress.domain.approval import OverOthers
from congress.domain.extensions import AnsweredBySuperior
from congress.operations.congresses import (
    MANAGE,
    NOT_OVER,
    REPORT,
    FromAbove,
    allowed,
    nearest_above,
    saved,
    superior,
)
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def ask_extension(
    context: Context, caller: Caller, congress_id: str, until: date, reason: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    by, above = by_caller(context, caller), nearest_above(context, plan, congress)
    changed = extensions.ask(plan, congress, until, reason, above, by, context.new_id())
    told = [events.about(events.EXTENSION_ASKED, changed)]
    details = {"until": until.isoformat()}
    return saved(context, plan, changed, expected_version, "extension.asked", details, told)


def withdraw_extension(
    context: Context, caller: Caller, congress_id: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = extensions.withdraw(plan, congress, by_caller(context, caller))
    return saved(context, plan, changed, expected_version, "extension.withdrawn", {})


def decide_extension(
    context: Context,
    caller: Caller,
    congress_id: str,
    until: date | None,
    reason: str,
    expected_version: int,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    """The superior grants a later deadline, as late as was asked for or sooner, or refuses it (None)."""
    above = superior(context, caller, congress_id, expected_version, over)
    return _extension_decided(context, caller, above, until, reason, expected_version)


def decide_extension_topmost(
    context: Context, caller: Caller, congress_id: str, until: date | None, reason: str, expected_version: int
) -> CongressView:
    """Nobody stands above the topmost unit: whoever manages its plan, and did not ask, answers."""
    congress, plan = allowed(context, caller, congress_id, MANAGE, expected_version)
    if congress.unit.parent_id is not None:
        raise AnsweredBySuperior()
    manager = FromAbove(congress, plan, 0, by_caller(context, caller))
    return _extension_decided(context, caller, manager, until, reason, expected_version)


def _extension_decided(
    context: Context,
    caller: Caller,
    above: FromAbove,
    until: date | None,
    reason: str,
    expected_version: int,
) -> CongressView:
    congress, plan = above.congress, above.plan
    extensions.refuse_own_request(congress, caller)
    nearest = nearest_above(context, plan, congress)
    changed = extensions.decide(plan, congress, until, reason, nearest, above.by)
    told = [events.about(events.EXTENSION_DECIDED, changed)]
    action = "extension.granted" if until else "extension.refused"
    details = {**above.over, **({"until": until.isoformat()} if until else {})}
    return saved(context, plan, changed, expected_version, action, details, told)
