"""Reminders: which deadlines are near today, and which have passed a while ago.

On which days somebody is reminded the rules of the plan say, each congress's by the version under which it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from congress.domain.blocking import is_blocked
from congress.domain.history import Congress, State
from congress.domain.overdue import Standing, standing_of
from congress.domain.owners import Actor
from congress.domain.plan import LADDER, Plan
from congress.domain.postponing import is_postponed
from congress.domain.progress import is_abandoned
from congress.domain.rollup import at_group, count_of, group_of, rules_in
from congress.domain.rule_sets import under
from servicekit.calendar.days import EVERY_DAY, Calendar
from servicekit.calendar.marks import passed, reached
from servicekit.tree.rollup.figures import Counters, GroupKey

# A step after the day that nobody could take for so long is taken no more: nobody is told of what is long over.
MADE_UP_DAYS = 7
# Whoever has sent the report up has nothing left to be reminded of; then it is the superior's turn.
REMINDED = (State.PLANNED, State.UNDER_WAY, State.CLOSED, State.RETURNED, State.REOPENED)
SUPERIORS = (State.SUBMITTED,)
UNITS_PER_EVENT = 500


@dataclass(frozen=True, slots=True)
class Day:
    """A deadline that congresses of a level have under one version of the rules, which says when they are reminded."""

    level: str
    deadline: date
    rules: int = 1
    ladder: tuple[int, ...] = LADDER


def days_of(plan: Plan, groups: Iterable[GroupKey]) -> set[Day]:
    """Those that there are in a plan, by the sums of its own unit."""
    return {Day(*group_of(key), rules_in(key), at_group(plan, key).lateness.reminders) for key in groups}


@dataclass(frozen=True, slots=True)
class Reminder:
    """`threshold` names the reminder, below zero after the day; `days` are those really left, fewer when the first
    chance came late, and below zero those that have passed. `rules`: the versions under which those stand that it is
    for.
    """

    level: str
    deadline: date
    threshold: int
    days: int
    rules: frozenset[int] = frozenset({1})

    @property
    def is_late(self) -> bool:
        return self.threshold < 0

    def key(self, plan_id: str, part: int = 0, side: Actor = Actor.UNIT) -> str:
        """The same for the same reminder, so that it is given once however often the day is looked at."""
        end = "" if side is Actor.UNIT else f"|{side}"
        return f"{plan_id}|{self.level}|{self.deadline.isoformat()}|{self.threshold}|{part}{end}"


def is_reminded(plan: Plan, congress: Congress, today: date) -> bool:
    """Nobody is reminded of a day that does not tell while they are postponed, or blocked."""
    plan = under(plan, congress)
    return not is_postponed(plan, congress, today) and not is_blocked(plan, congress)


def due_reminders(days: Iterable[Day], today: date, calendar: Calendar = EVERY_DAY) -> tuple[Reminder, ...]:
    """Of each level, deadline and version one at most: the latest step that is reached, on working days.

    A day on which nobody looked is made up for, as long as the next step is not reached.
    """
    found: dict[tuple[str, date, int], set[int]] = {}
    for day in days:
        step = _step(day, today, calendar)
        if step is not None:
            found.setdefault((day.level, day.deadline, step), set()).add(day.rules)
    return tuple(
        Reminder(level, deadline, step, (deadline - today).days, frozenset(rules))
        for (level, deadline, step), rules in sorted(found.items())
    )


def _step(day: Day, today: date, calendar: Calendar) -> int | None:
    before = reached([-one for one in day.ladder if one <= 0], day.deadline, today, calendar)
    if before is not None:
        return before
    after = [one for one in day.ladder if one > 0]
    late = passed(after, day.deadline, today, calendar, within=MADE_UP_DAYS)
    return -late if late is not None else None


def is_long_late(plan: Plan, congress: Congress, today: date) -> bool:
    """Whether it has not closed although the last reminder is over: then its superior writes to it."""
    plan = under(plan, congress)
    last, closing = plan.lateness.last_reminder, plan.closing
    if last is None or is_abandoned(plan, congress):
        return False
    overdue = standing_of(plan, congress, closing, today) is Standing.OVERDUE
    return overdue and closing.due(congress.deadline) + timedelta(days=last) < today


def long_late_in(plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool) -> int:
    """Of one group of sums, whose congresses have one deadline. `plan`: by the rules under which they stand."""
    last, closing = plan.lateness.last_reminder, plan.closing
    if last is None or closing.due(deadline) + timedelta(days=last) >= today:
        return 0
    return count_of(plan, closing, deadline, counters, today, put_off=put_off).overdue
