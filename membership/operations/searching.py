"""Finding units by what people type for their names and codes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from membership.context import Context
from membership.domain.units import Unit
from membership.operations.units import READ, heirs_of, visible_unit
from membership.store.units import LOOKED_AT
from servicekit.access.decision import Caller, decide, reach_roots
from servicekit.refusals import Invalid
from servicekit.words import N_
from servicekit.words.names import code_key, code_keys, fit
from servicekit.words.near import wrong_letters

# Ended units that are followed to those they went into.
MOST_ENDED = 20
MOST_MEANT = 20
BY_CODE = 0


class NothingAsked(Invalid):
    title = N_("Ask for a part of a name or for a code.")


@dataclass(frozen=True)
class UnitsFound:
    """`total`: None where more fit than are looked at. `meant`: nothing is named so; these are named nearly so.

    `instead_of`: by the id of a unit found, ended units that were meant by what was asked and went into it.
    """

    items: list[Unit]
    total: int | None
    meant: bool = False
    instead_of: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)


def search_units(
    context: Context, caller: Caller, *, query: str, code: str, below: str, limit: int
) -> UnitsFound:
    """Live units within reach: by their code, or whose names fit best, among them higher levels first.

    Who asks for a unit that has ended gets those it went into. Where nothing is named so, what is named nearly so.
    """
    if not query and not code:
        raise NothingAsked(field="q")
    if below:
        visible_unit(context, caller, below, READ)
    search = _Search(context, caller, below)
    if code:
        unit = context.units.by_code(code)
        return search.found([(BY_CODE, unit)] if unit else [], limit)
    looked_at = context.units.named(query, search.roots)
    found = search.found(_ranked(looked_at, partial(rank_of, query)), limit)
    if len(looked_at) >= LOOKED_AT:
        return UnitsFound(found.items, None, instead_of=found.instead_of)
    return found if found.items else search.nearly(query, min(limit, MOST_MEANT))


def rank_of(query: str, unit: Unit) -> int | None:
    """The lower, the better it fits; None where it does not."""
    return BY_CODE if code_key(query) in code_keys(unit.code) else fit(query, unit.all_names)


Ranked = Sequence[tuple[int, Unit]]


def _ranked(units: Iterable[Unit], rank: Callable[[Unit], int | None]) -> Ranked:
    found = ((rank(unit), unit) for unit in units)
    return [(place, unit) for place, unit in found if place is not None]


class _Search:
    """One caller's search, within their reach, and below one unit if one is named."""

    def __init__(self, context: Context, caller: Caller, below: str) -> None:
        self._context = context
        self._caller = caller
        self._below = below
        self._now = context.clock.now()
        self.roots = [below] if below else [right.unit_id for right in reach_roots(caller, READ)]

    def found(self, fitting: Ranked, limit: int) -> UnitsFound:
        within = [(rank, unit) for rank, unit in fitting if self._within_reach(unit)]
        found = {unit.id: (rank, unit) for rank, unit in within if unit.live}
        instead_of: dict[str, tuple[Unit, ...]] = {}
        for rank, ended in [one for one in within if not one[1].live][:MOST_ENDED]:
            for heir in filter(self._within_reach, heirs_of(self._context, ended)):
                found.setdefault(heir.id, (rank, heir))
                instead_of[heir.id] = (*instead_of.get(heir.id, ()), ended)
        ordered = sorted(found.values(), key=lambda one: (one[0], len(one[1].path), one[1].code))
        return UnitsFound([unit for _, unit in ordered][:limit], len(found), instead_of=instead_of)

    def nearly(self, query: str, limit: int) -> UnitsFound:
        looked_at = self._context.units.nearly_named(query)
        found = self.found(_ranked(looked_at, lambda unit: wrong_letters(query, unit.all_names)), limit)
        return UnitsFound(found.items, found.total, bool(found.items), found.instead_of)

    def _within_reach(self, unit: Unit) -> bool:
        below = not self._below or self._below in unit.path
        return below and decide(self._caller, READ, unit.path, self._now).allowed
