"""What other services tell: congresses that were approved, moves that were asked for, units as they are now."""

from collections.abc import Callable, Sequence
from datetime import datetime

from identity.domain.grants import Grant
from identity.store.collections import Collections
from identity.store.documents import (
    grant_of,
    instant_of,
    lists_of,
)
from servicekit.data.database import session
from servicekit.data.events import AuditEntry, Event
from servicekit.tree.listed import Listed
from servicekit.tree.units import UnitChange
from servicekit.web.guards import origin

# What is told and written down of a grant: as it was, as it is.
Followed = Callable[[Grant, Grant], tuple[list[Event], list[AuditEntry]]]


class Following(Collections):
    def note_congress(self, congress_id: str, deadline: str, unit_id: str) -> None:
        """An approved congress, as offices may hang on it; `deadline` is a day in ISO form."""
        said = {"deadline": deadline, "unit_id": unit_id}
        self._congresses.update_one({"_id": congress_id}, {"$set": said}, upsert=True, session=session())

    def unit_of_congress(self, congress_id: str) -> str | None:
        """None where no such congress has been approved; empty for one that was before units were noted."""
        found = self._congresses.find_one({"_id": congress_id}, session=session())
        return str(found.get("unit_id", "")) if found else None

    def keep_asked_move(self, move_id: str, unit_id: str, to_id: str, now: datetime) -> None:
        said = {"unit_id": unit_id, "to_id": to_id, "at": now}
        self._asked_moves.update_one({"_id": move_id}, {"$set": said}, upsert=True, session=session())

    def is_asked_move(self, unit_id: str, to_id: str) -> bool:
        wanted = {"unit_id": unit_id, "to_id": to_id}
        return self._asked_moves.find_one(wanted, session=session()) is not None

    def deadline_of(self, congress_id: str) -> str:
        """Empty where the congress was never heard of."""
        found = self._congresses.find_one({"_id": congress_id}, session=session())
        return str(found["deadline"]) if found else ""

    def follow_units(self, changes: Sequence[UnitChange], followed: Followed) -> set[str]:
        """Grants get the place and the end of their units, as these are now; the accounts whose grants changed."""
        units = {change.id: change.after for change in changes}
        found = list(self.grants.collection.find({"unit_id": {"$in": list(units)}}, session=session()))
        holders: set[str] = set()
        moved: list[Listed] = []
        for one in found:
            unit = units[one["unit_id"]]
            after = {
                **one,
                "unit_path": list(unit.path),
                "unit_ended": instant_of(unit.valid_to) if unit.valid_to else None,
            }
            if (one["unit_path"], one.get("unit_ended")) == (after["unit_path"], after["unit_ended"]):
                continue
            events, audit = followed(grant_of(one), grant_of(after))
            self.grants.save(after, one["version"], events, audit)
            moved += lists_of(grant_of(after))
            holders.add(one["account_id"] or "")
        self.lists.put(moved)
        self.rollout.follow(changes, origin().at)
        return holders - {""}
