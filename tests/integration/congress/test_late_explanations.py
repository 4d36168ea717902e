"""Why a congress is very late, over HTTP: owed, written, returned, accepted, counted, listed, told, and asked for."""

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
    """An open plan whose unions are 50 days late; the others have time."""
    today = context.clock.today()
    days = {"union": -50, "district": 30, "centre": 50}
    deadlines = {level: (today + timedelta(days=day)).isoformat() for level, day in days.items()}
    plan = an_open_plan(congress_house, context, deadlines=deadlines, lateness={"explained_after": 45})
    first = Desk(congress_house, "root", CLERK)
    opened = {"milestone": "plan", "date": (today - timedelta(days=90)).isoformat()}
    for unit in ("root", "north"):
        desk = Desk(congress_house, unit, CLERK) if unit != "root" else first
        desk.done(desk.congress_of(unit, plan), "milestones", opened)
    return plan


def listed(desk: Desk, plan: Json, which: str, unit: str = "north") -> tuple[list[str], int]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below={unit}&beside={which}")
    return sorted(one["unit_id"] for one in found["items"]), found["total"]


def counted(desk: Desk, plan: Json, unit: str = "north") -> tuple[int, int]:
    answer = desk.get(f"/rollups/{plan['id']}/{unit}")
    return answer["explanations_owed"], answer["explanations_waiting"]


def test_it_is_owed_written_returned_written_again_and_accepted(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress = clerk.congress_of("n1", late)
    assert (congress["explanation_owed"], congress["days_late"]) == (True, 50)
    project(context)
    both = sorted(one for one in ("n1", "n2"))
    assert (counted(north, late), listed(north, late, "explanation_owed")) == ((2, 0), (both, 2))
    written = clerk.done(congress, "explanation", {"text": "The hall burnt down."})
    project(context)
    assert (counted(north, late), listed(north, late, "explanation_waiting")) == ((1, 1), (["n1"], 1))
    assert type_of(clerk.act(written, "explanation", {"text": "Again."})) == "explanation-waits"
    back = north.done(written, "decide-explanation", {"accepted": False, "remark": "By when?"})
    project(context)
    assert counted(north, late) == (2, 0)
    again = clerk.done(back, "explanation", {"text": "By June."})
    accepted = north.done(again, "decide-explanation", {"accepted": True})
    assert [one["state"] for one in accepted["explanations"]] == ["returned", "accepted"]
    assert not accepted["explanation_owed"]
    project(context)
    assert (counted(north, late), listed(north, late, "explanation_owed")) == ((1, 0), (["n2"], 1))
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    wrote = [item["action"] for item in stored["_outbox"] if item["kind"] == "audit"]
    assert wrote == [
        "explanation.written",
        "explanation.returned",
        "explanation.written",
        "explanation.accepted",
    ]
    told = [item["type"] for item in stored["_outbox"] if item["kind"] == "event"]
    assert told == ["congress.explanation_written", "congress.explanation_decided"] * 2


def test_what_owes_one_is_postponed_once_that_is_written(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    congress, today = clerk.congress_of("n1", late), context.clock.today()
    wanted = {"until": (today + timedelta(days=20)).isoformat(), "reason": "High water."}
    assert type_of(clerk.act(congress, "postpone", wanted)) == "explain-first"
    assert congress["acts"]["postpone"]["refusal"]["type"].endswith("/explain-first")
    written = clerk.done(congress, "explanation", {"text": "The hall burnt down."})
    assert clerk.done(written, "postpone", wanted)["postponed_until"] == wanted["until"]


def test_the_unit_and_then_its_superior_have_it_among_their_tasks(
    congress_house: House, context: Context, late: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    link = f"/congresses/{clerk.congress_of('n1', late)['id']}/explanation"

    def own() -> list[Any]:
        return [one for one in clerk.get("/tasks?unit_id=n1")["tasks"] if one["link"] == link]

    assert [one["key"] for one in own()] == ["explain"]
    clerk.done(clerk.congress_of("n1", late), "explanation", {"text": "The hall burnt down."})
    assert own() == []
    project(context)
    below = [one for one in north.get("/tasks?unit_id=north")["tasks"] if late["id"] in one["link"]]
    assert [(one["key"], one["count"]) for one in below if one["key"] == "explanation"] == [
        ("explanation", 1)
    ]


def test_who_closed_too_late_owes_it_until_the_report_is_approved(
    congress_house: House, context: Context, late: Json
) -> None:
    north = Desk(congress_house, "north", APPROVER)
    sent = reported(congress_house, late, "n1", "submit", context.clock.today())
    project(context)
    assert sent["explanation_owed"]
    assert counted(north, late) == (2, 0)
    clerk = Desk(congress_house, "n1", CLERK)
    written = clerk.done(sent, "explanation", {"text": "The hall burnt down."})
    north.done(written, "approve")
    project(context)
    assert counted(north, late) == (1, 0)
    now = clerk.congress_of("n1", late)
    assert type_of(north.act(now, "decide-explanation", {"accepted": True})) == "congress-approved"
    assert [one for one in verify_rollups(context, late["id"]) if one.unit_id in ("n1", "north")] == []


def test_who_may_not_accept(congress_house: House, context: Context, late: Json) -> None:
    """The unit itself, whoever wrote it, a stranger, headquarters over the district's head without a reason."""
    clerk, body = Desk(congress_house, "n1", CLERK), {"accepted": True}
    written = clerk.done(clerk.congress_of("n1", late), "explanation", {"text": "Fire."})
    assert clerk.act(written, "decide-explanation", body).status_code == 403
    assert Desk(congress_house, "south", APPROVER).act(written, "decide-explanation", body).status_code == 404
    own = Desk(congress_house, "n1", ("congress:read below", "congress:approve below"))
    assert own.act(written, "decide-explanation", body).status_code == 403
    both = Desk(
        congress_house, "north", ("congress:read below", "congress:report below", "congress:approve under")
    )
    of_n2 = both.done(both.congress_of("n2", late), "explanation", {"text": "Fire."})
    assert type_of(both.act(of_n2, "decide-explanation", body)) == "own-explanation"
    top = Desk(congress_house, "root", APPROVER)
    assert type_of(top.act(written, "decide-explanation", body)) == "nearer-superior"
    over = {**body, "over_levels": True, "over_reason": "The district is closed."}
    decided = top.done(written, "decide-explanation", over)
    assert decided["explanations"][0]["answer"]["over_reason"] == "The district is closed."


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": " "}, "/text"),
        ({"text": "x" * 4001}, "/text"),
        ({}, "/text"),
        ({"text": 4}, "/text"),
        ({"text": "x", "why": "y"}, "/why"),
    ],
)
def test_what_cannot_be_written_is_named_by_its_field(
    congress_house: House, late: Json, body: Json, pointer: str
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    answer = clerk.act(clerk.congress_of("n1", late), "explanation", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_twice_at_once_and_from_an_old_page_nothing_is_written_or_answered_twice(
    congress_house: House, late: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress, body = clerk.congress_of("n1", late), {"text": "Fire."}
    written = clerk.done(congress, "explanation", body)
    assert clerk.act(congress, "explanation", body).status_code == 412
    north.done(written, "decide-explanation", {"accepted": True})
    assert north.act(written, "decide-explanation", {"accepted": True}).status_code == 412
    now = clerk.congress_of("n1", late)
    assert type_of(north.act(now, "decide-explanation", {"accepted": True})) == "nothing-explained"
    assert type_of(clerk.act(now, "explanation", body)) == "explanation-accepted"


@pytest.mark.parametrize("days", [0, 366, "many"])
def test_a_plan_with_no_such_number_of_days_is_refused_by_its_field(
    congress_house: House, context: Context, days: Any
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    today = context.clock.today()
    wanted = {
        "name": "x", "cycle": f"days {days}", "unit_id": "root", "opens_on": today.isoformat(),
        "deadlines": {"union": today.isoformat()}, "lateness": {"explained_after": days},
    }  # fmt: skip
    answer = organiser.send("POST", "/plans", wanted, Idempotency_Key=f"k{days}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/lateness/explained_after"
