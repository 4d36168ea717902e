"""Plans: made, changed, opened and read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from congress.context import Context
from congress.domain import plan as rules
from congress.domain import plan_checks as checks
from congress.domain.cautions import Caution
from congress.domain.cycles import refuse_second
from congress.domain.drafts import refuse_many
from congress.domain.plan import (
    Lateness,
    OpenBelow,
    Plan,
    PlanHead,
    PlanState,
    Targets,
    content_type_of,
    milestone_of,
)
from congress.domain.plan_acts import acts_of, refuse_of_ended
from congress.domain.results import FIGURE_KEYS, FIGURES
from congress.domain.rollup import holds_any
from congress.store.plans import Cascade
from servicekit.access.decision import Caller, PermissionMissing, UnknownHere, decide, reach_roots, require
from servicekit.calendar.order import newest_first
from servicekit.data.events import AuditEntry
from servicekit.refusals import Acts, Stale
from servicekit.tree.units import require_live
from servicekit.web.listing import PAGE, Page, page_of

MANAGE = "plan:manage"
READ = "congress:read"


@dataclass(frozen=True, slots=True)
class PlanView:
    plan: Plan
    cascade: Cascade | None
    cautions: tuple[Caution, ...]
    acts: Acts | None = None  # what the caller may do with it; not told where they have just done something


def levels_of_plan(context: Context, caller: Caller, unit_id: str) -> list[str]:
    """Those that have live units at or below the unit: what its plan can set a deadline for."""
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    require(caller, MANAGE, unit.path, context.clock.now())
    return sorted(context.units.levels_below(unit.id))


def create_plan(context: Context, caller: Caller, wanted: Mapping[str, Any]) -> PlanView:
    """A draft. Milestones, content types, targets and figures that are not given are the organisation's own set."""
    unit = context.units.find(wanted["unit_id"])
    if unit is None:
        raise UnknownHere()
    require(caller, MANAGE, unit.path, context.clock.now())
    require_live(unit)
    plan = _plan_of(context, context.new_id(), unit.path, wanted)
    depths = rules.depths(context.units.levels_below(unit.id))
    checks.check_plan(plan, depths, FIGURE_KEYS)
    refuse_second(plan, _opened_beside(context, plan))

    def work() -> Plan:
        store = context.plans
        store.hold_drafts()
        refuse_many(len(store.drafts_of([unit.id])), len(store.drafts_by(caller.account_id)))
        return store.insert(plan, [audit_of("plan.created", plan)], by=caller.account_id)

    made = context.database.in_transaction(work)
    return PlanView(made, None, checks.cautions_of(made, depths, context.calendar))


def _plan_of(context: Context, plan_id: str, unit_path: tuple[str, ...], wanted: Mapping[str, Any]) -> Plan:
    template = context.template
    milestones, kinds = wanted.get("milestones"), wanted.get("content_types")
    return Plan(
        id=plan_id,
        name=wanted["name"],
        names=wanted.get("names") or {},
        cycle=wanted["cycle"],
        unit_id=unit_path[-1],
        unit_path=unit_path,
        opens_on=wanted.get("opens_on") or context.clock.today(),
        deadlines=wanted["deadlines"],
        milestones=template.milestones if milestones is None else tuple(map(milestone_of, milestones)),
        content_types=template.content_types if kinds is None else tuple(map(content_type_of, kinds)),
        results_fields=tuple(wanted.get("results_fields") or (figure.key for figure in FIGURES)),
        targets=replace(template.targets, **(wanted.get("targets") or {})),
        lateness=replace(template.lateness, **(wanted.get("lateness") or {})),
        documents=tuple(
            dict.fromkeys(template.documents if wanted.get("documents") is None else wanted["documents"])
        ),
        open_below=OpenBelow(wanted.get("open_below") or OpenBelow.CAUTION),
    )


def change_plan(
    context: Context, caller: Caller, plan_id: str, wanted: Mapping[str, Any], expected_version: int
) -> PlanView:
    """The whole plan anew; its unit stays. What an open plan no longer takes, `domain.plan.change_plan` says."""
    plan = managed(context, caller, plan_id)
    refuse_stale(plan, expected_version)
    given = {**_kept(plan), **wanted}
    changed = rules.change_plan(plan, _plan_of(context, plan.id, plan.unit_path, given))
    depths = rules.depths(context.units.levels_below(plan.unit_id))
    checks.check_plan(changed, depths, FIGURE_KEYS)
    if plan.state is PlanState.DRAFT:
        refuse_second(changed, _opened_beside(context, changed))
    saved = context.plans.save(changed, expected_version, [audit_of("plan.changed", changed)])
    return PlanView(
        saved, context.plans.cascade(plan_id), checks.cautions_of(saved, depths, context.calendar)
    )


def _kept(plan: Plan) -> dict[str, Any]:
    """What stays as it is when a change does not speak of it."""
    targets: Targets = plan.targets
    return {
        "names": plan.names,
        "opens_on": plan.opens_on,
        "results_fields": plan.results_fields,
        "documents": plan.documents,
        "open_below": plan.open_below,
        "targets": {name: getattr(targets, name) for name in Targets.__slots__},
        "lateness": {name: getattr(plan.lateness, name) for name in Lateness.__slots__},
        "milestones": [_flags(milestone) for milestone in plan.milestones],
        "content_types": [_flags(kind) for kind in plan.content_types],
    }


def _opened_beside(context: Context, plan: Plan) -> list[Plan]:
    """Those that could give a unit of this plan a second congress."""
    return [*context.plans.opened_of(plan.unit_path), *context.plans.opened_below([plan.unit_id])]


def _flags(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def refuse_stale(plan: Plan, expected_version: int) -> None:
    if plan.version != expected_version:
        raise Stale


def cascade_plan(context: Context, caller: Caller, plan_id: str, expected_version: int) -> Cascade:
    """Opens the plan: the projector then makes a congress per unit. Asked again, tells how far it is."""
    plan = managed(context, caller, plan_id)
    running = context.plans.cascade(plan_id)
    if plan.state is PlanState.CASCADING and running is not None:
        return running
    refuse_stale(plan, expected_version)
    refuse_of_ended(context.units.find(plan.unit_id))
    total = rules.units_planned(plan, context.units.levels_below(plan.unit_id))
    opening = rules.begin_cascade(plan, total)
    made = len(context.congresses.ids_of_plan(plan_id)) if running else 0
    begun = Cascade(total, made, "running")

    def work() -> None:
        if plan.state is PlanState.DRAFT:
            context.plans.hold_opening()
            refuse_second(plan, _opened_beside(context, plan))
        context.plans.save(opening, expected_version, [audit_of("plan.cascaded", plan, units=total)])
        context.plans.put_cascade(plan_id, begun)

    context.database.in_transaction(work)
    return begun


def read_cascade(context: Context, caller: Caller, plan_id: str) -> Cascade:
    plan = read_plan(context, caller, plan_id)
    return plan.cascade or Cascade(0, 0, "none")


def read_plan(context: Context, caller: Caller, plan_id: str) -> PlanView:
    plan = visible_plan(context, caller, plan_id)
    return PlanView(
        plan,
        context.plans.cascade(plan_id),
        checks.cautions_of(plan, rules.depths(context.units.levels_below(plan.unit_id)), context.calendar)
        if _manages(context, caller, plan)
        else (),
        acts_of(plan, context.units.find(plan.unit_id), caller, context.clock.now()),
    )


def list_plans(
    context: Context, caller: Caller, covering: str = "", after: str = "", limit: int = PAGE
) -> Page[PlanView]:
    """The plans that concern a unit of the caller's; drafts only for those who manage them. Newest first.

    `covering`: only those of this unit itself or of one above it, not of its subordinates.
    """
    heads = _heads_covering(context, caller, covering) if covering else _heads_in_reach(context, caller)
    seen = {head.id: head for head in heads if _may_see(context, caller, head)}
    page = page_of(seen.values(), _newest_first, after, limit)
    plans = context.plans.many(head.id for head in page.items)
    cascades = context.plans.cascades(plans)
    units, now = context.units.many({plan.unit_id for plan in plans.values()}), context.clock.now()

    def view(plan: Plan) -> PlanView:
        return PlanView(plan, cascades.get(plan.id), (), acts_of(plan, units.get(plan.unit_id), caller, now))

    # One that was deleted a moment ago is left out.
    return page.map(lambda heads: [view(plans[head.id]) for head in heads if head.id in plans])


def _newest_first(head: PlanHead) -> tuple[str, str]:
    return newest_first(datetime.combine(head.opens_on, time())), head.id


def _heads_covering(context: Context, caller: Caller, unit_id: str) -> list[PlanHead]:
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    require(caller, READ, unit.path, context.clock.now())
    opened = context.plans.heads_of(unit.path, drafts=False)
    return opened + context.plans.heads_of(unit.path, drafts=True)


def _heads_in_reach(context: Context, caller: Caller) -> list[PlanHead]:
    reading = reach_roots(caller, READ)
    managing = [right.unit_id for right in reach_roots(caller, MANAGE)]
    above = context.plans.heads_of({one for right in reading for one in right.unit_path}, drafts=False)
    below = context.plans.heads_below({*(right.unit_id for right in reading), *managing}, drafts=False)
    return above + below + context.plans.heads_below(managing, drafts=True)


def visible_plan(context: Context, caller: Caller, plan_id: str) -> Plan:
    plan = context.plans.find(plan_id)
    if plan is None or not may_look_up(context, caller, plan):
        raise UnknownHere()
    return plan


def may_look_up(context: Context, caller: Caller, plan: Plan) -> bool:
    """A plan that is listed for nobody below another branch is still shown beside a congress of it."""
    return _may_see(context, caller, plan) or _holds_one(context, caller, plan)


def _holds_one(context: Context, caller: Caller, plan: Plan) -> bool:
    """Whether the caller reads a congress of it: of a unit that has left the plan's branch since, and took it along."""
    if plan.state is PlanState.DRAFT:
        return False
    rollups = (context.rollups.find(plan.id, right.unit_id) for right in reach_roots(caller, READ))
    return any(rollup is not None and holds_any(rollup) for rollup in rollups)


def _may_see(context: Context, caller: Caller, plan: Plan | PlanHead) -> bool:
    if _manages(context, caller, plan):
        return True
    if plan.state is PlanState.DRAFT:
        return False
    return any(rules.concerns(plan, right.unit_path) for right in reach_roots(caller, READ))


def _manages(context: Context, caller: Caller, plan: Plan | PlanHead) -> bool:
    return decide(caller, MANAGE, plan.unit_path, context.clock.now()).allowed


def managed(context: Context, caller: Caller, plan_id: str) -> Plan:
    """The plan, for someone who manages plans of its unit."""
    plan = visible_plan(context, caller, plan_id)
    if not _manages(context, caller, plan):
        raise PermissionMissing(permission=MANAGE)
    return plan


def audit_of(action: str, plan: Plan, **details: object) -> AuditEntry:
    return AuditEntry(
        action,
        unit_id=plan.unit_id,
        unit_path=plan.unit_path,
        record_type="plan",
        record_id=plan.id,
        details={"state": plan.state.value, **details},
    )
