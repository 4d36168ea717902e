"""What becomes of a plan: a draft is deleted, an open one moves its deadlines and is closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from congress import events
from congress.context import Context
from congress.domain import deadlines as rules
from congress.domain import plan as plans
from congress.domain import plan_checks
from congress.domain.deadlines import Effect
from congress.domain.extensions import deadline_of
from congress.domain.history import By
from congress.domain.plan import Plan
from congress.domain.reminders import REMINDED, UNITS_PER_EVENT
from congress.domain.results import FIGURE_KEYS
from congress.operations.plans import PlanView, audit_of, managed, refuse_stale
from servicekit.access.decision import Caller
from servicekit.data.events import Event

BATCH = 500


def delete_draft(context: Context, caller: Caller, plan_id: str, expected_version: int) -> None:
    plan = managed(context, caller, plan_id)
    refuse_stale(plan, expected_version)
    rules.refuse_unless_draft(plan)
    context.plans.delete(plan, expected_version, [audit_of("plan.deleted", plan)])


def close_plan(context: Context, caller: Caller, plan_id: str, expected_version: int) -> PlanView:
    plan = managed(context, caller, plan_id)
    refuse_stale(plan, expected_version)
    closed = rules.close_plan(plan)
    saved = context.plans.save(closed, expected_version, [audit_of("plan.closed", closed)])
    return PlanView(saved, context.plans.cascade(plan_id), ())


def preview_deadlines(
    context: Context, caller: Caller, plan_id: str, wanted: Mapping[str, date]
) -> tuple[Effect, ...]:
    """What a change of deadlines would mean, without changing anything."""
    plan = managed(context, caller, plan_id)
    rollup = context.rollups.find(plan_id, plan.unit_id)
    effects = rules.effects_of(plan, wanted, rollup.groups if rollup else {}, context.clock.today())
    _check(context, replace(plan, deadlines={**plan.deadlines, **wanted}))
    return effects


def change_deadlines(
    context: Context,
    caller: Caller,
    plan_id: str,
    wanted: Mapping[str, date],
    reason: str,
    expected_version: int,
) -> PlanView:
    """The plan moves at once, each of its congresses soon after: see spread_deadlines."""
    plan = managed(context, caller, plan_id)
    refuse_stale(plan, expected_version)
    by = By(caller.account_id, context.clock.now(), context.clock.today())
    changed = rules.change_deadlines(plan, wanted, reason, by)
    _check(context, changed)
    told = {level: day.isoformat() for level, day in wanted.items()}
    entry = audit_of("plan.deadlines_changed", changed, deadlines=told)
    saved = context.plans.save(changed, expected_version, [entry])
    depths = plans.depths(context.units.levels_below(plan.unit_id))
    return PlanView(saved, context.plans.cascade(plan_id), plan_checks.cautions_of(saved, depths))


def _check(context: Context, plan: Plan) -> None:
    """A level that has no units any more keeps its day; the days themselves must make sense."""
    depths = plans.depths(context.units.levels_below(plan.unit_id))
    plan_checks.check_plan(plan, {**dict.fromkeys(plan.deadlines, 0), **depths}, FIGURE_KEYS)


def spread_deadlines(context: Context) -> Iterator[int]:
    """Brings every congress of a plan to its days, BATCH in a write, and then tells of it; cut off, it goes on.

    A congress that somebody saves at that moment is found behind again, and so the plan is looked at until none is.
    """
    for plan in context.plans.spreading():
        behind = 0
        for level, deadline in plan.deadlines.items():
            late = context.congresses.with_another_deadline(plan.id, level, deadline, deadline_of)
            behind += len(late)
            for start in range(0, len(late), BATCH):
                context.congresses.put_deadlines(late[start : start + BATCH])
                yield len(late[start : start + BATCH])
        if not behind:
            context.congresses.count_extended(plan.id)
            tell_of_changes(context, plan)
            context.plans.save(replace(plan, spreading=False), plan.version)


def tell_of_changes(context: Context, plan: Plan) -> None:
    """Each change once, to the units whose report has not been sent up; one that another has overtaken to nobody."""
    for change in rules.last_changes(plan):
        key = rules.change_id(plan, change)
        if not context.reminders.is_given(f"{key}|0"):
            units = context.congresses.with_deadline(plan, change.level, change.after, REMINDED)
            context.reminders.give(_parts(plan, key, change.after, units))


def _parts(
    plan: Plan, key: str, deadline: date, units: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, Event | None]]:
    if not units:
        yield f"{key}|0", None
    for part, start in enumerate(range(0, len(units), UNITS_PER_EVENT)):
        some = units[start : start + UNITS_PER_EVENT]
        yield f"{key}|{part}", events.deadline_changed(plan, key, deadline, some)
