"""Roll-ups: what a unit answers, and the recount that shows whether the answer is true."""

from datetime import UTC, datetime

from congress.domain import rollup as rules
from congress.domain.plan import Plan
from congress.domain.rollup import Answer, Contribution, Difference, NoRollup, contribution, recount
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


def verify_rollups(outside: Outside, plan_id: str | None = None) -> list[Difference]:
    """Recounts from the congresses, all at one instant, and names every counter that differs.

    A congress that waits for the projector counts as it was counted last: lag is not drift.
    """
    plans = [plan for plan in outside.plans.all() if plan_id in (None, plan.id)]
    differences: list[Difference] = []
    for plan in plans:
        differences += outside.database.in_transaction(lambda plan=plan: _verify(outside, plan))  # type: ignore[misc]
    return differences


def _verify(outside: Outside, plan: Plan) -> list[Difference]:
    counted = outside.rollups.contributions_of_plan(plan.id)
    lines: list[Contribution] = []
    differences: list[Difference] = []
    for congress, waits in outside.congresses.of_plan(plan.id):
        known = counted.get(congress.id)
        stored = known.contribution if known else None
        if waits:
            lines += [stored] if stored else []
            continue
        line = contribution(plan, congress)
        lines.append(line)
        if stored != line:
            differences += rules.compare_contributions(plan.id, congress.id, stored, line)
    return differences + rules.compare(plan.id, outside.rollups.all_of_plan(plan.id), recount(lines))
