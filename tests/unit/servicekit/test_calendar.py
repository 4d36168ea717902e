"""Working days, and marks that are acted on once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from servicekit.calendar.days import EVERY_DAY, Calendar, NeverWorked
from servicekit.calendar.lists import CalendarUnreadable, calendar_of
from servicekit.calendar.marks import reached

# A week as in Bangladesh; Thursday the 26th of March is a holiday, and Saturday the 28th is worked.
HOLIDAY, WORKED = date(2026, 3, 26), date(2026, 3, 28)
CALENDAR = Calendar(frozenset({4, 5}), frozenset({HOLIDAY}), frozenset({WORKED}))
WEDNESDAY = date(2026, 3, 25)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (WEDNESDAY, True),
        (HOLIDAY, False),
        (date(2026, 3, 27), False),
        (WORKED, True),
        (date(2026, 3, 29), True),
    ],
)
def test_a_day_is_worked_unless_the_week_or_a_list_has_it_free(day: date, working: bool) -> None:
    assert CALENDAR.is_working(day) == working


def test_a_day_that_is_free_has_one_before_it_that_is_worked() -> None:
    assert CALENDAR.on_or_before(HOLIDAY) == WEDNESDAY
    assert CALENDAR.on_or_before(WORKED) == WORKED
    assert EVERY_DAY.on_or_before(HOLIDAY) == HOLIDAY


def test_where_nobody_ever_works_no_day_is_found() -> None:
    with pytest.raises(NeverWorked):
        Calendar(frozenset(range(7))).on_or_before(WEDNESDAY)
    with pytest.raises(NeverWorked):
        Calendar(frozenset(range(7))).after(WEDNESDAY, 1)


@pytest.mark.parametrize(("count", "expected"), [(0, 25), (1, 28), (2, 29), (3, 30)])
def test_so_many_working_days_after_a_day(count: int, expected: int) -> None:
    assert CALENDAR.after(WEDNESDAY, count) == date(2026, 3, expected)
    assert EVERY_DAY.after(WEDNESDAY, count) == WEDNESDAY + timedelta(days=count)


# Marks

DAY = date(2026, 3, 29)


@pytest.mark.parametrize(("left", "mark"), [(8, None), (7, 7), (4, 7), (3, 3), (1, 1), (0, 0), (-1, None)])
def test_of_several_marks_the_latest_counts(left: int, mark: int | None) -> None:
    assert reached((7, 3, 1, 0), DAY, DAY - timedelta(days=left)) == mark


@pytest.mark.parametrize(
    ("today", "mark"),
    # One day before is a Saturday that is worked; three days before is the holiday.
    [(date(2026, 3, 24), 7), (WEDNESDAY, 3), (HOLIDAY, 3), (date(2026, 3, 27), 3), (WORKED, 1)],
)
def test_a_mark_on_a_free_day_is_acted_on_before_it(today: date, mark: int) -> None:
    assert reached((7, 3, 1), DAY, today, CALENDAR) == mark


# Lists


def test_a_countrys_holidays_and_its_week_are_known() -> None:
    bangladesh, vietnam = calendar_of("BD", None), calendar_of("VN", None)
    assert not bangladesh.is_working(date(2026, 3, 26))
    assert not bangladesh.is_working(date(2026, 3, 27)), "Friday"
    assert bangladesh.is_working(date(2026, 3, 29)), "Sunday"
    assert not vietnam.is_working(date(2026, 2, 17)), "Tet"
    assert vietnam.is_working(date(2026, 3, 27))


def test_the_organisations_own_days_go_before_the_countrys(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('weekend = ["sunday"]\nfree = [2026-03-24]\nworked = [2026-03-26]\n')
    found = calendar_of("BD", file)
    free = [not found.is_working(date(2026, 3, day)) for day in (24, 26, 27, 29)]
    assert free == [True, False, False, True]
    assert calendar_of("XX", None).weekend == {5, 6}


@pytest.mark.parametrize(
    "text",
    [
        "free = 1",
        "free = ['x']",
        "free = [2026-03-24T10:00:00]",
        "weekend = ['Friday']",
        "weekend = ['monday','tuesday','wednesday','thursday','friday','saturday','sunday']",
        "free = [",
        "\udcff",
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CalendarUnreadable):
        calendar_of("BD", file)
    with pytest.raises(CalendarUnreadable):
        calendar_of("BD", tmp_path / "missing")
