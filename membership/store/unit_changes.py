"""What befell units, kept beside them: a document for each change."""

from collections.abc import Callable, Iterable
from dataclasses import asdict

from membership.domain.unit_changes import Befell, UnitChange, changes_of
from membership.domain.units import Unit
from servicekit.data.database import Database, session
from servicekit.data.events import Origin
from servicekit.ids import new_id


class UnitChangeStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._changes = database.mongo["unit_changes"]
        self._origin = origin

    def prepare(self) -> None:
        self._changes.create_index("unit_id")

    def note(self, changed: Iterable[tuple[Unit, Unit]]) -> None:
        """Within the transaction that changes the units; pairs of before and after."""
        origin = self._origin()
        documents = [
            {"_id": new_id(), **asdict(change)}
            for before, after in changed
            for change in changes_of(before, after, origin.at, origin.actor)
        ]
        if documents:
            self._changes.insert_many(documents, ordered=False, session=session())

    def of(self, unit_ids: Iterable[str]) -> list[UnitChange]:
        found = self._changes.find({"unit_id": {"$in": list(unit_ids)}}, session=session())
        return [
            UnitChange(
                *(one["unit_id"], Befell(one["kind"]), one["at"], one["by"], one["from_id"], one["to_id"])
            )
            for one in found
        ]
