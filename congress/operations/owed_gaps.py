"""Reminders of what is missing from approved reports, by the ladder of the plan's rules."""

from datetime import timedelta

from congress import events
from congress.context import Context
from congress.domain.gaps import OWED_MOST, owed
from congress.domain.plan import PlanState, is_planned
from congress.domain.reminders import MADE_UP_DAYS, Day, due_reminders
from congress.domain.rule_sets import under

# A step after the day is at most so long after it.
AFTER_MOST = 60


def remind_of_gaps(context: Context) -> int:
    """Of each report for what is due first, each step once; how many were reminded now."""
    today, given = context.clock.today(), 0
    plans = {plan.id: plan for plan in context.plans.in_state(PlanState.OPEN)}
    first, last = today - timedelta(days=AFTER_MOST + MADE_UP_DAYS), today + timedelta(days=OWED_MOST)
    for congress in context.congresses.owing_between(first, last):
        plan, missing = plans.get(congress.plan_id), owed(congress)
        if plan is None or not missing or not is_planned(plan, congress.unit):
            continue
        until = missing[0].until
        day = Day("", until, congress.rules, under(plan, congress).lateness.reminders)
        for reminder in due_reminders([day], today, context.calendar):
            key = f"gap|{congress.id}|{until.isoformat()}|{reminder.threshold}"
            if not context.reminders.is_given(key):
                context.reminders.give([(key, events.gap_due(congress, until))])
                given += 1
    return given
