"""The access decision, by tables and by properties."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.access.decision import (
    AssuranceTooLow,
    Caller,
    PermissionMissing,
    Reach,
    Right,
    SignInTooOld,
    UnknownHere,
    Why,
    covers,
    decide,
    distinct,
    holds,
    noting_grounds,
    reach_roots,
    require,
    visible,
)
from servicekit.refusals import Refusal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HQ, NORTH, SOUTH, UNION = ("hq",), ("hq", "north"), ("hq", "south"), ("hq", "north", "union")


def a_right(path: tuple[str, ...] = NORTH, reach: str = "below", **changes: object) -> Right:
    values = {"permission": "congress:read", "unit_id": path[-1], "unit_path": path, "reach": Reach(reach)}
    return Right(**{**values, **changes})  # type: ignore[arg-type]


def a_caller(*rights: Right, **changes: object) -> Caller:
    values = {"account_id": "a", "rights": rights, "assurance": 2, "auth_time": NOW}
    return Caller(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reach", "above", "own", "beside", "below"),
    [
        ("own", False, True, False, False),
        ("below", False, True, False, True),
        ("under", False, False, False, True),
    ],
)
def test_a_reach_covers_its_part_of_the_tree(
    reach: str, above: bool, own: bool, beside: bool, below: bool
) -> None:
    right = a_right(NORTH, reach)
    assert [covers(right, path) for path in (HQ, NORTH, SOUTH, UNION)] == [above, own, beside, below]


def test_no_right_covers_a_record_without_a_place() -> None:
    assert not covers(a_right(), ())
    assert not decide(a_caller(a_right()), "congress:read", (), NOW).allowed


@pytest.mark.parametrize(
    ("path", "permission", "why"),
    [
        (NORTH, "congress:read", Why.ALLOWED),
        (UNION, "congress:read", Why.ALLOWED),
        (UNION, "congress:approve", Why.NO_PERMISSION),
        (SOUTH, "congress:read", Why.UNKNOWN),
        (HQ, "congress:read", Why.UNKNOWN),
        (HQ, "congress:approve", Why.UNKNOWN),
    ],
)
def test_a_refusal_says_no_more_than_the_caller_may_know(
    path: tuple[str, ...], permission: str, why: Why
) -> None:
    caller = a_caller(a_right(NORTH))
    assert decide(caller, permission, path, NOW).why is why
    if why is Why.ALLOWED:
        assert require(caller, permission, path, NOW).unit_id == "north"
    else:
        with pytest.raises(UnknownHere if why is Why.UNKNOWN else PermissionMissing):
            require(caller, permission, path, NOW)


def test_the_problem_of_a_missing_permission_names_it() -> None:
    with pytest.raises(PermissionMissing) as refused:
        require(a_caller(a_right(NORTH)), "congress:approve", NORTH, NOW)
    assert refused.value.params == {"permission": "congress:approve"}
    assert "congress:approve" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"assurance": 3}, AssuranceTooLow), ({"max_age": 0}, SignInTooOld)],
)
def test_the_problem_of_a_sign_in_that_is_not_enough_names_what_it_was_for(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    caller = a_caller(a_right(**changes), auth_time=NOW - timedelta(seconds=1))  # type: ignore[arg-type]
    with pytest.raises(refusal) as refused:
        require(caller, "congress:read", NORTH, NOW)
    assert refused.value.params == {"permission": "congress:read"}
    # The right that would serve, were the sign-in better: whoever explains the refusal names it.
    assert decide(caller, "congress:read", NORTH, NOW).right == caller.rights[0]


def test_a_higher_assurance_or_a_fresh_sign_in_can_be_asked_for() -> None:
    strong = a_right(assurance=3)
    fresh = a_right(max_age=300)
    with pytest.raises(AssuranceTooLow):
        require(a_caller(strong), "congress:read", NORTH, NOW)
    assert require(a_caller(strong, assurance=3), "congress:read", NORTH, NOW) is strong
    with pytest.raises(SignInTooOld):
        require(a_caller(fresh, auth_time=NOW - timedelta(seconds=301)), "congress:read", NORTH, NOW)
    with pytest.raises(SignInTooOld):
        require(a_caller(fresh, auth_time=None), "congress:read", NORTH, NOW)
    assert (
        require(a_caller(fresh, auth_time=NOW - timedelta(seconds=300)), "congress:read", NORTH, NOW) is fresh
    )


def test_one_right_that_serves_is_enough_whatever_the_others_lack() -> None:
    weak, good = a_right(assurance=3), a_right(HQ)
    for rights in ((weak, good), (good, weak)):
        assert decide(a_caller(*rights), "congress:read", UNION, NOW).right is good


def test_the_roots_of_a_search_leave_out_what_lies_within_another() -> None:
    north, union, south = a_right(NORTH), a_right(UNION), a_right(SOUTH, "own")
    assert reach_roots(a_caller(union, north, south), "congress:read") == (north, south)
    under, own = a_right(NORTH, "under"), a_right(NORTH, "own")
    assert reach_roots(a_caller(under, own), "congress:read") == (under, own)
    assert reach_roots(a_caller(under, own, north), "congress:read") == (north,)
    assert reach_roots(a_caller(north), "congress:approve") == ()


def test_the_same_right_twice_is_one_and_the_order_stays() -> None:
    north, south = a_right(NORTH), a_right(SOUTH)
    assert distinct([south, north, a_right(SOUTH)]) == (south, north)
    assert distinct([]) == ()


def test_what_an_answer_rested_on_is_noted_of_the_one_who_asks_and_only_inside() -> None:
    mine, other = a_caller(a_right(NORTH)), a_caller(a_right(NORTH), account_id="b")
    with noting_grounds("a") as grounds:
        decide(mine, "congress:read", UNION, NOW)
        decide(other, "congress:read", NORTH, NOW)
        decide(mine, "congress:approve", NORTH, NOW)
        with noting_grounds("b") as inner:
            decide(other, "congress:read", NORTH, NOW)
            decide(mine, "congress:read", NORTH, NOW)
        require(mine, "congress:read", NORTH, NOW)
    decide(mine, "congress:read", UNION, NOW)
    assert grounds == [("congress:read", UNION), ("congress:read", NORTH)]
    assert inner == [("congress:read", NORTH)]


PATHS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True).map(tuple)
RIGHTS = st.lists(
    st.builds(
        lambda path, reach, permission: a_right(path, reach, permission=permission),
        PATHS,
        st.sampled_from(list(Reach)),
        st.sampled_from(["read", "write"]),
    ),
    max_size=5,
)


@given(RIGHTS, PATHS, st.sampled_from(["read", "write"]))
def test_allowed_means_held_and_visible_and_covered(
    rights: list[Right], path: tuple[str, ...], permission: str
) -> None:
    caller = a_caller(*rights)
    decision = decide(caller, permission, path, NOW)
    assert decision.allowed == any(r.permission == permission and covers(r, path) for r in rights)
    if decision.allowed:
        assert holds(caller, permission)
        assert visible(caller, path)
        assert decision.right in rights
    assert (decision.why is Why.UNKNOWN) == (not visible(caller, path))


@given(RIGHTS, RIGHTS, PATHS)
def test_more_rights_never_allow_less(some: list[Right], more: list[Right], path: tuple[str, ...]) -> None:
    if decide(a_caller(*some), "read", path, NOW).allowed:
        assert decide(a_caller(*more, *some), "read", path, NOW).allowed


@given(RIGHTS)
def test_the_roots_reach_as_far_as_all_rights_together(rights: list[Right]) -> None:
    caller = a_caller(*rights)
    roots = reach_roots(caller, "read")
    paths = {r.unit_path[:n] for r in rights for n in range(1, len(r.unit_path) + 1)}
    paths |= {(*path, leaf) for path, leaf in product(paths, ("x", "y"))}
    tree = {path for path in paths if _one_tree(path, rights)}
    for path in tree:
        whole = any(r.permission == "read" and covers(r, path) for r in rights)
        assert whole == any(covers(root, path) for root in roots)


def _one_tree(path: tuple[str, ...], rights: list[Right]) -> bool:
    """A unit has one path: the invented ones that contradict each other are no tree."""
    known: dict[str, tuple[str, ...]] = {}
    for whole in (path, *(r.unit_path for r in rights)):
        for n in range(1, len(whole) + 1):
            if known.setdefault(whole[n - 1], whole[:n]) != whole[:n]:
                return False
    return True
