"""Changes of stored documents that a tolerant reader cannot do without; see servicekit.work.migrations."""

from servicekit.data.database import Database
from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.migrations import Migration


def count_units(database: Database) -> None:
    """Counts by level and depth, which events keep from now on."""
    UnitsCopy(database).recount()


MIGRATIONS: tuple[Migration, ...] = (Migration(1, "count-units", count_units),)
