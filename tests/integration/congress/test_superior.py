"""What a superior does over HTTP: its own steps, deciding by the nearest level, and the way back."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import verify_rollups
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    FIGURES,
    MILESTONES,
    READER,
    Desk,
    Json,
    an_open_plan,
    project,
    reported,
)
from tests.processes import House


def type_of(answer: Any) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


def test_a_step_of_the_superior_is_recorded_from_above_only(congress_house: House, context: Context) -> None:
    day = (context.clock.today() - timedelta(days=9)).isoformat()
    step = {
        "key": "cleared",
        "names": {"en": "Cleared above"},
        "days_before_deadline": 30,
        "owner": "superior",
    }
    plan = an_open_plan(congress_house, context, milestones=[MILESTONES[0], step, *MILESTONES[1:]])
    for unit in ("root", "north", "n1"):
        reported(congress_house, plan, unit, "plan", context.clock.today() - timedelta(days=9))
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress = clerk.congress_of("n1", plan)
    entry = {"milestone": "cleared", "date": day}
    assert type_of(clerk.act(congress, "milestones", entry)) == "superiors-step"
    assert clerk.act(congress, "superior-milestones", entry).status_code == 403
    assert type_of(approver.act(congress, "superior-milestones", {**entry, "milestone": "opened"})) == (
        "units-own-step"
    )
    congress = approver.done(congress, "superior-milestones", entry)
    assert congress["current"]["cleared"] == day
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    told = [item["type"] for item in stored["_outbox"] if item["kind"] == "event"]
    assert told == ["congress.waits_for_superior"]
    reported(congress_house, plan, "n1", "submit", context.clock.today() - timedelta(days=1))


@pytest.mark.parametrize("act", ["approve", "return"])
def test_headquarters_acts_over_a_level_only_on_purpose(
    congress_house: House, context: Context, plan: Json, act: str
) -> None:
    congress = reported(congress_house, plan, "n1", "submit", context.clock.today())
    top = Desk(congress_house, "root", APPROVER)
    body = {} if act == "approve" else {"reasons": {"results": "see"}}
    refused = top.act(congress, act, body)
    assert (refused.status_code, type_of(refused)) == (409, "nearer-superior")
    assert top.get(f"/congresses/{congress['id']}")["levels_between"] == 1
    assert Desk(congress_house, "north", APPROVER).get(f"/congresses/{congress['id']}")["levels_between"] == 0
    unexplained = top.act(congress, act, {**body, "over_levels": True, "over_reason": " "})
    assert type_of(unexplained) == "reason-needed"
    assert unexplained.json()["errors"][0]["pointer"] == "/over_reason"
    decided = top.done(
        congress, act, {**body, "over_levels": True, "over_reason": "The district's office is closed."}
    )
    assert decided["history"][-1]["over_reason"] == "The district's office is closed."
    stored = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert stored is not None
    last = [item for item in stored["_outbox"] if item["kind"] == "audit"][-1]
    assert last["details"]["over_levels"] == 1


def test_what_waits_for_the_superiors_own_step_is_a_list_of_the_nearest_superior(
    congress_house: House, context: Context
) -> None:
    day = context.clock.today() - timedelta(days=9)
    step = {
        "key": "cleared",
        "names": {"en": "Cleared above"},
        "days_before_deadline": 30,
        "owner": "superior",
    }
    plan = an_open_plan(congress_house, context, milestones=[MILESTONES[0], step, *MILESTONES[1:]])
    for unit in ("root", "north", "n1", "n2"):
        reported(congress_house, plan, unit, "plan", day)
    query = f"/congresses?plan_id={plan['id']}&waits_for=superior"
    north, root = Desk(congress_house, "north", APPROVER), Desk(congress_house, "root", APPROVER)
    project(context)
    waiting = north.get(f"{query}&below=north&direct=true")
    assert ([one["unit_id"] for one in waiting["items"]], waiting["total"]) == (["n1", "n2"], 2)
    (first,) = north.get(f"{query}&below=north&direct=true&limit=1")["items"]
    assert [one["unit_id"] for one in root.get(f"{query}&below=root&direct=true")["items"]] == ["north"]
    entry = {"milestone": "cleared", "date": day.isoformat()}
    north.done(first, "superior-milestones", entry)
    left = north.get(f"{query}&below=north&direct=true")
    assert ([one["unit_id"] for one in left["items"]], left["total"]) == (["n2"], 1)
    counted = root.get(f"{query}&below=root&level=commune&totals=true")
    assert counted["totals"] == {"steps": 2, "steps_direct": 1}
    everywhere = root.get(f"{query}&below=root")
    assert ([one["unit_id"] for one in everywhere["items"]], everywhere["total"]) == (["north", "n2"], 2)
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    organiser.send("POST", f"/plans/{plan['id']}/close", {}, If_Match=f'"{plan["version"]}"')
    assert north.get(f"{query}&below=north&direct=true")["total"] == 0


def test_the_queue_holds_what_is_directly_below_unless_all_is_asked_for(
    congress_house: House, context: Context, plan: Json
) -> None:
    for unit in ("north", "n1", "n2"):
        reported(congress_house, plan, unit, "submit", context.clock.today())
    top = Desk(congress_house, "root", APPROVER)
    query = f"/congresses?below=root&plan_id={plan['id']}&state=submitted"
    assert [one["unit_id"] for one in top.get(f"{query}&direct=true")["items"]] == ["north"]
    assert top.get(query)["total"] == 3
    assert top.send("GET", "/congresses?below=root&direct=true").status_code == 422


def test_a_parent_before_its_children_is_a_caution_or_refused(
    congress_house: House, context: Context
) -> None:
    for setting in ("caution", "refuse", "free"):
        plan = an_open_plan(congress_house, context, open_below=setting)
        day = context.clock.today() - timedelta(days=9)
        reported(congress_house, plan, "root", "plan", day)
        congress = reported(congress_house, plan, "north", "submit", day)
        project(context)
        top = Desk(congress_house, "root", APPROVER)
        cautions = top.get(f"/congresses/{congress['id']}")["cautions"]
        said = [] if setting == "free" else ["2 congresses below this unit are not approved yet."]
        assert [one["title"] for one in cautions if one["kind"] == "subordinates-open"] == said
        answer = top.act(congress, "approve")
        assert answer.status_code == (409 if setting == "refuse" else 200)
        if setting == "refuse":
            assert type_of(answer) == "subordinates-open"


def test_an_approved_report_is_reopened_corrected_and_approved_again(
    congress_house: House, context: Context, plan: Json
) -> None:
    today = context.clock.today()
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    sent = reported(congress_house, plan, "n1", "submit", today)
    congress = approver.done(sent, "approve")
    assert clerk.act(congress, "reopen", {"reason": "x"}).status_code == 403
    assert type_of(approver.act(congress, "reopen", {"reason": " "})) == "reasons-missing"
    assert approver.act(sent, "reopen", {"reason": "x"}).status_code == 412
    reason = "The attendance list has one more."
    congress = approver.done(congress, "reopen", {"reason": reason})
    assert (congress["state"], congress["reopened"]["reasons"]) == ("reopened", {"results": reason})
    assert type_of(approver.act(congress, "reopen", {"reason": "x"})) == "not-approved-yet"
    assert _shown(congress_house, context, plan, "root") == (
        {"reopened": 1, "planned": 2, "under_way": 3},
        97,
    )
    corrected = {**FIGURES, "present": 98, "absent_with_reason": 2}
    congress = clerk.done(congress, "results", {"figures": corrected})
    congress = approver.done(clerk.done(congress, "submit"), "approve")
    assert [act["kind"] for act in congress["history"]] == [
        *("submitted", "approved", "reopened", "submitted", "approved")
    ]
    assert [act["figures"]["present"] for act in congress["history"]] == [97, 97, 97, 98, 98]
    for unit in ("root", "north"):
        assert _shown(congress_house, context, plan, unit)[1] == 98
    assert verify_rollups(context, plan["id"]) == []


def _shown(house: House, context: Context, plan: Json, unit: str) -> tuple[dict[str, int], int]:
    project(context)
    rollup = Desk(house, "root", READER).get(f"/rollups/{plan['id']}/{unit}")
    return rollup["states"], rollup["results"]["union"]["figures"]["present"]


def test_the_topmost_report_is_reopened_by_whoever_manages_its_plan(
    congress_house: House, context: Context, plan: Json
) -> None:
    congress = reported(congress_house, plan, "root", "submit", context.clock.today())
    organiser = Desk(congress_house, "root", ADMINISTRATOR, account_id=new_id())
    assert type_of(organiser.act(Desk(congress_house, "n1", CLERK).congress_of("n1", plan), "reopen-topmost",
                                 {"reason": "x"})) == "reopened-by-superior"  # fmt: skip
    assert organiser.done(congress, "reopen-topmost", {"reason": "x"})["state"] == "reopened"
