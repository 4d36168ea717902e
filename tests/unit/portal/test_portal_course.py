"""The curve of a milestone and the tiles above it: what is not known is said to be unknown."""

from datetime import date
from typing import Any

from portal.plans.views.course import curve_of, expected_of, tiles_of
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


def a_forecast(**changes: Any) -> dict[str, Any]:
    silent = {"level": "district", "silence": "few", "day": None, "earliest": None, "latest": None}
    told = {"level": "union", "silence": None, "day": "2026-12-04", "earliest": "2026-12-01", "latest": None}
    return {
        "made_on": "2026-11-21",
        "percent": 95,
        "whole": {**told, "level": ""},
        "levels": [silent, told],
        "way": [
            {"day": "2026-11-22", "low": 5, "middle": 6, "high": 6},
            {"day": "2026-11-29", "low": 5, "middle": 8, "high": 9},
            {"day": "2026-12-06", "low": 7, "middle": 9, "high": 10},
        ],
        **changes,
    }


def test_what_is_expected_goes_on_from_today_and_never_below_it() -> None:
    curve = curve_of(a_course(), SHARE, TODAY, a_forecast())
    assert curve is not None
    assert curve.expected.split()[0] == ",".join(curve.last)
    assert len(curve.expected.split()) == 3
    assert len(curve.band.split()) == 6
    assert curve.last_day == "2026-12-06"
    assert {row.day: row.expected for row in curve.rows if row.expected} == {
        "2026-11-29": (6, 9),
        "2026-12-06": (7, 10),
    }


def test_where_nothing_more_is_expected_nothing_is_drawn() -> None:
    still = [{"day": "2026-11-29", "low": 6, "middle": 6, "high": 6}]
    for forecast in (None, a_forecast(way=[]), a_forecast(way=still)):
        curve = curve_of(a_course(), SHARE, TODAY, forecast)
        assert curve is not None
        assert (curve.expected, curve.band) == ("", "")


def test_levels_are_told_of_beside_the_whole_where_there_are_several_and_silent_ones_by_why() -> None:
    told = a_forecast()["levels"][1]
    early = {**a_forecast()["levels"][0], "silence": "early"}
    levels = [{**early, "level": "upazila"}, told, {**early, "level": "district"}, a_forecast()["levels"][0]]
    lines = expected_of(a_forecast(levels=levels))
    assert [(one.levels, one.day, bool(one.silence)) for one in lines] == [
        ((), "2026-12-04", False),
        (("union",), "2026-12-04", False),
        (("district",), "", True),
        (("upazila", "district"), "", True),
    ]
    assert [one.levels for one in expected_of(a_forecast(levels=[told]))] == [()]
    assert expected_of(None) == ()
    quiet = a_forecast(whole={"level": "", "silence": "early", "day": None, "earliest": None, "latest": None})
    assert expected_of(quiet)[0].silence
