"""What this service tells the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from congress.domain.difficulties import Difficulty, State
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.reminders import UNITS_PER_EVENT
from congress.domain.seat_divisions import Seats
from servicekit.comments.comment import Comment
from servicekit.data.events import Event, EventName


@dataclass(frozen=True)
class OfCongress:
    """`unit_path` ends in the unit itself."""

    congress_id: str
    plan_id: str
    unit_id: str
    unit_path: tuple[str, ...]
    deadline: date


@dataclass(frozen=True)
class Approved(OfCongress):
    """`with_gaps`: something is missing from it, and owed."""

    with_gaps: bool


@dataclass(frozen=True)
class Commented(OfCongress):
    """`above`: by a unit above, so that the unit itself hears of it; else whoever decides about the report does."""

    comment_id: str
    by: str
    above: bool
    mentions: tuple[str, ...]


@dataclass(frozen=True)
class OfDifficulty:
    """`unit_path` names only whom it concerns: the unit alone, or the superior with which it lies and the unit."""

    difficulty_id: str
    unit_id: str
    unit_path: tuple[str, ...]
    besides: tuple[str, ...] = ()  # whoever wrote it for the unit, and may not answer it


@dataclass(frozen=True)
class UnitNear:
    unit_id: str
    congress_id: str


@dataclass(frozen=True)
class UnitReminded(UnitNear):
    unit_path: tuple[str, ...]


@dataclass(frozen=True)
class DeadlineNear:
    """`units`: those whose report has not been sent up."""

    plan_id: str
    plan_name: str
    days: int
    deadline: date
    units: tuple[UnitReminded, ...]


@dataclass(frozen=True)
class DeadlinePassed(DeadlineNear):
    """`days`: since then. `side`: whose act is due, the unit's or its superior's."""

    side: str


@dataclass(frozen=True)
class DeadlineChanged:
    """`change`: the same in all parts of one change."""

    plan_id: str
    plan_name: str
    change: str
    deadline: date
    units: tuple[UnitNear, ...]


@dataclass(frozen=True)
class Reminded:
    """`reminder_id`: the same in all parts of one act. `side`: whose act comes next, the unit's or its superior's."""

    plan_id: str
    reminder_id: str
    by: str
    side: str
    units: tuple[UnitReminded, ...]


@dataclass(frozen=True)
class SeatsDecided:
    """`division_id`: the same in all parts of one decision. `units`: those among which the seats are divided."""

    plan_id: str
    division_id: str
    by: str
    units: tuple[UnitNear, ...]


SUBMITTED = EventName("congress.submitted", OfCongress)
WITHDRAWN = EventName("congress.withdrawn", OfCongress)
RETURNED = EventName("congress.returned", OfCongress)
APPROVED = EventName("congress.approved", Approved)
GAP_SUPPLIED = EventName("congress.gap_supplied", OfCongress)
GAP_DUE = EventName("congress.gap_due", OfCongress)
GAP_DECIDED = EventName("congress.gap_decided", OfCongress)
APPROVAL_UNDONE = EventName("congress.approval_undone", OfCongress)
REOPENED = EventName("congress.reopened", OfCongress)
WAITS_FOR_SUPERIOR = EventName("congress.waits_for_superior", OfCongress)
EXTENSION_ASKED = EventName("congress.extension_asked", OfCongress)
EXTENSION_DECIDED = EventName("congress.extension_decided", OfCongress)
EXPLANATION_WRITTEN = EventName("congress.explanation_written", OfCongress)
EXPLANATION_DECIDED = EventName("congress.explanation_decided", OfCongress)
PILOT_CHOSEN = EventName("congress.pilot_chosen", OfCongress)
PILOT_CALLED_OFF = EventName("congress.pilot_called_off", OfCongress)
POSTPONED = EventName("congress.postponed", OfCongress)
COMMENTED = EventName("congress.commented", Commented)
DIFFICULTY_WAITS = EventName("congress.difficulty_waits", OfDifficulty)
DIFFICULTY_ASKED_BACK = EventName("congress.difficulty_asked_back", OfDifficulty)
DIFFICULTY_ANSWERED = EventName("congress.difficulty_answered", OfDifficulty)
DEADLINE_NEAR = EventName("congress.deadline_near", DeadlineNear)
DEADLINE_PASSED = EventName("congress.deadline_passed", DeadlinePassed)
DEADLINE_CHANGED = EventName("congress.deadline_changed", DeadlineChanged)
REMINDED = EventName("congress.reminded", Reminded)
SEATS_DECIDED = EventName("congress.seats_decided", SeatsDecided)


def about(kind: EventName[OfCongress], congress: Congress) -> Event:
    return Event(kind, _of(congress))


def _of(congress: Congress) -> dict[str, Any]:
    return {
        "congress_id": congress.id,
        "plan_id": congress.plan_id,
        "unit_id": congress.unit.id,
        "unit_path": list(congress.unit.path),
        "deadline": congress.deadline.isoformat(),
    }


def approved(congress: Congress, *, with_gaps: bool) -> Event:
    """One event, whatever is missing: who only needs to know that it is approved hears of each."""
    return Event(APPROVED, {**_of(congress), "with_gaps": with_gaps})


def gap_due(congress: Congress, until: date) -> Event:
    return Event(GAP_DUE, {**_of(congress), "deadline": until.isoformat()})


def commented(congress: Congress, comment: Comment) -> Event:
    said = {
        "comment_id": comment.id,
        "by": comment.by,
        "above": comment.above,
        "mentions": list(comment.mentions),
    }
    return Event(COMMENTED, {**_of(congress), **said})


def whose_turn(difficulty: Difficulty) -> list[Event]:
    """To whoever acts next. What it is about nobody is told outside of it."""
    unit_id = difficulty.unit.id
    about: dict[str, Any] = {"difficulty_id": difficulty.id, "unit_id": unit_id, "unit_path": [unit_id]}
    if difficulty.state is State.OPEN:
        there = {"unit_path": [difficulty.place, unit_id], "besides": list(difficulty.authors)}
        return [Event(DIFFICULTY_WAITS, {**about, **there})]
    if difficulty.state is State.ASKED_BACK:
        return [Event(DIFFICULTY_ASKED_BACK, about)]
    return [Event(DIFFICULTY_ANSWERED, about)] if difficulty.state is State.ANSWERED else []


def deadline_near(plan: Plan, days: int, deadline: date, units: Sequence[dict[str, Any]]) -> Event:
    return Event(DEADLINE_NEAR, _by_day(plan, days, deadline, units))


def deadline_passed(
    plan: Plan, days: int, deadline: date, side: str, units: Sequence[dict[str, Any]]
) -> Event:
    return Event(DEADLINE_PASSED, {**_by_day(plan, days, deadline, units), "side": side})


def _by_day(plan: Plan, days: int, deadline: date, units: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "plan_id": plan.id,
        "plan_name": plan.name,
        "days": days,
        "deadline": deadline.isoformat(),
        "units": [{name: one[name] for name in ("unit_id", "unit_path", "congress_id")} for one in units],
    }


def deadline_changed(plan: Plan, change: str, deadline: date, units: Sequence[dict[str, Any]]) -> Event:
    data = {
        "plan_id": plan.id,
        "plan_name": plan.name,
        "change": change,
        "deadline": deadline.isoformat(),
        "units": [{name: one[name] for name in ("unit_id", "congress_id")} for one in units],
    }
    return Event(DEADLINE_CHANGED, data)


def reminded(plan: Plan, reminder_id: str, by: str, side: str, congresses: Sequence[Congress]) -> Event:
    units = [
        {"unit_id": one.unit.id, "unit_path": list(one.unit.path), "congress_id": one.id}
        for one in congresses
    ]
    data = {"plan_id": plan.id, "reminder_id": reminder_id, "by": by, "side": side, "units": units}
    return Event(REMINDED, data)


def seats_decided(seats: Seats, unit_ids: Sequence[str]) -> list[Event]:
    """To each of those among which they are divided; each finds its share on the page of its own congress."""
    units = [{"unit_id": one, "congress_id": congress_id(seats.plan_id, one)} for one in unit_ids]
    said = {"plan_id": seats.plan_id, "division_id": seats.id, "by": seats.decided_by}
    return [
        Event(SEATS_DECIDED, {**said, "units": units[start : start + UNITS_PER_EVENT]})
        for start in range(0, len(units), UNITS_PER_EVENT)
    ]
