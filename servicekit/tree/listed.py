"""Lists of what stands in a unit and in those below it, of which a page reads what it shows, however many there are.

Each thing that is listed has a line for each place where it is found: its unit and those above. A line is found by one
equality and one text that says its place in the order and ends in its id, for no database answers a range over an array
as it answers one over a text. Lines are written in the transaction of what they list, and how many there are is kept
with them (servicekit.tree.totals).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from pymongo import ReplaceOne

from servicekit.calendar.order import instant_in, newest_first, soonest_first
from servicekit.data.database import Database, session
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.totals import Totals

Document = dict[str, Any]

# While too much waits to be summed up, so many are counted; of more it is only said that there are more.
COUNTED = 1_000
LAPSED_AT_ONCE = 500
# The embedded server sorts all that lies between two bounds: the newest lie between narrow ones.
FIRST_STRETCH = timedelta(days=1)
WIDER = 16
LAST = "~"
DAY = 8  # signs of an order that begins with the earliest
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
EVER = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed: in which list, where, and in which state. `until`: after that it stands there no more.

    `soonest`: its list begins with the earliest, and not with the newest as others do.
    """

    name: str
    id: str
    places: tuple[str, ...]
    state: str
    at: datetime
    until: datetime = NEVER
    soonest: bool = False

    @property
    def item(self) -> str:
        return f"{self.name} {self.id}"

    @property
    def order(self) -> str:
        """Its place in the order."""
        return f"{soonest_first(self.at)} {self.id}" if self.soonest else order_of(self.at, self.id)

    def lines(self) -> list[Document]:
        place_in_order = self.order
        return [
            {
                "_id": f"{self.name} {place} {self.id}",
                "item": self.item,
                "id": self.id,
                "all": f"{self.name} {place}",
                "of": f"{self.name} {place} {self.state}",
                "order": place_in_order,
                "until": self.until,
                **({"day": place_in_order[:DAY]} if self.soonest else {}),
            }
            for place in self.places
        ]

    def nowhere(self) -> "Listed":
        return replace(self, places=())

    def unless_lapsed(self, now: datetime) -> "Listed":
        """The same, nowhere once it has lapsed."""
        return self if self.until >= now else self.nowhere()


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list, and its place in the order."""

    id: str
    order: str


def order_of(at: datetime, item: str) -> str:
    """Of an instant to the millisecond, for no finer one is kept."""
    return f"{newest_first(at.replace(microsecond=at.microsecond // 1000 * 1000))} {item}"


# A field of lines, and the text that it has in those that are asked for.
Ask = tuple[str, str]


class Lists:
    """`counted`: whether the numbers of lines are kept; a service that counts otherwise needs none."""

    def __init__(self, database: Database, *, counted: bool = True) -> None:
        self._database = database
        self._counted = counted
        self._lines = database.mongo["listed"]
        self.totals = Totals(database)

    def prepare(self) -> None:
        self.totals.prepare()
        for name in ("item", "until"):
            self._lines.create_index(name)
        for name in ("all", "of"):
            self._lines.create_index([(name, 1), ("order", 1)])
            self._lines.create_index([(name, 1), ("until", 1)])

    def put(self, things: Iterable[Listed]) -> None:
        """Each stands where it is said, and nowhere else; one without places stands nowhere.

        As all that writes lines: within the transaction of what they list.
        """
        wanted = {thing.item: {line["_id"]: line for line in thing.lines()} for thing in things}
        found = self._lines.find({"item": {"$in": list(wanted)}}, session=session())
        standing = {line["_id"]: line for line in found}
        lines = {key: line for lines in wanted.values() for key, line in lines.items()}
        gone = [key for key in standing if key not in lines]
        if gone:
            self._lines.delete_many({"_id": {"$in": gone}}, session=session())
        new = [line for key, line in lines.items() if standing.get(key) != line]
        if new:
            writes = [ReplaceOne({"_id": line["_id"]}, line, upsert=True) for line in new]
            self._lines.bulk_write(writes, session=session())
        changed = [standing[key] for key in (*gone, *(line["_id"] for line in new)) if key in standing]
        self._note(changed, new)

    def _note(self, gone: Sequence[Document], new: Sequence[Document]) -> None:
        if self._counted:
            self.totals.note(gone, new)

    def look(self, things: Iterable[Listed], now: datetime) -> list[Difference]:
        """Where these do not stand as it is said, which `put` makes right. Within a transaction."""
        wanted = list(things)
        lines = {line["_id"]: line for thing in wanted for line in thing.unless_lapsed(now).lines()}
        query = {"item": {"$in": [thing.item for thing in wanted]}}
        found = self._lines.find(query, session=session())
        standing = {line["_id"]: line for line in found if line["until"] >= now}
        wrong = [key for key in {**lines, **standing} if lines.get(key) != standing.get(key)]
        return [_difference(key, standing.get(key), lines.get(key)) for key in sorted(wrong)]

    def add(self, things: Iterable[Listed]) -> None:
        """Those that were never listed before."""
        lines = [line for thing in things for line in thing.lines()]
        if lines:
            self._lines.insert_many(lines, session=session())
            self._note((), lines)

    def standing_anywhere(self, now: datetime) -> Iterator[tuple[str, str]]:
        """List and id of each line, once for each place. Reads all of them."""
        for line in self._lines.find({}, {"item": 1, "until": 1}, batch_size=5_000):
            if line["until"] >= now:
                name, item_id = line["item"].split(" ", 1)
                yield name, item_id

    def drop_lapsed(self, now: datetime) -> int:
        """Takes so many away that stand in no list any more by their time; how many it took."""

        def work() -> int:
            query = {"until": {"$gte": EVER, "$lt": now}}
            lapsed = list(self._lines.find(query, session=session()).limit(LAPSED_AT_ONCE))
            if lapsed:
                self._lines.delete_many({"_id": {"$in": [one["_id"] for one in lapsed]}}, session=session())
                self._note(lapsed, ())
            return len(lapsed)

        return self._database.in_transaction(work)

    def count(self, name: str, places: Sequence[str], state: str, now: datetime) -> int | None:
        """How many there are; None only where too much waits to be summed up, and there are more than are counted."""
        asks = _asked(name, places, state)

        def work() -> int | None:
            known = self.totals.of([wanted for _, wanted in asks])
            lapsed = [
                self._lines.count_documents(
                    {field: wanted, "until": {"$gte": EVER, "$lt": now}}, limit=COUNTED, session=session()
                )
                for field, wanted in asks
            ]
            if known is not None and max(lapsed, default=0) < COUNTED:
                return known - sum(lapsed)
            found = 0
            for field, wanted in asks:
                query = {field: wanted, "until": {"$gte": now, "$lte": NEVER}}
                found += self._lines.count_documents(query, limit=COUNTED + 1, session=session())
            return found if found <= COUNTED else None

        return self._database.in_transaction(work)

    def page(
        self, name: str, places: Sequence[str], state: str, after: str, most: int, now: datetime
    ) -> list[Line]:
        """At most so many, the newest first, of those that come after this place in the order.

        `state`: empty for all. Raises ValueError for what is no place in the order.
        """
        return self.newest(_asked(name, places, state), after, most, now)

    def newest(self, asks: Sequence[Ask], after: str, most: int, now: datetime) -> list[Line]:
        """As `page`, of all that is asked for. An item that several ask for comes several times."""
        walks = [self._walk(field, wanted, after, most, now) for field, wanted in asks]
        return _cut(merge(*walks, key=itemgetter("order")), most)

    def oldest(
        self, asks: Sequence[Ask], after: str, most: int, begin: datetime, now: datetime
    ) -> list[Line]:
        """The same from the other end. `begin`: hardly anything is older."""
        walks = [self._walk_back(field, wanted, after, most, begin, now) for field, wanted in asks]
        return _cut(merge(*walks, key=itemgetter("order"), reverse=True), most)

    def stands(self, asks: Sequence[Ask], order: str) -> bool:
        """Whether anything does at this place in the order."""
        queries = ({field: wanted, "order": order} for field, wanted in asks)
        return any(self._lines.find_one(query, session=session()) for query in queries)

    def count_before(self, asks: Sequence[Ask], order: str, *, oldest: bool) -> int | None:
        """How many come before this place, of what never lapses; None for more than are counted."""
        before = {"$gt": order, "$lte": LAST} if oldest else {"$gte": "", "$lt": order}
        queries = ({field: wanted, "order": before} for field, wanted in asks)
        lines = self._lines
        found = sum(lines.count_documents(one, limit=COUNTED + 1, session=session()) for one in queries)
        return found if found <= COUNTED else None

    def ids_at(self, name: str, places: Iterable[str]) -> set[str]:
        """All that stand there, for what follows an event."""
        query = {"all": {"$in": [f"{name} {place}" for place in places]}}
        return {
            str(one["id"]) for one in self._lines.find(query, {"id": 1}, session=session(), batch_size=5_000)
        }

    def soonest(
        self, name: str, place: str, after: str, ends: Sequence[datetime], most: int, now: datetime
    ) -> list[Line]:
        """At most so many of a list that begins with the earliest, of those before the last of `ends`.

        It is walked from one of `ends` to the next: the embedded server sorts all that lies between two bounds.
        """
        found, low = list[Line](), after
        for high in map(soonest_first, ends):
            if high <= low:
                continue
            query = {"all": f"{name} {place}", "order": {"$gt": low, "$lt": high}, "until": {"$gte": now}}
            there = self._lines.find(query, {"id": 1, "order": 1}, session=session())
            found += [
                Line(one["id"], one["order"]) for one in there.sort("order", 1).limit(most - len(found))
            ]
            if len(found) >= most:
                break
            low = high
        return found

    def standing(self, name: str, place: str, first: datetime, last: datetime) -> set[str]:
        """The ids of what stands there from the one instant to before the other, in a list that begins with the
        earliest: for programs that have the time."""
        bounds = {"$gte": soonest_first(first), "$lt": soonest_first(last)}
        query = {"all": f"{name} {place}", "order": bounds}
        found = self._lines.find(query, {"id": 1}, session=session(), batch_size=5_000)
        return {str(one["id"]) for one in found}

    def count_soonest(self, name: str, place: str, end: datetime, now: datetime) -> int | None:
        """How many before the day that `end` is in; None as for `count`."""
        text, last = f"{name} {place}", soonest_first(end)[:DAY]

        def work() -> int | None:
            known = self.totals.of([text], last)
            query: Document = {"all": text, "until": {"$gte": EVER, "$lt": now}}
            lapsed = list(self._lines.find(query, {"order": 1}, session=session()).limit(COUNTED))
            if known is not None and len(lapsed) < COUNTED:
                return known - sum(1 for line in lapsed if line["order"] < last)
            query = {"all": text, "order": {"$lt": last}, "until": {"$gte": now}}
            found = self._lines.count_documents(query, limit=COUNTED + 1, session=session())
            return found if found <= COUNTED else None

        return self._database.in_transaction(work)

    def _walk_back(
        self, field: str, wanted: str, after: str, most: int, begin: datetime, now: datetime
    ) -> Iterator[Document]:
        high = after or LAST
        for low in _forward(max(begin, instant_in(after)) if after else begin, now):
            while True:
                query = {field: wanted, "order": {"$gt": low, "$lt": high}}
                there = self._lines.find(query, {"id": 1, "order": 1, "until": 1}, session=session())
                found = list(there.sort("order", -1).limit(most))
                yield from (line for line in found if line["until"] >= now)
                if len(found) < most:
                    break
                high = found[-1]["order"]
            high = low

    def _walk(self, field: str, wanted: str, after: str, most: int, now: datetime) -> Iterator[Document]:
        low = after
        for high in _bounds(instant_in(after) if after else now + FIRST_STRETCH):
            while True:
                query = {field: wanted, "order": {"$gt": low, "$lt": high}}
                there = self._lines.find(query, {"id": 1, "order": 1, "until": 1}, session=session())
                found = list(there.sort("order", 1).limit(most))
                yield from (line for line in found if line["until"] >= now)
                if len(found) < most:
                    break
                low = found[-1]["order"]
            low = high


def _forward(begin: datetime, now: datetime) -> Iterator[str]:
    """Ever less far back, in stretches that widen."""
    stretch, end = FIRST_STRETCH, now + FIRST_STRETCH
    while begin + stretch < end:
        yield newest_first(begin + stretch)
        stretch *= WIDER
    yield ""


def _difference(key: str, stood: Document | None, stands: Document | None) -> Difference:
    name, place, item = key.split(" ", 2)
    stored, counted = (f"{line['of']}, {line['order']}" if line else "" for line in (stood, stands))
    return Difference(name, place, "line", item, stored, counted)


def asked_in(name: str, places: Sequence[str], states: Sequence[str]) -> list[Ask]:
    return [("of", f"{name} {place} {state}") for place in places for state in states]


def asked(name: str, places: Sequence[str]) -> list[Ask]:
    """In whatever state."""
    return [("all", f"{name} {place}") for place in places]


def _asked(name: str, places: Sequence[str], state: str) -> list[Ask]:
    return asked_in(name, places, [state]) if state else asked(name, places)


def _cut(found: Iterable[Document], most: int) -> list[Line]:
    return [Line(line["id"], line["order"]) for line in islice(found, most)]


def _bounds(begin: datetime) -> Iterator[str]:
    """Ever further back."""
    stretch = FIRST_STRETCH
    while begin - datetime.min.replace(tzinfo=UTC) > stretch * 2 and stretch < timedelta(days=30_000):
        yield newest_first(begin - stretch)
        stretch *= WIDER
    yield LAST


__all__ = ["COUNTED", "Line", "Listed", "Lists", "asked", "asked_in", "order_of"]
