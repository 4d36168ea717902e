"""Which difficulties of a unit a list holds: page by page, or all of them for a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from congress.context import Context
from congress.domain import difficulty_acts as acts
from congress.domain.difficulties import Difficulty
from congress.store.difficulties import ANY, RAISED, WAITS, place_of
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.tree.listed import Line
from servicekit.tree.units import Unit

WAITING = "waiting"
# What a list of a standing holds: what is overdue is open as well.
_STANDINGS: Mapping[str, Sequence[str]] = {"all": ANY, WAITING: ANY, "open": ("open", "overdue")}
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """`which`: all, `waiting` for an act of the unit, or those of one standing; `kind`: of one class; `below`: from one
    unit right below.
    """

    unit_id: str
    which: str = "all"
    kind: str = ""
    below: str = ""

    @property
    def name(self) -> str:
        return WAITS if self.which == WAITING else RAISED

    @property
    def place(self) -> str:
        return place_of(self.unit_id, self.kind, self.below)

    @property
    def standings(self) -> Sequence[str]:
        return _STANDINGS.get(self.which, (self.which,))


def require_list(context: Context, caller: Caller, unit_id: str) -> Unit:
    """By a right that is given at this very unit: whoever looks from further up sees what has come further up."""
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require(acts.at_units(caller, (unit_id,)), acts.READ, (*unit.path, "below"), context.clock.now())
    return unit


def lines_of(context: Context, sought: Sought, begin: str, most: int) -> list[Line]:
    """The newest first; of what waits, what waits longest."""
    store = context.difficulties
    read = store.waiting if sought.which == WAITING else store.page
    return read(sought.place, sought.standings, begin, most, context.clock.now())


def count(context: Context, sought: Sought) -> int | None:
    return context.difficulties.count(sought.name, sought.place, sought.standings, context.clock.now())


def walk(context: Context, sought: Sought) -> Iterator[list[Difficulty]]:
    """All of the list in its order, some at a time."""
    begin = ""
    while lines := lines_of(context, sought, begin, AT_ONCE):
        yield context.difficulties.many([line.id for line in lines])
        begin = lines[-1].order
