"""Difficulties follow the tree: they move with their unit, and go over to another one when it ends.

All of it within the transaction of the event. Records are compared: told again, what was missed is made good.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from congress import events
from congress.context import Context
from congress.domain import difficulties as rules
from congress.domain import difficulty_handing as handing
from congress.domain.difficulties import Blocked, Difficulty
from congress.domain.planned import congress_id
from congress.operations.difficulties import due_with, entry_of
from servicekit.data.events import AuditEntry, Event
from servicekit.tree.units import Unit, UnitChange

Save = tuple[Difficulty, list[Event], list[AuditEntry]]


def follow_units(context: Context, changes: Sequence[UnitChange]) -> None:
    units = {change.id: change.after for change in changes}
    found = context.difficulties.of_units(units)
    # What waited for a successor that had not been told of.
    begun = [change.id for change in changes if change.begun]
    found += [one for one in context.difficulties.left_to(begun) if one.unit.id not in units]
    saves = [save for one in found if (save := _followed(context, one, units.get(one.unit.id, one.unit)))]
    context.difficulties.save_many(saves)


def _followed(context: Context, one: Difficulty, unit: Unit) -> Save | None:
    ended = replace(one, unit=unit)
    heir = handing.heir_of(unit, context.units.find) if handing.is_to_hand_over(ended) else None
    if heir is not None:
        return _handed_over(context, one, ended, heir)
    if one.unit == unit:
        return None
    changed = rules.moved(one, unit, context.clock.now(), partial(due_with, context, one))
    return changed, _whose_turn(one, changed), []


def _handed_over(context: Context, one: Difficulty, ended: Difficulty, heir: Unit) -> Save:
    due_at = partial(due_with, context, one)
    blocks = _blocks(context, one.blocks, heir)
    changed = handing.hand_over(ended, heir, blocks, context.clock.now(), due_at)
    entry = entry_of("difficulty.handed_over", changed, {"from_unit": one.unit.id})
    return changed, _whose_turn(one, changed), [entry]


def _whose_turn(before: Difficulty, after: Difficulty) -> list[Event]:
    """Whoever is to act is told where somebody else was to until now."""
    return events.whose_turn(after) if after.waits_with not in ("", before.waits_with) else []


def _blocks(context: Context, blocks: Blocked, heir: Unit) -> Blocked:
    """The same milestone of the heir's own congress, if it holds one."""
    of_heir = congress_id(blocks.plan_id, heir.id) if blocks.congress_id else ""
    there = context.congresses.there([of_heir]) if of_heir else ()
    return replace(blocks, congress_id=of_heir) if of_heir in there else rules.NOTHING_BLOCKED
