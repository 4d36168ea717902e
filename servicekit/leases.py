"""A lease: of several copies of a program, one works; when it dies, another takes over after the lease ends."""

from datetime import UTC, datetime, timedelta

from pymongo.errors import DuplicateKeyError

from servicekit.database import Database

LEASE_SECONDS = 10


class Lease:
    """Held by compare-and-set on `leases`; call `hold` at least every few seconds while working."""

    def __init__(self, database: Database, name: str, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._leases = database.mongo["leases"]
        self._name = name
        self._holder = holder
        self._length = timedelta(seconds=seconds)
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def hold(self) -> bool:
        """Takes or renews the lease; False while another holds it."""
        now = datetime.now(UTC)
        if now < self._renew_at:
            return True
        until = now + self._length
        mine = self._leases.update_one(
            {"_id": self._name, "holder": self._holder}, {"$set": {"until": until}}
        ).matched_count
        if not mine:
            free = {"_id": self._name, "until": {"$lt": now}}
            mine = self._leases.update_one(
                free, {"$set": {"holder": self._holder, "until": until}}
            ).matched_count
        if not mine:
            try:
                self._leases.insert_one({"_id": self._name, "holder": self._holder, "until": until})
                mine = 1
            except DuplicateKeyError:
                return False
        self._renew_at = now + self._length / 3
        return bool(mine)

    def release(self) -> None:
        self._leases.delete_one({"_id": self._name, "holder": self._holder})
