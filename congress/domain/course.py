"""The course of a milestone in a unit and below: what was done on the days that are kept, beside what was planned.

A day's figures are those with which it began. They are kept for some days one by one, then for one day of each week.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from congress.domain.plan import Milestone, Plan
from congress.domain.rollup import Count, Rollup, at_group, count_at, group_of, is_put_off
from servicekit.tree.rollup.figures import Groups, Sums

# The change of a week needs the day a week ago; one more for zones and nights.
DAILY = timedelta(days=8)
WEEK = timedelta(days=7)
MONDAY = 0
# What the figures of milestones are found from.
KEPT = ("total", "done", "late", "skipped", "left_out", "blocked")


@dataclass(frozen=True, slots=True)
class Point:
    day: date
    count: Count


@dataclass(frozen=True, slots=True)
class Course:
    """`points`: of the days that are kept, in order. `planned`: from which day on how many should have it done.
    `week_ago`: None where that day is not kept: no figure is made up.
    """

    milestone: str
    points: tuple[Point, ...]
    planned: tuple[tuple[date, int], ...]
    week_ago: Count | None


def to_keep(groups: Groups) -> Sums:
    """Of the sums of a unit with more than one congress what its course is found from; nothing of one alone."""
    if sum(counters.get("total", 0) for counters in groups.values()) <= 1:
        return {}
    return {
        key: {name: value for name, value in counters.items() if value and name.partition(".")[0] in KEPT}
        for key, counters in groups.items()
        if counters.get("total")
    }


def is_kept(day: date, today: date) -> bool:
    return today - day <= DAILY or day.weekday() == MONDAY


def course_of(
    plan: Plan, milestone: Milestone, rollup: Rollup, days: Mapping[date, Groups], today: date
) -> Course:
    points = tuple(Point(day, _count(plan, milestone, groups, day)) for day, groups in sorted(days.items()))
    week_ago = next((one.count for one in points if one.day == today - WEEK), None)
    return Course(milestone.key, points, tuple(planned_of(plan, milestone, rollup.groups)), week_ago)


def _count(plan: Plan, milestone: Milestone, groups: Groups, day: date) -> Count:
    count = Count()
    for key, counters in groups.items():
        _, deadline = group_of(key)
        put_off, rules = is_put_off(key, day), at_group(plan, key)
        count = count.plus(count_at(rules, milestone.key, deadline, counters, day, put_off=put_off))
    return count


def _step(plan: Plan, milestone: Milestone) -> Milestone:
    """The same by other rules of its plan."""
    position = plan.index(milestone.key)
    return milestone if position is None else plan.milestones[position]


def planned_of(plan: Plan, milestone: Milestone, groups: Groups) -> Iterable[tuple[date, int]]:
    """From which day on how many should have it done, in order."""
    due: dict[date, int] = {}
    for key, counters in groups.items():
        rules, deadline = at_group(plan, key), group_of(key)[1]
        if held := count_at(rules, milestone.key, deadline, counters, deadline).held:
            day = _step(rules, milestone).due(deadline)
            due[day] = due.get(day, 0) + held
    whole = 0
    for day in sorted(due):
        whole += due[day]
        yield day, whole
