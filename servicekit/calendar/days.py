"""Working days: which day is one, the last one up to a day, and which is the nth after it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

ONE = timedelta(days=1)
# No calendar has so many free days in a row; what is searched for longer is not there.
LONGEST_FREE = 60


class NeverWorked(ValueError):
    """By this calendar nobody ever works."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekend`: days of the week, 0 for Monday. `free` are days off besides, `worked` those that are none although
    the week or the list would have them so. Holidays are known `until` that day, and guessed beyond.
    """

    weekend: frozenset[int] = frozenset()
    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    until: date = date.max

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() not in self.weekend and day not in self.free)

    def on_or_before(self, day: date) -> date:
        """The last working day up to that one. Raises NeverWorked."""
        for _ in range(LONGEST_FREE):
            if self.is_working(day):
                return day
            day -= ONE
        raise NeverWorked

    def on_or_after(self, day: date) -> date:
        """The first working day from that one on. Raises NeverWorked."""
        for _ in range(LONGEST_FREE):
            if self.is_working(day):
                return day
            day += ONE
        raise NeverWorked

    def after(self, day: date, count: int) -> date:
        """The working day that many working days after a day. Raises NeverWorked."""
        free = 0
        while count:
            day += ONE
            free = 0 if self.is_working(day) else free + 1
            if free > LONGEST_FREE:
                raise NeverWorked
            count -= not free
        return day


EVERY_DAY = Calendar()
