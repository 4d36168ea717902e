"""What befell a unit: it moved, ended, or came back; and which of it concerns somebody who was in it at the time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from membership.domain.units import Unit


class Befell(StrEnum):
    MOVED = "moved"
    ENDED = "ended"
    REVIVED = "revived"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """`from_id` and `to_id`: the superior before and after, where it moved."""

    unit_id: str
    kind: Befell
    at: datetime
    by: str
    from_id: str = ""
    to_id: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A member's time in a unit; without an end it goes on."""

    unit_id: str
    since: datetime | None
    until: datetime | None


def changes_of(before: Unit, after: Unit, at: datetime, by: str) -> tuple[UnitChange, ...]:
    """Of the unit itself: what moves along with a superior is told by the superior's own change."""
    found = []
    if before.live != after.live:
        found.append(UnitChange(after.id, Befell.REVIVED if after.live else Befell.ENDED, at, by))
    if before.parent_id != after.parent_id:
        places = (before.parent_id or "", after.parent_id or "")
        found.append(UnitChange(after.id, Befell.MOVED, at, by, *places))
    return tuple(found)


def concerning(
    stays: Sequence[Stay], paths: Mapping[str, tuple[str, ...]], changes: Iterable[UnitChange]
) -> tuple[UnitChange, ...]:
    """What befell the units of these stays, or those above them, during each; `paths` by unit."""
    found = {
        change
        for change in changes
        for stay in stays
        if change.unit_id in paths.get(stay.unit_id, (stay.unit_id,))
        and (stay.since is None or stay.since <= change.at)
        and (stay.until is None or change.at < stay.until)
    }
    return tuple(sorted(found, key=lambda change: (change.at, change.unit_id, change.kind)))
