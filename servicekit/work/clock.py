"""Time enters a service here and nowhere else."""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """The machine's clock; `shift` moves it for tests and rehearsals (never in production)."""

    def __init__(self, zone: str = "Asia/Dhaka", shift: timedelta = timedelta()) -> None:
        self._zone = ZoneInfo(zone)
        self._shift = shift

    @classmethod
    def from_environment(cls) -> "Clock":
        return cls(os.environ.get("SAMMELAN_ZONE", "Asia/Dhaka"))

    def now(self) -> datetime:
        # MongoDB keeps milliseconds; an instant that is finer would not equal its stored self.
        instant = datetime.now(UTC) + self._shift
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The calendar day where the organisation lives, not where the server stands."""
        return self.day_of(self.now())

    def day_of(self, at: datetime) -> date:
        """The calendar day there of an instant."""
        return at.astimezone(self._zone).date()

    def beginning_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone).astimezone(UTC)
