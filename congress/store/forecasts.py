"""What is expected of units: a document for each unit and plan, made anew each day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo import ReplaceOne

from congress.domain.forecasts import Expected, Forecast, Outlook, Range, Silence
from servicekit.data.database import Database, session
from servicekit.data.documents import Document

NAME = "forecasts"
DONE = "forecasts done"


class ForecastStore:
    def __init__(self, database: Database) -> None:
        self._forecasts = database.mongo[NAME]
        self._marks = database.mongo["marks"]

    def prepare(self) -> None:
        self._forecasts.create_index([("plan_id", 1), ("made_on", 1)])

    def put(self, plan_id: str, outlooks: Mapping[str, Outlook]) -> None:
        """By unit."""
        writes = [
            ReplaceOne({"_id": f"{plan_id}:{unit_id}"}, {"plan_id": plan_id, **_kept(one)}, upsert=True)
            for unit_id, one in outlooks.items()
        ]
        if writes:
            self._forecasts.bulk_write(writes, ordered=False)

    def find(self, plan_id: str, unit_id: str) -> Outlook | None:
        found = self._forecasts.find_one({"_id": f"{plan_id}:{unit_id}"}, session=session())
        return _read(found) if found else None

    def made_on(self, plan_id: str, day: date) -> set[str]:
        """Of which units: those with enough congresses, thousands at most."""
        wanted = {"plan_id": plan_id, "made_on": day.isoformat()}
        return {str(one["_id"]).partition(":")[2] for one in self._forecasts.find(wanted, {"_id": 1})}

    def forget_before(self, plan_id: str, day: date) -> None:
        self._forecasts.delete_many({"plan_id": plan_id, "made_on": {"$lt": day.isoformat()}})

    def is_done(self, plan_id: str, day: date) -> bool:
        return self._marks.find_one({"_id": f"{DONE} {plan_id}", "day": day.isoformat()}) is not None

    def put_done(self, plan_id: str, day: date) -> None:
        self._marks.update_one({"_id": f"{DONE} {plan_id}"}, {"$set": {"day": day.isoformat()}}, upsert=True)


def _kept(outlook: Outlook) -> Document:
    return {
        "made_on": outlook.made_on.isoformat(),
        "whole": _kept_one(outlook.whole),
        # A level's key may be anything a tree says: it is no name of a field.
        "levels": [{"level": level, **_kept_one(one)} for level, one in outlook.levels.items()],
        "way": [[one.day.isoformat(), one.low, one.middle, one.high] for one in outlook.way],
    }


def _kept_one(expected: Expected) -> Document:
    if isinstance(expected, Silence):
        return {"silence": expected.value}
    return {
        "day": expected.day.isoformat(),
        "earliest": expected.earliest.isoformat(),
        "latest": expected.latest.isoformat() if expected.latest else None,
    }


def _read(kept: Mapping[str, Any]) -> Outlook:
    return Outlook(
        date.fromisoformat(kept["made_on"]),
        _read_one(kept["whole"]),
        {one["level"]: _read_one(one) for one in kept["levels"]},
        tuple(Range(date.fromisoformat(day), low, middle, high) for day, low, middle, high in kept["way"]),
    )


def _read_one(kept: Mapping[str, Any]) -> Expected:
    if "silence" in kept:
        return Silence(kept["silence"])
    return Forecast(
        date.fromisoformat(kept["day"]),
        date.fromisoformat(kept["earliest"]),
        date.fromisoformat(kept["latest"]) if kept["latest"] else None,
    )
