"""The units that have had two independent administrators at one time: they do not become one person's again."""

from datetime import datetime

from servicekit.data.database import Database, session


class TwoHandsStore:
    def __init__(self, database: Database) -> None:
        self._units = database.mongo["two_hands"]

    def have_been(self, unit_id: str) -> bool:
        return self._units.find_one({"_id": unit_id}, session=session()) is not None

    def note(self, unit_id: str, now: datetime) -> None:
        if not self.have_been(unit_id):
            self._units.insert_one({"_id": unit_id, "at": now}, session=session())
