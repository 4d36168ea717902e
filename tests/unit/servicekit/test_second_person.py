"""Two persons and two wills: who is an independent second, by a table."""

from datetime import UTC, datetime, timedelta

import pytest

from servicekit.access.second_person import (
    Hand,
    Power,
    Question,
    SecondPersonDependent,
    SecondPersonNeeded,
    SecondPersonTooNew,
    check_second,
    is_second,
)

ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO, SINCE = ASKED - timedelta(days=400), ASKED + timedelta(minutes=1)
ROOT, NORTH = ("root",), ("root", "north")


def a_power(
    grant_id: str,
    path: tuple[str, ...] = ROOT,
    hangs_on: tuple[str, ...] = (),
    given_by: str = "operator",
    since: datetime = LONG_AGO,
) -> Power:
    return Power(grant_id, path, frozenset(hangs_on), given_by, since)


def a_hand(*accounts: str, powers: tuple[Power, ...] = ()) -> Hand:
    return Hand(frozenset(accounts), powers)


ANNA = a_hand("anna", "anna-2", powers=(a_power("g-anna"),))


def asked_by(hand: Hand, *contributed: str) -> Question:
    until = ASKED + timedelta(hours=72)
    return Question("g", hand, ASKED, until, "a reason", frozenset(contributed))


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (a_hand("bela", powers=(a_power("g-bela"),)), None),
        (ANNA, SecondPersonNeeded),
        (a_hand("bela", "anna-2", powers=(a_power("g-bela"),)), SecondPersonNeeded),
        (a_hand("carl", powers=(a_power("g-carl"),)), SecondPersonNeeded),  # has contributed
        (a_hand("bela", powers=(a_power("g-bela", hangs_on=("g-anna",)),)), SecondPersonDependent),
        (a_hand("bela", powers=(a_power("g-bela", given_by="anna-2"),)), SecondPersonDependent),
        # What hangs by several steps, or beside the grant that decides, is owed as well.
        (a_hand("bela", powers=(a_power("g-bela", hangs_on=("g-anna", "g-x")),)), SecondPersonDependent),
        (
            a_hand("bela", powers=(a_power("g-bela"), a_power("g-small", NORTH, ("g-anna",)))),
            SecondPersonDependent,
        ),
        (a_hand("bela", powers=(a_power("g-bela", since=SINCE),)), SecondPersonTooNew),
        (a_hand("bela"), SecondPersonTooNew),
    ],
)
def test_who_is_a_second_person(second: Hand, refusal: type[Exception] | None) -> None:
    question = asked_by(ANNA, "carl")
    assert is_second(question, second, second.powers) is (refusal is None)
    if refusal is not None:
        with pytest.raises(refusal):
            check_second(question, second, second.powers)


def test_ones_own_deputy_does_not_ask_in_ones_place_but_a_subordinate_asks_the_superior() -> None:
    chief = a_hand("chief", powers=(a_power("g-chief"),))
    deputy = a_hand("deputy", powers=(a_power("g-deputy", ROOT, ("g-chief",), "chief"),))
    below = a_hand("below", powers=(a_power("g-below", NORTH, ("g-chief",), "chief"),))
    assert not is_second(asked_by(deputy), chief, chief.powers)
    assert is_second(asked_by(below), chief, chief.powers)


def test_what_was_not_answered_in_time_has_lapsed() -> None:
    question = asked_by(ANNA)
    assert not question.lapsed(question.until)
    assert question.lapsed(question.until + timedelta(seconds=1))
