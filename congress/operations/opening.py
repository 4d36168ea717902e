"""Reports that wait: opened by whoever decides them, withdrawn by their unit until then."""

from congress import events
from congress.context import Context
from congress.domain import approval, opening
from congress.domain.opening import Opened, Opening, sending_id
from congress.operations.congresses import NOT_OVER, READ, REPORT, allowed, saved, superior
from congress.operations.seen import APPROVE, CongressView, by_caller, seen_alone
from servicekit.access.decision import Caller, as_just_seen
from servicekit.data.events import AuditEntry
from servicekit.refusals import Stale


def open_report(context: Context, caller: Caller, congress_id: str) -> CongressView:
    """Noted once of each sending, whoever opens it after. The eID need not see them again: they only read."""
    above = superior(context, as_just_seen(caller), congress_id, None, NOT_OVER)
    congress, plan = above.congress, above.plan
    opening.refuse_opening(plan, congress)
    unit, office = congress.unit, approval.nearest_held(congress, caller, APPROVE)
    opened = Opening(congress.id, above.by.at, above.by.account_id, above.by.name, office)
    details = {"plan_id": plan.id, "office": office}
    entry = AuditEntry("congress.opened", unit.id, unit.path, "congress", congress.id, details=details)
    if not context.openings.open(sending_id(congress), opened, [entry]):
        # Opened before, or withdrawn just now: then nothing waits any more.
        congress, plan = allowed(context, caller, congress_id, READ)
        opening.refuse_opening(plan, congress)
    return seen_alone(context, caller, CongressView(congress, plan))


def withdraw_report(
    context: Context, caller: Caller, congress_id: str, expected_version: int
) -> CongressView:
    return context.database.in_transaction(
        lambda: _withdraw_report(context, caller, congress_id, expected_version)
    )


def _withdraw_report(
    context: Context, caller: Caller, congress_id: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT)
    sending = sending_id(congress)
    opened = sending in context.openings.of([sending])
    changed = opening.withdraw(plan, congress, by_caller(context, caller), context.new_id(), opened=opened)
    if congress.version != expected_version:
        raise Stale
    if not context.openings.withdraw(sending):
        raise Opened
    told = [events.about(events.WITHDRAWN, changed)]
    return saved(context, plan, changed, expected_version, "congress.withdrawn", {}, told)
