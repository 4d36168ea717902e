"""Deadlines of an open plan: changed with a reason, kept as entries, followed by every congress."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from congress.domain.history import By
from congress.domain.plan import DeadlineChange, Plan, PlanState
from congress.domain.plan_refusals import CascadeIsRunning, PlanIsClosed, PlanIsOpen, PlanNotOpen
from congress.domain.progress import REASON_LONGEST
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from congress.domain.rollup import group_of, is_put_off
from servicekit.ids import id_from
from servicekit.refusals import Conflict, Invalid
from servicekit.tree.rollup.figures import Groups
from servicekit.words import N_

CHANGES_MOST = 500
# Whoever has sent the report up is not late any more, whatever the deadline.
_SENT = ("submitted", "approved")


class LevelNotPlanned(Invalid):
    title = N_("The plan has no deadline for this level: {level}.")


class NothingChanges(Invalid):
    title = N_("These are the deadlines that the plan has already.")


class TooManyChanges(Conflict):
    title = N_("The deadlines of this plan have been changed {most} times; no more can be added.")


def change_deadlines(plan: Plan, wanted: Mapping[str, date], reason: str, by: By) -> Plan:
    """The plan with other days for some of its levels; the congresses follow, see operations.deadlines."""
    refuse_unless_open(plan)
    changed = _changed(plan, wanted)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    entries = tuple(
        DeadlineChange(level, plan.deadlines[level], day, reason, by.at, by.account_id)
        for level, day in changed.items()
    )
    if len(plan.deadline_changes) + len(entries) > CHANGES_MOST:
        raise TooManyChanges(most=CHANGES_MOST)
    return replace(
        plan,
        deadlines={**plan.deadlines, **changed},
        deadline_changes=(*plan.deadline_changes, *entries),
        spreading=True,
    )


def last_changes(plan: Plan) -> tuple[DeadlineChange, ...]:
    """Of each level the change that counts."""
    return tuple({change.level: change for change in plan.deadline_changes}.values())


def change_id(plan: Plan, change: DeadlineChange) -> str:
    """The same however often it is asked for."""
    return id_from("deadline", plan.id, change.level, change.at.isoformat())


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


def _changed(plan: Plan, wanted: Mapping[str, date]) -> dict[str, date]:
    for level in wanted:
        if level not in plan.deadlines:
            raise LevelNotPlanned(field=f"deadlines/{level}", level=level)
    changed = {level: day for level, day in wanted.items() if plan.deadlines[level] != day}
    if not changed:
        raise NothingChanges(field="deadlines")
    return changed


@dataclass(frozen=True, slots=True)
class Effect:
    """What another deadline means for the congresses of a level whose report has not been sent up."""

    level: str
    before: date
    after: date
    congresses: int
    overdue_before: int
    overdue_after: int

    @property
    def becoming_overdue(self) -> int:
        return max(0, self.overdue_after - self.overdue_before)

    @property
    def no_longer_overdue(self) -> int:
        return max(0, self.overdue_before - self.overdue_after)


def effects_of(plan: Plan, wanted: Mapping[str, date], groups: Groups, today: date) -> tuple[Effect, ...]:
    """`groups`: what the plan's own unit adds up."""
    refuse_unless_open(plan)
    effects = []
    for level, after in _changed(plan, wanted).items():
        total = late_now = late_then = 0
        for key, counters in groups.items():
            of_level, deadline = group_of(key)
            if of_level != level:
                continue
            sent = sum(counters.get(f"state.{state}", 0) for state in _SENT)
            apart = sent + counters.get("side.blocked", 0)
            waiting = 0 if is_put_off(key, today) else counters.get("total", 0) - apart
            total += counters.get("total", 0)
            late_now += waiting if deadline < today else 0
            late_then += waiting if after < today else 0
        effects.append(Effect(level, plan.deadlines[level], after, total, late_now, late_then))
    return tuple(effects)
