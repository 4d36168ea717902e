"""The curve of a milestone and the tiles above it: what is not known is said to be unknown."""

from datetime import date
from typing import Any

from portal.plans.views.course import curve_of, tiles_of
from portal.plans.views.progress import Share

TODAY = date(2026, 11, 22)
SHARE = Share(total=10, done=6, on_time=4, late=2, overdue=3)


def a_course(**changes: Any) -> dict[str, Any]:
    week = {"total": 10, "skipped": 0, "done": 3, "on_time": 2, "late": 1, "overdue": 5, "left_out": 0}
    return {
        "milestone": "closed",
        "points": [{"day": "2026-11-15", **week}],
        "planned": [{"day": "2026-11-20", "due": 4}, {"day": "2026-12-01", "due": 10}],
        "week_ago": week,
        **changes,
    }


def test_tiles_say_what_a_week_has_changed_and_nothing_where_that_day_was_not_kept() -> None:
    assert [(one.kind, one.count, one.change) for one in tiles_of(SHARE, a_course())] == [
        ("on_time", 4, 2),
        ("late", 2, 1),
        ("overdue", 3, -2),
        ("to_come", 1, -1),
    ]
    assert {one.change for one in tiles_of(SHARE, a_course(week_ago=None))} == {None}
    assert {one.change for one in tiles_of(SHARE, None)} == {None}


def test_the_curve_ends_today_and_its_table_says_the_same() -> None:
    curve = curve_of(a_course(), SHARE, TODAY)
    assert curve is not None
    assert curve.done.split()[-1] == ",".join(curve.last)
    assert (curve.first_day, curve.last_day) == ("2026-11-15", "2026-12-01")
    assert [(row.day, row.done, row.planned) for row in curve.rows] == [
        ("2026-11-15", 3, 0),
        ("2026-11-20", None, 4),
        ("2026-11-22", 6, 4),
        ("2026-12-01", None, 10),
    ]


def test_what_is_due_on_a_day_is_due_at_once() -> None:
    curve = curve_of(a_course(points=[]), SHARE, TODAY)
    assert curve is not None
    (x1, y1), (x2, y2) = (point.split(",") for point in curve.planned.split()[1:3])
    assert x1 == x2
    assert float(y1) > float(y2)
    assert len(curve.done.split()) == 1


def test_without_a_plan_there_is_no_curve() -> None:
    assert curve_of(None, SHARE, TODAY) is None
    assert curve_of(a_course(planned=[]), SHARE, TODAY) is None
    assert curve_of(a_course(), Share(0, 0, 0, 0, 0), TODAY) is None
