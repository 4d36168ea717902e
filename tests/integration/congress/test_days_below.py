"""A unit brings dates forward for those below it, over HTTP: beside requests, and at once for those that come."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations import handing_down, verify_rollups
from congress.operations.verifying import check_of
from sammelan.sample.takings import Case, make_sample_takings
from tests.integration.congress.scene import (
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


def on(context: Context, days: int) -> str:
    return (context.clock.today() + timedelta(days=days)).isoformat()


def bring_down(context: Context) -> None:
    while context.handings.waiting():
        for _ in handing_down.hand_down(context):
            continue
    project(context)


@pytest.fixture
def issued(congress_house: House, context: Context) -> Json:
    plan = an_open_plan(congress_house, context)
    clerk = Desk(congress_house, "root", CLERK)
    clerk.done(clerk.congress_of("root", plan), "milestones", {"milestone": "plan", "date": on(context, -9)})
    return plan


def taken(house: House, plan: Json, unit: str, **said: Any) -> Json:
    clerk = Desk(house, unit, CLERK)
    return clerk.done(clerk.congress_of(unit, plan), "take-over", said)


def deadlines(house: House, plan: Json, *units: str) -> list[str]:
    reader = Desk(house, "root", READER)
    return [reader.congress_of(unit, plan)["deadline"] for unit in units]


def told_of(context: Context, plan: Json) -> list[tuple[str, list[str]]]:
    """Which units were told of which day."""
    return [
        (event["data"]["deadline"], sorted(unit["unit_id"] for unit in event["data"]["units"]))
        for one in context.database.mongo["reminders"].find({})
        for event in one.get("_outbox", [])
        if event["data"].get("plan_id") == plan["id"]
    ]


def test_it_counts_below_that_unit_only_and_says_who_has_set_it(
    congress_house: House, context: Context, issued: Json
) -> None:
    clerk = Desk(congress_house, "north", CLERK)
    own = clerk.get(f"/congresses/{clerk.congress_of('north', issued)['id']}")
    assert own["levels_below"] == [{"level": "union", "day": on(context, 20), "until": None, "congresses": 2}]
    made = taken(congress_house, issued, "north", below={"union": on(context, 9)})
    assert (made["deadline"], made["takings"][-1]["below"]) == (on(context, 20), {"union": on(context, 9)})
    bring_down(context)
    early, plans = on(context, 9), on(context, 20)
    assert deadlines(congress_house, issued, "n1", "n2", "s1", "north") == [early, early, plans, plans]
    lower = Desk(congress_house, "n1", CLERK)
    below = lower.get(f"/congresses/{lower.congress_of('n1', issued)['id']}")
    assert [(one["unit"]["id"], one["until"]) for one in below["set_above"]] == [("north", early)]
    assert below["levels_below"] == []
    assert verify_rollups(context, issued["id"]) == []
    # Each of them is told, once.
    assert told_of(context, issued) == [(early, ["n1", "n2"])]
    # Said again without it, it is taken back.
    taken(congress_house, issued, "north", note="As the plan has it.")
    bring_down(context)
    assert deadlines(congress_house, issued, "n1", "n2") == [plans, plans]
    assert verify_rollups(context, issued["id"]) == []
    # Of that they are told as well, with the day that counts then; the unit beside, whose day it always was, is not.
    assert sorted(told_of(context, issued)) == [(early, ["n1", "n2"]), (plans, ["n1", "n2"])]


def test_those_that_come_or_move_follow_the_units_above_them(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    bring_down(context)
    early, plans = on(context, 9), on(context, 20)
    later, moved = ("root", "north", "n8"), ("root", "south", "n1")
    try:
        tell_units(context, [a_told_unit(later), a_told_unit(moved)])
        # At once what is new; beside requests what has moved, and meanwhile nothing is called wrong.
        assert deadlines(congress_house, issued, "n8", "n1") == [early, early]
        assert [one for one in verify_rollups(context, issued["id"]) if one.counter == "handed"] == []
        bring_down(context)
        assert deadlines(congress_house, issued, "n8", "n1") == [early, plans]
        assert verify_rollups(context, issued["id"]) == []
    finally:
        tell_units(context, [a_told_unit(PATHS["n1"]), a_told_unit(later, valid_to="2020-01-02")])
    bring_down(context)
    assert deadlines(congress_house, issued, "n1") == [early]
    assert [one for one in verify_rollups(context, issued["id"]) if one.unit_id != "n8"] == []


def test_what_was_lost_on_the_way_is_found_by_the_recount(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    bring_down(context)
    change: Json = {"$set": {"handed": [], "handed_until": None, "deadline": on(context, 20)}}
    context.database.mongo["congresses"].update_one({"plan_id": issued["id"], "unit_id": "n2"}, change)
    project(context)
    assert "handed" in [one.counter for one in verify_rollups(context, issued["id"])]


@pytest.mark.parametrize(
    ("below", "name"),
    [
        ({"union": 20}, "day-below-not-earlier"),
        ({"union": 0}, "day-below-past"),
        ({"district": 9}, "level-not-below"),
        ({"nowhere": 9}, "level-not-below"),
        ({"a.b": 9}, "invalid"),
        # Who wants all below to be late at once.
        ({"union": 1}, "step-below-due-already"),
        ({"union": "soon"}, "invalid"),
        ({"union": None}, "invalid"),
        ([["union", 9]], "invalid"),
        ({f"x{n}": 9 for n in range(300)}, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_set(
    congress_house: House, context: Context, issued: Json, below: Any, name: str
) -> None:
    days = (
        {key: on(context, value) if isinstance(value, int) else value for key, value in below.items()}
        if isinstance(below, dict)
        else below
    )
    clerk = Desk(congress_house, "north", CLERK)
    assert type_of(clerk.act(clerk.congress_of("north", issued), "take-over", {"below": days})) == name
    assert clerk.congress_of("north", issued)["takings"] == []
    assert context.handings.waits([issued["id"]]) == frozenset()


def test_nobody_sets_days_for_others_than_those_below(
    congress_house: House, context: Context, issued: Json
) -> None:
    said = {"below": {"union": on(context, 9)}}
    own = Desk(congress_house, "north", CLERK).congress_of("north", issued)
    for desk, status in (
        (Desk(congress_house, "south", CLERK), 404),
        (Desk(congress_house, "n1", CLERK), 404),
        (Desk(congress_house, "root", APPROVER), 403),
        (Desk(congress_house, "north", READER), 403),
    ):
        assert desk.act(own, "take-over", said).status_code == status
    # A unit without any below has nothing to set, and a unit that ended sets nothing.
    taken(congress_house, issued, "north")
    leaf = Desk(congress_house, "n1", CLERK)
    assert type_of(leaf.act(leaf.congress_of("n1", issued), "take-over", said)) == "level-not-below"
    try:
        tell_units(context, [a_told_unit(PATHS["s1"], valid_to="2020-01-02")])
        south = Desk(congress_house, "south", CLERK)
        answer = south.act(south.congress_of("south", issued), "take-over", said)
        assert type_of(answer) == "level-not-below"
    finally:
        tell_units(context, [a_told_unit(PATHS["s1"])])


def test_never_past_what_the_superior_has_set(congress_house: House, context: Context, issued: Json) -> None:
    day = on(context, 20)
    levels = {"centre": day, "district": day, "union": day, "cell": day}
    cell = ("root", "north", "n1", "c1")
    try:
        tell_units(context, [a_told_unit(cell)])
        plan = an_open_plan(congress_house, context, deadlines=levels)
        top = Desk(congress_house, "root", CLERK)
        top.done(top.congress_of("root", plan), "milestones", {"milestone": "plan", "date": on(context, -9)})
        taken(congress_house, plan, "north", below={"cell": on(context, 9)})
        clerk = Desk(congress_house, "n1", CLERK)
        for days in (9, 12):
            answer = clerk.act(
                clerk.congress_of("n1", plan), "take-over", {"below": {"cell": on(context, days)}}
            )
            assert type_of(answer) == "day-below-not-earlier"
        taken(congress_house, plan, "n1", below={"cell": on(context, 7)})
        bring_down(context)
        assert deadlines(congress_house, plan, "c1") == [on(context, 7)]
        assert verify_rollups(context, plan["id"]) == []
    finally:
        tell_units(context, [a_told_unit(cell, valid_to="2020-01-02")])


def test_cut_off_it_goes_on_and_tells_once(
    congress_house: House, context: Context, issued: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_down, "BATCH", 1)
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    assert next(handing_down.hand_down(context)) == 1
    # Set anew in the middle: what was wanted last is what stands in the end.
    taken(congress_house, issued, "north", below={"union": on(context, 8)})
    assert next(handing_down.hand_down(context)) == 1
    bring_down(context)
    bring_down(context)
    assert deadlines(congress_house, issued, "n1", "n2") == [on(context, 8)] * 2
    assert verify_rollups(context, issued["id"]) == []
    # Of the day that nobody had for long, nobody is told.
    assert told_of(context, issued) == [(on(context, 8), ["n1", "n2"])]


def test_taken_over_again_before_they_are_told_they_are_told_all_the_same(
    congress_house: House, context: Context, issued: Json
) -> None:
    early = {"below": {"union": on(context, 9)}}
    taken(congress_house, issued, "north", **early)
    taken(congress_house, issued, "north", **early, note="A word more.")
    bring_down(context)
    taken(congress_house, issued, "north", **early, note="And one more.")
    bring_down(context)
    assert told_of(context, issued) == [(on(context, 9), ["n1", "n2"])]


def test_a_congress_whose_closing_is_taken_back_has_the_day_that_was_set_meanwhile(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north", date=on(context, -5))
    lower, day = Desk(congress_house, "n1", CLERK), on(context, -2)
    for milestone in ("plan", "opened", "closed"):
        own = lower.congress_of("n1", issued)
        lower.done(own, "milestones", {"milestone": milestone, "date": day})
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    bring_down(context)
    assert deadlines(congress_house, issued, "n1", "n2") == [on(context, 20), on(context, 9)]
    own = lower.get(f"/congresses/{lower.congress_of('n1', issued)['id']}")
    (closing,) = [one["id"] for one in own["entries"] if one["milestone"] == "closed"]
    lower.done(own, "milestones", {"milestone": "closed", "date": None, "corrects": closing})
    assert deadlines(congress_house, issued, "n1") == [on(context, 9)]


def test_a_plan_that_is_closed_stays_as_it_was_graded(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    context.database.mongo["plans"].update_one({"_id": issued["id"]}, {"$set": {"state": "closed"}})
    bring_down(context)
    assert deadlines(congress_house, issued, "n1", "n2") == [on(context, 20)] * 2
    assert told_of(context, issued) == []
    assert "handed" not in [one.counter for one in verify_rollups(context, issued["id"])]


def test_a_congress_that_is_missing_is_made_with_the_day_that_it_would_have(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north", below={"union": on(context, 9)})
    bring_down(context)
    context.database.mongo["congresses"].delete_one({"plan_id": issued["id"], "unit_id": "n2"})
    check_of(context, issued["id"]).make_right()
    project(context)
    assert deadlines(congress_house, issued, "n2") == [on(context, 9)]
    assert verify_rollups(context, issued["id"]) == []


def test_the_sample_shows_it(congress_house: House, context: Context, issued: Json) -> None:
    taken_by_typing = Desk(congress_house, "north", CLERK)
    day = {"milestone": "plan", "date": on(context, -8)}
    taken_by_typing.done(taken_by_typing.congress_of("north", issued), "milestones", day)
    plan = context.plans.get(issued["id"])
    cases = (Case("NORTH", "Before the holidays.", "union", 7), Case("SOUTH", "x"), Case("NOWHERE", "x"))
    for _ in range(2):
        make_sample_takings(context, plan, cases)
    bring_down(context)
    made = taken_by_typing.congress_of("north", issued)
    assert [one["below"] for one in made["takings"]] == [{"union": on(context, 13)}]
    assert deadlines(congress_house, issued, "n1", "s1") == [on(context, 13), on(context, 20)]
    # It has not issued its plan.
    assert Desk(congress_house, "south", READER).congress_of("south", issued)["takings"] == []
