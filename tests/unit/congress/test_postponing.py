"""A congress that is postponed: until its next date nothing of it is overdue, and it is counted apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from congress.domain.course import course_of, to_keep
from congress.domain.explanations import owes
from congress.domain.history import Congress
from congress.domain.overdue import Standing, awaited, standing_of
from congress.domain.plan import Lateness, PlanState, Reach
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.postponing import (
    POSTPONEMENTS_MOST,
    DayNotAhead,
    HeldAlready,
    NotPostponed,
    PostponedTooFar,
    TooManyPostponements,
    is_postponed,
    postpone,
    postponed_until,
    resume,
)
from congress.domain.progress_refusals import (
    CongressApproved,
    ReasonNeeded,
    ReasonTooLong,
    WaitingForApproval,
)
from congress.domain.rollup import Rollup, answer, contribution, group_key, group_of, is_put_off
from congress.domain.rule_effects import effects_of
from congress.domain.rule_sets import Edit
from congress.domain.wanted import STANDINGS, Beside, Wanted, deadlines_of
from congress.rendering.tables import rollup_rows, rollup_table
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import DEADLINE, TODAY, a_congress, a_plan, a_unit, at, by, recorded

PLAN = a_plan()
LATE = DEADLINE + timedelta(days=3)  # overdue since some days
UNTIL = LATE + timedelta(days=10)
AFTER = UNTIL + timedelta(days=1)
NOW = by(LATE).at


def postponed(congress: Congress | None = None, until: date = UNTIL, day: date = LATE) -> Congress:
    return postpone(PLAN, congress or a_congress(), until, "Flood.", by(day), "p1")


def test_until_the_next_date_nothing_is_overdue_and_from_the_day_after_all_is_again() -> None:
    congress = postponed()
    assert congress.deadline == DEADLINE
    closing = PLAN.closing
    told = {LATE: Standing.POSTPONED, UNTIL: Standing.POSTPONED, AFTER: Standing.OVERDUE}
    assert {day: standing_of(PLAN, congress, closing, day) for day in told} == told
    assert [is_postponed(PLAN, congress, day) for day in told] == [True, True, False]
    # Another date takes the place of the first.
    again = postponed(congress, UNTIL + timedelta(days=5))
    assert (postponed_until(PLAN, again), len(again.postponements)) == (UNTIL + timedelta(days=5), 2)
    assert awaited(PLAN, congress, closing.key) == closing


@pytest.mark.parametrize(
    "day", [DEADLINE - timedelta(days=1), LATE, UNTIL, AFTER, UNTIL + timedelta(days=99)]
)
@pytest.mark.parametrize(
    "congress",
    [
        a_congress(),
        postponed(),
        postponed(recorded(a_congress(), "plan_issued")),
        resume(PLAN, postponed(), by(LATE)),
        replace(postponed(), unit=replace(a_unit(), valid_to=LATE)),
    ],
)
def test_sums_lists_and_the_congress_itself_say_the_same_on_each_day(congress: Congress, day: date) -> None:
    found = contribution(PLAN, congress)
    level, deadline = group_of(found.group)
    assert (level, deadline) == ("district", DEADLINE)
    put_off = is_put_off(found.group, day)
    wanted = [
        *(Wanted(milestone=one.key, standing=standing) for one in PLAN.milestones for standing in STANDINGS),
        *(Wanted(beside=beside) for beside in Beside),
        *(Wanted(overdue=True), Wanted(overdue=True, actor="unit")),
    ]
    for one in wanted:
        counted = one.count(PLAN, deadline, found.counters, day, put_off=put_off)
        assert counted == one.fits(PLAN, congress, day), one


def test_the_sums_of_a_unit_count_them_apart_on_each_day_and_in_what_a_day_kept() -> None:
    lines = [contribution(PLAN, one) for one in (postponed(), replace(a_congress(), id="c2"))]
    groups = recount(lines)["north"]
    rollup = Rollup("plan1", "north", "N", {}, "district", ("root", "north"), groups)
    assert set(groups) == {group_key("district", DEADLINE), group_key("district", DEADLINE, UNTIL)}
    for day, expected in ((LATE, (1, 1)), (UNTIL, (1, 1)), (AFTER, (0, 2))):
        told = answer(rollup, [], PLAN, day, NOW)
        closed = next(one.count for one in told.milestones if one.key == "closed")
        assert (told.postponed, told.total, told.states) == (expected[0], 2, {"planned": 2})
        assert (closed.postponed, closed.overdue, closed.to_come) == (*expected, 0)
        kept = course_of(PLAN, PLAN.closing, rollup, {day: to_keep(groups)}, day).points[0].count
        assert (kept.postponed, kept.overdue) == expected
    closed_plan = answer(rollup, [], replace(PLAN, state=PlanState.CLOSED), LATE, NOW)
    assert (closed_plan.postponed, closed_plan.steps.postponed) == (0, 0)
    edit = Edit(lateness={"explained_after": 9}, deadlines={"district": LATE + timedelta(days=9)})
    effect = next(one for one in effects_of(PLAN, edit, Reach.NOT_CLOSED, groups, LATE) if one.moves)
    assert (effect.congresses, effect.reached, effect.no_longer_overdue) == (2, 2, 1)


def test_what_is_taken_along_names_them_apart_so_that_each_row_adds_up() -> None:
    lines = [contribution(PLAN, one) for one in (postponed(), replace(a_congress(), id="c2"))]
    groups = recount(lines)["north"]
    told = answer(
        Rollup("plan1", "north", "N", {}, "district", ("root", "north"), groups), [], PLAN, LATE, NOW
    )
    [values] = rollup_rows(PLAN, told)
    row = dict(zip([one.key for one in rollup_table(PLAN, told).columns], values, strict=True))
    assert (row["closed.postponed"], row["closed.overdue"], row["closed.skipped"]) == (1, 1, 0)


def test_a_list_is_not_walked_for_a_day_on_which_nothing_stands_any_more() -> None:
    gone = group_key("district", UNTIL)
    groups = {**recount([contribution(PLAN, a_congress())])["north"], gone: {"total": 0, "ended": 0}}
    rollup = Rollup("plan1", "north", "N", {}, "district", ("root", "north"), groups)
    assert deadlines_of([rollup]) == [DEADLINE]
    ended = replace(rollup, groups={gone: {"ended": 1}})
    assert deadlines_of([ended]) == [UNTIL]


def test_while_it_is_postponed_it_owes_no_explanation() -> None:
    day = DEADLINE + timedelta(days=45)
    congress = postponed(until=day + timedelta(days=5), day=day)
    assert [owes(PLAN, congress, day + timedelta(days=more)) for more in (1, 5, 6)] == [False, False, True]


@pytest.mark.parametrize(
    ("congress", "until", "reason", "refusal"),
    [
        (a_congress(), LATE, "why", DayNotAhead),
        (a_congress(), LATE + timedelta(days=31), "why", PostponedTooFar),
        (a_congress(), UNTIL, " ", ReasonNeeded),
        (a_congress(), UNTIL, "x" * 1001, ReasonTooLong),
        (at("closed"), UNTIL, "why", HeldAlready),
        (at("submitted"), UNTIL, "why", WaitingForApproval),
        (at("approved"), UNTIL, "why", CongressApproved),
        (
            a_congress(postponements=postponed().postponements * POSTPONEMENTS_MOST),
            *(UNTIL, "why", TooManyPostponements),
        ),
    ],
)
def test_what_cannot_be_postponed(
    congress: Congress, until: date, reason: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        postpone(PLAN, congress, until, reason, by(LATE), "p2")


def test_how_far_ahead_is_kept_with_the_plan() -> None:
    strict = a_plan(lateness=Lateness(postponed_most=10))
    assert postpone(strict, a_congress(), LATE + timedelta(days=10), "x", by(LATE), "p").postponements
    with pytest.raises(PostponedTooFar):
        postpone(strict, a_congress(), LATE + timedelta(days=11), "x", by(LATE), "p")


def test_it_is_over_when_it_goes_on_when_it_closes_and_when_it_is_sent_up() -> None:
    on = resume(PLAN, postponed(), by(LATE))
    assert (postponed_until(PLAN, on), on.postponements[0].ended_by) == (None, "clerk")
    held = recorded(postponed(at("election"), day=TODAY, until=TODAY + timedelta(days=9)), "closed", TODAY)
    assert postponed_until(PLAN, held) is None
    for congress in (on, held, a_congress()):
        with pytest.raises(NotPostponed):
            resume(PLAN, congress, by(LATE))
    with pytest.raises(NotPostponed):
        resume(PLAN, postponed(), by(AFTER))


def test_of_a_closed_plan_nothing_is_postponed() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    assert not is_postponed(closed, postponed(), LATE)
    acts: tuple[Callable[[], Congress], ...] = (
        lambda: postpone(closed, a_congress(), UNTIL, "why", by(LATE), "x"),
        lambda: resume(closed, postponed(), by(LATE)),
    )
    for act in acts:
        with pytest.raises(PlanIsClosed):
            act()


def test_it_is_kept_and_read_as_it_was_and_older_documents_have_none() -> None:
    for congress in (postponed(), resume(PLAN, postponed(), by(LATE))):
        kept: dict[str, Any] = {**congress_document(congress), "version": 1}
        assert congress_of(kept) == congress
    older = {**congress_document(a_congress()), "version": 1}
    del older["postponements"]
    assert congress_of(older) == a_congress()
