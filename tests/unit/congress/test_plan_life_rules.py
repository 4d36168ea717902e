"""Deadlines that move, plans that close, and one plan for a cycle."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.domain.cycles import SecondPlanOfCycle, cycle_key, overlap, refuse_second
from congress.domain.deadlines import (
    LevelNotPlanned,
    NothingChanges,
    TooManyChanges,
    change_deadlines,
    close_plan,
    effects_of,
)
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import CascadeIsRunning, PlanIsClosed, PlanNotOpen
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from congress.domain.rollup import contribution
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import DEADLINE, TODAY, a_congress, a_plan, a_unit, at, by

LATER = DEADLINE + timedelta(days=14)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026–2031", "2026-2031"),
        ("2026–2031", "২০২৬–২০৩১"),
        ("2026–2031", "Cycle 2026/31"),
        ("2026 — 2031 ", "2026–2031"),
        ("Sixth  Congress", "sixth congress"),
        ("14th 2026-2031", "2026–2031"),
        ("2026", "2026–2031"),
        ("XIV (14), 2026", "২০২৬/৩১"),
    ],
)
def test_a_cycle_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert cycle_key(one) == cycle_key(other)


def test_cycles_that_differ_stay_apart() -> None:
    assert len({cycle_key(one) for one in ("2026–2031", "2027–2031", "14", "first", "second")}) == 5


def test_a_second_plan_of_a_cycle_over_the_same_units_is_refused() -> None:
    plan = a_plan()
    below = a_plan(id="p2", unit_id="north", unit_path=("root", "north"), deadlines={"district": DEADLINE})
    for second in (a_plan(id="p2", cycle="২০২৬-২০৩১"), below):
        assert overlap(plan, second)
        with pytest.raises(SecondPlanOfCycle):
            refuse_second(second, [plan])
        with pytest.raises(SecondPlanOfCycle):
            refuse_second(second, [replace(plan, state=PlanState.CLOSED)])
    refuse_second(plan, [plan])
    refuse_second(below, [replace(plan, state=PlanState.DRAFT)])
    refuse_second(below, [replace(plan, cycle="2031–2036")])
    refuse_second(below, [replace(plan, deadlines={"centre": DEADLINE})])
    refuse_second(below, [replace(plan, unit_id="south", unit_path=("root", "south"))])


def test_a_change_of_deadlines_is_an_entry_with_its_reason() -> None:
    changed = change_deadlines(a_plan(), {"district": LATER, "centre": DEADLINE}, "A flood.", by())
    (entry,) = changed.deadline_changes
    assert (entry.level, entry.before, entry.after, entry.reason) == ("district", DEADLINE, LATER, "A flood.")
    assert (entry.by, entry.at) == ("clerk", by().at)
    assert changed.deadlines == {"centre": DEADLINE, "district": LATER}
    assert changed.spreading
    again = change_deadlines(changed, {"district": DEADLINE}, "Over.", by())
    assert [one.after for one in again.deadline_changes] == [LATER, DEADLINE]


@pytest.mark.parametrize(
    ("wanted", "reason", "refusal"),
    [
        ({"district": LATER}, " ", ReasonNeeded),
        ({"district": LATER}, "x" * 1001, ReasonTooLong),
        ({"union": LATER}, "x", LevelNotPlanned),
        ({"district": DEADLINE}, "x", NothingChanges),
        ({}, "x", NothingChanges),
    ],
)
def test_a_change_that_says_nothing_is_refused(
    wanted: dict[str, date], reason: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        change_deadlines(a_plan(), wanted, reason, by())


def test_the_history_of_deadlines_is_bounded() -> None:
    plan = change_deadlines(a_plan(), {"district": LATER}, "x", by())
    full = replace(plan, deadline_changes=plan.deadline_changes * 500)
    with pytest.raises(TooManyChanges):
        change_deadlines(full, {"district": DEADLINE}, "x", by())


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PlanState.DRAFT, PlanNotOpen),
        (PlanState.CASCADING, CascadeIsRunning),
        (PlanState.CLOSED, PlanIsClosed),
    ],
)
def test_only_an_open_plan_moves_deadlines_and_closes(state: PlanState, refusal: type[Refusal]) -> None:
    for act in (
        lambda plan: change_deadlines(plan, {"district": LATER}, "x", by()),
        lambda plan: effects_of(plan, {"district": LATER}, {}, TODAY),
        close_plan,
    ):
        with pytest.raises(refusal):
            act(a_plan(state=state))
    assert close_plan(a_plan()).state is PlanState.CLOSED


def test_the_preview_counts_whose_report_is_late_before_and_after() -> None:
    plan = a_plan()
    congresses = [
        a_congress(id="c1"),
        a_congress(id="c2"),
        at("submitted"),
        at("approved"),
        a_congress(unit=a_unit("root", ("root",), "centre")),
    ]
    groups = recount(contribution(plan, one) for one in congresses)["root"]
    today = DEADLINE + timedelta(days=1)
    (effect,) = effects_of(plan, {"district": LATER}, groups, today)
    assert (effect.congresses, effect.overdue_before, effect.overdue_after) == (4, 2, 0)
    assert (effect.becoming_overdue, effect.no_longer_overdue) == (0, 2)
    (sooner,) = effects_of(plan, {"district": DEADLINE - timedelta(days=9)}, groups, DEADLINE)
    assert (sooner.becoming_overdue, sooner.no_longer_overdue) == (2, 0)
