"""The copy of the unit tree. Units that have ended are kept for their records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne

from congress.domain.units import Unit
from congress.store.documents import unit_document, unit_of
from servicekit.database import Database, session


class UnitStore:
    def __init__(self, database: Database) -> None:
        self._units = database.mongo["units"]

    def prepare(self) -> None:
        self._units.create_index("path")
        self._units.create_index("parent_id")

    def put(self, units: Sequence[Mapping[str, Any]]) -> list[Unit]:
        """Takes over units as an event tells them, and gives them back as values."""
        taken = [
            Unit(
                id=unit["id"],
                code=unit["code"],
                names=unit["names"],
                level=unit["level"],
                parent_id=unit["parent_id"],
                path=tuple(unit["path"]),
            )
            for unit in units
        ]
        ended = {unit["id"] for unit in units if unit.get("valid_to")}
        writes = [
            ReplaceOne({"_id": unit.id}, {**unit_document(unit), "ended": unit.id in ended}, upsert=True)
            for unit in taken
        ]
        if writes:
            self._units.bulk_write(writes, ordered=False, session=session())
        return taken

    def find(self, unit_id: str) -> Unit | None:
        found = self._units.find_one({"_id": unit_id}, session=session())
        return unit_of(found) if found else None

    def many(self, unit_ids: Iterable[str]) -> dict[str, Unit]:
        found = self._units.find({"_id": {"$in": list(unit_ids)}}, session=session())
        return {unit.id: unit for unit in map(unit_of, found)}

    def below(self, unit_id: str) -> Iterator[Unit]:
        """The unit itself and all below it that exist today."""
        found = self._units.find({"path": unit_id}, session=session(), batch_size=2_000)
        return (unit_of(document) for document in found if not document.get("ended"))

    def depths_below(self, unit_id: str) -> dict[str, int]:
        """The levels at and below a unit, with the depth at which each is first met."""
        kept = {"level": 1, "path": 1, "ended": 1}
        depths: dict[str, int] = {}
        for found in self._units.find({"path": unit_id}, kept, batch_size=5_000):
            if not found.get("ended"):
                depth = len(found["path"])
                depths[found["level"]] = min(depth, depths.get(found["level"], depth))
        return depths

    def roots(self) -> list[Unit]:
        """The topmost units, the one with the smallest code first."""
        found = self._units.find({"parent_id": None}, session=session())
        return sorted(
            (unit_of(document) for document in found if not document.get("ended")), key=lambda unit: unit.code
        )

    def count(self) -> int:
        return self._units.count_documents({})
