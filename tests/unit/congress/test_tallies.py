"""Tallies: opened, keyed three times, compared, followed by another round, withdrawn."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from congress.domain import tallies as rules
from congress.domain import tally_keying as keying
from congress.domain.bounds import cautions_of
from congress.domain.decisions import contributors
from congress.domain.history import Congress
from congress.domain.plan import PlanState
from congress.domain.progress import choose_content_type, report_results
from congress.domain.tallied import TELLERS_MOST, note
from congress.domain.tallies import (
    Asked,
    Ballots,
    Candidate,
    Exclusion,
    Kind,
    Of,
    Tally,
    open_tally,
)
from congress.domain.tally_keying import differences, key, withdraw
from congress.domain.voting import MAJORITIES, Base, Next, Outcome, Tallied
from servicekit.refusals import Invalid, Refusal
from tests.unit.congress.builders import EVERY_LEVEL, a_congress, a_plan, at, by

PLAN = a_plan(deadlines=EVERY_LEVEL)
THREE = tuple(Candidate(name) for name in ("One", "Two", "Three"))
BALLOTS = Ballots(issued=100, returned=99, invalid=3, blank=2)


def asked(**changes: Any) -> Asked:
    first: dict[str, Any] = {"of": Of.COMMITTEE, "majority": "election", "seats": 2, "candidates": THREE}
    return Asked(**{"summoned": 120, "present": 100, **(first if "before" not in changes else {}), **changes})


def opened(*there: Tally, congress: Congress | None = None, number: int = 1, **changes: Any) -> Tally:
    return open_tally(PLAN, congress or a_congress(), there, asked(**changes), MAJORITIES, by(), f"t{number}")


def keyed(
    tally: Tally, *slots: int, votes: tuple[int, ...] = (80, 61, 20), ballots: Ballots = BALLOTS
) -> Tally:
    for slot in slots or (1, 2, 3):
        tally = key(PLAN, a_congress(), tally, (), slot, ballots, votes, by())
    return tally


def refusal_of(work: Any) -> str:
    with pytest.raises(Refusal) as refused:
        work()
    found = refused.value
    (one,) = [refusal for _, refusal in found.fields] or [found]
    return type(one).__name__


def test_nothing_is_validated_before_three_tallies_agree() -> None:
    tally = opened()
    for slot in (1, 2):
        tally = keyed(tally, slot)
        assert (tally.agreed, tally.count, differences(tally)) == (None, None, ())
    tally = keyed(tally, 3)
    assert tally.count is not None
    assert [one.outcome for one in tally.count.verdicts] == [
        Outcome.ELECTED,
        Outcome.ELECTED,
        Outcome.TOO_FEW,
    ]


def test_the_rows_that_differ_are_named() -> None:
    tally = keyed(keyed(opened(), 1, 2), 3, votes=(80, 60, 20), ballots=replace(BALLOTS, blank=1))
    assert tally.agreed is None
    assert [(one.row, one.candidate, one.values) for one in differences(tally)] == [
        ("blank", None, (2, 2, 1)),
        ("votes", 1, (61, 61, 60)),
    ]
    # Keyed again, it takes the place of what was keyed, which stays.
    tally = keyed(tally, 3)
    assert (tally.agreed is not None, len(tally.keyings), differences(tally)) == (True, 4, ())


def test_half_is_of_those_summoned_less_the_exclusions_that_are_listed() -> None:
    votes = (80, 60, 20)
    assert keyed(opened(), votes=votes).count.of(Outcome.ELECTED) == (0,)  # type: ignore[union-attr]
    less = opened(exclusions=(Exclusion(1, "Abroad by order"), Exclusion(1, "In hospital since before")))
    done = keyed(less, votes=votes).count
    assert done is not None
    assert (less.base, done.needed, done.of(Outcome.ELECTED)) == (118, 60, (0, 1))


@pytest.mark.parametrize(
    ("base", "expected"), [(Base.PRESENT, 51), (Base.RETURNED, 50), (Base.BODY, 61), (Base.SUMMONED, 61)]
)
def test_of_whom_a_part_is_needed(base: Base, expected: int) -> None:
    tally = opened()
    tally = keyed(replace(tally, majority=replace(tally.majority, base=base)))
    assert tally.needed == expected


def test_equals_vote_again_among_themselves_and_the_more_votes_win() -> None:
    first = keyed(opened(), votes=(63, 62, 62))
    assert first.count is not None
    assert (first.count.next, first.count.left) == (Next.TIE, 1)
    again = opened(first, number=2, before="t1")
    assert (again.kind, again.seats, again.round) == (Kind.TIE, 1, 2)
    assert again.candidates == THREE[1:]
    # It is won without a majority.
    done = keyed(again, votes=(40, 41)).count
    assert done is not None
    assert done.of(Outcome.ELECTED) == (1,)
    # Equal once more: another vote among the same.
    once_more = keyed(again, votes=(40, 40))
    assert opened(first, once_more, number=3, before="t2").kind is Kind.TIE
    # Of no votes nobody wins.
    assert keyed(again, votes=(0, 0)).count.next is Next.SECOND  # type: ignore[union-attr]


def test_seats_that_nobody_won_are_voted_on_again() -> None:
    first = keyed(opened(), votes=(80, 50, 20))
    again = opened(first, number=2, before="t1")
    assert (again.kind, again.seats, again.candidates) == (Kind.SECOND, 1, THREE[1:])
    others = opened(first, number=2, before="t1", candidates=(Candidate("Four"),))
    assert others.candidates == (Candidate("Four"),)
    # The same majority is needed again.
    assert keyed(again, votes=(60, 30)).count.of(Outcome.ELECTED) == ()  # type: ignore[union-attr]


def test_each_by_itself() -> None:
    wanted: dict[str, Any] = {"of": Of.OTHER, "title": "Admission", "majority": "admission", "seats": None}
    tally = keyed(opened(**wanted, summoned=120), votes=(80, 79, 96), ballots=Ballots(100, 100, 2, 2))
    assert tally.count is not None
    assert (tally.count.needed, tally.count.of(Outcome.ELECTED)) == (80, (0, 2))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"seats": None}, "SeatsNeeded"),
        ({"majority": "by-lot"}, "UnknownMajority"),
        ({"majority": "admission"}, "NoSeatsHere"),
        ({"majority": "admission", "seats": None}, "NoSeatsHere"),
        ({"of": Of.OTHER}, "NameOfElection"),
        ({"title": "Election of delegates"}, "NoOtherName"),
        ({"of": None}, "NameOfElection"),
        ({"present": 0}, "PresentMissing"),
        ({"present": 121}, "PresentMissing"),
        ({"exclusions": (Exclusion(21, "x"),)}, "ExcludedTooMany"),
        ({"candidates": ()}, "CandidatesMissing"),
        ({"candidates": (*THREE, Candidate("One"))}, "CandidateTwice"),
        ({"before": "t9"}, "UnknownRound"),
        ({"before": "t1", "seats": 1}, "SaidByRoundBefore"),
        ({"before": "t1", "title": "x"}, "SaidByRoundBefore"),
    ],
)
def test_what_cannot_be_opened(changes: dict[str, Any], name: str) -> None:
    assert refusal_of(lambda: opened(**changes)) == name


def test_two_of_one_name_are_told_apart_by_a_number() -> None:
    twice = (Candidate("One", "17"), Candidate("One", "18"))
    assert opened(candidates=twice).candidates == twice


def test_an_election_has_one_first_round_and_another_once_that_is_withdrawn() -> None:
    first = opened()
    assert refusal_of(lambda: opened(first, number=2)) == "ElectionTwice"
    assert opened(first, number=2, of=Of.DELEGATES).of is Of.DELEGATES
    gone = withdraw(PLAN, a_congress(), first, [first], "The wrong list.", by())
    assert opened(gone, number=2).round == 1
    assert refusal_of(lambda: keyed(gone, 1)) == "TallyWithdrawn"
    assert refusal_of(lambda: withdraw(PLAN, a_congress(), gone, [gone], "x", by())) == "TallyWithdrawn"


def test_a_next_round_waits_for_the_one_before() -> None:
    first = opened()
    assert refusal_of(lambda: opened(first, before="t1")) == "TalliesDiffer"
    differing = keyed(keyed(first, 1, 2), 3, votes=(80, 62, 20))
    assert refusal_of(lambda: opened(differing, before="t1")) == "TalliesDiffer"
    assert refusal_of(lambda: opened(keyed(first), before="t1")) == "NoFurtherRound"
    tied = keyed(first, votes=(63, 62, 62))
    other = (Candidate("Four"),)
    assert refusal_of(lambda: opened(tied, before="t1", candidates=other)) == "NotOfThese"
    short = keyed(first, votes=(80, 50, 20))
    assert refusal_of(lambda: opened(short, before="t1", candidates=THREE)) == "ElectedBefore"
    gone = withdraw(PLAN, a_congress(), tied, [tied], "x", by())
    assert refusal_of(lambda: opened(gone, before="t1")) == "TallyWithdrawn"


def test_whoever_was_elected_does_not_stand_again_written_otherwise() -> None:
    short = keyed(opened(), votes=(80, 50, 20))

    def stands(*who: Candidate) -> tuple[Candidate, ...]:
        return opened(short, number=2, before="t1", candidates=who).candidates

    for who in (Candidate("One", "1"), Candidate("ONE"), Candidate("one ", "7")):
        assert refusal_of(lambda who=who: stands(who)) == "ElectedBefore"
    assert stands(Candidate("Oner")) == (Candidate("Oner"),)
    # Who stood beside them under their name is another person; so is whoever has a number of their own.
    beside = (Candidate("One"), Candidate("One", "18"), Candidate("Three"))
    short = keyed(opened(candidates=beside), votes=(80, 50, 20))
    assert stands(beside[1]) == (beside[1],)
    numbered = (Candidate("One", "17"), *THREE[1:])
    short = keyed(opened(candidates=numbered), votes=(80, 50, 20))
    assert stands(Candidate("One", "18")) == (Candidate("One", "18"),)


def test_on_what_a_later_round_stands_nothing_is_keyed_or_withdrawn() -> None:
    first = keyed(opened(), votes=(80, 50, 20))
    second = opened(first, number=2, before="t1")
    there = [first, second]
    assert refusal_of(lambda: opened(*there, number=3, before="t1")) == "LaterRoundStands"
    assert refusal_of(lambda: withdraw(PLAN, a_congress(), first, there, "x", by())) == "LaterRoundStands"
    again = (PLAN, a_congress(), first, there, 1, BALLOTS, (80, 61, 20), by())
    assert refusal_of(lambda: key(*again)) == "LaterRoundStands"
    gone = withdraw(PLAN, a_congress(), second, there, "Typed twice.", by())
    assert key(PLAN, a_congress(), first, [first, gone], *again[4:]).version == first.version


@pytest.mark.parametrize(
    ("votes", "ballots", "name"),
    [
        ((80, 61), BALLOTS, "VotesForEach"),
        ((80, 61, 20, 1), BALLOTS, "VotesForEach"),
        ((95, 61, 20), BALLOTS, "MoreThanThere"),
        ((94, 94, 1), BALLOTS, "MoreVotesThanBallots"),
        ((1, 1, 1), replace(BALLOTS, issued=101), "MoreThanThere"),
        ((1, 1, 1), replace(BALLOTS, returned=101), "MoreThanThere"),
        ((1, 1, 1), replace(BALLOTS, invalid=100), "MoreThanThere"),
        ((1, 1, 1), replace(BALLOTS, blank=97), "MoreThanThere"),
    ],
)
def test_what_cannot_have_been_counted(votes: tuple[int, ...], ballots: Ballots, name: str) -> None:
    assert refusal_of(lambda: keyed(opened(), 1, votes=votes, ballots=ballots)) == name


def test_at_their_bounds_they_are_taken() -> None:
    tally = keyed(opened(), votes=(94, 94, 0))
    assert tally.agreed is not None
    assert keyed(opened(), ballots=Ballots(100, 100, 0, 100), votes=(0, 0, 0)).agreed is not None


def test_only_so_many() -> None:
    there = [replace(opened(), id=f"o{n}", of=Of.OTHER) for n in range(rules.TALLIES_MOST)]
    assert refusal_of(lambda: opened(*there)) == "TooManyTallies"
    worn = keyed(opened(), *[1] * keying.KEYINGS_MOST)
    assert refusal_of(lambda: keyed(worn, 2)) == "TooManyKeyings"
    crowd = a_congress()
    for n in range(TELLERS_MOST):
        crowd = note(crowd, (), by(account_id=f"a{n}"))
    assert note(crowd, (), by(account_id="a0")).tellers[-1].by == "a0"
    assert refusal_of(lambda: note(crowd, (), by(account_id="new"))) == "TooManyTellers"


def test_only_while_the_report_may_be_changed_and_only_where_somebody_is_elected() -> None:
    for stage, name in (("submitted", "WaitingForApproval"), ("approved", "CongressApproved")):
        congress = at(stage)
        assert refusal_of(lambda congress=congress: opened(congress=congress)) == name
        act = (opened(), (), 1, BALLOTS, (80, 61, 20), by())
        assert refusal_of(lambda congress=congress, act=act: key(PLAN, congress, *act)) == name
        args = (opened(), (), "x", by())
        assert refusal_of(lambda congress=congress, args=args: withdraw(PLAN, congress, *args)) == name
    appointed, partly = a_congress(content_type="2"), a_congress(content_type="3")
    assert refusal_of(lambda: opened(congress=appointed)) == "ElectionNotHeld"
    assert refusal_of(lambda: opened(congress=partly)) == "ElectionNotHeld"
    assert opened(congress=partly, of=Of.DELEGATES).of is Of.DELEGATES
    # A body decides where nobody is elected, too.
    other: dict[str, Any] = {"of": Of.OTHER, "title": "Admission"}
    assert opened(congress=appointed, majority="admission", seats=None, **other).seats is None
    assert refusal_of(lambda: opened(congress=appointed, **other)) == "ElectionNotHeld"
    tied = keyed(opened(), votes=(63, 62, 62))
    assert refusal_of(lambda: opened(tied, congress=appointed, before="t1")) == "ElectionNotHeld"
    closed = replace(PLAN, state=PlanState.CLOSED)
    wanted = (closed, a_congress(), (), asked(), MAJORITIES, by(), "t1")
    assert refusal_of(lambda: open_tally(*wanted)) == "PlanIsClosed"


def test_a_reason_is_needed_to_withdraw() -> None:
    tally = opened()
    for reason, name in ((" ", "ReasonNeeded"), ("x" * 1001, "ReasonTooLong")):
        words = (PLAN, a_congress(), tally, [tally], reason, by())
        assert refusal_of(lambda words=words: withdraw(*words)) == name


def test_whoever_keyed_decides_nothing_about_the_report() -> None:
    congress = note(a_congress(), [opened()], by(account_id="teller"))
    congress = note(congress, [opened()], by(account_id="teller"))
    assert [one.by for one in congress.tellers] == ["teller"]
    assert contributors(congress) == {"teller"}


def told_of(congress: Congress, kind: str = "tally-differs") -> dict[str, Any]:
    return {one.field: one.params for one in cautions_of(congress, None) if one.kind == kind}


def with_figures(congress: Congress, **figures: int) -> Congress:
    entry = congress.result_entries[-1]
    return replace(congress, result_entries=(replace(entry, figures={**entry.figures, **figures}),))


def test_figures_that_differ_from_the_tallies_are_cautioned() -> None:
    first = keyed(opened(), votes=(80, 70, 20))
    reported = note(at("results"), [first], by())
    assert told_of(reported) == {
        "figures/committee_elected": {"count": 10, "total": 2},
        "figures/committee_listed": {"count": 11, "total": 3},
        "figures/summoned": {"count": 100, "total": 120},
    }
    said = {"committee_elected": 2, "committee_listed": 3, "summoned": 120, "excluded": 0}
    assert told_of(with_figures(reported, **said, committee_lowest_votes=70)) == {}
    assert told_of(with_figures(reported, **said | {"excluded": 4}, committee_lowest_votes=71)) == {
        "figures/excluded": {"count": 4, "total": 0},
        "figures/committee_lowest_votes": {"count": 71, "total": 70},
    }
    # Left out, it says that nobody was excluded.
    away = opened(exclusions=(Exclusion(4, "Abroad by order"),))
    assert told_of(with_figures(note(at("results"), [away], by()), committee_listed=3, summoned=120)) == {
        "figures/excluded": {"count": 0, "total": 4}
    }
    gone = withdraw(PLAN, a_congress(), first, [first], "x", by())
    assert note(reported, [gone], by()).tallied == ()


def test_of_another_whole_the_summoned_are_not_compared() -> None:
    first = opened(of=Of.STANDING, majority="body_election", summoned=11, present=11)
    assert told_of(note(at("results"), [first], by())) == {}


def test_figures_of_an_election_whose_counts_do_not_agree_are_cautioned() -> None:
    first = keyed(opened(), votes=(80, 50, 20))
    open_still = opened(first, number=2, before="t1")
    for there in (
        [opened()],
        [keyed(opened(), 1, 2)],
        [keyed(keyed(opened(), 1, 2), 3, votes=(80, 62, 20))],
        [first, open_still],
    ):
        reported = note(at("results"), there, by())
        assert told_of(reported, "tally-not-agreed") == {"figures/committee_elected": {}}
        # Who stood and who was summoned is known before they agree.
        assert told_of(reported).keys() == {"figures/committee_listed", "figures/summoned"}
    assert told_of(note(at("results"), [first], by()), "tally-not-agreed") == {}


def test_one_hand_that_keyed_all_three_is_cautioned() -> None:
    tally = keyed(opened())
    reported = note(at("results"), [tally], by())
    assert (tally.hands, told_of(reported, "tally-one-hand")) == (1, {"figures/committee_elected": {}})
    other = key(PLAN, a_congress(), tally, (), 2, BALLOTS, (80, 61, 20), by(account_id="other"))
    assert (other.hands, told_of(note(reported, [other], by()), "tally-one-hand")) == (2, {})
    # What was not counted to its end says nothing yet.
    assert told_of(note(reported, [keyed(opened(), 1, 2)], by()), "tally-one-hand") == {}


def test_equal_votes_that_were_not_voted_on_again_are_cautioned() -> None:
    tied = keyed(opened(), votes=(63, 62, 62))
    reported = note(at("results"), [tied], by())
    assert told_of(reported, "round-outstanding") == {"figures/committee_elected": {}}
    again = keyed(opened(tied, number=2, before="t1"), votes=(40, 41))
    assert told_of(note(reported, [tied, again], by()), "round-outstanding") == {}


def test_the_report_is_judged_by_the_majority_of_its_tally() -> None:
    said = {"summoned": 120, "committee_elected": 2, "committee_listed": 3}

    def reports(there: list[Tally], present: int = 100, **figures: int) -> None:
        here = {"present": present, "absent_with_reason": 120 - present}
        report_results(PLAN, note(at("results"), there, by()), {**said, **here, **figures}, by(), "r2")

    agreed = keyed(opened(), votes=(80, 70, 20))
    reports([agreed], committee_lowest_votes=61)
    assert refusal_of(lambda: reports([agreed], committee_lowest_votes=60)) == "NotEnoughForTheTally"
    assert refusal_of(lambda: reports([agreed], present=60)) == "TooFewForTheTally"
    # Half of those present elect by another majority; without a tally it is half of the summoned.
    of_present = replace(agreed, majority=replace(agreed.majority, base=Base.PRESENT))
    reports([of_present], committee_lowest_votes=51)
    assert refusal_of(lambda: reports([of_present], committee_lowest_votes=50)) == "NotEnoughForTheTally"
    assert refusal_of(lambda: reports([], committee_lowest_votes=60)) == "NotEnoughVotes"
    # Of equals the one with more votes is elected, however few they are.
    tied = keyed(opened(), votes=(63, 62, 62))
    again = keyed(opened(tied, number=2, before="t1"), votes=(42, 52))
    reports([tied, again], committee_lowest_votes=52)
    # How many ballots come back is not known before the counts agree.
    of_returned = replace(opened(), majority=replace(agreed.majority, base=Base.RETURNED))
    reports([of_returned], committee_lowest_votes=10)


def test_what_tallies_said_before_they_judged_judges_no_report() -> None:
    old = Tallied("committee", 2, 3, 2, agreed=True)
    noted = replace(at("results"), tallied=(old,))
    few = with_figures(noted, committee_lowest_votes=20).results or {}
    assert refusal_of(lambda: report_results(PLAN, noted, few, by(), "r2")) == "NotEnoughVotes"


def test_of_how_many_a_part_is_needed_stays_in_a_later_round() -> None:
    first = keyed(opened(exclusions=(Exclusion(2, "Abroad by order"),)), votes=(80, 50, 20))

    def again(**changes: Any) -> Tally:
        return opened(first, number=2, before="t1", **changes)

    for summoned in (30, 119, 121):
        assert refusal_of(lambda summoned=summoned: again(summoned=summoned, present=30)) == "SummonedBefore"
    assert refusal_of(lambda: again(exclusions=(Exclusion(3, "x"),))) == "ExcludedSince"
    assert again(present=90, exclusions=(Exclusion(2, "Abroad by order"),)).needed == first.needed
    # Whoever was abroad may have come.
    assert again().needed == 61


def test_a_kind_of_congress_without_that_election_is_not_chosen_over_its_tallies() -> None:
    congress = note(a_congress(), [opened()], by())
    for kind in ("2", "3"):
        choice = (PLAN, congress, kind, by())
        assert refusal_of(lambda choice=choice: choose_content_type(*choice)) == "ElectionTallied"
    secretary = opened(of=Of.OTHER, title="Secretary", seats=1)
    with_secretary = note(a_congress(), [secretary], by())
    assert refusal_of(lambda: choose_content_type(PLAN, with_secretary, "2", by())) == "ElectionTallied"
    assert told_of(note(at("results"), [secretary], by())) == {}
    voted = opened(of=Of.OTHER, title="Admission", majority="admission", seats=None)
    assert choose_content_type(PLAN, note(a_congress(), [voted], by()), "2", by()).content_type == "2"
    of_delegates = note(a_congress(), [opened(of=Of.DELEGATES)], by())
    assert choose_content_type(PLAN, of_delegates, "3", by()).content_type == "3"


def test_a_list_that_is_shorter_or_longer_than_the_targets_is_cautioned() -> None:
    def kinds(seats: int, listed: int) -> list[str]:
        many = tuple(Candidate(f"{n}") for n in range(listed))
        return [one.kind for one in rules.cautions_of_tally(PLAN, opened(seats=seats, candidates=many))]

    assert kinds(20, 21) == ["too-few-candidates"]
    assert kinds(20, 22) == []
    assert kinds(20, 23) == []
    assert kinds(20, 24) == ["too-many-candidates"]


def test_how_many_more_of_whom_would_meet_the_targets() -> None:
    def told(listed: int, **there: Any) -> dict[str, Any]:
        many = tuple(Candidate(f"{n}") for n in range(listed))
        tally = opened(seats=max(listed * 100 // 112, 1), candidates=many, **there)
        found = [one for one in rules.cautions_of_tally(PLAN, tally) if one.kind.endswith("listed")]
        return {one.field: one.params["number"] for one in found}

    # Of 20 candidates 15 % are 3, and 10 % are 2; of 21 it takes 4 and 3.
    assert told(20, women=3, young=2) == {}
    assert told(20, women=2, young=0) == {"women": 1, "young": 2}
    assert told(21, women=3, young=2) == {"women": 1, "young": 1}
    assert told(21, women=4, young=3) == {}
    # What nobody has said is not warned of.
    assert told(20) == {}
    assert refusal_of(lambda: told(20, women=21)) == "MoreThanThere"


@given(some.integers(0, 100), some.integers(1, 200), some.integers(0, 200))
def test_so_many_more_meet_a_target_and_one_fewer_do_not(share: int, listed: int, there: int) -> None:
    there = min(there, listed)
    missing = rules.missing_of(share, listed, there)
    assert Fraction(there + missing, listed) >= Fraction(share, 100)
    assert not missing or Fraction(there + missing - 1, listed) < Fraction(share, 100)


def test_all_that_is_wrong_with_the_people_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        opened(present=0, candidates=(*THREE, *THREE[:2]))
    assert [name for name, _ in refused.value.fields] == ["present", "candidates/3/name", "candidates/4/name"]
