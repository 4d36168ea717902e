"""Looking at the tree, each caller within their reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from membership.domain.names import code_key, code_keys, matches
from membership.domain.units import LevelScheme, Unit
from membership.outside import Outside
from servicekit.access import Caller, UnknownHere, decide, reach_roots, require
from servicekit.refusals import Invalid
from servicekit.words import N_

READ = "unit:read"
# Ended units that are followed to those they went into, and over how many reorganisations.
MOST_ENDED = 20
MOST_STEPS = 10


class NothingAsked(Invalid):
    title = N_("Ask for a part of a name or for a code.")


@dataclass(frozen=True)
class UnitSeen:
    """A unit in its place: those above it, root first; how many live and ended ones are directly below; its heirs."""

    unit: Unit
    ancestors: tuple[Unit, ...]
    children_count: int
    ended_count: int
    heirs: tuple[Unit, ...]


@dataclass(frozen=True)
class UnitPage:
    items: list[Unit]
    next: str | None = None  # the code after which the next page begins
    # By the id of a unit found: ended units that were meant by what was asked, and went into it.
    instead_of: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)


def read_levels(outside: Outside) -> LevelScheme | None:
    return outside.units.tree().scheme


def read_unit(outside: Outside, caller: Caller, unit_id: str) -> UnitSeen:
    unit = visible_unit(outside, caller, unit_id, READ)
    above = outside.units.many(unit.path[:-1])
    ancestors = tuple(above[ancestor] for ancestor in unit.path[:-1] if ancestor in above)
    heirs = tuple(heirs_of(outside, unit)) if not unit.live else ()
    live, ended = (outside.units.children_count(unit_id, live=live) for live in (True, False))
    return UnitSeen(unit, ancestors, live, ended, heirs)


def units_by_id(outside: Outside, caller: Caller, ids: Iterable[str]) -> UnitPage:
    """Those of these units that the caller may see, ended ones too: for pages that name many."""
    now = outside.clock.now()
    found = outside.units.many(dict.fromkeys(ids)).values()
    return UnitPage([unit for unit in found if decide(caller, READ, unit.path, now).allowed])


def list_children(
    outside: Outside, caller: Caller, unit_id: str, after: str, limit: int, *, ended: bool = False
) -> UnitPage:
    visible_unit(outside, caller, unit_id, READ)
    return _page(outside.units.children(unit_id, after, limit + 1, live=not ended), limit)


def list_roots(outside: Outside, caller: Caller) -> UnitPage:
    """The units where the caller's own reach begins."""
    units = outside.units.many(right.unit_id for right in reach_roots(caller, READ))
    return UnitPage(sorted(units.values(), key=_higher_first))


def search_units(
    outside: Outside, caller: Caller, *, query: str, code: str, below: str, limit: int
) -> UnitPage:
    """Live units within reach by their code or by the beginnings of words of their names, higher levels first.

    Who asks for a unit that has ended gets those it went into.
    """
    if not query and not code:
        raise NothingAsked(field="q")
    if below:
        visible_unit(outside, caller, below, READ)
    roots = [below] if below else [right.unit_id for right in reach_roots(caller, READ)]
    now = outside.clock.now()

    def within_reach(unit: Unit) -> bool:
        return (not below or below in unit.path) and decide(caller, READ, unit.path, now).allowed

    fitting = [
        unit
        for unit in _asked_for(outside, query, code, roots)
        if within_reach(unit) and (code or fits(query, unit))
    ]
    found = {unit.id: unit for unit in fitting if unit.live}
    instead_of: dict[str, tuple[Unit, ...]] = {}
    for ended in [unit for unit in fitting if not unit.live][:MOST_ENDED]:
        for heir in filter(within_reach, heirs_of(outside, ended)):
            found.setdefault(heir.id, heir)
            instead_of[heir.id] = (*instead_of.get(heir.id, ()), ended)
    return UnitPage(sorted(found.values(), key=_higher_first)[:limit], instead_of=instead_of)


def fits(query: str, unit: Unit) -> bool:
    return matches(query, unit.all_names) or code_key(query) in code_keys(unit.code)


def heirs_of(outside: Outside, ended: Unit) -> list[Unit]:
    """The live units that it went into, also over units that have ended since."""
    heirs: dict[str, Unit] = {}
    seen: set[str] = {ended.id}
    waiting = list(ended.successors)
    for _ in range(MOST_STEPS):
        waiting = [one for one in dict.fromkeys(waiting) if one not in seen]
        if not waiting:
            break
        seen.update(waiting)
        next_ones = outside.units.many(waiting).values()
        heirs |= {unit.id: unit for unit in next_ones if unit.live}
        waiting = [heir for unit in next_ones if not unit.live for heir in unit.successors]
    return list(heirs.values())


def visible_unit(outside: Outside, caller: Caller, unit_id: str, permission: str) -> Unit:
    """The unit when the caller holds the permission there; one that does not exist and one out of sight are alike."""
    unit = outside.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require(caller, permission, unit.path, outside.clock.now())
    return unit


def _asked_for(outside: Outside, query: str, code: str, roots: list[str]) -> list[Unit]:
    if not code:
        return outside.units.named(query, roots)
    unit = outside.units.by_code(code)
    return [unit] if unit else []


def _page(units: list[Unit], limit: int) -> UnitPage:
    return UnitPage(units[:limit], units[limit - 1].code if len(units) > limit else None)


def _higher_first(unit: Unit) -> tuple[int, str]:
    return len(unit.path), unit.code
