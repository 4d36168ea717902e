"""What a new version of the rules would mean, by level, found from the sums of the plan's own unit.

Overdue is here what has not closed and should have: the closing's day has passed, it can still be done, and the
congress is neither postponed nor blocked.
"""

from dataclasses import dataclass, replace
from datetime import date

from congress.domain.plan import Plan, Reach
from congress.domain.rollup import at_group, group_of, is_put_off
from congress.domain.rule_sets import Edit, edited
from servicekit.tree.rollup.figures import Counters, Groups


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
        then = _then(now, changed, level, deadline)
        late_now, late_then = now.closing.due(deadline) < today, changed.closing.due(then) < today
        effects[level] = replace(
            one,
            congresses=one.congresses + counters.get("total", 0),
            reached=one.reached + reached,
            becoming_overdue=one.becoming_overdue + (waiting if late_then and not late_now else 0),
            no_longer_overdue=one.no_longer_overdue + (waiting if late_now and not late_then else 0),
        )
    return tuple(effects.values())


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
