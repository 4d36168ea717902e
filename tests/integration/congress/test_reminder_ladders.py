"""On which days somebody is reminded is a rule of the plan; after the last the superior is asked to write itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import projection
from congress.operations.rule_sets import spread_rules
from servicekit.calendar.days import Calendar
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    READER,
    Desk,
    Json,
    a_wanted_plan,
    an_open_plan,
    project,
    reported,
)
from tests.processes import House

REMINDER = ("congress:remind below", "congress:read below")


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def a_version(house: House, context: Context, plan: Json, ladder: Any) -> Any:
    organiser = Desk(house, "root", ADMINISTRATOR)
    now = organiser.get(f"/plans/{plan['id']}")
    wanted = {"lateness": {"reminders": ladder}, "reason": "x"}
    answer = organiser.send("POST", f"/plans/{plan['id']}/rule-sets", wanted, If_Match=f'"{now["version"]}"')
    if answer.status_code == 200:
        while organiser.get(f"/plans/{plan['id']}")["spreading"]:
            for _ in spread_rules(context):
                continue
        project(context)
    return answer


def steps(context: Context, plan: Json, *days: int) -> dict[int, list[str]]:
    """Who is told when the calendar is looked at so many days from now, by day."""
    known = {one["_id"] for one in context.database.mongo["reminders"].find({}, {"_id": 1})}
    found: dict[int, list[str]] = {}
    for day in days:
        moved = replace(context, clock=Clock(shift=timedelta(days=day)), calendar=Calendar())
        projection.give_reminders(moved)
        for one in context.database.mongo["reminders"].find({}):
            if one["_id"] in known:
                continue
            known.add(one["_id"])
            for item in one.get("_outbox", []):
                if item["data"].get("plan_id") == plan["id"]:
                    found.setdefault(day, []).extend(unit["unit_id"] for unit in item["data"]["units"])
    return {day: sorted(units) for day, units in found.items()}


def test_a_version_has_its_own_days_and_each_step_is_taken_once_after_an_outage(
    congress_house: House, context: Context
) -> None:
    plan = an_open_plan(congress_house, context)
    assert plan["lateness"]["reminders"] == [-7, -3, -1, 0, 1, 7]
    # One has closed by then, and keeps the first version with its days.
    reported(congress_house, plan, "root", "plan", context.clock.today() - timedelta(days=9))
    reported(congress_house, plan, "north", "plan", context.clock.today() - timedelta(days=8))
    reported(congress_house, plan, "north", "closed", context.clock.today() - timedelta(days=1))
    made = a_version(congress_house, context, plan, [2, -5])
    assert made.json()["lateness"]["reminders"] == [-5, 2]
    others = ["n1", "n2", "root", "s1", "south"]
    # The deadline is twenty days from now; nobody looks from the seventeenth to the twenty-first. Of both versions the
    # latest step alone is taken then, however many days went by.
    assert steps(context, plan, 13, 14, 15, 16, 22, 23) == {
        13: ["north"],
        15: others,
        22: sorted([*others, "north"]),
    }


@pytest.mark.parametrize(
    ("ladder", "name"),
    [
        ([91], "reminder-out-of-range"),
        ([-91, 0], "reminder-out-of-range"),
        ([1, 0, 1], "reminder-repeated"),
        (list(range(13)), "too-many-reminders"),
        ([-7, -3, -1, 0, 1, 7], "nothing-changes"),
        ([7, 1, 0, -1, -3, -7], "nothing-changes"),
        (list(range(60)), "invalid"),
        (["soon"], "invalid"),
        ([1.5], "invalid"),
        ([None], "invalid"),
        ([[1]], "invalid"),
        ("7", "invalid"),
        (7, "invalid"),
        (None, "invalid"),
    ],
)
def test_what_is_no_ladder_is_refused(
    congress_house: House, context: Context, plan: Json, ladder: Any, name: str
) -> None:
    assert type_of(a_version(congress_house, context, plan, ladder)) == name
    assert Desk(congress_house, "root", READER).get(f"/plans/{plan['id']}")["rules"] == 1


def test_a_plan_is_made_with_its_own_days_and_none_is_allowed(
    congress_house: House, context: Context
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    for ladder, kept in (([], []), ([3, -3], [-3, 3])):
        wanted = a_wanted_plan(context.clock.today(), lateness={"reminders": ladder})
        made = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id())
        assert (made.status_code, made.json()["lateness"]["reminders"]) == (201, kept)
    wanted = a_wanted_plan(context.clock.today(), lateness={"reminders": [1, 1]})
    assert type_of(organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id())) == "reminder-repeated"


def long_late(desk: Desk, plan: Json) -> int:
    tasks = desk.get(f"/tasks?unit_id={desk.unit}")["tasks"]
    own = [one for one in tasks if one["key"] == "long-late" and plan["id"] in one["link"]]
    assert [one["link"] for one in own] in (
        [],
        [f"/lists/{plan['id']}/{desk.unit}?which=long_late"],
    )
    return sum(one["count"] for one in own)


def listed(desk: Desk, plan: Json) -> list[str]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below={desk.unit}&beside=long_late")
    assert found["total"] == len(found["items"])
    return sorted(one["unit_id"] for one in found["items"])


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_after_the_last_step_the_superior_is_asked_to_write_until_it_has(
    congress_house: House, context: Context, days: int, late: bool
) -> None:
    day = (context.clock.today() - timedelta(days=days)).isoformat()
    plan = an_open_plan(congress_house, context, deadlines={"centre": day, "district": day, "union": day})
    north, root = (Desk(congress_house, unit, APPROVER) for unit in ("north", "root"))
    leaf, peer = (Desk(congress_house, unit, APPROVER) for unit in ("n1", "south"))
    # Each superior has its own right below it, and nobody those of others.
    wanted = {"north": ["n1", "n2"], "root": ["north", "south"], "south": ["s1"], "n1": []}
    for desk in (north, root, peer, leaf):
        own = wanted[desk.unit] if late else []
        assert (listed(desk, plan), long_late(desk, plan)) == (own, len(own))
    # Whoever decides nothing there is asked nothing.
    assert long_late(Desk(congress_house, "north", CLERK), plan) == 0
    writes = Desk(congress_house, "north", (*APPROVER, *REMINDER))
    body = {"plan_id": plan["id"], "unit_id": "north", "beside": "long_late"}
    answer = writes.send("POST", "/reminders", body, Idempotency_Key=new_id())
    if not late:
        assert type_of(answer) == "nobody-to-remind"
        return
    assert (answer.status_code, answer.json()["number"]) == (202, 2)
    assert long_late(writes, plan) == 0
    assert long_late(root, plan) == 2
    # Another list than its own leaves the task as it is, and a stranger writes to nobody.
    stranger = Desk(congress_house, "south", REMINDER)
    assert stranger.send("POST", "/reminders", body, Idempotency_Key=new_id()).status_code == 404
    # What has closed is late no longer.
    reported(congress_house, plan, "root", "plan", context.clock.today() - timedelta(days=40))
    reported(congress_house, plan, "south", "closed", context.clock.today() - timedelta(days=1))
    project(context)
    assert (listed(root, plan), long_late(root, plan)) == (["north"], 1)
