"""Moves of units, as people see them."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.views import states
from portal.views.states import State
from portal.views.units import Document, Names


@dataclass(frozen=True, slots=True)
class Move:
    """`units`: how many move, the unit itself and those below it."""

    id: str
    version: int
    unit_id: str
    unit: Names
    origin: Names
    target: Names
    state: State
    asked: bool
    units: int
    asked_by: str
    mine: bool
    asked_at: str
    reason: str
    confirm_until: str
    decided_by: str
    decided_reason: str


def move_of(answer: Document, accounts: Collection[str]) -> Move:
    """`mine`: this reader asked for it, so somebody else must confirm it."""
    status: str = answer["status"]
    return Move(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        unit=answer["unit_names"],
        origin=answer["from_names"],
        target=answer["to_names"],
        state=states.MOVE.get(status, states.UNKNOWN),
        asked=status == "asked",
        units=answer["units"],
        asked_by=answer["asked_by_name"],
        mine=answer["asked_by"] in accounts,
        asked_at=answer["asked_at"],
        reason=answer["reason"],
        confirm_until=answer["confirm_until"],
        decided_by=answer["decided_by_name"],
        decided_reason=answer.get("decided_reason") or "",
    )
