"""What is asked of the days so far, and where nothing can be said of what is to come."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from congress import forecasting
from congress.domain.forecasts import (
    Forecast,
    Outlook,
    Series,
    Silence,
    expected_in,
    is_worth_asking,
    needed,
    series_of,
    silence_of,
    silence_of_all,
    still_holds,
)
from congress.domain.rollup import group_key
from tests.unit.congress.builders import DEADLINE, TODAY, a_plan

LATER = DEADLINE + timedelta(days=20)


def a_series(held: int = 100, done: int = 40, weeks: int = 6, since: int = 6, level: str = "union") -> Series:
    """Grown evenly from nothing over the last `since` weeks."""
    first = TODAY - timedelta(weeks=weeks)
    points = [
        (first + timedelta(weeks=week), round(done * max(0, since - weeks + week) / since))
        for week in range(weeks + 1)
    ]
    return Series(level, held, DEADLINE, tuple(points))


@pytest.mark.parametrize(
    ("series", "silence"),
    [
        (a_series(), None),
        (a_series(done=95), Silence.DONE),
        (a_series(done=94), Silence.FEW),
        (a_series(done=70), None),
        (a_series(done=71), Silence.FEW),
        (a_series(held=20, done=0), Silence.FEW),
        (a_series(done=10), None),
        (a_series(done=9), Silence.EARLY),
        (a_series(weeks=2, since=2), None),
        (a_series(weeks=1, since=1), Silence.SHORT),
        (Series("union", 100, DEADLINE, ()), Silence.EARLY),
        (
            Series("union", 100, DEADLINE, tuple((TODAY - timedelta(weeks=w), 40) for w in (6, 4, 0))),
            Silence.STILL,
        ),
        (Series("union", 100, DEADLINE, ((TODAY - timedelta(weeks=6), 39), (TODAY, 40))), Silence.STILL),
    ],
)
def test_where_nothing_can_be_said_of_a_level(series: Series, silence: Silence | None) -> None:
    assert silence_of(series) is silence


@pytest.mark.parametrize(
    ("levels", "silence"),
    [
        ((a_series(),), None),
        ((a_series(), a_series(40, 1, level="district")), Silence.EARLY),
        ((a_series(1000, 400), a_series(40, 1, level="district")), None),
        ((a_series(done=95), a_series(4, 0, level="district")), Silence.FEW),
        ((a_series(done=95), a_series(60, 0, level="district")), Silence.EARLY),
        ((a_series(done=96), a_series(4, 3, level="district")), Silence.DONE),
    ],
)
def test_of_all_together_as_many_as_are_needed_may_be_where_one_can_tell(
    levels: tuple[Series, ...], silence: Silence | None
) -> None:
    assert silence_of_all(levels) is silence


@pytest.mark.parametrize(("held", "nearly"), [(100, 95), (1, 1), (20, 19), (21, 20), (0, 0)])
def test_nearly_all_is_never_less_than_the_share(held: int, nearly: int) -> None:
    assert needed(held) == nearly


def test_only_whoever_has_enough_that_are_open_is_asked_for() -> None:
    assert is_worth_asking((a_series(100, 70),))
    assert not is_worth_asking((a_series(100, 71), a_series(29, 0, level="district")))
    assert not is_worth_asking(())


def test_days_are_read_by_level_over_all_its_deadlines_and_due_is_the_last_of_them() -> None:
    days = {
        TODAY - timedelta(days=7): {group_key("union", DEADLINE): {"total": 33, "done.closed": 3}},
        TODAY: {
            group_key("union", DEADLINE): {"total": 30, "done.closed": 9, "skipped.closed": 2},
            group_key("union", LATER): {"total": 5, "done.closed": 1},
            group_key("district", DEADLINE): {"total": 2, "done.closed": 0},
        },
    }
    union, district = sorted(series_of(a_plan(), days), key=lambda one: one.level, reverse=True)
    assert (union.level, union.held, union.due) == ("union", 33, LATER)
    assert [done for _, done in union.points] == [3, 10]
    assert (district.held, district.points) == (2, ((TODAY, 0),))
    assert series_of(a_plan(), {}) == ()


def test_units_that_came_with_what_they_did_elsewhere_are_no_pace() -> None:
    week = timedelta(days=7)
    before = {group_key("union", DEADLINE): {"total": 1000, "done.closed": 300}}
    after = {group_key("union", DEADLINE): {"total": 1800, "done.closed": 1060}}
    days = {TODAY - 2 * week: before, TODAY - week: before, TODAY: after}
    (merged,) = series_of(a_plan(), days)
    assert merged.points == ((TODAY, 1060),)
    assert silence_of(merged) is Silence.SHORT
    few = {group_key("union", DEADLINE): {"total": 1010, "done.closed": 305}}
    (grown,) = series_of(a_plan(), {TODAY - week: before, TODAY: few})
    assert len(grown.points) == 2


@pytest.mark.parametrize(
    ("held", "before", "last", "due", "kept"),
    [(5000, 1, 3600, 0, 300), (20000, 1, 9800, 7, 300), (52105, 2, 37515, 2, 150), (1000, 0, 202, 0, 377)],
)
def test_a_jump_that_no_pace_explains_is_said_or_foretold_but_breaks_nothing(
    held: int, before: int, last: int, due: int, kept: int
) -> None:
    days = [day for day in range(kept + 1) if kept - day <= 8 or day % 7 == 0]
    points = [[day, last if day == kept else before] for day in days]
    level = {"held": held, "due": kept + due, "points": points, "may_stay": held - needed(held)}
    (found,) = forecasting.main(
        [{"levels": {"union": level}, "others": 0, "may_stay": level["may_stay"]}], 365
    )
    assert "failed" in found or found["whole"][0] is None or found["whole"][0] >= 1


def test_what_cannot_be_foreseen_is_said() -> None:
    assert expected_in(TODAY, [3, 5, 9]) == Forecast(date(2026, 6, 6), date(2026, 6, 4), date(2026, 6, 10))
    assert expected_in(TODAY, [3, 5, None]) == Forecast(date(2026, 6, 6), date(2026, 6, 4), None)
    assert expected_in(TODAY, [3, None, None]) is Silence.FAR
    outlook = Outlook(TODAY, Silence.FAR, {})
    assert still_holds(outlook, TODAY + timedelta(days=2))
    assert not still_holds(outlook, TODAY + timedelta(days=3))


def asked(*levels: Series, others: int = 0) -> forecasting.Json:
    held = sum(one.held for one in levels) + others
    return {
        "levels": {
            one.level: {
                "held": one.held,
                "due": one.due.toordinal(),
                "points": [[day.toordinal(), done] for day, done in one.points],
                "may_stay": one.held - needed(one.held),
            }
            for one in levels
        },
        "others": others,
        "may_stay": held - needed(held),
    }


def reckoned(*levels: Series, others: int = 0) -> forecasting.Json:
    return forecasting.answered(asked(*levels, others=others), 365)


def test_the_same_figures_have_the_same_forecast_and_its_days_are_in_order() -> None:
    found = reckoned(a_series())
    assert found == reckoned(a_series())
    earliest, middle, latest = found["whole"]
    assert 0 < earliest < middle < (latest or 366)
    assert found["levels"]["union"] == found["whole"]


def test_whoever_is_faster_is_there_sooner() -> None:
    slow, fast = reckoned(a_series(done=30)), reckoned(a_series(done=60))
    assert fast["whole"][1] < slow["whole"][1]


def test_the_way_there_goes_forward_and_not_beyond_all() -> None:
    way = reckoned(a_series())["way"]
    assert [day for day, *_ in way] == [7 * week for week in range(1, len(way) + 1)]
    for day, least, middle, most in way:
        assert 0 <= least <= middle <= most <= 60, day
    assert all(after[2] <= before[2] for before, after in pairwise(way))


def test_those_of_which_nothing_can_be_said_stay_open() -> None:
    found = reckoned(a_series(), others=20)
    assert found["levels"]["union"][1] is not None
    assert found["whole"] == [None, None, None]
    assert min(least for _, least, *_ in found["way"]) >= 20


def test_two_levels_are_drawn_apart_and_added_up() -> None:
    found = reckoned(a_series(), a_series(200, 90, level="district"))
    assert set(found["levels"]) == {"union", "district"}
    days = [found["levels"][level][1] for level in ("union", "district")]
    assert found["whole"][1] >= min(days)
    assert found["way"][-1][2] < 60 + 110


def test_what_was_undone_again_was_not_done() -> None:
    given = a_series()
    undone = Series("union", 100, DEADLINE, ((given.points[0][0], 50), *given.points[1:]))
    assert forecasting.level_of(asked(undone)["levels"]["union"]).done.tolist()[0] <= 7
