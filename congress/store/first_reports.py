"""Units that have ever reported: a document each, and the sums of them (servicekit.tree.rollup)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne

from congress.domain.reported import COUNTING, OWN, FirstReport, contribution
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.tree.rollup.engine import Figures, Rollups
from servicekit.tree.rollup.figures import Contribution, Groups
from servicekit.tree.rollup.sums import Names, groups_of
from servicekit.tree.units import Unit, UnitChange
from servicekit.tree.units_copy import UnitsCopy

RECORDS = "first_reports"
NAMES = Names("first_report_contributions", "first_report_sums", mark="first reports")
_SHAPE = Shape(FirstReport)


def _contribute(some: Sequence[FirstReport]) -> list[Contribution]:
    return [contribution(one) for one in some]


class FirstReportStore:
    def __init__(self, database: Database, units: UnitsCopy) -> None:
        self.engine: Rollups[FirstReport] = Rollups(
            database,
            Figures(
                records=RECORDS,
                names=NAMES,
                counting=COUNTING,
                value_of=_SHAPE.value,
                contribute=_contribute,
                tree=units,
                home=OWN,
            ),
        )
        self._reports = database.mongo[RECORDS]

    def prepare(self) -> None:
        self.engine.prepare()
        self._reports.create_index("unit_id")

    def note(self, unit: Unit, at: datetime) -> None:
        """Within the transaction of the report; only the first is kept."""
        if self._reports.find_one({"_id": unit.id}, {"_id": 1}, session=session()) is None:
            made = _SHAPE.document(FirstReport(unit.id, unit.path, unit.level, at, live=unit.live))
            new: Document = {"$setOnInsert": {**made, "version": 1, "dirty": True}}
            self._reports.update_one({"_id": unit.id}, new, upsert=True, session=session())

    def follow(self, changes: Sequence[UnitChange]) -> None:
        """Within the transaction of the event."""
        units = {change.id: change.after for change in changes if change.before != change.after}
        found = self._reports.find({"_id": {"$in": list(units)}}, {"_id": 1}, session=session())
        writes = []
        for one in found:
            unit = units[one["_id"]]
            now: Document = {"unit_path": list(unit.path), "level": unit.level, "live": unit.live}
            writes.append(
                UpdateOne({"_id": unit.id}, {"$set": {**now, "dirty": True}, "$inc": {"version": 1}})
            )
        if writes:
            self._reports.bulk_write(writes, ordered=False, session=session())

    def by_id(self, unit_ids: Iterable[str]) -> dict[str, FirstReport]:
        found = self._reports.find({"_id": {"$in": list(unit_ids)}}, session=session())
        return {one["_id"]: _SHAPE.value(one) for one in found}

    def sums(self, unit_ids: Iterable[str]) -> Mapping[str, Groups]:
        found = self.engine.store.of_units(unit_ids).get("", {})
        return {unit_id: groups_of(one) for unit_id, one in found.items()}
