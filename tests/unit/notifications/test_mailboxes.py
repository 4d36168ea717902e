"""How long an address that refuses our mail is left alone, and when its owner hears of it."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.mailboxes import Mailbox, refused, rests, to_be_told

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("before", "days"), [(0, 1), (1, 7), (2, 30), (3, 30), (40, 30)])
def test_it_rests_longer_each_time(before: int, days: int) -> None:
    known = Mailbox("a", "mark", before, NOW) if before else None
    now = refused(known, "a", "mark", NOW)
    assert now == Mailbox("a", "mark", before + 1, NOW + days * DAY)
    assert rests(now, "mark", NOW + days * DAY - timedelta(seconds=1))
    assert not rests(now, "mark", NOW + days * DAY)


def test_the_owner_hears_of_an_address_once() -> None:
    first = refused(None, "a", "mark", NOW)
    assert (to_be_told(first), to_be_told(refused(first, "a", "mark", NOW + DAY))) == (True, False)


def test_another_address_begins_anew() -> None:
    first = refused(refused(None, "a", "mark", NOW), "a", "mark", NOW)
    assert not rests(first, "other", NOW)
    assert refused(first, "a", "other", NOW) == Mailbox("a", "other", 1, NOW + DAY)
    assert not rests(None, "mark", NOW)
