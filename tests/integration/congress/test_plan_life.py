"""What becomes of a plan over HTTP: deleted as a draft, moved while it is open, closed; and one for a cycle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import requests

from congress.context import Context
from congress.domain.drafts import MOST_OF_MAKER, MOST_OF_UNIT
from congress.migrations import empty_deleted_plans, spread_deadlines
from congress.operations import verify_rollups
from congress.operations.rule_sets import spread_rules
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
    reported,
)
from tests.processes import House


def a_draft(house: House, context: Context, **changes: object) -> Json:
    wanted = a_wanted_plan(context.clock.today(), **changes)
    answer = Desk(house, "root", ADMINISTRATOR).send("POST", "/plans", wanted, Idempotency_Key=new_id())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def spread(context: Context) -> None:
    for _ in spread_rules(context):
        continue
    for _ in spread_rules(context):
        continue
    project(context)


def test_a_draft_is_deleted_and_an_open_plan_is_not(
    congress_house: House, context: Context, plan: Json
) -> None:
    organiser, draft = Desk(congress_house, "root", ADMINISTRATOR), a_draft(congress_house, context)
    path = f"/plans/{draft['id']}"
    assert organiser.send("DELETE", path).status_code == 428
    assert organiser.send("DELETE", path, If_Match='"9"').status_code == 412
    assert organiser.send("DELETE", path, If_Match='"1"').status_code == 204
    assert organiser.send("GET", path).status_code == 404
    assert draft["id"] not in [one["id"] for one in organiser.get("/plans")["items"]]
    refused = organiser.send("DELETE", f"/plans/{plan['id']}", If_Match=f'"{plan["version"]}"')
    assert refused.status_code == 409


def refused_beyond(desk: Desk, context: Context, units: list[str]) -> list[Json]:
    """Sends a draft for each of these units, all at once; what was answered to those that were refused."""

    def send(unit: str) -> requests.Response:
        deadline = (context.clock.today() + timedelta(days=20)).isoformat()
        level = {"root": "centre", "north": "district", "south": "district"}.get(unit, "union")
        wanted = a_wanted_plan(context.clock.today(), unit_id=unit, deadlines={level: deadline})
        key = new_id()

        # Of many at once some are told to come again; one of which the answer alone was late is not made twice.
        def once() -> requests.Response:
            return desk.send("POST", "/plans", wanted, Idempotency_Key=key)

        answers = (once() for _ in range(100))
        return next(answer for answer in answers if answer.status_code != 503)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, units))
    assert {answer.status_code for answer in answers} <= {201, 409}, [answer.text for answer in answers]
    return [answer.json() for answer in answers if answer.status_code == 409]


def test_a_unit_has_so_many_drafts_however_many_are_sent_at_once_and_a_deleted_one_makes_room(
    congress_house: House, context: Context
) -> None:
    organiser = Desk(congress_house, "s1", ADMINISTRATOR)
    refused = refused_beyond(organiser, context, ["s1"] * (MOST_OF_UNIT + 4))
    drafts = context.plans.drafts_of(["s1"])
    assert len(drafts) == MOST_OF_UNIT
    assert [one["type"].rsplit("/")[-1] for one in refused] == ["too-many-drafts-of-unit"] * 4
    another = Desk(congress_house, "south", ADMINISTRATOR)
    assert refused_beyond(another, context, ["s1"])
    assert {one["id"] for one in organiser.get("/plans?covering=s1&limit=200")["items"]} >= set(drafts)
    assert not context.plans.opened_among(drafts)
    for draft in drafts:
        assert organiser.send("DELETE", f"/plans/{draft}", If_Match='"1"').status_code == 204
    assert not refused_beyond(another, context, ["s1"])


def test_nobody_makes_more_drafts_than_so_many_over_all_units(
    congress_house: House, context: Context
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    spread = ["n1", "n2", "north", "south"] * (MOST_OF_UNIT - 1)
    refused = refused_beyond(organiser, context, spread + ["root"] * (MOST_OF_MAKER - len(spread) + 2))
    assert [one["type"].rsplit("/")[-1] for one in refused] == ["too-many-drafts-of-yours"] * 2
    assert len(context.plans.drafts_by(organiser.account_id)) == MOST_OF_MAKER


def test_nothing_is_left_of_a_deleted_plan_but_its_entry(congress_house: House, context: Context) -> None:
    draft, plans = a_draft(congress_house, context), context.database.mongo["plans"]
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    assert organiser.send("DELETE", f"/plans/{draft['id']}", If_Match='"1"').status_code == 204
    left = set(plans.find_one({"_id": draft["id"]}) or {})
    assert left <= {"_id", "state", "version", "_outbox", "_pending"}
    plans.insert_one({"_id": "before", "state": "deleted", "name": "Old", "milestones": [], "version": 2})
    empty_deleted_plans(context.database)
    assert plans.find_one({"_id": "before"}) == {"_id": "before", "state": "deleted", "version": 2}
    assert context.plans.find("before") is None


def test_deadlines_of_an_open_plan_move_with_a_preview_an_entry_and_every_congress(
    congress_house: House, context: Context, plan: Json
) -> None:
    organiser, today = Desk(congress_house, "root", ADMINISTRATOR), context.clock.today()
    passed = (today - timedelta(days=1)).isoformat()
    path = f"/plans/{plan['id']}/rule-sets"
    preview = organiser.send("POST", f"{path}/preview", {"deadlines": {"union": passed}})
    (effect,) = [one for one in preview.json()["items"] if one["moves"]]
    assert (effect["congresses"], effect["becoming_overdue"], effect["no_longer_overdue"]) == (3, 3, 0)
    assert organiser.get(f"/plans/{plan['id']}")["deadlines"] == plan["deadlines"]
    body = {"deadlines": {"union": passed}, "reason": "The hall is free earlier."}
    assert organiser.send("POST", path, body).status_code == 428
    clerk = Desk(congress_house, "n1", CLERK)
    assert clerk.send("POST", path, body, If_Match=f'"{plan["version"]}"').status_code == 403
    changed = organiser.send("POST", path, body, If_Match=f'"{plan["version"]}"')
    assert changed.status_code == 200, changed.text
    (entry,) = changed.json()["deadline_changes"]
    assert (entry["before"], entry["after"], entry["reason"], entry["by"]) == (
        *(plan["deadlines"]["union"], passed, body["reason"], organiser.account_id),
    )
    spread(context)
    assert clerk.congress_of("n1", plan)["deadline"] == passed
    assert verify_rollups(context, plan["id"]) == []
    rollup = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/root")
    closed = next(one for one in rollup["milestones"] if one["key"] == "closed")
    assert (closed["by_level"]["union"]["overdue"], closed["overdue"]) == (3, 3)
    assert not organiser.get(f"/plans/{plan['id']}")["spreading"]


def told_of_changes(context: Context, plan: Json) -> list[tuple[str, list[str]]]:
    """The deadline and the units of every event that was written down, oldest first."""
    found = [
        event["data"]
        for document in context.database.mongo["reminders"].find({})
        for event in document.get("_outbox", ())
        if event.get("type") == "congress.deadline_changed" and event["data"]["plan_id"] == plan["id"]
    ]
    return [(data["deadline"], [unit["unit_id"] for unit in data["units"]]) for data in found]


def test_a_changed_deadline_is_told_once_to_those_who_have_not_sent_up(
    congress_house: House, context: Context, plan: Json
) -> None:
    reported(congress_house, plan, "n1", "submit", context.clock.today())
    organiser, path = Desk(congress_house, "root", ADMINISTRATOR), f"/plans/{plan['id']}/rule-sets"
    days = [(context.clock.today() + timedelta(days=ahead)).isoformat() for ahead in (30, 40)]
    version = plan["version"]
    for day in days:  # the second overtakes the first, of which nobody has been told yet
        body = {"deadlines": {"union": day}, "reason": "Floods."}
        changed = organiser.send("POST", path, body, If_Match=f'"{version}"')
        assert changed.status_code == 200, changed.text
        version = changed.json()["version"]
    spread(context)
    assert told_of_changes(context, plan) == [(days[1], ["n2", "s1"])]
    context.database.mongo["plans"].update_one({"_id": plan["id"]}, {"$set": {"spreading": True}})
    spread(context)  # as after a crash before its last write
    assert told_of_changes(context, plan) == [(days[1], ["n2", "s1"])]


def test_a_draft_is_changed_as_a_whole_and_keeps_what_was_not_spoken_of(
    congress_house: House, context: Context
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    draft = a_draft(congress_house, context, names={"en": "Congresses", "bn": "সম্মেলন"})
    wanted = {"name": "Other", "cycle": "2031–2036", "deadlines": {"union": draft["deadlines"]["union"]}}
    path = f"/plans/{draft['id']}"
    assert organiser.send("PUT", path, wanted).status_code == 428
    assert organiser.send("PUT", path, wanted, If_Match='"9"').status_code == 412
    assert Desk(congress_house, "n1", CLERK).send("PUT", path, wanted, If_Match='"1"').status_code in (
        403,
        404,
    )
    answer = organiser.send("PUT", path, {**wanted, "open_below": "refuse"}, If_Match='"1"')
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["name"], changed["cycle"], changed["open_below"]) == ("Other", "2031–2036", "refuse")
    assert list(changed["deadlines"]) == ["union"]
    kept = ("names", "milestones", "opens_on", "results_fields", "targets", "content_types")
    assert {name: changed[name] for name in kept} == {name: draft[name] for name in kept}


def test_congresses_that_an_earlier_version_left_at_their_old_deadline_follow_their_plan(
    congress_house: House, context: Context, plan: Json
) -> None:
    context.database.mongo["congresses"].update_many(
        {"plan_id": plan["id"]}, {"$set": {"deadline": "2020-01-01"}}
    )
    context.database.mongo["plans"].update_one(
        {"_id": plan["id"]}, {"$unset": {"spreading": "", "deadline_changes": "", "open_below": ""}}
    )
    spread_deadlines(context.database)
    spread(context)
    found = Desk(congress_house, "n1", CLERK).congress_of("n1", plan)
    assert date.fromisoformat(found["deadline"]).isoformat() == plan["deadlines"]["union"]
    assert verify_rollups(context, plan["id"]) == []


def test_a_closed_plan_takes_no_more_reports(congress_house: House, context: Context, plan: Json) -> None:
    organiser, clerk = Desk(congress_house, "root", ADMINISTRATOR), Desk(congress_house, "n1", CLERK)
    path = f"/plans/{plan['id']}/close"
    closed = organiser.send("POST", path, {}, If_Match=f'"{plan["version"]}"')
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    entry = {"milestone": "plan", "date": context.clock.today().isoformat()}
    refused = clerk.act(clerk.congress_of("n1", plan), "milestones", entry)
    assert refused.json()["type"] == "/problems/plan-is-closed"
    rollup = organiser.get(f"/rollups/{plan['id']}/root")
    assert (rollup["steps"]["overdue"], rollup["total"]) == (0, 6)
    assert organiser.get(f"/congresses?below=root&plan_id={plan['id']}&overdue=true")["total"] == 0
    # What was counted while it was open stays as it was counted, and is no drift.
    assert verify_rollups(context, plan["id"]) == []


def test_of_two_plans_of_a_cycle_over_the_same_units_one_is_opened(
    congress_house: House, context: Context
) -> None:
    organiser, cycle = Desk(congress_house, "root", ADMINISTRATOR), f"cycle {new_id()}"
    drafts = [a_draft(congress_house, context, cycle=cycle) for _ in range(2)]
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
    project(context)
    third = a_wanted_plan(context.clock.today(), cycle=cycle.upper())
    refused = organiser.send("POST", "/plans", third, Idempotency_Key=new_id())
    assert refused.json()["type"] == "/problems/second-plan-of-cycle"


def test_a_subordinates_plan_is_not_among_those_that_cover_headquarters(
    congress_house: House, context: Context, plan: Json
) -> None:
    deadline = (context.clock.today() + timedelta(days=9)).isoformat()
    own = an_open_plan(congress_house, context, unit_id="north", deadlines={"union": deadline})
    reader = Desk(congress_house, "root", READER)
    assert own["id"] in [one["id"] for one in reader.get("/plans?limit=200")["items"]]
    covering = [one["id"] for one in reader.get("/plans?covering=root&limit=200")["items"]]
    assert plan["id"] in covering
    assert own["id"] not in covering
    assert {plan["id"], own["id"]} <= {
        one["id"] for one in reader.get("/plans?covering=n1&limit=200")["items"]
    }
