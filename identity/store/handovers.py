"""Documents of hand-overs: one for each grant that is or was handed over, so that nothing of it is left half done."""

from collections.abc import Iterable
from datetime import datetime

from identity.domain.succession import Handover, State
from servicekit.data.database import Database
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin

_HANDOVERS = Shape(Handover)


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


def _handover(found: Document) -> Handover:
    return _HANDOVERS.value({**found, "grant_id": found["_id"]})


def _document(handover: Handover) -> Document:
    """A grant is handed over once at a time: its id is that of the hand-over."""
    made = _HANDOVERS.document(handover)
    return {"_id": made.pop("grant_id"), **made}
