"""Days that units set for those below: brought to each congress beside requests, to those that come later at once."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from congress.context import Context
from congress.domain import handing_down as rules
from congress.domain.handing_down import LevelBelow
from congress.domain.history import Congress
from congress.domain.plan import Plan, PlanState
from congress.domain.planned import congress_id, congresses_above
from congress.domain.reminders import REMINDED
from congress.operations.rule_sets import parts_of_change
from congress.store.handings import Handing
from servicekit.ids import id_from
from servicekit.tree.units import Unit, UnitChange

BATCH = 500


def levels_below(context: Context, plan: Plan, congress: Congress) -> tuple[LevelBelow, ...]:
    """What a unit may set days for: a handful of reads, however much stands below it. `plan`: by its newest rules."""
    levels = context.units.levels_under([congress.unit.id])[congress.unit.id]
    rollup = context.rollups.find(plan.id, congress.unit.id)
    above = context.congresses.many(congresses_above(plan, congress.unit))
    live = [level for level, depths in levels.items() if any(depths.values())]
    return rules.levels_below(plan, congress, above, live, rollup.groups if rollup else {})


def as_set_above(context: Context, plan: Plan, congresses: Sequence[Congress]) -> list[Congress]:
    """New ones, or others that are looked at: as the units above have set it by now."""
    if not context.handings.plans_among([plan.id]):
        return list(congresses)
    return brought_down(context, plan, congresses)


def brought_down(context: Context, plan: Plan, congresses: Sequence[Congress]) -> list[Congress]:
    above = _above(context, plan, congresses)
    at, today = context.clock.now(), context.clock.today()
    return [
        rules.brought_down(
            plan, one, [above[each] for each in congresses_above(plan, one.unit) if each in above], at, today
        )
        for one in congresses
    ]


def _above(context: Context, plan: Plan, congresses: Sequence[Congress]) -> Mapping[str, Congress]:
    wanted = {each for one in congresses for each in congresses_above(plan, one.unit)}
    return {one.id: one for one in context.congresses.many(sorted(wanted))}


def follow_moves(context: Context, plan: Plan, changes: Sequence[UnitChange]) -> None:
    """Within the transaction of the event: what stands elsewhere by now is looked at again, a branch as one."""
    if not context.handings.plans_among([plan.id]):
        return
    moved = {one.id for one in changes if one.before and _place(one.before) != _place(one.after)}
    tops = [one.id for one in changes if one.id in moved and not moved & set(one.after.path[:-1])]
    context.handings.want(plan.id, tops)


def _place(unit: Unit) -> tuple[tuple[str, ...], str, bool]:
    return unit.path, unit.level, unit.live


# ---------------------------------------------------------------- the projector's side


def hand_down(context: Context) -> Iterator[int]:
    """Brings the congresses below to the days that were set, BATCH in a write, then tells of days that moved.

    Cut off, it goes on. A congress that somebody saves at that moment is found behind again, and so a branch is looked
    at until none is.
    """
    for one in context.handings.waiting():
        plan = context.plans.find(one.plan_id)
        if plan and plan.state is PlanState.CLOSED:
            plan = None
        behind = 0
        ids = iter(_ids_below(context, plan, one.unit_id) if plan else ())
        while plan and (some := list(islice(ids, BATCH))):
            found = context.congresses.many(some)
            late = [
                now for now, was in zip(brought_down(context, plan, found), found, strict=True) if now != was
            ]
            behind += len(late)
            context.congresses.put_handed(late)
            # Of what was looked at: by a 0 whoever does it by pieces would take it for over.
            yield len(some)
        if not behind:
            if plan:
                _tell(context, plan, one)
            context.handings.done(one)


def _ids_below(context: Context, plan: Plan, unit_id: str) -> list[str]:
    return sorted(congress_id(plan.id, unit.id) for unit in context.units.below(unit_id))


def _tell(context: Context, plan: Plan, handing: Handing) -> None:
    """Of what the unit has changed last, once, those below whose report has not been sent up: of a day that it has
    taken back with the one that counts there then.
    """
    congress = next(iter(context.congresses.many([congress_id(plan.id, handing.unit_id)])), None)
    if congress is None or not congress.takings:
        return
    takings, last = congress.takings, congress.takings[-1]
    above = context.congresses.many(congresses_above(plan, congress.unit))
    known = {one.level: one.day for one in rules.levels_below(plan, congress, above, plan.deadlines, {})}
    ended = {level: known[level] for one in takings for level in one.below if level in known}
    for level, until in {**ended, **last.below}.items():
        since = rules.said_since(takings, level)
        key = id_from("handed", plan.id, handing.unit_id, level, since.isoformat())
        if context.reminders.is_given(f"{key}|0"):
            continue
        units = context.congresses.with_deadline(plan, level, until, REMINDED)
        below = [one for one in units if handing.unit_id in one["unit_path"][:-1]]
        context.reminders.give(parts_of_change(plan, key, until, below))
