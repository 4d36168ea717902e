"""What goes over to a successor, what stays behind and why."""

import pytest

from identity.domain.grants import Grant, Status
from identity.domain.succession import SuccessorUnfit, WhyLeft, in_one_step, plan, rehung, takes_place_of
from tests.unit.identity.test_grants import TABLE, TODAY, a_grant

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
    assert rehung(deeper, OLD, NEW).chain == ("top", "new", "admin")


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
    assert takes_place_of(OLD, deputy).chain == ("top",)
    with pytest.raises(SuccessorUnfit):
        takes_place_of(OLD, a_grant(unit="u", id="new", chain=("top", "old")))


def test_a_step_is_bounded_and_superiors_go_first() -> None:
    admin = a_grant(unit="u", id="admin", account_id="a", chain=("top", "old"))
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin"))
    made = plan(OLD, NEW, [deeper, admin, CLERK], TABLE, {"successor"}, TODAY)
    assert [one.id for one in in_one_step(made, 2)] == ["admin", "clerk"]


def test_cut_off_between_two_steps_it_goes_on() -> None:
    """In the first step the administrator went over, and whoever hangs on them has not yet."""
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "admin"))
    assert planned(deeper) == (["deeper"], {})
    assert rehung(deeper, OLD, NEW).chain == ("top", "new", "admin")


def test_what_hangs_on_the_deputy_already_is_led_past_whoever_leaves() -> None:
    deputy = takes_place_of(OLD, a_grant(unit="d", id="new", account_id="successor", chain=("top", "old")))
    theirs = a_grant(unit="u", id="theirs", role="clerk", account_id="b", chain=("top", "old", "new"))
    assert planned(theirs, new=deputy) == (["theirs"], {})
    assert rehung(theirs, OLD, deputy).chain == ("top", "new")


def test_what_hangs_on_something_that_stays_stays_with_it() -> None:
    own = a_grant(unit="d", id="own", account_id="successor", chain=("top", "old"))
    deeper = a_grant(unit="u", id="deeper", role="clerk", account_id="b", chain=("top", "old", "own"))
    assert planned(own, deeper) == ([], {"own": WhyLeft.OWN})
