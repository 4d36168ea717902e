"""How many lines of lists stand under a text by which they are asked for (servicekit.tree.listed), however many.

A number that every change below a unit wrote itself would be a queue for all of them. So a change leaves a note of what
it adds and takes away, in the transaction of its lines; a program sums notes up into the totals; and who asks reads the
total and the notes beside it at one instant. The number is exact at every moment, also while nobody sums up.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pymongo import DeleteOne, ReplaceOne

from servicekit.data.database import Database, session
from servicekit.ids import new_id
from servicekit.tree.rollup.figures import Difference

Document = dict[str, Any]

# With more notes than this about what is asked for, its number is not said.
NOTES_MOST = 1_000
SUMMED_AT_ONCE = 200
# In one note, which one document holds: many lines may be written in one transaction.
NOTED_AT_ONCE = 2_000
LOOKED_AT = 200  # texts in one part of a verification


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The text that lines are asked for by; `day`: of those of a list that begins with the earliest, on which day."""

    text: str
    day: str = ""

    @property
    def id(self) -> str:
        return f"{self.text} {self.day}" if self.day else self.text


Numbers = Mapping[Key, int]


def keys_of(line: Mapping[str, Any]) -> Iterator[Key]:
    """Under what a stored line counts."""
    yield Key(line["all"], line.get("day", ""))
    # Of a list without states none is asked for by its state.
    if not line["of"].endswith(" "):
        yield Key(line["of"])


@dataclass(frozen=True, slots=True)
class Looked:
    """What differs, and what the totals are once the notes beside them are summed up: `right` before that."""

    differences: list[Difference] = field(default_factory=list)
    right: dict[Key, int] = field(default_factory=dict)


class Totals:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._lines = database.mongo["listed"]
        self._totals = database.mongo["listed_totals"]
        self._notes = database.mongo["listed_notes"]

    def prepare(self) -> None:
        self._totals.create_index([("text", 1), ("day", 1)])
        self._notes.create_index("texts")

    def note(self, gone: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> None:
        """Within the transaction in which these lines go and come."""
        changes = Counter(key for line in new for key in keys_of(line))
        changes.subtract(key for line in gone for key in keys_of(line))
        told = iter([(key, by) for key, by in changes.items() if by])
        while part := list(islice(told, NOTED_AT_ONCE)):
            note = {
                "_id": new_id(),
                "texts": sorted({key.text for key, _ in part}),
                "changes": [{"text": key.text, "day": key.day, "by": by} for key, by in part],
            }
            self._notes.insert_one(note, session=session())

    def of(self, texts: Sequence[str], before: str = "") -> int | None:
        """How many stand under these; None while too much waits to be summed up. Within a transaction.

        `before`: of lists that begin with the earliest, those of days before this one.
        """
        wanted: Document = {"text": {"$in": list(texts)}, "day": ""}
        if before:
            wanted["day"] = {"$gt": "", "$lt": before}
        notes = list(self._noted(texts, NOTES_MOST + 1))
        if len(notes) > NOTES_MOST:
            return None
        kept: int = sum(one["number"] for one in self._totals.find(wanted, session=session()))
        asked = set(texts)
        return kept + sum(
            by
            for key, by in _changes(notes)
            if key.text in asked and (key.day < before if before else not key.day)
        )

    def sum_up(self, at_once: int = SUMMED_AT_ONCE) -> int:
        """Takes so many notes into the totals; how many it took."""

        def work() -> int:
            notes = list(self._notes.find({}, session=session()).limit(at_once))
            changes: Counter[Key] = Counter()
            for key, by in _changes(notes):
                changes[key] += by
            kept = self._kept_by_id([key.id for key in changes])
            self._put({key: kept.get(key, 0) + by for key, by in changes.items() if by})
            self._notes.delete_many({"_id": {"$in": [one["_id"] for one in notes]}}, session=session())
            return len(notes)

        return self._database.in_transaction(work)

    # Verifying and mending: for programs that have the time

    def parts(self, lists: Collection[str] = ()) -> Iterator[Sequence[str]]:
        """All texts that lines, totals or notes know, some at a time. `lists`: of these alone."""
        texts = {one["text"] for one in self._totals.find({}, {"text": 1}, batch_size=5_000)}
        texts |= {text for one in self._notes.find({}, {"texts": 1}) for text in one["texts"]}
        found = self._lines.find({}, {"all": 1, "of": 1, "day": 1}, batch_size=5_000)
        texts |= {key.text for line in found for key in keys_of(line)}
        ordered = iter(sorted(one for one in texts if not lists or one.partition(" ")[0] in lists))
        while part := list(islice(ordered, LOOKED_AT)):
            yield part

    def look(self, texts: Sequence[str]) -> Looked:
        """Whether the totals, with what is noted beside them, are what their lines say. Within a transaction."""
        asked = set(texts)
        true: Counter[Key] = Counter()
        for name in ("all", "of"):
            query = {name: {"$in": list(texts)}}
            found = self._lines.find(
                query, {"all": 1, "of": 1, "day": 1}, session=session(), batch_size=5_000
            )
            true.update(key for line in found for key in keys_of(line) if key.text == line[name])
        noted: Counter[Key] = Counter()
        for key, by in _changes(self._noted(texts)):
            if key.text in asked:
                noted[key] += by
        kept = self._kept({"text": {"$in": list(texts)}})
        looked = Looked()
        for key in sorted({*true, *kept, *noted}):
            stored = kept.get(key, 0) + noted[key]
            if stored != true[key]:
                looked.differences.append(_difference(key, stored, true[key]))
                looked.right[key] = true[key] - noted[key]
        return looked

    def mend(self, looked: Looked) -> None:
        """Within the transaction of the look."""
        self._put(looked.right)

    # Documents

    def _noted(self, texts: Sequence[str], most: int = 0) -> Iterator[Document]:
        yield from self._notes.find({"texts": {"$in": list(texts)}}, session=session()).limit(most)

    def _kept(self, query: Document) -> dict[Key, int]:
        found = self._totals.find(query, session=session(), batch_size=5_000)
        return {Key(one["text"], one["day"]): one["number"] for one in found}

    def _kept_by_id(self, ids: Sequence[str]) -> dict[Key, int]:
        return self._kept({"_id": {"$in": list(ids)}})

    def _put(self, numbers: Numbers) -> None:
        """One that is nothing is not kept: units end, and days pass."""
        writes = [
            ReplaceOne(
                {"_id": key.id},
                {"_id": key.id, "text": key.text, "day": key.day, "number": number},
                upsert=True,
            )
            if number
            else DeleteOne({"_id": key.id})
            for key, number in numbers.items()
        ]
        if writes:
            self._totals.bulk_write(writes, ordered=False, session=session())


def _changes(notes: Iterable[Document]) -> Iterator[tuple[Key, int]]:
    for note in notes:
        for one in note["changes"]:
            yield Key(one["text"], one["day"]), one["by"]


def _difference(key: Key, stored: int, counted: int) -> Difference:
    name, place, *state = key.text.split(" ")
    return Difference(name, place, " ".join(state), key.day or "number", stored, counted)
