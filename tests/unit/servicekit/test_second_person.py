"""Two persons and two wills: who is an independent second, by a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.access.decision import Caller, Reach, Right
from servicekit.access.second_person import (
    Hand,
    Power,
    Question,
    SecondPersonDependent,
    SecondPersonNeeded,
    SecondPersonTooNew,
    check_second,
    hand_of_caller,
    is_second,
    powers_of,
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
    owed_to: tuple[str, ...] = (),
) -> Power:
    return Power(grant_id, path, frozenset(hangs_on), given_by, since, frozenset(owed_to))


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
        # Where one knows only to whom it is owed, as in a token.
        (a_hand("bela", powers=(a_power("g-bela", owed_to=("anna-2", "x")),)), SecondPersonDependent),
        (a_hand("bela", powers=(a_power("g-bela", owed_to=("x",)),)), None),
        (a_hand("bela", powers=(a_power("g-bela", since=SINCE),)), SecondPersonTooNew),
        # In the very moment in which it was asked they could decide it, and by any of their grants.
        (a_hand("bela", powers=(a_power("g-bela", since=ASKED),)), None),
        (a_hand("bela", powers=(a_power("g-new", since=SINCE), a_power("g-bela"))), None),
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


def test_a_deputy_and_a_subordinate_are_told_apart_by_what_a_token_says() -> None:
    chief = a_hand("chief", powers=(a_power("g-chief"),))
    deputy = a_hand("deputy", powers=(a_power("g-deputy", ROOT, owed_to=("chief",)),))
    below = a_hand("below", powers=(a_power("g-below", NORTH, owed_to=("chief",)),))
    peer = a_hand("peer", powers=(a_power("g-peer", ROOT, owed_to=("somebody",)),))
    assert not is_second(asked_by(deputy), chief, chief.powers)
    assert is_second(asked_by(below), chief, chief.powers)
    assert is_second(asked_by(peer), chief, chief.powers)


def test_a_token_tells_each_grant_once_with_all_that_counts_here() -> None:
    since = int(LONG_AGO.timestamp())
    right = Right("unit:move", "root", ROOT, Reach.BELOW, "g", owed_to=("anna", "anna-2"), since=since)
    other = Right("unit:move", "north", NORTH, Reach.OWN, "g-2")
    assert powers_of([right, replace(right, permission="unit:read"), other]) == (
        Power("g", ROOT, frozenset(), "", LONG_AGO, frozenset({"anna", "anna-2"})),
        # Accepted longer ago than any question waits.
        Power("g-2", NORTH, frozenset(), "", datetime(1970, 1, 1, tzinfo=UTC)),
    )


def test_a_caller_is_one_hand_with_their_other_accounts_and_whoever_keeps_the_program() -> None:
    right = Right("unit:move", "root", ROOT, Reach.BELOW, "g")
    person = Caller("anna", rights=(right,), also=("anna-2",))
    assert hand_of_caller(person) == Hand(frozenset({"anna", "anna-2"}), powers_of([right]))
    program = Caller("program", rights=(right,), kept_by="anna")
    assert hand_of_caller(program) == Hand(frozenset({"program", "anna"}), powers_of([right]))


def test_what_was_not_answered_in_time_has_lapsed() -> None:
    question = asked_by(ANNA)
    assert not question.lapsed(question.until)
    assert question.lapsed(question.until + timedelta(seconds=1))
