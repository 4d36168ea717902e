"""What a congress asks of whoever reports, and what those below a unit ask of whoever decides or watches."""

from dataclasses import replace
from datetime import UTC, date, datetime

from congress.domain.history import Act, State
from congress.domain.plan import Owner, Plan, PlanState
from congress.domain.rollup import Answer, Count, Rollup, answer, group_key
from congress.domain.tasks import (
    approval_task,
    figure_of,
    names_of,
    newest_first,
    report_task,
    step_task,
    watched,
    worst_of,
)
from servicekit.calendar.waiting import Rank, Urgency, urgency
from tests.unit.congress.builders import (
    DEADLINE,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
)

AT = datetime(2026, 5, 1, tzinfo=UTC)


def a_rollup(unit_id: str = "root", **counters: int) -> Rollup:
    named = {name.replace("__", "."): value for name, value in counters.items()}
    path = ("root",) if unit_id == "root" else ("root", unit_id)
    return Rollup(
        "plan1",
        unit_id,
        unit_id.upper(),
        {"en": unit_id},
        "district",
        path,
        {group_key("district", DEADLINE): named},
    )


def test_the_task_of_a_unit_is_its_next_step_with_what_follows_by_date() -> None:
    task = report_task(a_plan(), a_congress())
    assert task is not None
    assert (task.key, task.step) == ("take-over", {"en": "plan_issued"})
    assert task.link == "/congresses/congress1/take-over"
    assert (task.due, task.rank, task.unit) == (date(2026, 3, 2), Rank.OWN, {"en": "North"})
    assert [line.names["en"] for line in task.lines] == ["drafts", "opened", "election"]
    assert [line.due for line in task.lines] == sorted(line.due for line in task.lines if line.due)


def test_figures_come_before_further_milestones_while_they_are_missing() -> None:
    missing, given = report_task(a_plan(), at("closed")), report_task(a_plan(), at("results"))
    assert missing is not None
    assert (missing.key, missing.link) == ("results", "/congresses/congress1/results")
    assert given is not None
    assert (given.key, given.link) == ("submit", "/congresses/congress1/submit")


def test_what_came_back_is_one_task_before_all_others_and_says_since_when() -> None:
    for state in (State.RETURNED, State.REOPENED):
        acts = (Act(State.SUBMITTED, AT, "a", {}), Act(state, AT.replace(day=3), "b", {"": "why"}))
        task = report_task(a_plan(), a_congress(state=state, acts=acts))
        assert task is not None
        assert (task.key, task.rank, task.oldest) == ("returned", Rank.FIRST, AT.replace(day=3))


def test_nothing_is_asked_where_nothing_can_be_done() -> None:
    ended = a_congress(unit=replace(a_unit(), valid_to=TODAY), state=State.RETURNED)
    assert report_task(a_plan(), ended) is None
    assert report_task(a_plan(state=PlanState.CLOSED), a_congress()) is None
    assert report_task(a_plan(), a_congress(state=State.SUBMITTED)) is None
    superiors = tuple(replace(one, owner=Owner.SUPERIOR) for one in a_plan().milestones[:1])
    assert report_task(a_plan(milestones=superiors + a_plan().milestones[1:]), a_congress()) is None


def test_the_head_of_a_queue_says_who_sent_it_and_what_to_look_at() -> None:
    acts = (Act(State.SUBMITTED, AT, "a", {}, by_name="Rahima"),)
    sent = a_congress(state=State.SUBMITTED, acts=acts)
    task = approval_task(a_plan(), a_rollup(), 1, ((sent, 2),))
    assert task is not None
    assert (task.key, task.link, task.count, task.rank) == (
        "approve",
        "/approvals/plan1/root",
        1,
        Rank.OTHERS,
    )
    assert (task.oldest, task.lines[0].who, task.lines[0].count) == (AT, "Rahima", 2)
    more = approval_task(a_plan(), a_rollup(), 9, ((sent, 2),))
    assert more is not None
    assert more.oldest is None, "of those that were not read nothing is known"
    assert approval_task(a_plan(), a_rollup(), 0, ()) is None


def test_a_superiors_step_is_one_task_with_the_number() -> None:
    task = step_task(a_plan(), a_rollup(), 12)
    assert task is not None
    assert (task.key, task.count, task.link) == ("step", 12, "/steps/plan1/root")
    assert step_task(a_plan(), a_rollup(), 0) is None


def answered(plan: Plan, *children: Rollup) -> Answer:
    return answer(a_rollup(total=30, done__closed=10, late__closed=2), children, plan, date(2026, 7, 9), AT)


def test_the_figure_is_that_of_the_step_that_closes_a_congress() -> None:
    plan = a_plan()
    figure = figure_of(plan, answered(plan))
    assert figure is not None
    assert (figure.total, figure.done, figure.late, figure.overdue) == (30, 10, 2, 20)
    assert (figure.link, figure.step) == ("/dashboard/plan1/root", {"en": "closed"})
    assert figure.done_before is None, "no figure is made up"
    assert (figure.postponed, figure.blocked) == (0, 0)
    kept_up = answer(a_rollup(total=30, done__closed=10, blocked__closed=4), (), plan, date(2026, 7, 9), AT)
    held = figure_of(plan, kept_up)
    assert held is not None
    assert (held.overdue, held.blocked) == (16, 4)
    week_ago = figure_of(plan, answered(plan), Count(done=7))
    assert week_ago is not None
    assert week_ago.done_before == 7
    assert figure_of(plan, answer(a_rollup(total=1), (), plan, TODAY, AT)) is None, (
        "its own congress is the task"
    )


def test_the_worst_are_those_with_the_largest_share_overdue_and_five_at_most() -> None:
    plan = a_plan()
    children = [a_rollup(f"u{n}", total=10, done__closed=n) for n in range(8)] + [
        a_rollup("done", total=4, done__closed=4)
    ]
    worst = worst_of(plan, answered(plan, *children))
    assert worst is not None
    assert [line.names["en"] for line in worst.lines] == ["u0", "u1", "u2", "u3", "u4"]
    assert (worst.total, worst.lines[0].count, worst.lines[0].total) == (8, 10, 10)
    assert worst_of(plan, answered(plan, children[-1])) is None


def test_what_goes_on_comes_before_what_is_closed() -> None:
    old, new = a_plan(opens_on=date(2020, 1, 1)), a_plan()
    closed = a_plan(state=PlanState.CLOSED, opens_on=date(2027, 1, 1))
    assert sorted([closed, old, new], key=newest_first) == [new, old, closed]
    assert watched([closed, old, new]) == [new, old]
    assert watched([closed, replace(closed, opens_on=date(2026, 1, 1))]) == [closed]
    assert watched([old, new, a_plan(opens_on=date(2025, 1, 1))]) == [new, a_plan(opens_on=date(2025, 1, 1))]
    assert names_of(a_plan()) == {"": "Congresses"}


def test_a_day_is_over_soon_or_later() -> None:
    cases = {21: Urgency.OVER, 22: Urgency.SOON, 29: Urgency.SOON, 30: Urgency.LATER}
    today = date(2026, 11, 22)
    assert {day: urgency(date(2026, 11, day), today) for day in cases} == cases
    assert urgency(None, today) is Urgency.NONE
