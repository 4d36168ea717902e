"""Changes of roles: what the form says of a role, and what is asked of the service."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.access.views.grants import roles_of, to_give
from portal.access.views.many import typed_rows
from portal.access.views.role_changes import foreseen_of, form_values, waiting_of, wanted_of
from portal.frame.forms import Form, FormFaulty


def may(permission: str, reach: str = "below", *, use: bool = True) -> dict[str, Any]:
    return {"permission": permission, "reach": reach, "use": use}


def a_role(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = {"en": "Clerk", "bn": "দপ্তর সহকারী", "vi": "Văn thư"}
    made = {"key": "clerk", "names": names, "strong": False, "deputies": True, "withdrawn": False}
    return {**made, "permissions": list(parts), **more}


PARTS = (
    may("unit:read"),
    may("congress:report", "own"),
    may("members:read", "own", use=False),
    # Used here, and handed on below: one of the two has no place in the form, and is not lost by that.
    may("congress:comment", "own"),
    may("congress:comment", use=False),
)


def in_order(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda one: (one["permission"], one["use"]))


def test_a_form_that_is_sent_as_it_came_changes_nothing() -> None:
    role = a_role(*PARTS)
    wanted = wanted_of(Form(form_values(role)))
    assert (wanted["act"], wanted["key"]) == ("change", "clerk")
    sent = wanted["role"]
    assert (sent["names"], sent["strong"], sent["deputies"]) == (role["names"], False, True)
    assert in_order(sent["permissions"]) == in_order(PARTS)


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        ("", []),
        ("own", [may("unit:read", "own")]),
        ("hand-on-under", [may("unit:read", "under", use=False)]),
    ],
)
def test_each_choice_is_one_part(chosen: str, sent: list[dict[str, Any]]) -> None:
    values = {**form_values(a_role(may("x:y"))), "may/unit:read": chosen, "may/x:y": ""}
    assert wanted_of(Form(values))["role"]["permissions"] == sent


def test_what_is_handed_on_unseen_goes_with_what_is_used() -> None:
    values = form_values(a_role(*PARTS))
    for chosen in ("", "hand-on-own"):
        found = wanted_of(Form({**values, "may/congress:comment": chosen}))["role"]["permissions"]
        assert [one["use"] for one in found if one["permission"] == "congress:comment"] == (
            [False] if chosen else []
        )


def test_a_role_has_a_name_in_each_language() -> None:
    form = Form({**form_values(a_role(may("x:y"))), "role/names/bn": " "})
    with pytest.raises(FormFaulty):
        wanted_of(form)
    assert list(form.faults) == ["role/names/bn"]
    # Of one that is withdrawn nothing else is read.
    assert wanted_of(Form({"act": "change", "withdraw": "yes", "key": "clerk"})) == {
        "act": "withdraw",
        "key": "clerk",
        "role": None,
    }
    new = form_values(None)
    assert (new["act"], new["key"]) == ("add", "")


FORESEEN: dict[str, Any] = {
    "seen": 0,
    "stale": False,
    "before": a_role(),
    "after": a_role(strong=True),
    "added": [may("unit:read"), may("members:read", "own", use=False)],
    "taken": [],
    "seconds": 1,
    "grants": None,
    "people": None,
    "by_level": [{"levels": ["union", "ward"], "grants": 3}],
}


def test_a_preview_says_what_is_another_afterwards() -> None:
    found = foreseen_of(FORESEEN, "change")
    assert [one.passes_on for one in found.added] == [False, True]
    assert (found.strong, found.deputies, found.renamed) == (True, None, False)
    assert (found.grants, found.by_level[0].levels) == (None, ("union", "ward"))
    other = a_role(names={"en": "Scribe", "bn": "x", "vi": "x"})
    assert foreseen_of({**FORESEEN, "after": other}, "change").renamed
    gone = foreseen_of({**FORESEEN, "after": None}, "withdraw")
    assert (gone.names, gone.renamed, gone.strong) == (a_role()["names"], False, None)
    assert foreseen_of({**FORESEEN, "before": None}, "add").renamed is False


@pytest.mark.parametrize(("status", "waits"), [("asked", True), ("done", False), ("lapsed", False)])
def test_only_what_waits_is_decided(status: str, waits: bool) -> None:
    asked = {
        "id": "c",
        "version": 1,
        "act": "add",
        "key": "clerk",
        "names": {},
        "status": status,
        "own": True,
        "asked_by_name": "A.",
        "asked_at": "2026-03-01T00:00:00+00:00",
        "until": "2026-03-04T00:00:00+00:00",
        "reason": "x",
        "answered_by_name": "",
    }
    found = waiting_of(asked, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert (found.waits, found.row.mine, found.row.to_decide, found.row.days) == (waits, True, False, 2)


def test_who_is_no_second_will_is_told_so_and_has_nothing_to_decide() -> None:
    refusal = {"type": "second-person-dependent", "message": "No second will.", "params": {}}
    asked = {
        "id": "c", "version": 1, "act": "add", "names": {}, "status": "asked", "asked_by_name": "A.", "reason": "x",
        "asked_at": "2026-03-01T00:00:00+00:00", "until": "2026-03-04T00:00:00+00:00", "answered_by_name": "",
    }  # fmt: skip
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        waiting_of({**asked, "own": own, "refusal": told}, at).row
        for own, told in ((False, None), (False, refusal), (True, refusal))
    ]
    assert [one.to_decide for one in rows] == [True, False, False]
    assert [one.refusal is None for one in rows] == [True, False, True], "whoever asked is told otherwise"
    assert rows[0].link == "/roles/changes/c"


def test_a_role_that_was_withdrawn_has_a_name_and_is_given_to_nobody() -> None:
    roles = roles_of([a_role(), a_role(key="scribe", names={"en": "Scribe"}, withdrawn=True)])
    assert roles["scribe"].names == {"en": "Scribe"}
    assert [role.key for role in to_give(roles)] == ["clerk"]
    pasted = "U1\t\tscribe\t31/12/2030\nU2\t\tClerk\t31/12/2030"
    assert [(one.role, one.fault) for one in typed_rows(pasted, roles, "2030-12-31")] == [
        ("scribe", "role"),
        ("clerk", ""),
    ]
