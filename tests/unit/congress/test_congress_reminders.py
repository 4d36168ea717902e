"""Which deadlines are near today, each told of once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.owners import Actor
from congress.domain.plan import LADDER, Lateness, Plan, PlanState, Reach
from congress.domain.plan_checks import check_plan
from congress.domain.plan_refusals import ReminderOutOfRange, ReminderRepeated, TooManyReminders
from congress.domain.postponing import postpone
from congress.domain.reminders import Day, Reminder, days_of, due_reminders, is_long_late, long_late_in
from congress.domain.results import FIGURE_KEYS
from congress.domain.rollup import contribution, is_put_off
from congress.domain.rule_sets import Edit, add_version
from congress.domain.wanted import Beside, Wanted
from servicekit.calendar.days import Calendar
from servicekit.refusals import Refusal
from tests.unit.congress.builders import DEADLINE, EVERY_LEVEL, a_congress, a_plan, at, by

PLAN = a_plan(deadlines=EVERY_LEVEL)
UNION = Day("union", DEADLINE)


@pytest.mark.parametrize(
    ("days", "threshold"),
    [
        *((8, None), (7, 7), (6, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 0)),
        *((-1, -1), (-2, -1), (-6, -1), (-7, -7), (-13, -7), (-14, None), (-400, None)),
    ],
)
def test_a_deadline_is_near_at_seven_three_one_and_no_days_and_has_passed_at_one_and_seven(
    days: int, threshold: int | None
) -> None:
    found = due_reminders([UNION], DEADLINE - timedelta(days=days))
    assert [(one.threshold, one.days) for one in found] == ([] if threshold is None else [(threshold, days)])


def test_each_level_and_deadline_has_its_own() -> None:
    later = DEADLINE + timedelta(days=4)
    days = [UNION, Day("union", later), Day("centre", DEADLINE)]
    found = due_reminders(days, DEADLINE - timedelta(days=3))
    assert [(one.level, one.threshold) for one in found] == [("centre", 3), ("union", 3), ("union", 7)]


def test_on_a_free_day_what_is_near_is_told_before_and_what_has_passed_behind() -> None:
    friday = Calendar(weekend=frozenset({4}))
    # The day after the deadline, which is a Thursday, is free.
    deadline = date(2026, 7, 2)
    days = {
        day: [one.threshold for one in due_reminders([Day("union", deadline)], day, friday)]
        for day in (date(2026, 7, 3), date(2026, 7, 4))
    }
    assert days == {date(2026, 7, 3): [], date(2026, 7, 4): [-1]}


def test_after_an_outage_only_the_latest_step_is_taken_and_each_side_has_its_own() -> None:
    (late,) = due_reminders([UNION], DEADLINE + timedelta(days=9))
    assert (late.threshold, late.days, late.is_late) == (-7, -9, True)
    assert late.key("p") != late.key("p", 0, Actor.SUPERIOR)


@given(st.lists(st.integers(-20, 20), max_size=40))
def test_however_often_the_days_are_looked_at_no_reminder_has_two_keys(looked: list[int]) -> None:
    given_keys = [
        reminder.key("plan1")
        for days in looked
        for reminder in due_reminders([UNION], DEADLINE - timedelta(days=days))
    ]
    assert len(set(given_keys)) <= len(LADDER)


def test_a_long_list_of_units_is_told_in_parts() -> None:
    reminder = Reminder("union", DEADLINE, 3, 3)
    assert reminder.key("p", 0) != reminder.key("p", 1)


@pytest.mark.parametrize(
    ("ladder", "steps"),
    [
        # By how many days before the deadline it is looked at, and which step is taken then.
        ((-5, 2), {6: None, 5: 5, 1: 5, 0: 5, -1: None, -2: -2, -8: -2, -9: None}),
        ((0,), {1: None, 0: 0, -1: None}),
        ((1, 30), {0: None, -1: -1, -7: -1, -8: None, -30: -30, -36: -30, -37: None}),
        ((), {7: None, 0: None, -7: None}),
    ],
)
def test_the_rules_say_on_which_days(ladder: tuple[int, ...], steps: dict[int, int | None]) -> None:
    for days, step in steps.items():
        found = due_reminders([Day("union", DEADLINE, 1, ladder)], DEADLINE - timedelta(days=days))
        assert [one.threshold for one in found] == ([] if step is None else [step]), days


def test_each_congress_is_reminded_by_the_version_under_which_it_stands() -> None:
    plan = add_version(PLAN, Edit(lateness={"reminders": (-7, -2)}), Reach.NOT_CLOSED, "x", by())
    first, second = (contribution(plan, a_congress(rules=number)).group for number in (1, 2))
    days = days_of(plan, [first, second])
    assert {one.rules: one.ladder for one in days} == {1: LADDER, 2: (-7, -2)}

    def taken(before: int) -> list[tuple[int, set[int]]]:
        found = due_reminders(days, DEADLINE - timedelta(days=before))
        return [(one.threshold, set(one.rules)) for one in found]

    assert (taken(7), taken(2)) == ([(7, {1, 2})], [(2, {2}), (3, {1})])


@pytest.mark.parametrize(
    ("late", "ladder", "expected"),
    [(7, LADDER, False), (8, LADDER, True), (2, (-7, 1), True), (1, (-7, 1), False), (400, (-7, 0), False)],
)
def test_after_the_last_reminder_the_superior_writes_itself(
    late: int, ladder: tuple[int, ...], expected: bool
) -> None:
    plan: Plan = a_plan(deadlines=EVERY_LEVEL, lateness=Lateness(reminders=ladder))
    today = DEADLINE + timedelta(days=late)
    wanted = Wanted(beside=Beside.LONG_LATE)
    put_off_now = postpone(plan, a_congress(), today + timedelta(days=20), "x", by(today), "p1")
    for congress in (a_congress(), at("opened"), at("closed"), put_off_now):
        counted = contribution(plan, congress)
        put_off = is_put_off(counted.group, today)
        holds = expected and "closed" not in congress.current and not put_off
        assert is_long_late(plan, congress, today) is holds
        assert wanted.fits(plan, congress, today) is holds
        assert long_late_in(plan, DEADLINE, counted.counters, today, put_off=put_off) == int(holds)
        closed = replace(plan, state=PlanState.CLOSED)
        assert not wanted.fits(closed, congress, today)
        assert wanted.count(closed, DEADLINE, counted.counters, today, put_off=put_off) == 0


@pytest.mark.parametrize(
    ("ladder", "refused"),
    [
        ((), None),
        (tuple(range(-6, 6)), None),
        (tuple(range(-6, 7)), TooManyReminders),
        ((-90, 90), None),
        ((-91,), ReminderOutOfRange),
        ((91,), ReminderOutOfRange),
        ((-3, -3), ReminderRepeated),
    ],
)
def test_a_ladder_has_few_days_near_the_deadline_each_once(
    ladder: tuple[int, ...], refused: type[Refusal] | None
) -> None:
    plan = a_plan(lateness=Lateness(reminders=ladder))
    depths = {"centre": 1, "district": 2}
    if refused is None:
        check_plan(plan, depths, FIGURE_KEYS)
    else:
        with pytest.raises(refused):
            check_plan(plan, depths, FIGURE_KEYS)
