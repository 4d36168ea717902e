"""What comes again: which days a rule means, and which texts are no rule."""

import time
from datetime import date

import pytest

from servicekit.calendar.days import Calendar
from servicekit.calendar.recurrence import MOST_DAYS, NotARule, Series

FIRST = date(2026, 1, 5)  # a Monday


def days(rule: str, since: date = FIRST, until: date = date(2026, 12, 31)) -> list[str]:
    return [day.isoformat() for day in Series(rule, FIRST).days(since, until)]


@pytest.mark.parametrize(
    ("rule", "until", "found"),
    [
        ("FREQ=WEEKLY", date(2026, 1, 20), ["2026-01-05", "2026-01-12", "2026-01-19"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", date(2026, 1, 22), ["2026-01-05", "2026-01-09", "2026-01-19"]),
        ("FREQ=MONTHLY;BYDAY=1MO", date(2026, 3, 31), ["2026-01-05", "2026-02-02", "2026-03-02"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 3, 1), ["2026-01-30", "2026-02-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 3, 31), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=26", date(2027, 12, 31), ["2026-03-26", "2027-03-26"]),
        ("FREQ=DAILY;COUNT=2", date(2026, 12, 31), ["2026-01-05", "2026-01-06"]),
        ("FREQ=DAILY;UNTIL=20260106", date(2026, 12, 31), ["2026-01-05"]),
    ],
)  # fmt: skip
def test_a_rule_means_these_days(rule: str, until: date, found: list[str]) -> None:
    assert days(rule, until=until) == found


def test_a_series_is_looked_at_in_parts() -> None:
    assert days("FREQ=WEEKLY", date(2026, 2, 1), date(2026, 2, 10)) == ["2026-02-02", "2026-02-09"]
    assert days("FREQ=WEEKLY", date(2025, 1, 1), date(2026, 1, 4)) == []
    assert len(days("FREQ=DAILY", until=date(9000, 1, 1))) == MOST_DAYS


def test_on_a_free_day_it_is_on_the_working_day_before() -> None:
    calendar = Calendar(frozenset({4, 5}), frozenset({date(2026, 1, 12)}))
    found = Series("FREQ=WEEKLY;BYDAY=MO,FR", FIRST).days(FIRST, date(2026, 1, 16), calendar)
    assert [day.isoformat() for day in found] == ["2026-01-05", "2026-01-08", "2026-01-11", "2026-01-15"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "WEEKLY",
        "FREQ=HOURLY",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1",
        "FREQ=DAILY;COUNT=2;UNTIL=20260106",
        "FREQ=DAILY;UNTIL=20260231",
        "FREQ=DAILY\nDTSTART:20200101",
        "RRULE:FREQ=DAILY",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=MONTHLY;BYDAY=" + ",".join(["MO"] * 40),
    ],
)
def test_anything_else_is_none(rule: str) -> None:
    with pytest.raises(NotARule):
        Series(rule, FIRST)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;INTERVAL=999;BYDAY=5MO;BYMONTH=2", "FREQ=MONTHLY;INTERVAL=12;BYDAY=-5SU", "FREQ=DAILY;INTERVAL=999"],
)  # fmt: skip
def test_none_that_is_taken_is_searched_for_long(rule: str) -> None:
    began = time.monotonic()
    Series(rule, FIRST).days(FIRST, date(2100, 1, 1))
    assert time.monotonic() - began < 2
