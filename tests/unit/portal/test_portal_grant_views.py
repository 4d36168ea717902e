"""Grants as people see them."""

from datetime import date
from typing import Any

import pytest

from portal.access.views.grants import (
    _OFFERED,
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
from tests.unit.portal.test_portal_congress_views import may

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


ABOVE = ("suspend", "resume", "revoke", "period", "recertify", "propose-removal")
PEER = ("propose-removal",)


def offered_on(grant: dict[str, Any], *allowed: str) -> list[str]:
    """Where identity allows the reader these."""
    keys = [act.key for act in _OFFERED] + ["resign"]
    acts = {key: may() if key in allowed else may("permission-missing") for key in keys}
    return [act.key for act in acts_on({**grant, "acts": acts})]


def test_acts_are_those_that_identity_allows_but_for_what_comes_to_the_same() -> None:
    assert offered_on(a_grant(), *ABOVE) == ["resume", "suspend", "revoke", "period", "sign-out"]
    assert offered_on(a_grant(status="suspended"), *ABOVE) == ["resume", "revoke", "period", "sign-out"]
    assert offered_on(a_grant(recertify_by="2026-12-01"), "revoke", "recertify")[:2] == [
        "revoke",
        "recertify",
    ]
    assert offered_on(a_grant(status="revoked", barred=True), "lift-ban") == ["lift-ban"]
    assert offered_on(a_grant()) == []
    assert grant_of(a_grant(barred_from="r"), ROLES).barred_from == "r"


def test_nobody_is_signed_out_who_has_not_come_yet() -> None:
    nobody = {"account_id": None, "name": None, "invited": True}
    assert "sign-out" not in offered_on(a_grant(status="invited", holder=nobody), *ABOVE)


def test_peers_of_the_topmost_unit_sign_each_other_out_by_two() -> None:
    assert offered_on(a_grant(unit_path=["u"]), *PEER) == ["propose-removal", "sign-out"]
    assert offered_on(a_grant(), *PEER) == ["propose-removal"]


ASKED = {"by": "b", "by_name": "Karim", "reason": "left", "until": "2026-01-04T00:00:00+00:00"}
LONGER = {**ASKED, "valid_to": "2028-01-01", "take_over": False}


def test_while_something_is_asked_for_that_is_answered_first() -> None:
    every = tuple(act.key for act in _OFFERED)
    assert offered_on(a_grant(status="proposed"), *every) == ["confirm", "decline"]
    assert offered_on(a_grant(status="proposed", why_not="lapsed"), *every) == []
    assert offered_on(a_grant(removal=ASKED), *every) == ["confirm-removal", "revoke"]
    asked = a_grant(extension=LONGER)
    assert offered_on(asked, "confirm-period", "decline-period", *ABOVE)[:2] == [
        "confirm-period",
        "decline-period",
    ]
    assert "period" not in offered_on(asked, *ABOVE)
    shown = grant_of(asked, ROLES).extension
    assert shown is not None
    assert (shown.by, shown.valid_to) == ("Karim", "2028-01-01")


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
