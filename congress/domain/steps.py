"""Steps: what comes next in a congress, and who can do it."""

from dataclasses import dataclass
from datetime import date

from congress.domain.history import CORRECTING, Congress, State
from congress.domain.plan import Mark, Milestone, Plan, PlanState, is_planned
from congress.domain.progress import is_held


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done next. `kind`: milestone, results, submit or decide (approve or return).

    `superiors`: it is for the unit above to do.
    """

    kind: str
    milestone: str | None = None
    due: date | None = None
    superiors: bool = False


def next_steps(plan: Plan, congress: Congress) -> tuple[Step, ...]:
    """What the unit, or its superior, can do next: optional milestones up to the next required one, then acts."""
    if plan.state is PlanState.CLOSED:
        return ()
    if congress.state is State.SUBMITTED and not congress.is_final:
        return (Step("decide", superiors=True),)
    if not is_planned(plan, congress.unit):
        return ()
    current = congress.current
    ahead, required = _milestones_ahead(plan, congress)
    steps = [
        Step("milestone", one.key, one.due(congress.deadline), superiors=one.is_superiors) for one in ahead
    ]
    if not congress.is_final and plan.closing.key in current:
        if congress.results is None or congress.state in CORRECTING:
            steps.append(Step("results"))
        if congress.results is not None and not required:
            marked = plan.marked(Mark.SUBMITTED)
            steps.append(Step("submit", None, marked.due(congress.deadline) if marked else congress.deadline))
    return tuple(steps)


def _milestones_ahead(plan: Plan, congress: Congress) -> tuple[list[Milestone], bool]:
    """Those that can be recorded by hand up to the next required one; and whether there is a required one.

    An optional milestone that was passed over can still be recorded, but is no next step.
    """
    current, ahead = congress.current, []
    last = max((i for i, milestone in enumerate(plan.milestones) if milestone.key in current), default=-1)
    if congress.is_final and plan.marked(Mark.APPROVED) is None:
        return [], False
    for position, milestone in enumerate(plan.milestones):
        passed_over = position < last and not milestone.required
        if milestone.key in current or passed_over or not is_held(plan, congress, milestone):
            continue
        if milestone.mark in (Mark.SUBMITTED, Mark.APPROVED):
            break
        ahead.append(milestone)
        if milestone.required:
            return ahead, True
    return ahead, False
