"""At which units the caller acts."""

from collections.abc import Iterable
from itertools import chain

from servicekit.access.decision import Caller

# More units than this are reached by their own pages, not by one answer.
UNITS_MOST = 6


def units_with(caller: Caller, permission: str, unit_id: str = "") -> tuple[str, ...]:
    """The units at which the caller holds a permission, topmost first; `unit_id`: this one, if it is among them."""
    paths = {
        right.unit_id: right.unit_path
        for right in caller.rights
        if right.permission == permission and unit_id in ("", right.unit_id)
    }
    return tuple(sorted(paths, key=lambda unit: (len(paths[unit]), unit)))


def left_out(held: Iterable[tuple[str, ...]]) -> int:
    """How many units stand behind the first ones of these."""
    return len(set(chain.from_iterable(units[UNITS_MOST:] for units in held)))
