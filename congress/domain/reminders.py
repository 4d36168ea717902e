"""Reminders: which deadlines are near today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from congress.domain.blocking import is_blocked
from congress.domain.history import Congress, State
from congress.domain.plan import Plan
from congress.domain.postponing import is_postponed
from congress.domain.rule_sets import under
from servicekit.calendar.days import EVERY_DAY, Calendar
from servicekit.calendar.marks import reached

THRESHOLDS = (7, 3, 1, 0)  # days before the deadline; what officials of the field are used to
# Whoever has sent the report up has nothing left to be reminded of.
REMINDED = (State.PLANNED, State.UNDER_WAY, State.CLOSED, State.RETURNED, State.REOPENED)
UNITS_PER_EVENT = 500


@dataclass(frozen=True, slots=True)
class Reminder:
    """`threshold` names the reminder; `days` are those really left, fewer when the first chance came late."""

    level: str
    deadline: date
    threshold: int
    days: int

    def key(self, plan_id: str, part: int = 0) -> str:
        """The same for the same reminder, so that it is given once however often the day is looked at."""
        return f"{plan_id}|{self.level}|{self.deadline.isoformat()}|{self.threshold}|{part}"


def is_reminded(plan: Plan, congress: Congress, today: date) -> bool:
    """Nobody is reminded of a day that does not tell while they are postponed, or blocked."""
    plan = under(plan, congress)
    return not is_postponed(plan, congress, today) and not is_blocked(plan, congress)


def due_reminders(
    deadlines: Iterable[tuple[str, date]], today: date, calendar: Calendar = EVERY_DAY
) -> tuple[Reminder, ...]:
    """One per level and deadline at most: the latest threshold that is reached, on working days.

    A day on which nobody looked is made up for, as long as the next threshold is not reached.
    """
    reminders = []
    for level, deadline in sorted(set(deadlines)):
        threshold = reached(THRESHOLDS, deadline, today, calendar)
        if threshold is not None:
            reminders.append(Reminder(level, deadline, threshold, (deadline - today).days))
    return tuple(reminders)
