"""Changes of membership's stored documents that a tolerant reader cannot do without; see servicekit.work.migrations."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne

from membership.domain.counting import Place, contribution, status_of
from membership.domain.members import sort_key
from membership.events import units_changed
from servicekit.data.database import Database, Document
from servicekit.data.events import Origin
from servicekit.data.records import Records
from servicekit.tree.rollup.engine import Figures, Rollups
from servicekit.tree.rollup.figures import Contribution
from servicekit.tree.rollup.sums import Names
from servicekit.tree.units_copy import UnitsCopy
from servicekit.words.names import beginnings, code_keys
from servicekit.work.migrations import Migration

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


def find_names_anew(database: Database) -> None:
    """Names are found joined and split, by letters that look alike, and without signs that nobody sees."""
    _renew(database, "units", _found_by_of_unit)
    _renew(database, "members", _found_by_of_member)


def _found_by_of_unit(unit: Document) -> Document:
    also = [name for names in unit.get("also", {}).values() for name in names]
    return {"search": beginnings([*unit["names"].values(), *also]), "code_keys": code_keys(unit["code"])}


def _found_by_of_member(member: Document) -> Document:
    return {"sort_key": sort_key(member["name"], member["_id"]), "search": beginnings([member["name"]])}


def _renew(database: Database, name: str, fields_of: Callable[[Document], Document]) -> None:
    collection = database.mongo[name]
    updates: list[UpdateOne] = []
    for document in collection.find({}):
        updates.append(UpdateOne({"_id": document["_id"]}, {"$set": fields_of(document)}))
        if len(updates) == AT_ONCE:
            collection.bulk_write(updates, ordered=False)
            updates.clear()
    if updates:
        collection.bulk_write(updates, ordered=False)


def count_by_contributions(database: Database) -> None:
    """Each member is remembered with what they add, from now on; counted here, so that no page says too little."""

    def place_of(document: Document) -> Place:
        return Place(tuple(document["unit_path"]), None if document.get("left_on") else status_of(document))

    def contribute(places: Sequence[Place]) -> list[Contribution]:
        return [contribution(place) for place in places]

    engine = Rollups(
        database,
        Figures(
            records="members",
            names=Names("member_contributions", "member_sums", mark="members"),
            counting=1,
            value_of=place_of,
            contribute=contribute,
            tree=UnitsCopy(database),
        ),
    )
    engine.prepare()
    database.mongo["members"].update_many({}, {"$set": {"dirty": True}})
    while engine.count_changes(datetime.now(UTC)):
        pass


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "tell-units-again", tell_units_again),
    Migration(2, "find-names-anew", find_names_anew),
    Migration(3, "count-by-contributions", count_by_contributions),
)
