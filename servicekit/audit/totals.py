"""How many entries an audit has of each unit and those below it: counted by the relay, behind what it appends.

The number is exact: what was appended since is counted with it, as far as that is little. Who moved with its unit is
counted where it was done, as a search finds it there. It is derived, and counted anew where the log is shorter than
what was counted.
"""

from collections import Counter
from typing import Any

from pymongo import UpdateOne

from servicekit.audit.chain import chain_of, told
from servicekit.data.database import Database, session

Document = dict[str, Any]
# The log as a whole, entries of no unit among it; no unit has this id.
EVERYTHING = "*"
MARK = "counted"
COUNTED_AT_ONCE = 500


class AuditTotals:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._chain = chain_of(database)
        self._totals = database.mongo["audit_totals"]

    def count_on(self) -> int:
        """Counts so many entries more; how many it took. For the relay, which alone sees where the log ends."""
        end = self._chain.end()["seq"]
        if self._counted() == end:
            return 0
        return self._database.in_transaction(lambda: self._count(end))

    def _count(self, end: int) -> int:
        counted = self._counted()
        if counted > end:
            self._totals.delete_many({}, session=session())
            counted = 0
        reached = min(end, counted + COUNTED_AT_ONCE)
        found = self._since(counted)
        changes = Counter(place for entry in found if entry["seq"] <= reached for place in _places(entry))
        writes = [
            UpdateOne({"_id": place}, {"$inc": {"number": number}}, upsert=True)
            for place, number in changes.items()
        ]
        mark = UpdateOne({"_id": MARK}, {"$set": {"seq": reached}}, upsert=True)
        self._totals.bulk_write([*writes, mark], session=session())
        return reached - counted

    def of(self, unit_id: str = EVERYTHING) -> int | None:
        """Of a unit and those below it; None while too much is not counted yet."""

        def work() -> int | None:
            since = self._since(self._counted())
            kept: Document = self._totals.find_one({"_id": f"in {unit_id}"}, session=session()) or {}
            if len(since) > COUNTED_AT_ONCE:
                return None
            number: int = kept.get("number", 0)
            return number + sum(f"in {unit_id}" in _places(entry) for entry in since)

        return self._database.in_transaction(work)

    def _counted(self) -> int:
        mark: Document = self._totals.find_one({"_id": MARK}, session=session()) or {}
        seq: int = mark.get("seq", 0)
        return seq

    def _since(self, counted: int) -> list[Document]:
        """One more than is counted at once, where there are so many."""
        query = {"seq": {"$gt": counted, "$lte": counted + COUNTED_AT_ONCE + 1}}
        found = self._chain.raw.find(query, {"seq": 1, "unit_path": 1}, session=session())
        return [told(entry) for entry in found]


def _places(entry: Document) -> set[str]:
    return {f"in {one}" for one in (EVERYTHING, *entry["unit_path"])}
