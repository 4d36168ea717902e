"""Rights in tokens: packed small, named where they do not fit, read as they were written."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.access.decision import Caller, Reach, Right, reach_roots
from servicekit.access.rights import NamedRights, claim_or_name, name_in, rights_claim, rights_of
from servicekit.ids import id_from

PERMISSIONS = tuple(f"area-{number}:permission" for number in range(9))


def held(grants: int, permissions: tuple[str, ...] = PERMISSIONS) -> tuple[Right, ...]:
    """Grants in as many unions, three to an upazila, five upazilas to a district."""
    return tuple(
        Right(
            permission,
            path[-1],
            path,
            Reach.BELOW,
            id_from("grant", str(number)),
            2,
            None,
            # A district's administrator gave it.
            tuple(id_from("account", str(number // size)) for size in (10**6, 15)),
            1_760_000_000 + 9_000 * number if number % 20 == 0 else 0,  # now and then one was accepted lately
        )
        for number in range(grants)
        for path in [
            tuple(
                id_from(kind, str(number // size))
                for kind, size in (("c", 10**6), ("d", 15), ("u", 3), ("n", 1))
            )
        ]
        for permission in permissions
    )


@pytest.mark.parametrize("grants", [0, 1, 2, 40, 200])
def test_some_two_hundred_grants_travel_in_the_token(grants: int) -> None:
    claim = claim_or_name(held(grants))
    assert name_in(claim) == ""
    assert rights_of(json.loads(json.dumps(claim))) == held(grants)
    in_header = len(urlsafe_b64encode(json.dumps(claim).encode()))
    assert in_header < 14_500, "with a thousand signs of the token's own it fits 16,384"


@pytest.mark.parametrize("grants", [400, 1_000, 5_000])
def test_more_are_named_and_fit_any_header(grants: int) -> None:
    claim = claim_or_name(held(grants))
    assert len(name_in(claim)) == 64
    assert len(json.dumps(claim)) < 100
    assert rights_of(json.loads(json.dumps(rights_claim(held(grants))))) == held(grants)


def test_a_token_in_flight_from_before_is_read() -> None:
    before = {"k": [["congress:read", "below", 2, None]], "g": [["g1", ["root", "north"], [0]]]}
    assert rights_of(before) == (Right("congress:read", "north", ("root", "north"), Reach.BELOW, "g1"),)


def test_what_the_version_before_reads_stands_where_it_did() -> None:
    assert set(rights_claim(held(2))) == {"k", "g", "b", "o", "w", "s"}
    nothing_behind = tuple(replace(right, owed_to=(), since=0) for right in held(2))
    assert set(rights_claim(nothing_behind)) == {"k", "g"}
    assert rights_claim(nothing_behind)["g"] == rights_claim(held(2))["g"]


class Identity:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, session_id: str, name: str) -> dict[str, object]:
        self.asked.append((session_id, name))
        return rights_claim(held(300))


def test_identity_is_asked_once_per_session_and_generation() -> None:
    identity = Identity()
    named = NamedRights(identity)
    for generation in (1, 1, 2, 2, 1):
        assert named.get("s", generation, "n") == held(300)
    assert identity.asked == [("s", "n")] * 2


def test_what_is_kept_is_bounded() -> None:
    identity = Identity()
    named = NamedRights(identity, most=3 * len(held(300)))
    for number in range(50):
        named.get(f"s{number}", 1, "n")
    assert len(named._kept) == 3
    assert not named._asking
    named.get("s49", 1, "n")
    assert len(identity.asked) == 50
    named.get("s0", 1, "n")
    assert len(identity.asked) == 51


def test_a_failed_question_is_asked_again() -> None:
    def fails(_session: str, _name: str) -> dict[str, object]:
        raise LookupError

    named = NamedRights(fails)
    for _ in range(2):
        with pytest.raises(LookupError):
            named.get("s", 1, "n")


UNITS = [("r",), ("r", "a"), ("r", "b"), ("r", "a", "x"), ("r", "a", "y"), ("r", "b", "z")]
RIGHTS = st.builds(
    lambda path, reach, grant: Right("p", path[-1], path, reach, grant),
    st.sampled_from(UNITS), st.sampled_from(list(Reach)), st.sampled_from(["g1", "g2"]),
)  # fmt: skip


def inside(right: Right, other: Right) -> bool:
    """By definition, one pair at a time."""
    if other.unit_id == right.unit_id:
        return other.reach is Reach.BELOW and right.reach is not Reach.BELOW
    return other.reach is not Reach.OWN and other.unit_id in right.unit_path


@given(st.lists(RIGHTS, max_size=8))
def test_the_roots_of_a_reach_are_those_inside_no_other(rights: list[Right]) -> None:
    slowly = tuple(r for r in rights if not any(o is not r and inside(r, o) for o in rights))
    assert reach_roots(Caller("a", rights=tuple(rights)), "p") == slowly
