"""Reminders: gathered for one person until all parts have come, then told together."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from notifications.domain.matters import Concern, Matter
from notifications.domain.reminders import Reminder, reminder_of
from notifications.store.documents import concern_document, reminder_document, stored_reminder
from notifications.store.jobs import DONE, WAITING, Overtaken, prepare_jobs
from servicekit.data.database import Database
from servicekit.data.documents import Document


class ReminderStore:
    def __init__(self, database: Database) -> None:
        self._reminders = database.mongo["reminders"]

    def prepare(self) -> None:
        prepare_jobs(self._reminders)
        # The embedded database scans unless one index covers the whole filter of a compare-and-set.
        self._reminders.create_index([("_id", 1), ("version", 1)])

    def gather(
        self,
        matter: Matter,
        account_id: str,
        concerns: Iterable[Concern],
        due_at: datetime,
        most: int | None = None,
    ) -> None:
        """Adds units, those not there yet, up to `most`, to what one person is to be reminded of. Raises Overtaken."""
        begun = reminder_of(matter, account_id, concerns)
        known = self._reminders.find_one({"_id": begun.id})
        have = {unit["unit_id"] for unit in known["units"]} if known else set()
        added = [concern_document(one) for one in begun.units if one.unit_id not in have]
        if most is not None:
            added = added[: max(0, most - len(have))]
        if known is None:
            job = {"version": begun.version, "state": WAITING, "due_at": due_at}
            try:
                self._reminders.insert_one({**reminder_document(begun), **job})
            except DuplicateKeyError as error:
                raise Overtaken from error
        elif added:
            change = {
                "$push": {"units": {"$each": added}},
                "$set": {"state": WAITING, "due_at": due_at},
                "$unset": {"done_at": ""},
                "$inc": {"version": 1},
            }
            mine = {"_id": begun.id, "version": known["version"]}
            if self._reminders.update_one(mine, change).matched_count == 0:
                raise Overtaken

    def due(self, now: datetime, most: int) -> list[Reminder]:
        found = self._reminders.find({"state": WAITING, "due_at": {"$lte": now}}).limit(most)
        return [stored_reminder(one) for one in found]

    def postpone_topic(self, topic: str, due_at: datetime) -> None:
        self._reminders.update_many({"topic": topic, "state": WAITING}, {"$set": {"due_at": due_at}})

    def begin(self, reminders: Sequence[Reminder]) -> list[Reminder]:
        """Fixes which units are told now, so that one who is killed and comes back tells the same again."""
        begun = [one for one in reminders if one.telling == one.told]
        self._change(begun, lambda one: {"telling": len(one.units)})
        found = self._reminders.find({"_id": {"$in": [one.id for one in reminders]}})
        return [one for one in map(stored_reminder, found) if one.telling > one.told]

    def end(self, reminders: Sequence[Reminder], now: datetime) -> None:
        def over(reminder: Reminder) -> Document:
            done = reminder.telling == len(reminder.units)
            return {"told": reminder.telling, **({"state": DONE, "done_at": now} if done else {})}

        self._change(reminders, over)

    def _change(self, reminders: Sequence[Reminder], change: Callable[[Reminder], Document]) -> None:
        writes = [
            UpdateOne({"_id": one.id, "version": one.version}, {"$set": change(one), "$inc": {"version": 1}})
            for one in reminders
        ]
        if writes:
            self._reminders.bulk_write(writes, ordered=False)
