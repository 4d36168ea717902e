"""Grants as people see them."""

from datetime import date
from typing import Any

import pytest

from portal.access.views.grants import (
    acts_on,
    asked_by,
    explained,
    grant_of,
    holders_of,
    included_in,
    period_within,
    permission_word,
    roles_of,
)
from portal.account.views import device_name

ROLES = roles_of(
    [
        {
            "key": "clerk",
            "names": {"en": "Clerk"},
            "permissions": [
                {"permission": "congress:report", "reach": "own", "use": True},
                {"permission": "access:grant", "reach": "below", "use": False},
            ],
        }
    ]
)


def a_grant(**changes: Any) -> dict[str, Any]:
    return {
        "id": "g", "version": 1, "unit_id": "u", "unit_path": ["r", "u"], "unit_names": {"en": "Unit"},
        "role": "clerk", "holder": {"account_id": "a", "name": "Rahima", "invited": False},
        "valid_from": "2026-01-01", "valid_to": "2027-01-01", "status": "active", "effective": True,
        "why_not": None, "given_by": {"account_id": "b", "name": "Karim"},
        "given_at": "2026-01-01T00:00:00+00:00", "reason": "", "ended_reason": "", "removal": None,
        "recertify_by": None, "confirm_until": None, **changes,
    }  # fmt: skip


def test_a_role_says_what_its_holder_may_do_not_what_they_may_pass_on() -> None:
    assert [one.word for one in ROLES["clerk"].permissions] == [permission_word("congress:report")]


def test_a_grant_whose_chain_is_broken_is_not_called_in_force() -> None:
    grant = grant_of(a_grant(effective=False, why_not="chain"), ROLES)
    assert grant.state.word == "Has no effect at present"
    assert "not in force" in grant.why_not


def test_acts_follow_the_state_and_where_the_reader_stands() -> None:
    keys = {
        "active": ["suspend", "revoke", "period", "sign-out"],
        "suspended": ["resume", "revoke", "period", "sign-out"],
        "invited": ["suspend", "revoke", "period", "sign-out"],
        "proposed": ["confirm", "decline"],
        "ended": [],
        "revoked": [],
    }
    for status, expected in keys.items():
        assert [act.key for act in acts_on(a_grant(status=status), above=True)] == expected


def test_nobody_is_signed_out_who_has_not_come_yet() -> None:
    nobody = {"account_id": None, "name": None, "invited": True}
    invited = a_grant(status="invited", holder=nobody)
    assert [act.key for act in acts_on(invited, above=True)] == [
        "suspend",
        "revoke",
        "period",
    ]


@pytest.mark.parametrize("status", ["revoked", "ended"])
def test_a_ban_is_lifted_from_above_and_only_where_there_is_one(status: str) -> None:
    barred = a_grant(status=status, barred=True, barred_from="r")
    assert [act.key for act in acts_on(barred, above=True)] == ["lift-ban"]
    assert acts_on(barred, above=False) == ()
    assert acts_on(a_grant(status=status, barred=False), above=True) == ()
    assert grant_of(barred, ROLES).barred_from == "r"


def test_peers_of_the_topmost_unit_sign_each_other_out_by_two() -> None:
    assert [act.key for act in acts_on(a_grant(unit_path=["u"]), above=False)] == [
        "propose-removal",
        "sign-out",
    ]


def test_a_peer_can_only_ask_for_a_removal_or_confirm_one() -> None:
    asked = {"by": "b", "by_name": "Karim", "reason": "left", "until": "2026-01-04T00:00:00+00:00"}
    assert [act.key for act in acts_on(a_grant(), above=False)] == ["propose-removal"]
    assert [act.key for act in acts_on(a_grant(removal=asked), above=False)] == ["confirm-removal"]


ASKED = {"by": "b", "by_name": "Karim", "reason": "left", "until": "2026-01-04T00:00:00+00:00"}
LONGER = {**ASKED, "valid_to": "2028-01-01", "take_over": False}


def test_a_longer_period_is_confirmed_by_another_and_declined_by_either() -> None:
    asked = a_grant(extension=LONGER)
    above = [act.key for act in acts_on(asked, above=True)]
    assert above == ["confirm-period", "decline-period", "suspend", "revoke", "sign-out"]
    assert [act.key for act in acts_on(asked, above=False)][:2] == ["confirm-period", "decline-period"]
    assert [act.key for act in acts_on(asked, above=False, asked_by_reader=True)] == [
        "decline-period",
        "propose-removal",
    ]
    shown = grant_of(asked, ROLES).extension
    assert shown is not None
    assert (shown.by, shown.valid_to) == ("Karim", "2028-01-01")


def test_who_asked_cannot_confirm_and_may_take_a_proposal_back() -> None:
    proposed = a_grant(status="proposed")
    assert [act.key for act in acts_on(proposed, above=True, asked_by_reader=True)] == ["decline"]
    removal = a_grant(removal=ASKED)
    assert acts_on(removal, above=False, asked_by_reader=True) == ()
    assert [act.key for act in acts_on(removal, above=True, asked_by_reader=True)] == ["revoke"]


@pytest.mark.parametrize(
    ("grant", "reader", "asked"),
    [
        (a_grant(status="proposed", why_not="proposed"), "b", True),
        (a_grant(status="proposed", why_not="proposed"), "a", False),
        (a_grant(removal=ASKED), "b", True),
        (a_grant(removal=ASKED), "c", False),
        (a_grant(extension=LONGER), "b", True),
        (a_grant(extension=LONGER), "a", False),
        (a_grant(), "c", False),
    ],
)
def test_who_asked_is_known_by_any_of_their_accounts(grant: dict[str, Any], reader: str, asked: bool) -> None:
    assert asked_by(grant, ("its other account", reader)) is asked


def test_what_a_role_passes_on_is_told_apart_from_what_its_holder_may_do() -> None:
    permissions = [
        {"permission": "congress:report", "reach": "own", "use": True},
        {"permission": "access:grant", "reach": "below", "use": False},
    ]
    assert [one.word for one in included_in(permissions, use=False)] == [permission_word("access:grant")]


def test_a_no_names_the_roles_that_would_allow_it() -> None:
    answer = {"allowed": False, "why": "no-permission", "permission": "congress:report", "chain": []}
    assert explained(answer, ROLES).roles == ({"en": "Clerk"},)
    assert explained({**answer, "permission": "audit:read"}, ROLES).roles == ()
    assert explained({**answer, "why": "sign-in-too-old"}, ROLES).roles == ()


def test_a_person_with_two_roles_stands_at_a_unit_once() -> None:
    grants = [grant_of(a_grant(id=one), ROLES) for one in ("g1", "g2")]
    holders = holders_of(grants)
    assert [(one.name, len(one.roles), one.state) for one in holders] == [("Rahima", 2, None)]


def test_who_has_left_does_not_stand_at_a_unit() -> None:
    assert holders_of([grant_of(a_grant(status="revoked", effective=False), ROLES)]) == []


def test_devices_are_named_as_people_know_them() -> None:
    phone = "Mozilla/5.0 (Linux; Android 9; A1) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
    assert device_name(phone) == "Chrome, Android"
    assert (
        device_name("Mozilla/5.0 (Windows NT 10.0; rv:115.0) Gecko/20100101 Firefox/115.0")
        == "Firefox, Windows"
    )
    assert device_name("curl/8.0") == ""


@pytest.mark.parametrize(
    ("own", "end"),
    [
        ([], "2027-03-01"),
        ([a_grant(valid_to="2035-01-01")], "2027-03-01"),
        ([a_grant(valid_to="2026-06-30"), a_grant(valid_to="2026-05-01")], "2026-06-30"),
        ([a_grant(valid_to="2026-06-30"), a_grant(valid_to="2031-01-01", effective=False)], "2026-06-30"),
    ],
)
def test_access_is_given_for_a_year_and_not_for_as_long_as_the_giver_has_it(
    own: list[dict[str, Any]], end: str
) -> None:
    assert period_within(own, date(2026, 3, 1)) == {"valid_from": "2026-03-01", "valid_to": end}
