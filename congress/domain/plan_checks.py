"""What a plan must be like so that congresses can follow it, and what is only warned about."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from congress.domain.cautions import Caution, refuse
from congress.domain.plan import (
    DAYS_MOST,
    EARLIEST,
    KEY,
    LATE_MOST,
    LATEST,
    MILESTONES_MOST,
    OWN_MARKS,
    STEP_FURTHEST,
    STEPS_MOST,
    Mark,
    Milestone,
    Owner,
    Plan,
)
from congress.domain.plan_refusals import (
    DateOutOfRange,
    DaysOutOfRange,
    DeadlineBeforeOpening,
    FigureRepeated,
    KeyMalformed,
    KeyRepeated,
    MarkRepeated,
    NameMissing,
    NoContentTypes,
    NoDeadlines,
    NoMilestones,
    NumberOfDays,
    OwnerOfMark,
    PercentOutOfRange,
    ReminderOutOfRange,
    ReminderRepeated,
    TooManyMilestones,
    TooManyReminders,
    UnknownFigure,
    UnknownLevel,
)
from servicekit.calendar.days import EVERY_DAY, Calendar
from servicekit.refusals import Refusal

Placed = Callable[[int, Milestone], str]


def _by_position(position: int, _: Milestone) -> str:
    return f"milestones/{position}"


def check_plan(
    plan: Plan, depths: Mapping[str, int], figures: frozenset[str], placed: Placed = _by_position
) -> None:
    """Refuse what no congress could follow. `placed`: where what is wrong with a milestone was said.

    `depths` gives the levels found at and below the plan's unit with their depth in the tree; `figures` the
    figures that exist. Deadlines in an odd order are no fault but a caution: see `cautions_of`.
    """
    faults: dict[str, Refusal] = {}
    if not plan.name.strip():
        faults["name"] = NameMissing()
    if not plan.cycle.strip():
        faults["cycle"] = NameMissing()
    faults |= _faults_of_milestones(plan.milestones, placed)
    faults |= _faults_of_deadlines(plan, depths)
    faults |= _faults_of_content(plan, figures)
    refuse(faults)


def _faults_of_milestones(milestones: tuple[Milestone, ...], placed: Placed) -> dict[str, Refusal]:
    if all(milestone.mark in (Mark.SUBMITTED, Mark.APPROVED) for milestone in milestones):
        return {"milestones": NoMilestones()}
    if len(milestones) > MILESTONES_MOST:
        return {"milestones": TooManyMilestones(most=MILESTONES_MOST)}
    faults: dict[str, Refusal] = {}
    seen: set[str] = set()
    for position, milestone in enumerate(milestones):
        place = placed(position, milestone)
        if not KEY.fullmatch(milestone.key):
            faults[f"{place}/key"] = KeyMalformed(key=milestone.key)
        if milestone.key in seen:
            faults[f"{place}/key"] = KeyRepeated(key=milestone.key)
        if milestone.mark is not None and milestone.mark in seen_marks(milestones[:position]):
            faults[f"{place}/mark"] = MarkRepeated(mark=milestone.mark)
        if milestone.owner is Owner.SUPERIOR and milestone.mark in OWN_MARKS:
            faults[f"{place}/owner"] = OwnerOfMark()
        if abs(milestone.days_before_deadline) > DAYS_MOST:
            faults[f"{place}/days_before_deadline"] = DaysOutOfRange(most=DAYS_MOST)
        if not any(name.strip() for name in milestone.names.values()):
            faults[f"{place}/names"] = NameMissing()
        seen.add(milestone.key)
    return faults


def seen_marks(milestones: tuple[Milestone, ...]) -> set[Mark]:
    return {milestone.mark for milestone in milestones if milestone.mark is not None}


def _faults_of_deadlines(plan: Plan, depths: Mapping[str, int]) -> dict[str, Refusal]:
    if not plan.deadlines:
        return {"deadlines": NoDeadlines()}
    faults: dict[str, Refusal] = {}
    wrong = DateOutOfRange(earliest=EARLIEST.isoformat(), latest=LATEST.isoformat())
    if not EARLIEST <= plan.opens_on <= LATEST:
        faults["opens_on"] = wrong
    for level, deadline in plan.deadlines.items():
        if level not in depths:
            faults[f"deadlines/{level}"] = UnknownLevel(level=level)
        elif not EARLIEST <= deadline <= LATEST:
            faults[f"deadlines/{level}"] = wrong
        elif deadline < plan.opens_on:
            faults[f"deadlines/{level}"] = DeadlineBeforeOpening(
                level=level, opens_on=plan.opens_on.isoformat()
            )
    return faults


def _faults_of_content(plan: Plan, figures: frozenset[str]) -> dict[str, Refusal]:
    faults: dict[str, Refusal] = {}
    if not plan.content_types:
        faults["content_types"] = NoContentTypes()
    keys = [kind.key for kind in plan.content_types]
    for position, key in enumerate(keys):
        if key in keys[:position]:
            faults[f"content_types/{position}/key"] = KeyRepeated(key=key)
    for position, figure in enumerate(plan.results_fields):
        if figure not in figures:
            faults[f"results_fields/{position}"] = UnknownFigure(figure=figure)
        elif figure in plan.results_fields[:position]:
            faults[f"results_fields/{position}"] = FigureRepeated(figure=figure)
    for name in ("women", "young", "candidates_least", "candidates_most"):
        if not 0 <= getattr(plan.targets, name) <= 100:
            faults[f"targets/{name}"] = PercentOutOfRange()
    for name in ("explained_after", "postponed_most"):
        if not 1 <= getattr(plan.lateness, name) <= LATE_MOST:
            faults[f"lateness/{name}"] = NumberOfDays(most=LATE_MOST)
    faults |= _faults_of_ladder(plan.lateness.reminders)
    return faults


def _faults_of_ladder(reminders: tuple[int, ...]) -> dict[str, Refusal]:
    twice = next((days for days in reminders if reminders.count(days) > 1), None)
    if len(reminders) > STEPS_MOST:
        return {"lateness/reminders": TooManyReminders(most=STEPS_MOST)}
    if any(abs(days) > STEP_FURTHEST for days in reminders):
        return {"lateness/reminders": ReminderOutOfRange(most=STEP_FURTHEST)}
    return {"lateness/reminders": ReminderRepeated(days=twice)} if twice is not None else {}


def cautions_of(plan: Plan, depths: Mapping[str, int], calendar: Calendar = EVERY_DAY) -> tuple[Caution, ...]:
    """Lower levels finish first as a rule, yet rules change within a cycle and pilots run early: warn only.

    A deadline is the day that somebody chose, and stays on it, whatever a newer list of holidays says.
    """
    cautions = []
    for level, day in plan.deadlines.items():
        if not calendar.is_working(day):
            told = {"level": level, "date": day.isoformat(), "before": calendar.on_or_before(day).isoformat()}
            cautions.append(Caution("free-day", f"deadlines/{level}", told))
    levels = sorted((level for level in plan.deadlines if level in depths), key=lambda level: depths[level])
    for higher, lower in pairwise(levels):
        if depths[lower] > depths[higher] and plan.deadlines[lower] > plan.deadlines[higher]:
            params: dict[str, object] = {"lower": lower, "higher": higher}
            cautions.append(Caution("lower-level-later", f"deadlines/{lower}", params))
    for position, (before, after) in enumerate(pairwise(plan.milestones), start=1):
        if after.days_before_deadline > before.days_before_deadline:
            params = {"milestone": after.key, "previous": before.key}
            cautions.append(
                Caution("milestones-cross", f"milestones/{position}/days_before_deadline", params)
            )
    return tuple(cautions)
