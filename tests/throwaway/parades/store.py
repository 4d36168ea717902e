"""The documents of parades."""

from collections.abc import Callable
from datetime import date
from typing import Any

from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from tests.throwaway.parades.domain import Parade


class ParadeStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._parades = Records(database, "parades", origin)

    def prepare(self) -> None:
        self._parades.prepare()
        self._parades.collection.create_index("unit_id")

    def add(self, parade: Parade, entry: AuditEntry) -> None:
        values = {
            "_id": parade.id,
            "unit_id": parade.unit_id,
            "on": parade.on.isoformat(),
            "title": parade.title,
        }
        self._parades.insert(values, audit=[entry])

    def of(self, unit_id: str) -> list[Parade]:
        found = self._parades.collection.find({"unit_id": unit_id}, session=session())
        return [_parade(document) for document in found]


def _parade(document: dict[str, Any]) -> Parade:
    return Parade(document["_id"], document["unit_id"], date.fromisoformat(document["on"]), document["title"])
