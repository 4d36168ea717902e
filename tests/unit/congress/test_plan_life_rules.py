"""What is done to open plans alone, plans that close, and one plan for a cycle."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.cycles import SecondPlanOfCycle, cycle_key, overlap, refuse_second
from congress.domain.plan import PlanState, Reach
from congress.domain.plan_life import close_plan
from congress.domain.plan_refusals import CascadeIsRunning, PlanIsClosed, PlanNotOpen
from congress.domain.rule_effects import effects_of
from congress.domain.rule_sets import Edit, add_version
from servicekit.refusals import Refusal
from tests.unit.congress.builders import DEADLINE, TODAY, a_plan, by

LATER = DEADLINE + timedelta(days=14)
EDIT = Edit(deadlines={"district": LATER})


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


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PlanState.DRAFT, PlanNotOpen),
        (PlanState.CASCADING, CascadeIsRunning),
        (PlanState.CLOSED, PlanIsClosed),
    ],
)
def test_only_an_open_plan_changes_its_rules_and_closes(state: PlanState, refusal: type[Refusal]) -> None:
    for act in (
        lambda plan: add_version(plan, EDIT, Reach.NOT_CLOSED, "x", by()),
        lambda plan: effects_of(plan, EDIT, Reach.NOT_CLOSED, {}, TODAY),
        close_plan,
    ):
        with pytest.raises(refusal):
            act(a_plan(state=state))
    assert close_plan(a_plan()).state is PlanState.CLOSED
