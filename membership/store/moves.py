"""Moves of units, asked for and decided."""

from collections.abc import Callable, Iterable

from membership.domain.moves import Move
from membership.store.documents import move_document, move_of
from servicekit.data.database import Database, session
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records


class MoveStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._moves = Records(database, "unit_moves", origin)

    def prepare(self) -> None:
        self._moves.prepare()
        for name in ("unit_id", "from_id", "to_id", "asked_by"):
            self._moves.collection.create_index(name)

    def add(self, move: Move, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Move:
        return move_of(self._moves.insert(move_document(move), events, audit))

    def save(
        self, move: Move, expected_version: int, events: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Move:
        return move_of(self._moves.save(move_document(move), expected_version, events, audit))

    def find(self, move_id: str) -> Move | None:
        found = self._moves.find(move_id)
        return move_of(found) if found else None

    def asked_by(self, account_id: str) -> list[Move]:
        found = self._moves.collection.find({"asked_by": account_id}, session=session())
        return [move_of(one) for one in found]

    def of(self, unit_id: str) -> list[Move]:
        """Those of the unit, away from it and to it."""
        found: dict[str, Document] = {}
        for name in ("unit_id", "from_id", "to_id"):
            for one in self._moves.collection.find({name: unit_id}, session=session()):
                found[one["_id"]] = one
        return [move_of(one) for one in found.values()]
