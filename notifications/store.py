"""The documents of notifications: the only module of this service that knows the database.

matters      what happened and is still to be told (a job each), done ones kept for a while
reminders    the units of one reminder that concern one person, gathered until all parts have come
notices      one matter in one person's inbox, with the fate of its e-mail
units        the copy of the tree (servicekit.tree.units_copy)

The sender's writes stand alone, each a compare-and-set or one that may be done again: a process killed inside a
transaction would hold its documents for as long as the database lets a transaction live, up to a minute.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from notifications.domain.kinds import Kind
from notifications.domain.mailboxes import Mailbox
from notifications.domain.matters import Concern, Matter
from notifications.domain.notices import Mail, Notice
from notifications.migrations import MIGRATIONS
from servicekit.data.database import Database, session
from servicekit.events.inbox import prepare_inbox
from servicekit.ids import id_from
from servicekit.refusals import NotFound
from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.migrations import require_migrated

Document = dict[str, Any]

WAITING, DONE = "waiting", "done"
GIVEN_UP, UNREADABLE = "given-up", "unreadable"
DONE_KEPT = timedelta(days=30)
NOTICES_KEPT = timedelta(days=400)
# The driver's code for a unique value that is taken.
DUPLICATE = 11000


class Overtaken(Exception):
    """Another sender has done this step in the meantime: nothing of ours is written."""


@dataclass(frozen=True)
class Reminder:
    """The first `told` units have been told; those up to `telling` are being told, and no others with them."""

    id: str
    topic: str
    account_id: str
    kind: Kind
    deadline: date
    units: tuple[Concern, ...]
    told: int
    telling: int
    version: int


@dataclass(frozen=True)
class InboxPage:
    items: list[Notice]
    unread: int
    next: str | None
    total: int


# Sorts before every notice and begins none: with a descending index the embedded database leaves out of what is
# greater than a text all that begins with it.
BEFORE_ALL = "00000000000000-"


class Store:
    def __init__(self, database: Database) -> None:
        self.database = database
        mongo = database.mongo
        self._matters = mongo["matters"]
        self._reminders = mongo["reminders"]
        self._notices = mongo["notices"]
        self._mailboxes = mongo["mailboxes"]
        self._read_marks = mongo["read_marks"]
        self.units = UnitsCopy(database)

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        prepare_inbox(self.database)
        self.units.prepare()
        kept = int(DONE_KEPT.total_seconds())
        for jobs in (self._matters, self._reminders):
            jobs.create_index([("state", 1), ("due_at", 1)])
            jobs.create_index([("topic", 1), ("state", 1)])
            jobs.create_index("done_at", expireAfterSeconds=kept)
        self._notices.create_index([("account_id", 1), ("order", -1)])
        self._notices.create_index([("account_id", 1), ("unread", 1), ("order", -1)])
        self._notices.create_index([("mail_state", 1), ("mail_due_at", 1)])
        # The embedded database scans unless one index covers the whole filter of a compare-and-set.
        self._notices.create_index([("_id", 1), ("mail_due_at", 1)])
        self._notices.create_index([("_id", 1), ("account_id", 1), ("unread", 1)])
        self._matters.create_index([("_id", 1), ("asked", 1)])
        self._reminders.create_index([("_id", 1), ("version", 1)])
        self._notices.create_index("at")

    # ------------------------------------------------------------ matters

    def add_matters(self, matters: Iterable[Matter], now: datetime) -> None:
        self._matters.insert_many(
            [{**_matter_document(matter), "state": WAITING, "due_at": now} for matter in matters],
            session=session(),
        )

    def add_unreadable(self, event_id: str, event_type: str, why: str, now: datetime) -> None:
        """Kept where somebody can find it: refusing it would hold up all that comes after."""
        self._matters.insert_one(
            {"_id": event_id, "kind": event_type, "state": UNREADABLE, "error": why, "due_at": now},
            session=session(),
        )

    def due_matters(self, now: datetime, most: int) -> list[Matter]:
        found = self._matters.find({"state": WAITING, "due_at": {"$lte": now}}).sort("due_at", 1).limit(most)
        return [_matter(one) for one in found]

    def advance(self, matter: Matter, asked: int, now: datetime) -> None:
        """The people of the first `asked` concerns are found; raises Overtaken."""
        over: Document = {"state": DONE, "done_at": now} if asked >= len(matter.concerns) else {}
        if not self._change_matter(matter, {"$set": {"asked": asked, **over}}):
            raise Overtaken

    def postpone_matter(self, matter: Matter, due_at: datetime | None, error: str) -> None:
        """To a later moment, or for good where there is none."""
        change: Document = {"due_at": due_at} if due_at else {"state": GIVEN_UP}
        self._change_matter(matter, {"$set": {**change, "error": error}, "$inc": {"attempts": 1}})

    def _change_matter(self, matter: Matter, change: Document) -> bool:
        return self._matters.update_one({"_id": matter.id, "asked": matter.asked}, change).matched_count == 1

    def topic_open(self, topic: str) -> bool:
        """Whether parts of this reminder are still being looked at."""
        return self._matters.find_one({"topic": topic, "state": WAITING}, {"_id": 1}) is not None

    # ------------------------------------------------------------ reminders

    def gather(self, matter: Matter, account_id: str, concerns: Iterable[Concern], due_at: datetime) -> None:
        """Adds units, those not there yet, to what one person is to be reminded of. Raises Overtaken."""
        reminder_id = id_from(matter.topic, account_id)
        known = self._reminders.find_one({"_id": reminder_id})
        have = {unit["unit_id"] for unit in known["units"]} if known else set()
        added = [_concern_document(one) for one in concerns if one.unit_id not in have]
        if known is None:
            try:
                self._reminders.insert_one(
                    {
                        "_id": reminder_id,
                        "topic": matter.topic,
                        "account_id": account_id,
                        "kind": matter.kind.value,
                        "deadline": _instant(matter.deadline),
                        "units": added,
                        "told": 0,
                        "telling": 0,
                        "version": 1,
                        "state": WAITING,
                        "due_at": due_at,
                    }
                )
            except DuplicateKeyError as error:
                raise Overtaken from error
        elif added:
            change = {
                "$push": {"units": {"$each": added}},
                "$set": {"state": WAITING, "due_at": due_at},
                "$unset": {"done_at": ""},
                "$inc": {"version": 1},
            }
            mine = {"_id": reminder_id, "version": known["version"]}
            if self._reminders.update_one(mine, change).matched_count == 0:
                raise Overtaken

    def due_reminders(self, now: datetime, most: int) -> list[Reminder]:
        found = self._reminders.find({"state": WAITING, "due_at": {"$lte": now}}).limit(most)
        return [_reminder(one) for one in found]

    def postpone_topic(self, topic: str, due_at: datetime) -> None:
        self._reminders.update_many({"topic": topic, "state": WAITING}, {"$set": {"due_at": due_at}})

    def begin_reminding(self, reminders: Sequence[Reminder]) -> list[Reminder]:
        """Fixes which units are told now, so that one who is killed and comes back tells the same again."""
        begun = [one for one in reminders if one.telling == one.told]
        self._change_reminders(begun, lambda one: {"telling": len(one.units)})
        found = self._reminders.find({"_id": {"$in": [one.id for one in reminders]}})
        return [one for one in map(_reminder, found) if one.telling > one.told]

    def end_reminding(self, reminders: Sequence[Reminder], now: datetime) -> None:
        def over(reminder: Reminder) -> Document:
            done = reminder.telling == len(reminder.units)
            return {"told": reminder.telling, **({"state": DONE, "done_at": now} if done else {})}

        self._change_reminders(reminders, over)

    def _change_reminders(
        self, reminders: Sequence[Reminder], change: Callable[[Reminder], Document]
    ) -> None:
        writes = [
            UpdateOne({"_id": one.id, "version": one.version}, {"$set": change(one), "$inc": {"version": 1}})
            for one in reminders
        ]
        if writes:
            self._reminders.bulk_write(writes, ordered=False)

    # ------------------------------------------------------------ notices

    def add_notices(self, notices: Sequence[Notice]) -> None:
        """Those that are there already stay as they are."""
        ids = [notice.id for notice in notices]
        known = {one["_id"] for one in self._notices.find({"_id": {"$in": ids}}, {"_id": 1})}
        new = {notice.id: _notice_document(notice) for notice in notices if notice.id not in known}
        if not new:
            return
        try:
            self._notices.insert_many(new.values(), ordered=False)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE for fault in error.details["writeErrors"]):
                raise

    def inbox(self, account_id: str, *, unread: bool, after: str, limit: int) -> InboxPage:
        """Newest first; `after` is the `next` of the page before."""
        mark = self._read_mark(account_id)
        wanted: Document = {"account_id": account_id}
        order: Document = {}
        if unread:
            wanted["unread"] = True
            order["$gt"] = mark["until"]
        if after:
            order["$lt"] = after
        if order:
            wanted["order"] = order
        found = list(self._notices.find(wanted).sort("order", -1).limit(limit + 1))
        page = found[:limit]
        more = page[-1]["order"] if len(found) > limit else None
        waiting = self.unread(account_id)
        total = waiting if unread else self._notices.count_documents({"account_id": account_id})
        return InboxPage([_notice(_marked(one, mark)) for one in page], waiting, more, total)

    def unread(self, account_id: str) -> int:
        newer = {"$gt": self._read_mark(account_id)["until"]}
        return self._notices.count_documents({"account_id": account_id, "unread": True, "order": newer})

    def _read_mark(self, account_id: str) -> Document:
        """Up to where the person has marked all as read."""
        return self._read_marks.find_one({"_id": account_id}) or {"until": BEFORE_ALL, "at": None}

    def mark_read(self, account_id: str, notice_id: str, now: datetime) -> Notice:
        """Read stays read at its first moment. Raises NotFound for what is not in this person's inbox."""
        self._notices.update_one(
            {"_id": notice_id, "account_id": account_id, "unread": True},
            {"$set": {"unread": False, "read_at": now}},
        )
        found = self._notices.find_one({"_id": notice_id})
        if found is None or found["account_id"] != account_id:
            raise NotFound
        return _notice(_marked(found, self._read_mark(account_id)))

    def mark_all_read(self, account_id: str, now: datetime) -> None:
        """One write, however many there are: what is not newer than this mark counts as read."""
        self._read_marks.update_one(
            {"_id": account_id}, {"$set": {"until": f"{_milliseconds(now)}-~", "at": now}}, upsert=True
        )

    def hand_over(self, account_id: str, staying_id: str) -> None:
        for told in (self._notices, self._matters, self._reminders):
            told.update_many(
                {"account_id": account_id}, {"$set": {"account_id": staying_id}}, session=session()
            )

    def forget_notices(self, now: datetime) -> int:
        """Drops those that are older than they are kept; how many."""
        return self._notices.delete_many({"at": {"$lt": now - NOTICES_KEPT}}).deleted_count

    # ------------------------------------------------------------ mailboxes

    def mailbox(self, account_id: str) -> Mailbox | None:
        found = self._mailboxes.find_one({"_id": account_id})
        return Mailbox(account_id, found["mark"], found["refusals"], found["rests_until"]) if found else None

    def keep_mailbox(self, mailbox: Mailbox) -> None:
        values = {"mark": mailbox.mark, "refusals": mailbox.refusals, "rests_until": mailbox.rests_until}
        self._mailboxes.update_one({"_id": mailbox.account_id}, {"$set": values}, upsert=True)

    def forget_mailbox(self, account_id: str) -> None:
        self._mailboxes.delete_one({"_id": account_id})

    # ------------------------------------------------------------ mails

    def due_mails(self, now: datetime, most: int) -> list[Notice]:
        wanted = {"mail_state": str(Mail.WAITING), "mail_due_at": {"$lte": now}}
        return [_notice(one) for one in self._notices.find(wanted).sort("mail_due_at", 1).limit(most)]

    def take_mail(self, notice: Notice, until: datetime) -> bool:
        """Nobody else sends it before `until`; False when somebody has it already. Counts as an attempt."""
        return self._change_mail(
            notice, notice.mail_due_at, {"$set": {"mail_due_at": until}, "$inc": {"mail_attempts": 1}}
        )

    def give_mail_back(self, notice: Notice, taken_until: datetime, due_at: datetime) -> None:
        """It could not be tried at all: the attempt does not count."""
        self._change_mail(
            notice, taken_until, {"$set": {"mail_due_at": due_at}, "$inc": {"mail_attempts": -1}}
        )

    def postpone_mail(self, notice: Notice, taken_until: datetime, due_at: datetime, why: str) -> None:
        self._change_mail(notice, taken_until, {"$set": {"mail_due_at": due_at, "mail_error": why}})

    def end_mail(self, notice: Notice, taken_until: datetime, state: Mail, why: str = "") -> None:
        change = {"$set": {"mail_state": str(state), "mail_error": why}, "$unset": {"mail_due_at": ""}}
        self._change_mail(notice, taken_until, change)

    def _change_mail(self, notice: Notice, due_at: datetime | None, change: Document) -> bool:
        # Only a waiting mail has a moment when it is due, so the moment alone says that nobody was here before.
        mine = {"_id": notice.id, "mail_due_at": due_at}
        return self._notices.update_one(mine, change).matched_count == 1


def _instant(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


def _concern_document(concern: Concern) -> Document:
    return {
        "unit_id": concern.unit_id,
        "congress_id": concern.congress_id,
        "unit_path": list(concern.unit_path),
    }


def _concern(document: Document) -> Concern:
    return Concern(document["unit_id"], document["congress_id"], tuple(document["unit_path"]))


def _matter_document(matter: Matter) -> Document:
    return {
        "_id": matter.id,
        "kind": str(matter.kind),
        "at": matter.at,
        "concerns": [_concern_document(one) for one in matter.concerns],
        "account_id": matter.account_id,
        "grant_id": matter.grant_id,
        "deadline": _instant(matter.deadline),
        "topic": matter.topic,
        "besides": list(matter.besides),
        "count": matter.count,
        "asked": matter.asked,
        "attempts": matter.attempts,
    }


def _besides(said: object) -> tuple[str, ...]:
    """In earlier days one, or none, as text."""
    if isinstance(said, list):
        return tuple(map(str, said))
    return (str(said),) if said else ()


def _matter(document: Document) -> Matter:
    return Matter(
        id=document["_id"],
        kind=Kind(document["kind"]),
        at=document["at"],
        concerns=tuple(_concern(one) for one in document["concerns"]),
        account_id=document["account_id"],
        grant_id=document["grant_id"],
        deadline=_day(document["deadline"]),
        topic=document["topic"],
        besides=_besides(document.get("besides")),
        count=document.get("count", 0),
        asked=document["asked"],
        attempts=document["attempts"],
    )


def _reminder(document: Document) -> Reminder:
    return Reminder(
        id=document["_id"],
        topic=document["topic"],
        account_id=document["account_id"],
        kind=Kind(document.get("kind", Kind.DEADLINE_NEAR)),
        deadline=document["deadline"].date(),
        units=tuple(_concern(one) for one in document["units"]),
        told=document["told"],
        telling=document["telling"],
        version=document["version"],
    )


def _milliseconds(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):014d}"


def _marked(document: Document, mark: Document) -> Document:
    """Read with all the others, unless it was read by itself before."""
    together = document["unread"] and document["order"] <= mark["until"]
    return {**document, "read_at": mark["at"]} if together else document


def _notice_document(notice: Notice) -> Document:
    return {
        "_id": notice.id,
        "account_id": notice.account_id,
        "kind": str(notice.kind),
        "at": notice.at,
        "order": f"{_milliseconds(notice.at)}-{notice.id}",
        "link": notice.link,
        "unit_id": notice.unit_id,
        "deadline": _instant(notice.deadline),
        "count": notice.count,
        "unread": notice.read_at is None,
        "read_at": notice.read_at,
        "mail_state": str(notice.mail),
        "mail_due_at": notice.mail_due_at or notice.at,
        "mail_attempts": notice.mail_attempts,
    }


def _notice(document: Document) -> Notice:
    return Notice(
        id=document["_id"],
        account_id=document["account_id"],
        kind=Kind(document["kind"]),
        at=document["at"],
        link=document["link"],
        unit_id=document["unit_id"],
        deadline=_day(document["deadline"]),
        count=document["count"],
        read_at=document["read_at"],
        mail=Mail(document["mail_state"]),
        mail_due_at=document.get("mail_due_at"),
        mail_attempts=document["mail_attempts"],
    )
