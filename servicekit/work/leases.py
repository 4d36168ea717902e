"""A lease: of several copies of a program, one works; when it dies, another takes over after the lease ends."""

from datetime import UTC, datetime, timedelta

from pymongo.errors import DuplicateKeyError

from servicekit.data.database import Database

LEASE_SECONDS = 10


class Lease:
    """Held by compare-and-set on `leases`; call `hold` at least every few seconds while working.

    Where the program keeps its session, whoever takes over ends what a dead holder has left open in it.
    """

    def __init__(self, database: Database, name: str, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._leases = database.mongo["leases"]
        self._name = name
        self._holder = holder
        self._length = timedelta(seconds=seconds)
        self.seconds = seconds
        self._renew_at = datetime.min.replace(tzinfo=UTC)
        self._mine = False

    def hold(self) -> bool:
        """Takes or renews the lease; False while another holds it."""
        now = datetime.now(UTC)
        if now < self._renew_at:
            return True
        values = {"holder": self._holder, "until": now + self._length, "session": self._database.kept_session}
        mine_still = {"_id": self._name, "holder": self._holder}
        if self._mine and self._leases.update_one(mine_still, {"$set": values}).matched_count:
            self._renew_at = now + self._length / 2
            return True
        self._mine = False
        held = self._leases.find_one({"_id": self._name})
        if held is None:
            try:
                self._leases.insert_one({"_id": self._name, **values})
            except DuplicateKeyError:
                return False
        else:
            mine = held["holder"] == self._holder
            if not mine and held["until"] >= now:
                return False
            seen = {"_id": self._name, "holder": held["holder"], "until": held["until"]}
            if not self._leases.update_one(seen, {"$set": values}).matched_count:
                return False
            if not mine and held.get("session"):
                self._database.end_session(held["session"])
        self._renew_at = now + self._length / 2
        self._mine = True
        return True

    @property
    def held(self) -> bool:
        """As of the last `hold`, and for no longer than that gave it."""
        return datetime.now(UTC) < self._renew_at + self._length / 2

    def release(self) -> None:
        self._leases.delete_one({"_id": self._name, "holder": self._holder})
