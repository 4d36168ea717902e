"""What the calendar does: what ends or is to be confirmed between two days, and what was told of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from identity.domain.grants import Grant
from identity.listed import TO_CONFIRM
from identity.store.collections import Collections
from identity.store.documents import (
    grant_of,
    instant_of,
    lists_of,
)
from servicekit.data.database import session
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id


class CalendarMarks(Collections):
    def ending_between(self, first: date, last: date) -> list[Grant]:
        found = self.grants.collection.find(
            {"valid_to": {"$gte": instant_of(first), "$lte": instant_of(last)}}
        )
        return [grant_of(one) for one in found]

    def to_recertify_between(self, first: date, last: date) -> list[Grant]:
        """Of all units, for what the calendar does once."""
        wanted = {"recertify_by": {"$gte": instant_of(first), "$lte": instant_of(last)}}
        return [grant_of(one) for one in self.grants.collection.find(wanted)]

    def over_on(self, day: date) -> dict[str, str]:
        """The ids of the grants of which this was the last day, or the last day to confirm them, with their roles."""
        found: dict[str, str] = {}
        for name in ("valid_to", "recertify_by"):
            asked = self.grants.collection.find({name: instant_of(day)}, {"role": 1}, batch_size=5_000)
            found |= {one["_id"]: one["role"] for one in asked}
        return found

    def to_confirm_on(self, day: date) -> set[str]:
        """The ids of the grants to be confirmed by this day, and of those that stand in the list of it."""
        found = self.grants.collection.find({"recertify_by": instant_of(day)}, {"_id": 1}, batch_size=5_000)
        ids = {str(one["_id"]) for one in found}
        for root in self.units.roots():
            first, last = instant_of(day), instant_of(day + timedelta(days=1))
            ids |= self.lists.standing(TO_CONFIRM, root.id, first, last)
        return ids

    def list_anew(self, grant_ids: Sequence[str], now: datetime) -> None:
        """Call inside a transaction."""
        found = self.grants.collection.find({"_id": {"$in": list(grant_ids)}}, session=session())
        self.lists.put(one.unless_lapsed(now) for grant in map(grant_of, found) for one in lists_of(grant))

    def told(self, marks: Iterable[str]) -> set[str]:
        """Which of these were told before."""
        found = self._marks.find({"_id": {"$in": list(marks)}}, {"_id": 1})
        return {one["_id"] for one in found}

    def tell(
        self, marks: Sequence[str], news: Iterable[Event], audit: Iterable[AuditEntry], now: datetime
    ) -> None:
        """Marks them as told and tells them, or neither; raises DuplicateKeyError when another has told one."""

        def work() -> None:
            for mark in marks:
                self._marks.insert_one({"_id": mark, "at": now}, session=session())
            self.calendar.insert({"_id": new_id()}, news, audit)

        self.database.in_transaction(work)
