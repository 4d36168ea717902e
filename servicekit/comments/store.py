"""Threads in the database: a record for each comment, and one that counts them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from servicekit.calendar.order import newest_first
from servicekit.comments.comment import Comment
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.web.listing import Page, key_of, page_from

COMMENTS, THREADS = "comments", "comment_threads"
_SHAPE = Shape(Comment)


class CommentStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self.database = database
        self._records = Records(database, COMMENTS, origin)
        self._threads = database.mongo[THREADS]

    def prepare(self) -> None:
        self._records.prepare()
        self._records.collection.create_index([("thread", 1), ("key", 1)])
        for kept in (self._records.collection, self._threads):
            kept.create_index("kept_until", expireAfterSeconds=0)

    def find(self, comment_id: str) -> Comment | None:
        found = self._records.find(comment_id)
        return _SHAPE.value(found) if found else None

    def add(
        self,
        comment: Comment,
        events: Iterable[Event],
        audit: Iterable[AuditEntry],
        kept_until: datetime | None = None,
    ) -> int:
        """How many the thread has with it. Within a transaction: two at once are counted one after the other."""
        thread = _thread(comment.noun, comment.record_id)
        gone = {"kept_until": kept_until} if kept_until is not None else {}
        counted = {"$inc": {"count": 1}, **({"$set": gone} if gone else {})}
        self._threads.update_one({"_id": thread}, counted, upsert=True, session=session())
        key = f"{newest_first(comment.at)} {comment.id}"
        self._records.insert(
            {**_SHAPE.document(comment), **gone, "thread": thread, "key": key}, events, audit
        )
        return self.count(comment.noun, comment.record_id)

    def save(self, comment: Comment, expected_version: int, audit: Iterable[AuditEntry]) -> Comment:
        """Raises Stale where somebody else has written it since."""
        return _SHAPE.value(self._records.save(_SHAPE.document(comment), expected_version, (), audit))

    def page(self, noun: str, record_id: str, after: str, limit: int) -> Page[Comment]:
        """The newest first."""
        wanted: Document = {"thread": _thread(noun, record_id)}
        if after:
            (last,) = key_of(after, 1)
            wanted["key"] = {"$gt": last}
        found = self._records.collection.find(wanted, {"_outbox": 0}, session=session())
        documents = list(found.sort([("thread", 1), ("key", 1)]).limit(limit + 1))
        page = page_from(documents, lambda one: (one["key"],), limit, self.count(noun, record_id))
        return page.map(lambda some: [_SHAPE.value(one) for one in some])

    def writers(self, noun: str, record_id: str) -> dict[str, str]:
        """The names of all who have written, by account; as many at most as a thread has comments."""
        wanted = {"thread": _thread(noun, record_id)}
        found = self._records.collection.find(wanted, {"by": 1, "by_name": 1}, session=session())
        return {one["by"]: one["by_name"] for one in found}

    def count(self, noun: str, record_id: str) -> int:
        found = self._threads.find_one({"_id": _thread(noun, record_id)}, session=session())
        count: int = found["count"] if found else 0
        return count


def _thread(noun: str, record_id: str) -> str:
    return f"{noun} {record_id}"
