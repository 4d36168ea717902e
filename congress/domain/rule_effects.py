"""What a new version of the rules would mean, by level, found from the sums of the plan's own unit.

Overdue is here what has not closed and should have: the closing's day has passed, it can still be done, and the
congress is neither postponed nor blocked.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from congress.domain.history import Congress, State
from congress.domain.overdue import Standing, standing_of
from congress.domain.plan import Plan, Reach
from congress.domain.progress import is_abandoned
from congress.domain.rollup import at_group, group_of, is_put_off
from congress.domain.rule_sets import Edit, edited, under
from congress.domain.wanted import Wanted
from servicekit.tree.rollup.figures import Counters, Groups


class Turn(StrEnum):
    """What a version makes of a congress that has not closed."""

    OVERDUE = "overdue"
    IN_TIME = "in_time"  # no longer overdue


@dataclass(frozen=True, slots=True)
class Effect:
    """`congresses`: of the level, those of ended units left out. `reached`: of these, those that the version is for.
    `before`: the newest version's deadline. `becoming_overdue`, `no_longer_overdue`: of those reached.
    """

    level: str
    before: date
    after: date
    congresses: int = 0
    reached: int = 0
    becoming_overdue: int = 0
    no_longer_overdue: int = 0

    @property
    def moves(self) -> bool:
        return self.before != self.after


def effects_of(plan: Plan, edit: Edit, reach: Reach, groups: Groups, today: date) -> tuple[Effect, ...]:
    """Of each level, the plan's own order. `groups`: what the plan's own unit adds up."""
    changed = edited(plan, edit)
    effects = {level: Effect(level, day, changed.deadlines[level]) for level, day in plan.deadlines.items()}
    for key, counters in groups.items():
        level, deadline = group_of(key)
        if level not in effects:
            continue
        now, one = at_group(plan, key), effects[level]
        reached, waiting = _reached(now, counters, reach)
        if is_put_off(key, today):
            waiting = 0
        turn = _turn(now, changed, level, deadline, today)
        effects[level] = replace(
            one,
            congresses=one.congresses + counters.get("total", 0),
            reached=one.reached + reached,
            becoming_overdue=one.becoming_overdue + (waiting if turn is Turn.OVERDUE else 0),
            no_longer_overdue=one.no_longer_overdue + (waiting if turn is Turn.IN_TIME else 0),
        )
    return tuple(effects.values())


@dataclass(frozen=True, slots=True)
class Turning(Wanted):
    """The list of those of a level whom a version makes overdue, or no longer: just those that are counted above.

    `changed`: the plan by that version. A difficulty or a next date of theirs keeps them out of it.
    """

    changed: Plan | None = None
    reach: Reach = Reach.NOT_CLOSED
    turn: Turn = Turn.OVERDUE

    def count(
        self, plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool = False
    ) -> int:
        if put_off or not self._turns(plan, deadline, today):
            return 0
        return _reached(plan, counters, self.reach)[1]

    def fits(self, plan: Plan, congress: Congress, today: date) -> bool:
        now = under(plan, congress)
        if congress.unit.level != self.level or is_abandoned(now, congress):
            return False
        if self.reach is Reach.NOT_BEGUN and congress.state is not State.PLANNED:
            return False
        open_still = standing_of(now, congress, now.closing, today) in (Standing.OVERDUE, Standing.TO_COME)
        return open_still and self._turns(now, congress.deadline, today)

    def _turns(self, now: Plan, deadline: date, today: date) -> bool:
        changed = self.changed
        return changed is not None and _turn(now, changed, self.level, deadline, today) is self.turn


def _turn(now: Plan, changed: Plan, level: str, deadline: date, today: date) -> Turn | None:
    """What becomes of those of a group whose closing can be overdue; None where nothing does."""
    late_now = now.closing.due(deadline) < today
    late_then = changed.closing.due(_then(now, changed, level, deadline)) < today
    if late_now == late_then:
        return None
    return Turn.OVERDUE if late_then else Turn.IN_TIME


def _reached(plan: Plan, counters: Counters, reach: Reach) -> tuple[int, int]:
    """How many the version reaches, and of how many of these the closing can be overdue."""
    closing = plan.closing.key
    if reach is Reach.NOT_BEGUN:
        fresh = counters.get("state.planned", 0)
        return fresh, fresh - counters.get("fresh.shut", 0)
    not_closed = counters.get("total", 0) - counters.get(f"done.{closing}", 0)
    shut = sum(counters.get(f"{name}.{closing}", 0) for name in ("skipped", "left_out", "blocked"))
    return not_closed, not_closed - shut


def _then(now: Plan, changed: Plan, level: str, deadline: date) -> date:
    """The deadline that would count for those of a group: days of their own, later or earlier, stay."""
    planned, new = now.deadlines.get(level, deadline), changed.deadlines[level]
    if deadline == planned:
        return new
    return max(new, deadline) if deadline > planned else min(new, deadline)
