"""Voting: what a majority takes by hand-made cases, and who is elected against a slow reference that shares nothing."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from congress.domain.results import is_elected
from congress.domain.voting import (
    MAJORITIES,
    Base,
    Count,
    MajoritiesUnreadable,
    Majority,
    Next,
    Outcome,
    count,
    majorities_of,
    needed,
    threshold,
)

KIND = {one.key: one for one in MAJORITIES}


def a_majority(numerator: int, denominator: int, *, more: bool) -> Majority:
    return Majority("own", {"en": "Own"}, numerator, denominator, more, Base.PRESENT)


@pytest.mark.parametrize(
    ("key", "base", "least"),
    [
        # More than half of those summoned: of an even number one more than half, of an odd one the half rounded up.
        ("election", 120, 61),
        ("election", 121, 61),
        ("election", 1, 1),
        ("election", 2, 2),
        # Two thirds: just so many are enough where there is such a number, else the next whole one.
        ("admission", 9, 6),
        ("admission", 10, 7),
        ("admission", 11, 8),
        ("resolution", 27, 14),
        ("resolution", 28, 15),
    ],
)
def test_what_a_decision_takes(key: str, base: int, least: int) -> None:
    assert needed(KIND[key], base) == least


def test_a_half_is_never_rounded_before_it_is_compared() -> None:
    assert threshold(KIND["election"], 121) == Fraction(121, 2)
    assert threshold(KIND["election"], 120) == 60


def outcomes(done: Count) -> str:
    letters = {Outcome.ELECTED: "E", Outcome.TIED: "=", Outcome.NO_SEAT: "n", Outcome.TOO_FEW: "-"}
    return "".join(letters[one.outcome] for one in done.verdicts)


@pytest.mark.parametrize(
    ("votes", "seats", "least", "expected", "left", "following"),
    [
        # As many reach it as there are seats.
        ((90, 80, 20), 2, 61, "EE-", 0, Next.NOTHING),
        # More reach it: the most votes win, whatever the order of the list.
        ((61, 90, 80), 2, 61, "nEE", 0, Next.NOTHING),
        # Too few reach it: another vote for the seat that is left.
        ((90, 60, 59), 2, 61, "E--", 1, Next.SECOND),
        ((10, 10, 10), 2, 61, "---", 2, Next.SECOND),
        # Equals for the last seat: none of them has it yet.
        ((90, 70, 70), 2, 61, "E==", 1, Next.TIE),
        ((90, 70, 70, 70, 65), 3, 61, "E===n", 2, Next.TIE),
        ((70, 70), 1, 61, "==", 1, Next.TIE),
        # Equals that all have a seat, and equals that have too few votes, are no tie.
        ((70, 70, 61), 2, 61, "EEn", 0, Next.NOTHING),
        ((90, 60, 60), 2, 61, "E--", 1, Next.SECOND),
        # Each by itself.
        ((6, 5, 9), None, 6, "E-E", 0, Next.NOTHING),
        ((0, 0), None, 6, "--", 0, Next.NOTHING),
        # Fewer stand than there are seats.
        ((90,), 3, 61, "E", 2, Next.SECOND),
    ],
)
def test_who_is_elected(
    votes: tuple[int, ...], seats: int | None, least: int, expected: str, left: int, following: Next
) -> None:
    done = count(votes, seats, least)
    assert (outcomes(done), done.left, done.next) == (expected, left, following)


def test_places_go_by_votes_and_equals_share_one() -> None:
    assert [one.place for one in count((5, 9, 5, 1), 2, 1).verdicts] == [2, 1, 2, 4]


def slow_needed(majority: Majority, base: int) -> int:
    """Tries one number after the other, as a fraction of the base."""
    votes = 0
    while True:
        part, share = Fraction(votes, base), Fraction(majority.numerator, majority.denominator)
        if part > share or (part == share and not majority.more):
            return votes
        votes += 1


def slow_elected(votes: Sequence[int], seats: int, least: int) -> set[int]:
    """Whoever is among the first by votes in whatever order equals are put."""
    enough = [at for at, own in enumerate(votes) if own >= least]
    won = set()
    for at in enough:
        at_worst = [other for other in enough if other != at and votes[other] >= votes[at]]
        if len(at_worst) < seats:
            won.add(at)
    return won


fractions = some.integers(1, 12).flatmap(
    lambda below: some.tuples(some.integers(1, below), some.just(below), some.booleans())
)


@given(fractions.filter(lambda part: part[0] < part[1] or not part[2]), some.integers(1, 400))
def test_what_is_needed_is_what_the_slow_reference_finds(part: tuple[int, int, bool], base: int) -> None:
    numerator, denominator, more = part
    majority = a_majority(numerator, denominator, more=more)
    assert needed(majority, base) == slow_needed(majority, base)


@given(some.integers(1, 3_000), some.integers(0, 200), some.integers(0, 3_000))
def test_it_is_the_rule_by_which_reports_are_judged(summoned: int, excluded: int, votes: int) -> None:
    excluded = min(excluded, summoned - 1)
    assert (votes >= needed(KIND["election"], summoned - excluded)) is is_elected(votes, summoned, excluded)


@given(some.lists(some.integers(0, 12), min_size=1, max_size=12), some.integers(1, 8), some.integers(1, 12))
def test_who_is_elected_is_whom_the_slow_reference_finds(votes: list[int], seats: int, least: int) -> None:
    done = count(votes, seats, least)
    won = set(done.of(Outcome.ELECTED))
    assert won == slow_elected(votes, seats, least)
    assert len(won) + done.left == seats
    # Whoever was not elected has no more votes than anybody who was, and equals are treated alike.
    for one in done.verdicts:
        assert all(one.outcome is other.outcome for other in done.verdicts if other.votes == one.votes)
        assert one.outcome is Outcome.TOO_FEW or one.votes >= least
    assert (done.next is Next.TIE) is bool(done.of(Outcome.TIED))
    assert len(done.of(Outcome.TIED)) > done.left or not done.of(Outcome.TIED)


@given(some.lists(some.integers(0, 50), min_size=1, max_size=12), some.integers(1, 8), some.data())
def test_more_votes_never_lose_a_seat(votes: list[int], seats: int, data: some.DataObject) -> None:
    at = data.draw(some.integers(0, len(votes) - 1))
    more = [own + (place == at) for place, own in enumerate(votes)]
    if at in count(votes, seats, 20).of(Outcome.ELECTED):
        assert at in count(more, seats, 20).of(Outcome.ELECTED)


OWN = {"names": {"en": "Own"}, "numerator": 3, "denominator": 4, "more": False, "base": "present"}


def test_an_organisation_has_majorities_of_its_own() -> None:
    (one,) = majorities_of({"own": OWN})
    assert (one.share, one.more, one.base, one.elects) == (Fraction(3, 4), False, Base.PRESENT, False)
    assert majorities_of({}) == MAJORITIES


@pytest.mark.parametrize(
    "changes",
    [
        {"numerator": 5},
        {"numerator": 0},
        {"numerator": 0.5},
        {"numerator": True},
        {"denominator": 101},
        {"base": "everybody"},
        {"more": 1},
        {"elects": "yes"},
        {"names": {"bn": "…"}},
        {"names": "Own"},
        {"numerator": 4, "more": True},
        {"votes": 3},
    ],
)
def test_a_majority_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(MajoritiesUnreadable):
        majorities_of({"own": {**OWN, **changes}})


def test_a_majority_that_lacks_a_part_or_is_none_is_refused() -> None:
    with pytest.raises(MajoritiesUnreadable):
        majorities_of({"own": {name: value for name, value in OWN.items() if name != "more"}})
    with pytest.raises(MajoritiesUnreadable):
        majorities_of({"own": 3})
