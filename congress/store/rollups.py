"""Contributions and the roll-ups they add up to. Both change in one transaction, and only together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, UpdateOne

from congress.domain.progress import Congress
from congress.domain.rollup import COUNTING, Contribution, Groups, Rollup
from congress.store.documents import (
    contribution_document,
    contribution_of,
    facts_document,
    groups_of,
    rollup_of,
)
from servicekit.database import Database, session
from servicekit.units import Unit

Document = dict[str, Any]
PROJECTOR = "projector"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a congress contributes, which of its versions that was, and by which way of counting."""

    version: int
    contribution: Contribution
    counting: int = COUNTING

    def reflects(self, congress: Congress) -> bool:
        return self.version >= congress.version and self.counting >= COUNTING


class RollupStore:
    def __init__(self, database: Database) -> None:
        self._contributions = database.mongo["contributions"]
        self._rollups = database.mongo["rollups"]
        self._marks = database.mongo["marks"]

    def prepare(self) -> None:
        self._contributions.create_index("plan_id")
        self._rollups.create_index([("plan_id", 1), ("parent_id", 1)])
        self._rollups.create_index([("plan_id", 1), ("level", 1), ("path", 1)])
        self._rollups.create_index("unit_id")

    # Reading

    def find(self, plan_id: str, unit_id: str) -> Rollup | None:
        found = self._rollups.find_one({"_id": _id(plan_id, unit_id)}, session=session())
        return rollup_of(found) if found else None

    def children(self, plan_id: str, unit_id: str) -> list[Rollup]:
        found = self._rollups.find({"plan_id": plan_id, "parent_id": unit_id}, session=session())
        return [rollup_of(document) for document in found]

    def below(self, plan_id: str, unit_id: str, level: str) -> list[Rollup]:
        """All units of one level at or below a unit."""
        wanted = {"plan_id": plan_id, "level": level, "path": unit_id}
        return [rollup_of(document) for document in self._rollups.find(wanted, session=session())]

    def counted_until(self) -> datetime | None:
        """Everything saved before this instant is counted."""
        found = self._marks.find_one({"_id": PROJECTOR}, session=session())
        return found["as_of"] if found else None

    def all_of_plan(self, plan_id: str) -> dict[str, Groups]:
        found = self._rollups.find({"plan_id": plan_id}, {"unit_id": 1, "groups": 1}, session=session())
        return {document["unit_id"]: groups_of(document) for document in found}

    def places_of_plan(self, plan_id: str) -> dict[str, tuple[str, ...]]:
        """The paths of the units that have a roll-up of the plan."""
        found = self._rollups.find({"plan_id": plan_id}, {"unit_id": 1, "path": 1}, session=session())
        return {document["unit_id"]: tuple(document["path"]) for document in found}

    def contributions_of_plan(self, plan_id: str) -> dict[str, Counted]:
        found = self._contributions.find({"plan_id": plan_id}, session=session(), batch_size=5_000)
        return {document["_id"]: _counted(document) for document in found}

    # The projector's side

    def contributions(self, congress_ids: Iterable[str]) -> dict[str, Counted]:
        found = self._contributions.find({"_id": {"$in": list(congress_ids)}}, session=session())
        return {document["_id"]: _counted(document) for document in found}

    def put_contributions(self, counted: Sequence[tuple[Congress, Contribution]]) -> None:
        writes = [
            ReplaceOne({"_id": congress.id}, contribution_document(congress, contribution), upsert=True)
            for congress, contribution in counted
        ]
        if writes:
            self._contributions.bulk_write(writes, ordered=False, session=session())

    def add(self, plan_id: str, changes: Mapping[str, Groups], units: Mapping[str, Unit]) -> None:
        """Adds differences to the roll-ups of many units; a unit that has none yet gets one."""
        writes = []
        for unit_id, groups in changes.items():
            steps = {
                f"groups.{key}.{name}": value
                for key, counters in groups.items()
                for name, value in counters.items()
                if value
            }
            if steps:
                first = {"plan_id": plan_id, "unit_id": unit_id, **_facts(unit_id, units.get(unit_id))}
                change = {"$inc": steps, "$setOnInsert": first}
                writes.append(UpdateOne({"_id": _id(plan_id, unit_id)}, change, upsert=True))
        if writes:
            self._rollups.bulk_write(writes, ordered=False, session=session())

    def put_counted_until(self, as_of: datetime) -> None:
        self._marks.update_one({"_id": PROJECTOR}, {"$set": {"as_of": as_of}}, upsert=True)

    def clear(self, plan_id: str) -> None:
        """Within a transaction: forgets what was counted for a plan, so that it can be counted afresh."""
        self._rollups.update_many({"plan_id": plan_id}, {"$set": {"groups": {}}}, session=session())
        self._contributions.delete_many({"plan_id": plan_id}, session=session())

    # Units that change

    def move(self, units: Sequence[Unit]) -> None:
        """Takes over names and places of units, within the transaction of the event."""
        by_id = {unit.id: unit for unit in units}
        found = self._rollups.find({"unit_id": {"$in": list(by_id)}}, {"unit_id": 1}, session=session())
        writes = [
            UpdateOne(
                {"_id": document["_id"]},
                {"$set": _facts(document["unit_id"], by_id[document["unit_id"]])},
            )
            for document in found
        ]
        if writes:
            self._rollups.bulk_write(writes, ordered=False, session=session())


def _id(plan_id: str, unit_id: str) -> str:
    return f"{plan_id}:{unit_id}"


def _facts(unit_id: str, unit: Unit | None) -> Document:
    """A unit that is not known yet is counted under what is known of it: its id."""
    if unit is None:
        return {"code": unit_id, "names": {}, "level": "", "parent_id": None, "path": [unit_id]}
    return {**facts_document(unit), "path": list(unit.path)}


def _counted(found: Document) -> Counted:
    return Counted(found["version"], contribution_of(found), found.get("counting", 1))
