"""What the calendar does: what ends or is to be confirmed between two days, and what was told of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from identity.domain.grants import Grant
from identity.store.collections import Collections
from identity.store.documents import (
    grant_of,
    instant_of,
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
