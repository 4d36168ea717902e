"""The lists that a calendar is made of: a country's holidays, and the organisation's own days, from a file."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import holidays

from servicekit.calendar.days import Calendar

# What the library says of years that are further off is nobody's word.
FIRST_YEAR, LAST_YEAR = 2000, 2060
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CalendarUnreadable(ValueError):
    """The file of the organisation's own days; the text says what of it is wrong."""


def calendar_of(country: str, own: Path | None) -> Calendar:
    """Of a country by its two letters. Raises CalendarUnreadable."""
    own_days = _read(own) if own else {}
    weekend, listed = _of_country(country)
    if "weekend" in own_days:
        weekend = frozenset(_weekday(day) for day in _listed(own_days, "weekend", str))
    found = Calendar(
        weekend,
        listed | frozenset(_listed(own_days, "free", date)),
        frozenset(_listed(own_days, "worked", date)),
        date(LAST_YEAR, 12, 31),
    )
    if len(found.weekend) == len(DAYS):
        raise CalendarUnreadable("weekend: nobody would ever work")
    return found


def _of_country(country: str) -> tuple[frozenset[int], frozenset[date]]:
    try:
        found = holidays.country_holidays(country, years=range(FIRST_YEAR, LAST_YEAR + 1))
    except NotImplementedError:
        return frozenset({5, 6}), frozenset()
    return frozenset(found.weekend), frozenset(found)


def _read(own: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(own.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CalendarUnreadable(f"{own}: {error}") from error


def _listed(own: dict[str, Any], name: str, kind: type) -> list[Any]:
    found = own.get(name, [])
    if not isinstance(found, list) or not all(type(one) is kind for one in found):
        raise CalendarUnreadable(f"{name}: a list of {'days' if kind is date else 'weekdays'} is needed")
    return found


def _weekday(name: str) -> int:
    if name not in DAYS:
        raise CalendarUnreadable(f"weekend: {name} is none of {', '.join(DAYS)}")
    return DAYS.index(name)
