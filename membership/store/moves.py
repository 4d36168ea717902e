"""Moves of units, asked for and decided."""

from collections.abc import Callable, Iterable
from typing import Any

from membership.domain.moves import Move, MoveState
from servicekit.database import Database, session
from servicekit.events import AuditEntry, Event, Origin
from servicekit.records import Records

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
    return Move(**{**values, **paths, "id": document["_id"], "state": MoveState(document["state"])})


def _document(move: Move) -> Document:
    values = {name: value for name, value in vars(move).items() if name not in ("id", "version")}
    lists = {name: list(values[name]) for name in (*PATHS, "held")}
    return {**values, **lists, "_id": move.id, "state": str(move.state)}
