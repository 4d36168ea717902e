"""Difficulties of a unit that has ended go over to the one that took it over, or to the unit above it. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from congress.domain.difficulties import OVER, Blocked, Difficulty, State, Step, StepKind, followed_place
from servicekit.tree.units import Unit


def heir_of(ended: Unit, find: Callable[[str], Unit | None]) -> Unit | None:
    """Its one successor, also over units that have ended since; where it went into several or into none, the nearest
    unit above that has not ended. None where that one has nobody above who could answer, or where a successor has not
    been told of yet.
    """
    unit, seen = ended, set[str]()
    while not unit.live:
        following = unit.successors if len(unit.successors) == 1 and unit.id not in seen else ()
        found = [find(one) for one in following or reversed(unit.path[:-1])]
        if following and found[0] is None:
            return None
        seen.add(unit.id)
        known = [one for one in found if one is not None and (following or one.live)]
        if not known:
            return None
        unit = known[0]
    return unit if len(unit.path) > 1 else None


def is_to_hand_over(difficulty: Difficulty) -> bool:
    return difficulty.state not in OVER and not difficulty.unit.live


def hand_over(
    difficulty: Difficulty, heir: Unit, blocks: Blocked, at: datetime, due_at: Callable[[str], date]
) -> Difficulty:
    """The same of another unit: its way, its state and, where it goes on lying where it lay, its day go on. `blocks`:
    what it keeps the heir's congress from. `due_at`: the day by which a unit to which it comes should answer.
    """
    ended, place = difficulty.unit, followed_place(difficulty.place, difficulty.unit.path, heir.path)
    if place == heir.id:
        place = heir.path[-2]
    stays = place == difficulty.place
    step = Step(StepKind.HANDED_OVER, at, ended.id, to=heir.id)
    further = () if stays else (Step(StepKind.MOVED, at, heir.id, to=place),)
    due = difficulty.due if stays or difficulty.state is not State.OPEN else due_at(place)
    steps = (*difficulty.steps, step, *further)
    return replace(difficulty, unit=heir, place=place, due=due, blocks=blocks, steps=steps)
