"""What becomes of a plan over HTTP: deleted as a draft, moved while it is open, closed; and one for a cycle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from congress.migrations import spread_deadlines
from congress.operations import plan_life, verify_rollups
from congress.operations.outside import Outside
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    CLERK,
    READER,
    Desk,
    Json,
    a_wanted_plan,
    an_open_plan,
    project,
)
from tests.processes import House


def a_draft(house: House, outside: Outside, **changes: object) -> Json:
    wanted = a_wanted_plan(outside.clock.today(), **changes)
    answer = Desk(house, "root", ADMINISTRATOR).send("POST", "/plans", wanted, Idempotency_Key=new_id())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def spread(outside: Outside) -> None:
    for _ in plan_life.spread_deadlines(outside):
        continue
    for _ in plan_life.spread_deadlines(outside):
        continue
    project(outside)


def test_a_draft_is_deleted_and_an_open_plan_is_not(
    congress_house: House, outside: Outside, plan: Json
) -> None:
    organiser, draft = Desk(congress_house, "root", ADMINISTRATOR), a_draft(congress_house, outside)
    path = f"/plans/{draft['id']}"
    assert organiser.send("DELETE", path).status_code == 428
    assert organiser.send("DELETE", path, If_Match='"9"').status_code == 412
    assert organiser.send("DELETE", path, If_Match='"1"').status_code == 204
    assert organiser.send("GET", path).status_code == 404
    assert draft["id"] not in [one["id"] for one in organiser.get("/plans")["items"]]
    refused = organiser.send("DELETE", f"/plans/{plan['id']}", If_Match=f'"{plan["version"]}"')
    assert refused.status_code == 409


def test_deadlines_of_an_open_plan_move_with_a_preview_an_entry_and_every_congress(
    congress_house: House, outside: Outside, plan: Json
) -> None:
    organiser, today = Desk(congress_house, "root", ADMINISTRATOR), outside.clock.today()
    passed = (today - timedelta(days=1)).isoformat()
    path = f"/plans/{plan['id']}/deadlines"
    preview = organiser.send("POST", f"{path}/preview", {"deadlines": {"union": passed}})
    (effect,) = preview.json()["items"]
    assert (effect["congresses"], effect["becoming_overdue"], effect["no_longer_overdue"]) == (3, 3, 0)
    assert organiser.get(f"/plans/{plan['id']}")["deadlines"] == plan["deadlines"]
    body = {"deadlines": {"union": passed}, "reason": "The hall is free earlier."}
    assert organiser.send("PUT", path, body).status_code == 428
    clerk = Desk(congress_house, "n1", CLERK)
    assert clerk.send("PUT", path, body, If_Match=f'"{plan["version"]}"').status_code == 403
    changed = organiser.send("PUT", path, body, If_Match=f'"{plan["version"]}"')
    assert changed.status_code == 200, changed.text
    (entry,) = changed.json()["deadline_changes"]
    assert (entry["before"], entry["after"], entry["reason"], entry["by"]) == (
        *(plan["deadlines"]["union"], passed, body["reason"], organiser.account_id),
    )
    spread(outside)
    assert clerk.congress_of("n1", plan)["deadline"] == passed
    assert verify_rollups(outside, plan["id"]) == []
    rollup = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/root")
    closed = next(one for one in rollup["milestones"] if one["key"] == "closed")
    assert (closed["by_level"]["union"]["overdue"], closed["overdue"]) == (3, 3)
    assert not organiser.get(f"/plans/{plan['id']}")["spreading"]


def test_congresses_that_an_earlier_version_left_at_their_old_deadline_follow_their_plan(
    congress_house: House, outside: Outside, plan: Json
) -> None:
    outside.database.mongo["congresses"].update_many(
        {"plan_id": plan["id"]}, {"$set": {"deadline": "2020-01-01"}}
    )
    outside.database.mongo["plans"].update_one(
        {"_id": plan["id"]}, {"$unset": {"spreading": "", "deadline_changes": "", "open_below": ""}}
    )
    spread_deadlines(outside.database)
    spread(outside)
    found = Desk(congress_house, "n1", CLERK).congress_of("n1", plan)
    assert date.fromisoformat(found["deadline"]).isoformat() == plan["deadlines"]["union"]
    assert verify_rollups(outside, plan["id"]) == []


def test_a_closed_plan_takes_no_more_reports(congress_house: House, outside: Outside, plan: Json) -> None:
    organiser, clerk = Desk(congress_house, "root", ADMINISTRATOR), Desk(congress_house, "n1", CLERK)
    path = f"/plans/{plan['id']}/close"
    closed = organiser.send("POST", path, {}, If_Match=f'"{plan["version"]}"')
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    entry = {"milestone": "plan", "date": outside.clock.today().isoformat()}
    refused = clerk.act(clerk.congress_of("n1", plan), "milestones", entry)
    assert refused.json()["type"] == "/problems/plan-is-closed"
    rollup = organiser.get(f"/rollups/{plan['id']}/root")
    assert (rollup["steps"]["overdue"], rollup["total"]) == (0, 6)


def test_of_two_plans_of_a_cycle_over_the_same_units_one_is_opened(
    congress_house: House, outside: Outside
) -> None:
    organiser, cycle = Desk(congress_house, "root", ADMINISTRATOR), f"cycle {new_id()}"
    drafts = [a_draft(congress_house, outside, cycle=cycle) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda one: Desk(congress_house, "root", ADMINISTRATOR).send(
                    "POST", f"/plans/{one['id']}/cascade", {}, If_Match='"1"'
                ),
                drafts,
            )
        )
    assert sorted(one.status_code for one in answers) == [202, 409]
    project(outside)
    third = a_wanted_plan(outside.clock.today(), cycle=cycle.upper())
    refused = organiser.send("POST", "/plans", third, Idempotency_Key=new_id())
    assert refused.json()["type"] == "/problems/second-plan-of-cycle"


def test_a_subordinates_plan_is_not_among_those_that_cover_headquarters(
    congress_house: House, outside: Outside, plan: Json
) -> None:
    deadline = (outside.clock.today() + timedelta(days=9)).isoformat()
    own = an_open_plan(congress_house, outside, unit_id="north", deadlines={"union": deadline})
    reader = Desk(congress_house, "root", READER)
    assert own["id"] in [one["id"] for one in reader.get("/plans")["items"]]
    covering = [one["id"] for one in reader.get("/plans?covering=root")["items"]]
    assert plan["id"] in covering
    assert own["id"] not in covering
    assert {plan["id"], own["id"]} <= {one["id"] for one in reader.get("/plans?covering=n1")["items"]}
