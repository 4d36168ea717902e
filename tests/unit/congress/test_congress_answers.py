"""What a congress contributes and what a unit answers from the sums, as whole values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from congress.domain.history import ResultEntry
from congress.domain.level_results import LevelResults
from congress.domain.plan import Mark, Owner, PlanState
from congress.domain.rollup import (
    Answer,
    Count,
    MilestoneAnswer,
    Rollup,
    answer,
    contribution,
    group_key,
    group_of,
    holds_any,
    percent,
)
from servicekit.tree.rollup.figures import Contribution, Groups
from tests.unit.congress.builders import (
    DEADLINE,
    FIGURES_THAT_ADD_UP,
    TODAY,
    a_congress,
    a_milestone,
    a_plan,
    a_unit,
    at,
    recorded,
)

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
DAY_AFTER = DEADLINE + timedelta(days=1)
AUTUMN = date(2026, 12, 31)
# Drafts are due sixty days before the deadline.
PLAN = a_plan(milestones=(a_milestone("drafts", 60), a_milestone("closed", mark=Mark.CLOSED)))


def of_unit(groups: Groups, unit_id: str = "root") -> Rollup:
    return Rollup("plan1", unit_id, unit_id.upper(), {}, "centre", ("root", unit_id), groups)


GROUPS: Groups = {
    group_key("district", DEADLINE): {
        "total": 3,
        "ended": 1,
        "reported": 2,
        "state.closed": 2,
        "state.planned": 1,
        "done.drafts": 2,
        "late.drafts": 1,
        "done.closed": 2,
        "results.present": 10,
        "results.age_mean": 40,
    },
    group_key("district", AUTUMN): {
        "total": 2,
        "reported": 1,
        "state.closed": 1,
        "state.planned": 1,
        "state.returned": 0,
        "done.drafts": 1,
        "late.drafts": 1,
        "left_out.drafts": 1,
        "results.present": 7,
        "results.women": 3,
    },
    group_key("centre", DEADLINE): {"total": 1, "state.planned": 1, "skipped.drafts": 1},
    group_key("upazila", DEADLINE): {"ended": 2},
    group_key("cell", DEADLINE): {},
}


def test_an_answer_is_made_of_all_groups_by_level_and_deadline() -> None:
    drafts = {"district": Count(5, 0, 3, 2, 1, 1), "centre": Count(1, 1)}
    closed = {"district": Count(5, 0, 2, 0, 1), "centre": Count(1, overdue=1)}
    assert answer(of_unit(GROUPS), [], PLAN, DAY_AFTER, AS_OF) == Answer(
        rollup=of_unit(GROUPS),
        as_of=AS_OF,
        total=6,
        reported=3,
        steps=Count(12, 1, 5, 2, 3, 1),
        milestones=(
            MilestoneAnswer("drafts", Count(6, 1, 3, 2, 1, 1), drafts),
            MilestoneAnswer("closed", Count(6, 0, 2, 0, 2), closed),
        ),
        states={"closed": 3, "planned": 3},
        results={
            "centre": LevelResults(1, 0, {}),
            "district": LevelResults(5, 3, {"present": 17, "women": 3}, 1),
            "upazila": LevelResults(0, 0, {}, 2),
        },
        ended=3,
    )


def test_on_the_day_itself_nothing_is_overdue_yet_and_under_a_closed_plan_all_is_left_out() -> None:
    today = answer(of_unit(GROUPS), [], PLAN, DEADLINE, AS_OF)
    assert [one.count.overdue for one in today.milestones] == [1, 0]
    closed = answer(of_unit(GROUPS), [], replace(PLAN, state=PlanState.CLOSED), DAY_AFTER, AS_OF)
    assert [(one.count.overdue, one.count.left_out) for one in closed.milestones] == [(0, 2), (0, 4)]


def test_a_count_says_what_was_on_time_what_is_held_and_what_share_is_done() -> None:
    count = Count(12, 2, 5, 2, 3, 1)
    assert (count.on_time, count.held, count.percent) == (3, 10, 50.0)
    assert count.plus(Count(1, 2, 3, 4, 5, 6)) == Count(13, 4, 8, 6, 8, 7)
    assert percent(1, 1) == 100.0
    assert percent(0, 1) == 0.0


def child(code: str, held: int, overdue: int, done: int) -> Rollup:
    counters = {"total": held, "done.closed": done, "left_out.closed": held - done - overdue}
    return of_unit({group_key("union", DEADLINE): counters}, code)


@pytest.mark.parametrize(
    ("children", "order"),
    [
        # By the share that is overdue, not by how much it is; then by the share that is done.
        ([child("few", 10, 2, 0), child("half", 2, 1, 0)], ["HALF", "FEW"]),
        ([child("third", 10, 0, 3), child("half", 2, 0, 1)], ["THIRD", "HALF"]),
        ([child("b", 2, 0, 1), child("a", 2, 0, 1), child("c", 2, 0, 0)], ["C", "A", "B"]),
        # Whoever holds nothing lags behind nobody.
        ([child("b", 0, 0, 0), child("done", 2, 0, 2), child("a", 0, 0, 0)], ["DONE", "A", "B"]),
    ],
)
def test_who_lags_most_comes_first(children: list[Rollup], order: list[str]) -> None:
    plan = replace(PLAN, milestones=PLAN.milestones[1:])
    found = answer(of_unit({}), children, plan, DAY_AFTER, AS_OF).children
    assert [one.rollup.code for one in found] == order
    assert {one.as_of for one in found} == {AS_OF}


@pytest.mark.parametrize(
    ("groups", "any_there"),
    [
        ({}, False),
        ({"union|2026-06-30": {"total": 0, "ended": 0}}, False),
        ({"union|2026-06-30": {}, "cell|2026-06-30": {"total": 1}}, True),
        ({"union|2026-06-30": {"ended": 1}}, True),
    ],
)
def test_whether_there_is_any_congress_at_or_below(groups: Groups, any_there: bool) -> None:
    assert holds_any(of_unit(groups)) is any_there


def test_a_group_is_named_by_level_and_deadline_whatever_the_level_is_called() -> None:
    assert group_key("ward|old", DEADLINE) == "ward|old|2026-06-30"
    assert group_of("ward|old|2026-06-30") == ("ward|old", DEADLINE)


DONE = dict.fromkeys(("done.plan_issued", "done.drafts", "done.opened", "done.election", "done.closed"), 1)
RESULTS = {f"results.{key}": value for key, value in FIGURES_THAT_ADD_UP.items()}
SUPERIORS = a_milestone("audit", 60, owner=Owner.SUPERIOR)
WAITS = {
    "total": 1,
    "state.submitted": 1,
    **DONE,
    "done.dossier": 1,
    "next.approval": 1,
    "left_out.credentials": 1,
    **dict.fromkeys(("above.approval", "above.programme", "next_above.approval"), 1),
}


@pytest.mark.parametrize(
    ("line", "counters"),
    [
        (
            lambda: contribution(a_plan(), at("drafts")),
            {
                "total": 1,
                "state.under_way": 1,
                "done.plan_issued": 1,
                "done.drafts": 1,
                "next.credentials": 1,
            },
        ),
        (lambda: contribution(a_plan(), at("submitted")), {**WAITS, "reported": 1, **RESULTS}),
        # What is closed for good is said when the figure is read: the sums are the same.
        (
            lambda: contribution(a_plan(state=PlanState.CLOSED), at("submitted")),
            {**WAITS, "reported": 1, **RESULTS},
        ),
        (
            lambda: contribution(a_plan(), recorded(a_congress(), "plan_issued", TODAY)),
            {
                "total": 1,
                "state.under_way": 1,
                "done.plan_issued": 1,
                "late.plan_issued": 1,
                "next.drafts": 1,
            },
        ),
        (
            lambda: contribution(a_plan(), a_congress(content_type="2")),
            {"total": 1, "state.planned": 1, "skipped.election": 1, "next.plan_issued": 1},
        ),
        (lambda: contribution(a_plan(), a_congress(unit=replace(a_unit(), valid_to=TODAY))), {"ended": 1}),
        (
            lambda: contribution(replace(PLAN, milestones=(SUPERIORS, PLAN.milestones[1])), a_congress()),
            {
                "total": 1,
                "state.planned": 1,
                "next.audit": 1,
                "waits.superior": 1,
                **dict.fromkeys(("above.audit", "above.closed", "next_above.audit"), 1),
            },
        ),
    ],
)
def test_what_one_congress_contributes(line: Callable[[], Contribution], counters: dict[str, int]) -> None:
    assert line() == Contribution(("root", "north"), "district|2026-06-30", counters)


def test_of_results_what_can_be_summed_and_is_something_is_contributed() -> None:
    figures = {"present": 97, "women": 0, "age_mean": 41.5}
    congress = a_congress(result_entries=(ResultEntry("r", figures, AS_OF, "clerk"),))
    counters = contribution(a_plan(), congress).counters
    assert {name: value for name, value in counters.items() if name.startswith("results.")} == {
        "results.present": 97
    }
