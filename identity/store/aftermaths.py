"""Documents of what an act leaves to be done with the many grants that hang on one, until all of it is done."""

from collections.abc import Callable, Iterable
from typing import Any

from identity.domain.aftermath import Aftermath
from identity.domain.grants import Grant
from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin

Document = dict[str, Any]


class AftermathStore:
    def __init__(
        self,
        database: Database,
        grant_of: Callable[[Document], Grant],
        document_of: Callable[[Grant], Document],
    ) -> None:
        self._records = Records(database, "aftermaths", origin)
        self._grant_of = grant_of
        self._document_of = document_of

    def prepare(self) -> None:
        self._records.prepare()
        self._records.collection.create_index("open")

    def put(
        self, aftermath: Aftermath, news: Iterable[Event] = (), audit: Iterable[AuditEntry] = ()
    ) -> Aftermath:
        """Raises Stale when somebody else has carried it on meanwhile."""
        document = {
            "_id": aftermath.id,
            "before": self._document_of(aftermath.before),
            "after": self._document_of(aftermath.after),
            "why": aftermath.why,
            "at": aftermath.at,
            "reached": aftermath.reached,
            "lost": aftermath.lost,
            "revived": aftermath.revived,
            "open": aftermath.open,
            "with_it": list(aftermath.with_it),
        }
        if aftermath.version == 0:
            return self._read(self._records.insert(document, news, audit))
        return self._read(self._records.save(document, aftermath.version, news, audit))

    def find(self, aftermath_id: str) -> Aftermath:
        return self._read(self._records.get(aftermath_id))

    def waiting(self) -> list[Aftermath]:
        """In the order in which they were left."""
        found = [self._read(one) for one in self._records.collection.find({"open": True}, {"_outbox": 0})]
        return sorted(found, key=lambda one: (one.at, one.id))

    def _read(self, document: Document) -> Aftermath:
        return Aftermath(
            id=document["_id"],
            before=self._grant_of(document["before"]),
            after=self._grant_of(document["after"]),
            why=document["why"],
            at=document["at"],
            reached=document["reached"],
            lost=document["lost"],
            revived=document["revived"],
            open=document["open"],
            with_it=tuple(document.get("with_it", ())),
            version=document["version"],
        )
