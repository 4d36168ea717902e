"""Congresses that are postponed, over HTTP: counted and listed apart, told, and overdue again after their next date."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import verify_rollups
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    Desk,
    Json,
    an_open_plan,
    project,
    reported,
)
from tests.processes import House


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


@pytest.fixture
def late(congress_house: House, context: Context) -> Json:
    """An open plan whose unions are three days late; the others have time."""
    today = context.clock.today()
    days = {"union": -3, "district": 30, "centre": 50}
    deadlines = {level: (today + timedelta(days=day)).isoformat() for level, day in days.items()}
    return an_open_plan(congress_house, context, deadlines=deadlines, lateness={"postponed_most": 14})


def a_next_date(context: Context, days: int = 10, reason: str = "High water.") -> Json:
    return {"until": (context.clock.today() + timedelta(days=days)).isoformat(), "reason": reason}


def closed_at(desk: Desk, plan: Json) -> tuple[int, int, int]:
    """Below north: how many are postponed, and of the closing how many are postponed and overdue."""
    answer = desk.get(f"/rollups/{plan['id']}/north")
    (closed,) = [one for one in answer["milestones"] if one["key"] == "closed"]
    return answer["postponed"], closed["postponed"], closed["overdue"]


def listed(desk: Desk, plan: Json, how: str) -> tuple[list[str], int]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below=north&{how}")
    return sorted(one["unit_id"] for one in found["items"]), found["total"]


def test_it_is_counted_and_listed_apart_and_goes_on_after_all(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    assert closed_at(north, late) == (0, 0, 2)
    wanted = a_next_date(context)
    congress = clerk.done(clerk.congress_of("n1", late), "postpone", wanted)
    assert (congress["postponed_until"], congress["deadline"]) == (
        wanted["until"],
        late["deadlines"]["union"],
    )
    assert {one["state"] for one in congress["milestones"]} == {"postponed"}
    # Before the projector has counted it lists know it already.
    assert listed(north, late, "beside=postponed") == (["n1"], 1)
    project(context)
    assert closed_at(north, late) == (1, 1, 1)
    assert listed(north, late, "beside=postponed") == (["n1"], 1)
    assert listed(north, late, "overdue=true&level=union") == (["n2"], 1)
    assert listed(north, late, "milestone=closed&standing=postponed") == (["n1"], 1)
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []
    on = clerk.done(congress, "resume")
    project(context)
    assert (on["postponed_until"], closed_at(north, late)) == (None, (0, 0, 2))
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    assert [one["action"] for one in stored["_outbox"] if one["kind"] == "audit"] == [
        "congress.postponed",
        "congress.resumed",
    ]
    assert [one["type"] for one in stored["_outbox"] if one["kind"] == "event"] == ["congress.postponed"]


def test_when_it_closes_it_is_postponed_no_longer(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    today = context.clock.today()
    for unit in ("root", "north"):
        desk = Desk(congress_house, unit, CLERK)
        first = {"milestone": "plan", "date": (today - timedelta(days=90)).isoformat()}
        desk.done(desk.congress_of(unit, late), "milestones", first)
    clerk.done(clerk.congress_of("n1", late), "postpone", a_next_date(context))
    closed = reported(congress_house, late, "n1", "closed", today)
    project(context)
    assert (closed["postponed_until"], closed_at(north, late)) == (None, (0, 0, 1))
    assert {one["key"]: one["state"] for one in closed["milestones"]}["closed"] == "late"
    assert type_of(clerk.act(closed, "postpone", a_next_date(context))) == "held-already"
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []


@pytest.mark.parametrize(
    ("days", "reason", "expected"),
    [(0, "why", "day-not-ahead"), (15, "why", "postponed-too-far"), (14, " ", "reason-needed")],
)
def test_what_cannot_be_postponed_is_named_by_its_field(
    congress_house: House, context: Context, late: Json, days: int, reason: str, expected: str
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    answer = clerk.act(clerk.congress_of("n1", late), "postpone", a_next_date(context, days, reason))
    assert (answer.status_code, type_of(answer)) == (422, expected)
    assert answer.json()["errors"][0]["pointer"] in ("/until", "/reason")


def test_only_its_own_unit_says_so_once_from_what_it_saw(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk, body = Desk(congress_house, "n1", CLERK), a_next_date(context)
    congress = clerk.congress_of("n1", late)
    assert Desk(congress_house, "south", CLERK).act(congress, "postpone", body).status_code == 404
    assert Desk(congress_house, "north", APPROVER).act(congress, "postpone", body).status_code == 403
    assert Desk(congress_house, "root", ADMINISTRATOR).act(congress, "postpone", body).status_code == 403
    postponed = clerk.done(congress, "postpone", body)
    assert clerk.act(congress, "postpone", body).status_code == 412
    on = clerk.done(postponed, "resume")
    assert clerk.act(postponed, "resume").status_code == 412
    assert type_of(clerk.act(on, "resume")) == "not-postponed"
