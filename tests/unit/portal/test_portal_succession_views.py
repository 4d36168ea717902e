"""Who can take over what hangs on a grant, and what is said of it before it goes over."""

from typing import Any

import pytest

from portal.access.views.grants import roles_of
from portal.access.views.succession import handing_over, handover_of, successors
from tests.unit.portal.test_portal_grant_views import a_grant

ROLES = roles_of(
    [
        {
            "key": key,
            "names": {"en": key},
            "permissions": [{"permission": "access:grant", "reach": "below", "use": gives}],
        }
        for key, gives in (("administrator", True), ("clerk", False))
    ]
)


def an_administrator(key: str, account: str, **changes: Any) -> dict[str, Any]:
    holder = {"account_id": account, "name": account, "invited": False}
    return a_grant(id=key, role="administrator", holder=holder, **changes)


OLD = an_administrator("old", "leaver")


@pytest.mark.parametrize(
    ("grant", "own", "why_not", "word"),
    [
        (OLD, True, "", "Hand over what hangs on it"),
        (OLD, True, "sign-in-too-old", "Hand over what hangs on it"),
        (OLD, False, "", "Name a successor for what hangs on it"),
        (OLD, False, "outside-own-units", ""),
        (OLD, True, "grant-over", ""),
        (a_grant(), True, "", ""),  # on a role that gives no access hangs nothing
        (an_administrator("old", "x", status="offered", effective=False), False, "", ""),
    ],
)
def test_who_is_shown_the_way_to_a_successor(
    grant: dict[str, Any], own: bool, why_not: str, word: str
) -> None:
    refusal = {"type": f"/problems/{why_not}"} if why_not else None
    told = {"succession": {"allowed": not why_not, "refusal": refusal}}
    acts = handing_over({**grant, "acts": told}, ROLES, own=own)
    assert [act.word[: len(word)] for act in acts] == ([word] if word else [])


def test_whoever_leaves_chooses_among_others_in_force_who_give_access() -> None:
    of_unit = [
        OLD,
        an_administrator("second", "leaver"),
        an_administrator("deputy", "deputy"),
        an_administrator("dead", "gone", effective=False),
        a_grant(id="clerk"),
    ]
    above = [an_administrator("higher", "leaver", unit_id="r", unit_path=["r"])]
    assert [one.id for one in successors(of_unit, above, OLD, ROLES, ("leaver",))] == ["deputy"]


def test_a_superior_may_take_their_own_grant_where_it_stands_above() -> None:
    mine = [
        an_administrator("higher", "chief", unit_id="r", unit_path=["r"]),
        an_administrator("elsewhere", "chief", unit_id="x", unit_path=["r", "x"]),
    ]
    of_unit = [OLD, an_administrator("deputy", "deputy")]
    assert [one.id for one in successors(of_unit, mine, OLD, ROLES, ("chief",))] == ["higher", "deputy"]


def test_what_is_not_listed_is_counted() -> None:
    answer = {
        "count": 120,
        "ends_own": True,
        "grants": [a_grant(id="one"), a_grant(id="two")],
        "left": [
            {"grant": a_grant(id="stays"), "why": "beyond"},
            {"grant": a_grant(id="odd"), "why": "new key"},
        ],
        "left_count": 5,
    }
    found = handover_of(answer, ROLES)
    assert (found.more, found.left_more, found.ends_own) == (118, 3, True)
    assert "could not have given it" in found.left[0].why
    assert "does not fit" in found.left[1].why
