"""Moves of units, asked for and decided."""

from collections.abc import Callable, Iterable
from typing import Any

from membership.domain.moves import Move, MoveState
from servicekit.access.second_person import Hand, Power
from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records

Document = dict[str, Any]
PATHS = ("unit_path", "from_path", "to_path")


class MoveStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._moves = Records(database, "unit_moves", origin)

    def prepare(self) -> None:
        self._moves.prepare()
        for name in ("unit_id", "from_id", "to_id", "asked_by"):
            self._moves.collection.create_index(name)

    def add(self, move: Move, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Move:
        return _move(self._moves.insert(_document(move), events, audit))

    def save(
        self, move: Move, expected_version: int, events: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Move:
        return _move(self._moves.save(_document(move), expected_version, events, audit))

    def find(self, move_id: str) -> Move | None:
        found = self._moves.find(move_id)
        return _move(found) if found else None

    def asked_by(self, account_id: str) -> list[Move]:
        found = self._moves.collection.find({"asked_by": account_id}, session=session())
        return [_move(one) for one in found]

    def of(self, unit_id: str) -> list[Move]:
        """Those of the unit, away from it and to it."""
        found: dict[str, Document] = {}
        for name in ("unit_id", "from_id", "to_id"):
            for one in self._moves.collection.find({name: unit_id}, session=session()):
                found[one["_id"]] = one
        return [_move(one) for one in found.values()]


def _move(document: Document) -> Move:
    values = {name: document[name] for name in Move.__dataclass_fields__ if name in document}
    paths = {name: tuple(document[name]) for name in (*PATHS, "held")}
    hand = _hand(document["asked_hand"]) if document.get("asked_hand") else None
    more = {"id": document["_id"], "state": MoveState(document["state"]), "asked_hand": hand}
    return Move(**{**values, **paths, **more})


def _document(move: Move) -> Document:
    values = {name: value for name, value in vars(move).items() if name not in ("id", "version")}
    lists = {name: list(values[name]) for name in (*PATHS, "held")}
    hand = _hand_document(move.asked_hand) if move.asked_hand else None
    return {**values, **lists, "_id": move.id, "state": str(move.state), "asked_hand": hand}


def _hand(document: Document) -> Hand:
    powers = (
        Power(
            one["grant_id"],
            tuple(one["unit_path"]),
            frozenset(),
            "",
            one["since"],
            frozenset(one["owed_to"]),
        )
        for one in document["powers"]
    )
    return Hand(frozenset(document["accounts"]), tuple(powers))


def _hand_document(hand: Hand) -> Document:
    powers = [
        {
            "grant_id": one.grant_id,
            "unit_path": list(one.unit_path),
            "owed_to": sorted(one.owed_to),
            "since": one.since,
        }
        for one in hand.powers
    ]
    return {"accounts": sorted(hand.accounts), "powers": powers}
