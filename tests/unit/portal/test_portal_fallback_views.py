"""The way in while the eID is down, moves of units, and why a sign-in was refused: as the pages show them."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.account.views import is_fresh
from portal.account.words import SIGN_IN_REFUSED, SIGN_IN_REFUSED_LATER
from portal.naming.units import Meant, unit_meant
from portal.outages.views import candidates, sealed_sign_in_of, window_of
from portal.units.views import move_of
from tests.unit.portal.test_portal_grant_views import a_grant

ROOT = Path(__file__).parents[3]


def refusals() -> Iterator[str]:
    """The codes of every refused sign-in, as they stand in the code of identity."""
    for path in (ROOT / "identity").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bases = [base.id for base in getattr(node, "bases", ()) if isinstance(base, ast.Name)]
            if isinstance(node, ast.ClassDef) and "SignInRefused" in bases:
                yield from (
                    str(line.value.value)
                    for line in node.body
                    if isinstance(line, ast.Assign)
                    and ast.unparse(line.targets[0]) == "code"
                    and isinstance(line.value, ast.Constant)
                )


def test_every_refused_sign_in_is_told_in_words() -> None:
    codes = set(refusals())
    assert {"no-grant", "fallback-off", "join-stale"} <= codes
    assert codes - SIGN_IN_REFUSED.keys() == set()
    assert set(SIGN_IN_REFUSED_LATER) <= codes


def a_window(**changes: Any) -> dict[str, Any]:
    return {
        "id": "w", "version": 1, "unit_id": "u", "status": "asked", "reason": "down",
        "asked_by": "b", "asked_by_name": "Karim",
        "asked_at": "2026-11-05T10:00:00+00:00", "hours": 2, "confirm_until": "2026-11-05T11:00:00+00:00",
        "confirmed_by_name": "", "until": None, "ended_at": None, "ended_by_name": "", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "asked", "on", "shape"),
    [
        ("asked", True, False, "late"),
        ("on", False, True, "done"),
        ("ended", False, False, "ended"),
        ("lapsed", False, False, "ended"),
    ],
)
def test_a_window_is_asked_for_open_or_over(status: str, asked: bool, on: bool, shape: str) -> None:
    window = window_of(a_window(status=status), ("b",))
    assert (window.asked, window.on, window.state.shape) == (asked, on, shape)


def test_only_who_holds_something_today_can_be_named_an_official() -> None:
    def held(account_id: str | None, name: str, **changes: Any) -> dict[str, Any]:
        return a_grant(holder={"account_id": account_id, "name": name, "invited": not account_id}, **changes)

    grants = [
        held("b", "Rahima"),
        held("b", "Rahima", role="approver"),
        held("a", "Anwara"),
        held(None, "Not yet come"),
        held("c", "Suspended", effective=False),
        held("me", "Myself"),
        held("m", "Nightly export"),
    ]
    assert candidates(grants, ("me", "m")) == [("a", "Anwara"), ("b", "Rahima")]


def test_ones_own_sealed_sign_in_waits_and_others_say_what_became_of_it() -> None:
    own = {
        "id": "s",
        "at": "2026-11-05T10:00:00+00:00",
        "device": "Mozilla/5.0 (Linux; Android 9) Firefox/115.0",
    }
    assert sealed_sign_in_of(own).device == "Firefox, Android"
    assert sealed_sign_in_of(own).state.word == "Waits for its person's word"
    denied = sealed_sign_in_of({**own, "name": "Rahima", "status": "denied", "confirmed_at": None})
    assert (denied.name, denied.state.word) == ("Rahima", "Denied by its person")


def test_a_move_waits_is_done_or_is_over() -> None:
    answer = {
        "id": "m", "version": 1, "unit_id": "u", "to_id": "t", "unit_names": {"en": "U"}, "from_names": {"en": "A"},
        "to_names": {"en": "B"}, "units": 3, "asked_by": "b", "asked_by_name": "Karim",
        "asked_at": "2026-11-05T10:00:00+00:00",
        "reason": "Decision 9", "confirm_until": "2026-11-08T10:00:00+00:00", "decided_by_name": "",
        "acts": {
            "confirm": {"allowed": False, "refusal": {"type": "/problems/second-person-needed"}},
            "decline": {"allowed": True, "refusal": None},
        },
    }  # fmt: skip
    for status, asked in (("asked", True), ("done", False), ("declined", False), ("lapsed", False)):
        move = move_of({**answer, "status": status}, ("b", "other"))
        assert (move.asked, move.mine, move.confirmable, move.declinable) == (asked, True, False, True)
        assert not move_of({**answer, "status": status}, ("c",)).mine


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (300, True), (301, False)])
def test_a_sign_in_is_young_enough_to_join_another_account_for_five_minutes(ago: int, fresh: bool) -> None:
    now = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
    assert is_fresh((now - timedelta(seconds=ago)).isoformat(), now) is fresh
    assert not is_fresh(None, now)


def test_a_unit_is_meant_by_the_address_of_its_page_and_nothing_too_long_is_asked_for() -> None:
    unit_id = "a" * 20
    for place in ("", "/units/", "https://x.example/units/"):
        assert unit_meant(f"{place}{unit_id}") == Meant(unit_id)
    assert unit_meant("x" * 6000) == unit_meant("") == Meant()
