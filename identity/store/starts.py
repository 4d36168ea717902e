"""Sign-ins that set out, counted by minute, provider and address over all processes; gone after some minutes."""

from datetime import datetime

from identity.domain.starts import Minute
from servicekit.data.database import Database


class StartStore:
    def __init__(self, database: Database, seconds: int) -> None:
        self._minutes = database.mongo["sign_ins_begun"]
        self._seconds = seconds

    def prepare(self) -> None:
        self._minutes.create_index("at", expireAfterSeconds=self._seconds)

    def minute(self, provider: str, address: str, account: str, now: datetime) -> Minute:
        """As it stands; the asking address counts among the addresses from now on. `address` is a digest.

        `account`: whose session asks, or nothing.
        """
        name = _name(provider, now)
        known = self._minutes.find_one({"_id": f"{name} {address}"})
        if known is None:
            self._count(f"{name} {address}", "begun", now, by=0)
            self._count(name, "addresses", now)
        whole = self._minutes.find_one({"_id": name}) or {}
        own = self._minutes.find_one({"_id": _of_account(name, account)}) if account else None
        return Minute(
            whole.get("begun", 0),
            max(1, whole.get("addresses", 1)),
            (known or {}).get("begun", 0),
            (own or {}).get("begun", 0),
        )

    def begun(self, provider: str, address: str, account: str, now: datetime) -> None:
        name = _name(provider, now)
        for counted in (name, f"{name} {address}", *([_of_account(name, account)] if account else [])):
            self._count(counted, "begun", now)

    def refused(self, provider: str, now: datetime) -> int:
        """How many in this minute, this one included."""
        name = f"{_name(provider, now)} refused"
        self._count(name, "refused", now)
        found: dict[str, int] = self._minutes.find_one({"_id": name}) or {}
        return found.get("refused", 1)

    def _count(self, name: str, what: str, now: datetime, by: int = 1) -> None:
        self._minutes.update_one(
            {"_id": name}, {"$inc": {what: by}, "$setOnInsert": {"at": now}}, upsert=True
        )


def _of_account(name: str, account: str) -> str:
    return f"{name} account {account}"


def _name(provider: str, now: datetime) -> str:
    return f"{provider} {now:%Y-%m-%dT%H:%M}"
