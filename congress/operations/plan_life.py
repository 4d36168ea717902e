"""What becomes of a plan: a draft is deleted, an open one is closed."""

from congress.context import Context
from congress.domain import plan_life as rules
from congress.operations.plans import PlanView, audit_of, managed, refuse_stale
from servicekit.access.decision import Caller


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
