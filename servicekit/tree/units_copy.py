"""The copy of the unit tree that a service keeps, brought up to date by membership's events.

One line gives it to a service: `event_inbox({UNITS_CHANGED: follow_units(UnitsCopy(database), *hooks)})`. The hooks
run in the event's transaction and make the service's own records follow: paths, ends, whatever it derives from units.

units        a document a unit, ended ones too
unit_levels  a document a unit with others below it: how many live units of which level stand how deep below it, kept by
             event, so that no request reads the tree
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.collection import Collection

from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.tree.units import LONG_AGO, UNITS_CHANGED, Unit, UnitChange, UnitsChanged

_SHAPE = Shape(Unit)
Hook = Callable[[Sequence[UnitChange]], None]
RECOUNTED_AT_ONCE = 2_000
ASKED_AT_ONCE = 10_000


def follow_units(copy: "UnitsCopy", *hooks: Hook) -> Callable[[Mapping[str, Any]], None]:
    """The handler of membership's event: first the copy, then what hangs on it."""

    def handle(event: Mapping[str, Any]) -> None:
        changes = copy.take(UNITS_CHANGED.read(event["data"]))
        for hook in hooks:
            hook(changes)

    return handle


def follow_paths(
    collection: Collection[Document],
    changes: Iterable[UnitChange],
    unit: str = "unit_id",
    path: str = "unit_path",
) -> None:
    """Records of units that stand elsewhere get the new path and a new version, within the event's transaction.

    Records are compared, not units: what an earlier event should have changed is made good when it is told again.
    """
    paths = {change.id: list(change.after.path) for change in changes}
    found = collection.find({unit: {"$in": list(paths)}}, {unit: 1, path: 1}, session=session())
    writes = [
        UpdateOne({"_id": one["_id"]}, {"$set": {path: paths[one[unit]]}, "$inc": {"version": 1}})
        for one in found
        if one[path] != paths[one[unit]]
    ]
    if writes:
        collection.bulk_write(writes, session=session())


def facts_document(unit: Unit) -> Document:
    """What a record tells of its unit, besides the unit's id and path."""
    facts: Document = {
        "code": unit.code,
        "names": dict(unit.names),
        "level": unit.level,
        "parent_id": unit.parent_id,
    }
    if not unit.live:
        ended = unit.valid_to.isoformat() if unit.valid_to else None
        facts |= {"valid_to": ended, "successors": list(unit.successors)}
    return facts


def children_of(units: Collection[Document], unit_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    wanted = {"parent_id": {"$in": list(unit_ids)}}
    for one in units.find(wanted, {"parent_id": 1}, session=session(), batch_size=5_000):
        found.setdefault(one["parent_id"], []).append(one["_id"])
    return found


def ids_deepest_first(units: Collection[Document]) -> list[str]:
    """For programs that have the time."""
    found = units.find({}, {"path": 1}, batch_size=5_000)
    depths = [(len(one.get("path", (one["_id"],))), one["_id"]) for one in found]
    return [unit_id for _, unit_id in sorted(depths, reverse=True)]


class UnitsCopy:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._units = database.mongo["units"]
        self._levels = database.mongo["unit_levels"]

    def prepare(self) -> None:
        for name in ("path", "parent_id", "code"):
            self._units.create_index(name)

    # What events tell

    def take(self, told: UnitsChanged) -> list[UnitChange]:
        """Takes over units, within the transaction of the event. What is older than what is known is left out."""
        revision = told.revision
        known = self._documents(unit.id for unit in told.units)
        changes = []
        for unit in told.units:
            there = known.get(unit.id)
            if there is None or not revision or there.get("revision", 0) <= revision:
                changes.append(UnitChange(_unit(there) if there else None, unit))
        writes = [
            UpdateOne(
                {"_id": one.id},
                # `ended` is how copies told it before.
                {"$set": {**_document(one.after), "revision": revision}, "$unset": {"ended": ""}},
                upsert=True,
            )
            for one in changes
        ]
        if writes:
            self._units.bulk_write(writes, ordered=False, session=session())
        self._count(changes)
        return changes

    def _count(self, changes: Iterable[UnitChange]) -> None:
        steps: dict[str, dict[str, int]] = {}
        for change in changes:
            if change.before == change.after:
                continue
            for unit, step in ((change.before, -1), (change.after, 1)):
                if unit is not None and unit.live:
                    _add(steps, unit, step)
        writes = [
            UpdateOne({"_id": unit_id}, {"$inc": inc}, upsert=True)
            for unit_id, found in steps.items()
            if (inc := {name: value for name, value in found.items() if value})
        ]
        if writes:
            self._levels.bulk_write(writes, ordered=False, session=session())

    # Reading

    def find(self, unit_id: str) -> Unit | None:
        found = self._units.find_one({"_id": unit_id}, session=session())
        return _unit(found) if found else None

    def many(self, unit_ids: Iterable[str]) -> dict[str, Unit]:
        return {unit_id: _unit(found) for unit_id, found in self._documents(unit_ids).items()}

    def by_code(self, code: str) -> Unit | None:
        found = self._units.find_one({"code": code}, session=session())
        return _unit(found) if found else None

    def hold(self, unit_id: str) -> Unit | None:
        """The unit, held until the transaction ends: a change of it and what is written about it exclude each other."""
        self._units.update_one({"_id": unit_id}, {"$inc": {"held": 1}}, session=session())
        return self.find(unit_id)

    def roots(self) -> list[Unit]:
        """The topmost live units, the one with the smallest code first."""
        found = (_unit(one) for one in self._units.find({"parent_id": None}, session=session()))
        return sorted((unit for unit in found if unit.live), key=lambda unit: unit.code)

    def levels_below(self, unit_id: str) -> dict[str, dict[int, int]]:
        """How many live units of each level stand at each depth, at and below the unit: two reads."""
        unit, counts = self.find(unit_id), self.levels_under([unit_id])[unit_id]
        if unit is not None and unit.live:
            depths = counts.setdefault(unit.level, {})
            depths[len(unit.path)] = depths.get(len(unit.path), 0) + 1
        return counts

    def levels_under(self, unit_ids: Iterable[str]) -> dict[str, dict[str, dict[int, int]]]:
        """The same of many, without the units themselves: one read."""
        ids = list(unit_ids)
        found = self._levels.find({"_id": {"$in": ids}}, session=session())
        kept = {one["_id"]: _counts(one.get("levels", {})) for one in found}
        return {unit_id: kept.get(unit_id, {}) for unit_id in ids}

    # For programs that have the time: these read a whole branch

    def below(self, unit_id: str) -> Iterator[Unit]:
        """The live units of a branch, its topmost included."""
        found = self._units.find({"path": unit_id}, session=session(), batch_size=2_000)
        return (unit for unit in map(_unit, found) if unit.live)

    def count(self) -> int:
        return self._units.count_documents({})

    def children_of(self, unit_ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of those right below each, ended ones too."""
        return children_of(self._units, unit_ids)

    def ids_deepest_first(self) -> list[str]:
        return ids_deepest_first(self._units)

    def counted_afresh(self) -> dict[str, dict[str, dict[int, int]]]:
        """What `levels_under` should answer of every unit, from the units themselves."""
        steps: dict[str, dict[str, int]] = {}
        for found in self._units.find({}, {"names": 0}, session=session(), batch_size=5_000):
            unit = _unit({**found, "names": {}})
            if unit.live:
                _add(steps, unit, 1)
        return {unit_id: _of_names(names) for unit_id, names in steps.items()}

    def counted(self) -> dict[str, dict[str, dict[int, int]]]:
        """What `levels_under` answers of every unit that has anything below it."""
        found = self._levels.find({}, session=session(), batch_size=5_000)
        kept = {one["_id"]: _counts(one.get("levels", {})) for one in found}
        return {unit_id: counts for unit_id, counts in kept.items() if counts}

    def recount(self) -> None:
        """The counts anew; within a transaction no event comes between."""

        def work() -> None:
            counts = self.counted_afresh()
            gone = self.counted().keys() - counts.keys()
            # Within a transaction the embedded database finds no collection that nothing was ever written to.
            if gone:
                self._levels.delete_many({"_id": {"$in": list(gone)}}, session=session())
            documents = [{"_id": unit_id, "levels": _texts(found)} for unit_id, found in counts.items()]
            for start in range(0, len(documents), RECOUNTED_AT_ONCE):
                some = documents[start : start + RECOUNTED_AT_ONCE]
                writes = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in some]
                self._levels.bulk_write(writes, ordered=False, session=session())

        self._database.in_transaction(work)

    def _documents(self, unit_ids: Iterable[str]) -> dict[str, Document]:
        ids = list(set(unit_ids))
        found: dict[str, Document] = {}
        for start in range(0, len(ids), ASKED_AT_ONCE):
            wanted = {"_id": {"$in": ids[start : start + ASKED_AT_ONCE]}}
            found |= {one["_id"]: one for one in self._units.find(wanted, session=session())}
        return found


def _add(steps: dict[str, dict[str, int]], unit: Unit, step: int) -> None:
    name = f"levels.{unit.level}.{len(unit.path)}"
    for ancestor in unit.path[:-1]:
        counts = steps.setdefault(ancestor, {})
        counts[name] = counts.get(name, 0) + step


def _of_names(names: Mapping[str, int]) -> dict[str, dict[int, int]]:
    counts: dict[str, dict[int, int]] = {}
    for name, number in names.items():
        _, level, depth = name.split(".")
        counts.setdefault(level, {})[int(depth)] = number
    return counts


def _counts(levels: Mapping[str, Mapping[str, int]]) -> dict[str, dict[int, int]]:
    kept = {
        level: {int(depth): number for depth, number in depths.items() if number}
        for level, depths in levels.items()
    }
    return {level: depths for level, depths in kept.items() if depths}


def _texts(counts: Mapping[str, Mapping[int, int]]) -> dict[str, dict[str, int]]:
    """Keys of documents are texts."""
    return {level: {str(depth): n for depth, n in by_depth.items()} for level, by_depth in counts.items()}


def _document(unit: Unit) -> Document:
    made = _SHAPE.document(unit)
    del made["_id"]
    return made


def _unit(found: Document) -> Unit:
    """Also of a copy as it was kept before: with only a mark that the unit has ended, or with nothing but names."""
    ended = {"valid_to": LONG_AGO.isoformat()} if found.get("ended") and not found.get("valid_to") else {}
    before = {"code": "", "level": "", "parent_id": None, "path": [found["_id"]]}
    return _SHAPE.value({**before, **found, **ended})
