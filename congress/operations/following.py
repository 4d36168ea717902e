"""Following the tree: what records tell of their units, and what follows for congresses from the units around them.

All of it happens in the transaction of membership's event. Units that are told again repair what was missed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from congress.context import Context
from congress.domain import planned as rules
from congress.domain.extensions import deadline_of
from congress.domain.plan import Plan, PlanState, is_planned
from congress.domain.rule_sets import at_version
from congress.operations import difficulties_following, handing_down
from congress.operations.queueing import follow_tree
from servicekit.tree.units import Unit, UnitChange

RUNNING = (PlanState.CASCADING, PlanState.OPEN)


def units_changed(context: Context, changes: Sequence[UnitChange]) -> None:
    """Records of units follow them and count anew; units that came later get their congresses."""
    units = [change.after for change in changes]
    context.congresses.move(units, partial(_deadlines, context), deadline_of)
    context.first_reports.follow(changes)
    context.plans.move(changes)
    context.seats.move(changes)
    follow_tree(context, changes)
    context.rollups.engine.store.follow(units)
    around = {unit_id for change in changes for unit_id in _places(change)}
    plans = [plan for plan in context.plans.opened_of(around) if plan.state in RUNNING]
    if any(change.before != change.after for change in changes):
        # Also drafts: one that is being opened must not miss a unit that is being told of.
        context.plans.hold(plan.id for plan in plans)
        context.plans.hold(context.plans.drafts_of(around))
    for plan in plans:
        add_missing(context, plan, units)
        keep_subordinates(context, plan, around)
        handing_down.follow_moves(context, plan, changes)
    # Last: what is handed over may keep a congress from going on that has just been made.
    difficulties_following.follow_units(context, changes)


def _deadlines(context: Context, plan_ids: Iterable[str]) -> dict[str, Callable[[int], Mapping[str, date]]]:
    """By version of the rules."""

    def of(plan: Plan) -> Callable[[int], Mapping[str, date]]:
        return lambda number: at_version(plan, number).deadlines

    return {plan.id: of(plan) for plan in context.plans.opened_among(plan_ids).values()}


def _places(change: UnitChange) -> set[str]:
    """The unit and all that stood or stand above it."""
    return {*change.after.path, *(change.before.path if change.before else ())}


def add_missing(context: Context, plan: Plan, units: Sequence[Unit]) -> int:
    """A congress for each of these units that the plan gives one and that has none; how many."""
    wanted = [unit for unit in units if is_planned(plan, unit)]
    there = context.congresses.there(rules.congress_id(plan.id, unit.id) for unit in wanted)
    missing = rules.without_a_congress(plan, wanted, there)
    under = context.units.levels_under(unit.id for unit in missing)
    made = [
        rules.planned_congress(plan, unit, subordinates=rules.has_subordinates(plan, under[unit.id]))
        for unit in missing
    ]
    context.congresses.insert_uncounted(handing_down.as_set_above(context, plan, made))
    return len(missing)


def keep_subordinates(context: Context, plan: Plan, unit_ids: Iterable[str]) -> None:
    """Whether the congresses of these units have others below them, as the tree is now."""
    units = {rules.congress_id(plan.id, unit_id): unit_id for unit_id in unit_ids}
    under = context.units.levels_under(units.values())
    kept = context.congresses.with_subordinates(units)
    now = {one: rules.has_subordinates(plan, under[units[one]]) for one in kept}
    context.congresses.put_subordinates({one: there for one, there in now.items() if there != kept[one]})
