"""Changes of identity's stored documents that a tolerant reader cannot do without; see servicekit.migrations."""

from servicekit.database import Database
from servicekit.migrations import Migration
from servicekit.units_copy import UnitsCopy


def count_units(database: Database) -> None:
    """Counts by level and depth, which events keep from now on."""
    UnitsCopy(database).recount()


MIGRATIONS: tuple[Migration, ...] = (Migration(1, "count-units", count_units),)
