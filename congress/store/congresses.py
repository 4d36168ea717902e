"""Congresses. Each save marks the document `dirty` in the same write, which is how the projector finds it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import UpdateOne

from congress.domain.history import Congress, State
from congress.domain.pilots import Note, pilot_of, readers_key
from congress.domain.plan import Plan
from congress.domain.stated import Owing
from congress.store.documents import congress_document, congress_of, note_of
from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.tree.units import Unit
from servicekit.tree.units_copy import facts_document

Document = dict[str, Any]
MOVED = ("unit_id", "unit", "unit_path", "plan_id")
EARLIER = ("pilot_until", "own_until", "handed_until")
NOTED = ("unit_id", "unit", "unit_path", "pilot_until", "lessons")


def _derived(congress: Congress) -> Document:
    document = congress_document(congress)
    names = (
        *("unit", "unit_path", "level", "has_subordinates", "deadline", "state", "taught_to", "pilot_of"),
        *("blocks", "rules", "handed", "handed_until"),
    )
    return {name: document[name] for name in names}


# The deadline that counts: the plan's, an earlier one (of a pilot, its own, set above), and a later one, granted.
Counts = Callable[[date, date | None, date | None], date]


def _counted(document: Document, planned: date, counts: Counts) -> date:
    """Documents of earlier days say nothing of other days."""
    earlier, later = [document.get(name) for name in EARLIER], document.get("extended_to")
    return counts(
        planned,
        min((date.fromisoformat(one) for one in earlier if one), default=None),
        date.fromisoformat(later) if later else None,
    )


def _whose(document: Document, unit: Unit) -> Document:
    """Whose pilot it is and who reads its note, where its unit stands now."""
    if not document.get("pilot_of"):
        return {}
    whose = pilot_of(document["plan_id"], document["pilots"][-1]["above"], unit)
    taught = readers_key(whose, unit.level) if whose and document["taught_to"] else None
    return {"pilot_of": whose, "taught_to": taught}


class CongressStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "congresses", origin)
        self._congresses = database.mongo["congresses"]

    def prepare(self) -> None:
        self._records.prepare()
        # The embedded database uses an index only where it covers the whole filter: one for each question.
        self._congresses.create_index([("unit_id", 1), ("plan_id", 1)], unique=True)
        self._congresses.create_index([("plan_id", 1), ("level", 1), ("deadline", 1)])
        self._congresses.create_index("taught_to")
        self._congresses.create_index("pilot_of")
        self._congresses.create_index("gap_until")

    def find(self, congress_id: str) -> Congress | None:
        found = self._records.find(congress_id)
        return congress_of(found) if found else None

    def save(
        self,
        congress: Congress,
        expected_version: int,
        events: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> Congress:
        document = {**congress_document(congress), "dirty": True}
        return congress_of(self._records.save(document, expected_version, events, audit))

    def of_unit(self, unit_id: str, plan_id: str = "") -> list[Congress]:
        wanted = {"unit_id": unit_id, "plan_id": plan_id} if plan_id else {"unit_id": unit_id}
        return [congress_of(found) for found in self._find(wanted)]

    def many(self, congress_ids: Sequence[str]) -> list[Congress]:
        """In the order of the ids."""
        found = {
            congress.id: congress for congress in map(congress_of, self._find({"_id": {"$in": congress_ids}}))
        }
        return [found[congress_id] for congress_id in congress_ids if congress_id in found]

    def notes_for(self, readers: Sequence[str]) -> list[Note]:
        """Of pilots whose notes are for any of these."""
        wanted = {"taught_to": {"$in": list(readers)}}
        found = self._congresses.find(wanted, dict.fromkeys(NOTED, 1), session=session())
        return [note_of(one) for one in found]

    def number_of_pilots(self, whose: str, most: int) -> int:
        """Counted up to `most`."""
        return self._congresses.count_documents({"pilot_of": whose}, limit=most, session=session())

    def owing_on(self, days: Iterable[date]) -> Iterator[Owing]:
        """Those of which something is owed until one of these days, as they come."""
        wanted = {"gap_until": {"$in": sorted(day.isoformat() for day in days)}}
        kept = {"plan_id": 1, "rules": 1, "gap_until": 1}
        for found in self._congresses.find(wanted, kept, session=session(), batch_size=2_000):
            owed = tuple(map(date.fromisoformat, found["gap_until"]))
            yield Owing(found["_id"], found["plan_id"], found.get("rules", 1), owed)

    def of_plan(self, plan_id: str) -> Iterator[Congress]:
        return map(congress_of, self._find({"plan_id": plan_id}))

    def at(self, unit_ids: Sequence[str]) -> Iterator[tuple[Congress, bool]]:
        """All congresses of these units, each with whether it waits for the projector."""
        for found in self._find({"unit_id": {"$in": unit_ids}}):
            yield congress_of(found), bool(found.get("dirty"))

    def sent_up(self, unit_ids: Iterable[str]) -> list[Congress]:
        """Of these units, those that were sent up once, wherever they are now."""
        found = self._find({"unit_id": {"$in": list(unit_ids)}})
        return [congress_of(one) for one in found if one.get("acts")]

    def of_plan_below(self, plan: Plan, unit_id: str) -> Iterator[Congress]:
        """Those of the unit and of all below it, as they come: of the plan's own unit all there are."""
        whole = unit_id == plan.unit_id
        for found in self._find({"plan_id": plan.id} if whole else {"unit_path": unit_id}):
            if found["plan_id"] == plan.id:
                yield congress_of(found)

    def ids_below(self, plan: Plan, unit_id: str) -> list[str]:
        """In their order, of the unit and of all below it."""
        if unit_id == plan.unit_id:
            return sorted(self.ids_of_plan(plan.id))
        wanted = {"plan_id": plan.id, "unit_path": unit_id}
        found = self._congresses.find(wanted, {"_id": 1}, session=session(), batch_size=20_000)
        return sorted(one["_id"] for one in found)

    def ids_of_plan(self, plan_id: str) -> set[str]:
        found = self._congresses.find({"plan_id": plan_id}, {"_id": 1}, session=session(), batch_size=20_000)
        return {document["_id"] for document in found}

    def with_deadline(
        self, plan: Plan, level: str, deadline: date, states: Sequence[State], rules: int = 1
    ) -> list[Document]:
        """Ids, units and paths, of this plan still, of the congresses of a level and deadline in one of the states;
        with each, its version of the rules, and whether it was ever postponed or blocked. `rules`: under this version,
        or a later one.
        """
        wanted = {"plan_id": plan.id, "level": level, "deadline": deadline.isoformat()}
        kept = {"unit_id": 1, "state": 1, "unit": 1, "unit_path": 1, "postponements": 1, "blocks": 1}
        kept["rules"] = 1
        found = self._congresses.find(wanted, kept, batch_size=5_000)
        return [
            {
                "unit_id": document["unit_id"],
                "unit_path": list(document["unit_path"]),
                "congress_id": document["_id"],
                "rules": document.get("rules", 1),
                "beside": bool(document.get("postponements") or document.get("blocks")),
            }
            for document in found
            if document["state"] in states
            and document.get("rules", 1) >= rules
            and not document["unit"].get("valid_to")
            and plan.unit_id in document["unit_path"]
        ]

    def _find(self, wanted: Document) -> Iterator[Document]:
        return self._congresses.find(wanted, {"_outbox": 0}, session=session(), batch_size=2_000)

    # The projector's side

    def insert_counted(self, congresses: Sequence[Congress]) -> None:
        """Adds new ones, within the transaction that counts them: they are not dirty."""
        # `above` is what the version before this one reads; it follows from the path.
        documents = [{**congress_document(congress), "above": None, "version": 1} for congress in congresses]
        self._congresses.insert_many(documents, ordered=False, session=session())

    def insert_uncounted(self, congresses: Sequence[Congress]) -> None:
        """Adds new ones, which the projector then counts."""
        documents = [
            {**congress_document(one), "above": None, "version": 1, "dirty": True} for one in congresses
        ]
        if documents:
            self._congresses.insert_many(documents, ordered=False, session=session())

    def there(self, congress_ids: Iterable[str]) -> frozenset[str]:
        """Which of these are there."""
        wanted = {"_id": {"$in": list(congress_ids)}}
        return frozenset(one["_id"] for one in self._congresses.find(wanted, {"_id": 1}, session=session()))

    def with_subordinates(self, congress_ids: Iterable[str]) -> dict[str, bool]:
        """Of each of these that is there: whether it is kept as one with congresses below it."""
        found = self._congresses.find(
            {"_id": {"$in": list(congress_ids)}}, {"has_subordinates": 1}, session=session()
        )
        return {one["_id"]: one["has_subordinates"] for one in found}

    def put_subordinates(self, changes: Mapping[str, bool]) -> None:
        writes = [
            UpdateOne(
                {"_id": congress_id},
                {"$set": {"has_subordinates": there, "dirty": True}, "$inc": {"version": 1}},
            )
            for congress_id, there in changes.items()
        ]
        if writes:
            self._congresses.bulk_write(writes, ordered=False, session=session())

    def put_derived(self, congresses: Sequence[Congress]) -> None:
        """What follows for them from plan, tree and entries, as it should be."""
        writes = [
            UpdateOne(
                {"_id": one.id},
                {"$set": {**_derived(one), "dirty": True}, "$inc": {"version": 1}},
            )
            for one in congresses
        ]
        if writes:
            self._congresses.bulk_write(writes, ordered=False, session=session())

    # Deadlines that change

    def put_rules(self, congresses: Sequence[Congress]) -> None:
        """The version of the rules that reaches each, and its deadline; nothing where somebody has saved it since."""
        writes = [
            UpdateOne(
                {"_id": one.id, "version": one.version},
                {
                    "$set": {"rules": one.rules, "deadline": one.deadline.isoformat(), "dirty": True},
                    "$inc": {"version": 1},
                },
            )
            for one in congresses
        ]
        if writes:
            self._congresses.bulk_write(writes, ordered=False)

    def put_handed(self, congresses: Sequence[Congress]) -> None:
        """What units above have set for each, and its deadline; nothing where somebody has saved it since."""
        writes = []
        for one in congresses:
            document = congress_document(one)
            names = ("handed", "handed_until", "deadline")
            change = {**{name: document[name] for name in names}, "dirty": True}
            writes.append(
                UpdateOne({"_id": one.id, "version": one.version}, {"$set": change, "$inc": {"version": 1}})
            )
        if writes:
            self._congresses.bulk_write(writes, ordered=False)

    # Units that change

    def move(
        self,
        units: Sequence[Unit],
        deadlines_of: Callable[[set[str]], Mapping[str, Callable[[int], Mapping[str, date]]]],
        counts: Counts,
    ) -> None:
        """Takes over names, paths and levels of units, within the transaction of the event.

        `deadlines_of`: of these plans, by version of the rules and by level; a level that the plan does not name leaves
        the day as it was.
        `counts`: as above.
        """
        by_id = {unit.id: unit for unit in units}
        names = (*MOVED, "deadline", "rules", "extended_to", *EARLIER, "taught_to", "pilot_of", "pilots")
        kept = dict.fromkeys(names, 1)
        found = list(self._congresses.find({"unit_id": {"$in": list(by_id)}}, kept, session=session()))
        deadlines = deadlines_of({document["plan_id"] for document in found})
        writes = []
        for document in found:
            unit = by_id[document["unit_id"]]
            facts = facts_document(unit)
            by_level = deadlines.get(document["plan_id"])
            day = by_level(document.get("rules", 1)).get(unit.level) if by_level else None
            change = {
                "unit": facts,
                "unit_path": list(unit.path),
                "deadline": _counted(document, day, counts).isoformat() if day else document["deadline"],
                **_whose(document, unit),
            }
            if any(document[name] != value for name, value in change.items()):
                change |= {"level": unit.level, "dirty": True}
                writes.append(UpdateOne({"_id": document["_id"]}, {"$set": change, "$inc": {"version": 1}}))
        if writes:
            self._congresses.bulk_write(writes, ordered=False, session=session())
