"""What an auditor can ask of a service's audit, over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest

from servicekit.events.relay import Collector
from tests.integration.membership.conftest import Client, Membership

UNION = "BD-N0012"


@pytest.fixture(scope="module")
def acts(membership: Membership) -> dict[str, Any]:
    """A keeper has listed members and was refused something; both are collected."""
    keeper = membership.keeper(UNION)
    unit = membership.unit(UNION).id
    assert keeper.get("/members", unit_id=unit).status_code == 200
    assert keeper.get(f"/units/{membership.unit('BD-D02').id}").status_code == 404
    collector = Collector(membership.context.database, b"key")
    collector.prepare()
    while collector.collect():
        pass
    return {"keeper": keeper.account_id, "unit": unit}


@pytest.fixture(scope="module")
def auditor(membership: Membership) -> Client:
    return membership.caller(membership.unit("BD"), "audit:read")


def actions(auditor: Client, **asked: Any) -> list[str]:
    answer = auditor.get("/audit", **asked)
    assert answer.status_code == 200, answer.text
    return [entry["action"] for entry in answer.json()["items"]]


def test_entries_are_found_by_who_did_it(auditor: Client, acts: dict[str, Any]) -> None:
    assert actions(auditor, actor=acts["keeper"]) == ["attempt.refused", "members.listed"]
    assert actions(auditor, actor="nobody") == []


def test_entries_are_found_by_outcome_and_by_record(auditor: Client, acts: dict[str, Any]) -> None:
    assert actions(auditor, actor=acts["keeper"], outcome="refused") == ["attempt.refused"]
    assert actions(auditor, actor=acts["keeper"], record_id=acts["unit"]) == ["members.listed"]
    assert actions(auditor, unit_id=acts["unit"], outcome="refused") == ["attempt.refused"]


def test_they_come_in_pages_with_their_number_and_each_says_what_is_behind_it(
    auditor: Client, acts: dict[str, Any]
) -> None:
    whole = auditor.get("/audit", unit_id=acts["unit"]).json()
    first = auditor.get("/audit", unit_id=acts["unit"], limit=1).json()
    assert (whole["next"], whole["total"], first["total"]) == (None, len(whole["items"]), whole["total"])
    assert first["items"] == whole["items"][:1]
    assert first["next"] == first["items"][0]["after"]
    assert (
        auditor.get("/audit", unit_id=acts["unit"], after=first["next"]).json()["items"] == whole["items"][1:]
    )


def test_entries_are_found_by_the_days_from_and_to(
    auditor: Client, acts: dict[str, Any], membership: Membership
) -> None:
    today = membership.context.clock.today()

    def found(**days: date) -> int:
        return len(actions(auditor, actor=acts["keeper"], **{k: v.isoformat() for k, v in days.items()}))

    assert found(**{"from": today - timedelta(days=1), "to": today + timedelta(days=1)}) == 2
    assert found(**{"from": today + timedelta(days=1)}) == 0
    assert found(to=today - timedelta(days=2)) == 0


@pytest.mark.parametrize(
    "asked",
    [
        *({"from": "yesterday"}, {"outcome": ""}, {"actor": "A B"}),
        # Days before which, or after which, a zone has no midnight.
        *({"from": "0001-01-01"}, {"to": "9999-12-31"}),
        *({"after": "nowhere"}, {"before": "7"}),
    ],
)
def test_what_cannot_be_asked_is_refused(auditor: Client, asked: dict[str, str]) -> None:
    assert auditor.get("/audit", **asked).status_code == 422


def test_an_auditor_elsewhere_finds_nothing_of_it(membership: Membership, acts: dict[str, Any]) -> None:
    elsewhere = membership.caller(membership.unit("BD-D30"), "audit:read")
    assert actions(elsewhere, actor=acts["keeper"]) == []
    assert actions(elsewhere, unit_id=acts["unit"]) == []
    assert membership.keeper(UNION).get("/audit").status_code == 403
