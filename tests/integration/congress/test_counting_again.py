"""What an earlier version has counted is counted again, as today's rules count it."""

from datetime import timedelta
from typing import Any

from congress.context import Context
from congress.migrations import count_again
from congress.operations import verify_rollups
from tests.integration.congress.scene import MILESTONES, READER, Desk, an_open_plan, project, reported
from tests.processes import House

OPTIONAL = {"key": "checked", "names": {"en": "Checked"}, "days_before_deadline": 40, "required": False}


def test_rollups_that_an_earlier_version_counted_become_right(
    congress_house: House, context: Context
) -> None:
    today = context.clock.today()
    plan = an_open_plan(congress_house, context, milestones=_milestones(), cycle="2020–2025")
    for unit in ("root", "north"):
        reported(congress_house, plan, unit, "plan", today - timedelta(days=9))
    reported(congress_house, plan, "n1", "submit", today - timedelta(days=1))
    project(context)
    reader = Desk(congress_house, "root", READER)
    right = reader.get(f"/rollups/{plan['id']}/root")
    assert _checked(right)["left_out"] == 1
    _as_counted_before(context, plan)
    assert _checked(reader.get(f"/rollups/{plan['id']}/root"))["left_out"] == 0
    count_again(context.database)
    project(context)
    assert _checked(reader.get(f"/rollups/{plan['id']}/root")) == _checked(right)
    assert verify_rollups(context, plan["id"]) == []


def _milestones() -> list[dict[str, Any]]:
    first, *others = MILESTONES
    return [first, OPTIONAL, *others]


def _checked(rollup: Any) -> dict[str, Any]:
    return next(dict(one) for one in rollup["milestones"] if one["key"] == "checked")


def _as_counted_before(context: Context, plan: Any) -> None:
    """Contributions and sums as the version before wrote them: no `left_out`, no word on how it counted."""
    mongo = context.database.mongo
    wanted = {"plan_id": plan["id"]}
    mongo["contributions"].update_many(wanted, {"$unset": {"counters.left_out": "", "counting": ""}})
    for found in mongo["rollups"].find(wanted):
        groups = {
            key: {name: value for name, value in counters.items() if name != "left_out"}
            for key, counters in found["groups"].items()
        }
        mongo["rollups"].update_one({"_id": found["_id"]}, {"$set": {"groups": groups}})
