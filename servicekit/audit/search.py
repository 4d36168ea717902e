"""Searching one service's audit: newest first, within the reader's reach, in pages.

Written for both databases (docs/architecture.md, Database facts): each query is one equality and a range of time,
which one index covers; a range together with the index on the path would be wrong on the embedded one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from servicekit.access.decision import Caller, reach_roots
from servicekit.audit.chain import Document, chain_of, told
from servicekit.data.database import Database

# By which entries are found, the most telling first; each has an index together with the time.
FIELDS = ("record_id", "subject_id", "actor", "action", "outcome")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks differ a little.
AHEAD = timedelta(days=1)
FIRST_STRETCH = timedelta(hours=1)
SHORTEST_STRETCH = timedelta(milliseconds=1)
AT_ONCE = 500
# A page that finds little ends here and says where to go on.
LOOKED_AT = 5_000
# So few entries of a unit, or of a reach, are taken as a whole and need no walk.
FEW = 2_000


@dataclass(frozen=True)
class Wanted:
    """What is asked for; an empty text is anything. `since` is included, `until` is not."""

    unit_id: str = ""
    action: str = ""
    subject_id: str = ""
    record_id: str = ""
    actor: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, entry: Document) -> bool:
        return bool(
            all(not wanted or entry.get(name) == wanted for name, wanted in self._fields().items())
            and (not self.unit_id or self.unit_id in entry["unit_path"])
            and (self.since is None or self.since <= entry["at"])
            and (self.until is None or entry["at"] < self.until)
        )

    def telling(self) -> dict[str, str]:
        """The one field to find by; empty where only the time is left."""
        return next(({name: wanted} for name, wanted in self._fields().items() if wanted), {})

    def _fields(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True)
class Page:
    items: list[Document]
    next: int | None  # ask for entries before this seq


def search(
    database: Database,
    caller: Caller,
    wanted: Wanted,
    now: datetime,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Page:
    """By time and, of one instant, by seq; within the reach of the caller's audit:read. `before` is the seq of an
    entry that was seen."""
    held = reach_roots(caller, "audit:read")
    roots = {right.unit_id for right in held}
    # Entries of no unit, such as refused sign-ins, are for who audits the whole tree.
    everything = any(len(right.unit_path) == 1 for right in held)

    def mine(entry: Document) -> bool:
        path = entry["unit_path"]
        return wanted.fits(entry) and bool(roots.intersection(path) or (everything and not path))

    log = chain_of(database).raw
    last = _place_of(log, before) if before else None
    looked_at, items = 0, []
    places = [[wanted.unit_id]] if wanted.unit_id else []
    if not everything:
        places.append(sorted(roots))
    for entry in _entries(log, wanted, places, last, now):
        if last is not None and _order(entry) >= last:
            continue
        looked_at += 1
        if mine(entry):
            items.append(entry)
        if len(items) == limit or looked_at == LOOKED_AT:
            return Page(items, entry["seq"])
    return Page(items, None)


def about(database: Database, ids: Iterable[str], now: datetime, most: int) -> list[Document]:
    """The newest entries whose subject or record is one of these, from all units."""
    log = chain_of(database).raw
    found = {
        entry["_id"]: entry
        for one in ids
        for name in ("subject_id", "record_id")
        for entry in islice(walk(log, {name: one}, EARLIEST, now + AHEAD), most)
    }
    return sorted(found.values(), key=_order, reverse=True)[:most]


def every(database: Database, wanted: Wanted) -> Iterator[Document]:
    """All that is wanted, newest first, whoever asks: for the operator."""
    # No upper bound but the far future: what a wrong clock wrote belongs to it too.
    until = wanted.until or datetime(9999, 1, 1, tzinfo=UTC)
    log = chain_of(database).raw
    entries = walk(log, wanted.telling(), wanted.since or EARLIEST, until)
    return (entry for entry in entries if wanted.fits(entry))


def walk(
    log: Collection[RawBSONDocument], equal: Mapping[str, str], since: datetime, until: datetime
) -> Iterator[Document]:
    """Every entry of that time, newest first, in stretches of time that grow while they hold little."""
    stretch, high = FIRST_STRETCH, until
    while high > since:
        low = high - stretch if high - since > stretch else since
        query = {**equal, "at": {"$gte": low, "$lt": high}}
        shortest = stretch <= SHORTEST_STRETCH
        limit = 0 if shortest else AT_ONCE + 1
        found = [told(entry) for entry in log.find(query).limit(limit)]
        if len(found) > AT_ONCE and not shortest:
            stretch = max(stretch / 8, SHORTEST_STRETCH)
            continue
        yield from sorted(found, key=_order, reverse=True)
        high = low
        if len(found) < AT_ONCE // 8:
            stretch *= 8


def _entries(
    log: Collection[RawBSONDocument],
    wanted: Wanted,
    places: list[list[str]],
    last: tuple[datetime, int] | None,
    now: datetime,
) -> Iterator[Document]:
    telling = wanted.telling()
    if not {"record_id", "subject_id"} & telling.keys():
        for units in places:
            few = [told(entry) for entry in log.find({"unit_path": {"$in": units}}).limit(FEW + 1)]
            if len(few) <= FEW:
                yield from sorted(few, key=_order, reverse=True)
                return
    until = min(wanted.until or now + AHEAD, now + AHEAD)
    if last is not None:
        until = min(until, last[0] + SHORTEST_STRETCH)
    yield from walk(log, telling, wanted.since or EARLIEST, until)


def _place_of(log: Collection[RawBSONDocument], seq: int) -> tuple[datetime, int] | None:
    """Where an entry stands; one that is gone is taken for its neighbour."""
    found = log.find_one({"seq": seq}) or next(
        iter(log.find({"seq": {"$lt": seq}}).sort("seq", -1).limit(1)), None
    )
    return _order(told(found)) if found else (EARLIEST, 0)


def _order(entry: Document) -> tuple[datetime, int]:
    return entry["at"], entry["seq"]
