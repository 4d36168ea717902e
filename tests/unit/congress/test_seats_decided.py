"""What becomes of a division of seats: what is refused, and what a later one says of the one before."""

from dataclasses import replace
from typing import Any

import pytest

from congress.domain import seat_divisions as rules
from congress.domain.decisions import contributors
from congress.domain.history import Congress
from congress.domain.plan import Owner, Plan, PlanState
from congress.domain.plan_refusals import PlanIsClosed, PlanNotOpen
from congress.domain.seat_divisions import Seats, Share, State, calculate, claims_of, decide, refuse_deciding
from congress.domain.seats import Basis, Claim, Method, NoUnitsBelow, Rule, divide
from servicekit.refusals import Refusal
from tests.unit.congress.builders import (
    EVERY_LEVEL,
    MILESTONES,
    TODAY,
    a_congress,
    a_milestone,
    a_plan,
    a_unit,
    at,
    by,
    the_top,
)

N1, N2, N3 = (a_unit(key, ("root", "north", key), "union") for key in ("n1", "n2", "n3"))
RULE = Rule(Basis.MEMBERS, Method.LARGEST_REMAINDER, 10)
GIVEN = [Claim("", "N1", 70), Claim("", "N2", 30)]
Made = tuple[Seats, list[Share]]


def a_division(last: Any = None, units: Any = (N1, N2), given: Any = GIVEN, new_id: str = "d1") -> Made:
    claims = claims_of(units, given, {"n3": 50})
    return calculate(a_congress(), RULE, claims, 3, last, 1, by(), new_id)


def as_last(made: Made) -> tuple[Seats, dict[str, Share]]:
    return made[0], {one.unit_id: one for one in made[1]}


def test_what_is_not_said_is_what_is_known_in_the_order_of_codes() -> None:
    found = claims_of((N3, N1), [Claim("", "N1", 70, least=2)], {"n3": 50, "n1": 9})
    assert found == [Claim("n1", "N1", 70, least=2, typed=True), Claim("n3", "N3", 50)]
    for given, refusal in (
        ([Claim("", "N2")], rules.NotRightBelow),
        ([Claim("", "N1"), Claim("", "N1")], rules.UnitTwice),
    ):
        with pytest.raises(refusal):
            claims_of((N3, N1), given, {})
    with pytest.raises(NoUnitsBelow):
        claims_of((), [], {})


def test_a_later_one_says_what_each_had_and_who_is_there_no_more() -> None:
    first = a_division()
    assert (first[0].changed, first[0].before) == (0, "")
    seats, lines = a_division(as_last(first), (N1, N3), GIVEN[:1], "d2")
    assert [(one.code, one.before, one.seats, one.gone) for one in lines] == [
        ("N1", 7, 6, False),
        ("N3", None, 4, False),
        ("N2", 3, 0, True),
    ]
    assert (seats.before, seats.units, seats.gone, seats.changed) == ("d1", 3, 1, 3)
    # Whoever was gone then is not told of again.
    third, again = a_division((seats, {one.unit_id: one for one in lines}), (N1, N3), GIVEN[:1], "d3")
    assert [one.code for one in again] == ["N1", "N3"]
    assert third.changed == 0


ALLOTS = a_milestone(rules.ALLOTTED, 100, required=False)


def a_plan_that_allots(**changes: Any) -> Plan:
    """After the plan is issued, before the drafts."""
    return a_plan(deadlines=EVERY_LEVEL, milestones=(MILESTONES[0], ALLOTS, *MILESTONES[1:]), **changes)


@pytest.mark.parametrize(
    ("plan", "congress", "recorded"),
    [
        (a_plan_that_allots(), at("plan_issued"), True),
        # Passed over as optional, and earlier than nothing that stands.
        (a_plan_that_allots(), at("drafts"), False),
        (a_plan(deadlines=EVERY_LEVEL), at("plan_issued"), False),
        (a_plan_that_allots(), a_congress(), False),
        (a_plan_that_allots(), at("submitted"), False),
        (a_plan_that_allots(), at("approved"), False),
        (a_plan_that_allots(state=PlanState.CLOSED), at("plan_issued"), False),
        (
            a_plan(
                deadlines=EVERY_LEVEL,
                milestones=(MILESTONES[0], replace(ALLOTS, owner=Owner.SUPERIOR), *MILESTONES[1:]),
            ),
            at("plan_issued"),
            False,
        ),
    ],
)
def test_deciding_records_that_the_delegates_are_allotted_where_nothing_stands_in_its_way(
    plan: Plan, congress: Congress, recorded: bool
) -> None:
    made = rules.allotted(plan, congress, the_top(), by(), "e-new", from_above=False)
    assert (made is not None) is recorded
    if made is not None:
        assert (made.current[rules.ALLOTTED].date, made.current[rules.ALLOTTED].above) == (TODAY, False)
        # Once: a later division leaves it as it is.
        assert rules.allotted(plan, made, the_top(), by(), "e-again", from_above=False) is None


def test_who_divides_from_above_contributes_to_no_report_below() -> None:
    chief = by(account_id="chief")
    for from_above in (True, False):
        made = rules.allotted(
            a_plan_that_allots(), at("plan_issued"), the_top(), chief, "e-new", from_above=from_above
        )
        assert made is not None
        assert ("chief" in contributors(made)) is not from_above


def test_it_is_calculated_again_from_what_is_kept() -> None:
    seats, lines = a_division()
    assert [one.seats for one in divide(seats.rule, [one.claim for one in lines]).lines] == [7, 3]


@pytest.mark.parametrize(
    ("plan", "congress", "changes", "last", "decided", "refusal"),
    [
        (a_plan(), a_congress(), {"state": State.DECIDED}, "", 0, rules.DividedAlready),
        (a_plan(), a_congress(), {}, "d0", 1, rules.DividedOtherwise),
        (a_plan(), a_congress(), {"before": "d9"}, "d0", 1, rules.DividedOtherwise),
        (a_plan(), a_congress(), {}, "", rules.VERSIONS_MOST, rules.TooManyDivisions),
        (a_plan(), at("closed"), {}, "", 0, rules.CongressHasClosed),
        (a_plan(state=PlanState.CLOSED), a_congress(), {}, "", 0, PlanIsClosed),
        (a_plan(state=PlanState.DRAFT), a_congress(), {}, "", 0, PlanNotOpen),
    ],
)
def test_what_is_not_decided(
    plan: Any, congress: Any, changes: Any, last: str, decided: int, refusal: type[Refusal]
) -> None:
    seats = replace(a_division()[0], **changes)
    with pytest.raises(refusal):
        refuse_deciding(plan, congress, seats, last, decided)


def test_it_is_decided_for_just_the_units_it_was_calculated_for_and_with_a_reason_anew() -> None:
    seats, _ = a_division()
    assert decide(seats, ["n2", "n1"], ["n1", "n2"], "", by()).state is State.DECIDED
    for below in (["n1"], ["n1", "n2", "n3"]):
        with pytest.raises(rules.UnitsBelowChanged):
            decide(seats, below, ["n1", "n2"], "", by())
    with pytest.raises(rules.WhyDividedAnew):
        decide(replace(seats, before="d0"), ["n1"], ["n1"], " ", by())
