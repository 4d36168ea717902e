"""Where a report that was sent up is listed: at its unit and those above, by since when it is in its state."""

from collections.abc import Sequence
from datetime import datetime

from servicekit.tree.listed import NEVER, Listed

# At a unit, all of it and of those below; and those right below, between which and the unit none has a congress.
REPORTS, NEAREST = "reports", "reports-nearest"


def place(plan_id: str, unit_id: str, state: str) -> str:
    return f"{plan_id}/{unit_id}/{state}"


def of_report(
    congress_id: str,
    plan_id: str,
    unit_path: Sequence[str],
    nearest: Sequence[str],
    level: str,
    state: str,
    since: datetime | None,
) -> tuple[Listed, Listed]:
    """`since`: None for one that stands in no list; `nearest`: the units that it is right below."""

    def listed(name: str, unit_ids: Sequence[str]) -> Listed:
        places = tuple(place(plan_id, unit_id, state) for unit_id in unit_ids) if since else ()
        return Listed(name, congress_id, places, level, since or NEVER)

    return listed(REPORTS, unit_path), listed(NEAREST, nearest)
