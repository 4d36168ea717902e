"""The service's own audit, as far as it is about one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from servicekit.audit.search import about
from servicekit.data.database import Database


@dataclass(frozen=True)
class Access:
    """Somebody read or changed something about a person, in a unit."""

    at: datetime
    actor_name: str
    action: str
    unit_id: str


class AccessLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subject_ids: Iterable[str], now: datetime, most: int) -> list[Access]:
        """Newest first; what was written in the last seconds may not have arrived yet."""
        return [
            Access(entry["at"], entry["actor_name"], entry["action"], entry["unit_id"])
            for entry in about(self._database, subject_ids, now, most)
        ]
