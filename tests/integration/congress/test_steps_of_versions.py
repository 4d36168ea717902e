"""Milestones that come and go with a version of an open plan's rules, over HTTP."""

from datetime import date
from typing import Any

import pytest

from congress.context import Context
from congress.operations import verify_rollups
from congress.operations.rule_sets import spread_rules
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    CLERK,
    Desk,
    Json,
    an_open_plan,
    project,
    reported,
)
from tests.processes import House

NEW = {
    "key": "audited",
    "names": {"en": "Audited", "bn": "নিরীক্ষিত", "vi": "Đã kiểm toán"},
    "days_before_deadline": 5,
    "after": "plan",
}


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "root", ADMINISTRATOR)


@pytest.fixture
def running(congress_house: House, context: Context) -> Json:
    """An open plan of which n1 has opened and n2 has taken over; of s1 nothing is recorded."""
    plan = an_open_plan(congress_house, context)
    for unit in ("root", "north", "n2"):
        reported(congress_house, plan, unit, "plan", context.clock.today())
    reported(congress_house, plan, "n1", "opened", context.clock.today())
    project(context)
    return plan


def sent(desk: Desk, plan: Json, **body: Any) -> Any:
    version = desk.get(f"/plans/{plan['id']}")["version"]
    return desk.send(
        "POST", f"/plans/{plan['id']}/rule-sets", {"reason": "x", **body}, If_Match=f'"{version}"'
    )


def changed(context: Context, desk: Desk, plan: Json, **body: Any) -> Json:
    answer = sent(desk, plan, **body)
    assert answer.status_code == 200, answer.text
    while context.plans.get(plan["id"]).spreading:
        for _ in spread_rules(context):
            continue
    project(context)
    return dict(answer.json())


def line_of(desk: Desk, plan: Json, key: str) -> Json | None:
    lines = desk.get(f"/rollups/{plan['id']}/root")["milestones"]
    return next((one for one in lines if one["key"] == key), None)


def listed(desk: Desk, plan: Json, key: str, standing: str) -> set[str]:
    path = f"/congresses?plan_id={plan['id']}&below=root&milestone={key}&standing={standing}&limit=100"
    return {one["unit_id"] for one in desk.get(path)["items"]}


def test_a_new_milestone_is_asked_of_those_not_beyond_it_and_recorded_before_what_follows(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    plan = changed(context, organiser, running, added=[NEW])
    assert [one["key"] for one in plan["milestones"]][:3] == ["plan", "audited", "opened"]
    passed = organiser.congress_of("n1", running)
    assert "audited" not in [one["key"] for one in passed["milestones"]]
    clerk = Desk(congress_house, "n2", CLERK)
    mine = clerk.congress_of("n2", running)
    today: date = context.clock.today()
    early = clerk.act(mine, "milestones", {"milestone": "opened", "date": today.isoformat()})
    assert early.json()["type"].endswith("/milestone-out-of-order")
    done = clerk.done(mine, "milestones", {"milestone": "audited", "date": today.isoformat()})
    assert {one["key"]: one["state"] for one in done["milestones"]}["audited"] == "done"
    project(context)
    line = line_of(organiser, running, "audited")
    assert line is not None
    assert (line["total"], line["skipped"], line["done"]) == (6, 1, 1)
    assert listed(organiser, running, "audited", "skipped") == {"n1"}
    assert listed(organiser, running, "audited", "done") == {"n2"}
    assert verify_rollups(context, running["id"]) == []


def test_one_that_is_left_out_stays_with_whoever_has_reached_it_and_is_counted(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    before = organiser.congress_of("n1", running)
    plan = changed(context, organiser, running, milestones={"opened": {"removed": True}})
    assert [one["key"] for one in plan["earlier_steps"]] == ["opened"]
    kept, other = (organiser.congress_of(unit, running) for unit in ("n1", "n2"))
    assert kept["current"] == before["current"]
    assert [one["state"] for one in kept["milestones"] if one["key"] == "opened"] == ["done"]
    assert "opened" not in [one["key"] for one in other["milestones"]]
    line = line_of(organiser, running, "opened")
    assert line is not None
    assert (line["done"], line["skipped"], line["overdue"]) == (1, 5, 0)
    assert listed(organiser, running, "opened", "done") == {"n1"}
    assert verify_rollups(context, running["id"]) == []
    # Nothing waits for it any more; and who has it takes it back, for good.
    clerk, first = Desk(congress_house, "n2", CLERK), Desk(congress_house, "n1", CLERK)
    today = context.clock.today().isoformat()
    clerk.done(clerk.congress_of("n2", running), "milestones", {"milestone": "closed", "date": today})
    entry = next(one for one in kept["entries"] if one["milestone"] == "opened")
    gone = first.done(
        first.congress_of("n1", running),
        "milestones",
        {"milestone": "opened", "date": None, "corrects": entry["id"]},
    )
    assert "opened" not in [one["key"] for one in gone["milestones"]]
    project(context)
    assert line_of(organiser, running, "opened") is None
    table = organiser.send("GET", f"/rollups/{running['id']}/root/csv")
    assert table.status_code == 200
    assert verify_rollups(context, running["id"]) == []


@pytest.mark.parametrize(
    ("body", "expected", "pointer"),
    [
        ({"milestones": {"closed": {"removed": True}}}, "step-stays", "/milestones/closed/removed"),
        ({"milestones": {"plan": {"removed": True}}}, "step-stays", "/milestones/plan/removed"),
        ({"added": [{**NEW, "key": "opened"}]}, "key-repeated", "/added/0/key"),
        ({"added": [{**NEW, "key": "a.b"}]}, "key-malformed", "/added/0/key"),
        ({"added": [{**NEW, "after": "nowhere"}]}, "unknown-milestone", "/added/0/after"),
        ({"added": [{**NEW, "names": {"en": " "}}]}, "", ""),
        (
            {"added": [{**NEW, "days_before_deadline": 9000}]},
            "days-out-of-range",
            "/added/0/days_before_deadline",
        ),
        (
            {"milestones": {"opened": {"days_before_deadline": 9000}}},
            "days-out-of-range",
            "/milestones/opened/days_before_deadline",
        ),
        ({"added": [{**NEW, "mark": "closed"}]}, "", ""),
        ({"added": [NEW] * 21}, "", ""),
        ({"results_fields": []}, "no-figures", "/results_fields"),
    ],
)
def test_what_is_wrong_is_refused_by_name_at_its_place(
    organiser: Desk, running: Json, body: Json, expected: str, pointer: str
) -> None:
    answer = sent(organiser, running, **body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert not expected or problem["type"].endswith(f"/{expected}")
    assert not pointer or problem["errors"][0]["pointer"] == pointer
    previewed = organiser.send("POST", f"/plans/{running['id']}/rule-sets/preview", body)
    assert previewed.status_code == 422
    assert organiser.get(f"/plans/{running['id']}")["rules"] == 1


def test_titles_change_for_all_and_the_audit_says_what_was_new(
    context: Context, organiser: Desk, running: Json
) -> None:
    titles = {"en": "Begun", "bn": "শুরু", "vi": "Khai mạc"}
    plan = changed(context, organiser, running, added=[NEW], milestones={"opened": {"names": titles}})
    assert next(one["names"] for one in plan["milestones"] if one["key"] == "opened") == titles
    stored = context.database.mongo["plans"].find_one({"_id": running["id"]})
    assert stored is not None
    entry = [one for one in stored["_outbox"] if one.get("action") == "plan.rules_changed"][-1]
    (told,) = entry["details"]["added"]
    assert (told["key"], told["after"], entry["details"]["milestones"]) == (
        "audited",
        "plan",
        {"opened": {"names": titles}},
    )
    versions = organiser.get(f"/plans/{running['id']}/rule-sets")["items"]
    assert ["audited" in [step["key"] for step in one["milestones"]] for one in versions] == [True, False]
