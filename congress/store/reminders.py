"""Reminders that were given: a document each, whose id makes it one of a kind, with the event in the same write.

Beside them: when somebody was last reminded of a congress, and when all in a list were.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import UpdateOne

from servicekit.data.database import Database, session
from servicekit.data.events import Event, Origin
from servicekit.data.records import Records


@dataclass(frozen=True, slots=True)
class ListReminded:
    """All in a list, `number` of them as they were counted then."""

    at: datetime
    number: int


class ReminderStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._database = database
        self._records = Records(database, "reminders", origin)
        self._kept = database.mongo["reminders"]
        self._reminded = database.mongo["reminded"]

    def prepare(self) -> None:
        self._records.prepare()

    def is_given(self, key: str) -> bool:
        return self._records.find(key) is not None

    def given(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these that were given."""
        found = self._kept.find({"_id": {"$in": list(keys)}}, {"_id": 1}, session=session())
        return frozenset(one["_id"] for one in found)

    def give(self, parts: Iterable[tuple[str, Event | None]]) -> None:
        """All parts of one reminder, or none of them."""

        def work() -> None:
            for key, event in parts:
                self._records.insert({"_id": key}, [event] if event else [])

        parts = list(parts)
        self._database.in_transaction(work)

    def last_of(self, congress_ids: Iterable[str]) -> dict[str, datetime]:
        """When somebody was last reminded of each, of those of which anybody was."""
        wanted = {"_id": {"$in": list(congress_ids)}}
        return {one["_id"]: one["at"] for one in self._reminded.find(wanted, {"at": 1}, session=session())}

    def remind(self, events: Mapping[str, Event], congress_ids: Sequence[str], at: datetime) -> None:
        """Tells by these events, each by an id of its own, in the transaction that is open."""
        for key, event in events.items():
            self._records.insert({"_id": key}, [event])
        if congress_ids:
            writes = [UpdateOne({"_id": one}, {"$set": {"at": at}}, upsert=True) for one in congress_ids]
            self._reminded.bulk_write(writes, ordered=False, session=session())

    def list_reminded(self, key: str) -> ListReminded | None:
        found = self._reminded.find_one({"_id": key}, session=session())
        return ListReminded(found["at"], found["number"]) if found else None

    def note_list(self, key: str, at: datetime, number: int) -> None:
        self._reminded.update_one(
            {"_id": key}, {"$set": {"at": at, "number": number}}, upsert=True, session=session()
        )
