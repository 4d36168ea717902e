"""Reminders that were given: a document each, whose id makes it one of a kind, with the event in the same write."""

from collections.abc import Callable, Iterable

from servicekit.data.database import Database
from servicekit.data.events import Event, Origin
from servicekit.data.records import Records


class ReminderStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._database = database
        self._records = Records(database, "reminders", origin)

    def prepare(self) -> None:
        self._records.prepare()

    def is_given(self, key: str) -> bool:
        return self._records.find(key) is not None

    def give(self, parts: Iterable[tuple[str, Event | None]]) -> None:
        """All parts of one reminder, or none of them."""

        def work() -> None:
            for key, event in parts:
                self._records.insert({"_id": key}, [event] if event else [])

        parts = list(parts)
        self._database.in_transaction(work)
