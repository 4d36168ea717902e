"""Refused attempts: which are written down, with what, and how many of a flood."""

from datetime import UTC, datetime, timedelta

import pytest

from servicekit.access.attempts import Asked, Count, asked_for, counted, entries_of, is_attempt
from servicekit.access.decision import Caller, PermissionMissing, Reach, Right, SignInTooOld, UnknownHere
from servicekit.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, SignInRequired, Stale

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
UNIT, RECORD = "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb"


class OwnReport(Forbidden):
    pass


@pytest.mark.parametrize(
    ("refusal", "attempt"),
    [
        (PermissionMissing(permission="members:read"), True),
        (SignInTooOld(permission="congress:approve"), True),
        (OwnReport(), True),
        (UnknownHere(), True),
        (NotFound(), False),
        (SignInRequired(), False),
        (Conflict(), False),
        (Stale(), False),
        (Invalid(), False),
    ],
)
def test_lack_of_right_is_an_attempt_and_nothing_else_is(refusal: Refusal, attempt: bool) -> None:
    assert is_attempt(refusal) is attempt


def test_of_a_flood_the_log_holds_a_few_and_they_say_how_many_were_left_out() -> None:
    count: Count | None = None
    written = []
    for n in range(1, 1001):
        count, left_out = counted(count, NOON)
        if left_out is not None:
            written.append((n, left_out))
    assert written == [(1, 0), (10, 8), (100, 89), (1000, 899)]
    count, left_out = counted(count, NOON + timedelta(minutes=1))
    assert (count, left_out) == (Count(NOON.replace(second=0) + timedelta(minutes=1), 1), 0)


def test_what_was_left_out_in_one_minute_is_told_in_the_next_that_comes() -> None:
    count: Count | None = None
    for _ in range(5):
        count, _left = counted(count, NOON)
    count, left_out = counted(count, NOON + timedelta(days=3))
    assert left_out == 4
    assert count.left_out == 0


@pytest.mark.parametrize(
    ("place", "told", "asked"),
    [
        ({"unit_id": UNIT}, {}, Asked("o", UNIT)),
        ({"member_id": RECORD}, {"unit_id": UNIT}, Asked("o", UNIT, "member", RECORD)),
        ({}, {"below": UNIT, "q": "a name"}, Asked("o", UNIT)),
        ({"member_id": "9990000000011"}, {"unit_id": "Sample Person"}, Asked("o")),
        ({"member_id": "sample-person-of-dhk"}, {"unit_id": {"$ne": ""}}, Asked("o")),
    ],
)
def test_only_what_is_an_id_is_kept_of_what_was_asked(
    place: dict[str, str], told: dict[str, object], asked: Asked
) -> None:
    assert asked_for("o", place, told) == asked


def test_an_entry_lies_in_each_place_where_the_person_stands() -> None:
    paths = (("hq", "a"), ("hq", "b"), ("hq", "b", "c"), ("hq", "a"))
    rights = tuple(Right("unit:read", path[-1], path, Reach.BELOW) for path in paths)
    refusal = PermissionMissing(permission="members:read")
    entries = entries_of(refusal, Caller("me", rights=rights), Asked("members.list", UNIT, "member", RECORD))
    assert [(entry.unit_id, entry.unit_path) for entry in entries] == [("a", ("hq", "a")), ("b", ("hq", "b"))]
    for entry in entries:
        assert (entry.action, entry.outcome, entry.record_type, entry.record_id) == (
            "attempt.refused", "refused", "member", RECORD,
        )  # fmt: skip
        assert entry.details == {
            "operation": "members.list",
            "why": "permission-missing",
            "permission": "members:read",
            "asked_for_unit": UNIT,
        }


def test_an_entry_of_a_person_without_any_right_lies_nowhere() -> None:
    (entry,) = entries_of(UnknownHere(), Caller("me"), Asked("members.list"))
    assert (entry.unit_id, entry.unit_path) == ("", ())
