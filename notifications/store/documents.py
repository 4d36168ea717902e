"""Documents to values and back; days are instants at midnight."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time

from notifications.domain.kinds import Kind
from notifications.domain.mailboxes import Mailbox
from notifications.domain.matters import Concern, Matter
from notifications.domain.notices import Notice
from notifications.domain.reminders import Reminder
from servicekit.data.documents import Document, Shape


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(instant: datetime) -> date:
    return instant.date()


_OF_CONCERNS: Mapping[type, Collection[str]] = {Concern: ("difficulty_id",)}
_CONCERNS = Shape(Concern, _OF_CONCERNS)
_MATTERS = Shape(Matter, _OF_CONCERNS, read={date: _day}, write={date: _instant})
_REMINDERS = Shape(Reminder, _OF_CONCERNS, read={date: _day}, write={date: _instant})
_NOTICES = Shape(Notice, read={date: _day}, write={date: _instant})
_MAILBOXES = Shape(Mailbox)


def concern_document(concern: Concern) -> Document:
    return _CONCERNS.document(concern)


def matter_document(matter: Matter) -> Document:
    return _MATTERS.document(matter)


def stored_matter(found: Document) -> Matter:
    return _MATTERS.value({**found, "besides": _besides(found.get("besides"))})


def _besides(said: object) -> tuple[str, ...]:
    """In earlier days one, or none, as text."""
    if isinstance(said, list):
        return tuple(map(str, said))
    return (str(said),) if said else ()


def reminder_document(reminder: Reminder) -> Document:
    return _REMINDERS.document(reminder)


def stored_reminder(found: Document) -> Reminder:
    """In earlier days all were of one kind."""
    return _REMINDERS.value({"kind": Kind.DEADLINE_NEAR, **found})


def notice_document(notice: Notice) -> Document:
    """Its place in the inbox, and whether it is unread, stand beside it; its mail is due at once."""
    beside = {"order": f"{milliseconds(notice.at)}-{notice.id}", "unread": notice.read_at is None}
    return {**_NOTICES.document(notice), **beside, "mail_due_at": notice.mail_due_at or notice.at}


def stored_notice(found: Document) -> Notice:
    return _NOTICES.value(found)


def mailbox_document(mailbox: Mailbox) -> Document:
    """A person has one at most: their account is its id."""
    made = _MAILBOXES.document(mailbox)
    return {"_id": made.pop("account_id"), **made}


def stored_mailbox(found: Document) -> Mailbox:
    return _MAILBOXES.value({**found, "account_id": found["_id"]})


def milliseconds(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):014d}"
