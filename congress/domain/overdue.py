"""Overdue: what is due, held, not done, and can still be done. What nobody can do any more is left out instead."""

from datetime import date
from enum import StrEnum

from congress.domain.blocking import holds_up
from congress.domain.extensions import due_on
from congress.domain.history import Congress, State
from congress.domain.plan import Mark, Milestone, Plan, PlanState
from congress.domain.postponing import is_postponed
from congress.domain.progress import is_abandoned, is_held


class Standing(StrEnum):
    """Of one milestone in one congress. `TO_COME`: it can be done, and its day has not passed. `POSTPONED`, `BLOCKED`:
    it can be done, whether its day has passed or not, and the congress is postponed, or a difficulty is in its way.
    """

    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    TO_COME = "to_come"
    POSTPONED = "postponed"
    BLOCKED = "blocked"
    LEFT_OUT = "left_out"
    SKIPPED = "skipped"


def can_be_done(plan: Plan, congress: Congress, milestone: Milestone) -> bool:
    """Whether a milestone that is not recorded yet can ever be, as things stand.

    Of a final congress only what the plan puts behind the approval; a report that waits for its superior is
    locked as well, and what was passed over in it comes back only if the report does.
    """
    if plan.state is PlanState.CLOSED:
        return False
    if congress.is_final or congress.state is State.SUBMITTED:
        return _is_behind_approval(plan, milestone) or (
            milestone.mark is Mark.APPROVED and not congress.is_final
        )
    return True


def is_left_out(plan: Plan, congress: Congress, milestone: Milestone) -> bool:
    """Whether nobody can be reproached that this is not recorded: it cannot be, or need not be after the approval."""
    optional_now = congress.is_final and not milestone.required
    return optional_now or not can_be_done(plan, congress, milestone)


def standing_of(plan: Plan, congress: Congress, milestone: Milestone, today: date) -> Standing:
    entry = congress.current.get(milestone.key)
    if not is_held(plan, congress, milestone):
        return Standing.SKIPPED
    if entry is not None and entry.date is not None:
        return (
            Standing.LATE if entry.date > due_on(plan, congress, milestone, entry.date) else Standing.ON_TIME
        )
    if is_left_out(plan, congress, milestone):
        return Standing.LEFT_OUT
    if is_postponed(plan, congress, today):
        return Standing.POSTPONED
    if holds_up(plan, congress, milestone):
        return Standing.BLOCKED
    return Standing.OVERDUE if milestone.due(congress.deadline) < today else Standing.TO_COME


def _is_behind_approval(plan: Plan, milestone: Milestone) -> bool:
    approval = plan.marked(Mark.APPROVED)
    last = plan.index(approval.key) if approval else None
    return last is not None and (plan.index(milestone.key) or 0) > last


def _waiting(plan: Plan, congress: Congress) -> list[Milestone]:
    if is_abandoned(plan, congress):
        return []
    done = congress.current.keys()
    return [
        milestone
        for milestone in plan.milestones
        if milestone.key not in done
        and is_held(plan, congress, milestone)
        and not is_left_out(plan, congress, milestone)
    ]


def first_open(plan: Plan, congress: Congress) -> Milestone | None:
    """Of what is held, not recorded, and not left out, what is due first."""
    waiting = _waiting(plan, congress)
    return min(waiting, key=lambda one: one.due(congress.deadline), default=None)


def first_free(plan: Plan, congress: Congress) -> Milestone | None:
    """The first of these that no difficulty is in the way of: a congress is overdue from the day after."""
    free = (one for one in _waiting(plan, congress) if not holds_up(plan, congress, one))
    return min(free, key=lambda one: one.due(congress.deadline), default=None)


def awaited(plan: Plan, congress: Congress, milestone: str = "") -> Milestone | None:
    """What is due first of what is open, or this milestone; None where it is not open."""
    if not milestone:
        return first_free(plan, congress) or first_open(plan, congress)
    position = plan.index(milestone)
    if position is None or is_abandoned(plan, congress):
        return None
    found = plan.milestones[position]
    standing = standing_of(plan, congress, found, found.due(congress.deadline))
    return found if standing in (Standing.TO_COME, Standing.POSTPONED, Standing.BLOCKED) else None
