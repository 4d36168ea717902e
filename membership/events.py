"""What membership tells the other services, and what it hears."""

from collections.abc import Iterable
from typing import Any

from servicekit.data.events import Event
from servicekit.tree.units import UNITS_CHANGED

# A unit's move waits for a second person, in the unit named: {unit_id, unit_path, asked_by, move_id}.
MOVE_ASKED = "unit.move_asked"

GRANT_ENDED = "grant.ended"
GRANTS_ENDED = "grants.ended"
HEARD = (GRANT_ENDED, GRANTS_ENDED)


def units_changed(units: Iterable[dict[str, Any]], revision: int) -> Event:
    """New, changed and ended units, whole, superiors first. `revision`: the tree's, by which the older gives way."""
    return Event(UNITS_CHANGED, {"units": list(units), "revision": revision})
