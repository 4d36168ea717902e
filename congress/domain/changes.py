"""What changed in a report since it came back: what its sender corrected, for whoever decides on it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from congress.domain.history import CORRECTING, DECIDED, Act, Congress, Entry
from congress.domain.plan import Mark, Plan
from congress.domain.reopening import figures_at

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class SinceReturn:
    """`figures` and `milestones`: of those that are otherwise now, what they were; None where there was nothing.
    `votes`: whether anybody has said anew who was elected, in tallies or lists.
    """

    act: Act
    figures: Mapping[str, float | None]
    milestones: Mapping[str, date | None]
    votes: bool


def since_return(plan: Plan, congress: Congress) -> SinceReturn | None:
    """None where the last decision was no return and no reopening, or there was none.

    What sending up and approving record by themselves is nobody's correction.
    """
    act = next((one for one in reversed(congress.acts) if one.kind in DECIDED), None)
    if act is None or act.kind not in CORRECTING:
        return None
    by_itself = {one.key for one in plan.milestones if one.mark in (Mark.SUBMITTED, Mark.APPROVED)}
    days = {key: entry.date for key, entry in congress.current.items()}
    before = _days([entry for entry in congress.entries if entry.at <= act.at])
    return SinceReturn(
        act,
        _otherwise(figures_at(congress, act) or {}, congress.results or {}),
        {key: day for key, day in _otherwise(before, days).items() if key not in by_itself},
        any(one.at > act.at for one in congress.tellers),
    )


def _days(entries: list[Entry]) -> dict[str, date | None]:
    latest = {entry.milestone: entry.date for entry in entries}
    return {key: day for key, day in latest.items() if day is not None}


def _otherwise(before: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value | None]:
    return {key: before.get(key) for key in {**before, **now} if before.get(key) != now.get(key)}
