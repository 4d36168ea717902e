"""What was revoked, as every service follows it."""

from collections.abc import Iterable
from datetime import datetime

from pymongo import UpdateOne

from identity.store.collections import Collections
from servicekit.access.revocations import EVERYBODY, Revocations
from servicekit.data.database import session


class Feed(Collections):
    def raise_generations(self, account_ids: Iterable[str], now: datetime) -> None:
        """Every token of these accounts made before now ends; call inside the transaction of the change."""
        ids = sorted({account_id for account_id in account_ids if account_id})
        if not ids:
            return
        accounts = self.accounts.collection
        accounts.bulk_write(
            [UpdateOne({"_id": account_id}, {"$inc": {"generation": 1}}) for account_id in ids],
            session=session(),
        )
        generations = {
            one["_id"]: one["generation"]
            for one in accounts.find({"_id": {"$in": ids}}, {"generation": 1}, session=session())
        }
        self._tell(now, generations=generations)

    def end_below(self, account_ids: Iterable[str], now: datetime) -> None:
        """Every token by which somebody acts with what is owed to these accounts, made before now, ends.

        One entry, however many they are; call inside the transaction of the change.
        """
        self._tell(now, below=sorted({account_id for account_id in account_ids if account_id}))

    def end_all(self, now: datetime) -> None:
        """Every token made before now ends, in one entry; call inside the transaction of the change."""
        self._tell(now, below=[EVERYBODY])

    def _tell(
        self,
        now: datetime,
        generations: dict[str, int] | None = None,
        sessions: list[str] | None = None,
        below: list[str] | None = None,
    ) -> None:
        self._counters.update_one({"_id": "feed"}, {"$inc": {"seq": 1}}, upsert=True, session=session())
        counter = self._counters.find_one({"_id": "feed"}, session=session()) or {"seq": 0}
        self._feed.insert_one(
            {
                "seq": counter["seq"],
                "at": now,
                "generations": [[k, v] for k, v in (generations or {}).items()],
                "sessions": sessions or [],
                "below": below or [],
            },
            session=session(),
        )

    def newest_revocation(self) -> int:
        counter = self._counters.find_one({"_id": "feed"})
        seq: int = counter["seq"] if counter else 0
        return seq

    def revocations(self, after: int) -> Revocations:
        """What was revoked since; everything that is kept when `after` is 0."""
        newest = self.newest_revocation()
        if newest <= after:
            return Revocations(newest, {}, [])
        found = self._feed.find({"seq": {"$gt": after, "$lte": newest}})
        generations: dict[str, int] = {}
        ended: list[str] = []
        below: dict[str, int] = {}
        for entry in found:
            for account_id, generation in entry["generations"]:
                generations[account_id] = max(generation, generations.get(account_id, 0))
            ended += entry["sessions"]
            for account_id in entry.get("below", ()):
                below[account_id] = max(entry["seq"], below.get(account_id, 0))
        return Revocations(newest, generations, ended, below=below)
