"""What befell units, kept beside them: a document for each change."""

from collections.abc import Callable, Iterable

from membership.domain.unit_changes import UnitChange, changes_of
from membership.domain.units import Unit
from membership.store.documents import change_document, change_of
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
            {"_id": new_id(), **change_document(change)}
            for before, after in changed
            for change in changes_of(before, after, origin.at, origin.actor)
        ]
        if documents:
            self._changes.insert_many(documents, ordered=False, session=session())

    def of(self, unit_ids: Iterable[str]) -> list[UnitChange]:
        found = self._changes.find({"unit_id": {"$in": list(unit_ids)}}, session=session())
        return [change_of(one) for one in found]
