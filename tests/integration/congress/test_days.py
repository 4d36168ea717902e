"""Each day keeps the figures with which it began, once; the roll-up tells the course that comes of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from congress.context import Context
from congress.operations.days import keep_days
from servicekit.work.clock import Clock
from tests.integration.congress.scene import READER, Desk, Json, project, reported
from tests.processes import House


class Then(Clock):
    """Some days ago."""

    def __init__(self, days: int) -> None:
        super().__init__("Asia/Dhaka")
        self.back = timedelta(days=days)

    def now(self) -> datetime:
        return super().now() - self.back


def kept_at(context: Context, days: int) -> None:
    then = replace(context, clock=Then(days))
    for _ in keep_days(then):
        continue


def test_a_week_later_one_sees_what_has_changed(congress_house: House, context: Context, plan: Json) -> None:
    project(context)
    reader = Desk(congress_house, "root", READER)
    path = f"/rollups/{plan['id']}/root?course=closed"
    fresh = reader.get(path)["course"]
    assert (fresh["week_ago"], fresh["points"]) == (None, [])
    assert [one["due"] for one in fresh["planned"]] == [6]
    for days in (9, 8, 7):
        kept_at(context, days)
    reported(congress_house, plan, "n1", "closed", context.clock.today() - timedelta(days=1))
    project(context)
    kept_at(context, 0)
    found = reader.get(path)
    assert found["course"]["week_ago"]["done"] == 0
    assert [one["done"] for one in found["course"]["points"]][-2:] == [0, 1]
    assert next(one for one in found["milestones"] if one["key"] == "closed")["done"] == 1
    assert len(found["course"]["points"]) in (3, 4)  # the day nine days ago is kept if it was a Monday
    assert reader.get(f"/rollups/{plan['id']}/root")["course"] is None
    assert reader.get(f"/rollups/{plan['id']}/n1?course=closed")["course"]["points"] == []


def test_a_day_is_kept_once(congress_house: House, context: Context, plan: Json) -> None:
    project(context)
    kept_at(context, 0)
    reported(congress_house, plan, "n1", "closed", context.clock.today() - timedelta(days=1))
    project(context)
    kept_at(context, 0)
    course = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/root?course=closed")["course"]
    assert [one["done"] for one in course["points"]] == [0]
