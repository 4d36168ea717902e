"""What membership tells the other services, and what it hears."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicekit.data.events import Event, EventName
from servicekit.tree import units


@dataclass(frozen=True)
class UnitTold(units.Unit):
    valid_from: date | None = None


@dataclass(frozen=True)
class UnitsChanged:
    units: tuple[UnitTold, ...]
    revision: int


@dataclass(frozen=True)
class MoveAsked:
    """`unit_id`: where the second person stands; `moving` is to be put under `to`."""

    unit_id: str
    unit_path: tuple[str, ...]
    asked_by: str
    move_id: str
    moving: str
    to: str


@dataclass(frozen=True)
class LostGrant:
    """What membership reads of a grant that ended; whoever has never signed in has no account."""

    unit_path: tuple[str, ...]
    account_id: str | None = None


@dataclass(frozen=True)
class LostGrants:
    grants: tuple[LostGrant, ...]


UNITS_CHANGED = EventName("units.changed", UnitsChanged)
# A unit's move waits for a second person.
MOVE_ASKED = EventName("unit.move_asked", MoveAsked)

GRANT_ENDED = EventName("grant.ended", LostGrant)
GRANTS_ENDED = EventName("grants.ended", LostGrants)
TOLD = (UNITS_CHANGED, MOVE_ASKED)
HEARD = (GRANT_ENDED, GRANTS_ENDED)


def units_changed(units: Iterable[dict[str, Any]], revision: int) -> Event:
    """New, changed and ended units, whole, superiors first. `revision`: the tree's, by which the older gives way."""
    return Event(UNITS_CHANGED, {"units": list(units), "revision": revision})
