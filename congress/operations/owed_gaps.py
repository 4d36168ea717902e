"""Reminders of what is missing from approved reports, by the ladder of the plan's rules.

Of what is owed the days alone are looked up, and only those on which a ladder has a step today; a report is read as a
whole once a step of it is to be given.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import islice

from congress import events
from congress.context import Context
from congress.domain.gaps import OWED_MOST, owed
from congress.domain.plan import Plan, PlanState, is_planned
from congress.domain.reminders import MADE_UP_DAYS, Day, due_reminders
from congress.domain.rule_sets import at_version

# A step after the day is at most so long after it.
AFTER_MOST = 60
PART = 200
Ladder = tuple[int, ...]


def remind_of_gaps(context: Context) -> int:
    """Of each day on which something of a report is due, each step once; how many were given now."""
    plans = {plan.id: plan for plan in context.plans.in_state(PlanState.OPEN)}
    ladders = {
        (plan.id, number): at_version(plan, number).lateness.reminders
        for plan in plans.values()
        for number in range(1, plan.rules + 1)
    }
    steps = {ladder: _steps(context, ladder) for ladder in set(ladders.values())}
    days = {day for found in steps.values() for day in found}
    given, found = 0, iter(context.congresses.owing_on(days))
    while part := list(islice(found, PART)):
        due = {
            key: (one.congress_id, day)
            for one in part
            if (ladder := ladders.get((one.plan_id, one.rules))) is not None
            for day in one.days
            if (step := steps[ladder].get(day)) is not None
            for key in [f"gap|{one.congress_id}|{day.isoformat()}|{step}"]
        }
        given += _give(context, plans, due)
    return given


def _steps(context: Context, ladder: Ladder) -> Mapping[date, int]:
    """By each day that something may be owed until: the step that is to be taken today."""
    today = context.clock.today()
    known = (Day("", today + timedelta(days=ahead), ladder=ladder) for ahead in _ahead())
    return {one.deadline: one.threshold for one in due_reminders(known, today, context.calendar)}


def _ahead() -> Iterable[int]:
    return range(-AFTER_MOST - MADE_UP_DAYS, OWED_MOST + 1)


def _give(context: Context, plans: Mapping[str, Plan], due: Mapping[str, tuple[str, date]]) -> int:
    before, given = context.reminders.given(due), 0
    left = {key: told for key, told in due.items() if key not in before}
    found = {one.id: one for one in context.congresses.many([*{told[0] for told in left.values()}])}
    for key, (congress_id, day) in left.items():
        congress = found.get(congress_id)
        if congress is None or not is_planned(plans[congress.plan_id], congress.unit):
            continue
        if any(one.until == day for one in owed(congress)):
            context.reminders.give([(key, events.gap_due(congress, day))])
            given += 1
    return given
