"""The course of a milestone: what is kept of a day, for how long, and that no figure is made up."""

from datetime import date, timedelta

import pytest

from congress.domain.course import course_of, is_kept, to_keep
from congress.domain.rollup import Count, Rollup, group_key
from tests.unit.congress.builders import DEADLINE, MILESTONES, TODAY, a_plan

CLOSED = next(one for one in MILESTONES if one.key == "closed")
GROUP = group_key("district", DEADLINE)
SUMS = {
    GROUP: {"total": 4, "done.closed": 1, "late.closed": 1, "state.planned": 3, "results.summoned": 90},
    group_key("union", DEADLINE - timedelta(days=60)): {"total": 6, "skipped.closed": 1, "done.closed": 2},
}


def test_of_one_congress_alone_nothing_is_kept_and_of_more_what_milestones_are_found_from() -> None:
    assert to_keep({GROUP: {"total": 1, "done.closed": 1}}) == {}
    assert to_keep(SUMS)[GROUP] == {"total": 4, "done.closed": 1, "late.closed": 1}
    assert to_keep({**SUMS, "x|2026-01-01": {"ended": 3}}).keys() == SUMS.keys()


@pytest.mark.parametrize(
    ("back", "kept"), [(0, True), (7, True), (8, True), (9, False), (14, True), (15, False)]
)
def test_days_are_kept_for_a_week_and_then_one_of_each_week(back: int, kept: bool) -> None:
    assert TODAY.weekday() == 0
    assert is_kept(TODAY - timedelta(days=back), TODAY) is kept


def test_what_was_planned_grows_from_due_day_to_due_day() -> None:
    found = course_of(a_plan(), CLOSED, Rollup("p", "r", "R", {}, "c", ("r",), SUMS), {}, TODAY)
    assert found.planned == ((DEADLINE - timedelta(days=60), 5), (DEADLINE, 9))


def test_a_day_is_read_as_it_was_and_a_week_ago_is_that_very_day_or_nothing() -> None:
    rollup = Rollup("p", "r", "R", {}, "c", ("r",), SUMS)
    kept = to_keep(SUMS)
    week, other = TODAY - timedelta(days=7), TODAY - timedelta(days=6)
    found = course_of(a_plan(), CLOSED, rollup, {other: kept, week: kept}, TODAY)
    assert [one.day for one in found.points] == [week, other]
    # Those of the union were due on 1 May already, the district's are not.
    assert found.week_ago == Count(total=10, skipped=1, done=3, late=1, overdue=3, left_out=0)
    assert course_of(a_plan(), CLOSED, rollup, {other: kept}, TODAY).week_ago is None
    early = course_of(a_plan(), CLOSED, rollup, {date(2026, 4, 1): kept}, TODAY)
    assert early.points[0].count.overdue == 0
