"""Grants as people see them."""

from typing import Any

from portal.views.grants import acts_on, grant_of, holders_of, roles_of
from portal.views.people import device_name

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
    assert [one.word for one in ROLES["clerk"].permissions] == [
        "Report the progress and the results of the unit's congress"
    ]


def test_a_grant_whose_chain_is_broken_is_not_called_in_force() -> None:
    grant = grant_of(a_grant(effective=False, why_not="chain"), ROLES)
    assert grant.state.word == "Has no effect at present"
    assert "not in force" in grant.why_not


def test_acts_follow_the_state_and_where_the_reader_stands() -> None:
    keys = {
        "active": ["suspend", "revoke"],
        "suspended": ["resume", "revoke"],
        "invited": ["suspend", "revoke"],
        "proposed": ["confirm", "decline"],
        "ended": [],
        "revoked": [],
    }
    for status, expected in keys.items():
        assert [act.key for act in acts_on(a_grant(status=status), above=True)] == expected


def test_a_peer_can_only_ask_for_a_removal_or_confirm_one() -> None:
    asked = {"by_name": "Karim", "reason": "left", "until": "2026-01-04T00:00:00+00:00"}
    assert [act.key for act in acts_on(a_grant(), above=False)] == ["propose-removal"]
    assert [act.key for act in acts_on(a_grant(removal=asked), above=False)] == ["confirm-removal"]


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
