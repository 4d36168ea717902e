"""Difficulties that nobody answers climb: a step of the projector, which looks at what has run out."""

from functools import partial

from congress import events
from congress.context import Context
from congress.domain import difficulties as rules
from congress.domain.difficulties import Difficulty, NobodyAbove
from congress.operations.difficulties import entry_of
from servicekit.data.events import Event
from servicekit.refusals import Stale

# A few writes each; the other steps have their turn between.
AT_ONCE = 50


def climb(context: Context) -> int:
    """Each in a transaction of its own: killed anywhere, the next one goes on. How many it moved, or marked.

    Its new day counts from today, so one that nobody has looked at for a week climbs one level, as after a day.
    """
    found = context.difficulties.run_out(context.clock.today(), AT_ONCE)
    return sum(context.database.in_transaction(partial(climb_one, context, one)) for one in found)


def climb_one(context: Context, difficulty: Difficulty) -> int:
    """Nothing where somebody has answered it meanwhile."""
    try:
        changed, action, told = _changed(context, difficulty)
        context.difficulties.save(changed, difficulty.version, told, [entry_of(action, changed)])
    except Stale:
        return 0
    return 1


def _changed(context: Context, difficulty: Difficulty) -> tuple[Difficulty, str, list[Event]]:
    path, today = difficulty.unit.path, context.clock.today()
    try:
        above = rules.next_above(path, difficulty.place, context.units.many(path))
    except NobodyAbove:
        return rules.stay_overdue(difficulty), "difficulty.ran_out", []
    due = context.clocks.due(above.level, difficulty.urgency, today, context.calendar)
    changed = rules.climb(difficulty, above, due, context.clock.now())
    return changed, "difficulty.climbed", events.whose_turn(changed)
