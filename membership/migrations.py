"""Changes of membership's stored documents that a tolerant reader cannot do without; see servicekit.migrations."""

from datetime import UTC, datetime
from typing import Any

from membership.events import units_changed
from servicekit.database import Database
from servicekit.events import Origin
from servicekit.migrations import Migration
from servicekit.records import Records

AT_ONCE = 500


def tell_units_again(database: Database) -> None:
    """Copies made before lack ends and successors, and congresses what they derive from them: each is made whole."""
    steps = Records(database, "unit_import_steps", lambda: Origin(datetime.now(UTC), "operator"))
    steps.prepare()
    tree = database.mongo["trees"].find_one({"_id": "tree"}) or {}
    units = sorted(
        database.mongo["units"].find({}, {"search": 0}), key=lambda one: (len(one["path"]), one["code"])
    )
    for start in range(0, len(units), AT_ONCE):
        step_id = f"told-again-{start}"
        if steps.find(step_id) is None:
            told = [_told(unit) for unit in units[start : start + AT_ONCE]]
            event = units_changed(told, tree.get("revision", 0))
            steps.insert({"_id": step_id, "import_id": "", "units": len(told)}, events=[event])


def _told(unit: dict[str, Any]) -> dict[str, Any]:
    kept = ("code", "names", "level", "parent_id", "path", "valid_from", "valid_to")
    return {
        "id": unit["_id"],
        **{name: unit[name] for name in kept},
        "successors": unit.get("successors", []),
    }


MIGRATIONS: tuple[Migration, ...] = (Migration(1, "tell-units-again", tell_units_again),)
