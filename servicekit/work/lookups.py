"""Lookups of national numbers: so many a day for one person, in each service by its own count."""

from datetime import date, datetime, timedelta

from servicekit.data.database import Database
from servicekit.refusals import TooMany
from servicekit.words import N_
from servicekit.work.clock import Clock

DAY = timedelta(days=1)
KEPT = timedelta(days=2)


class TooManyLookedUp(TooMany):
    title = N_("You have looked up as many national numbers as one person may in a day. Go on tomorrow.")


class Lookups:
    def __init__(self, database: Database) -> None:
        self._lookups = database.mongo["lookups"]

    def prepare(self) -> None:
        self._lookups.create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))

    def count(self, account_id: str, clock: Clock, most: int) -> None:
        """One more of this account. Raises TooManyLookedUp until the organisation's next day begins."""
        today = clock.today()
        if self._counted(account_id, today, clock.now()) > most:
            left = clock.beginning_of(today + DAY) - clock.now()
            raise TooManyLookedUp(retry_after=int(left.total_seconds()) + 1)

    def _counted(self, account_id: str, day: date, now: datetime) -> int:
        """How many there are of this day now."""
        mine = {"_id": f"{account_id} {day}"}
        self._lookups.update_one(mine, {"$inc": {"count": 1}, "$set": {"at": now}}, upsert=True)
        # Read apart: of two at once both see both, which is one too many rather than one too few.
        found = self._lookups.find_one(mine)
        counted: int = found["count"] if found else 1
        return counted
