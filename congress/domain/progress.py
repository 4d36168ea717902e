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
from datetime import date

from congress.domain.history import CORRECTING, Act, By, Choice, Congress, Entry, ResultEntry, State
from congress.domain.plan import Applies, ContentType, Mark, Milestone, Plan, PlanState, is_planned
from congress.domain.plan_refusals import PlanIsClosed, PlanNotOpen, UnitNotPlanned
from congress.domain.progress_refusals import (
    AlreadyRecorded,
    BeforeParentsPlan,
    BeforePlanOpens,
    CongressApproved,
    DateAfterNext,
    DateBeforePrevious,
    DateInFuture,
    DateMissing,
    ElectionRecorded,
    ElectionTallied,
    LaterMilestoneStands,
    MilestoneOutOfOrder,
    NoteTooLong,
    NotHeldHere,
    NothingToCorrect,
    RecordedByAct,
    ResultsMissing,
    ResultsTooEarly,
    SubmittedTooEarly,
    TooManyEntries,
    UnknownContentType,
    UnknownMilestone,
    WaitingForApproval,
)
from congress.domain.results import Figures, check_results
from servicekit.tree.units import require_live

NOTE_LONGEST = 2000  # characters
REASON_LONGEST = 1000  # characters
CHOICES_KEPT = 50  # earlier ones stand in the audit
ENTRIES_MOST = 500  # a record of a few hundred kilobytes; a person makes some thirty


@dataclass(frozen=True, slots=True)
class Report:
    """A milestone as it is reported. Without a date it withdraws the entry it corrects."""

    milestone: str
    date: date | None
    note: str = ""
    corrects: str | None = None


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


def can_be_acted_on(plan: Plan, congress: Congress) -> bool:
    """Whether anybody can still ask or answer something beside the report: not once it is final, and not where its
    unit has ended or left the plan, though what that had sent up stands.
    """
    return is_planned(plan, congress.unit) and not congress.is_final


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
    refuse_recording(plan, congress, milestone)
    if len(report.note) > NOTE_LONGEST:
        raise NoteTooLong(field="note", longest=NOTE_LONGEST)
    standing = congress.current.get(milestone.key)
    if report.corrects is None:
        if standing is not None:
            raise AlreadyRecorded(field="milestone")
        if report.date is None:
            raise DateMissing(field="date")
    elif standing is None or standing.id != report.corrects:
        raise NothingToCorrect(field="corrects")
    return milestone


def refuse_recording(plan: Plan, congress: Congress, milestone: Milestone) -> None:
    """Whatever is recorded of it."""
    refuse_locked(plan, congress, plan.index(milestone.key))
    if len(congress.entries) >= ENTRIES_MOST:
        raise TooManyEntries(most=ENTRIES_MOST)
    if milestone.mark in (Mark.SUBMITTED, Mark.APPROVED):
        raise RecordedByAct(field="milestone")
    if not is_held(plan, congress, milestone):
        raise NotHeldHere(field="milestone")


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


def days_of(plan: Plan, congress: Congress, milestone: Milestone, today: date) -> tuple[date, date]:
    """From when until when its day may lie, as far as what is recorded now tells."""
    keys, current = [other.key for other in plan.milestones], congress.current
    place = keys.index(milestone.key)
    recorded = [(at, current[key].date) for at, key in enumerate(keys) if key in current]
    first = max((day for at, day in recorded if day and at < place), default=plan.opens_on)
    last = min((day for at, day in recorded if day and at > place), default=today)
    return max(first, plan.opens_on), min(last, today)


def refuse_out_of_order(plan: Plan, congress: Congress, milestone: Milestone) -> None:
    """Whatever its day is: a milestone needs every earlier required one."""
    for other in plan.milestones[: plan.index(milestone.key)]:
        if other.key not in congress.current and other.required and is_held(plan, congress, other):
            raise MilestoneOutOfOrder(field="milestone", missing=other.key)


def _refuse_order(plan: Plan, congress: Congress, milestone: Milestone, day: date) -> None:
    """A later milestone needs every earlier required one, and its day lies between its neighbours' (or on them)."""
    refuse_out_of_order(plan, congress, milestone)
    current, behind = congress.current, False
    for other in plan.milestones:
        if other.key == milestone.key:
            behind = True
            continue
        entry = current.get(other.key)
        if entry is None or entry.date is None:
            continue
        if not behind and entry.date > day:
            raise DateBeforePrevious(field="date", milestone=other.key, date=entry.date.isoformat())
        if behind and entry.date < day:
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
    if any(not has_election(chosen, one.of) for one in congress.tallied):
        raise ElectionTallied(field="content_type")
    chosen_now = (*congress.chosen[-CHOICES_KEPT:], Choice(by.at, by.account_id, by.kept_by))
    return replace(congress, content_type=content_type, chosen=chosen_now)


def has_election(content: ContentType, of: str) -> bool:
    """`of`: of whom, as a tally says it."""
    special = {"committee": content.elects_committee, "delegates": content.elects_delegates}
    return special.get(of, content.elects)


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
    refuse_results(plan, congress)
    check_results(figures, content_of(plan, congress), plan.results_fields, congress.tallied)
    known = (by.at, by.account_id, by.by_code, by.kept_by, members, asked)
    entry = ResultEntry(entry_id, dict(figures), *known)
    return replace(congress, result_entries=(*congress.result_entries, entry))


def change_results(plan: Plan, congress: Congress, figures: Figures, by: By, entry_id: str) -> Congress:
    """By whoever asks the register nothing: what it said of the figures that stand goes on to these."""
    last = congress.result_entries[-1] if congress.result_entries else None
    members, asked = (last.members, last.asked) if last else (None, False)
    return report_results(plan, congress, figures, by, entry_id, members, asked=asked)


def refuse_results(plan: Plan, congress: Congress) -> None:
    """Whatever they are."""
    refuse_locked(plan, congress)
    if plan.closing.key not in congress.current:
        raise ResultsTooEarly(field="figures")
    if len(congress.result_entries) >= ENTRIES_MOST:
        raise TooManyEntries(most=ENTRIES_MOST)


def submit(plan: Plan, congress: Congress, by: By, entry_id: str) -> Congress:
    """Send the report up. Its milestone, where the plan has one, is recorded for today."""
    refuse_locked(plan, congress)
    if plan.closing.key not in congress.current:
        raise SubmittedTooEarly()
    if congress.results is None:
        raise ResultsMissing(field="figures")
    check_results(congress.results, content_of(plan, congress), plan.results_fields, congress.tallied)
    marked = plan.marked(Mark.SUBMITTED)
    if marked is not None and not _was_sent_before(congress, marked):
        _refuse_order(plan, congress, marked, by.today)
        congress = marked_entry(congress, marked, by, entry_id)
    return acted(congress, State.SUBMITTED, by)


def _was_sent_before(congress: Congress, marked: Milestone) -> bool:
    """A report that was reopened was on time or late already; what came behind its approval stands as well."""
    return marked.key in congress.current


def marked_entry(congress: Congress, milestone: Milestone | None, by: By, entry_id: str) -> Congress:
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


def acted(congress: Congress, kind: State, by: By, reasons: Mapping[str, str] | None = None) -> Congress:
    known = (by.by_code, by.kept_by, by.over_reason, by.name)
    act = Act(kind, by.at, by.account_id, dict(reasons or {}), *known)
    return replace(congress, state=kind, acts=(*congress.acts, act))
