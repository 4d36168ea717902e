"""What goes over to a successor, what stays behind and why."""

from dataclasses import replace

import pytest

from identity.domain.grant_rights import rights
from identity.domain.grants import OPERATOR, Grant, Status
from identity.domain.questions import hand_of
from identity.domain.succession import (
    MOST_FOLLOWING,
    SuccessorAbove,
    SuccessorUnfit,
    TooManyFollow,
    WhyLeft,
    check_goes_along,
    check_not_above,
    hung_on,
    next_below,
    place_of,
    plan,
    rehung,
    superiors_first,
    takes_place_of,
)
from servicekit.access.second_person import Hand, owes
from tests.unit.identity.test_grants import PATHS, TABLE, TODAY, a_grant

OLD = a_grant(unit="d", id="old", chain=("top",))
NEW = a_grant(unit="d", id="new", chain=("top",), account_id="successor")
CLERK = a_grant(unit="u", id="clerk", role="clerk", account_id="c", chain=("top", "old"))


def planned(*hanging: Grant, new: Grant = NEW) -> tuple[list[str], dict[str, WhyLeft]]:
    made = plan(OLD, new, hanging, TABLE, {"successor"}, TODAY)
    going = [one.id for one in (*made.going, *made.following)]
    return going, {one.id: why for one, why in made.left}


def test_what_the_successor_could_have_given_goes_over_with_all_that_hangs_on_it() -> None:
    admin = a_grant(unit="u", id="admin", account_id="a", chain=("top", "old"))
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin"))
    assert planned(CLERK, admin, deeper) == (["clerk", "admin", "deeper"], {})
    assert rehung(deeper, OLD, NEW, {}).chain == ("top", "new", "admin")


@pytest.mark.parametrize(
    ("grant", "new", "why"),
    [
        (CLERK, a_grant(unit="x", id="new", account_id="successor"), WhyLeft.BEYOND),
        (CLERK, a_grant(unit="d", id="new", role="clerk", account_id="successor"), WhyLeft.BEYOND),
        (
            a_grant(unit="u", id="clerk", role="clerk", chain=("top", "old")),
            a_grant(unit="d", id="new", account_id="successor", valid_to=TODAY),
            WhyLeft.BEYOND,
        ),
        (
            a_grant(unit="u", id="clerk", role="clerk", account_id="successor", chain=("top", "old")),
            NEW,
            WhyLeft.OWN,
        ),
        (
            CLERK,
            a_grant(unit="d", id="new", account_id="successor", chain=("top", "old", "clerk")),
            WhyLeft.ABOVE,
        ),
    ],
)
def test_nothing_goes_over_beyond_reach_or_period_nor_to_oneself_nor_in_a_circle(
    grant: Grant, new: Grant, why: WhyLeft
) -> None:
    assert planned(grant, new=new) == ([], {"clerk": why})


def test_what_has_ended_is_not_woken() -> None:
    assert planned(a_grant(unit="u", id="clerk", role="clerk", chain=("old",), status=Status.REVOKED)) == (
        [],
        {},
    )


def test_a_deputy_takes_the_very_place_of_whoever_leaves_and_nobody_lower_does() -> None:
    deputy = a_grant(unit="d", id="new", chain=("top", "old"))
    assert takes_place_of(OLD, deputy, {}).chain == ("top",)
    with pytest.raises(SuccessorUnfit):
        takes_place_of(OLD, a_grant(unit="u", id="new", chain=("top", "old")), {})


def test_superiors_go_first_and_places_are_in_that_order() -> None:
    admin = a_grant(unit="u", id="admin", account_id="a", chain=("top", "old"))
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin"))
    made = plan(OLD, NEW, [deeper, admin, CLERK], TABLE, {"successor"}, TODAY)
    assert [one.id for one in superiors_first(made)] == ["admin", "clerk", "deeper"]
    assert sorted(place_of(depth, one) for depth, one in ((11, "a"), (2, "z"), (2, "b"))) == [
        "002 b",
        "002 z",
        "011 a",
    ]


def test_of_a_share_only_the_grants_right_below_are_asked_for() -> None:
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin", "x"))
    assert next_below(deeper, OLD) == "admin"
    assert next_below(CLERK, OLD) == CLERK.id
    assert next_below(replace(deeper, chain=("top", "new")), OLD) == "deeper"


def test_what_goes_along_with_one_act_is_bounded() -> None:
    check_goes_along([CLERK] * MOST_FOLLOWING)
    with pytest.raises(TooManyFollow):
        check_goes_along([CLERK] * (MOST_FOLLOWING + 1))


def test_cut_off_between_two_steps_it_goes_on() -> None:
    """In the first step the administrator went over, and whoever hangs on them has not yet."""
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin"))
    assert planned(deeper) == (["deeper"], {})
    assert rehung(deeper, OLD, NEW, {}).chain == ("top", "new", "admin")


def test_what_hangs_on_the_deputy_already_is_led_past_whoever_leaves() -> None:
    deputy = takes_place_of(
        OLD, a_grant(unit="d", id="new", account_id="successor", chain=("top", "old")), {}
    )
    theirs = a_grant(unit="u", id="theirs", role="clerk", account_id="b", chain=("top", "old", "new"))
    assert planned(theirs, new=deputy) == (["theirs"], {})
    assert rehung(theirs, OLD, deputy, {}).chain == ("top", "new")


def test_what_hangs_on_something_that_stays_stays_with_it() -> None:
    own = a_grant(unit="d", id="own", account_id="successor", chain=("top", "old"))
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "own"))
    assert planned(own, deeper) == ([], {"own": WhyLeft.OWN})


def test_a_deputys_deputy_takes_the_place_and_hangs_on_nobody_below() -> None:
    between = a_grant(unit="d", id="between", account_id="b", chain=("top", "old"))
    below = a_grant(unit="d", id="new", account_id="successor", chain=("top", "old", "between"))
    theirs = a_grant(
        unit="u", id="theirs", role="clerk", account_id="c", chain=("top", "old", "between", "new")
    )
    successor = takes_place_of(OLD, below, {})
    going, _ = planned(between, below, theirs, new=successor)
    assert going == ["between", "theirs"]
    assert rehung(theirs, OLD, successor, {}).chain == ("top", "new")
    assert rehung(between, OLD, successor, {}).chain == ("top", "new")


TOP = a_grant(unit="r", id="top", account_id="superior", given_by=OPERATOR)
ALONE = a_grant(unit="d", id="old", account_id="alone", chain=("top",), given_by="superior")
DEPUTY = a_grant(unit="d", id="deputy", account_id="deputy", chain=("top", "old"), given_by="alone")
THEIRS = a_grant(unit="d", id="theirs", account_id="e", chain=("top", "old", "deputy"), given_by="deputy")
PEER = a_grant(unit="d", id="new", account_id="peer", chain=("top",), given_by="superior")
EVERYBODY = {one.id: one for one in (TOP, ALONE, DEPUTY, THEIRS, PEER)}


def person(*held: Grant) -> Hand:
    return hand_of([one.account_id or "" for one in held], held)


def test_whoever_hands_a_deputy_over_makes_nobody_independent_of_themselves() -> None:
    deputy, theirs = (rehung(one, ALONE, PEER, EVERYBODY) for one in (DEPUTY, THEIRS))
    assert [one.chain for one in (deputy, theirs)] == [("top", "new"), ("top", "new", "deputy")]
    for one in (deputy, theirs):
        assert owes(person(one), person(ALONE)), one.id
        assert owes(person(one), person(PEER)), one.id
        above = {**EVERYBODY, "deputy": deputy}
        assert {"alone", "peer"} <= set(rights([one], above, TABLE, TODAY)[0].owed_to)
    # Once more, to somebody else, and the first one is not forgotten.
    third = a_grant(unit="d", id="third", account_id="third", chain=("top",), given_by="superior")
    again = rehung(theirs, PEER, third, {**EVERYBODY, "deputy": deputy})
    assert {"alone", "peer", "deputy"} <= set(again.owed_to)
    assert "e" not in again.owed_to
    assert not {"", OPERATOR} & set(again.owed_to)


def test_a_deputy_who_takes_the_place_owes_it_to_whoever_left() -> None:
    between = a_grant(unit="d", id="between", account_id="b", chain=("top", "old"), given_by="alone")
    deputy = a_grant(
        unit="d", id="deputy", account_id="deputy", chain=("top", "old", "between"), given_by="b"
    )
    placed = takes_place_of(ALONE, deputy, {**EVERYBODY, "between": between})
    assert placed.chain == ("top",)
    assert {"alone", "b"} <= set(placed.owed_to)


def test_what_hangs_on_one_who_owes_owes_as_they_do() -> None:
    deputy = rehung(DEPUTY, ALONE, PEER, EVERYBODY)
    clerk = a_grant(unit="u", id="clerk", role="clerk", account_id="c", chain=("top",), given_by="superior")
    led = hung_on(clerk, (*deputy.chain, deputy.id), {**EVERYBODY, "deputy": deputy})
    assert {"alone", "superior"} <= set(led.owed_to)


@pytest.mark.parametrize(
    ("successor", "standing", "refused"),
    [
        ("d", "d", False),
        ("u", "d", False),
        ("r", "d", True),  # somebody who stands higher, who has not asked for it
        ("x", "d", True),
        ("d", "r", False),  # a superior's choice
        ("r", "r", False),
    ],
)
def test_nothing_is_hung_on_somebody_who_stands_higher_than_whoever_hands_over(
    successor: str, standing: str, refused: bool
) -> None:
    new = a_grant(unit=successor, id="new", account_id="successor")
    if refused:
        with pytest.raises(SuccessorAbove):
            check_not_above(new, PATHS[standing])
    else:
        check_not_above(new, PATHS[standing])
