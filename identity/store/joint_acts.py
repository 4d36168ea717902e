"""Documents of what two administrators of the topmost unit do together."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from identity.domain.together import Act, JointAct, State
from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import origin

Document = dict[str, Any]


class JointActStore:
    def __init__(self, database: Database) -> None:
        self._acts = Records(database, "joint_acts", origin)

    def prepare(self) -> None:
        self._acts.prepare()
        for fields in (("unit_id", "state"), ("state", "asked_at")):
            self._acts.collection.create_index([(name, 1) for name in fields])

    def get(self, act_id: str) -> JointAct:
        return _joint(self._acts.get(act_id))

    def add(self, joint: JointAct, news: Iterable[Event], audit: Iterable[AuditEntry]) -> JointAct:
        return _joint(self._acts.insert(_document(joint), news, audit))

    def save(
        self, joint: JointAct, expected_version: int, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> JointAct:
        return _joint(self._acts.save(_document(joint), expected_version, news, audit))

    def asked_in(self, unit_id: str) -> list[JointAct]:
        """Those that nobody has answered, oldest first; such as have just lapsed are among them."""
        wanted = {"unit_id": unit_id, "state": str(State.ASKED)}
        found = [_joint(one) for one in self._acts.collection.find(wanted, {"_outbox": 0}, session=session())]
        return sorted(found, key=lambda one: (one.asked_at, one.id))

    def asked_before(self, at: datetime) -> list[JointAct]:
        """Those of all units that nobody has answered since then."""
        wanted = {"state": str(State.ASKED), "asked_at": {"$lt": at}}
        return [_joint(one) for one in self._acts.collection.find(wanted, {"_outbox": 0})]


def _joint(document: Document) -> JointAct:
    values = {name: document[name] for name in JointAct.__dataclass_fields__ if name in document}
    values |= {"id": document["_id"], "act": Act(document["act"]), "state": State(document["state"])}
    return JointAct(**values)


def _document(joint: JointAct) -> Document:
    values = {name: value for name, value in asdict(joint).items() if name not in ("id", "version")}
    return {**values, "_id": joint.id, "act": str(joint.act), "state": str(joint.state)}
