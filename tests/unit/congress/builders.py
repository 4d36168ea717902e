"""Valid values of the congress service, with a word changed where a test needs it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from congress.domain.decisions import approve
from congress.domain.history import By, Congress
from congress.domain.plan import Applies, ContentType, Mark, Milestone, Plan, PlanState
from congress.domain.progress import Report, record_milestone, report_results, submit
from congress.domain.results import FIGURES
from servicekit.tree.units import Unit

OPENS = date(2026, 1, 1)
DEADLINE = date(2026, 6, 30)
TODAY = date(2026, 6, 1)
FULL = ContentType("4", {"en": "All elections"})
NO_COMMITTEE = ContentType("3", {"en": "No committee election"}, elects_committee=False)
MERGED = ContentType("2", {"en": "Merged"}, elects_committee=False, elects_delegates=False)
FIGURES_THAT_ADD_UP = {
    "summoned": 100,
    "present": 97,
    "absent_with_reason": 2,
    "absent_without_reason": 1,
    "committee_seats": 10,
    "committee_listed": 11,
    "committee_elected": 10,
}


def a_milestone(key: str, days: int = 0, **changes: Any) -> Milestone:
    return Milestone(key, {"en": key}, days, **changes)


MILESTONES = (
    a_milestone("plan_issued", 120, waits_for_parent=True),
    a_milestone("drafts", 60),
    a_milestone("credentials", 5, required=False),
    a_milestone("opened", 1),
    a_milestone("election", 1, applies=Applies.ELECTION),
    a_milestone("closed", 0, mark=Mark.CLOSED),
    a_milestone("dossier", -10, mark=Mark.SUBMITTED),
    a_milestone("approval", -25, mark=Mark.APPROVED),
    a_milestone("programme", -60, required=False),
)


def a_plan(**changes: Any) -> Plan:
    plan = Plan(
        id="plan1",
        name="Congresses",
        cycle="2026–2031",
        unit_id="root",
        unit_path=("root",),
        opens_on=OPENS,
        deadlines={"centre": DEADLINE, "district": DEADLINE},
        milestones=MILESTONES,
        content_types=(FULL, NO_COMMITTEE, MERGED),
        results_fields=tuple(figure.key for figure in FIGURES),
        state=PlanState.OPEN,
    )
    return replace(plan, **changes)


EVERY_LEVEL = dict.fromkeys(("centre", "district", "upazila", "union", "cell"), DEADLINE)


def a_unit(
    unit_id: str = "north", path: tuple[str, ...] = ("root", "north"), level: str = "district"
) -> Unit:
    return Unit(
        unit_id, unit_id.upper(), {"en": unit_id.title()}, level, path[-2] if len(path) > 1 else None, path
    )


def a_congress(**changes: Any) -> Congress:
    congress = Congress("congress1", "plan1", a_unit(), DEADLINE, "4", version=1)
    return replace(congress, **changes)


def by(day: date = TODAY, account_id: str = "clerk") -> By:
    return By(account_id, datetime.combine(day, time(10), UTC), day)


def the_top(day: date = OPENS) -> Congress:
    """The congress above, which has issued its plan."""
    top = a_congress(id="congress0", unit=a_unit("root", ("root",), "centre"))
    return recorded(top, "plan_issued", day)


def recorded(
    congress: Congress, milestone: str, day: date = TODAY, plan: Plan | None = None, **more: Any
) -> Congress:
    report = Report(milestone, day, **more)
    above = the_top() if congress.unit.parent_id else None
    number = len(congress.entries) + len(congress.acts)
    return record_milestone(
        plan or a_plan(deadlines=EVERY_LEVEL), congress, report, above, by(max(day, TODAY)), f"e{number}"
    )


def at(stage: str, **changes: Any) -> Congress:
    """A congress as far as a stage: a milestone's key, or results, submitted, approved."""
    congress, plan = a_congress(**changes), a_plan(deadlines=EVERY_LEVEL)
    day = OPENS + timedelta(days=10)
    for milestone in ("plan_issued", "drafts", "opened", "election", "closed"):
        congress = recorded(congress, milestone, day)
        if stage == milestone:
            return congress
    congress = report_results(plan, congress, FIGURES_THAT_ADD_UP, by(), "r0")
    if stage == "results":
        return congress
    congress = submit(plan, congress, by(), "s0")
    if stage == "submitted":
        return congress
    return approve(plan, congress, by(account_id="approver"), "a0")
