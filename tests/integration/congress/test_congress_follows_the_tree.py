"""Units that move, come later or end in the middle of a cycle: what congresses derive from the tree follows it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from congress.context import Context
from congress.domain.approval import AppointedByContributor, OverOthers, SubordinatesOpen
from congress.domain.history import State
from congress.domain.plan import PlanState, is_planned
from congress.domain.plan_refusals import PlanIsClosed, UnitNotPlanned
from congress.domain.planned import congress_id
from congress.domain.progress import Report
from congress.domain.progress_refusals import BeforeParentsPlan, OwnReport
from congress.operations import (
    congresses,
    mend_copy,
    mend_rollups,
    plans,
    projection,
    rollups,
    verify_copy,
    verify_rollups,
)
from congress.operations.following import units_changed
from congress.operations.listing import list_congresses
from servicekit.access.decision import Caller, Reach, Right, UnknownHere
from servicekit.tree.units import UnitEnded
from tests.integration.congress.scene import (
    FIGURES,
    PATHS,
    a_told_unit,
    a_wanted_plan,
    context_of,
    project,
    tell_units,
)
from tests.processes import House

ENDED = {"valid_to": "2026-01-01"}
SUBORDINATES = {
    "key": "helped", "names": {"en": "Helped those below"}, "days_before_deadline": 70, "applies": "subordinates",
    "required": False,
}  # fmt: skip


def may(unit: str, *rights: str) -> Caller:
    path = PATHS[unit]
    return Caller(
        f"somebody-{unit}",
        rights=tuple(Right(name, unit, path, Reach.BELOW) for name in rights),
        assurance=3,
    )


HQ = may("root", "plan:manage", "congress:read", "congress:report", "congress:approve")


@pytest.fixture
def tree(congress_house: House) -> Iterator[Context]:
    """A database of a test's own, with the tree of the scene."""
    before = congress_house.prefix
    congress_house.prefix = f"{before}f"
    found = context_of(congress_house)
    congress_house.prefix = before
    found.database.client.drop_database(found.database.name)
    found.prepare()
    tell_units(found, map(a_told_unit, PATHS.values()))
    yield found
    found.database.client.close()


def an_open_plan(tree: Context, **changes: Any) -> str:
    wanted = a_wanted_plan(tree.clock.today(), **changes)
    wanted["milestones"] = [SUBORDINATES, *wanted["milestones"]]
    wanted["deadlines"] = {level: date.fromisoformat(day) for level, day in wanted["deadlines"].items()}
    wanted["opens_on"] = date.fromisoformat(wanted["opens_on"])
    made = plans.create_plan(tree, HQ, wanted)
    plans.cascade_plan(tree, HQ, made.plan.id, made.plan.version)
    project(tree)
    assert tree.plans.get(made.plan.id).state is PlanState.OPEN
    return made.plan.id


def of(tree: Context, plan_id: str, unit: str) -> Any:
    found = tree.congresses.find(congress_id(plan_id, unit))
    assert found is not None
    return found


def record(tree: Context, plan_id: str, unit: str, milestone: str, days_ago: int = 5) -> None:
    day = tree.clock.today() - timedelta(days=days_ago)
    congress = of(tree, plan_id, unit)
    congresses.record_milestone(tree, HQ, congress.id, Report(milestone, day), congress.version)


def sent_up(tree: Context, plan_id: str, unit: str) -> None:
    for above in ("root", PATHS[unit][1]):
        if "plan" not in of(tree, plan_id, above).current:
            record(tree, plan_id, above, "plan", 9)
    for milestone in ("plan", "opened", "closed"):
        if milestone not in of(tree, plan_id, unit).current:
            record(tree, plan_id, unit, milestone)
    congress = of(tree, plan_id, unit)
    congresses.report_results(tree, HQ, congress.id, FIGURES, congress.version)
    congress = of(tree, plan_id, unit)
    congresses.submit(tree, HQ, congress.id, congress.version)


def answer(tree: Context, plan_id: str, unit: str) -> Any:
    project(tree)
    return rollups.read_rollup(tree, HQ, plan_id, unit)[1]


def test_after_a_move_the_new_superiors_plan_is_the_one_that_counts(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    for unit in ("root", "north"):
        record(tree, plan_id, unit, "plan")
    tell_units(tree, [a_told_unit(("root", "north", "s1"))])
    record(tree, plan_id, "s1", "plan", 3)  # south has issued none
    tell_units(tree, [a_told_unit(("root", "south", "n1"))])
    with pytest.raises(BeforeParentsPlan):
        record(tree, plan_id, "n1", "plan", 3)  # and so n1 waits now
    assert verify_rollups(tree) == []


def test_whoever_loses_or_gets_a_first_unit_below_helps_others_or_does_not(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    assert [of(tree, plan_id, unit).has_subordinates for unit in ("root", "north", "south", "n1")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert answer(tree, plan_id, "root").milestones[0].count.skipped == 3
    tell_units(tree, [a_told_unit(("root", "north", "s1"))])
    assert not of(tree, plan_id, "south").has_subordinates
    assert answer(tree, plan_id, "root").milestones[0].count.skipped == 4
    tell_units(tree, [a_told_unit(("root", "south", "s2"))])
    assert of(tree, plan_id, "south").has_subordinates
    tell_units(tree, [a_told_unit(("root", "south", "s2"), **ENDED)])
    assert not of(tree, plan_id, "south").has_subordinates
    project(tree)
    assert verify_rollups(tree) == []


def test_a_unit_that_comes_later_gets_its_congress(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    tell_units(tree, [a_told_unit(("root", "south", "s2"))])
    assert answer(tree, plan_id, "south").total == 3
    congress = of(tree, plan_id, "s2")
    assert congress.deadline == tree.plans.get(plan_id).deadlines["union"]
    tell_units(tree, [a_told_unit(("root", "south", "s2"))])  # told again
    assert answer(tree, plan_id, "south").total == 3
    tell_units(tree, [a_told_unit(("root", "south", "s2"), level="ward")])
    tell_units(tree, [a_told_unit(("root", "south", "s3"), level="ward")])  # a level without a deadline
    assert tree.congresses.find(congress_id(plan_id, "s3")) is None


def test_a_unit_that_comes_while_the_plan_is_handed_down_is_not_missed(tree: Context) -> None:
    wanted = {**a_wanted_plan(tree.clock.today()), "opens_on": tree.clock.today()}
    wanted["deadlines"] = {level: date.fromisoformat(day) for level, day in wanted["deadlines"].items()}
    made = plans.create_plan(tree, HQ, wanted)
    plans.cascade_plan(tree, HQ, made.plan.id, made.plan.version)
    cascade = projection.run_cascades(tree)
    tell_units(tree, [a_told_unit(("root", "south", "s2")), a_told_unit(("root", "north", "s1"))])
    for _ in cascade:
        tell_units(tree, [a_told_unit(("root", "south", "s4"))])
    project(tree)
    assert tree.congresses.ids_of_plan(made.plan.id) >= {
        congress_id(made.plan.id, one) for one in ("s2", "s4")
    }
    assert of(tree, made.plan.id, "s1").unit.path == ("root", "north", "s1")
    assert verify_rollups(tree) == []


def test_a_unit_that_ended_in_mid_cycle_is_neither_open_nor_overdue(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    record(tree, plan_id, "root", "plan")
    before = answer(tree, plan_id, "north")
    assert (before.total, before.ended) == (3, 0)
    assert before.steps.overdue > 0
    tell_units(tree, [a_told_unit(("root", "north", "n1"), **ENDED, successors=["n2"])])
    after = answer(tree, plan_id, "north")
    assert (after.total, after.ended) == (2, 1)
    alone = answer(tree, plan_id, "n1")
    assert (alone.total, alone.ended, alone.steps.overdue, alone.states) == (0, 1, 0, {})
    assert of(tree, plan_id, "n1").unit.successors == ("n2",)
    assert verify_rollups(tree) == []
    tell_units(tree, [a_told_unit(("root", "north", "n1"))])  # it was a mistake
    back = answer(tree, plan_id, "north")
    assert (back.total, back.ended, back.steps, back.states) == (3, 0, before.steps, before.states)


def test_an_ended_unit_reports_and_sends_up_nothing(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    sent_up(tree, plan_id, "n1")
    tell_units(tree, [a_told_unit(("root", "north", "n2"), **ENDED)])
    congress = of(tree, plan_id, "n2")
    acts: list[Callable[[], object]] = [
        lambda: record(tree, plan_id, "n2", "plan", 1),
        lambda: congresses.report_results(tree, HQ, congress.id, FIGURES, congress.version),
        lambda: congresses.submit(tree, HQ, congress.id, congress.version),
        lambda: congresses.choose_content_type(tree, HQ, congress.id, "4", congress.version),
    ]
    for act in acts:
        with pytest.raises(UnitEnded):
            act()
    with pytest.raises(UnitEnded):
        plans.create_plan(tree, HQ, {**a_wanted_plan(tree.clock.today()), "unit_id": "n2"})


def test_a_report_sent_up_before_the_end_is_decided_and_counts(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    sent_up(tree, plan_id, "n1")
    tell_units(tree, [a_told_unit(("root", "north", "n1"), **ENDED)])
    congress = of(tree, plan_id, "n1")
    superior = may("north", "congress:approve")
    with pytest.raises(UnitEnded):
        congresses.send_back(tree, superior, congress.id, {"results": "Again"}, congress.version)
    congresses.approve(tree, superior, congress.id, congress.version)
    assert of(tree, plan_id, "n1").state is State.APPROVED
    counted = answer(tree, plan_id, "north")
    assert (counted.total, counted.ended, counted.states["approved"]) == (3, 0, 1)
    assert verify_rollups(tree) == []


def test_nobody_is_reminded_for_an_ended_unit(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    tell_units(tree, [a_told_unit(("root", "north", "n1"), **ENDED)])
    plan = tree.plans.get(plan_id)
    told = tree.congresses.with_deadline(
        tree.plans.get(plan_id), "union", plan.deadlines["union"], tuple(State)
    )
    assert sorted(one["unit_id"] for one in told) == ["n2", "s1"]


def drift(tree: Context, collection: str, key: str, change: dict[str, Any]) -> None:
    assert tree.database.mongo[collection].update_one({"_id": key}, change).modified_count == 1


def test_every_kind_of_planted_drift_is_found(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    sent_up(tree, plan_id, "n1")
    project(tree)
    assert verify_rollups(tree) == []
    n1, north = congress_id(plan_id, "n1"), congress_id(plan_id, "north")
    deadline = of(tree, plan_id, "n1").deadline.isoformat()
    sent = "counters.state.submitted"
    planted: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
        ("unit", "congresses", n1, {"unit_path": ["root", "south", "n1"]}, {"unit_path": PATHS["n1"]}),
        ("unit", "congresses", n1, {"unit.valid_to": "2026-01-01"}, {"unit.valid_to": None}),
        ("has_subordinates", "congresses", north, {"has_subordinates": False}, {"has_subordinates": True}),
        ("deadline", "congresses", n1, {"deadline": "2030-01-01"}, {"deadline": deadline}),
        ("state", "congresses", n1, {"state": "planned"}, {"state": "submitted"}),
        ("state.submitted", "contributions", n1, {sent: 2}, {sent: 1}),
        ("path", "rollups", f"{plan_id}:n1", {"path": ["root"]}, {"path": PATHS["n1"]}),
        ("union at 3", "unit_levels", "north", {"levels.union.3": 7}, {"levels.union.3": 2}),
    ]
    for name, collection, key, change, back in planted:
        drift(tree, collection, key, {"$set": change})
        assert name in {one.counter for one in verify_rollups(tree)}, name
        drift(tree, collection, key, {"$set": back})
        assert verify_rollups(tree) == [], name
    tree.database.mongo["congresses"].delete_one({"_id": congress_id(plan_id, "s1")})
    assert "congress" in {one.counter for one in verify_rollups(tree)}


def test_what_drifted_is_made_right_from_its_sources_and_named_in_the_audit(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    sent_up(tree, plan_id, "n1")
    project(tree)
    right = answer(tree, plan_id, "root")
    n1, north = congress_id(plan_id, "n1"), congress_id(plan_id, "north")
    group = f"union|{of(tree, plan_id, 'n1').deadline.isoformat()}"
    planted: list[tuple[str, str, dict[str, Any]]] = [
        ("congresses", n1, {"unit_path": ["root", "south", "n1"], "state": "planned"}),
        ("congresses", north, {"has_subordinates": False, "deadline": "2030-01-01"}),
        ("contributions", congress_id(plan_id, "n2"), {"counters.total": 5}),
        ("rollups", f"{plan_id}:root", {f"groups.{group}.results.summoned": 999_999}),
        ("rollups", f"{plan_id}:n1", {"path": ["root"]}),
        ("unit_levels", "north", {"levels.union.3": 7}),
    ]
    for collection, key, change in planted:
        drift(tree, collection, key, {"$set": change})
    tree.database.mongo["congresses"].delete_one({"_id": congress_id(plan_id, "s1")})
    found = verify_rollups(tree)
    mended = mend_rollups(tree)
    assert {one.counter for one in mended} == {one.counter for one in found}
    project(tree)
    assert verify_rollups(tree) == []
    now = answer(tree, plan_id, "root")
    assert (now.total, now.states, now.results) == (right.total, right.states, right.results)
    assert mend_rollups(tree) == []
    told = [item for one in tree.database.mongo["mends"].find({}) for item in one["_outbox"]]
    assert {item["action"] for item in told} == {"rollup.mended"}
    of_plan = [item["details"] for item in told if item["record_id"] == plan_id]
    assert sum(one["count"] for one in of_plan) == len([one for one in mended if one.scope == plan_id])
    assert any("results.summoned: 999999" in named for one in of_plan for named in one["mended"])


def test_a_copy_that_differs_is_told_once_more(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    true = list(tree.units.many(PATHS).values())
    drift(tree, "units", "n1", {"$set": {"parent_id": "south", "path": ["root", "south", "n1"]}})
    mend_copy(tree, [a_told_unit(PATHS["n1"])], partial(units_changed, tree))
    assert verify_copy(tree, true) == []
    project(tree)
    mend_rollups(tree)  # counts by level were kept of the right tree all along
    project(tree)
    assert verify_rollups(tree) == []
    assert of(tree, plan_id, "n1").unit.path == PATHS["n1"]


def test_a_copy_that_is_not_the_tree_is_found(tree: Context) -> None:
    true = list(tree.units.many(PATHS).values())
    assert verify_copy(tree, true) == []
    drift(tree, "units", "n1", {"$set": {"parent_id": "south"}})
    assert [one.unit_id for one in verify_copy(tree, true)] == ["n1"]
    drift(tree, "units", "n1", {"$set": {"parent_id": "north"}})
    assert [one.counter for one in verify_copy(tree, true[1:])] == ["unknown"]


def test_a_plan_that_is_closed_gives_late_units_nothing(tree: Context) -> None:
    plan_id = an_open_plan(tree)
    drift(tree, "plans", plan_id, {"$set": {"state": "closed"}})
    tell_units(tree, [a_told_unit(("root", "south", "s2"))])
    assert tree.congresses.find(congress_id(plan_id, "s2")) is None
    with pytest.raises(PlanIsClosed):
        record(tree, plan_id, "n1", "plan")


NORTH = may("north", "plan:manage", "congress:read")
SOUTH = may("south", "congress:read", "congress:approve")


def a_plan_of_north(tree: Context) -> str:
    wanted = a_wanted_plan(tree.clock.today(), unit_id="north")
    days = wanted["deadlines"].items()
    wanted["deadlines"] = {level: date.fromisoformat(day) for level, day in days if level != "centre"}
    wanted["opens_on"] = date.fromisoformat(wanted["opens_on"])
    made = plans.create_plan(tree, NORTH, wanted)
    plans.cascade_plan(tree, NORTH, made.plan.id, made.plan.version)
    project(tree)
    return made.plan.id


def test_a_unit_that_is_moved_out_of_a_plan_leaves_it_and_its_new_superior_can_look_it_up(
    tree: Context,
) -> None:
    plan_id = a_plan_of_north(tree)
    record(tree, plan_id, "north", "plan", 9)
    record(tree, plan_id, "n1", "plan")
    with pytest.raises(UnknownHere):
        plans.read_plan(tree, SOUTH, plan_id)
    tell_units(tree, [a_told_unit(("root", "south", "n1"))])
    project(tree)
    assert answer(tree, plan_id, "north").total == 2
    left = rollups.read_rollup(tree, SOUTH, plan_id, "south")[1]
    assert (left.total, left.ended, left.steps.overdue) == (0, 1, 0)
    with pytest.raises(UnitNotPlanned):
        record(tree, plan_id, "n1", "opened")
    # Whoever reads the unit reads its congress, and so may look its plan up; it is no plan of theirs, though.
    (view,) = list_congresses(tree, SOUTH, "n1", "", "")
    assert not is_planned(view.plan, view.congress.unit)
    assert plans.read_plan(tree, SOUTH, plan_id).plan.id == plan_id
    assert plan_id not in [view.plan.id for view in plans.list_plans(tree, SOUTH).items]
    assert verify_rollups(tree) == []
    tell_units(tree, [a_told_unit(("root", "north", "n1"))])
    record(tree, plan_id, "n1", "opened")  # back again, with all that it had recorded
    assert answer(tree, plan_id, "north").total == 3
    assert verify_rollups(tree) == []


def test_what_the_reader_may_not_look_up_is_not_listed_either(tree: Context) -> None:
    plan_id = a_plan_of_north(tree)
    tell_units(tree, [a_told_unit(("root", "south", "n1"))])
    # Until it is counted south has no sum of that plan: nothing is listed that would lead to a page that is not there.
    assert list_congresses(tree, SOUTH, "n1", "", "") == []
    project(tree)
    assert [view.plan.id for view in list_congresses(tree, SOUTH, "n1", "", "")] == [plan_id]


def test_a_unit_of_another_level_takes_that_levels_deadline(tree: Context) -> None:
    today = tree.clock.today()
    days = {"centre": 60, "district": 40, "union": 20}
    wanted = {level: (today + timedelta(days=left)).isoformat() for level, left in days.items()}
    plan_id = an_open_plan(tree, deadlines=wanted)
    deadlines = tree.plans.get(plan_id).deadlines
    assert of(tree, plan_id, "n1").deadline == deadlines["union"] != deadlines["district"]
    tell_units(tree, [a_told_unit(("root", "n1"), level="district")])
    found = of(tree, plan_id, "n1")
    assert (found.unit.level, found.deadline) == ("district", deadlines["district"])
    project(tree)
    assert verify_rollups(tree) == []
    tell_units(tree, [a_told_unit(("root", "n1"), level="club")])
    project(tree)
    assert of(tree, plan_id, "n1").deadline == deadlines["district"]
    assert rollups.read_rollup(tree, HQ, plan_id, "n1")[1].ended == 1
    assert verify_rollups(tree) == []


def test_units_below_are_counted_in_the_transaction_that_asks_for_them(tree: Context) -> None:
    """Strict plans approve nothing before what is below: not even in the moment before it is counted."""
    plan_id = an_open_plan(tree, open_below="refuse")
    chief = replace(HQ, account_id="chief")
    for unit in ("n1", "n2"):
        sent_up(tree, plan_id, unit)
        below = of(tree, plan_id, unit)
        congresses.approve(tree, chief, below.id, below.version, OverOthers(on_purpose=True, reason="x"))
    sent_up(tree, plan_id, "north")
    project(tree)
    below = of(tree, plan_id, "n1")
    congresses.reopen(tree, chief, below.id, "See.", below.version, OverOthers(on_purpose=True))
    north = of(tree, plan_id, "north")
    with pytest.raises(SubordinatesOpen):
        congresses.approve(tree, chief, north.id, north.version)  # nothing has been counted since
    below = of(tree, plan_id, "n1")
    congresses.submit(tree, HQ, below.id, below.version)
    below = of(tree, plan_id, "n1")
    congresses.approve(tree, chief, below.id, below.version, OverOthers(on_purpose=True, reason="x"))
    assert congresses.approve(tree, chief, north.id, north.version).congress.is_final
    project(tree)
    assert verify_rollups(tree) == []


def test_what_a_superior_does_needs_a_second_pair_of_eyes(tree: Context) -> None:
    """Reopening and the superior's own steps too: the reporter does none of it, nor whoever owes them the power."""
    plan_id = an_open_plan(tree)
    sent_up(tree, plan_id, "north")
    north = of(tree, plan_id, "north")
    indebted = may("root", "congress:approve")
    indebted = replace(
        indebted,
        account_id="indebted",
        rights=tuple(replace(right, owed_to=(HQ.account_id,)) for right in indebted.rights),
    )
    for caller, refusal in ((HQ, OwnReport), (indebted, AppointedByContributor)):
        acts: tuple[Callable[[Caller], object], ...] = (
            lambda who: congresses.approve(tree, who, north.id, north.version),
            lambda who: congresses.send_back(tree, who, north.id, {"results": "see"}, north.version),
            lambda who: congresses.reopen(tree, who, north.id, "See.", north.version),
            lambda who: congresses.record_superiors_milestone(
                tree, who, north.id, Report("opened", tree.clock.today()), north.version
            ),
        )
        for act in acts:
            with pytest.raises(refusal):
                act(caller)
