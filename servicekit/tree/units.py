"""A unit as the services know it that do not own it, and the one rule of when it has ended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from servicekit.data.events import EventName
from servicekit.refusals import Conflict
from servicekit.words import N_

Names = Mapping[str, str]  # by language
# The end of a unit of which only is known that it has ended.
LONG_AGO = date(1970, 1, 1)


class UnitEnded(Conflict):
    title = N_("The unit has ended.")


class Mortal(Protocol):
    """What can have ended. `valid_to` is its last day; nothing ends in advance."""

    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """`path` lists the ids from the root to the unit itself; `successors` the ids of those that took it over."""

    id: str
    code: str
    names: Names
    level: str
    parent_id: str | None
    path: tuple[str, ...]
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        return has_not_ended(self)


@dataclass(frozen=True)
class UnitsChanged:
    """New, changed and ended units, whole, superiors first. `revision`: the tree's, by which the older gives way."""

    units: tuple[Unit, ...]
    revision: int = 0


UNITS_CHANGED = EventName("units.changed", UnitsChanged)  # membership's, as it is heard


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What an event told of one unit. `before` is None for one that was not known; told again, both are equal."""

    before: Unit | None
    after: Unit

    @property
    def id(self) -> str:
        return self.after.id

    @property
    def moved(self) -> bool:
        """A new unit has not moved."""
        return self.before is not None and self.before.path != self.after.path

    @property
    def ended(self) -> bool:
        return not self.after.live and (self.before is None or self.before.live)

    @property
    def begun(self) -> bool:
        """New, or alive again."""
        return self.after.live and (self.before is None or not self.before.live)


def has_not_ended(unit: Mortal) -> bool:
    """Asked at every place that takes a unit; tests/architecture/test_ended_units.py lists the places."""
    return unit.valid_to is None


def require_live(unit: Mortal, field: str | None = "unit_id") -> None:
    if not has_not_ended(unit):
        raise UnitEnded(field=field)
