"""What stands in the database of notifications, word by word: databases of today are read, and written as they were."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import bson
import pytest

from notifications.domain.kinds import Kind
from notifications.domain.mailboxes import Mailbox
from notifications.domain.matters import Concern, Matter
from notifications.domain.notices import Mail, Notice
from notifications.domain.reminders import Reminder, reminder_of
from notifications.store.documents import (
    concern_document,
    mailbox_document,
    matter_document,
    notice_document,
    reminder_document,
    stored_mailbox,
    stored_matter,
    stored_notice,
    stored_reminder,
)
from servicekit.ids import id_from

Document = dict[str, Any]
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 8, tzinfo=UTC)
# A day is kept as the instant at which it begins.
DAY, DAY_STORED = date(2026, 3, 31), datetime(2026, 3, 31, tzinfo=UTC)


def stored(document: Document) -> Document:
    """As the database gives it back."""
    options: Any = bson.CodecOptions(tz_aware=True)
    return dict(bson.decode(bson.encode(document), options))


def without(document: Document, *names: str) -> Document:
    return {name: value for name, value in document.items() if name not in names}


UNIT = Concern("u", "c", ("hq", "d", "u"))
UNIT_STORED: Document = {"unit_id": "u", "congress_id": "c", "unit_path": ["hq", "d", "u"]}
BARE = Concern("v")
BARE_STORED: Document = {"unit_id": "v", "congress_id": "", "unit_path": []}


@pytest.mark.parametrize(("concern", "kept"), [(UNIT, UNIT_STORED), (BARE, BARE_STORED)])
def test_a_unit_that_is_gathered_later_is_kept_as_those_before_it(concern: Concern, kept: Document) -> None:
    assert stored(concern_document(concern)) == kept
    assert list(concern_document(concern)) == list(kept)


# Matters

MATTER = Matter(
    id="e1",
    kind=Kind.DEADLINE_NEAR,
    at=AT,
    concerns=(UNIT, BARE),
    account_id="anna",
    grant_id="g1",
    deadline=DAY,
    topic="t1",
    besides=("bela", "zoe"),
    count=7,
    asked=1,
    attempts=2,
)
MATTER_STORED: Document = {
    "_id": "e1",
    "kind": "deadline.near",
    "at": AT,
    "concerns": [UNIT_STORED, BARE_STORED],
    "account_id": "anna",
    "grant_id": "g1",
    "request_id": "",
    "deadline": DAY_STORED,
    "topic": "t1",
    "besides": ["bela", "zoe"],
    "count": 7,
    "asked": 1,
    "attempts": 2,
}
SPARSE = Matter("e2", Kind.GRANT_GIVEN, AT, (BARE,))
SPARSE_STORED: Document = {
    "_id": "e2",
    "kind": "grant.given",
    "at": AT,
    "concerns": [BARE_STORED],
    "account_id": "",
    "grant_id": "",
    "request_id": "",
    "deadline": None,
    "topic": "",
    "besides": [],
    "count": 0,
    "asked": 0,
    "attempts": 0,
}


@pytest.mark.parametrize(("matter", "kept"), [(MATTER, MATTER_STORED), (SPARSE, SPARSE_STORED)])
def test_a_matter_is_kept_so_and_read_back(matter: Matter, kept: Document) -> None:
    assert stored(matter_document(matter)) == kept
    assert stored_matter({**kept, "state": "waiting", "due_at": AT, "error": "identity 503"}) == matter


@pytest.mark.parametrize(
    ("said", "besides"), [("bela", ("bela",)), ("", ()), (["bela", "zoe"], ("bela", "zoe"))]
)
def test_whom_not_to_tell_was_one_person_in_earlier_days(said: object, besides: tuple[str, ...]) -> None:
    assert stored_matter({**SPARSE_STORED, "besides": said}) == replace(SPARSE, besides=besides)


def test_a_matter_from_before_it_counted_is_read() -> None:
    assert stored_matter(without(SPARSE_STORED, "besides", "count")) == SPARSE


# Reminders

BEGUN_STORED: Document = {
    "_id": "r1",
    "topic": "t1",
    "account_id": "anna",
    "kind": "deadline.near",
    "deadline": DAY_STORED,
    "units": [UNIT_STORED],
    "told": 0,
    "telling": 0,
}
REMINDER = Reminder("r1", "t1", "anna", Kind.DEADLINE_NEAR, DAY, (UNIT,), 0, 0, 1)


def test_a_reminder_begins_so_and_is_read_back() -> None:
    begun = reminder_of(MATTER, "anna", [UNIT])
    assert stored(reminder_document(begun)) == {**BEGUN_STORED, "_id": id_from("t1", "anna")}
    assert stored(reminder_document(REMINDER)) == BEGUN_STORED
    assert stored_reminder({**BEGUN_STORED, "version": 1, "state": "waiting", "due_at": AT}) == REMINDER


def test_a_reminder_is_read_as_far_as_it_has_been_told() -> None:
    further = {
        "kind": "deadline.changed",
        "units": [UNIT_STORED, BARE_STORED],
        "told": 1,
        "telling": 2,
    }
    assert stored_reminder({**BEGUN_STORED, **further, "version": 5}) == Reminder(
        "r1", "t1", "anna", Kind.DEADLINE_CHANGED, DAY, (UNIT, BARE), 1, 2, 5
    )


def test_a_reminder_from_before_there_were_two_kinds_is_of_the_first() -> None:
    assert stored_reminder({**without(BEGUN_STORED, "kind"), "version": 1}) == REMINDER


# Notices

NOTICE = Notice(
    id="n1",
    account_id="anna",
    kind=Kind.GRANT_ENDING,
    at=AT,
    link="/my/grants/g1",
    unit_id="u",
    deadline=DAY,
    count=3,
    read_at=LATER,
    mail_state=Mail.GIVEN_UP,
    mail_due_at=LATER,
    mail_attempts=4,
)
NOTICE_STORED: Document = {
    "_id": "n1",
    "account_id": "anna",
    "kind": "grant.ending",
    "at": AT,
    "order": "01772368200000-n1",
    "link": "/my/grants/g1",
    "unit_id": "u",
    "deadline": DAY_STORED,
    "count": 3,
    "unread": False,
    "read_at": LATER,
    "mail_state": "given-up",
    "mail_due_at": LATER,
    "mail_attempts": 4,
}
FRESH = Notice("n2", "anna", Kind.GRANT_GIVEN, AT, "/tasks")
FRESH_STORED: Document = {
    "_id": "n2",
    "account_id": "anna",
    "kind": "grant.given",
    "at": AT,
    "order": "01772368200000-n2",
    "link": "/tasks",
    "unit_id": "",
    "deadline": None,
    "count": 0,
    "unread": True,
    "read_at": None,
    "mail_state": "waiting",
    "mail_due_at": AT,
    "mail_attempts": 0,
}


@pytest.mark.parametrize(
    ("notice", "kept"), [(NOTICE, NOTICE_STORED), (replace(FRESH, mail_due_at=AT), FRESH_STORED)]
)
def test_a_notice_is_kept_so_and_read_back(notice: Notice, kept: Document) -> None:
    assert stored(notice_document(notice)) == kept
    assert stored_notice({**kept, "mail_error": "550 no such user"}) == notice


def test_the_mail_of_a_new_notice_is_due_at_once_and_one_that_has_ended_is_never_due() -> None:
    assert stored(notice_document(FRESH)) == FRESH_STORED
    ended = {**without(FRESH_STORED, "mail_due_at"), "mail_state": "sent"}
    assert stored_notice(ended) == replace(FRESH, mail_state=Mail.SENT)


# Mailboxes


def test_a_mailbox_is_kept_so_and_read_back() -> None:
    mailbox = Mailbox("anna", "mark", 2, LATER)
    kept = {"_id": "anna", "mark": "mark", "refusals": 2, "rests_until": LATER}
    assert stored(mailbox_document(mailbox)) == kept
    assert stored_mailbox(kept) == mailbox
