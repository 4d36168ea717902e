"""Documents of what two administrators of the topmost unit do together."""

from collections.abc import Iterable
from datetime import datetime

from identity.domain.together import JointAct, State
from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin

_ACTS = Shape(JointAct)


class JointActStore:
    def __init__(self, database: Database) -> None:
        self._acts = Records(database, "joint_acts", origin)

    def prepare(self) -> None:
        self._acts.prepare()
        for fields in (("unit_id", "state"), ("state", "asked_at")):
            self._acts.collection.create_index([(name, 1) for name in fields])

    def get(self, act_id: str) -> JointAct:
        return _ACTS.value(self._acts.get(act_id))

    def add(self, joint: JointAct, news: Iterable[Event], audit: Iterable[AuditEntry]) -> JointAct:
        return _ACTS.value(self._acts.insert(_ACTS.document(joint), news, audit))

    def save(
        self, joint: JointAct, expected_version: int, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> JointAct:
        return _ACTS.value(self._acts.save(_ACTS.document(joint), expected_version, news, audit))

    def asked_in(self, unit_id: str) -> list[JointAct]:
        """Those that nobody has answered, oldest first; such as have just lapsed are among them."""
        wanted = {"unit_id": unit_id, "state": str(State.ASKED)}
        found = [
            _ACTS.value(one) for one in self._acts.collection.find(wanted, {"_outbox": 0}, session=session())
        ]
        return sorted(found, key=lambda one: (one.asked_at, one.id))

    def asked_before(self, at: datetime) -> list[JointAct]:
        """Those of all units that nobody has answered since then."""
        wanted = {"state": str(State.ASKED), "asked_at": {"$lt": at}}
        return [_ACTS.value(one) for one in self._acts.collection.find(wanted, {"_outbox": 0})]
