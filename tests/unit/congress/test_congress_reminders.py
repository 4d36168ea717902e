"""Which deadlines are near today, each told of once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.owners import Actor
from congress.domain.reminders import AFTER, THRESHOLDS, Reminder, due_reminders
from servicekit.calendar.days import Calendar

DEADLINE = date(2026, 6, 30)


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
    found = due_reminders([("union", DEADLINE)], DEADLINE - timedelta(days=days))
    assert [(one.threshold, one.days) for one in found] == ([] if threshold is None else [(threshold, days)])


def test_each_level_and_deadline_has_its_own() -> None:
    later = DEADLINE + timedelta(days=4)
    found = due_reminders(
        [("union", DEADLINE), ("union", later), ("centre", DEADLINE)], DEADLINE - timedelta(days=3)
    )
    assert [(one.level, one.threshold) for one in found] == [("centre", 3), ("union", 3), ("union", 7)]


def test_on_a_free_day_what_is_near_is_told_before_and_what_has_passed_behind() -> None:
    friday = Calendar(weekend=frozenset({4}))
    # The day after the deadline, which is a Thursday, is free.
    deadline = date(2026, 7, 2)
    days = {
        day: [one.threshold for one in due_reminders([("union", deadline)], day, friday)]
        for day in (date(2026, 7, 3), date(2026, 7, 4))
    }
    assert days == {date(2026, 7, 3): [], date(2026, 7, 4): [-1]}


def test_after_an_outage_only_the_latest_step_is_taken_and_each_side_has_its_own() -> None:
    (late,) = due_reminders([("union", DEADLINE)], DEADLINE + timedelta(days=9))
    assert (late.threshold, late.days, late.is_late) == (-7, -9, True)
    assert late.key("p") != late.key("p", 0, Actor.SUPERIOR)


@given(st.lists(st.integers(-20, 20), max_size=40))
def test_however_often_the_days_are_looked_at_no_reminder_has_two_keys(looked: list[int]) -> None:
    given_keys = [
        reminder.key("plan1")
        for days in looked
        for reminder in due_reminders([("union", DEADLINE)], DEADLINE - timedelta(days=days))
    ]
    assert len(set(given_keys)) <= len(THRESHOLDS) + len(AFTER)


def test_a_long_list_of_units_is_told_in_parts() -> None:
    reminder = Reminder("union", DEADLINE, 3, 3)
    assert reminder.key("p", 0) != reminder.key("p", 1)
