"""What becomes of a plan: a draft is deleted, an open one moves its deadlines and is closed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from congress.domain import deadlines as rules
from congress.domain import plan as plans
from congress.domain.deadlines import Effect
from congress.domain.plan import Plan, PlanIsOpen, PlanState
from congress.domain.progress import By
from congress.domain.results import FIGURE_KEYS
from congress.operations.outside import Outside
from congress.operations.plans import PlanView, audit_of, managed, refuse_stale
from servicekit.access import Caller

BATCH = 500


def delete_draft(outside: Outside, caller: Caller, plan_id: str, expected_version: int) -> None:
    plan = managed(outside, caller, plan_id)
    refuse_stale(plan, expected_version)
    if plan.state is not PlanState.DRAFT:
        raise PlanIsOpen(part="plan")
    outside.plans.delete(plan, expected_version, [audit_of("plan.deleted", plan)])


def close_plan(outside: Outside, caller: Caller, plan_id: str, expected_version: int) -> PlanView:
    plan = managed(outside, caller, plan_id)
    refuse_stale(plan, expected_version)
    closed = rules.close_plan(plan)
    saved = outside.plans.save(closed, expected_version, [audit_of("plan.closed", closed)])
    return PlanView(saved, outside.plans.cascade(plan_id), ())


def preview_deadlines(
    outside: Outside, caller: Caller, plan_id: str, wanted: Mapping[str, date]
) -> tuple[Effect, ...]:
    """What a change of deadlines would mean, without changing anything."""
    plan = managed(outside, caller, plan_id)
    rollup = outside.rollups.find(plan_id, plan.unit_id)
    effects = rules.effects_of(plan, wanted, rollup.groups if rollup else {}, outside.clock.today())
    _check(outside, replace(plan, deadlines={**plan.deadlines, **wanted}))
    return effects


def change_deadlines(
    outside: Outside,
    caller: Caller,
    plan_id: str,
    wanted: Mapping[str, date],
    reason: str,
    expected_version: int,
) -> PlanView:
    """The plan moves at once, each of its congresses soon after: see spread_deadlines."""
    plan = managed(outside, caller, plan_id)
    refuse_stale(plan, expected_version)
    by = By(caller.account_id, outside.clock.now(), outside.clock.today())
    changed = rules.change_deadlines(plan, wanted, reason, by)
    _check(outside, changed)
    told = {level: day.isoformat() for level, day in wanted.items()}
    entry = audit_of("plan.deadlines_changed", changed, deadlines=told)
    saved = outside.plans.save(changed, expected_version, [entry])
    depths = plans.depths(outside.units.levels_below(plan.unit_id))
    return PlanView(saved, outside.plans.cascade(plan_id), plans.cautions_of(saved, depths))


def _check(outside: Outside, plan: Plan) -> None:
    """A level that has no units any more keeps its day; the days themselves must make sense."""
    depths = plans.depths(outside.units.levels_below(plan.unit_id))
    plans.check_plan(plan, {**dict.fromkeys(plan.deadlines, 0), **depths}, FIGURE_KEYS)


def spread_deadlines(outside: Outside) -> Iterator[int]:
    """Brings every congress of a plan to the plan's own days, BATCH in a write; cut off, it goes on.

    A congress that somebody saves at that moment is found behind again, and so the plan is looked at until none is.
    """
    for plan in outside.plans.spreading():
        behind = 0
        for level, deadline in plan.deadlines.items():
            late = outside.congresses.with_another_deadline(plan.id, level, deadline)
            behind += len(late)
            for start in range(0, len(late), BATCH):
                outside.congresses.put_deadline(late[start : start + BATCH], deadline)
                yield len(late[start : start + BATCH])
        if not behind:
            outside.plans.save(replace(plan, spreading=False), plan.version)
