"""Records: documents with a version, saved by compare-and-set, whose events ride in the same write."""

from collections.abc import Callable, Iterable
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Event, Origin, outgoing
from servicekit.ids import new_id
from servicekit.refusals import NotFound, Stale

Document = dict[str, Any]
# What is saved, the version that was seen, and what is told and written down of it.
Save = tuple[Document, int, Iterable[Event], Iterable[AuditEntry]]

OUTBOXES = "outboxes"
READS = "reads"


class Records:
    """One collection of a service. `origin` says who is writing (see servicekit.web.guards.origin)."""

    def __init__(self, database: Database, name: str, origin: Callable[[], Origin]) -> None:
        self.database = database
        self.name = name
        self.collection = database.mongo[name]
        self._origin = origin

    def prepare(self) -> None:
        """Makes the relay look here, and saving fast; called once when the service starts."""
        # The embedded database scans unless one index covers the whole filter, {_id, version} included.
        self.collection.create_index([("_id", 1), ("version", 1)])
        self.collection.create_index("_pending", partialFilterExpression={"_pending": True})
        self.database.mongo[OUTBOXES].update_one(
            {"_id": self.name}, {"$set": {"collection": self.name}}, upsert=True
        )

    def get(self, record_id: str) -> Document:
        document = self.collection.find_one({"_id": record_id}, {"_outbox": 0}, session=session())
        if document is None:
            raise NotFound
        return document

    def find(self, record_id: str) -> Document | None:
        return self.collection.find_one({"_id": record_id}, {"_outbox": 0}, session=session())

    def insert(
        self, document: Document, events: Iterable[Event] = (), audit: Iterable[AuditEntry] = ()
    ) -> Document:
        """Adds a record at version 1; raises pymongo's DuplicateKeyError where a unique value is taken."""
        stored = {**document, "version": 1, **self._outbox(events, audit)}
        self.collection.insert_one(stored, session=session())
        return visible(stored)

    def save(
        self,
        document: Document,
        expected_version: int,
        events: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> Document:
        """Sets every field of `document` when the stored version is the expected one, else raises Stale."""
        change = self._change(document, expected_version, events, audit)
        done = self.collection.update_one(
            {"_id": document["_id"], "version": expected_version}, change, session=session()
        )
        if done.matched_count == 0:
            raise Stale
        return {**visible(document), "version": expected_version + 1}

    def save_many(self, saves: Iterable[Save]) -> None:
        """As `save` for each, in one write. Within a transaction: raises Stale where any was written meanwhile."""
        writes = [
            UpdateOne(
                {"_id": document["_id"], "version": version}, self._change(document, version, events, audit)
            )
            for document, version, events, audit in saves
        ]
        if not writes:
            return
        done = self.collection.bulk_write(writes, ordered=False, session=session())
        if done.matched_count < len(writes):
            raise Stale

    def _change(
        self,
        document: Document,
        expected_version: int,
        events: Iterable[Event],
        audit: Iterable[AuditEntry],
    ) -> Document:
        values = {**visible(document), "version": expected_version + 1}
        del values["_id"]
        outbox = self._outbox(events, audit)
        if not outbox:
            return {"$set": values}
        values["_pending"] = True
        return {"$set": values, "$push": {"_outbox": {"$each": outbox["_outbox"]}}}

    def _outbox(self, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Document:
        items = outgoing(self._origin(), tuple(events), tuple(audit))
        return {"_outbox": items, "_pending": True} if items else {}


class ReadLog:
    """Reads of personal data: the entry is stored before the answer leaves."""

    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, READS, origin)

    def prepare(self) -> None:
        self._records.prepare()

    def record(self, *entries: AuditEntry) -> None:
        self._records.insert({"_id": new_id()}, audit=entries)


def visible(document: Document) -> Document:
    """Without the outbox; `_id` stays."""
    return {key: value for key, value in document.items() if not key.startswith("_") or key == "_id"}


__all__ = ["OUTBOXES", "DuplicateKeyError", "ReadLog", "Records", "visible"]
