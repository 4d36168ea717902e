"""Changes of congress's stored documents that a tolerant reader cannot do without; see servicekit.migrations."""

from servicekit.database import Database
from servicekit.migrations import Migration
from servicekit.units_copy import UnitsCopy


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


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "count what is left out apart from what is overdue", count_again),
    Migration(2, "count units by level and depth", count_units),
    Migration(3, "bring congresses to the deadlines of their plans", spread_deadlines),
)
