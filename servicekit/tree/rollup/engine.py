"""The roll-up engine: takes changed records into the sums of every unit above them, many at a time, each once.

A service declares its figures: which records, what one contributes, by what sums are kept apart. Each save of a record
sets `dirty` and raises `version` in the same write; a move of its unit does too. Whoever counts takes some of those,
compares what each contributes with what it did when it was last counted, and changes both in one transaction: killed
anywhere, it goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from pymongo import UpdateOne

from servicekit.data.database import Database, session
from servicekit.tree.rollup.figures import (
    Contribution,
    Difference,
    Groups,
    Sums,
    apply,
    compare,
    compare_contributions,
    difference,
    negative,
    sums_from_below,
    together,
    without_zeros,
)
from servicekit.tree.rollup.sums import Counted, Names, SumStore, groups_of
from servicekit.tree.units import Unit

R = TypeVar("R")
Document = dict[str, Any]
# 500 records make about 1,100 writes, which is what one transaction of the embedded database does well.
TAKEN_AT_ONCE = 500
LOOKED_AT = 100  # units in one part of a verification
# While nothing changes the figures are good anyway; the mark is for whoever asks in the moment of the next change.
MARK_EVERY = timedelta(seconds=10)


class Tree(Protocol):
    """The units as the service keeps them."""

    def children_of(self, unit_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Ended ones too."""
        ...

    def ids_deepest_first(self) -> Sequence[str]: ...


class Units(Tree, Protocol):
    def many(self, unit_ids: Iterable[str]) -> dict[str, Unit]: ...


@dataclass(frozen=True)
class Figures(Generic[R]):
    """What is rolled up.

    `contribute` gives what records add, in their order; `from_sources` the same derived from first sources alone, where
    a record keeps what it derives from them. `kept`: the fields that the record's value is made of, all of them where
    that is None. `units` are named where the sums tell of their units.
    """

    records: str
    names: Names
    counting: int
    value_of: Callable[[Document], R]
    contribute: Callable[[Sequence[R]], Sequence[Contribution]]
    tree: Tree
    from_sources: Callable[[Sequence[R]], Sequence[Contribution]] | None = None
    units: Units | None = None
    kept: Sequence[str] = ()
    home: str = ""


@dataclass
class Findings:
    """What a look at some units found, and what it takes to make it right."""

    differences: list[Difference] = field(default_factory=list)
    remembered: list[Counted] = field(default_factory=list)  # as they should be
    sums: dict[str, dict[str, Groups]] = field(default_factory=dict)  # by scope and unit: what to add
    places: list[Unit] = field(default_factory=list)  # units whose sums stand elsewhere


# By scope and unit: how much too high the sums are that were looked at before.
Errors = dict[tuple[str, str], Groups]


class Rollups(Generic[R]):
    def __init__(self, database: Database, figures: Figures[R]) -> None:
        self._database = database
        self._figures = figures
        self._records = database.mongo[figures.records]
        self.store = SumStore(database, figures.names)

    def prepare(self) -> None:
        self._records.create_index("dirty", partialFilterExpression={"dirty": True})
        self.store.prepare()

    # Counting

    def count_changes(self, now: datetime, at_once: int = TAKEN_AT_ONCE) -> int:
        """Takes up to so many changed records into the sums; how many it took.

        When nothing is left, everything saved before `now` is counted, and the answers say so.
        """
        changed = self.waiting(at_once)
        if changed:
            self._database.in_transaction(lambda: self.absorb(changed))
            self.clean(changed)
        if len(changed) < at_once:
            marked = self.store.counted_until()
            if changed or marked is None or now - marked >= MARK_EVERY:
                self.store.put_counted_until(now)
        return len(changed)

    def absorb(self, documents: Sequence[Document]) -> None:
        """Within a transaction: what each record contributes, and the differences in all sums above it."""
        changes = self._changes(documents)
        self.store.take(changes, self._units_above(one.contribution for _, one in changes))

    def pending(self, at_once: int) -> dict[str, dict[str, Sums]]:
        """By scope and unit: what counting so many of the changed records would change. Within one snapshot with the
        sums it makes a reader see what was saved a moment ago.
        """
        scopes: dict[str, list[dict[str, Sums]]] = {}
        for old, new in self._changes(self.waiting(at_once)):
            change = difference(old.contribution if old else None, new.contribution)
            scopes.setdefault(new.scope, []).append(change)
        return {scope: together(changes) for scope, changes in scopes.items()}

    def _changes(self, documents: Sequence[Document]) -> list[tuple[Counted | None, Counted]]:
        """What was remembered of each that is not counted yet, and what it contributes now."""
        held = self.store.contributions(one["_id"] for one in documents)
        fresh = [
            one
            for one in documents
            if one["_id"] not in held or not held[one["_id"]].reflects(one["version"], self._figures.counting)
        ]
        return [(held.get(one.record_id), one) for one in self._counted(fresh, self._figures.contribute)]

    def count_new(
        self, scope: str, records: Iterable[tuple[str, R]], units: Mapping[str, Unit] | None = None
    ) -> None:
        """Within the transaction that adds these records: they are counted at once, and not marked."""
        named = list(records)
        lines = self._figures.contribute([record for _, record in named])
        self.store.take(
            [
                (None, Counted(record_id, scope, 1, line, self._figures.counting))
                for (record_id, _), line in zip(named, lines, strict=True)
            ],
            units if units is not None else self._units_above(lines),
        )

    def waiting(self, limit: int) -> list[Document]:
        found = self._records.find({"dirty": True}, self._projection(), session=session())
        return list(found.limit(limit))

    def any_waiting(self) -> bool:
        return self.number_waiting(1) > 0

    def number_waiting(self, most: int) -> int:
        return len(list(self._records.find({"dirty": True}, {"_id": 1}).limit(most)))

    def mark(self, record_ids: Iterable[str]) -> None:
        """For whoever counts to look at."""
        if ids := list(record_ids):
            self._records.update_many({"_id": {"$in": ids}}, {"$set": {"dirty": True}}, session=session())

    def clean(self, documents: Sequence[Document]) -> None:
        """Takes the mark off those that nobody has saved in the meantime.

        Not in a transaction: were this process killed in one, nobody could save these records for a minute.
        """
        writes = [
            UpdateOne({"_id": one["_id"], "version": one["version"]}, {"$unset": {"dirty": ""}})
            for one in documents
        ]
        if writes:
            self._records.bulk_write(writes, ordered=False)

    def counted_until(self, now: datetime, never: datetime) -> datetime:
        """Everything saved before this instant is in the figures that are read from now on."""
        return (self.store.counted_until() or never) if self.any_waiting() else now

    # Verifying and mending

    def parts(self) -> Iterator[Sequence[str]]:
        """Units to look at, some at a time, deepest first: after all that stands below them."""
        known = self._figures.tree.ids_deepest_first()
        strangers = self.store.unit_ids() - set(known)
        ids = [*sorted(strangers), *known]
        for start in range(0, len(ids), LOOKED_AT):
            yield ids[start : start + LOOKED_AT]

    def look(self, unit_ids: Sequence[str], errors: Errors, scope: str = "") -> Findings:
        """Within a transaction: of each unit, whether its sums are what its records and those below it say.

        Units below are looked at before; `errors` is what was found there, and takes up what is found here. A record
        that waits to be counted counts as it was counted last: lag is not drift.
        """
        children = self._figures.tree.children_of(unit_ids)
        below = {child for ids in children.values() for child in ids}
        stored = self.store.of_units({*unit_ids, *below})
        waiting = [one["_id"] for one in self._records.find({"dirty": True}, {"_id": 1}, session=session())]
        late = self.store.contributions(waiting)
        found = Findings()
        own = self._own(unit_ids, set(waiting), found, scope)
        scopes = {scope} if scope else stored.keys() | own.keys()
        for one in sorted(scopes):
            lines = [counted.contribution for counted in late.values() if counted.scope == one]
            for unit_id in unit_ids:
                sums = {child: stored.get(one, {}).get(child) for child in children.get(unit_id, ())}
                true = sums_from_below(
                    unit_id,
                    own.get(one, {}).get(unit_id, ()),
                    {
                        child: apply(groups_of(there), negative(errors.get((one, child), {})))
                        for child, there in sums.items()
                    },
                    lines,
                    self._figures.home,
                )
                kept = groups_of(stored.get(one, {}).get(unit_id))
                errors.pop((one, unit_id), None)
                if differences := compare(one, {unit_id: kept}, {unit_id: true}):
                    found.differences += differences
                    error = without_zeros(apply(kept, negative(true)))
                    errors[one, unit_id] = error
                    found.sums.setdefault(one, {})[unit_id] = negative(error)
        self._look_at_places(unit_ids, stored, scope, found)
        return found

    def mend(self, found: Findings) -> None:
        """Within the transaction of the look."""
        self.store.remember(found.remembered)
        for scope, changes in found.sums.items():
            units = self._figures.units.many(changes) if self._figures.units else {}
            self.store.add(scope, changes, units)
        if found.places:
            self.store.follow(found.places)

    def orphans(self, scope: str = "") -> list[Counted]:
        """What records that are not there any more are remembered to have added. Reads everything."""
        kept = list(self.store.all_contributions())
        there = {one["_id"] for one in self._records.find({}, {"_id": 1}, batch_size=20_000)}
        return [one for one in kept if one.record_id not in there and scope in ("", one.scope)]

    def forget(self, orphans: Sequence[Counted]) -> None:
        """Within a transaction; counted no more."""
        still = self.store.contributions(one.record_id for one in orphans)
        self.store.forget(list(still.values()))

    def _own(
        self, unit_ids: Sequence[str], waiting: set[str], found: Findings, scope: str
    ) -> dict[str, dict[str, list[Contribution]]]:
        """By scope and unit: what its records contribute that wait for nobody."""
        wanted: Document = {"unit_id": {"$in": list(unit_ids)}}
        documents = [
            one
            for one in self._records.find(wanted, self._projection(), session=session())
            if one["_id"] not in waiting and scope in ("", self._scope_of(one))
        ]
        kept = self.store.contributions(one["_id"] for one in documents)
        own: dict[str, dict[str, list[Contribution]]] = {}
        for one in self._counted(documents, self._figures.from_sources or self._figures.contribute):
            known = kept.get(one.record_id)
            remembered = known.contribution if known else None
            if remembered != one.contribution:
                found.remembered.append(one)
                found.differences += compare_contributions(
                    one.scope, one.record_id, remembered, one.contribution
                )
            for unit_id in one.contribution.path[-1:]:
                own.setdefault(one.scope, {}).setdefault(unit_id, []).append(one.contribution)
        return own

    def _look_at_places(
        self,
        unit_ids: Sequence[str],
        stored: Mapping[str, Mapping[str, Document]],
        scope: str,
        found: Findings,
    ) -> None:
        """Where sums stand decides under whom they are shown and who may read them."""
        if self._figures.units is None:
            return
        units = self._figures.units.many(unit_ids)
        for one, sums in sorted(stored.items()):
            for unit_id in unit_ids:
                unit, there = units.get(unit_id), sums.get(unit_id)
                if unit and there and scope in ("", one) and tuple(there["path"]) != unit.path:
                    places = ("/".join(there["path"]), "/".join(unit.path))
                    found.differences.append(Difference(one, unit_id, "rollup", "path", *places))
                    found.places.append(unit)

    def _counted(
        self,
        documents: Sequence[Document],
        contribute: Callable[[Sequence[R]], Sequence[Contribution]],
    ) -> list[Counted]:
        lines = contribute([self._figures.value_of(one) for one in documents])
        return [
            Counted(one["_id"], self._scope_of(one), one["version"], line, self._figures.counting)
            for one, line in zip(documents, lines, strict=True)
        ]

    def _scope_of(self, document: Document) -> str:
        return document[self._figures.names.scope] if self._figures.names.scope else ""

    def _units_above(self, lines: Iterable[Contribution]) -> Mapping[str, Unit]:
        if self._figures.units is None:
            return {}
        return self._figures.units.many({unit_id for line in lines for unit_id in line.path})

    def _projection(self) -> Document:
        if not self._figures.kept:
            return {"_outbox": 0}
        return dict.fromkeys((*self._figures.kept, "version", "dirty"), 1)
