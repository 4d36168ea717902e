"""Contributions and the sums they add up to, as documents. Both change in one transaction, and only together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import OperationFailure

from servicekit.data.database import Database, session
from servicekit.tree.rollup.figures import Contribution, Groups, difference, together, without_zeros
from servicekit.tree.units import Unit
from servicekit.tree.units_copy import facts_document

Document = dict[str, Any]
BATCH = 5_000
NAMESPACE_EXISTS = 48


@dataclass(frozen=True, slots=True)
class Names:
    """Collections and fields. `scope`: the field by which sums are kept apart (plan_id), if any is."""

    contributions: str = "contributions"
    sums: str = "rollups"
    scope: str = ""
    mark: str = "rollup"  # in `marks`
    level: bool = False  # whether sums tell of their units, and are found by level and superior


@dataclass(frozen=True, slots=True)
class Counted:
    """What a record has contributed, which of its versions that was, and by which way of counting."""

    record_id: str
    scope: str
    version: int
    contribution: Contribution
    counting: int

    def reflects(self, version: int, counting: int) -> bool:
        return self.version >= version and self.counting >= counting


class SumStore:
    def __init__(self, database: Database, names: Names) -> None:
        self.names = names
        self._database = database
        self._contributions = database.mongo[names.contributions]
        self._sums = database.mongo[names.sums]
        self._marks = database.mongo["marks"]

    def prepare(self) -> None:
        scope = self.names.scope
        # Within a transaction the embedded database finds no collection that nothing was ever written to.
        there = self._database.mongo.list_collection_names()
        for name in {self.names.contributions, self.names.sums} - set(there):
            self._make(name)
        if scope:
            self._contributions.create_index(scope)
        if self.names.level:
            of_scope = [(scope, 1)] if scope else []
            self._sums.create_index([*of_scope, ("parent_id", 1)])
            self._sums.create_index([*of_scope, ("level", 1), ("path", 1)])
        if scope:
            self._sums.create_index("unit_id")

    def _make(self, name: str) -> None:
        try:
            self._database.mongo.create_collection(name, check_exists=False)
        except OperationFailure as error:
            if error.code != NAMESPACE_EXISTS:  # another program was faster
                raise

    def id_of(self, scope: str, unit_id: str) -> str:
        return f"{scope}:{unit_id}" if self.names.scope else unit_id

    # Reading

    def find(self, wanted: Document) -> Iterator[Document]:
        return self._sums.find(wanted, session=session())

    def count(self, wanted: Document) -> int:
        return self._sums.count_documents(wanted)

    def more_than(self, most: int, wanted: Document) -> bool:
        """Looks at no more than it takes to know."""
        return self._sums.count_documents(wanted, limit=most + 1, session=session()) > most

    def one(self, scope: str, unit_id: str) -> Document | None:
        return self._sums.find_one({"_id": self.id_of(scope, unit_id)}, session=session())

    def of_units(self, unit_ids: Iterable[str]) -> dict[str, dict[str, Document]]:
        """By scope and unit."""
        ids = list(unit_ids)
        wanted: Document = {"unit_id": {"$in": ids}} if self.names.scope else {"_id": {"$in": ids}}
        found: dict[str, dict[str, Document]] = {}
        for one in self._sums.find(wanted, session=session(), batch_size=BATCH):
            unit_id = one["unit_id"] if self.names.scope else one["_id"]
            found.setdefault(self._scope_of(one), {})[unit_id] = one
        return found

    def contributions(self, record_ids: Iterable[str]) -> dict[str, Counted]:
        found = self._contributions.find({"_id": {"$in": list(record_ids)}}, session=session())
        return {one["_id"]: self._counted(one) for one in found}

    def counted_until(self) -> datetime | None:
        """Everything saved before this instant is counted."""
        found = self._marks.find_one({"_id": self.names.mark}, session=session())
        return found["as_of"] if found else None

    # Writing, within a transaction

    def take(
        self, changes: Sequence[tuple[Counted | None, Counted]], units: Mapping[str, Unit] | None = None
    ) -> None:
        """What records contribute in place of what they did: the sums of all units above, and what is remembered."""
        scopes: dict[str, list[tuple[Counted | None, Counted]]] = {}
        for change in changes:
            scopes.setdefault(change[1].scope, []).append(change)
        for scope, some in scopes.items():
            steps = together(
                difference(old.contribution if old else None, new.contribution) for old, new in some
            )
            self.add(scope, steps, units or {})
        self.remember(new for _, new in changes)

    def remember(self, counted: Iterable[Counted]) -> None:
        writes = [ReplaceOne({"_id": one.record_id}, self._document(one), upsert=True) for one in counted]
        if writes:
            self._contributions.bulk_write(writes, ordered=False, session=session())

    def forget(self, gone: Sequence[Counted]) -> None:
        """Records that are not there any more count no more."""
        scopes: dict[str, list[Contribution]] = {}
        for one in gone:
            scopes.setdefault(one.scope, []).append(one.contribution)
        for scope, lines in scopes.items():
            self.add(scope, together(difference(line, None) for line in lines), {})
        if gone:
            ids = [one.record_id for one in gone]
            self._contributions.delete_many({"_id": {"$in": ids}}, session=session())

    def add(self, scope: str, changes: Mapping[str, Groups], units: Mapping[str, Unit]) -> None:
        """Adds differences to the sums of many units; a unit that has none yet gets some."""
        writes = []
        for unit_id, groups in changes.items():
            steps = {
                f"groups.{key}.{name}": value
                for key, counters in without_zeros(groups).items()
                for name, value in counters.items()
            }
            if steps:
                first = self._first(scope, unit_id, units.get(unit_id))
                change = {"$inc": steps, **({"$setOnInsert": first} if first else {})}
                writes.append(UpdateOne({"_id": self.id_of(scope, unit_id)}, change, upsert=True))
        if writes:
            self._sums.bulk_write(writes, ordered=False, session=session())

    def follow(self, units: Sequence[Unit]) -> None:
        """Takes over names and places of units, within the transaction of the event."""
        by_id = {unit.id: unit for unit in units}
        found = self._sums.find({"unit_id": {"$in": list(by_id)}}, {"unit_id": 1}, session=session())
        writes = [
            UpdateOne(
                {"_id": document["_id"]}, {"$set": _facts(document["unit_id"], by_id[document["unit_id"]])}
            )
            for document in found
        ]
        if writes:
            self._sums.bulk_write(writes, ordered=False, session=session())

    def put_counted_until(self, as_of: datetime) -> None:
        self._marks.update_one({"_id": self.names.mark}, {"$set": {"as_of": as_of}}, upsert=True)

    def put_drift(self, at: datetime | None, named: Sequence[str]) -> None:
        """What a look in the background found last; None: nothing any more."""
        drift = {"at": at, "named": list(named)}
        self._marks.update_one({"_id": f"{self.names.mark} drift"}, {"$set": drift}, upsert=True)

    # For programs that have the time: these read everything

    def all_contributions(self) -> Iterator[Counted]:
        return map(self._counted, self._contributions.find({}, session=session(), batch_size=BATCH))

    def unit_ids(self) -> set[str]:
        """Every unit that has sums."""
        if self.names.scope:
            return {one["unit_id"] for one in self._sums.find({}, {"unit_id": 1}, batch_size=BATCH)}
        return {one["_id"] for one in self._sums.find({}, {"_id": 1}, batch_size=BATCH)}

    # Documents

    def _first(self, scope: str, unit_id: str, unit: Unit | None) -> Document:
        first = {self.names.scope: scope, "unit_id": unit_id} if self.names.scope else {}
        return {**first, **(_facts(unit_id, unit) if self.names.level else {})}

    def _scope_of(self, found: Document) -> str:
        return found[self.names.scope] if self.names.scope else ""

    def _document(self, one: Counted) -> Document:
        line = one.contribution
        return {
            "_id": one.record_id,
            **({self.names.scope: one.scope} if self.names.scope else {}),
            "version": one.version,
            "path": list(line.path),
            "group": line.group,
            **({"home": line.home} if line.home else {}),
            "counting": one.counting,
            "counters": nested(line.counters),
        }

    def _counted(self, found: Document) -> Counted:
        line = Contribution(
            tuple(found["path"]), found["group"], flat(found["counters"]), found.get("home", "")
        )
        # Contributions of before ways of counting were told apart are of the first one.
        return Counted(found["_id"], self._scope_of(found), found["version"], line, found.get("counting", 1))


def drift_found(database: Database) -> list[str]:
    """What the looks in the background found last in any sums of this database."""
    return [one for mark in database.mongo["marks"].find({}) for one in mark.get("named", ())]


def _facts(unit_id: str, unit: Unit | None) -> Document:
    """A unit that is not known yet is counted under what is known of it: its id."""
    if unit is None:
        return {"code": unit_id, "names": {}, "level": "", "parent_id": None, "path": [unit_id]}
    return {**facts_document(unit), "path": list(unit.path)}


def nested(counters: Mapping[str, int]) -> Document:
    """{"done.opened": 1} as {"done": {"opened": 1}}: what $inc makes of the dotted name."""
    made: Document = {}
    for name, value in counters.items():
        first, _, rest = name.partition(".")
        if rest:
            made.setdefault(first, {})[rest] = value
        else:
            made[first] = value
    return made


def flat(found: Mapping[str, Any]) -> dict[str, int]:
    made: dict[str, int] = {}
    for name, value in found.items():
        if isinstance(value, Mapping):
            made |= {f"{name}.{rest}": count for rest, count in value.items()}
        else:
            made[name] = value
    return made


def groups_of(found: Document | None) -> Groups:
    return {key: flat(counters) for key, counters in (found or {}).get("groups", {}).items()}
