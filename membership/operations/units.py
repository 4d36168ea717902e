"""Looking at the tree, each caller within their reach."""

from dataclasses import dataclass

from membership.domain.names import matches
from membership.domain.units import LevelScheme, Unit
from membership.outside import Outside
from servicekit.access import Caller, UnknownHere, decide, reach_roots, require
from servicekit.refusals import Invalid
from servicekit.words import N_

READ = "unit:read"


class NothingAsked(Invalid):
    title = N_("Ask for a part of a name or for a code.")


@dataclass(frozen=True)
class UnitSeen:
    """A unit in its place: the units above it, root first, and how many live units are directly below."""

    unit: Unit
    ancestors: tuple[Unit, ...]
    children_count: int


@dataclass(frozen=True)
class UnitPage:
    items: list[Unit]
    next: str | None = None  # the code after which the next page begins


def read_levels(outside: Outside) -> LevelScheme | None:
    return outside.units.tree().scheme


def read_unit(outside: Outside, caller: Caller, unit_id: str) -> UnitSeen:
    unit = visible_unit(outside, caller, unit_id, READ)
    above = outside.units.many(unit.path[:-1])
    ancestors = tuple(above[ancestor] for ancestor in unit.path[:-1] if ancestor in above)
    return UnitSeen(unit, ancestors, outside.units.children_count(unit_id))


def list_children(outside: Outside, caller: Caller, unit_id: str, after: str, limit: int) -> UnitPage:
    visible_unit(outside, caller, unit_id, READ)
    return _page(outside.units.children(unit_id, after, limit + 1), limit)


def list_roots(outside: Outside, caller: Caller) -> UnitPage:
    """The units where the caller's own reach begins."""
    units = outside.units.many(right.unit_id for right in reach_roots(caller, READ))
    return UnitPage(sorted(units.values(), key=_higher_first))


def search_units(
    outside: Outside, caller: Caller, *, query: str, code: str, below: str, limit: int
) -> UnitPage:
    """Live units within reach by their code or by the beginnings of words of their names, higher levels first."""
    if not query and not code:
        raise NothingAsked(field="q")
    if below:
        visible_unit(outside, caller, below, READ)
    roots = [below] if below else [right.unit_id for right in reach_roots(caller, READ)]
    now = outside.clock.now()
    found = [
        unit
        for unit in _asked_for(outside, query, code, roots)
        if unit.live
        and (not below or below in unit.path)
        and decide(caller, READ, unit.path, now).allowed
        and matches(query, unit.names.values())
    ]
    return UnitPage(sorted(found, key=_higher_first)[:limit])


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
