"""Which reports were opened, one document for each sending.

A sending that is withdrawn has one as well: whichever comes first stands, for an id is there once. The congress itself
stays at its version when it is opened, so that whoever saw it before decides on what they saw.
"""

from collections.abc import Callable, Iterable

from congress.domain.opening import Opening
from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import DuplicateKeyError, Records

_OPENINGS = Shape(Opening)


class OpeningStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "openings", origin)
        self._openings = database.mongo["openings"]

    def prepare(self) -> None:
        self._records.prepare()

    def of(self, sending_ids: Iterable[str]) -> dict[str, Opening]:
        """Of those of these that were opened."""
        ids = list(sending_ids)
        if not ids:
            return {}
        found = self._openings.find({"_id": {"$in": ids}}, {"_outbox": 0}, session=session())
        return {one["_id"]: _OPENINGS.value(one) for one in found if not one.get("withdrawn")}

    def open(self, sending_id: str, opening: Opening, audit: Iterable[AuditEntry]) -> bool:
        """False where it was opened, or withdrawn, before."""
        return self._put({**_OPENINGS.document(opening), "_id": sending_id}, audit)

    def withdraw(self, sending_id: str) -> bool:
        """Within the transaction that withdraws it; False where somebody has opened it first."""
        return self._put({"_id": sending_id, "withdrawn": True})

    def _put(self, document: dict[str, object], audit: Iterable[AuditEntry] = ()) -> bool:
        try:
            self._records.insert(document, audit=audit)
        except DuplicateKeyError:
            return False
        return True
