"""What a record adds to every unit above it, and how many such additions change the sums. Pure.

A record contributes counters in a group. The sums of a unit are the counters of all records at and below it, kept in
the same groups. Counters are named by texts that may hold one dot ("state.planned").
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

GroupKey = str
Counters = Mapping[str, int]
Groups = Mapping[GroupKey, Counters]
Sums = dict[GroupKey, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one record adds, and where: to every unit of `path`.

    `home`: the group in which the last unit of the path counts it once more, as its own.
    """

    path: tuple[str, ...]
    group: GroupKey
    counters: Counters
    home: GroupKey = ""

    @property
    def places(self) -> Iterator[tuple[str, GroupKey]]:
        for unit_id in self.path:
            yield unit_id, self.group
        if self.home and self.path:
            yield self.path[-1], self.home


@dataclass(frozen=True, slots=True)
class Difference:
    """Where something kept is not what its first sources say. `stored` and `counted` are the two values."""

    scope: str
    unit_id: str
    group: GroupKey
    counter: str
    stored: int | str
    counted: int | str


def difference(old: Contribution | None, new: Contribution | None) -> dict[str, Sums]:
    """What to add to which unit's groups so that `old` no longer counts and `new` does. Zeros are left out."""
    changes: dict[str, Sums] = {}
    for side, sign in ((old, -1), (new, 1)):
        for unit_id, group in side.places if side else ():
            counters = changes.setdefault(unit_id, {}).setdefault(group, {})
            for name, value in side.counters.items() if side else ():
                counters[name] = counters.get(name, 0) + sign * value
    return {unit_id: kept for unit_id, groups in changes.items() if (kept := without_zeros(groups))}


def without_zeros(groups: Groups) -> Sums:
    """Sums that returned to nothing are equal to sums that never were."""
    kept = {
        key: {name: value for name, value in counters.items() if value} for key, counters in groups.items()
    }
    return {key: counters for key, counters in kept.items() if counters}


def negative(groups: Groups) -> Sums:
    return {key: {name: -value for name, value in counters.items()} for key, counters in groups.items()}


def apply(groups: Groups, change: Groups) -> Sums:
    total = {key: dict(counters) for key, counters in groups.items()}
    for key, counters in change.items():
        group = total.setdefault(key, {})
        for name, value in counters.items():
            group[name] = group.get(name, 0) + value
    return total


def together(changes: Iterable[Mapping[str, Groups]]) -> dict[str, Sums]:
    """Many differences as one change per unit."""
    total: dict[str, Sums] = {}
    for change in changes:
        for unit_id, groups in change.items():
            unit = total.setdefault(unit_id, {})
            for key, counters in groups.items():
                group = unit.setdefault(key, {})
                for name, value in counters.items():
                    group[name] = group.get(name, 0) + value
    return total


def recount(contributions: Iterable[Contribution]) -> dict[str, Sums]:
    """The sums of all units, counted afresh."""
    return together(difference(None, line) for line in contributions)


def sums_from_below(
    unit_id: str,
    own: Iterable[Contribution],
    children: Mapping[str, Groups],
    waiting: Iterable[Contribution] = (),
    home: GroupKey = "",
) -> Sums:
    """The sums of a unit from its own records and the sums of the units right below it, as the tree is now.

    `waiting` is what records that have changed since have added where they stood then; they are not among `own`.
    """
    total: Sums = recount(own).get(unit_id, {})
    for groups in children.values():
        total = apply(total, {key: counters for key, counters in groups.items() if key != home})
    for line in waiting:
        times = sum(one == unit_id for one in line.path) - sum(one in children for one in line.path)
        total = apply(total, {line.group: {name: times * value for name, value in line.counters.items()}})
        if home and line.path[-1:] == (unit_id,):
            total = apply(total, {home: line.counters})
    return without_zeros(total)


def compare(scope: str, stored: Mapping[str, Groups], counted: Mapping[str, Groups]) -> list[Difference]:
    """Every counter that differs, by unit."""
    differences = []
    for unit_id in sorted(stored.keys() | counted.keys()):
        left, right = stored.get(unit_id, {}), counted.get(unit_id, {})
        for key in sorted(left.keys() | right.keys()):
            ours, theirs = left.get(key, {}), right.get(key, {})
            for name in sorted(ours.keys() | theirs.keys()):
                if ours.get(name, 0) != theirs.get(name, 0):
                    pair = (ours.get(name, 0), theirs.get(name, 0))
                    differences.append(Difference(scope, unit_id, key, name, *pair))
    return differences


def compare_contributions(
    scope: str, record_id: str, stored: Contribution | None, counted: Contribution | None
) -> list[Difference]:
    """Where what a record is remembered to have added is not what it should add; named by the record."""
    left = {record_id: {stored.group: stored.counters}} if stored else {}
    found = compare(scope, left, {record_id: {counted.group: counted.counters}} if counted else {})
    if stored and counted and stored.path != counted.path:
        places = ("/".join(stored.path), "/".join(counted.path))
        found.append(Difference(scope, record_id, stored.group, "path", *places))
    return found
