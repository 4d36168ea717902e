"""Plans, and how far the cascade of each has come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from congress.domain.plan import Plan, PlanState
from congress.store.documents import plan_document, plan_of
from servicekit.database import Database, session
from servicekit.events import AuditEntry, Origin
from servicekit.records import Records
from servicekit.units import UnitChange
from servicekit.units_copy import follow_paths

DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Cascade:
    """`made` of `total` congresses are there; `state`: running or done."""

    total: int
    made: int
    state: str


class PlanStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "plans", origin)
        self._plans = database.mongo["plans"]
        self._cascades = database.mongo["cascades"]

    def prepare(self) -> None:
        self._records.prepare()
        self._plans.create_index("state")
        self._plans.create_index("unit_id")
        self._plans.create_index("spreading", partialFilterExpression={"spreading": True})

    def find(self, plan_id: str) -> Plan | None:
        found = self._records.find(plan_id)
        return plan_of(found) if found and found["state"] != DELETED else None

    def get(self, plan_id: str) -> Plan:
        return plan_of(self._records.get(plan_id))

    def all(self) -> list[Plan]:
        """Newest opening first; an organisation has some per cycle."""
        every = self._plans.find({}, {"_outbox": 0}, session=session())
        plans = (plan_of(found) for found in every if found["state"] != DELETED)
        return sorted(plans, key=lambda plan: (plan.opens_on, plan.id), reverse=True)

    def in_state(self, state: PlanState) -> list[Plan]:
        return [plan_of(found) for found in self._plans.find({"state": state.value}, {"_outbox": 0})]

    def hold(self, plan_ids: Iterable[str]) -> None:
        """Within a transaction: what unit events and a cascade write for one plan exclude each other."""
        for plan_id in plan_ids:
            self._plans.update_one({"_id": plan_id}, {"$inc": {"held": 1}}, session=session())

    def spreading(self) -> list[Plan]:
        return [plan_of(found) for found in self._plans.find({"spreading": True}, {"_outbox": 0})]

    def hold_opening(self) -> None:
        """Within a transaction: of two plans that are opened at once, the second looks again at what the first did."""
        self._plans.database["marks"].update_one(
            {"_id": "opening"}, {"$inc": {"turn": 1}}, upsert=True, session=session()
        )

    def delete(self, plan: Plan, expected_version: int, audit: Iterable[AuditEntry]) -> None:
        """Nobody sees it again; the document stays, because its audit entry leaves by it."""
        self._records.save({"_id": plan.id, "state": DELETED}, expected_version, audit=audit)

    def insert(self, plan: Plan, audit: Iterable[AuditEntry]) -> Plan:
        return plan_of(self._records.insert(plan_document(plan), audit=audit))

    def save(self, plan: Plan, expected_version: int, audit: Iterable[AuditEntry] = ()) -> Plan:
        return plan_of(self._records.save(plan_document(plan), expected_version, audit=audit))

    def move(self, changes: Iterable[UnitChange]) -> None:
        """Plans follow the units that opened them, within the transaction of the event."""
        follow_paths(self._plans, changes)

    def cascade(self, plan_id: str) -> Cascade | None:
        found = self._cascades.find_one({"_id": plan_id}, session=session())
        return Cascade(found["total"], found["made"], found["state"]) if found else None

    def put_cascade(self, plan_id: str, cascade: Cascade) -> None:
        values = {"total": cascade.total, "made": cascade.made, "state": cascade.state}
        self._cascades.update_one({"_id": plan_id}, {"$set": values}, upsert=True, session=session())
