"""Plans, and how far the cascade of each has come."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from congress.domain.plan import Plan, PlanHead, PlanState
from congress.store.documents import head_of, plan_document, plan_of
from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.tree.units import UnitChange
from servicekit.tree.units_copy import follow_paths

DELETED = "deleted"
OPENED = [state.value for state in PlanState if state is not PlanState.DRAFT]
DRAFT = PlanState.DRAFT.value
HEAD = dict.fromkeys(("unit_id", "unit_path", "opens_on", "state"), 1)
# What a deleted plan keeps: the record that its audit entry leaves by.
BODY = {field.name: "" for field in fields(Plan) if field.name not in ("id", "state", "version")} | {"by": ""}


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
        for whose in ("unit_id", "unit_path", "by"):
            self._plans.create_index([(whose, 1), ("state", 1)])
        self._plans.create_index("spreading", partialFilterExpression={"spreading": True})

    def find(self, plan_id: str) -> Plan | None:
        found = self._records.find(plan_id)
        return plan_of(found) if found and found["state"] != DELETED else None

    def get(self, plan_id: str) -> Plan:
        return plan_of(self._records.get(plan_id))

    def opened_among(self, plan_ids: Iterable[str]) -> dict[str, Plan]:
        """Those of them that have been opened, closed ones too. Nobody asks for all: each unit may open some."""
        return {plan.id: plan for plan in self._opened({"_id": {"$in": list(plan_ids)}})}

    def opened_of(self, unit_ids: Iterable[str]) -> list[Plan]:
        """Those that just these units have opened."""
        return self._opened({"unit_id": {"$in": list(unit_ids)}})

    def opened_below(self, unit_ids: Iterable[str]) -> list[Plan]:
        """Those of these units and of the units below them."""
        return self._opened({"unit_path": {"$in": list(unit_ids)}})

    def _opened(self, wanted: Mapping[str, object]) -> list[Plan]:
        found = self._plans.find({**wanted, "state": {"$in": OPENED}}, {"_outbox": 0}, session=session())
        return list(map(plan_of, found))

    def heads_of(self, unit_ids: Iterable[str], *, drafts: bool) -> list[PlanHead]:
        """Those of just these units: their drafts, or what they have opened."""
        return self._heads({"unit_id": {"$in": list(unit_ids)}}, drafts)

    def heads_below(self, unit_ids: Iterable[str], *, drafts: bool) -> list[PlanHead]:
        """Those of these units and of the units below them."""
        return self._heads({"unit_path": {"$in": list(unit_ids)}}, drafts)

    def _heads(self, wanted: Mapping[str, object], drafts: bool) -> list[PlanHead]:
        states = {"state": DRAFT if drafts else {"$in": OPENED}}
        found = self._plans.find({**wanted, **states}, HEAD, session=session(), batch_size=5_000)
        return list(map(head_of, found))

    def many(self, plan_ids: Iterable[str]) -> dict[str, Plan]:
        found = self._plans.find({"_id": {"$in": list(plan_ids)}, "state": {"$ne": DELETED}}, {"_outbox": 0})
        return {plan.id: plan for plan in map(plan_of, found)}

    def drafts_of(self, unit_ids: Iterable[str]) -> list[str]:
        """The ids of the drafts of just these units."""
        return self._draft_ids({"unit_id": {"$in": list(unit_ids)}})

    def drafts_by(self, account_id: str) -> list[str]:
        return self._draft_ids({"by": account_id})

    def _draft_ids(self, wanted: Mapping[str, object]) -> list[str]:
        return [
            one["_id"] for one in self._plans.find({**wanted, "state": DRAFT}, {"_id": 1}, session=session())
        ]

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
        self._take_turn("opening")

    def hold_drafts(self) -> None:
        """Within a transaction: of two drafts that are made at once, the second is counted after the first."""
        self._take_turn("drafts")

    def _take_turn(self, name: str) -> None:
        self._plans.database["marks"].update_one(
            {"_id": name}, {"$inc": {"turn": 1}}, upsert=True, session=session()
        )

    def delete(self, plan: Plan, expected_version: int, audit: Iterable[AuditEntry]) -> None:
        """Nobody sees it again; the document stays, empty, because its audit entry leaves by it."""

        def empty() -> None:
            self._records.save({"_id": plan.id, "state": DELETED}, expected_version, audit=audit)
            self._plans.update_one({"_id": plan.id}, {"$unset": BODY}, session=session())

        self._records.database.in_transaction(empty)

    def insert(self, plan: Plan, audit: Iterable[AuditEntry], by: str = "") -> Plan:
        """`by`: the account whose draft it is."""
        return plan_of(self._records.insert({**plan_document(plan), "by": by}, audit=audit))

    def save(self, plan: Plan, expected_version: int, audit: Iterable[AuditEntry] = ()) -> Plan:
        return plan_of(self._records.save(plan_document(plan), expected_version, audit=audit))

    def move(self, changes: Iterable[UnitChange]) -> None:
        """Plans follow the units that opened them, within the transaction of the event."""
        follow_paths(self._plans, changes)

    def cascade(self, plan_id: str) -> Cascade | None:
        found = self._cascades.find_one({"_id": plan_id}, session=session())
        return Cascade(found["total"], found["made"], found["state"]) if found else None

    def cascades(self, plan_ids: Iterable[str]) -> dict[str, Cascade]:
        """By plan, of those that were ever handed down."""
        found = self._cascades.find({"_id": {"$in": list(plan_ids)}})
        return {one["_id"]: Cascade(one["total"], one["made"], one["state"]) for one in found}

    def put_cascade(self, plan_id: str, cascade: Cascade) -> None:
        values = {"total": cascade.total, "made": cascade.made, "state": cascade.state}
        self._cascades.update_one({"_id": plan_id}, {"$set": values}, upsert=True, session=session())
