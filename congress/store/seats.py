"""Divisions of seats as documents, and their lines in parts beside them.

seat_divisions   a document a division
seat_parts       its lines, PART in a document, so that none grows with the number of units; `unit_ids`: of its lines
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from congress.domain.seat_divisions import Seats, Share, State
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.tree.units import UnitChange
from servicekit.tree.units_copy import follow_paths

NAME, PARTS, TURNS = "seat_divisions", "seat_parts", "seat_turns"
PART = 100
_SEATS = Shape(Seats)
# A line of thousands says only what there is to say.
_SHARES = Shape(
    Share, sparse={Share: ("share", "rank", "next", "held", "tied", "before", "gone", "typed", "few")}
)


class SeatStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._database = database
        self._records = Records(database, NAME, origin)
        self._divisions = database.mongo[NAME]
        self._parts = database.mongo[PARTS]

    def prepare(self) -> None:
        self._records.prepare()
        self._divisions.create_index("congress_id")
        self._divisions.create_index("unit_id")
        self._parts.create_index("division")
        self._parts.create_index([("division", 1), ("unit_ids", 1)])

    def take_turn(self, congress_id: str) -> None:
        """Within a transaction: of two that divide the seats of one congress at once, the second looks again."""
        turns = self._database.mongo[TURNS]
        turns.update_one({"_id": congress_id}, {"$inc": {"turn": 1}}, upsert=True, session=session())

    def find(self, division_id: str) -> Seats | None:
        found = self._records.find(division_id)
        return _SEATS.value(found) if found and found["state"] != State.DROPPED.value else None

    def of_congress(self, congress_id: str) -> list[Seats]:
        """The newest first; there are few, for nobody decides more often than the rule allows."""
        found = self._divisions.find({"congress_id": congress_id}, {"_outbox": 0}, session=session())
        return sorted(map(_SEATS.value, found), key=lambda one: one.number, reverse=True)

    def add(self, seats: Seats, lines: Sequence[Share], audit: Iterable[AuditEntry]) -> Seats:
        """Within a transaction."""
        made = self._records.insert(_SEATS.document(seats), audit=audit)
        self._parts.insert_many(
            [
                {
                    "_id": _part_id(seats.id, start // PART),
                    "division": seats.id,
                    "unit_ids": [line.unit_id for line in some],
                    "lines": [_SHARES.document(line) for line in some],
                }
                for start in range(0, len(lines), PART)
                for some in [lines[start : start + PART]]
            ],
            session=session(),
        )
        return _SEATS.value(made)

    def save(
        self, seats: Seats, expected_version: int, events: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Seats:
        """Raises Stale where somebody else has written it since."""
        return _SEATS.value(self._records.save(_SEATS.document(seats), expected_version, events, audit))

    def drop_draft(self, seats: Seats) -> None:
        """Within a transaction: a draft gives way to the next one. What tells of it leaves by its document."""
        self._records.save({"_id": seats.id, "state": State.DROPPED.value, "congress_id": ""}, seats.version)
        self._parts.delete_many({"division": seats.id}, session=session())

    # Its lines, in their order

    def lines(self, seats: Seats, begin: int, most: int) -> list[Share]:
        """So many from a place on."""
        end = min(begin + most, seats.units)
        ids = [_part_id(seats.id, place) for place in range(begin // PART, (end - 1) // PART + 1)]
        found = self._found(ids) if begin < end else []
        first = begin // PART * PART
        return found[begin - first : end - first]

    def all_lines(self, seats: Seats) -> Iterator[Share]:
        parts = (seats.units - 1) // PART + 1
        return iter(self._found([_part_id(seats.id, place) for place in range(parts)]))

    def units_of(self, seats: Seats) -> list[str]:
        """The ids of those for which it was calculated."""
        ids = [_part_id(seats.id, place) for place in range((seats.units - 1) // PART + 1)]
        found = self._parts.find({"_id": {"$in": ids}}, {"unit_ids": 1}, session=session())
        parts = {one["_id"]: one["unit_ids"] for one in found}
        return [unit_id for one in ids for unit_id in parts.get(one, ())][: seats.units - seats.gone]

    def lines_of(self, division_id: str, unit_ids: Sequence[str]) -> list[Share]:
        """Of just these units."""
        wanted = {"division": division_id, "unit_ids": {"$in": list(unit_ids)}}
        found = self._parts.find(wanted, {"lines": 1}, session=session())
        lines = (_SHARES.value(line) for one in found for line in one["lines"])
        return [line for line in lines if line.unit_id in unit_ids]

    def _found(self, ids: Sequence[str]) -> list[Share]:
        found = self._parts.find({"_id": {"$in": list(ids)}}, {"lines": 1}, session=session())
        parts: dict[str, list[Document]] = {one["_id"]: one["lines"] for one in found}
        return [_SHARES.value(line) for one in ids for line in parts.get(one, ())]

    def move(self, changes: Iterable[UnitChange]) -> None:
        """Divisions follow the units that made them, within the transaction of the event."""
        follow_paths(self._divisions, changes)


def _part_id(division_id: str, place: int) -> str:
    return f"{division_id}|{place}"
