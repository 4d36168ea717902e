"""How units stand with the roll-out: a document a unit, and the sums of them.

A grant that is saved and a first sign-in leave a mark for their unit, a document of its own: no two of them wait for
each other. Who counts takes some of the marked units, looks at their grants, and changes state and sums in one
transaction (servicekit.tree.rollup).

rollout_units    how each stands
rollout_touched  what was written and nobody has looked at yet, by unit
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from pymongo import UpdateOne

from identity.domain.rollout import COUNTING, OWN, UnitStands, contribution
from identity.store.documents import instant_of
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.ids import new_id
from servicekit.tree.rollup.engine import Figures, Rollups
from servicekit.tree.rollup.figures import Contribution, Groups
from servicekit.tree.rollup.sums import Names, groups_of
from servicekit.tree.units import Unit, UnitChange
from servicekit.tree.units_copy import UnitsCopy

RECORDS = "rollout_units"
NAMES = Names("rollout_contributions", "rollout_sums", mark="rollout")
# A day of the calendar as it is kept: the instant with which it begins.
_STANDS = Shape(UnitStands, read={date: datetime.date}, write={date: instant_of})
# What is derived of a unit anew, by what is kept of it, within the transaction of a look at it.
Derived = Callable[[Sequence[UnitStands]], Sequence[UnitStands]]


def figures_of(units: UnitsCopy, derived: Derived | None = None) -> Figures[UnitStands]:
    def contribute(some: Sequence[UnitStands]) -> list[Contribution]:
        return [contribution(one) for one in some]

    def from_sources(some: Sequence[UnitStands]) -> list[Contribution]:
        return contribute(derived(some) if derived else some)

    return Figures(
        records=RECORDS,
        names=NAMES,
        counting=COUNTING,
        value_of=stands_of,
        contribute=contribute,
        from_sources=from_sources if derived else None,
        tree=units,
        home=OWN,
    )


class RolloutStore:
    def __init__(self, database: Database, units: UnitsCopy) -> None:
        self.engine = Rollups(database, figures_of(units))
        self._units = database.mongo[RECORDS]
        self._touched = database.mongo["rollout_touched"]

    def prepare(self) -> None:
        self.engine.prepare()
        self._touched.create_index("unit_id")
        self._units.create_index("unit_id")
        self._units.create_index("again_on")

    # Marking, within the transaction of what is marked

    def touch(self, unit_ids: Iterable[str], now: datetime) -> None:
        """Something was written that concerns these units."""
        marks = [{"_id": new_id(), "unit_id": unit_id, "at": now} for unit_id in sorted(set(unit_ids))]
        if marks:
            self._touched.insert_many(marks, session=session())

    def follow(self, changes: Sequence[UnitChange], now: datetime) -> None:
        """New units begin with nobody; others stand where they stand now, or no longer."""
        writes = []
        for change in changes:
            if change.before == change.after:
                continue
            writes.append(
                UpdateOne(
                    {"_id": change.id},
                    {
                        "$set": {**_of_unit(change.after), "dirty": True, "changed_at": now},
                        "$setOnInsert": {"stage": "", "since": None, "again_on": None},
                        "$inc": {"version": 1},
                    },
                    upsert=True,
                )
            )
        if writes:
            self._units.bulk_write(writes, ordered=False, session=session())

    def touch_due(self, today: date, most: int) -> int:
        """Marks some of those that a day has changed; how many."""
        asked = {"again_on": {"$lte": instant_of(today)}}
        found = [one["_id"] for one in self._units.find(asked, {"_id": 1}).limit(most)]
        if found:
            change: Document = {"$set": {"dirty": True}, "$inc": {"version": 1}}
            self._units.update_many({"_id": {"$in": found}}, change)
        return len(found)

    # Looking

    def any_touched(self) -> bool:
        return next(self._touched.find({}, {"_id": 1}).limit(1), None) is not None

    def touched(self, unit_ids: Iterable[str]) -> set[str]:
        """Those of these units that nobody has looked at since something was written."""
        found = self._touched.find({"unit_id": {"$in": list(unit_ids)}}, {"unit_id": 1}, session=session())
        return {one["unit_id"] for one in found}

    def gather(self, most: int) -> int:
        """Within a transaction: the units of so many marks wait to be counted, and the marks are gone; how many."""
        marks = list(self._touched.find({}, session=session()).limit(most))
        latest = {one["unit_id"]: one["at"] for one in sorted(marks, key=lambda mark: mark["at"])}
        writes = [
            UpdateOne({"_id": unit_id}, {"$set": {"dirty": True, "changed_at": at}, "$inc": {"version": 1}})
            for unit_id, at in latest.items()
        ]
        if marks:
            self._units.bulk_write(writes, ordered=False, session=session())
            self._touched.delete_many({"_id": {"$in": [one["_id"] for one in marks]}}, session=session())
        return len(marks)

    def keep(self, documents: Sequence[Document], derived: Sequence[UnitStands]) -> list[Document]:
        """Within the transaction that counts them: what was derived, and the documents as they are then."""
        writes, kept = [], []
        for document, one in zip(documents, derived, strict=True):
            made = _STANDS.document(one)
            said = {name: made[name] for name in ("stage", "since", "again_on")}
            kept.append({**document, **said})
            if any(document.get(name) != value for name, value in said.items()):
                writes.append(UpdateOne({"_id": document["_id"]}, {"$set": said}))
        if writes:
            self._units.bulk_write(writes, ordered=False, session=session())
        return kept

    # Reading

    def by_id(self, unit_ids: Iterable[str]) -> dict[str, UnitStands]:
        found = self._units.find({"_id": {"$in": list(unit_ids)}}, session=session())
        return {one["_id"]: stands_of(one) for one in found}

    def sums(self, unit_ids: Iterable[str]) -> Mapping[str, Groups]:
        found = self.engine.store.of_units(unit_ids).get("", {})
        return {unit_id: groups_of(one) for unit_id, one in found.items()}


def stands_of(document: Document) -> UnitStands:
    return _STANDS.value(document)


def _of_unit(unit: Unit) -> Document:
    return {"unit_id": unit.id, "unit_path": list(unit.path), "level": unit.level, "live": unit.live}
