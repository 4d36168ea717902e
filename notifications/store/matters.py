"""What happened and is still to be told: a job each."""

from collections.abc import Iterable
from datetime import datetime

from notifications.domain.matters import Matter
from notifications.store.documents import matter_document, stored_matter
from notifications.store.jobs import DONE, WAITING, Overtaken, prepare_jobs
from servicekit.data.database import Database, session
from servicekit.data.documents import Document

GIVEN_UP, UNREADABLE = "given-up", "unreadable"


class MatterStore:
    def __init__(self, database: Database) -> None:
        self._matters = database.mongo["matters"]

    def prepare(self) -> None:
        prepare_jobs(self._matters)
        # The embedded database scans unless one index covers the whole filter of a compare-and-set.
        self._matters.create_index([("_id", 1), ("asked", 1)])

    def add(self, matters: Iterable[Matter], now: datetime) -> None:
        self._matters.insert_many(
            [{**matter_document(matter), "state": WAITING, "due_at": now} for matter in matters],
            session=session(),
        )

    def add_unreadable(self, event_id: str, event_type: str, why: str, now: datetime) -> None:
        """Kept where somebody can find it: refusing it would hold up all that comes after."""
        self._matters.insert_one(
            {"_id": event_id, "kind": event_type, "state": UNREADABLE, "error": why, "due_at": now},
            session=session(),
        )

    def due(self, now: datetime, most: int) -> list[Matter]:
        found = self._matters.find({"state": WAITING, "due_at": {"$lte": now}}).sort("due_at", 1).limit(most)
        return [stored_matter(one) for one in found]

    def advance(self, matter: Matter, asked: int, now: datetime) -> None:
        """The people of the first `asked` concerns are found; raises Overtaken."""
        over: Document = {"state": DONE, "done_at": now} if asked >= len(matter.concerns) else {}
        if not self._change(matter, {"$set": {"asked": asked, **over}}):
            raise Overtaken

    def postpone(self, matter: Matter, due_at: datetime | None, error: str) -> None:
        """To a later moment, or for good where there is none."""
        change: Document = {"due_at": due_at} if due_at else {"state": GIVEN_UP}
        self._change(matter, {"$set": {**change, "error": error}, "$inc": {"attempts": 1}})

    def _change(self, matter: Matter, change: Document) -> bool:
        return self._matters.update_one({"_id": matter.id, "asked": matter.asked}, change).matched_count == 1

    def topic_open(self, topic: str) -> bool:
        """Whether parts of this reminder are still being looked at."""
        return self._matters.find_one({"topic": topic, "state": WAITING}, {"_id": 1}) is not None
