"""Standing above a person is standing strictly above all that they hold, and two at the top are independent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.domain import standing, together
from identity.domain.grant_refusals import NotProposed, ProposalLapsed, ReasonNeeded
from identity.domain.grants import Grant, Status
from identity.domain.together import Act, JointAct, NotAtTheTop, State
from servicekit.access.decision import Reach, Right
from servicekit.access.second_person import SecondPersonNeeded
from tests.unit.identity.test_grants import NOW, PATHS, TABLE, TODAY, a_grant

ROOT_POST = a_grant(unit="r", id="top")
DISTRICT_POST = a_grant(unit="d", id="middle", account_id="boris")
CLERK = a_grant(unit="u", id="post", role="clerk")
ELSEWHERE = a_grant(unit="x", id="other", role="clerk")


def giving(unit: str, reach: Reach = Reach.BELOW) -> Right:
    return Right("access:grant", unit, PATHS[unit], reach, f"by {unit}")


@pytest.mark.parametrize(
    ("unit", "held", "above"),
    [
        ("d", (CLERK,), True),
        ("r", (CLERK, ELSEWHERE), True),
        # The old fault: power over one small grant, taken for power over whoever holds headquarters.
        ("d", (CLERK, ROOT_POST), False),
        ("d", (CLERK, DISTRICT_POST), False),  # not strictly: a peer
        ("d", (CLERK, ELSEWHERE), False),  # another branch
        ("r", (ROOT_POST,), False),
        ("u", (CLERK,), False),
        ("x", (CLERK,), False),
        ("r", (), False),  # nobody stands above somebody of whom nothing is known
    ],
)
def test_who_stands_above_a_person(unit: str, held: tuple[Grant, ...], above: bool) -> None:
    assert standing.stands_above([giving(unit)], held) is above


def test_two_rights_together_reach_what_neither_reaches_alone() -> None:
    deep = a_grant(unit="u", id="deep")
    assert standing.stands_above([giving("d"), giving("r")], [deep, ELSEWHERE])
    assert not standing.stands_above([giving("r", Reach.OWN)], [deep])
    assert not standing.stands_above([Right("access:read", "r", ("r",), Reach.BELOW)], [deep])


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"status": Status.OFFERED, "accepted_at": None}, False),
        ({"status": Status.REVOKED}, False),
        ({"status": Status.SUSPENDED}, False),
        ({"valid_to": TODAY - timedelta(days=1)}, False),
    ],
)
def test_what_counts_about_a_person_is_what_is_in_force(changes: dict[str, object], counts: bool) -> None:
    assert bool(standing.in_force([a_grant(**changes)], {}, TODAY)) is counts


@pytest.mark.parametrize(
    ("held", "candidates", "somebody"),
    [
        ((CLERK,), (DISTRICT_POST,), True),
        ((CLERK,), (replace(DISTRICT_POST, account_id="anna"),), False),  # only their own
        ((CLERK,), (replace(DISTRICT_POST, role="clerk"),), False),
        ((CLERK,), (replace(DISTRICT_POST, status=Status.SUSPENDED),), False),
        ((CLERK, ELSEWHERE), (DISTRICT_POST,), False),  # above one of the two only
        ((ROOT_POST,), (replace(ROOT_POST, account_id="boris"),), False),
        ((), (DISTRICT_POST,), False),
    ],
)
def test_whether_somebody_stands_above(
    held: tuple[Grant, ...], candidates: tuple[Grant, ...], somebody: bool
) -> None:
    assert standing.somebody_stands_above(held, candidates, {}, TABLE, TODAY, ("anna",)) is somebody


def a_joint_act(**changes: object) -> JointAct:
    joint = JointAct("j", Act.END_SESSIONS, "anna", "r", "boris", "Boris", NOW, "lost phone")
    return replace(joint, **changes)  # type: ignore[arg-type]


def test_two_of_the_top_do_it_and_neither_alone() -> None:
    done = together.confirm(a_joint_act(), ("clara",), "Clara", NOW)
    assert (done.state, done.answered_by) == (State.DONE, "clara")
    for by in (("boris",), ("other", "boris"), ("anna",)):
        with pytest.raises(SecondPersonNeeded):
            together.confirm(a_joint_act(), by, "", NOW)
    with pytest.raises(NotProposed):
        together.confirm(done, ("clara",), "Clara", NOW)
    with pytest.raises(ProposalLapsed):
        together.confirm(a_joint_act(), ("clara",), "Clara", NOW + timedelta(hours=25))
    assert together.withdraw(a_joint_act(), ("boris",), "Boris", NOW).state is State.WITHDRAWN
    with pytest.raises(together.NotOwnAct):
        together.withdraw(a_joint_act(), ("somebody", a_joint_act().account_id), "", NOW)
    with pytest.raises(ReasonNeeded):
        together.check_reason(" ")


def test_only_the_topmost_unit_decides_together() -> None:
    assert together.top_right([giving("d"), giving("r")], [ROOT_POST]).unit_id == "r"
    with pytest.raises(NotAtTheTop):
        together.top_right([giving("d")], [CLERK])
    with pytest.raises(NotAtTheTop):
        together.top_right([giving("r")], [a_grant(unit_path=("elsewhere", "d"))])
