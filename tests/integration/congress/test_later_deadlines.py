"""A later deadline over HTTP: asked for, answered from above, counted, listed, told, and told again to nobody."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import verify_rollups
from congress.operations.rule_sets import spread_rules
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    PATHS,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    project,
    tell_units,
)
from tests.processes import House


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


@pytest.fixture
def graded(congress_house: House, context: Context) -> Json:
    """An open plan in which each level has its own day, the lower the earlier."""
    today = context.clock.today()
    days = {"union": 10, "district": 30, "centre": 50}
    deadlines = {level: (today + timedelta(days=day)).isoformat() for level, day in days.items()}
    return an_open_plan(congress_house, context, deadlines=deadlines)


def a_request(context: Context, days: int, reason: str = "The hall is under water.") -> Json:
    return {"until": (context.clock.today() + timedelta(days=days)).isoformat(), "reason": reason}


def counted(desk: Desk, plan: Json, unit: str = "north") -> tuple[int, int]:
    answer = desk.get(f"/rollups/{plan['id']}/{unit}")
    return answer["extensions_asked"], answer["extended"]


def test_it_is_asked_for_granted_shorter_and_the_whole_house_follows(
    congress_house: House, context: Context, graded: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress = clerk.congress_of("n1", graded)
    assert congress["planned_deadline"] == congress["deadline"]
    asked = clerk.done(congress, "extension", a_request(context, 25))
    assert [one["state"] for one in asked["extensions"]] == ["asked"]
    assert asked["deadline"] == congress["deadline"]
    assert type_of(clerk.act(asked, "extension", a_request(context, 26))) == "extension-waits"
    project(context)
    assert counted(north, graded) == (1, 0)
    listed = north.get(f"/congresses?plan_id={graded['id']}&below=north&extension=asked&direct=true")
    assert ([one["unit_id"] for one in listed["items"]], listed["total"]) == (["n1"], 1)
    shorter = a_request(context, 20, "The district waits no longer.")
    granted = north.done(asked, "decide-extension", shorter)
    assert (granted["deadline"], granted["planned_deadline"]) == (shorter["until"], congress["deadline"])
    project(context)
    assert counted(north, graded) == (0, 1)
    running = north.get(f"/congresses?plan_id={graded['id']}&below=north&extension=granted")
    assert [one["unit_id"] for one in running["items"]] == ["n1"]
    assert [one for one in verify_rollups(context, graded["id"]) if one.unit_id == "n1"] == []
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    told = [item["type"] for item in stored["_outbox"] if item["kind"] == "event"]
    assert told == ["congress.extension_asked", "congress.extension_decided"]
    written = [item["action"] for item in stored["_outbox"] if item["kind"] == "audit"]
    assert written == ["extension.asked", "extension.granted"]


def test_an_extended_day_outlasts_a_nearer_one_of_the_plan_and_a_later_one_outlasts_it(
    congress_house: House, context: Context, graded: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    asked = clerk.done(clerk.congress_of("n1", graded), "extension", a_request(context, 20))
    granted = north.done(asked, "decide-extension", a_request(context, 20))
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    # To the very day as well: nothing of the congress changes then, and it runs on no later day any more.
    for days, expected, extended in ((8, granted["deadline"], 1), (20, None, 0), (28, None, 0)):
        day = (context.clock.today() + timedelta(days=days)).isoformat()
        plan = organiser.get(f"/plans/{graded['id']}")
        wanted = {"deadlines": {"union": day}, "reason": "x"}
        address = f"/plans/{graded['id']}/rule-sets"
        answer = organiser.send("POST", address, wanted, If_Match=f'"{plan["version"]}"')
        assert answer.status_code == 200, answer.text
        project(context)
        while organiser.get(f"/plans/{graded['id']}")["spreading"]:
            for _ in spread_rules(context):
                continue
        project(context)
        now = clerk.congress_of("n1", graded)
        assert (now["deadline"], now["planned_deadline"]) == (expected or day, day)
        assert clerk_of(congress_house, "n2", graded)["deadline"] == day
        assert counted(north, graded) == (0, extended)
        assert [one for one in verify_rollups(context, graded["id"]) if one.unit_id in ("n1", "n2")] == []


def test_who_may_not_answer(congress_house: House, context: Context, graded: Json) -> None:
    """The unit itself, whoever asked, a stranger, headquarters over the district's head without a reason."""
    clerk = Desk(congress_house, "n1", CLERK)
    body = a_request(context, 25)
    asked = clerk.done(clerk.congress_of("n1", graded), "extension", body)
    assert clerk.act(asked, "decide-extension", body).status_code == 403
    assert Desk(congress_house, "south", APPROVER).act(asked, "decide-extension", body).status_code == 404
    own = Desk(congress_house, "n1", ("congress:read below", "congress:approve below"))
    assert own.act(asked, "decide-extension", body).status_code == 403
    both = ("congress:read below", "congress:report below", "congress:approve under")
    asker = Desk(congress_house, "north", both)
    of_n2 = asker.done(clerk_of(congress_house, "n2", graded), "extension", body)
    assert type_of(asker.act(of_n2, "decide-extension", body)) == "own-request"
    top = Desk(congress_house, "root", APPROVER)
    assert type_of(top.act(asked, "decide-extension", body)) == "nearer-superior"
    over = {**body, "over_levels": True, "over_reason": "The district is closed."}
    decided = top.done(asked, "decide-extension", over)
    assert decided["extensions"][0]["answer"]["over_reason"] == "The district is closed."
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    assert type_of(organiser.act(decided, "decide-extension-topmost", body)) == "answered-by-superior"


def clerk_of(house: House, unit: str, plan: Json) -> Json:
    return Desk(house, unit, CLERK).congress_of(unit, plan)


def test_of_the_topmost_congress_whoever_manages_the_plan_decides(
    congress_house: House, context: Context, graded: Json
) -> None:
    clerk, organiser = Desk(congress_house, "root", CLERK), Desk(congress_house, "root", ADMINISTRATOR)
    body = a_request(context, 99)
    asked = clerk.done(clerk.congress_of("root", graded), "extension", body)
    assert organiser.done(asked, "decide-extension-topmost", body)["deadline"] == body["until"]


@pytest.mark.parametrize(
    ("days", "reason", "expected"),
    [(10, "why", "not-later"), (31, "why", "past-superiors"), (20, " ", "reason-needed")],
)
def test_what_cannot_be_asked_for_is_named_by_its_field(
    congress_house: House, context: Context, graded: Json, days: int, reason: str, expected: str
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    answer = clerk.act(clerk.congress_of("n1", graded), "extension", a_request(context, days, reason))
    assert (answer.status_code, type_of(answer)) == (422, expected)
    assert answer.json()["errors"][0]["pointer"] in ("/until", "/reason")


def test_twice_at_once_and_from_an_old_page_nothing_is_asked_or_answered_twice(
    congress_house: House, context: Context, graded: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress, body = clerk.congress_of("n1", graded), a_request(context, 20)
    asked = clerk.done(congress, "extension", body)
    assert clerk.act(congress, "extension", body).status_code == 412
    north.done(asked, "decide-extension", body)
    assert north.act(asked, "decide-extension", {**body, "until": None}).status_code == 412
    now = clerk.congress_of("n1", graded)
    assert type_of(north.act(now, "decide-extension", body)) == "nothing-asked"
    assert type_of(clerk.act(now, "withdraw-extension")) == "nothing-asked"


def test_of_a_unit_that_ends_meanwhile_nothing_waits(
    congress_house: House, context: Context, graded: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_id = new_id()
    path = ("root", "north", unit_id)
    monkeypatch.setitem(PATHS, unit_id, path)
    tell_units(context, [a_told_unit(path)])
    project(context)
    clerk, north = Desk(congress_house, unit_id, CLERK), Desk(congress_house, "north", APPROVER)
    asked = clerk.done(clerk.congress_of(unit_id, graded), "extension", a_request(context, 20))
    project(context)
    assert counted(north, graded) == (1, 0)
    tell_units(context, [a_told_unit(path, valid_to=context.clock.today().isoformat())])
    project(context)
    assert counted(north, graded) == (0, 0)
    now = north.get(f"/congresses/{asked['id']}")
    assert type_of(north.act(now, "decide-extension", a_request(context, 20))) == "unit-ended"
