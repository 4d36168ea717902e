"""The figures with which days began, of units with more than one congress: a document for each unit, plan and day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pymongo import ReplaceOne

from servicekit.data.database import Database, session
from servicekit.data.documents import Document
from servicekit.tree.rollup.figures import Groups
from servicekit.tree.rollup.sums import groups_of, nested

AT_ONCE = 500
DONE = "days done"


class DayStore:
    def __init__(self, database: Database) -> None:
        self._days = database.mongo["rollup_days"]
        self._sums = database.mongo["rollups"]
        self._marks = database.mongo["marks"]

    def prepare(self) -> None:
        self._days.create_index("of")
        self._days.create_index([("plan_id", 1), ("day", 1)])

    def sums_of(self, plan_id: str) -> Iterator[list[Document]]:
        """All sums of a plan as they are, some at a time."""
        some: list[Document] = []
        for one in self._sums.find({"plan_id": plan_id}, {"unit_id": 1, "groups": 1}, batch_size=AT_ONCE):
            some.append(one)
            if len(some) == AT_ONCE:
                yield some
                some = []
        if some:
            yield some

    def put(self, plan_id: str, day: date, figures: Mapping[str, Groups]) -> None:
        """By unit."""
        writes = [
            ReplaceOne(
                {"_id": f"{plan_id}:{unit_id}:{day.isoformat()}"},
                {
                    "of": f"{plan_id}:{unit_id}",
                    "plan_id": plan_id,
                    "day": day.isoformat(),
                    "groups": {key: nested(counters) for key, counters in groups.items()},
                },
                upsert=True,
            )
            for unit_id, groups in figures.items()
        ]
        if writes:
            self._days.bulk_write(writes, ordered=False)

    def of(self, plan_id: str, unit_id: str) -> dict[date, Groups]:
        """Of each day that is kept."""
        found = self._days.find({"of": f"{plan_id}:{unit_id}"}, session=session())
        return {date.fromisoformat(one["day"]): groups_of(one) for one in found}

    def at(self, plan_id: str, day: date) -> Iterator[tuple[str, Groups]]:
        """What each unit kept of a day."""
        for one in self._days.find({"plan_id": plan_id, "day": day.isoformat()}, batch_size=AT_ONCE):
            yield one["of"].partition(":")[2], groups_of(one)

    def is_done(self, plan_id: str, day: date) -> bool:
        return self._marks.find_one({"_id": f"{DONE} {plan_id}", "day": day.isoformat()}) is not None

    def put_done(self, plan_id: str, day: date) -> None:
        self._marks.update_one({"_id": f"{DONE} {plan_id}"}, {"$set": {"day": day.isoformat()}}, upsert=True)

    def forget(self, plan_id: str, days: Sequence[date]) -> None:
        for day in days:
            self._days.delete_many({"plan_id": plan_id, "day": day.isoformat()})
