"""Units that move, come later or end in the middle of a cycle: what congresses derive from the tree follows it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from congress.domain.plan import PlanIsClosed, PlanState
from congress.domain.planned import congress_id
from congress.domain.progress import BeforeParentsPlan, Report, State
from congress.operations import congresses, plans, projection, rollups, verify_copy, verify_rollups
from congress.operations.outside import Outside
from servicekit.access import Caller, Reach, Right
from servicekit.units import UnitEnded
from tests.integration.congress.scene import (
    FIGURES,
    PATHS,
    a_told_unit,
    a_wanted_plan,
    outside_of,
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
def tree(congress_house: House) -> Iterator[Outside]:
    """A database of a test's own, with the tree of the scene."""
    before = congress_house.prefix
    congress_house.prefix = f"{before}f"
    found = outside_of(congress_house)
    congress_house.prefix = before
    found.database.client.drop_database(found.database.name)
    found.prepare()
    tell_units(found, map(a_told_unit, PATHS.values()))
    yield found
    found.database.client.close()


def an_open_plan(tree: Outside, **changes: Any) -> str:
    wanted = a_wanted_plan(tree.clock.today(), **changes)
    wanted["milestones"] = [SUBORDINATES, *wanted["milestones"]]
    wanted["deadlines"] = {level: date.fromisoformat(day) for level, day in wanted["deadlines"].items()}
    wanted["opens_on"] = date.fromisoformat(wanted["opens_on"])
    made = plans.create_plan(tree, HQ, wanted)
    plans.cascade_plan(tree, HQ, made.plan.id, made.plan.version)
    project(tree)
    assert tree.plans.get(made.plan.id).state is PlanState.OPEN
    return made.plan.id


def of(tree: Outside, plan_id: str, unit: str) -> Any:
    found = tree.congresses.find(congress_id(plan_id, unit))
    assert found is not None
    return found


def record(tree: Outside, plan_id: str, unit: str, milestone: str, days_ago: int = 5) -> None:
    day = tree.clock.today() - timedelta(days=days_ago)
    congress = of(tree, plan_id, unit)
    congresses.record_milestone(tree, HQ, congress.id, Report(milestone, day), congress.version)


def sent_up(tree: Outside, plan_id: str, unit: str) -> None:
    for above in ("root", PATHS[unit][1]):
        if "plan" not in of(tree, plan_id, above).current:
            record(tree, plan_id, above, "plan", 9)
    for milestone in ("plan", "opened", "closed"):
        record(tree, plan_id, unit, milestone)
    congress = of(tree, plan_id, unit)
    congresses.report_results(tree, HQ, congress.id, FIGURES, congress.version)
    congress = of(tree, plan_id, unit)
    congresses.submit(tree, HQ, congress.id, congress.version)


def answer(tree: Outside, plan_id: str, unit: str) -> Any:
    project(tree)
    return rollups.read_rollup(tree, HQ, plan_id, unit)[1]


def test_after_a_move_the_new_superiors_plan_is_the_one_that_counts(tree: Outside) -> None:
    plan_id = an_open_plan(tree)
    for unit in ("root", "north"):
        record(tree, plan_id, unit, "plan")
    tell_units(tree, [a_told_unit(("root", "north", "s1"))])
    record(tree, plan_id, "s1", "plan", 3)  # south has issued none
    tell_units(tree, [a_told_unit(("root", "south", "n1"))])
    with pytest.raises(BeforeParentsPlan):
        record(tree, plan_id, "n1", "plan", 3)  # and so n1 waits now
    assert verify_rollups(tree) == []


def test_whoever_loses_or_gets_a_first_unit_below_helps_others_or_does_not(tree: Outside) -> None:
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


def test_a_unit_that_comes_later_gets_its_congress(tree: Outside) -> None:
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


def test_a_unit_that_comes_while_the_plan_is_handed_down_is_not_missed(tree: Outside) -> None:
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


def test_a_unit_that_ended_in_mid_cycle_is_neither_open_nor_overdue(tree: Outside) -> None:
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


def test_an_ended_unit_reports_and_sends_up_nothing(tree: Outside) -> None:
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


def test_a_report_sent_up_before_the_end_is_decided_and_counts(tree: Outside) -> None:
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


def test_nobody_is_reminded_for_an_ended_unit(tree: Outside) -> None:
    plan_id = an_open_plan(tree)
    tell_units(tree, [a_told_unit(("root", "north", "n1"), **ENDED)])
    plan = tree.plans.get(plan_id)
    told = tree.congresses.with_deadline(plan_id, "union", plan.deadlines["union"], tuple(State))
    assert sorted(one["unit_id"] for one in told) == ["n2", "s1"]


def drift(tree: Outside, collection: str, key: str, change: dict[str, Any]) -> None:
    assert tree.database.mongo[collection].update_one({"_id": key}, change).modified_count == 1


def test_every_kind_of_planted_drift_is_found(tree: Outside) -> None:
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
    lost = tree.database.mongo["congresses"].find_one({"_id": congress_id(plan_id, "s1")})
    tree.database.mongo["congresses"].delete_one({"_id": congress_id(plan_id, "s1")})
    assert "congress" in {one.counter for one in verify_rollups(tree)}
    assert lost is not None


def test_a_copy_that_is_not_the_tree_is_found(tree: Outside) -> None:
    true = list(tree.units.many(PATHS).values())
    assert verify_copy(tree, true) == []
    drift(tree, "units", "n1", {"$set": {"parent_id": "south"}})
    assert [one.unit_id for one in verify_copy(tree, true)] == ["n1"]
    drift(tree, "units", "n1", {"$set": {"parent_id": "north"}})
    assert [one.counter for one in verify_copy(tree, true[1:])] == ["unknown"]


def test_a_plan_that_is_closed_gives_late_units_nothing(tree: Outside) -> None:
    plan_id = an_open_plan(tree)
    drift(tree, "plans", plan_id, {"$set": {"state": "closed"}})
    tell_units(tree, [a_told_unit(("root", "south", "s2"))])
    assert tree.congresses.find(congress_id(plan_id, "s2")) is None
    with pytest.raises(PlanIsClosed):
        record(tree, plan_id, "n1", "plan")
