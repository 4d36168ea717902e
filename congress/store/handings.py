"""Where days that units set for those below them still have to be brought down: a document for each unit and plan,
until that is done; and one for each plan in which anybody has ever set such days.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pymongo import UpdateOne

from servicekit.data.database import Database, session


@dataclass(frozen=True, slots=True)
class Handing:
    """At and below this unit. `turn` grows when it is wanted again while it is being done."""

    plan_id: str
    unit_id: str
    turn: int


class HandingStore:
    def __init__(self, database: Database) -> None:
        self._wanted = database.mongo["handings"]
        self._plans = database.mongo["handing_plans"]

    def prepare(self) -> None:
        self._wanted.create_index("plan_id")

    def begin(self, plan_id: str) -> None:
        self._plans.update_one({"_id": plan_id}, {"$set": {"given": True}}, upsert=True, session=session())

    def plans_among(self, plan_ids: Iterable[str]) -> frozenset[str]:
        """Those in which anybody has ever set days for those below."""
        found = self._plans.find({"_id": {"$in": list(plan_ids)}}, {"_id": 1}, session=session())
        return frozenset(one["_id"] for one in found)

    def want(self, plan_id: str, unit_ids: Iterable[str]) -> None:
        writes = [
            UpdateOne(
                {"_id": f"{plan_id}|{one}"},
                {"$set": {"plan_id": plan_id, "unit_id": one}, "$inc": {"turn": 1}},
                upsert=True,
            )
            for one in unit_ids
        ]
        if writes:
            self._wanted.bulk_write(writes, ordered=False, session=session())

    def waiting(self) -> list[Handing]:
        """They are few: each is one act of a unit, or one branch that moved."""
        found = self._wanted.find({}, session=session())
        return [Handing(one["plan_id"], one["unit_id"], one["turn"]) for one in found]

    def waits(self, plan_ids: Iterable[str]) -> frozenset[str]:
        """Those of these plans in which something still has to be brought down."""
        wanted = {"plan_id": {"$in": list(plan_ids)}}
        return frozenset(one["plan_id"] for one in self._wanted.find(wanted, session=session()))

    def done(self, handing: Handing) -> None:
        """Not where it was wanted again meanwhile."""
        self._wanted.delete_one({"_id": f"{handing.plan_id}|{handing.unit_id}", "turn": handing.turn})
