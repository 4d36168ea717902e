"""Congresses that are blocked by a difficulty, over HTTP: counted and listed apart, overdue again when that is over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import projection, verify_rollups
from servicekit.calendar.days import Calendar
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from tests.integration.congress.scene import (
    APPROVER,
    CLERK,
    READER,
    Desk,
    Json,
    an_open_plan,
    project,
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
    return an_open_plan(congress_house, context, deadlines=deadlines)


@pytest.fixture
def clerk(congress_house: House) -> Desk:
    return Desk(congress_house, "n1", CLERK)


@pytest.fixture
def north(congress_house: House) -> Desk:
    return Desk(congress_house, "north", APPROVER)


def raised(desk: Desk, congress: Json | None, milestone: str = "", unit: str = "") -> Json:
    """A difficulty that keeps a congress from a milestone, or from all."""
    blocks = {"congress_id": congress["id"], "milestone": milestone} if congress else {}
    body = {"unit_id": unit or desk.unit, "kind": "venue_or_disaster", "urgency": "soon", "text": "No hall."}
    answer = desk.send("POST", "/difficulties", {**body, **blocks}, Idempotency_Key=new_id())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def said(desk: Desk, difficulty: Json, act: str, **body: Any) -> Json:
    version = f'"{difficulty["version"]}"'
    answer = desk.send("POST", f"/difficulties/{difficulty['id']}/{act}", body, If_Match=version)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def by(difficulty: Json, reason: str = "We wait for a hall.") -> Json:
    return {"difficulty_id": difficulty["id"], "reason": reason}


def closed_at(desk: Desk, plan: Json) -> tuple[int, int, int]:
    """Below north: how many are blocked, and of the closing how many are blocked and overdue."""
    answer = desk.get(f"/rollups/{plan['id']}/north")
    (closed,) = [one for one in answer["milestones"] if one["key"] == "closed"]
    return answer["blocked"], closed["blocked"], closed["overdue"]


def listed(desk: Desk, plan: Json, how: str) -> tuple[list[str], int]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below=north&{how}")
    return sorted(one["unit_id"] for one in found["items"]), found["total"]


def read(desk: Desk, congress: Json) -> Json:
    return dict(desk.get(f"/congresses/{congress['id']}"))


def test_it_is_counted_and_listed_apart_and_overdue_again_once_the_difficulty_is_solved(
    context: Context, late: Json, clerk: Desk, north: Desk
) -> None:
    mine = clerk.congress_of("n1", late)
    one = raised(clerk, mine, "closed")
    assert [found["id"] for found in read(clerk, mine)["difficulties"]] == [one["id"]]
    assert read(north, mine)["difficulties"] == []
    blocked = clerk.done(mine, "block", by(one))
    found = {step["key"]: step["state"] for step in blocked["milestones"]}
    assert (blocked["blocked"], blocked["deadline"]) == (True, late["deadlines"]["union"])
    assert found == {
        "plan": "overdue", "opened": "overdue", "closed": "blocked", "sent": "blocked", "approved": "blocked"
    }  # fmt: skip
    # Before the projector has counted it lists know it already.
    assert listed(north, late, "beside=blocked") == (["n1"], 1)
    project(context)
    assert closed_at(north, late) == (1, 1, 1)
    assert listed(north, late, "beside=blocked") == (["n1"], 1)
    assert listed(north, late, "milestone=closed&standing=blocked") == (["n1"], 1)
    assert listed(north, late, "milestone=closed&standing=overdue") == (["n2"], 1)
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []
    answered = said(north, one, "answer", text="Take the school.")
    assert read(clerk, mine)["blocked"] is True
    said(Desk(clerk.house, "n1", CLERK), answered, "confirm", solved=True)
    over = read(clerk, mine)
    assert (over["blocked"], bool(over["blocks"][0]["ended_at"])) == (False, True)
    project(context)
    assert closed_at(north, late) == (0, 0, 2)
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []
    stored = context.database.mongo["congresses"].find_one({"_id": mine["id"]})
    assert stored is not None
    assert [one["action"] for one in stored["_outbox"] if one["kind"] == "audit"] == [
        "congress.blocked",
        "congress.unblocked",
    ]


def test_it_ends_with_a_withdrawn_difficulty_and_by_the_word_of_its_unit(late: Json, clerk: Desk) -> None:
    mine = clerk.congress_of("n1", late)
    one = raised(clerk, mine)
    blocked = clerk.done(mine, "block", by(one))
    assert {step["state"] for step in blocked["milestones"]} == {"blocked"}
    assert type_of(clerk.act(blocked, "block", by(one))) == "blocked-already"
    on = clerk.done(blocked, "unblock")
    assert (on["blocked"], type_of(clerk.act(on, "unblock"))) == (False, "not-blocked")
    again = clerk.done(on, "block", by(one))
    said(clerk, one, "withdraw")
    assert (again["blocked"], read(clerk, mine)["blocked"]) == (True, False)
    assert type_of(clerk.act(read(clerk, mine), "block", by(one))) == "difficulty-not-open"


def test_only_its_own_unit_says_so_by_its_own_open_difficulty_from_what_it_saw(
    congress_house: House, late: Json, clerk: Desk, north: Desk
) -> None:
    mine = clerk.congress_of("n1", late)
    one = raised(clerk, mine)
    south = Desk(congress_house, "south", CLERK)
    assert south.act(mine, "block", by(one)).status_code == 404
    assert north.act(mine, "block", by(one)).status_code == 403
    assert Desk(congress_house, "n1", READER).act(mine, "block", by(one)).status_code == 403
    # Of another congress, of none, and of nobody: all the same to whoever asks.
    other = Desk(congress_house, "n2", CLERK)
    theirs = raised(other, other.congress_of("n2", late))
    for difficulty in (theirs, raised(clerk, None), {"id": "nowhere"}):
        refused = clerk.act(mine, "block", by(difficulty))
        assert (refused.status_code, type_of(refused)) == (422, "not-its-difficulty")
        assert refused.json()["errors"][0]["pointer"] == "/difficulty_id"
    assert type_of(clerk.act(mine, "block", by(one, " "))) == "reason-needed"
    clerk.done(mine, "block", by(one))
    assert clerk.act(mine, "block", by(one)).status_code == 412


def test_solved_and_named_at_the_same_moment_it_ends_as_one_after_the_other(
    context: Context, late: Json, clerk: Desk, congress_house: House
) -> None:
    again = Desk(congress_house, "n1", CLERK)
    for _ in range(4):
        mine = read(clerk, clerk.congress_of("n1", late))
        one = raised(clerk, mine)
        with ThreadPoolExecutor(2) as pool:
            named = pool.submit(clerk.act, mine, "block", by(one))
            gone = pool.submit(
                again.send, "POST", f"/difficulties/{one['id']}/withdraw", {}, If_Match=f'"{one["version"]}"'
            )
        assert gone.result().status_code == 200
        assert named.result().status_code in (200, 409)
        assert read(clerk, mine)["blocked"] is False


def test_reminders_reach_neither_the_postponed_nor_the_blocked(
    congress_house: House, context: Context, clerk: Desk
) -> None:
    today = context.clock.today()
    days = {"union": 20, "district": 40, "centre": 60}
    deadlines = {level: (today + timedelta(days=day)).isoformat() for level, day in days.items()}
    plan = an_open_plan(congress_house, context, deadlines=deadlines)
    other = Desk(congress_house, "n2", CLERK)
    mine, theirs = clerk.congress_of("n1", plan), other.congress_of("n2", plan)
    one = raised(clerk, mine)
    clerk.done(mine, "block", by(one))
    until = (today + timedelta(days=18)).isoformat()
    other.done(theirs, "postpone", {"until": until, "reason": "Flood."})
    told: list[list[str]] = []
    for day in (13, 17, 19):
        projection.give_reminders(
            replace(context, clock=Clock(shift=timedelta(days=day)), calendar=Calendar())
        )
        if day == 13:
            said(clerk, one, "withdraw")
    for found in context.database.mongo["reminders"].find({}).sort("_id", 1):
        for item in found.get("_outbox", []):
            if item["data"]["plan_id"] == plan["id"]:
                told.append([unit["unit_id"] for unit in item["data"]["units"]])
                assert {tuple(unit) for unit in item["data"]["units"]} == {
                    ("unit_id", "unit_path", "congress_id")
                }
    # By the third step the difficulty is over, and the next date has passed.
    assert sorted(sorted(set(units) & {"n1", "n2"}) for units in told) == [[], ["n1"], ["n1", "n2"]]
