"""Until when a unit should say something to a difficulty: working days, by urgency and level. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from congress.domain.difficulties import Urgency
from servicekit.calendar.days import Calendar

# Working days, where the organisation's file says nothing else.
DAYS: Mapping[Urgency, int] = {Urgency.ORDINARY: 5, Urgency.SOON: 3, Urgency.URGENT: 1}
LONGEST = 60


class ClocksUnreadable(ValueError):
    """The text says what of them is wrong."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """`levels`: what of them is otherwise at a level, by its key."""

    days: Mapping[Urgency, int] = field(default_factory=lambda: dict(DAYS))
    levels: Mapping[str, Mapping[Urgency, int]] = field(default_factory=dict)

    def due(self, level: str, urgency: Urgency, today: date, calendar: Calendar) -> date:
        """With a unit of this level, of what arrives today."""
        days = self.levels.get(level, {}).get(urgency, self.days[urgency])
        return calendar.after(today, days)


def clocks_of(document: Mapping[str, Any]) -> Clocks:
    """`days.URGENCY = number`, `levels.LEVEL.URGENCY = number`. Raises ClocksUnreadable."""
    unknown = document.keys() - {"days", "levels"}
    if unknown:
        raise ClocksUnreadable(f"difficulties: {min(unknown)} is not known")
    levels = _table(document.get("levels", {}), "levels")
    return Clocks(
        {**DAYS, **_days(document.get("days", {}), "days")},
        {level: _days(found, f"levels.{level}") for level, found in levels.items()},
    )


def _days(found: object, name: str) -> dict[Urgency, int]:
    days: dict[Urgency, int] = {}
    for key, value in _table(found, name).items():
        if key not in [one.value for one in Urgency]:
            raise ClocksUnreadable(f"difficulties: {name}.{key} is no urgency")
        if type(value) is not int or not 1 <= value <= LONGEST:
            raise ClocksUnreadable(f"difficulties: {name}.{key} is no number of days from 1 to {LONGEST}")
        days[Urgency(key)] = value
    return days


def _table(found: object, name: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise ClocksUnreadable(f"difficulties: {name} is no table")
    return found
