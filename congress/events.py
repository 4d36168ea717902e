"""What this service tells the others."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from congress.domain.history import Congress
from congress.domain.plan import Plan
from servicekit.comments.comment import Comment
from servicekit.data.events import Event

SUBMITTED = "congress.submitted"
RETURNED = "congress.returned"
APPROVED = "congress.approved"
REOPENED = "congress.reopened"
WAITS_FOR_SUPERIOR = "congress.waits_for_superior"
COMMENTED = "congress.commented"
DEADLINE_NEAR = "congress.deadline_near"
DEADLINE_CHANGED = "congress.deadline_changed"
REMINDED = "congress.reminded"


def about(kind: str, congress: Congress) -> Event:
    data = {
        "congress_id": congress.id,
        "plan_id": congress.plan_id,
        "unit_id": congress.unit.id,
        "unit_path": list(congress.unit.path),
        "deadline": congress.deadline.isoformat(),
    }
    return Event(kind, data)


def commented(congress: Congress, comment: Comment) -> Event:
    """`above`: by a unit above, so that the unit itself hears of it; else whoever decides about the report does."""
    told = about(COMMENTED, congress).data
    said = {
        "comment_id": comment.id,
        "by": comment.by,
        "above": comment.above,
        "mentions": list(comment.mentions),
    }
    return Event(COMMENTED, {**told, **said})


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


def deadline_changed(plan: Plan, change: str, deadline: date, units: Sequence[dict[str, Any]]) -> Event:
    """`change`: the same in all parts of one change. `units`: as in deadline_near."""
    data = {
        "plan_id": plan.id,
        "plan_name": plan.name,
        "change": change,
        "deadline": deadline.isoformat(),
        "units": list(units),
    }
    return Event(DEADLINE_CHANGED, data)


def reminded(plan: Plan, reminder_id: str, by: str, side: str, congresses: Sequence[Congress]) -> Event:
    """`reminder_id`: the same in all parts of one act. `side`: whose act comes next, the unit's or its superior's."""
    units = [
        {"unit_id": one.unit.id, "unit_path": list(one.unit.path), "congress_id": one.id}
        for one in congresses
    ]
    data = {"plan_id": plan.id, "reminder_id": reminder_id, "by": by, "side": side, "units": units}
    return Event(REMINDED, data)
