"""Reminders: which deadlines are near today, and which have passed a while ago.

Days of the ladder from the field: seven, three and one before, the day itself, one and seven after.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from congress.domain.blocking import is_blocked
from congress.domain.history import Congress, State
from congress.domain.owners import Actor
from congress.domain.plan import Plan
from congress.domain.postponing import is_postponed
from congress.domain.rule_sets import under
from servicekit.calendar.days import EVERY_DAY, Calendar
from servicekit.calendar.marks import passed, reached

THRESHOLDS = (7, 3, 1, 0)  # days before the deadline; what officials of the field are used to
AFTER = (1, 7)
# A step after the day that nobody could take for so long is taken no more: nobody is told of what is long over.
MADE_UP_DAYS = 7
# Whoever has sent the report up has nothing left to be reminded of; then it is the superior's turn.
REMINDED = (State.PLANNED, State.UNDER_WAY, State.CLOSED, State.RETURNED, State.REOPENED)
SUPERIORS = (State.SUBMITTED,)
UNITS_PER_EVENT = 500


@dataclass(frozen=True, slots=True)
class Reminder:
    """`threshold` names the reminder, below zero after the day; `days` are those really left, fewer when the first
    chance came late, and below zero those that have passed.
    """

    level: str
    deadline: date
    threshold: int
    days: int

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


def due_reminders(
    deadlines: Iterable[tuple[str, date]], today: date, calendar: Calendar = EVERY_DAY
) -> tuple[Reminder, ...]:
    """One per level and deadline at most: the latest threshold that is reached, on working days.

    A day on which nobody looked is made up for, as long as the next threshold is not reached.
    """
    reminders = []
    for level, deadline in sorted(set(deadlines)):
        threshold = reached(THRESHOLDS, deadline, today, calendar)
        if threshold is None:
            late = passed(AFTER, deadline, today, calendar, within=MADE_UP_DAYS)
            threshold = -late if late is not None else None
        if threshold is not None:
            reminders.append(Reminder(level, deadline, threshold, (deadline - today).days))
    return tuple(reminders)
