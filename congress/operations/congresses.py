"""Congresses: read, reported on, sent up, sent back and approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from congress import events
from congress.context import Context
from congress.domain import approval, attachments, decisions, gaps, owners, reopening, undoing
from congress.domain import progress as rules
from congress.domain.approval import OverOthers
from congress.domain.gaps import Stated
from congress.domain.history import By, Congress
from congress.domain.plan import OpenBelow, Owner, Plan
from congress.domain.planned import congresses_above
from congress.domain.progress import Report
from congress.domain.reopening import ReopenedBySuperior
from congress.domain.reported import first_report_just_now
from congress.domain.results import Figures
from congress.domain.rule_sets import under
from congress.operations.handing_down import as_set_above
from congress.operations.queueing import list_report
from congress.operations.seen import (
    APPROVE,
    CongressView,
    beside_others,
    by_caller,
    levels_between,
    seen_alone,
    seen_under,
)
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry, Event
from servicekit.files.stored import StoredFile
from servicekit.refusals import Stale
from servicekit.tree.rollup.engine import TAKEN_AT_ONCE

READ = "congress:read"
REPORT = "congress:report"
MANAGE = "plan:manage"
NOT_OVER = OverOthers()
# Whoever takes an approval back gave a reason when they gave it, where one was needed.
GIVEN_THEN = OverOthers(on_purpose=True, reason="-")


@dataclass(frozen=True, slots=True)
class FromAbove:
    """A congress, and who acts on it from above over the heads of so many units between."""

    congress: Congress
    plan: Plan
    between: int
    by: By

    @property
    def over(self) -> dict[str, object]:
        """As the audit has it."""
        return {"over_levels": self.between} if self.between else {}


def read_congress(context: Context, caller: Caller, congress_id: str) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, READ)
    return seen_alone(context, caller, CongressView(congress, plan))


def take_report(context: Context, caller: Caller, congress_id: str, kind: str) -> CongressView:
    """To be taken along as a paper or a picture (`kind`: pdf, png), which is written down."""
    view = read_congress(context, caller, congress_id)
    unit = view.congress.unit
    told = {"export": "report", "as": kind}
    context.reads.record(
        AuditEntry("export.taken", unit.id, unit.path, "congress", congress_id, details=told)
    )
    return view


def _open_below(context: Context, congress: Congress) -> int:
    rollup = context.rollups.find(congress.plan_id, congress.unit.id)
    return approval.open_below(congress, rollup.groups) if rollup else 0


def _count_below(context: Context, congress: Congress) -> None:
    """Takes into the sums, within the transaction, what below this unit waits for the projector."""
    waiting = context.rollups.engine.waiting(TAKEN_AT_ONCE)
    if len(waiting) == TAKEN_AT_ONCE:
        raise approval.StillCounting()
    below = [
        one
        for one in waiting
        if one["plan_id"] == congress.plan_id and congress.unit.id in one["unit_path"][:-1]
    ]
    context.rollups.engine.absorb(below)


def record_milestone(
    context: Context, caller: Caller, congress_id: str, report: Report, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = _recorded(context, by_caller(context, caller), plan, congress, report, Owner.UNIT)
    told = waits_told(plan, congress, changed)
    return saved(context, plan, changed, expected_version, "milestone.recorded", _told(report), told)


def waits_told(plan: Plan, before: Congress, changed: Congress) -> list[Event]:
    """To the superior, where it is their turn by what was recorded."""
    waits = owners.waits_for_superior(plan, changed) and not owners.waits_for_superior(plan, before)
    return [events.about(events.WAITS_FOR_SUPERIOR, changed)] if waits else []


def record_superiors_milestone(
    context: Context,
    caller: Caller,
    congress_id: str,
    report: Report,
    expected_version: int,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    """A step that the plan gives to the superior: recorded from above, never by the unit itself."""
    above = superior(context, caller, congress_id, expected_version, over)
    congress, plan = above.congress, above.plan
    changed = _recorded(context, above.by, plan, congress, report, Owner.SUPERIOR)
    details = {**_told(report), **above.over}
    return saved(context, plan, changed, expected_version, "milestone.recorded_above", details)


def _recorded(
    context: Context, by: By, plan: Plan, congress: Congress, report: Report, owner: Owner
) -> Congress:
    above = nearest_above(context, plan, congress)
    changed = owners.record(plan, congress, report, above, by, context.new_id(), owner)
    if plan.closing.key in congress.current and plan.closing.key not in changed.current:
        # While it was closed, days that units above set or took back passed it by.
        (changed,) = as_set_above(context, plan, [changed])
    return changed


def _told(report: Report) -> dict[str, object]:
    return {"milestone": report.milestone, "date": report.date.isoformat() if report.date else None}


def choose_content_type(
    context: Context, caller: Caller, congress_id: str, content_type: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = rules.choose_content_type(plan, congress, content_type, by_caller(context, caller))
    details = {"content_type": content_type}
    return saved(context, plan, changed, expected_version, "content_type.chosen", details)


@dataclass(frozen=True)
class Register:
    """What the register said of a unit's members, where it was asked and said so in time."""

    members: int | None = None
    asked: bool = False


def ask_register(context: Context, caller: Caller, congress_id: str) -> Register:
    """Before the report is written, which waits for nobody."""
    congress, _ = allowed(context, caller, congress_id, REPORT, None)
    if context.membership is None:
        return Register()
    return Register(context.membership.members_of(congress.unit.id), asked=True)


def report_results(
    context: Context,
    caller: Caller,
    congress_id: str,
    figures: Figures,
    expected_version: int,
    register: Register = Register(),
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = rules.report_results(
        *(plan, congress, figures, by_caller(context, caller), context.new_id(), register.members),
        asked=register.asked,
    )
    view = saved(context, plan, changed, expected_version, "results.reported", {})
    return replace(view, cautions=beside_others(context, view))


def submit(context: Context, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = rules.submit(plan, congress, by_caller(context, caller), context.new_id())
    told = [events.about(events.SUBMITTED, changed)]
    return saved(context, plan, changed, expected_version, "congress.submitted", {}, told)


def approve(
    context: Context,
    caller: Caller,
    congress_id: str,
    expected_version: int,
    over: OverOthers = NOT_OVER,
    stated: Sequence[Stated] = (),
) -> CongressView:
    """`stated`: what is missing from it, and until when it is owed."""
    return context.database.in_transaction(
        lambda: _approve(context, caller, congress_id, expected_version, over, stated)
    )


def _approve(
    context: Context,
    caller: Caller,
    congress_id: str,
    expected_version: int,
    over: OverOthers,
    stated: Sequence[Stated],
) -> CongressView:
    above = superior(context, caller, congress_id, expected_version, over)
    congress, plan = above.congress, above.plan
    if plan.open_below is OpenBelow.REFUSE:
        _count_below(context, congress)
    open_below = _open_below(context, congress)
    approval.refuse_before_subordinates(plan, open_below)
    ids = [context.new_id() for _ in stated]
    changed = gaps.approve_with_gaps(plan, congress, stated, above.by, context.new_id(), ids)
    told = [events.approved(changed, with_gaps=bool(stated))]
    details = {**above.over, **({"open_below": open_below} if open_below else {})}
    details |= {"gaps": [one.of for one in stated]} if stated else {}
    return saved(context, plan, changed, expected_version, "congress.approved", details, told)


def send_back(
    context: Context,
    caller: Caller,
    congress_id: str,
    reasons: Mapping[str, str],
    expected_version: int,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    above = superior(context, caller, congress_id, expected_version, over)
    congress, plan = above.congress, above.plan
    changed = decisions.send_back(plan, congress, reasons, above.by, context.new_id())
    told = [events.about(events.RETURNED, changed)]
    fields: dict[str, object] = {"fields": sorted(reasons), **above.over}
    return saved(context, plan, changed, expected_version, "congress.returned", fields, told)


def undo_approval(context: Context, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    return context.database.in_transaction(
        lambda: _undo_approval(context, caller, congress_id, expected_version)
    )


def _undo_approval(context: Context, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    found = superior(context, caller, congress_id, expected_version, GIVEN_THEN)
    congress, plan = found.congress, found.plan
    above = nearest_above(context, plan, congress)
    changed = undoing.undo_approval(plan, congress, above, found.by, context.new_id())
    told = [events.about(events.APPROVAL_UNDONE, changed)]
    return saved(context, plan, changed, expected_version, "congress.approval_undone", {}, told)


def reopen(
    context: Context,
    caller: Caller,
    congress_id: str,
    reason: str,
    expected_version: int,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    """The superior gives an approved report back to be corrected; what was approved stays in the history.

    The reason that the unit reads is also the one for acting over others.
    """
    over = replace(over, reason=over.reason or reason)
    above = superior(context, caller, congress_id, expected_version, over)
    return _reopened(context, above, reason, expected_version)


def reopen_topmost(
    context: Context, caller: Caller, congress_id: str, reason: str, expected_version: int
) -> CongressView:
    """Nobody stands above the topmost unit: whoever manages its plan, and did not send the report, opens it."""
    congress, plan = allowed(context, caller, congress_id, MANAGE, expected_version)
    if congress.unit.parent_id is not None:
        raise ReopenedBySuperior()
    decisions.refuse_contributors(congress, caller)
    manager = FromAbove(congress, plan, 0, by_caller(context, caller))
    return _reopened(context, manager, reason, expected_version)


def _reopened(context: Context, above: FromAbove, reason: str, expected_version: int) -> CongressView:
    congress, plan = above.congress, above.plan
    changed = reopening.reopen(plan, congress, reason, above.by, context.new_id())
    told = [events.about(events.REOPENED, changed)]
    return saved(context, plan, changed, expected_version, "congress.reopened", above.over, told)


def nearest_above(context: Context, plan: Plan, congress: Congress) -> Congress | None:
    return next(iter(context.congresses.many(congresses_above(plan, congress.unit))), None)


def superior(
    context: Context, caller: Caller, congress_id: str, expected_version: int | None, over: OverOthers
) -> FromAbove:
    """The congress and its plan for whoever acts from above, and over how many units' heads that is.

    Whatever a superior does, a second pair of eyes does it: here, and nowhere else, is asked whether it is one.
    """
    congress, plan = allowed(context, caller, congress_id, APPROVE, expected_version)
    decisions.refuse_own_report(congress, caller, APPROVE, context.clock.now())
    approval.refuse_the_contributors_own(congress, caller, APPROVE)
    between = levels_between(context, caller, CongressView(congress, plan))
    reason = approval.why_over_others(between, over)
    return FromAbove(congress, plan, between, by_caller(context, caller, reason))


def attached_to(context: Context, caller: Caller, congress_id: str, permission: str) -> Congress:
    """The congress for whoever holds the permission over it."""
    return allowed(context, caller, congress_id, permission)[0]


def refuse_attaching(context: Context, caller: Caller, congress_id: str) -> None:
    congress, plan = allowed(context, caller, congress_id, REPORT)
    attachments.refuse_adding(plan, congress)


def refuse_detaching(context: Context, caller: Caller, congress_id: str) -> None:
    congress, plan = allowed(context, caller, congress_id, REPORT)
    attachments.refuse_removing(plan, congress)


def attach(context: Context, caller: Caller, file: StoredFile) -> None:
    """Whatever version the record is at: nothing that somebody saw is overwritten by one file more."""
    congress, plan = allowed(context, caller, file.record_id, REPORT)
    changed = attachments.attach(plan, congress, file.id, by_caller(context, caller))
    details = {"file_id": file.id, "kind": file.kind, "bytes": file.offset}
    saved(context, plan, changed, congress.version, "attachment.added", details)


def detach(context: Context, caller: Caller, congress_id: str, file_id: str, expected_version: int) -> None:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = attachments.detach(plan, congress, file_id, by_caller(context, caller))
    saved(context, plan, changed, expected_version, "attachment.removed", {"file_id": file_id})


def allowed(
    context: Context, caller: Caller, congress_id: str, permission: str, expected_version: int | None = None
) -> tuple[Congress, Plan]:
    """The congress and its plan, once access is granted and the version is the one the caller saw."""
    congress = context.congresses.find(congress_id)
    if congress is None:
        raise UnknownHere()
    require(caller, permission, congress.unit.path, context.clock.now())
    if expected_version is not None and congress.version != expected_version:
        raise Stale
    return congress, under(context.plans.get(congress.plan_id), congress)


def saved(
    context: Context,
    plan: Plan,
    congress: Congress,
    expected_version: int,
    action: str,
    details: Mapping[str, object],
    told: Sequence[Event] = (),
) -> CongressView:
    entry = AuditEntry(
        action,
        unit_id=congress.unit.id,
        unit_path=congress.unit.path,
        record_type="congress",
        record_id=congress.id,
        details={"plan_id": plan.id, "state": congress.state.value, **details},
    )
    first = first_report_just_now(congress)

    def save() -> Congress:
        saved = context.congresses.save(congress, expected_version, told, [entry])
        if first is not None:
            context.first_reports.note(congress.unit, first)
        list_report(context, plan, saved)
        return saved

    return seen_under(plan, context.database.in_transaction(save))
