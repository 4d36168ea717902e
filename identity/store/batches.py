"""Documents of access given to many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from identity import listed
from identity.domain.batches import Batch
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry
from servicekit.data.records import Records
from servicekit.tree.listed import Listed, Lists
from servicekit.web.guards import origin

# Longer than an invitation lives: afterwards each grant stands for itself.
KEPT = timedelta(days=400)
_BATCHES = Shape(Batch)


class BatchStore:
    def __init__(self, database: Database, lists: Lists) -> None:
        self._database = database
        self._batches = Records(database, "grant_batches", origin)
        self._lists = lists

    def prepare(self) -> None:
        self._batches.prepare()
        self._batches.collection.create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))

    def get(self, batch_id: str) -> Batch:
        return _BATCHES.value(self._batches.get(batch_id))

    def find(self, batch_id: str) -> Batch | None:
        found = self._batches.find(batch_id)
        return _BATCHES.value(found) if found is not None else None

    def by_id(self, ids: Sequence[str]) -> Mapping[str, Batch]:
        found = self._batches.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0}, session=session())
        return {one["_id"]: _BATCHES.value(one) for one in found}

    def add(self, batch: Batch) -> Batch:
        def work() -> Batch:
            made = _BATCHES.value(self._batches.insert(_BATCHES.document(batch), (), ()))
            self._lists.add([listed_batch(made)])
            return made

        return self._database.in_transaction(work)

    def save(self, batch: Batch, expected_version: int, audit: Iterable[AuditEntry]) -> Batch:
        return _BATCHES.value(self._batches.save(_BATCHES.document(batch), expected_version, (), audit))


def listed_batch(batch: Batch) -> Listed:
    return listed.of_batch(batch.id, batch.by, batch.at, batch.at + KEPT)


def listed_batch_of(found: Document) -> Listed:
    return listed_batch(_BATCHES.value(found))
