"""Marks before and after a day, each acted on once: who looks again after days without looking acts on the latest
alone.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from servicekit.calendar.days import EVERY_DAY, Calendar


def reached(marks: Iterable[int], day: date, today: date, calendar: Calendar = EVERY_DAY) -> int | None:
    """Of marks so many days before `day` the latest that is reached; None before the first, and once it is over.

    A mark on a day when nobody works is reached on the working day before it.
    """
    if today > day:
        return None
    found = [mark for mark in marks if calendar.on_or_before(day - timedelta(days=mark)) <= today]
    return min(found, default=None)


def passed(
    marks: Iterable[int], day: date, today: date, calendar: Calendar = EVERY_DAY, *, within: int
) -> int | None:
    """Of marks so many days after `day` the latest that is reached, and for no more than `within` days by now.

    A mark on a day when nobody works is reached on the working day behind it.
    """
    began = {mark: calendar.on_or_after(day + timedelta(days=mark)) for mark in marks}
    found = [mark for mark, first in began.items() if first <= today < first + timedelta(days=within)]
    return max(found, default=None)
