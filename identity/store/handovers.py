"""Documents of hand-overs: one for each grant that is or was handed over, so that nothing of it is left half done."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from identity.domain.succession import Handover, State
from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin

Document = dict[str, Any]
TUPLES = ("only", "by")


class HandoverStore:
    def __init__(self, database: Database) -> None:
        self._handovers = Records(database, "handovers", origin)

    def prepare(self) -> None:
        self._handovers.prepare()
        self._handovers.collection.create_index("state")

    def find(self, grant_id: str) -> Handover | None:
        found = self._handovers.find(grant_id)
        return _handover(found) if found else None

    def put(
        self, handover: Handover, news: Iterable[Event] = (), audit: Iterable[AuditEntry] = ()
    ) -> Handover:
        """Raises Stale when somebody else has carried it on meanwhile, DuplicateKeyError when begun by another."""
        if handover.version == 0:
            return _handover(self._handovers.insert(_document(handover), news, audit))
        return _handover(self._handovers.save(_document(handover), handover.version, news, audit))

    def resting(self, since: datetime) -> list[str]:
        """The grants whose hand-over is under way and was not carried on since then."""
        found = self._handovers.collection.find({"state": str(State.OPEN)}, {"touched_at": 1})
        return sorted(one["_id"] for one in found if one["touched_at"] <= since)


def _handover(document: Document) -> Handover:
    values = {name: document[name] for name in Handover.__dataclass_fields__ if name in document}
    values |= {name: tuple(document[name]) for name in TUPLES}
    return Handover(**{**values, "grant_id": document["_id"], "state": State(document["state"])})


def _document(handover: Handover) -> Document:
    values = {name: value for name, value in asdict(handover).items() if name not in ("grant_id", "version")}
    lists = {name: list(values[name]) for name in TUPLES}
    return {**values, **lists, "_id": handover.grant_id, "state": str(handover.state)}
