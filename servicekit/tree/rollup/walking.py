"""Lists of units at and below one, walked over the sums: from above, and only into branches with something in them.

A page reads as much as it shows, however large the tree. The order is the place in the tree: a unit before those below
it, those right below one by their codes. A page goes on behind a place, whatever has left the list meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from servicekit.tree.rollup.figures import Groups
from servicekit.tree.units import Unit

# Codes and ids of units, from right below the one where the list begins down to one in it.
Place = tuple[tuple[str, str], ...]
# Stands in no code: it is typed into no line.
BETWEEN = "\n"


class Tree(Protocol):
    def children_of(self, unit_ids: Sequence[str]) -> Mapping[str, Sequence[str]]: ...

    def many(self, unit_ids: Iterable[str]) -> dict[str, Unit]: ...


@dataclass(frozen=True, slots=True)
class Found:
    unit: Unit
    place: Place

    @property
    def text(self) -> str:
        """Its place as a text, for a cursor."""
        return BETWEEN.join(part for step in self.place for part in step)


def place_in(text: str) -> Place:
    """Raises ValueError."""
    parts = text.split(BETWEEN) if text else []
    return tuple(zip(parts[::2], parts[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Walk:
    """`count`: how many of the list the sums of a unit have, at and below it; `own`: whether it is one itself, by its
    sums and its level.
    """

    tree: Tree
    sums: Callable[[Iterable[str]], Mapping[str, Groups]]
    count: Callable[[Groups], int]
    own: Callable[[Groups, str], bool]

    def over(self, begin: Unit, groups: Groups, behind: Place | None) -> Iterator[Found]:
        """`groups`: the sums of the unit where the list begins; `behind`: None for its beginning."""
        return self._over(Found(begin, ()), groups, behind)

    def _over(self, here: Found, groups: Groups, behind: Place | None) -> Iterator[Found]:
        own = self.own(groups, here.unit.level)
        if own and behind is None:
            yield here
        if self.count(groups) == (1 if own else 0):
            return
        ids = self.tree.children_of([here.unit.id]).get(here.unit.id, ())
        sums = self.sums(ids)
        there = [one for one in ids if one in sums and self.count(sums[one]) > 0]
        for unit in sorted(self.tree.many(there).values(), key=lambda one: (one.code, one.id)):
            step = (unit.code, unit.id)
            if behind and step < behind[0]:
                continue
            rest = behind[1:] if behind and step == behind[0] else None
            yield from self._over(Found(unit, (*here.place, step)), sums[unit.id], rest)
