"""What a difficulty adds to the figures of the units above it. Pure.

The sums of a unit hold all of its branch, kept apart by how far up each has come: what has reached the unit itself is
counted by class, and its list has just those rows; of what lies further below only the number is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from congress.domain.difficulties import Difficulty
from servicekit.tree.rollup.figures import Contribution, Groups

COUNTING = 1
# What is withdrawn, or ended with its unit, is nobody's business any more.
COUNTED = ("open", "overdue", "asked_back", "answered", "solved")
WAITING = ("open", "overdue")


@dataclass(frozen=True, slots=True)
class Count:
    """`open`: overdue or not."""

    open: int = 0
    overdue: int = 0
    asked_back: int = 0
    answered: int = 0
    solved: int = 0

    @property
    def any(self) -> bool:
        return any((self.open, self.asked_back, self.answered, self.solved))


def contribution(one: Difficulty) -> Contribution:
    path, standing = one.unit.path, one.standing
    group = f"{one.kind.value}/{path.index(one.chain[0])}"
    return Contribution(path, group, {standing: 1} if standing in COUNTED else {})


def reached(groups: Groups, depth: int, kind: str = "") -> Count:
    """Of a unit's sums, what has come up to the unit at this depth, 0 for the topmost; `kind`: of one class."""
    found = [
        counters
        for key, counters in groups.items()
        for of_kind, _, highest in (key.rpartition("/"),)
        if int(highest) <= depth and kind in ("", of_kind)
    ]
    return Count(
        open=_sum(found, WAITING),
        overdue=_sum(found, ("overdue",)),
        asked_back=_sum(found, ("asked_back",)),
        answered=_sum(found, ("answered",)),
        solved=_sum(found, ("solved",)),
    )


def further_below(groups: Groups, depth: int) -> int:
    """How many wait for an answer of a unit further below."""
    return _sum((one for key, one in groups.items() if int(key.rpartition("/")[2]) > depth), WAITING)


def by_kind(groups: Groups, depth: int) -> dict[str, Count]:
    kinds = {key.rpartition("/")[0] for key in groups}
    found = {kind: reached(groups, depth, kind) for kind in sorted(kinds)}
    return {kind: count for kind, count in found.items() if count.any}


def _sum(found: Iterable[Mapping[str, int]], names: Iterable[str]) -> int:
    wanted = tuple(names)
    return sum(counters.get(name, 0) for counters in found for name in wanted)
