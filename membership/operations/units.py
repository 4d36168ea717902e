"""Looking at the tree, each caller within their reach."""

from collections.abc import Iterable
from dataclasses import dataclass

from membership.context import Context
from membership.domain.units import LevelScheme, Unit
from servicekit.access.decision import Caller, UnknownHere, decide, reach_roots, require
from servicekit.web.listing import Page, key_of, page_from

READ = "unit:read"
# Over how many reorganisations an ended unit is followed to those it went into.
MOST_STEPS = 10


@dataclass(frozen=True)
class UnitSeen:
    """A unit in its place: those above it, root first; how many live and ended ones are directly below; its heirs."""

    unit: Unit
    ancestors: tuple[Unit, ...]
    children_count: int
    ended_count: int
    heirs: tuple[Unit, ...]


def read_levels(context: Context) -> LevelScheme | None:
    return context.units.tree().scheme


def read_unit(context: Context, caller: Caller, unit_id: str) -> UnitSeen:
    unit = visible_unit(context, caller, unit_id, READ)
    above = context.units.many(unit.path[:-1])
    ancestors = tuple(above[ancestor] for ancestor in unit.path[:-1] if ancestor in above)
    heirs = tuple(heirs_of(context, unit)) if not unit.live else ()
    live, ended = (context.units.children_count(unit_id, live=live) for live in (True, False))
    return UnitSeen(unit, ancestors, live, ended, heirs)


def units_by_id(context: Context, caller: Caller, ids: Iterable[str]) -> Page[Unit]:
    """Those of these units that the caller may see, ended ones too: for pages that name many."""
    now = context.clock.now()
    found = context.units.many(dict.fromkeys(ids)).values()
    return _whole(unit for unit in found if decide(caller, READ, unit.path, now).allowed)


def list_children(
    context: Context, caller: Caller, unit_id: str, after: str, limit: int, *, ended: bool = False
) -> Page[Unit]:
    visible_unit(context, caller, unit_id, READ)
    return children_of(context, unit_id, after, limit, live=not ended)


def children_of(context: Context, unit_id: str, after: str, limit: int, *, live: bool = True) -> Page[Unit]:
    """A page of those directly below, in the order of their codes, which differ. Raises CursorUnknown."""
    (begin,) = key_of(after, 1) if after else ("",)
    found = context.units.children(unit_id, begin, limit + 1, live=live)
    return page_from(
        found, lambda unit: (unit.code,), limit, context.units.children_count(unit_id, live=live)
    )


def list_roots(context: Context, caller: Caller) -> Page[Unit]:
    """The units where the caller's own reach begins."""
    units = context.units.many(right.unit_id for right in reach_roots(caller, READ))
    return _whole(units.values())


def heirs_of(context: Context, ended: Unit) -> list[Unit]:
    """The live units that it went into, also over units that have ended since."""
    heirs: dict[str, Unit] = {}
    seen: set[str] = {ended.id}
    waiting = list(ended.successors)
    for _ in range(MOST_STEPS):
        waiting = [one for one in dict.fromkeys(waiting) if one not in seen]
        if not waiting:
            break
        seen.update(waiting)
        next_ones = context.units.many(waiting).values()
        heirs |= {unit.id: unit for unit in next_ones if unit.live}
        waiting = [heir for unit in next_ones if not unit.live for heir in unit.successors]
    return list(heirs.values())


def visible_unit(context: Context, caller: Caller, unit_id: str, permission: str) -> Unit:
    """The unit when the caller holds the permission there; one that does not exist and one out of sight are alike."""
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require(caller, permission, unit.path, context.clock.now())
    return unit


def _whole(units: Iterable[Unit]) -> Page[Unit]:
    ordered = sorted(units, key=_higher_first)
    return Page(ordered, None, len(ordered))


def _higher_first(unit: Unit) -> tuple[int, str]:
    return len(unit.path), unit.code
