"""What membership tells the other services."""

from collections.abc import Iterable
from typing import Any

from servicekit.events import Event

UNITS_CHANGED = "units.changed"


def units_changed(units: Iterable[dict[str, Any]]) -> Event:
    """New, changed and ended units, whole, superiors first."""
    return Event(UNITS_CHANGED, {"units": list(units)})
