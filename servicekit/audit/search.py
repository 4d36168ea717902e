"""Searching one service's audit: newest first, within the reader's reach, in pages.

Written for both databases (docs/architecture.md, Database facts): each query is one equality and a range of time,
which one index covers; a range together with the index on the path would be wrong on the embedded one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from servicekit.access.decision import Caller, reach_roots
from servicekit.audit.chain import Document, chain_of, told
from servicekit.audit.totals import EVERYTHING, AuditTotals
from servicekit.calendar.order import instant_in, newest_first
from servicekit.data.database import Database
from servicekit.web.listing import CursorUnknown, Page, cursor, key_of
from servicekit.words.numbers import NotWhole, whole

# By which entries are found, the most telling first; each has an index together with the time.
FIELDS = ("record_id", "subject_id", "actor", "action", "outcome")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks differ a little.
AHEAD = timedelta(days=1)
FIRST_STRETCH = timedelta(hours=1)
SHORTEST_STRETCH = timedelta(milliseconds=1)
AT_ONCE = 500
SIGNS_OF_SEQ = 12
# A page that finds little ends here and says where to go on.
LOOKED_AT = 5_000
# So few entries of a unit, a reach or a record are taken as a whole and need no walk.
FEW = 2_000
WHOLE_BY = {"record_id", "subject_id"}


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


def search(
    database: Database, caller: Caller, wanted: Wanted, now: datetime, *, after: str = "", limit: int = 50
) -> Page[Document]:
    """By time and, of one instant, by seq; within the reach of the caller's audit:read. `after` is the `place_of` an
    entry. The total is said where all that fits is at hand, and of a unit or the whole reach. Raises CursorUnknown."""
    held = reach_roots(caller, "audit:read")
    roots = {right.unit_id for right in held}
    # Entries of no unit, such as refused sign-ins, are for who audits the whole tree.
    everything = any(len(right.unit_path) == 1 for right in held)

    def mine(entry: Document) -> bool:
        path = entry["unit_path"]
        return wanted.fits(entry) and bool(roots.intersection(path) or (everything and not path))

    log = chain_of(database).raw
    last = _order_of(after) if after else None
    places = [[wanted.unit_id]] if wanted.unit_id else []
    if not everything:
        places.append(sorted(roots))
    few = _few(log, wanted, places)
    if few is not None:
        fitting = [entry for entry in few if mine(entry)]
        total: int | None = len(fitting)
    else:
        place = _counted_place(wanted, roots, everything=everything)
        total = AuditTotals(database).of(place) if place else None
    looked_at, items = 0, list[Document]()
    for entry in few if few is not None else _walked(log, wanted, last, now):
        if last is not None and _order(entry) >= last:
            continue
        looked_at += 1
        if mine(entry):
            items.append(entry)
        if len(items) > limit:
            return Page(items[:limit], place_of(items[limit - 1]), total)
        if looked_at == LOOKED_AT:
            return Page(items, place_of(entry), total)
    if last is None:
        total = len(items)
    return Page(items, None, total)


def place_of(entry: Document) -> str:
    """The cursor of the list behind this entry."""
    return cursor((newest_first(entry["at"]), str(entry["seq"])))


def _order_of(after: str) -> tuple[datetime, int]:
    at, seq = key_of(after, 2)
    try:
        return instant_in(at), whole(seq[:SIGNS_OF_SEQ], grouping="")
    except (NotWhole, ValueError, OverflowError) as error:
        raise CursorUnknown(field="after") from error


def _counted_place(wanted: Wanted, roots: set[str], *, everything: bool) -> str:
    """Of which place the number is kept that is wanted; nothing where it is of none. Of several units of a reach it is
    not their sum: what was done in one before it was moved may have been below another."""
    if wanted.telling() or wanted.since or wanted.until:
        return ""
    if everything:
        return wanted.unit_id or EVERYTHING
    if wanted.unit_id:
        return wanted.unit_id if wanted.unit_id in roots else ""
    return min(roots) if len(roots) == 1 else ""


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


def _few(
    log: Collection[RawBSONDocument], wanted: Wanted, places: Sequence[Sequence[str]]
) -> list[Document] | None:
    """All that can fit, where that is little enough to be at hand as a whole."""
    telling = wanted.telling()
    if WHOLE_BY & telling.keys():
        queries: list[Document] = [dict(telling)]
    else:
        queries = [{"unit_path": {"$in": list(units)}} for units in places]
    for query in queries:
        found = [told(entry) for entry in log.find(query).limit(FEW + 1)]
        if len(found) <= FEW:
            return sorted(found, key=_order, reverse=True)
    return None


def _walked(
    log: Collection[RawBSONDocument],
    wanted: Wanted,
    last: tuple[datetime, int] | None,
    now: datetime,
) -> Iterator[Document]:
    until = min(wanted.until or now + AHEAD, now + AHEAD)
    if last is not None:
        # Whatever instant a cursor names, the sum is one.
        until = min(until, min(last[0], until) + SHORTEST_STRETCH)
    yield from walk(log, wanted.telling(), wanted.since or EARLIEST, until)


def _order(entry: Document) -> tuple[datetime, int]:
    return entry["at"], entry["seq"]
