"""Pilots over HTTP: chosen from above, held earlier, followed by plan and sums, and read by units of their level."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.domain.pilots import PILOTS_MOST
from congress.operations import verify_rollups
from congress.operations.rule_sets import spread_rules
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    PATHS,
    READER,
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
def ahead(congress_house: House, context: Context) -> Json:
    return an_open_plan(congress_house, context)


def on(context: Context, days: int) -> str:
    return (context.clock.today() + timedelta(days=days)).isoformat()


def taught(desk: Desk, unit: str, plan: Json) -> list[str]:
    found = desk.get(f"/congresses/{desk.congress_of(unit, plan)['id']}/lessons")
    assert found["total"] == len(found["items"])
    return [one["text"] for one in found["items"]]


def test_it_is_chosen_held_earlier_counted_and_called_off(
    congress_house: House, context: Context, ahead: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress = clerk.congress_of("n1", ahead)
    chosen = north.done(congress, "pilot", {"until": on(context, 5)})
    assert (chosen["deadline"], chosen["pilot_until"]) == (on(context, 5), on(context, 5))
    assert chosen["planned_deadline"] == congress["deadline"]
    project(context)
    assert north.get(f"/rollups/{ahead['id']}/north")["pilots"] == 1
    found = north.get(f"/congresses?plan_id={ahead['id']}&below=north&beside=pilot")
    assert ([one["unit_id"] for one in found["items"]], found["total"]) == (["n1"], 1)
    assert [one for one in verify_rollups(context, ahead["id"]) if one.unit_id in ("n1", "north")] == []
    off = north.done(chosen, "pilot", {"until": None})
    project(context)
    assert (off["deadline"], off["pilot_until"]) == (congress["deadline"], None)
    assert north.get(f"/rollups/{ahead['id']}/north")["pilots"] == 0
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    written = [one["action"] for one in stored["_outbox"] if one["kind"] == "audit"]
    assert written == ["pilot.chosen", "pilot.called_off"]
    told = [one["type"] for one in stored["_outbox"] if one["kind"] == "event"]
    assert told == ["congress.pilot_chosen", "congress.pilot_called_off"]


def test_its_own_day_outlasts_one_of_the_plan_that_moves_further(
    congress_house: House, context: Context, ahead: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    north.done(clerk.congress_of("n1", ahead), "pilot", {"until": on(context, 5)})
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    for days, expected in ((40, 5), (3, 3)):
        plan = organiser.get(f"/plans/{ahead['id']}")
        wanted = {"deadlines": {"union": on(context, days)}, "reason": "x"}
        address = f"/plans/{ahead['id']}/rule-sets"
        answer = organiser.send("POST", address, wanted, If_Match=f'"{plan["version"]}"')
        assert answer.status_code == 200, answer.text
        project(context)
        while organiser.get(f"/plans/{ahead['id']}")["spreading"]:
            for _ in spread_rules(context):
                continue
        project(context)
        now = clerk.congress_of("n1", ahead)
        assert (now["deadline"], now["planned_deadline"]) == (on(context, expected), on(context, days))
        assert [one for one in verify_rollups(context, ahead["id"]) if one.unit_id == "n1"] == []


def test_who_reads_what_a_pilot_has_learnt(congress_house: House, context: Context, ahead: Json) -> None:
    """Its level below the unit that chose it, and of it the note, the unit and the day alone."""
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    chosen = north.done(clerk.congress_of("n1", ahead), "pilot", {"until": on(context, 5)})
    once = clerk.done(chosen, "lessons", {"text": "Begin early."})
    clerk.done(once, "lessons", {"text": "Begin at eight."})
    other = Desk(congress_house, "n2", READER)
    assert taught(other, "n2", ahead) == ["Begin at eight."]
    (one,) = other.get(f"/congresses/{other.congress_of('n2', ahead)['id']}/lessons")["items"]
    assert set(one) == {"unit", "until", "text", "at"}
    # Not of another level, not below another district, and not its own once more.
    assert taught(Desk(congress_house, "north", READER), "north", ahead) == []
    south = Desk(congress_house, "south", READER)
    units = [unit for unit in ("s1", "south") if south.get(f"/congresses?unit_id={unit}")["items"]]
    assert all(taught(south, unit, ahead) == [] for unit in units)
    assert taught(clerk, "n1", ahead) == []
    foreign = other.congress_of("n2", ahead)["id"]
    assert (
        Desk(congress_house, "south", READER).send("GET", f"/congresses/{foreign}/lessons").status_code == 404
    )


def test_what_has_moved_is_read_where_it_stands_now(
    congress_house: House, context: Context, ahead: Json
) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    chosen = north.done(clerk.congress_of("n1", ahead), "pilot", {"until": on(context, 5)})
    clerk.done(chosen, "lessons", {"text": "Begin early."})

    def read() -> list[list[str]]:
        return [taught(Desk(congress_house, unit, READER), unit, ahead) for unit in ("n2", "s1")]

    assert read() == [["Begin early."], []]
    tell_units(context, [a_told_unit(("root", "south", "n1"))])
    assert read() == [[], ["Begin early."]]
    tell_units(context, [a_told_unit(PATHS["n1"])])
    assert read() == [["Begin early."], []]


def test_a_unit_chooses_no_more_than_a_list_of_notes_can_hold(
    congress_house: House, context: Context, ahead: Json
) -> None:
    north = Desk(congress_house, "north", APPROVER)
    first = north.done(north.congress_of("n1", ahead), "pilot", {"until": on(context, 5)})
    stored = context.database.mongo["congresses"]
    others = [f"{ahead['id']}-{number}" for number in range(PILOTS_MOST - 1)]
    whose = f"{ahead['id']}|north"
    stored.insert_many([{"_id": one, "unit_id": one, "plan_id": one, "pilot_of": whose} for one in others])
    second, body = north.congress_of("n2", ahead), {"until": on(context, 5)}
    assert type_of(north.act(second, "pilot", body)) == "too-many-pilots"
    # One of them is given another day, or called off; then there is room.
    moved = north.done(first, "pilot", {"until": on(context, 6)})
    north.done(moved, "pilot", {"until": None})
    assert north.done(second, "pilot", body)["pilot_until"] == on(context, 5)
    stored.delete_many({"_id": {"$in": others}})


def test_who_may_not_choose_or_write(congress_house: House, context: Context, ahead: Json) -> None:
    clerk, body = Desk(congress_house, "n1", CLERK), {"until": on(context, 5)}
    congress = clerk.congress_of("n1", ahead)
    assert clerk.act(congress, "pilot", body).status_code == 403
    assert Desk(congress_house, "south", APPROVER).act(congress, "pilot", body).status_code == 404
    top = Desk(congress_house, "root", APPROVER)
    assert type_of(top.act(congress, "pilot", body)) == "nearer-superior"
    assert type_of(clerk.act(congress, "lessons", {"text": "x"})) == "no-pilot"
    over = {**body, "over_levels": True, "over_reason": "For the whole country."}
    chosen = top.done(congress, "pilot", over)
    assert chosen["pilots"][0]["above"] == "root"
    assert top.act(congress, "pilot", over).status_code == 412
    assert top.act(chosen, "lessons", {"text": "x"}).status_code == 403


@pytest.mark.parametrize(("days", "expected"), [(0, "day-not-ahead"), (20, "not-earlier")])
def test_what_cannot_be_chosen_is_named_by_its_field(
    congress_house: House, context: Context, ahead: Json, days: int, expected: str
) -> None:
    north = Desk(congress_house, "north", APPROVER)
    answer = north.act(north.congress_of("n1", ahead), "pilot", {"until": on(context, days)})
    assert (answer.status_code, type_of(answer)) == (422, expected)
    assert answer.json()["errors"][0]["pointer"] == "/until"
