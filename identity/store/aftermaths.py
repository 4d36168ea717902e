"""Documents of what an act leaves to be done with the many grants that hang on one, until all of it is done."""

from collections.abc import Iterable

from identity.domain.aftermath import Aftermath
from identity.store.documents import aftermath_document, aftermath_of
from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin


class AftermathStore:
    def __init__(self, database: Database) -> None:
        self._records = Records(database, "aftermaths", origin)

    def prepare(self) -> None:
        self._records.prepare()
        self._records.collection.create_index("open")

    def put(
        self, aftermath: Aftermath, news: Iterable[Event] = (), audit: Iterable[AuditEntry] = ()
    ) -> Aftermath:
        """Raises Stale when somebody else has carried it on meanwhile."""
        document = aftermath_document(aftermath)
        if aftermath.version == 0:
            return aftermath_of(self._records.insert(document, news, audit))
        return aftermath_of(self._records.save(document, aftermath.version, news, audit))

    def find(self, aftermath_id: str) -> Aftermath:
        return aftermath_of(self._records.get(aftermath_id))

    def waiting(self) -> list[Aftermath]:
        """In the order in which they were left."""
        found = [aftermath_of(one) for one in self._records.collection.find({"open": True}, {"_outbox": 0})]
        return sorted(found, key=lambda one: (one.at, one.id))
