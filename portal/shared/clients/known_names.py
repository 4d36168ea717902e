"""Names of units that stand on every page, kept in this process for a while."""

from datetime import datetime, timedelta

from portal.shared.units import Names

LASTS = timedelta(minutes=10)
MOST = 5_000


class KnownNames:
    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, Names]] = {}

    def get(self, unit_id: str, now: datetime) -> Names | None:
        found = self._known.get(unit_id)
        return found[1] if found is not None and now < found[0] else None

    def put(self, unit_id: str, names: Names, now: datetime) -> Names:
        if len(self._known) >= MOST:
            self._known = {}
        self._known[unit_id] = (now + LASTS, names)
        return names
