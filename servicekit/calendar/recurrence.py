"""What comes again: the days of a series, by a rule in iCalendar's words. Pure.

Of RFC 5545's RRULE what is said of days, read by dateutil. What could be searched for in vain for thousands of years,
or come for ever on one day, is no rule here.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from servicekit.calendar.days import EVERY_DAY, Calendar

MOST_SIGNS = 120
# Of one look: a rule may have no end.
MOST_DAYS = 500
_NUMBER = r"[1-9][0-9]{0,2}"
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_NTH = rf"(?:-?[1-5])?{_WEEKDAY}"
_OF_MONTH = r"(?:[1-9]|1[0-9]|2[0-8]|-1)"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": _NUMBER,
    "COUNT": _NUMBER,
    "UNTIL": r"[0-9]{8}",
    "BYDAY": rf"{_NTH}(?:,{_NTH}){{0,6}}",
    "BYMONTHDAY": rf"{_OF_MONTH}(?:,{_OF_MONTH}){{0,5}}",
    "BYMONTH": r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2])){0,11}",
}
# Beside every day or week there is nothing to choose but days of the week.
_ALLOWED = {
    "DAILY": {"FREQ", "INTERVAL", "COUNT", "UNTIL"},
    "WEEKLY": {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"},
}


class NotARule(ValueError):
    """The text is no rule of days."""


@dataclass(frozen=True, slots=True)
class Series:
    """`rule` such as FREQ=MONTHLY;BYDAY=1MO, from its first day on. Raises NotARule."""

    rule: str
    first: date

    def __post_init__(self) -> None:
        parts = [part.partition("=")[::2] for part in self.rule.split(";")]
        named = dict(parts)
        known = len(self.rule) <= MOST_SIGNS and len(named) == len(parts) and "FREQ" in named
        if not known or not all(name in _PARTS and re.fullmatch(_PARTS[name], said) for name, said in parts):
            raise NotARule(self.rule[:MOST_SIGNS])
        freq, counted = named["FREQ"], re.search("[0-9]", named.get("BYDAY", ""))
        if not named.keys() <= _ALLOWED.get(freq, _PARTS.keys()) or (freq == "WEEKLY" and counted):
            raise NotARule(self.rule)
        if {"BYDAY", "BYMONTHDAY"} <= named.keys() or {"COUNT", "UNTIL"} <= named.keys():
            raise NotARule(self.rule)
        try:
            self._rule()
        except (ValueError, TypeError) as error:
            raise NotARule(self.rule) from error

    def days(self, since: date, until: date, calendar: Calendar = EVERY_DAY) -> tuple[date, ...]:
        """From `since` to `until`, both included, at most MOST_DAYS. What falls on a day when nobody works is on the
        last working day before it.

        Whoever asks stores what was found: a newer calendar moves nothing that stands.
        """
        found: dict[date, None] = {}
        for moment in self._rule().xafter(_noon(since), inc=True):
            if moment.date() > until or len(found) == MOST_DAYS:
                break
            found[calendar.on_or_before(moment.date())] = None
        return tuple(found)

    def _rule(self) -> Any:
        return rrulestr(self.rule, dtstart=_noon(self.first))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - days of a calendar are in no zone
