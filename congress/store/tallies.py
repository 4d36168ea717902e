"""Tallies as documents, each round one; what they say beside a report stands with its congress."""

from collections.abc import Callable
from typing import Any

from congress.domain.tallies import Candidate, Keying, Tally
from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import Origin
from servicekit.data.records import Records

_TALLIES = Shape(Tally, sparse={Candidate: ("number",), Keying: ("by_code", "kept_by")})


class TallyStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "tallies", origin)
        self._tallies = database.mongo["tallies"]

    def prepare(self) -> None:
        self._records.prepare()
        self._tallies.create_index("congress_id")

    def of_congress(self, congress_id: str) -> list[Tally]:
        """In the order in which they were opened; there are few, for a rule bounds them."""
        wanted: dict[str, Any] = {"congress_id": congress_id}
        found = self._tallies.find(wanted, {"_outbox": 0}, session=session())
        return sorted(map(_TALLIES.value, found), key=lambda one: (one.opened_at, one.id))

    def add(self, tally: Tally) -> Tally:
        return _TALLIES.value(self._records.insert(_TALLIES.document(tally)))

    def save(self, tally: Tally, expected_version: int) -> Tally:
        """Raises Stale where somebody else has written it since."""
        return _TALLIES.value(self._records.save(_TALLIES.document(tally), expected_version))
