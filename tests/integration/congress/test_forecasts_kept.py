"""Forecasts are made once a day by a process of their own, and told to whoever may read the figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.context import Context
from congress.domain.forecasts import Forecast, Series, Silence
from congress.domain.plan import Plan
from congress.domain.rollup import group_key
from congress.operations.forecasts import _reckoned, keep_forecasts, outlooks_of
from tests.integration.congress.scene import READER, Desk, Json, project
from tests.integration.congress.test_days import Then
from tests.processes import House

HELD = 100


def _days(context: Context, plan: Plan, day: date, done: int) -> None:
    groups = {group_key("union", day + timedelta(days=20)): {"total": HELD, f"done.{plan.closing.key}": done}}
    few = {group_key("union", day): {"total": 3}}
    context.days.put(plan.id, day, {"root": groups, "north": few})


@pytest.fixture
def six_weeks(context: Context, plan: Json) -> Iterator[Plan]:
    """In which as many closed each week; of the whole, and of another unit with hardly any."""
    project(context)
    found = context.plans.find(plan["id"])
    assert found is not None
    today = context.clock.today()
    for week in range(7):
        _days(context, found, today - timedelta(weeks=6 - week), 8 * week)
    yield found
    context.database.mongo["forecasts"].delete_many({"plan_id": found.id})


def kept(context: Context) -> int:
    return sum(keep_forecasts(context))


def told(house: House, plan: Plan, unit: str = "root", course: str = "") -> Json | None:
    path = f"/rollups/{plan.id}/{unit}?course={course or plan.closing.key}"
    found: Json | None = Desk(house, "root", READER).get(path)["forecast"]
    return found


def test_a_forecast_is_made_once_a_day_after_its_figures_are_kept(
    congress_house: House, context: Context, six_weeks: Plan
) -> None:
    kept(context)
    assert told(congress_house, six_weeks) is None
    context.days.put_done(six_weeks.id, context.clock.today())
    assert kept(context) == 1
    assert kept(context) == 0
    found = told(congress_house, six_weeks)
    assert found is not None
    assert (found["percent"], found["made_on"]) == (95, context.clock.today().isoformat())
    assert found["whole"]["earliest"] < found["whole"]["day"] < (found["whole"]["latest"] or "9")
    assert [one["level"] for one in found["levels"]] == ["union"]
    assert found["way"][0]["day"] == (context.clock.today() + timedelta(days=7)).isoformat()
    assert 48 <= found["way"][0]["low"] <= found["way"][0]["high"] <= HELD


def test_it_is_told_of_the_closing_of_that_unit_and_of_an_open_plan_alone(
    congress_house: House, context: Context, six_weeks: Plan
) -> None:
    context.days.put_done(six_weeks.id, context.clock.today())
    kept(context)
    assert told(congress_house, six_weeks, course="plan") is None
    assert told(congress_house, six_weeks, "north") is None
    assert Desk(congress_house, "root", READER).get(f"/rollups/{six_weeks.id}/root")["forecast"] is None


def test_one_of_days_ago_is_told_no_more_and_the_next_takes_its_place(
    congress_house: House, context: Context, six_weeks: Plan
) -> None:
    then = replace(context, clock=Then(3))
    _days(context, six_weeks, then.clock.today(), 40)
    context.days.put_done(six_weeks.id, then.clock.today())
    assert kept(then) == 1
    assert told(congress_house, six_weeks) is None
    context.days.put_done(six_weeks.id, context.clock.today())
    assert kept(context) == 1
    assert told(congress_house, six_weeks) is not None


def test_cut_off_in_the_middle_it_begins_anew(context: Context, six_weeks: Plan) -> None:
    context.days.put_done(six_weeks.id, context.clock.today())
    next(keep_forecasts(context))
    assert not context.forecasts.is_done(six_weeks.id, context.clock.today())
    # What was made is not made again.
    assert kept(context) == 0
    assert context.forecasts.is_done(six_weeks.id, context.clock.today())


def test_what_cannot_be_reckoned_is_said_and_not_made_up() -> None:
    day = date(2026, 6, 1)
    points = tuple((day - timedelta(weeks=week), 8 * (6 - week)) for week in range(6, -1, -1))
    well = Series("union", HELD, day, points)
    # Of two figures of one day no pace comes.
    ill = Series("union", HELD, day, (*points, points[-1]))
    found = outlooks_of({"ill": (ill,), "well": (well,)}, day)
    assert found["ill"].whole is found["ill"].levels["union"] is Silence.UNREADABLE
    assert isinstance(found["well"].whole, Forecast)
    assert outlooks_of({}, day) == {}


def test_what_breaks_the_program_is_told_apart_from_the_others() -> None:
    well = {"levels": {}, "others": 3, "may_stay": 0}
    broken = {"levels": 3}
    found = _reckoned([well, broken, well])
    assert [set(one) for one in found] == [{"levels", "whole", "way"}, {"failed"}, {"levels", "whole", "way"}]
