"""Moves of units, as people see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.access.views.grants import Grant, Role, grant_of
from portal.shared import states
from portal.shared.clients.acts import offered, reason
from portal.shared.states import State
from portal.shared.units import Document, Names
from portal.units.words import MOVE_STATES


@dataclass(frozen=True, slots=True)
class Move:
    """`units`: how many move, the unit itself and those below it."""

    id: str
    version: int
    unit_id: str
    to_id: str
    unit: Names
    origin: Names
    target: Names
    state: State
    asked: bool
    units: int
    asked_by: str
    mine: bool
    confirmable: bool
    why_not: str
    declinable: bool
    asked_at: str
    reason: str
    confirm_until: str
    decided_by: str
    decided_reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A move that nobody has asked for yet. `target` is empty where the reader may not see it."""

    origin: Names
    target: Names
    units: int
    second_person: bool


@dataclass(frozen=True, slots=True)
class Losses:
    """Whose access falls by a move: `count` all, `unseen` of them not named to this reader; the first others."""

    count: int
    people: int
    left_without: int
    unseen: int
    grants: tuple[Grant, ...]

    @property
    def more(self) -> int:
        return self.count - self.unseen - len(self.grants)


def preview_of(answer: Document) -> Preview:
    return Preview(answer["from_names"], answer["to_names"], answer["units"], answer["second_person"])


def losses_of(answer: Document, roles: Mapping[str, Role]) -> Losses:
    return Losses(
        answer["count"],
        answer["people"],
        answer["left_without_count"],
        answer["unseen"],
        tuple(grant_of(one, roles) for one in answer["grants"]),
    )


def move_of(answer: Document, accounts: Collection[str]) -> Move:
    """`mine`: this reader asked for it, and takes it back where others decline."""
    status: str = answer["status"]
    return Move(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        to_id=answer["to_id"],
        unit=answer["unit_names"],
        origin=answer["from_names"],
        target=answer["to_names"],
        state=MOVE_STATES.get(status, states.UNKNOWN),
        asked=status == "asked",
        units=answer["units"],
        asked_by=answer["asked_by_name"],
        mine=answer["asked_by"] in accounts,
        confirmable=offered(answer, "confirm"),
        why_not=reason(answer, "confirm"),
        declinable=offered(answer, "decline"),
        asked_at=answer["asked_at"],
        reason=answer["reason"],
        confirm_until=answer["confirm_until"],
        decided_by=answer["decided_by_name"],
        decided_reason=answer.get("decided_reason") or "",
    )
