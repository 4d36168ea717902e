"""What membership does, one verb each: the tree and its import, members, counts."""

from membership.operations.access_log import read_own_access_log
from membership.operations.members import (
    change_member,
    count_members,
    list_members,
    look_up_member,
    read_history,
    read_member,
    register_member,
)
from membership.operations.searching import search_units
from membership.operations.unit_import import Imported, ImportRunning, import_units, preview_import
from membership.operations.units import (
    list_children,
    list_roots,
    read_levels,
    read_unit,
    units_by_id,
)

__all__ = [
    "ImportRunning",
    "Imported",
    "change_member",
    "count_members",
    "import_units",
    "list_children",
    "list_members",
    "list_roots",
    "look_up_member",
    "preview_import",
    "read_history",
    "read_levels",
    "read_member",
    "read_own_access_log",
    "read_unit",
    "register_member",
    "search_units",
    "units_by_id",
]
