"""Notices: one matter in one person's inbox, and up to where the person has marked all as read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.errors import BulkWriteError

from notifications.domain.notices import Notice
from notifications.store.documents import milliseconds, notice_document, stored_notice
from servicekit.data.database import Database
from servicekit.data.documents import Document
from servicekit.refusals import NotFound
from servicekit.web.listing import Page, key_of, page_from

NOTICES_KEPT = timedelta(days=400)
# The driver's code for a unique value that is taken.
DUPLICATE = 11000
# Sorts before every notice and begins none: with a descending index the embedded database leaves out of what is
# greater than a text all that begins with it.
BEFORE_ALL = "00000000000000-"


@dataclass(frozen=True)
class InboxPage:
    page: Page[Notice]
    unread: int


class NoticeStore:
    def __init__(self, database: Database) -> None:
        self._notices = database.mongo["notices"]
        self._read_marks = database.mongo["read_marks"]

    def prepare(self) -> None:
        self._notices.create_index([("account_id", 1), ("order", -1)])
        self._notices.create_index([("account_id", 1), ("unread", 1), ("order", -1)])
        # The embedded database scans unless one index covers the whole filter of a compare-and-set.
        self._notices.create_index([("_id", 1), ("account_id", 1), ("unread", 1)])
        self._notices.create_index("at")

    def add(self, notices: Sequence[Notice]) -> None:
        """Those that are there already stay as they are."""
        ids = [notice.id for notice in notices]
        known = {one["_id"] for one in self._notices.find({"_id": {"$in": ids}}, {"_id": 1})}
        new = {notice.id: notice_document(notice) for notice in notices if notice.id not in known}
        if not new:
            return
        try:
            self._notices.insert_many(new.values(), ordered=False)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE for fault in error.details["writeErrors"]):
                raise

    def inbox(
        self, account_id: str, *, unread: bool, after: str, limit: int, units: Collection[str] | None = None
    ) -> InboxPage:
        """Newest first; `after` is the `next` of the page before. `units`: of these alone. Raises CursorUnknown."""
        mark, among = self._read_mark(account_id), _among(units)
        wanted: Document = {"account_id": account_id, **among}
        order: Document = {}
        if unread:
            wanted["unread"] = True
            order["$gt"] = mark["until"]
        if after:
            (order["$lt"],) = key_of(after, 1)
        if order:
            wanted["order"] = order
        found = list(self._notices.find(wanted).sort("order", -1).limit(limit + 1))
        waiting = self.unread(account_id, units)
        everything = {"account_id": account_id, **among}
        total = waiting if unread else self._notices.count_documents(everything)
        page = page_from(found, lambda one: (one["order"],), limit, total)
        return InboxPage(page.map(lambda some: [stored_notice(_marked(one, mark)) for one in some]), waiting)

    def unread(self, account_id: str, units: Collection[str] | None = None) -> int:
        newer = {"$gt": self._read_mark(account_id)["until"]}
        wanted = {"account_id": account_id, "unread": True, "order": newer, **_among(units)}
        return self._notices.count_documents(wanted)

    def _read_mark(self, account_id: str) -> Document:
        """Up to where the person has marked all as read."""
        return self._read_marks.find_one({"_id": account_id}) or {"until": BEFORE_ALL, "at": None}

    def mark_read(self, account_id: str, notice_id: str, now: datetime) -> Notice:
        """Read stays read at its first moment. Raises NotFound for what is not in this person's inbox."""
        self._notices.update_one(
            {"_id": notice_id, "account_id": account_id, "unread": True},
            {"$set": {"unread": False, "read_at": now}},
        )
        return self.notice(account_id, notice_id)

    def notice(self, account_id: str, notice_id: str) -> Notice:
        """Raises NotFound for what is not in this person's inbox."""
        found = self._notices.find_one({"_id": notice_id})
        if found is None or found["account_id"] != account_id:
            raise NotFound
        return stored_notice(_marked(found, self._read_mark(account_id)))

    def mark_all_read(self, account_id: str, now: datetime) -> None:
        """One write, however many there are: what is not newer than this mark counts as read."""
        self._read_marks.update_one(
            {"_id": account_id}, {"$set": {"until": f"{milliseconds(now)}-~", "at": now}}, upsert=True
        )

    def forget(self, now: datetime) -> int:
        """Drops those that are older than they are kept; how many."""
        return self._notices.delete_many({"at": {"$lt": now - NOTICES_KEPT}}).deleted_count


def _among(units: Collection[str] | None) -> Document:
    return {} if units is None else {"unit_id": {"$in": sorted(units)}}


def _marked(document: Document, mark: Document) -> Document:
    """Read with all the others, unless it was read by itself before."""
    together = document["unread"] and document["order"] <= mark["until"]
    return {**document, "read_at": mark["at"]} if together else document
