"""Owners of milestones: what the unit records itself, and what is the act of its superior."""

from dataclasses import replace
from enum import StrEnum

from congress.domain.history import By, Congress
from congress.domain.overdue import first_open
from congress.domain.plan import Mark, Milestone, Owner, Plan
from congress.domain.progress import Report, record_milestone
from congress.domain.progress_refusals import UnknownMilestone
from congress.domain.steps import Step, next_steps
from servicekit.refusals import Conflict
from servicekit.words import N_


class Actor(StrEnum):
    """Whose act comes next: that of the unit itself, or of the one above it."""

    UNIT = "unit"
    SUPERIOR = "superior"


class SuperiorsStep(Conflict):
    title = N_("This step is the superior unit's: it is recorded there.")


class UnitsOwnStep(Conflict):
    title = N_("This step is the unit's own: it is recorded there.")


def record(
    plan: Plan,
    congress: Congress,
    report: Report,
    above: Congress | None,
    by: By,
    entry_id: str,
    owner: Owner,
) -> Congress:
    """Record a milestone as the unit or as its superior, whichever the plan says it belongs to."""
    refuse_other_owner(_milestone(plan, report), owner)
    changed = record_milestone(plan, congress, report, above, by, entry_id)
    *entries, last = changed.entries
    return replace(changed, entries=(*entries, replace(last, above=owner is Owner.SUPERIOR)))


def refuse_other_owner(milestone: Milestone, owner: Owner) -> None:
    # What sending up and approving record is nobody's to type: progress refuses it under its own name.
    if milestone.mark in (Mark.SUBMITTED, Mark.APPROVED) or milestone.is_superiors is (
        owner is Owner.SUPERIOR
    ):
        return
    raise SuperiorsStep(field="milestone") if milestone.is_superiors else UnitsOwnStep(field="milestone")


def _milestone(plan: Plan, report: Report) -> Milestone:
    position = plan.index(report.milestone)
    if position is None:
        raise UnknownMilestone(field="milestone", milestone=report.milestone)
    return plan.milestones[position]


def superiors_step(plan: Plan, congress: Congress) -> Step | None:
    """The next step that must be done, where it is one that the superior records."""
    required = {milestone.key for milestone in plan.milestones if milestone.required}
    steps = next_steps(plan, congress)
    return next((step for step in steps if step.superiors and step.milestone in required), None)


def waits_for_superior(plan: Plan, congress: Congress) -> bool:
    return superiors_step(plan, congress) is not None


def who_acts(plan: Plan, congress: Congress) -> Actor | None:
    """None where nothing is open. A report that waits for its decision waits for the superior."""
    if any(step.kind == "decide" for step in next_steps(plan, congress)) or waits_for_superior(
        plan, congress
    ):
        return Actor.SUPERIOR
    return Actor.UNIT if first_open(plan, congress) else None
