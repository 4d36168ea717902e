"""What becomes of a plan: a draft is deleted, an open one changes its rules and is closed."""

from dataclasses import replace

from congress.domain.plan import DeadlineChange, Plan, PlanState
from congress.domain.plan_refusals import CascadeIsRunning, PlanIsClosed, PlanIsOpen, PlanNotOpen
from servicekit.ids import id_from


def close_plan(plan: Plan) -> Plan:
    """No more reports: the figures are final."""
    refuse_unless_open(plan)
    return replace(plan, state=PlanState.CLOSED)


def refuse_unless_draft(plan: Plan) -> None:
    """What has congresses is closed, not deleted."""
    if plan.state is not PlanState.DRAFT:
        raise PlanIsOpen(part="plan")


def refuse_unless_open(plan: Plan) -> None:
    if plan.state is PlanState.DRAFT:
        raise PlanNotOpen()
    if plan.state is PlanState.CLOSED:
        raise PlanIsClosed()
    if plan.state is PlanState.CASCADING:
        raise CascadeIsRunning()


def last_changes(plan: Plan) -> tuple[DeadlineChange, ...]:
    """Of each level the change that counts."""
    return tuple({change.level: change for change in plan.deadline_changes}.values())


def change_id(plan: Plan, change: DeadlineChange) -> str:
    """The same however often it is asked for."""
    return id_from("deadline", plan.id, change.level, change.at.isoformat())
