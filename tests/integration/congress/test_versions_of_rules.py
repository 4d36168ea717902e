"""Versions of a plan's rules over HTTP: previewed, made once, brought to those that they reach."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any

import pytest

from congress.context import Context
from congress.operations import rule_sets, verify_rollups
from congress.operations.mending import mend_rollups
from congress.operations.rule_sets import spread_rules
from servicekit.ids import new_id
from servicekit.work.loop import Piecemeal
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    project,
    reported,
    tell_units,
)
from tests.processes import House


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def on(context: Context, days: int) -> str:
    return (context.clock.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "root", ADMINISTRATOR)


@pytest.fixture
def running(congress_house: House, context: Context) -> Json:
    """An open plan of which n1 has closed and n2 has begun; of s1 nothing is recorded."""
    days = {"union": 4, "district": 30, "centre": 50}
    plan = an_open_plan(
        congress_house, context, deadlines={level: on(context, day) for level, day in days.items()}
    )
    for unit in ("root", "north"):
        reported(congress_house, plan, unit, "plan", context.clock.today())
    reported(congress_house, plan, "n2", "plan", context.clock.today())
    reported(congress_house, plan, "n1", "closed", context.clock.today())
    project(context)
    return plan


def now(desk: Desk, plan: Json) -> Json:
    return dict(desk.get(f"/plans/{plan['id']}"))


def sent(desk: Desk, plan: Json, **body: Any) -> Any:
    wanted = {"reason": "A flood.", **body}
    return desk.send(
        "POST", f"/plans/{plan['id']}/rule-sets", wanted, If_Match=f'"{now(desk, plan)["version"]}"'
    )


def changed(desk: Desk, plan: Json, **body: Any) -> Json:
    answer = sent(desk, plan, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def previewed(desk: Desk, plan: Json, **body: Any) -> dict[str, Json]:
    answer = desk.send("POST", f"/plans/{plan['id']}/rule-sets/preview", body)
    assert answer.status_code == 200, answer.text
    return {one["level"]: one for one in answer.json()["items"]}


def spread(context: Context, plan: Json) -> None:
    while context.plans.get(plan["id"]).spreading:
        for _ in spread_rules(context):
            continue
    project(context)


def stand(desk: Desk, plan: Json) -> dict[str, tuple[int, str]]:
    """Of the unions: under which version each stands, and its deadline."""
    units = [unit for unit, path in PATHS.items() if len(path) == 3]
    found = {unit: desk.congress_of(unit, plan) for unit in units}
    return {unit: (one["rules"], one["deadline"]) for unit, one in found.items()}


@pytest.mark.parametrize(("reach", "reached"), [("not_closed", {"n2", "s1"}), ("not_begun", {"s1"})])
def test_it_reaches_whom_the_preview_said_and_no_past_is_graded_anew(
    context: Context, organiser: Desk, running: Json, reach: str, reached: set[str]
) -> None:
    day, before = on(context, -2), running["deadlines"]["union"]
    told = previewed(organiser, running, deadlines={"union": day}, reach=reach)
    assert (told["union"]["congresses"], told["union"]["reached"]) == (3, len(reached))
    assert told["union"]["becoming_overdue"] == len(reached)
    assert (told["union"]["before"], told["union"]["after"], told["centre"]["moves"]) == (before, day, False)
    plan = changed(organiser, running, deadlines={"union": day}, reach=reach)
    assert (plan["rules"], plan["spreading"], plan["deadlines"]["union"]) == (2, True, day)
    spread(context, running)
    expected = {unit: (2, day) if unit in reached else (1, before) for unit in ("n1", "n2", "s1")}
    assert stand(organiser, running) == expected
    closed = organiser.congress_of("n1", running)
    assert {one["key"]: one["state"] for one in closed["milestones"]}["closed"] == "done"
    rollup = organiser.get(f"/rollups/{running['id']}/root")
    (line,) = [one for one in rollup["milestones"] if one["key"] == "closed"]
    assert (line["by_level"]["union"]["overdue"], line["late"], line["on_time"]) == (len(reached), 0, 1)
    overdue = f"/congresses?plan_id={running['id']}&below=root&milestone=closed&standing=overdue"
    assert {one["unit_id"] for one in organiser.get(overdue)["items"]} == reached
    assert verify_rollups(context, running["id"]) == []
    versions = organiser.get(f"/plans/{running['id']}/rule-sets")["items"]
    # Of the district in the south nothing is recorded either.
    under = len(reached) + (1 if reach == "not_begun" else 3)
    assert [(one["number"], one["congresses"], one["by"]) for one in versions] == [
        (2, under, organiser.account_id),
        (1, 6 - under, ""),
    ]
    stored = context.database.mongo["plans"].find_one({"_id": running["id"]})
    assert stored is not None
    entry = [one for one in stored["_outbox"] if one.get("action") == "plan.rules_changed"][-1]
    assert entry["details"] == {
        "state": "open", "rules": 2, "reach": reach, "deadlines": {"union": day}
    }  # fmt: skip


def test_who_they_are_that_the_preview_counts_is_told_page_by_page(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    edit = {"deadlines": {"union": on(context, -2)}}
    path = f"/plans/{running['id']}/rule-sets/preview/congresses"

    def page(becomes: str, query: str = "", level: str = "union") -> Json:
        answer = organiser.send("POST", f"{path}{query}", {**edit, "level": level, "becomes": becomes})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    first = page("overdue", "?limit=1")
    second = page("overdue", f"?limit=1&after={first['next']}")
    assert [one["unit_id"] for one in (*first["items"], *second["items"])] == ["n2", "s1"]
    told = previewed(organiser, running, **edit)["union"]
    assert (first["total"], second["total"], second["next"]) == (told["becoming_overdue"], 2, None)
    assert (page("in_time")["items"], page("overdue", level="centre")["total"]) == ([], 0)
    # The other way round, once it has been made.
    changed(organiser, running, **edit)
    spread(context, running)
    edit = {"deadlines": {"union": on(context, 9)}}
    assert {one["unit_id"] for one in page("in_time")["items"]} == {"n2", "s1"}
    assert now(organiser, running)["rules"] == 2
    for body, status in (
        ({**edit, "level": "cell", "becomes": "overdue"}, 422),
        ({**edit, "level": "union", "becomes": "late"}, 422),
        ({"level": "union", "becomes": "overdue"}, 422),
        (edit, 422),
    ):
        assert organiser.send("POST", path, body).status_code == status
    whole = {**edit, "level": "union", "becomes": "overdue"}
    assert organiser.send("POST", f"{path}?after=nowhere", whole).status_code == 422
    assert Desk(congress_house, "n1", READER).send("POST", path, whole).status_code == 403
    nowhere = path.replace(running["id"], "nowhere")
    assert organiser.send("POST", nowhere, whole).status_code == 404


def test_steps_targets_and_days_of_lateness_are_rules_as_well(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    steps = {"closed": {"days_before_deadline": 7}, "opened": {"required": False}}
    told = previewed(organiser, running, milestones=steps)
    assert (told["union"]["becoming_overdue"], told["union"]["reached"], told["union"]["moves"]) == (
        2,
        2,
        False,
    )
    changed(organiser, running, milestones=steps, targets={"women": 40}, lateness={"explained_after": 1})
    spread(context, running)
    assert {unit: number for unit, (number, _) in stand(organiser, running).items()} == {
        "n1": 1, "n2": 2, "s1": 2
    }  # fmt: skip
    clerk = Desk(congress_house, "n2", CLERK)
    mine = clerk.congress_of("n2", running)
    assert (mine["days_late"], mine["explanation_owed"]) == (3, True)
    # Not required any more, it keeps nothing from being recorded.
    entry = {"milestone": "closed", "date": context.clock.today().isoformat()}
    assert clerk.act(mine, "milestones", entry).status_code == 200
    assert (
        type_of(
            Desk(congress_house, "n1", CLERK).act(
                Desk(congress_house, "n1", CLERK).congress_of("n1", running), "explanation", {"text": "x"}
            )
        )
        == "none-owed"
    )
    project(context)
    assert verify_rollups(context, running["id"]) == []


def test_a_report_is_asked_for_the_figures_of_its_version(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    changed(organiser, running, results_fields=["summoned", "present"])
    spread(context, running)
    first, second = (Desk(congress_house, unit, CLERK) for unit in ("n1", "n2"))
    old = first.congress_of("n1", running)
    assert old["results_fields"] == running["results_fields"]
    closed = reported(congress_house, running, "n2", "closed", context.clock.today())
    assert closed["results_fields"] == ["summoned", "present"]
    figures = {"summoned": 100, "present": 100}
    refused = second.act(closed, "results", {"figures": {**figures, "women": 10}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/figures/women")
    assert second.done(closed, "results", {"figures": figures})["results"] == figures
    project(context)
    assert verify_rollups(context, running["id"]) == []


def test_of_two_at_once_one_is_made_and_a_stale_one_is_told_so(organiser: Desk, running: Json) -> None:
    path, version = f"/plans/{running['id']}/rule-sets", now(organiser, running)["version"]
    body = {"targets": {"women": 30}, "reason": "x"}
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda _: organiser.send("POST", path, body, If_Match=f'"{version}"'), range(2))
        )
    assert sorted(one.status_code for one in answers) == [200, 412]
    assert now(organiser, running)["rules"] == 2
    assert organiser.send("POST", path, body, If_Match=f'"{version}"').status_code == 412
    assert organiser.send("POST", path, body).status_code == 428
    # Sent again with its key it is the same.
    again = {"If_Match": f'"{now(organiser, running)["version"]}"', "Idempotency_Key": new_id()}
    body = {"targets": {"women": 35}, "reason": "x"}
    assert [organiser.send("POST", path, body, **again).status_code for _ in range(2)] == [200, 200]
    assert now(organiser, running)["rules"] == 3


def test_cut_off_anywhere_it_goes_on_and_what_it_left_behind_is_made_right(
    context: Context, organiser: Desk, running: Json
) -> None:
    day = on(context, 9)
    changed(organiser, running, deadlines={"union": day})
    # One part is written, and the program that did it is gone.
    assert list(islice(spread_rules(context), 1))
    assert context.plans.get(running["id"]).spreading
    spread(context, running)
    assert stand(organiser, running)["s1"] == (2, day)
    # What a write has missed the recount finds.
    context.database.mongo["congresses"].update_many(
        {"plan_id": running["id"], "unit_id": "s1"}, {"$set": {"rules": 1, "deadline": on(context, 4)}}
    )
    assert {one.counter for one in verify_rollups(context, running["id"]) if one.unit_id != "root"} >= {
        "rules", "deadline"
    }  # fmt: skip
    mend_rollups(context, running["id"])
    project(context)
    assert (stand(organiser, running)["s1"], verify_rollups(context, running["id"])) == ((2, day), [])


def test_by_pieces_it_comes_to_its_end_also_where_in_some_there_is_nothing_to_do(
    context: Context, organiser: Desk, running: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_sets, "BATCH", 1)
    day = on(context, 9)
    # Of most levels nothing changes, so most pieces find nothing.
    changed(organiser, running, deadlines={"union": day}, reach="not_begun")
    steps = Piecemeal(partial(spread_rules, context))
    for _ in range(4 * len(PATHS)):
        steps.work()
    assert not context.plans.get(running["id"]).spreading
    project(context)
    assert stand(organiser, running)["s1"] == (2, day)


def test_a_report_that_comes_between_is_judged_as_it_stood_when_the_version_was_made(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    changed(organiser, running, deadlines={"union": on(context, -1)})
    # Nobody has been brought to it yet.
    clerk = Desk(congress_house, "n2", CLERK)
    closed = reported(congress_house, running, "n2", "closed", context.clock.today())
    assert closed["rules"] == 1
    spread(context, running)
    mine = clerk.congress_of("n2", running)
    assert (mine["rules"], mine["deadline"]) == (2, on(context, -1))
    assert clerk.act(closed, "milestones", {"milestone": "sent"}).status_code in (412, 422)
    assert verify_rollups(context, running["id"]) == []


def test_a_unit_that_moves_or_comes_meanwhile_stands_under_the_newest(
    context: Context, organiser: Desk, running: Json
) -> None:
    day = on(context, 12)
    changed(organiser, running, deadlines={"union": day}, reach="not_begun")
    path = ("root", "south", "n2")
    tell_units(context, [a_told_unit(path, parent_id="south"), a_told_unit(("root", "south", "s9"))])
    try:
        spread(context, running)
        found = stand(organiser, running)
        assert (found["n2"][0], found["s1"]) == (1, (2, day))
        new = organiser.congress_of("s9", running)
        assert (new["rules"], new["deadline"]) == (2, day)
        assert [one for one in verify_rollups(context, running["id"]) if "n2" in one.unit_id] == []
    finally:
        tell_units(context, [a_told_unit(PATHS["n2"])])
        tell_units(context, [a_told_unit(("root", "south", "s9"), valid_to="2021-01-01")])
        context.database.mongo["congresses"].delete_many({"unit_id": "s9"})


def test_who_makes_one_and_for_whom_it_is_not_there(
    congress_house: House, organiser: Desk, running: Json
) -> None:
    path, body = f"/plans/{running['id']}/rule-sets", {"targets": {"women": 30}, "reason": "x"}
    version = f'"{now(organiser, running)["version"]}"'
    assert Desk(congress_house, "n1", READER).send("POST", path, body, If_Match=version).status_code == 403
    reader, edit = Desk(congress_house, "n1", READER), {"targets": {"women": 30}}
    assert reader.send("POST", f"{path}/preview", edit).status_code == 403
    assert reader.send("GET", path).status_code == 200
    for address, wanted in (("rule-sets", body), ("rule-sets/preview", edit)):
        missing = organiser.send("POST", f"/plans/nowhere/{address}", wanted, If_Match='"1"')
        assert missing.status_code == 404
    assert organiser.send("GET", "/plans/nowhere/rule-sets").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 422, "nothing-changes"),
        ({"deadlines": {"cell": "2030-01-01"}}, 422, "level-not-planned"),
        ({"milestones": {"none": {"required": True}}}, 422, "unknown-milestone"),
        ({"targets": {"women": 30}, "reason": " "}, 422, "reason-needed"),
        ({"targets": {"women": 130}}, 422, ""),
        ({"deadlines": {"union": "1999-01-01"}}, 422, ""),
        ({"milestones": {"closed": {"days_before_deadline": 9000}}}, 422, ""),
        ({"milestones": {"closed": {"key": "other"}}}, 422, ""),
        ({"reach": "closed", "targets": {"women": 30}}, 422, ""),
        ({"results_fields": []}, 422, ""),
        ({"results_fields": ["summoned", "no-such-figure"]}, 422, ""),
        ({"content_types": []}, 422, ""),
    ],
)
def test_what_is_no_rule_set_is_refused_by_name(
    organiser: Desk, running: Json, body: Json, status: int, expected: str
) -> None:
    answer = sent(organiser, running, **body)
    assert answer.status_code == status, answer.text
    assert not expected or type_of(answer) == expected
    assert now(organiser, running)["rules"] == 1


def test_a_closed_plan_has_its_last_version(organiser: Desk, running: Json) -> None:
    version = now(organiser, running)["version"]
    organiser.send("POST", f"/plans/{running['id']}/close", {}, If_Match=f'"{version}"')
    assert type_of(sent(organiser, running, targets={"women": 30})) == "plan-is-closed"
    body = {"targets": {"women": 30}}
    assert (
        type_of(organiser.send("POST", f"/plans/{running['id']}/rule-sets/preview", body)) == "plan-is-closed"
    )
    assert now(organiser, running)["acts"]["rules"]["allowed"] is False
