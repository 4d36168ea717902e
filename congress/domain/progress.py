"""Progress: what a congress goes through, from planned to approved.

planned → under_way → closed → submitted → approved
                         ↑         ↓           ↓
                         ├──── returned        ↓  (with a reason per field, then sent up again)
                         └──────────────── reopened  (see reopening)

Entries are only ever added. A correction is a new entry that names the one it replaces; the current view is
derived. Submission and approval stand in the same history as `acts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from congress.domain.cautions import refuse
from congress.domain.plan import (
    Applies,
    ContentType,
    Mark,
    Milestone,
    Plan,
    PlanIsClosed,
    PlanNotOpen,
    PlanState,
    UnitNotPlanned,
    is_planned,
)
from congress.domain.results import FIGURE_KEYS, Figures, check_results
from servicekit.access.decision import Caller, decide
from servicekit.refusals import Conflict, Forbidden, Invalid, Refusal
from servicekit.tree.units import Unit, require_live
from servicekit.words import N_

NOTE_LONGEST = 2000  # characters
REASON_LONGEST = 1000  # characters
CHOICES_KEPT = 50  # earlier ones stand in the audit
ENTRIES_MOST = 500  # a record of a few hundred kilobytes; a person makes some thirty


class State(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    CLOSED = "closed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REOPENED = "reopened"


# With the unit again after it had been sent up.
CORRECTING = (State.RETURNED, State.REOPENED)
DECIDED = (*CORRECTING, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Entry:
    """`date` is None in a correction that withdraws: what was recorded did not happen."""

    id: str
    milestone: str
    date: date | None
    note: str
    at: datetime
    by: str
    corrects: str | None = None
    by_code: bool = False  # reported with a sealed code while the eID was down
    kept_by: str = ""  # where a program reported: whose program it is
    above: bool = False  # recorded by the superior unit, whose step it is
    over_reason: str = ""  # why a superior further up acted over the heads of those between


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """`members`: how many the register knew of the unit and all below it then; None where it did not say."""

    id: str
    figures: Figures
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""
    members: int | None = None
    asked: bool = False  # whether the register was asked at all


@dataclass(frozen=True, slots=True)
class Act:
    """Sending up, sending back or approving: `kind` is the state it led to."""

    kind: State
    at: datetime
    by: str
    reasons: Mapping[str, str]
    by_code: bool = False
    kept_by: str = ""
    over_reason: str = ""  # as that of an entry


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on the report: `id` is the file's. What is in it, its keeper knows."""

    id: str
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that was taken off the report again: `added` says who had put it there."""

    added: Attachment
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who chose the content type, and when."""

    at: datetime
    by: str
    kept_by: str = ""


# Whatever somebody adds to a report.
Part = Entry | ResultEntry | Act | Choice | Attachment | Removal


@dataclass(frozen=True, slots=True)
class Congress:
    """What follows from its unit and the tree, `has_subordinates` among it, follows them by event."""

    id: str
    plan_id: str
    unit: Unit
    deadline: date
    content_type: str
    has_subordinates: bool = False
    state: State = State.PLANNED
    entries: tuple[Entry, ...] = ()
    result_entries: tuple[ResultEntry, ...] = ()
    acts: tuple[Act, ...] = ()
    chosen: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    removals: tuple[Removal, ...] = ()
    version: int = 0

    @property
    def current(self) -> dict[str, Entry]:
        """The entry that counts for each milestone that is done."""
        latest = {entry.milestone: entry for entry in self.entries}
        return {key: entry for key, entry in latest.items() if entry.date is not None}

    @property
    def results(self) -> Figures | None:
        return self.result_entries[-1].figures if self.result_entries else None

    @property
    def is_final(self) -> bool:
        """Approved; or sent up by the topmost unit, whose report nobody stands above to approve."""
        return self.state is State.APPROVED or (self.state is State.SUBMITTED and self.unit.parent_id is None)

    def last(self, kind: State) -> Act | None:
        return next((act for act in reversed(self.acts) if act.kind is kind), None)


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, when, and what day it is where the organisation lives."""

    account_id: str
    at: datetime
    today: date
    by_code: bool = False
    kept_by: str = ""
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A milestone as it is reported. Without a date it withdraws the entry it corrects."""

    milestone: str
    date: date | None
    note: str = ""
    corrects: str | None = None


class UnknownMilestone(Invalid):
    title = N_("The plan has no such milestone: {milestone}.")


class NoteTooLong(Invalid):
    title = N_("A note has at most {longest} characters.")


class TooManyEntries(Conflict):
    title = N_("This congress has {most} entries; no more can be added.")


class DateMissing(Invalid):
    title = N_("A date is needed. Only a correction can do without, which withdraws the entry.")


class DateInFuture(Invalid):
    title = N_("The date {date} is in the future.")


class BeforePlanOpens(Invalid):
    title = N_("The date is before the day the plan opens, {opens_on}.")


class DateBeforePrevious(Invalid):
    title = N_("The date is before that of an earlier milestone, {milestone} on {date}.")


class DateAfterNext(Invalid):
    title = N_("The date is after that of a later milestone, {milestone} on {date}.")


class MilestoneOutOfOrder(Conflict):
    title = N_("Another milestone comes first: {missing}.")


class LaterMilestoneStands(Conflict):
    title = N_("This cannot be withdrawn while a later milestone stands: {milestone}.")


class AlreadyRecorded(Conflict):
    title = N_("This milestone is recorded already. Correct that entry instead.")


class NothingToCorrect(Invalid):
    title = N_("The entry to correct is not there, or a later one has replaced it.")


class NotHeldHere(Conflict):
    title = N_("This congress does not hold this milestone.")


class RecordedByAct(Conflict):
    title = N_("This milestone is recorded when the report is sent up or approved, not by hand.")


class BeforeParentsPlan(Conflict):
    title = N_("The unit above must record this milestone first, on the same day or earlier.")


class CongressApproved(Conflict):
    title = N_("The congress is approved and locked.")


class WaitingForApproval(Conflict):
    title = N_("The report has been sent up and waits for approval. It can be changed when it comes back.")


class ResultsTooEarly(Conflict):
    title = N_("Results can be reported only after the congress has closed.")


class SubmittedTooEarly(Conflict):
    title = N_("The report can be sent up only after the congress has closed.")


class ResultsMissing(Conflict):
    title = N_("The report cannot be sent up without results.")


class UnknownContentType(Invalid):
    title = N_("The plan has no such content type: {content_type}.")


class ElectionRecorded(Conflict):
    title = N_("An election is recorded; withdraw it before choosing a content type without one.")


class NothingSubmitted(Conflict):
    title = N_("There is no report that waits for approval.")


class OwnReport(Forbidden):
    title = N_(
        "Nobody approves or returns the report of their own unit, or one that they have contributed to themselves."
    )


class ReasonsMissing(Invalid):
    title = N_("Say for at least one field why the report is returned.")


class ReasonTooLong(Invalid):
    title = N_("A reason has at most {longest} characters.")


class UnknownField(Invalid):
    title = N_("The report has no such field: {name}.")


def content_of(plan: Plan, congress: Congress) -> ContentType:
    return plan.content_type(congress.content_type) or plan.content_types[0]


def is_held(plan: Plan, congress: Congress, milestone: Milestone) -> bool:
    """Whether this congress goes through the milestone at all; one it skips is not missing.

    From the day its unit ended or left the plan it goes through none that it had not.
    """
    if not is_planned(plan, congress.unit):
        return milestone.key in congress.current
    if milestone.is_superiors and congress.unit.parent_id is None:
        return False  # nobody stands above the topmost unit
    if milestone.applies is Applies.ELECTION:
        return content_of(plan, congress).elects
    return milestone.applies is Applies.ALWAYS or congress.has_subordinates


def is_abandoned(plan: Plan, congress: Congress) -> bool:
    """Its unit has ended, or left the plan, before the report was sent up: it is neither open nor overdue."""
    return not is_planned(plan, congress.unit) and congress.state not in (State.SUBMITTED, State.APPROVED)


def record_milestone(
    plan: Plan, congress: Congress, report: Report, above: Congress | None, by: By, entry_id: str
) -> Congress:
    """Add one entry. `above` is the congress of the nearest unit above that has one under the plan."""
    milestone = _reportable(plan, congress, report)
    if report.date is None:
        _refuse_withdrawal(plan, congress, milestone)
    else:
        _refuse_day(plan, report.date, by.today)
        _refuse_order(plan, congress, milestone, report.date)
        _refuse_ahead_of_parent(milestone, report.date, above)
    return _with_entry(plan, congress, report, by, entry_id)


def _reportable(plan: Plan, congress: Congress, report: Report) -> Milestone:
    position = plan.index(report.milestone)
    if position is None:
        raise UnknownMilestone(field="milestone", milestone=report.milestone)
    milestone = plan.milestones[position]
    refuse_locked(plan, congress, position)
    if len(report.note) > NOTE_LONGEST:
        raise NoteTooLong(field="note", longest=NOTE_LONGEST)
    if len(congress.entries) >= ENTRIES_MOST:
        raise TooManyEntries(most=ENTRIES_MOST)
    if milestone.mark in (Mark.SUBMITTED, Mark.APPROVED):
        raise RecordedByAct(field="milestone")
    if not is_held(plan, congress, milestone):
        raise NotHeldHere(field="milestone")
    standing = congress.current.get(milestone.key)
    if report.corrects is None:
        if standing is not None:
            raise AlreadyRecorded(field="milestone")
        if report.date is None:
            raise DateMissing(field="date")
    elif standing is None or standing.id != report.corrects:
        raise NothingToCorrect(field="corrects")
    return milestone


def refuse_locked(plan: Plan, congress: Congress, position: int | None = None) -> None:
    """What is approved is locked, but for the milestones that the plan puts behind the approval; an ended unit's is."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if congress.is_final:
        approval = plan.marked(Mark.APPROVED)
        last = plan.index(approval.key) if approval else None
        if position is None or last is None or position <= last:
            raise CongressApproved()
    elif congress.state is State.SUBMITTED:
        raise WaitingForApproval()


def refuse_unless_running(plan: Plan) -> None:
    """Whatever is done to a report, by whomever: before a plan opens there is none, and once it closed all is final."""
    if plan.state is PlanState.DRAFT:
        raise PlanNotOpen()
    if plan.state is PlanState.CLOSED:
        raise PlanIsClosed()


def refuse_unless_held(plan: Plan, congress: Congress) -> None:
    """Of a unit that has ended, or left the plan, nobody is left who could report, or correct what is returned."""
    require_live(congress.unit, field=None)
    if not is_planned(plan, congress.unit):
        raise UnitNotPlanned()


def _refuse_day(plan: Plan, day: date, today: date) -> None:
    if day > today:
        raise DateInFuture(field="date", date=day.isoformat())
    if day < plan.opens_on:
        raise BeforePlanOpens(field="date", opens_on=plan.opens_on.isoformat())


def _refuse_order(plan: Plan, congress: Congress, milestone: Milestone, day: date) -> None:
    """A later milestone needs every earlier required one, and its day lies between its neighbours' (or on them)."""
    current, behind = congress.current, False
    for other in plan.milestones:
        if other.key == milestone.key:
            behind = True
            continue
        entry = current.get(other.key)
        if entry is None or entry.date is None:
            if not behind and other.required and is_held(plan, congress, other):
                raise MilestoneOutOfOrder(field="milestone", missing=other.key)
        elif not behind and entry.date > day:
            raise DateBeforePrevious(field="date", milestone=other.key, date=entry.date.isoformat())
        elif behind and entry.date < day:
            raise DateAfterNext(field="date", milestone=other.key, date=entry.date.isoformat())


def _refuse_withdrawal(plan: Plan, congress: Congress, milestone: Milestone) -> None:
    position = plan.index(milestone.key) or 0
    if milestone.required:
        for later in plan.milestones[position + 1 :]:
            if later.key in congress.current:
                raise LaterMilestoneStands(field="milestone", milestone=later.key)


def _refuse_ahead_of_parent(milestone: Milestone, day: date, above: Congress | None) -> None:
    if not milestone.waits_for_parent or above is None:
        return
    first = above.current.get(milestone.key)
    if first is None or first.date is None or first.date > day:
        raise BeforeParentsPlan(field="date", milestone=milestone.key)


def _with_entry(plan: Plan, congress: Congress, report: Report, by: By, entry_id: str) -> Congress:
    entry = Entry(
        *(entry_id, report.milestone, report.date, report.note, by.at, by.account_id),
        corrects=report.corrects,
        by_code=by.by_code,
        kept_by=by.kept_by,
        over_reason=by.over_reason,
    )
    changed = replace(congress, entries=(*congress.entries, entry))
    if congress.is_final or congress.state in CORRECTING:
        return changed
    if plan.closing.key in changed.current:
        return replace(changed, state=State.CLOSED)
    return replace(changed, state=State.UNDER_WAY if changed.current else State.PLANNED)


def state_of(plan: Plan, congress: Congress) -> State:
    """The state that entries and acts have led to, whatever is stored."""
    last = congress.acts[-1].kind if congress.acts else None
    if last is not None:
        return last
    if plan.closing.key in congress.current:
        return State.CLOSED
    return State.UNDER_WAY if congress.current else State.PLANNED


def choose_content_type(plan: Plan, congress: Congress, content_type: str, by: By) -> Congress:
    """Say what this congress does: the milestones and figures of an election it skips fall away."""
    refuse_locked(plan, congress)
    chosen = plan.content_type(content_type)
    if chosen is None:
        raise UnknownContentType(field="content_type", content_type=content_type)
    elections = {milestone.key for milestone in plan.milestones if milestone.applies is Applies.ELECTION}
    if not chosen.elects and elections & congress.current.keys():
        raise ElectionRecorded(field="content_type")
    chosen_now = (*congress.chosen[-CHOICES_KEPT:], Choice(by.at, by.account_id, by.kept_by))
    return replace(congress, content_type=content_type, chosen=chosen_now)


def report_results(
    plan: Plan,
    congress: Congress,
    figures: Figures,
    by: By,
    entry_id: str,
    members: int | None = None,
    *,
    asked: bool = False,
) -> Congress:
    """Add the figures; a later report of them replaces the earlier, which stays in the history.

    `members`: of the unit and all below it, by the register, where that was `asked` and said so.
    """
    refuse_locked(plan, congress)
    if plan.closing.key not in congress.current:
        raise ResultsTooEarly(field="figures")
    if len(congress.result_entries) >= ENTRIES_MOST:
        raise TooManyEntries(most=ENTRIES_MOST)
    check_results(figures, content_of(plan, congress), plan.results_fields)
    known = (by.at, by.account_id, by.by_code, by.kept_by, members, asked)
    entry = ResultEntry(entry_id, dict(figures), *known)
    return replace(congress, result_entries=(*congress.result_entries, entry))


def submit(plan: Plan, congress: Congress, by: By, entry_id: str) -> Congress:
    """Send the report up. Its milestone, where the plan has one, is recorded for today."""
    refuse_locked(plan, congress)
    if plan.closing.key not in congress.current:
        raise SubmittedTooEarly()
    if congress.results is None:
        raise ResultsMissing(field="figures")
    check_results(congress.results, content_of(plan, congress), plan.results_fields)
    marked = plan.marked(Mark.SUBMITTED)
    if marked is not None and not _was_sent_before(congress, marked):
        _refuse_order(plan, congress, marked, by.today)
        congress = _marked(congress, marked, by, entry_id)
    return _acted(congress, State.SUBMITTED, by)


def _was_sent_before(congress: Congress, marked: Milestone) -> bool:
    """A report that was reopened was on time or late already; what came behind its approval stands as well."""
    return marked.key in congress.current


def _marked(congress: Congress, milestone: Milestone | None, by: By, entry_id: str) -> Congress:
    if milestone is None:
        return congress
    earlier = congress.current.get(milestone.key)
    entry = Entry(
        *(entry_id, milestone.key, by.today, "", by.at, by.account_id),
        corrects=earlier.id if earlier else None,
        by_code=by.by_code,
        kept_by=by.kept_by,
    )
    return replace(congress, entries=(*congress.entries, entry))


def _acted(congress: Congress, kind: State, by: By, reasons: Mapping[str, str] | None = None) -> Congress:
    act = Act(kind, by.at, by.account_id, dict(reasons or {}), by.by_code, by.kept_by, by.over_reason)
    return replace(congress, state=kind, acts=(*congress.acts, act))


def contributors(congress: Congress) -> frozenset[str]:
    """The accounts with a part in what is decided: in what stands, and in all that came since the last decision.

    What superiors record and decide is no part of it.
    """
    deciding = {(act.by, act.at) for act in congress.acts if act.kind in DECIDED}
    own = tuple(one for one in congress.entries if not one.above and (one.by, one.at) not in deciding)
    decisions = (act.at for act in congress.acts if act.kind in DECIDED)
    since = max(decisions, default=datetime.min.replace(tzinfo=UTC))
    sent = tuple(act for act in congress.acts if act.kind is State.SUBMITTED)
    files: tuple[Part, ...] = (*congress.attachments, *congress.removals)
    put_and_taken = tuple(one.added for one in congress.removals)
    everything: tuple[Part, ...] = (
        *own,
        *congress.result_entries,
        *sent,
        *congress.chosen,
        *files,
        *put_and_taken,
    )
    standing_ids = {entry.id for entry in congress.current.values()}
    current = [entry for entry in own if entry.id in standing_ids]
    results = congress.result_entries[-1:]
    standing: tuple[Part, ...] = (*current, *results, *sent[-1:], *congress.chosen[-1:], *files)
    parts = (*standing, *(part for part in everything if part.at > since))
    return frozenset(account for part in parts for account in (part.by, part.kept_by) if account)


def refuse_contributors(congress: Congress, caller: Caller) -> None:
    if contributors(congress) & set(caller.accounts):
        raise OwnReport()


def refuse_own_report(congress: Congress, caller: Caller, permission: str, now: datetime) -> None:
    """Two pairs of eyes: whoever decides holds the permission from a unit above and has no part in the report.

    Access has been decided before; this is the rule that no role, however it is written, can lift.
    """
    refuse_contributors(congress, caller)
    refuse_own_unit(congress, caller, permission, now)


def refuse_own_unit(congress: Congress, caller: Caller, permission: str, now: datetime) -> None:
    """Only from above: a permission held in the unit itself does not decide about it."""
    superior = replace(
        caller, rights=tuple(right for right in caller.rights if right.unit_id != congress.unit.id)
    )
    if not decide(superior, permission, congress.unit.path, now).allowed:
        raise OwnReport()


def approve(plan: Plan, congress: Congress, by: By, entry_id: str) -> Congress:
    """Lock the congress. The milestone of the approval, where the plan has one, is recorded for today."""
    refuse_unless_running(plan)
    if congress.state is not State.SUBMITTED:
        raise CongressApproved() if congress.state is State.APPROVED else NothingSubmitted()
    congress = _marked(congress, plan.marked(Mark.APPROVED), by, entry_id)
    return _acted(congress, State.APPROVED, by)


def send_back(plan: Plan, congress: Congress, reasons: Mapping[str, str], by: By, entry_id: str) -> Congress:
    """Return the report for correction. What was sent up is with the unit again: that milestone is withdrawn."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if congress.state is not State.SUBMITTED:
        raise CongressApproved() if congress.state is State.APPROVED else NothingSubmitted()
    faults: dict[str, Refusal] = {}
    for name, reason in reasons.items():
        if name not in FIGURE_KEYS and name != "results" and plan.index(name) is None:
            faults[f"reasons/{name}"] = UnknownField(name=name)
        elif not reason.strip():
            faults[f"reasons/{name}"] = ReasonsMissing()
        elif len(reason) > REASON_LONGEST:
            faults[f"reasons/{name}"] = ReasonTooLong(longest=REASON_LONGEST)
    refuse(faults if reasons else {"reasons": ReasonsMissing()})
    marked = plan.marked(Mark.SUBMITTED)
    sent = congress.current.get(marked.key) if marked else None
    if sent is not None and congress.last(State.REOPENED) is None:
        entry = Entry(entry_id, sent.milestone, None, "", by.at, by.account_id, sent.id)
        congress = replace(congress, entries=(*congress.entries, entry))
    return _acted(congress, State.RETURNED, by, reasons)
