"""Roll-ups: what a unit answers."""

from datetime import UTC, datetime

from congress.domain import rollup as rules
from congress.domain.plan import Plan
from congress.domain.rollup import Answer, NoRollup
from congress.operations.outside import Outside
from servicekit.access import Caller, UnknownHere, require

READ = "congress:read"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read_rollup(
    outside: Outside, caller: Caller, plan_id: str, unit_id: str, level: str = ""
) -> tuple[Plan, Answer]:
    """One read for the unit and one for those right below it, or for all of one level below it."""
    rollup = outside.rollups.find(plan_id, unit_id)
    plan = outside.plans.find(plan_id)
    if rollup is None or plan is None:
        unit = outside.units.find(unit_id)
        if unit is None:
            raise UnknownHere()
        require(caller, READ, unit.path, outside.clock.now())
        raise NoRollup()
    require(caller, READ, rollup.path, outside.clock.now())
    rollups = outside.rollups
    children = rollups.below(plan_id, unit_id, level) if level else rollups.children(plan_id, unit_id)
    as_of = outside.rollups.counted_until() or LONG_AGO
    return plan, rules.answer(rollup, children, plan, outside.clock.today(), as_of)
