"""Elected people: named, beside what the tallies and the figures say, and who may not be there."""

from dataclasses import replace
from typing import Any

import pytest

from congress.domain.decisions import contributors
from congress.domain.elected import (
    Body,
    Elected,
    Person,
    cautions_of_people,
    elected_id,
    name_people,
    note_naming,
    people_of_tallies,
    refuse_naming,
)
from congress.domain.history import Congress
from congress.domain.tallies import Candidate, Kind, Tally
from tests.unit.congress.builders import EVERY_LEVEL, a_plan, at, by
from tests.unit.congress.test_tallies import keyed, opened, refusal_of

PLAN = a_plan(deadlines=EVERY_LEVEL)
AYN, BEE, CEE = Person("Ayn", votes=80), Person("Bee", "17"), Person("Cee")


def named(of: Body, *people: Person, congress: Congress | None = None) -> Elected:
    return name_people(PLAN, congress or at("results"), of, people, by())


def test_they_are_kept_in_their_order_with_the_figures_that_stood() -> None:
    found = named(Body.COMMITTEE, CEE, AYN, BEE)
    assert (found.people, found.result, found.of) == ((CEE, AYN, BEE), "r0", Body.COMMITTEE)
    assert found.id == elected_id(found.congress_id, Body.COMMITTEE)
    assert len({elected_id("c1", of) for of in Body}) == len(Body)
    assert named(Body.COMMITTEE, congress=at("closed")).result == ""


@pytest.mark.parametrize(
    ("of", "people", "name"),
    [
        (Body.COMMITTEE, (AYN, AYN), "PersonTwice"),
        (Body.COMMITTEE, (AYN, replace(AYN, votes=3)), "PersonTwice"),
        (Body.COMMITTEE, (replace(AYN, office="Secretary"),), "NoOfficeHere"),
        (Body.OFFICES, (AYN,), "OfficeMissing"),
    ],
)
def test_who_cannot_be_named(of: Body, people: tuple[Person, ...], name: str) -> None:
    assert refusal_of(lambda: named(of, *people)) == name


def test_one_person_may_hold_two_offices() -> None:
    both = (replace(AYN, office="Secretary"), replace(AYN, office="Treasurer"))
    assert named(Body.OFFICES, *both).people == both


def test_only_from_the_closing_until_the_report_is_sent_up() -> None:
    for stage, name in (
        ("opened", "ResultsTooEarly"),
        ("submitted", "WaitingForApproval"),
        ("approved", "CongressApproved"),
    ):
        congress = at(stage)
        assert refusal_of(lambda congress=congress: refuse_naming(PLAN, congress)) == name
        assert refusal_of(lambda congress=congress: named(Body.COMMITTEE, AYN, congress=congress)) == name


def test_where_nobody_is_elected_nobody_has_votes() -> None:
    partly = replace(at("closed"), content_type="3")
    assert refusal_of(lambda: named(Body.COMMITTEE, AYN, congress=partly)) == "ElectionNotHeld"
    assert named(Body.COMMITTEE, BEE, congress=partly).people == (BEE,)
    assert named(Body.DELEGATES, AYN, congress=partly).people == (AYN,)


def rounds() -> list[Tally]:
    first = keyed(opened(), votes=(63, 62, 62))
    again = opened(first, number=2, before="t1")
    return [first, keyed(again, votes=(40, 41))]


def test_the_tallies_say_who_was_elected_and_by_how_many() -> None:
    there = rounds()
    assert there[1].kind is Kind.TIE
    # Whoever won among equals stands there with the votes that made them equal.
    assert people_of_tallies(there, Body.COMMITTEE) == (Person("One", votes=63), Person("Three", votes=62))
    assert people_of_tallies(there, Body.DELEGATES) == ()
    assert people_of_tallies(there, Body.OFFICES) == ()
    assert people_of_tallies([replace(there[0], keyings=())], Body.COMMITTEE) == ()


def test_a_second_round_counts_its_own_votes_and_equals_that_were_equal_twice_their_first() -> None:
    first = keyed(opened(), votes=(80, 50, 20))
    second = keyed(opened(first, number=2, before="t1"), votes=(75, 10))
    found = people_of_tallies([first, second], Body.COMMITTEE)
    assert found == (Person("One", votes=80), Person("Two", votes=75))
    tied = keyed(opened(), votes=(63, 62, 62))
    equal = keyed(opened(tied, number=2, before="t1"), votes=(40, 40))
    at_last = keyed(opened(tied, equal, number=3, before="t2"), votes=(41, 40))
    found = people_of_tallies([tied, equal, at_last], Body.COMMITTEE)
    assert found == (Person("One", votes=63), Person("Two", votes=62))


def kinds(congress: Congress, of: Body, *lists: Elected, tallied: Any = None) -> list[str]:
    by_body = {one.of: one for one in lists}
    return [one.kind for one in cautions_of_people(congress, by_body, tallied or {}, of)]


def test_what_does_not_fit_is_cautioned() -> None:
    congress = at("results")  # with ten elected to the committee
    ten = [Person(f"P{n}") for n in range(10)]
    fitting = named(Body.COMMITTEE, *ten)
    assert kinds(congress, Body.COMMITTEE, fitting) == []
    assert kinds(congress, Body.COMMITTEE, named(Body.COMMITTEE, *ten[1:])) == ["people-differ-from-figures"]
    assert kinds(congress, Body.COMMITTEE) == []
    assert kinds(at("closed"), Body.COMMITTEE, named(Body.COMMITTEE, *ten[1:], congress=at("closed"))) == []
    standing = named(Body.STANDING, ten[0], AYN)
    assert kinds(congress, Body.STANDING, standing, fitting) == ["person-not-in-committee"]
    assert kinds(congress, Body.STANDING, standing) == []


def test_who_is_not_as_tallied_is_cautioned() -> None:
    congress = at("closed")
    tallied = {Body.COMMITTEE: people_of_tallies(rounds(), Body.COMMITTEE)}

    def of(*people: Person) -> list[str]:
        return kinds(
            congress, Body.COMMITTEE, named(Body.COMMITTEE, *people, congress=congress), tallied=tallied
        )

    one, three = tallied[Body.COMMITTEE]
    assert of(one, three, Person("Appointed")) == []
    assert of(one) == ["person-left-out"]
    assert of(one, replace(three, votes=61)) == ["person-not-as-tallied"]
    assert of(one, three, Person("Four", votes=70)) == ["person-not-as-tallied"]


def test_whoever_named_them_decides_nothing_about_the_report() -> None:
    assert contributors(note_naming(at("closed"), by(account_id="namer"))) >= {"namer"}


def test_people_of_one_name_are_told_apart_by_their_number() -> None:
    same = (Candidate("One", "17"), Candidate("One", "18"))
    there = [keyed(opened(candidates=same, seats=1), votes=(30, 62))]
    assert people_of_tallies(there, Body.COMMITTEE) == (Person("One", "18", votes=62),)
