"""Changes of congress's stored documents that a tolerant reader cannot do without; see servicekit.work.migrations."""

from collections.abc import Iterable, Mapping
from itertools import islice

from pymongo import UpdateOne

from congress.listed import of_report
from servicekit.data.database import Database, Document
from servicekit.tree.listed import Listed, Lists
from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.migrations import Migration

PART = 500
BODY_OF_A_PLAN = (
    "name",
    "cycle",
    "unit_id",
    "unit_path",
    "opens_on",
    "deadlines",
    "milestones",
    "content_types",
    "results_fields",
    "names",
    "targets",
    "open_below",
    "deadline_changes",
    "spreading",
)


def count_again(database: Database) -> None:
    """Marks every congress for the projector, which takes those that an older way of counting has counted.

    It does so in its own small transactions, and goes on where it was cut off.
    """
    database.mongo["congresses"].update_many({}, {"$set": {"dirty": True}})


def count_units(database: Database) -> None:
    """Counts by level and depth, which events keep from now on."""
    UnitsCopy(database).recount()


def spread_deadlines(database: Database) -> None:
    """Has every congress brought to the deadline of its plan: changes before this version had reached none."""
    plans = database.mongo["plans"]
    plans.update_many({"state": {"$in": ["open", "cascading"]}}, {"$set": {"spreading": True}})


def empty_deleted_plans(database: Database) -> None:
    """Plans that were deleted before their bodies went with them."""
    database.mongo["plans"].update_many({"state": "deleted"}, {"$unset": dict.fromkeys(BODY_OF_A_PLAN, "")})


def note_first_reports(database: Database) -> None:
    """Which units have ever reported, and when first: from now on noted with each report."""
    mongo, first = database.mongo, dict[str, Document]()
    kept = {"unit_id": 1, "unit_path": 1, "unit": 1, "entries": 1, "result_entries": 1}
    for found in mongo["congresses"].find({}, kept, batch_size=PART):
        own = [one["at"] for one in found.get("entries", ()) if not one.get("above")]
        own += [one["at"] for one in found.get("result_entries", ())]
        if own:
            known = first.get(found["unit_id"])
            first[found["unit_id"]] = {
                "unit_id": found["unit_id"],
                "unit_path": found["unit_path"],
                "level": found["unit"]["level"],
                "at": min(own) if known is None else min(*own, known["at"]),
                "live": not found["unit"].get("valid_to"),
                "version": 1,
                "dirty": True,
            }
    units = sorted(first)
    for start in range(0, len(units), PART):
        writes = [
            UpdateOne({"_id": one}, {"$setOnInsert": first[one]}, upsert=True)
            for one in units[start : start + PART]
        ]
        mongo["first_reports"].bulk_write(writes, ordered=False)


def list_reports(database: Database) -> None:
    """Lists by since when reports wait were read as a whole; now each report has lines of its own."""
    lists, units = Lists(database, counted=False), UnitsCopy(database)
    lists.prepare()
    plans = {one["_id"]: one for one in database.mongo["plans"].find({}, {"deadlines": 1, "unit_id": 1})}
    found = iter(database.mongo["congresses"].find({}, {"_outbox": 0}, batch_size=PART))
    while part := list(islice((one for one in found if one.get("acts")), PART)):
        levels = {
            unit.id: unit.level
            for unit in units.many({each for one in part for each in one["unit_path"]}).values()
        }
        lists.put(
            line
            for one in part
            if one["plan_id"] in plans
            for line in _lines_of(plans[one["plan_id"]], one, levels)
        )


def _lines_of(plan: Document, found: Document, levels: Mapping[str, str]) -> Iterable[Listed]:
    state, unit, path = found["state"], found["unit"], found["unit_path"]
    acts = [act for act in found["acts"] if act["kind"] == state]
    planned = not unit.get("valid_to") and unit["level"] in plan["deadlines"] and plan["unit_id"] in path
    counts = bool(acts) and (planned or state in ("submitted", "approved"))
    nearest: list[str] = []
    for unit_id in reversed(path[:-1]):
        nearest.append(unit_id)
        if levels.get(unit_id) in plan["deadlines"]:
            break
    return of_report(
        *(found["_id"], found["plan_id"], path, nearest, unit["level"], state),
        acts[-1]["at"] if counts else None,
    )


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "count what is left out apart from what is overdue", count_again),
    Migration(2, "count units by level and depth", count_units),
    Migration(3, "bring congresses to the deadlines of their plans", spread_deadlines),
    Migration(4, "count what waits for a superior, and what is due first", count_again),
    Migration(5, "count apart what is of units that left their plan", count_again),
    Migration(6, "bring congresses of units of another level to its deadline", spread_deadlines),
    Migration(7, "empty plans that were deleted", empty_deleted_plans),
    Migration(8, "count apart what the superior must act on", count_again),
    Migration(9, "note which units have reported, and when first", note_first_reports),
    Migration(10, "list reports by since when they are in their state", list_reports),
    Migration(11, "count what cannot be overdue, for rules that reach what is not begun", count_again),
    Migration(12, "count approved figures beside those that are reported", count_again),
)
