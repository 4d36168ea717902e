"""Imports and their steps: each step carries the event about the units it wrote.

A step is a document of its own, so that the outbox of a long import never outgrows one document.
"""

from collections.abc import Callable
from typing import Any

from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records

Document = dict[str, Any]


class ImportStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._imports = Records(database, "unit_imports", origin)
        self._steps = Records(database, "unit_import_steps", origin)

    def prepare(self) -> None:
        self._imports.prepare()
        self._steps.prepare()

    def begin(self, import_id: str, root_path: tuple[str, ...], counts: dict[str, int]) -> None:
        self._imports.insert(
            {"_id": import_id, "state": "running", "root_path": list(root_path), "planned": counts},
            audit=[_entry("units.import_begun", import_id, root_path, "done", counts)],
        )

    def step(self, import_id: str, number: int, units: int, event: Event) -> None:
        self._steps.insert(
            {"_id": f"{import_id}-{number}", "import_id": import_id, "units": units}, events=[event]
        )

    def finish(self, import_id: str, state: str, written: int) -> None:
        """`state` is done or stopped; the record of an import that was killed says running for ever."""
        found = self._imports.get(import_id)
        self._imports.save(
            {**found, "state": state, "written": written},
            found["version"],
            audit=[
                _entry("units.imported", import_id, tuple(found["root_path"]), state, {"written": written})
            ],
        )


def _entry(
    action: str, import_id: str, path: tuple[str, ...], outcome: str, details: dict[str, int]
) -> AuditEntry:
    unit_id = path[-1] if path else ""
    return AuditEntry(action, unit_id, path, "unit_import", import_id, outcome=outcome, details=dict(details))
