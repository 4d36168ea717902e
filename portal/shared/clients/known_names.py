"""Names of units that stand on every page, kept in this process for a while."""

import threading
from datetime import datetime, timedelta

from portal.shared.units import Names

LASTS = timedelta(minutes=10)
MOST = 5_000


class KnownNames:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[datetime, Names]] = {}

    def get(self, unit_id: str, now: datetime) -> Names | None:
        found = self._known.get(unit_id)
        return found[1] if found is not None and now < found[0] else None

    def put(self, unit_id: str, names: Names, now: datetime) -> Names:
        with self._lock:
            self._known.pop(unit_id, None)
            # The oldest makes room: were all to go at once, all pages would ask for them in the same moment.
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[unit_id] = (now + LASTS, names)
        return names
