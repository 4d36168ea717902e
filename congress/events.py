"""What this service tells the others."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from congress.domain.plan import Plan
from congress.domain.progress import Congress
from servicekit.events import Event

SUBMITTED = "congress.submitted"
RETURNED = "congress.returned"
APPROVED = "congress.approved"
REOPENED = "congress.reopened"
WAITS_FOR_SUPERIOR = "congress.waits_for_superior"
DEADLINE_NEAR = "congress.deadline_near"


def about(kind: str, congress: Congress) -> Event:
    data = {
        "congress_id": congress.id,
        "plan_id": congress.plan_id,
        "unit_id": congress.unit.id,
        "unit_path": list(congress.unit.path),
        "deadline": congress.deadline.isoformat(),
    }
    return Event(kind, data)


def deadline_near(plan: Plan, days: int, deadline: date, units: Sequence[dict[str, Any]]) -> Event:
    """`units`: {unit_id, congress_id} of those whose report has not been sent up."""
    data = {
        "plan_id": plan.id,
        "plan_name": plan.name,
        "days": days,
        "deadline": deadline.isoformat(),
        "units": list(units),
    }
    return Event(DEADLINE_NEAR, data)
