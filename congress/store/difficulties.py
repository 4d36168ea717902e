"""Difficulties as documents, and the lines of the lists in which they stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, pairwise

from congress.domain.difficulties import Blocked, Difficulty, State, Step
from congress.domain.difficulty_figures import COUNTING, contribution
from congress.domain.difficulty_handing import is_to_hand_over
from congress.domain.difficulty_joining import JOINED_MOST
from congress.domain.history import Attachment
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.tree.listed import Ask, Line, Listed, Lists, asked, asked_in
from servicekit.tree.rollup.engine import Figures, Rollups
from servicekit.tree.rollup.figures import Contribution, Difference, Groups
from servicekit.tree.rollup.sums import Names, groups_of
from servicekit.tree.units_copy import UnitsCopy, facts_document

NAME = "difficulties"
# In the chain of each, and with whom something waits.
RAISED, WAITS = "difficulties", "difficulties-waiting"
NO_DAY = ""
ANY = ("",)
PART = 500  # that are looked at together
# Hardly anything waits longer.
LONG = timedelta(days=365)
_SHAPE = Shape(
    Difficulty,
    sparse={
        Difficulty: ("files",),
        Attachment: ("by_code", "kept_by", "kind", "proves", "said"),
        Step: ("by_code",),
        Blocked: ("congress_id", "plan_id", "milestone"),
    },
)


def place_of(unit_id: str, kind: str = "", below: str = "") -> str:
    """In the list of a unit: as a whole, of one class, or what comes from one unit right below."""
    return f"{unit_id}/{kind}" if kind else f"{unit_id}>{below}" if below else unit_id


def lines_of(difficulty: Difficulty) -> list[Listed]:
    path, chain = difficulty.unit.path, difficulty.chain
    places = [place for unit_id in chain for place in (place_of(unit_id), place_of(unit_id, difficulty.kind))]
    places += [place_of(one, below=below) for one, below in pairwise(path) if one in chain]
    standing, waits = difficulty.standing, difficulty.waits_with
    return [
        Listed(RAISED, difficulty.id, tuple(places), standing, difficulty.raised_at),
        Listed(WAITS, difficulty.id, (waits,) if waits else (), standing, difficulty.since),
    ]


class DifficultyStore:
    """Each write is within a transaction, with that of its lines."""

    def __init__(self, database: Database, origin: Callable[[], Origin], units: UnitsCopy) -> None:
        self._database = database
        self._records = Records(database, NAME, origin)
        self._difficulties = database.mongo[NAME]
        self.lists = Lists(database)
        self.engine: Rollups[Difficulty] = Rollups(
            database,
            Figures(
                records=NAME,
                names=Names("difficulty_contributions", "difficulty_sums", mark="difficulties"),
                counting=COUNTING,
                value_of=_difficulty_of,
                contribute=_contribute,
                tree=units,
            ),
        )

    def prepare(self) -> None:
        self._records.prepare()
        self.lists.prepare()
        self.engine.prepare()
        self._difficulties.create_index([("unit_id", 1), ("unfinished", 1)])
        self._difficulties.create_index("due_by")
        self._difficulties.create_index("joined")
        self._difficulties.create_index("left_to")

    def find(self, difficulty_id: str) -> Difficulty | None:
        found = self._records.find(difficulty_id)
        return _difficulty_of(found) if found else None

    def many(self, ids: Sequence[str]) -> list[Difficulty]:
        """In the order of the ids, without their steps and files."""
        kept = {"_outbox": 0, "steps": 0, "files": 0}
        found = self._difficulties.find({"_id": {"$in": list(ids)}}, kept, session=session())
        by_id = {one["_id"]: _difficulty_of(one) for one in found}
        return [by_id[one] for one in ids if one in by_id]

    def count_unfinished(self, unit_id: str, most: int) -> int:
        query = {"unit_id": unit_id, "unfinished": True}
        return self._difficulties.count_documents(query, limit=most, session=session())

    def hold(self, difficulty_id: str) -> Difficulty | None:
        """Held until the transaction ends: what ends it and what builds on its being open exclude each other."""
        self._difficulties.update_one({"_id": difficulty_id}, {"$inc": {"held": 1}}, session=session())
        return self.find(difficulty_id)

    def unfinished_of(self, unit_id: str) -> list[Difficulty]:
        """A unit has few of them; without their steps."""
        query, kept = {"unit_id": unit_id, "unfinished": True}, {"_outbox": 0, "steps": 0}
        return [_difficulty_of(one) for one in self._difficulties.find(query, kept, session=session())]

    def add(self, difficulty: Difficulty, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Difficulty:
        made = self._records.insert(_document(difficulty), events, audit)
        self.lists.put(lines_of(difficulty))
        return _difficulty_of(made)

    def save(
        self,
        difficulty: Difficulty,
        expected_version: int,
        events: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> Difficulty:
        """Raises Stale where somebody else has written it since."""
        saved = self._records.save(_document(difficulty), expected_version, events, audit)
        self.lists.put(lines_of(difficulty))
        return _difficulty_of(saved)

    def save_many(self, saves: Sequence[tuple[Difficulty, Iterable[Event], Iterable[AuditEntry]]]) -> None:
        """As they were read; raises Stale where any was written since."""
        self._records.save_many(
            [(_document(one), one.version, events, audit) for one, events, audit in saves]
        )
        self.lists.put([line for one, _, _ in saves for line in lines_of(one)])

    def group(self, joined: str) -> list[Difficulty]:
        """All that are answered together."""
        found = self._difficulties.find({"joined": joined}, {"_outbox": 0}, session=session())
        return [_difficulty_of(one) for one in found.limit(JOINED_MOST)] if joined else []

    def of_units(self, unit_ids: Iterable[str]) -> list[Difficulty]:
        """For what follows an event."""
        found = self._difficulties.find(
            {"unit_id": {"$in": list(unit_ids)}}, {"_outbox": 0}, session=session()
        )
        return [_difficulty_of(one) for one in found]

    def left_to(self, unit_ids: Iterable[str]) -> list[Difficulty]:
        """Of units that have ended and went into these, those that wait to be handed over."""
        wanted = {"left_to": {"$in": list(unit_ids)}}
        return [
            _difficulty_of(one) for one in self._difficulties.find(wanted, {"_outbox": 0}, session=session())
        ]

    def run_out(self, today: date, most: int) -> list[Difficulty]:
        """Those whose day is over with the unit with which they lie, the longest over first."""
        wanted = {"due_by": {"$gt": NO_DAY, "$lt": today.isoformat()}}
        # Each of those few is read as a whole, and of the others their day alone.
        first = (
            self._difficulties.find(wanted, {"due_by": 1}, session=session()).sort("due_by", 1).limit(most)
        )
        ids = [one["_id"] for one in first]
        found = self._difficulties.find({"_id": {"$in": ids}}, {"_outbox": 0}, session=session())
        return sorted((_difficulty_of(one) for one in found), key=lambda one: ids.index(one.id))

    def sums(self, unit_ids: Iterable[str]) -> Mapping[str, Groups]:
        found = self.engine.store.of_units(unit_ids).get("", {})
        return {unit_id: groups_of(one) for unit_id, one in found.items()}

    # Lists

    def listed_parts(self) -> Iterator[Sequence[str]]:
        """The ids of all, some at a time."""
        ids = (str(one["_id"]) for one in self._difficulties.find({}, {"_id": 1}, batch_size=5_000))
        while part := list(islice(ids, PART)):
            yield part

    def look_at_lines(self, ids: Sequence[str], now: datetime) -> list[Difference]:
        """Which lines are not as their difficulties say. Within a transaction."""
        return self.lists.look(self._lines_said(ids), now)

    def list_as_said(self, ids: Sequence[str]) -> None:
        """Within a transaction."""
        self.lists.put(self._lines_said(ids))

    def _lines_said(self, ids: Sequence[str]) -> list[Listed]:
        found = self._difficulties.find({"_id": {"$in": list(ids)}}, {"_outbox": 0}, session=session())
        return [line for one in found for line in lines_of(_difficulty_of(one))]

    def page(self, place: str, standings: Sequence[str], after: str, most: int, now: datetime) -> list[Line]:
        """The newest first."""
        return self.lists.newest(_asks(RAISED, place, standings), after, most, now)

    def waiting(
        self, unit_id: str, standings: Sequence[str], after: str, most: int, now: datetime
    ) -> list[Line]:
        """What waits longest first."""
        return self.lists.oldest(_asks(WAITS, unit_id, standings), after, most, now - LONG, now)

    def count(self, name: str, place: str, standings: Sequence[str], now: datetime) -> int | None:
        found = [self.lists.count(name, [place], standing, now) for standing in standings]
        return None if None in found else sum(one for one in found if one is not None)


def _asks(name: str, place: str, standings: Sequence[str]) -> Sequence[Ask]:
    return asked_in(name, [place], standings) if standings != ANY else asked(name, [place])


def _contribute(some: Sequence[Difficulty]) -> list[Contribution]:
    return [contribution(one) for one in some]


def _document(difficulty: Difficulty) -> Document:
    """What lists and clocks look for stands beside it."""
    unit = difficulty.unit
    return {
        **_SHAPE.document(difficulty),
        "unit_id": unit.id,
        "unit_path": list(unit.path),
        "unit": facts_document(unit),
        "unfinished": not difficulty.is_over,
        "due_by": _due_by(difficulty),
        "left_to": list(unit.successors) if is_to_hand_over(difficulty) else [],
        "dirty": True,
    }


def _due_by(difficulty: Difficulty) -> str:
    """The day after which the clock has something to do: none once it has run out where nobody stands above."""
    if difficulty.is_over or difficulty.state is not State.OPEN or difficulty.due is None:
        return NO_DAY
    return difficulty.due.isoformat()


def _difficulty_of(found: Document) -> Difficulty:
    unit = {**found["unit"], "id": found["unit_id"], "path": found["unit_path"]}
    return _SHAPE.value({**found, "unit": unit})


__all__ = ["ANY", "RAISED", "WAITS", "DifficultyStore", "lines_of", "place_of"]
