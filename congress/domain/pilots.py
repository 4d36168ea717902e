"""Pilots: the superior chooses a congress to be held earlier, and units of its level read what it has learnt.

Its deadline is the earlier of the plan's day and the one it was given; what was done before it was chosen is judged by
the plan's, and a choice that was called off judges nothing. Chosen by a unit, it is a pilot of all congresses of its
level below that unit.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from congress.domain.extensions import asked, deadline_of, planned_day
from congress.domain.history import By, Congress, Lesson, Pilot
from congress.domain.overdue import is_left_out
from congress.domain.plan import Milestone, Plan
from congress.domain.postponing import DayNotAhead, HeldAlready
from congress.domain.progress import is_held, refuse_locked, refuse_unless_held, refuse_unless_running
from congress.domain.progress_refusals import BeforePlanOpens
from servicekit.refusals import Conflict, Invalid
from servicekit.tree.units import Unit
from servicekit.words import N_

LESSON_LONGEST = 4000  # characters
LESSONS_MOST = 20
CHOICES_MOST = 20
PILOTS_MOST = 20  # of one unit under one plan: so many notes its branch reads of it


class NoPilot(Conflict):
    title = N_("This congress is no pilot.")


class LaterDeadlineStands(Conflict):
    title = N_("A later deadline was asked for or granted here: what may be held later is no pilot.")


class TooManyPilotChoices(Conflict):
    title = N_("This was chosen or called off {most} times; no more can be added.")


class TooManyPilots(Conflict):
    title = N_("Your unit has chosen {most} pilots under this plan. Call one off to choose another.")


class NotEarlier(Invalid):
    title = N_("A pilot is held before the plan's own day: {date}.")


class StepDueAlready(Invalid):
    title = N_(
        "With this day a step that is still open would be due already. The first that leaves it time: {date}."
    )


class LessonMissing(Invalid):
    title = N_("Write what others should know.")


class LessonTooLong(Invalid):
    title = N_("What was learnt has at most {longest} characters.")


class TooManyLessons(Conflict):
    title = N_("What was learnt has been written {most} times; no more can be added.")


def refuse_choosing(plan: Plan, congress: Congress) -> None:
    """Whatever day it is for. A pilot can be given another day, or called off, until it has closed."""
    refuse_locked(plan, congress)
    if plan.closing.key in congress.current:
        raise HeldAlready()
    if asked(congress) is not None or congress.extended_to is not None:
        raise LaterDeadlineStands()
    if len(congress.pilots) >= CHOICES_MOST:
        raise TooManyPilotChoices(most=CHOICES_MOST)


def choose(plan: Plan, congress: Congress, until: date | None, above: str, by: By) -> Congress:
    """`until`: its own day; None calls it off. `above`: the unit that chooses."""
    refuse_choosing(plan, congress)
    if until is None:
        if congress.pilot is None:
            raise NoPilot()
    else:
        _refuse_day(plan, congress, until, by.today)
    choice = Pilot(until, above, by.today, by.at, by.account_id, by.name, by.kept_by, by.over_reason)
    chosen = replace(congress, pilots=(*congress.pilots, choice))
    return replace(chosen, deadline=deadline_of(planned_day(plan, chosen), chosen.earlier_until, None))


def _refuse_day(plan: Plan, congress: Congress, until: date, today: date) -> None:
    planned = min(planned_day(plan, congress), congress.handed_until or date.max)
    if until <= today:
        raise DayNotAhead(field="until")
    if until < plan.opens_on:
        raise BeforePlanOpens(field="until", opens_on=plan.opens_on.isoformat())
    if until >= planned:
        raise NotEarlier(field="until", date=planned.isoformat())
    refuse_due_already(plan, congress, until, today)


def refuse_due_already(plan: Plan, congress: Congress, until: date, today: date) -> None:
    """By no earlier day may a step be due already that is still open, and in time by now."""
    first = max((_first_day(one, today) for one in _open_steps(plan, congress, today)), default=until)
    if until < min(first, congress.deadline):
        raise StepDueAlready(field="until", date=first.isoformat())


def _open_steps(plan: Plan, congress: Congress, today: date) -> list[Milestone]:
    """What can still be done in time, today or later."""
    return [
        one
        for one in plan.milestones
        if one.key not in congress.current
        and is_held(plan, congress, one)
        and not is_left_out(plan, congress, one)
        and one.due(congress.deadline) >= today
    ]


def _first_day(milestone: Milestone, today: date) -> date:
    """The first deadline by which a step is due after today."""
    return today + timedelta(days=milestone.days_before_deadline + 1)


def refuse_teaching(plan: Plan, congress: Congress) -> None:
    """Also when its report is final: what was learnt is no part of it."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if congress.pilot is None:
        raise NoPilot()
    if len(congress.lessons) >= LESSONS_MOST:
        raise TooManyLessons(most=LESSONS_MOST)


def teach(plan: Plan, congress: Congress, text: str, by: By) -> Congress:
    """The last note counts; those before it stay in the history."""
    refuse_teaching(plan, congress)
    if not text.strip():
        raise LessonMissing(field="text")
    if len(text) > LESSON_LONGEST:
        raise LessonTooLong(field="text", longest=LESSON_LONGEST)
    lesson = Lesson(text, by.at, by.account_id, by.name, by.by_code, by.kept_by)
    return replace(congress, lessons=(*congress.lessons, lesson))


@dataclass(frozen=True, slots=True)
class Note:
    """What a pilot has learnt, as others read it: the last that it wrote."""

    congress_id: str
    unit: Unit
    until: date
    text: str
    at: datetime


def refuse_one_more(congress: Congress, above: str, number: int) -> None:
    """`number`: how many pilots of the plan are the choosing unit's by now. Another day for one of them is no other."""
    own = congress.pilot is not None and congress.pilot.above == above
    if number >= PILOTS_MOST and not own:
        raise TooManyPilots(most=PILOTS_MOST)


def choosers_key(plan_id: str, above: str) -> str:
    """By which the pilots of one unit are counted."""
    return f"{plan_id}|{above}"


def readers_key(whose: str, level: str) -> str:
    """By which notes are found: congresses of a level below a unit."""
    return f"{whose}|{level}"


def pilot_of(plan_id: str, chosen_by: str, unit: Unit) -> str | None:
    """Whose pilot a congress is: of the unit that chose it, and once it has moved out of that one's branch, of the unit
    right above it now.
    """
    *above, _ = unit.path
    return choosers_key(plan_id, chosen_by if chosen_by in above else above[-1]) if above else None


def taught_to(congress: Congress) -> str | None:
    """Who reads its note; None where there is none."""
    whose = whose_pilot(congress)
    return readers_key(whose, congress.unit.level) if whose and congress.lessons else None


def whose_pilot(congress: Congress) -> str | None:
    pilot = congress.pilot
    return pilot_of(congress.plan_id, pilot.above, congress.unit) if pilot else None


def read_by(congress: Congress) -> list[str]:
    """The notes that are for this congress: of pilots of its level, of any unit above it."""
    return [
        readers_key(choosers_key(congress.plan_id, above), congress.unit.level)
        for above in congress.unit.path[:-1]
    ]
