"""The audit log: an append-only, numbered chain per service, under a key that no service holds.

An entry's `mac` is HMAC-SHA-256 over the previous entry's mac and the entry itself, so that an altered, missing,
swapped or cut entry shows. The relay, the only holder of the key, appends; services only read: each
service's entries are a database of their own, and the ends of all chains are in the relay's.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from servicekit.data.database import Database
from servicekit.data.storable import require_storable
from servicekit.refusals import Malformed

Document = dict[str, Any]
START = "0" * 64
FIELDS = (
    "seq", "_id", "at", "actor", "actor_name", "via", "request_id", "action", "outcome",
    "unit_id", "unit_path", "record_type", "record_id", "subject_id", "details",
)  # fmt: skip


def key_of(key: bytes, service: str) -> bytes:
    """Each service's chain has a key of its own, made from the relay's: no entry, and no whole log, fits elsewhere."""
    return hmac.new(key, f"chain of {service}".encode(), hashlib.sha256).digest()


def seal(key: bytes, previous: str, entry: Document) -> str:
    """The mac of an entry that follows the one whose mac is `previous`."""
    told = {name: _plain(entry.get(name)) for name in FIELDS}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hmac.new(key, f"{previous}\n{text}".encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> object:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Chain:
    """Where one service's audit is. `ends` counts what was appended: {_id: service, seq, mac}."""

    service: str
    entries: Collection[Document]
    ends: Collection[Document]

    @property
    def raw(self) -> Collection[RawBSONDocument]:
        """For readers: an entry that the driver would trip over hides no other one. See `told`."""
        return self.entries.with_options(codec_options=RAW)

    def prepare(self) -> None:
        """An account that may only append makes no index: where they are, none is asked for."""
        there = set(self.entries.index_information())
        for names in INDEXES:
            if "_".join(f"{name}_1" for name in names) not in there:
                self.entries.create_index([(name, 1) for name in names], unique=names == ("seq",))
        self.ends.update_one({"_id": self.service}, {"$setOnInsert": {"seq": 0, "mac": START}}, upsert=True)

    def end(self) -> Document:
        return self.ends.find_one({"_id": self.service}) or {"seq": 0, "mac": START}


RAW = CodecOptions(
    document_class=RawBSONDocument,
    tz_aware=True,
    datetime_conversion=DatetimeConversion.DATETIME_CLAMP,
    unicode_decode_error_handler="replace",
)


# Of every field by which entries are found, shown or put in order: the kind of value it holds.
KINDS: dict[str, type] = {
    **dict.fromkeys(("actor", "actor_name", "via", "request_id", "action", "outcome"), str),
    **dict.fromkeys(("unit_id", "record_type", "record_id", "subject_id"), str),
    "seq": int,
    "unit_path": list,
    "details": dict,
}


def told(entry: Mapping[str, Any]) -> Document:
    """An entry as plain values, whatever a caller once got into it.

    What is read as usual turns {"$ref": ..., "$id": ...} into a reference, which no JSON can hold; such entries were
    taken once and stay, for the log is append-only. A field of another kind than it should be is shown as text among
    the details, so that whoever reads the list is not kept from the others.
    """
    values: Document = {name: _told(value) for name, value in entry.items()}
    strange = {
        name: value
        for name, kind in KINDS.items()
        if (value := values.get(name)) is not None and not isinstance(value, kind)
    }
    for name in strange:
        values[name] = KINDS[name]()
    path = [one for one in values.get("unit_path") or [] if isinstance(one, str)]
    values |= {"unit_path": path, "details": values.get("details") or {}}
    if strange:
        values["details"] = {
            **values["details"],
            **{f"unreadable {name}": str(strange[name]) for name in strange},
        }
    return values | ({"odd": True} if strange else {})


def _told(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _told(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float | datetime):
        return value
    return str(value)


def is_odd(entry: Document) -> bool:
    """Whether it holds what no version would write down today: shown like the others, and named."""
    if entry.get("odd"):
        return True
    try:
        require_storable(entry.get("details"))
    except Malformed:
        return True
    return False


# One for each question that servicekit.audit.search asks.
INDEXES = (
    ("seq",),
    ("at",),
    ("unit_path",),
    *((name, "at") for name in ("record_id", "subject_id", "actor", "action", "outcome")),
)
RELAY = "relay"


def chain_of(database: Database) -> Chain:
    """PREFIX_membership's entries are in PREFIX_membership_audit, the end of its chain in PREFIX_relay."""
    prefix, _, service = database.name.rpartition("_")
    return Chain(
        service,
        database.client[f"{database.name}_audit"]["entries"],
        database.client[f"{prefix}_{RELAY}"]["ends"],
    )


@dataclass(frozen=True)
class Fault:
    seq: int
    what: str  # altered | missing | doubled | cut | beyond | rebuilt


def verify(key: bytes, entries: Iterable[Document], head: Document | None) -> Iterator[Fault]:
    """Walks a service's entries in order of seq and yields what does not fit; `head` is the stored end of the chain."""
    previous, expected = START, 1
    for entry in entries:
        if entry["seq"] < expected:
            yield Fault(entry["seq"], "doubled")
            continue
        while expected < entry["seq"]:
            yield Fault(expected, "missing")
            expected += 1
        if not hmac.compare_digest(seal(key, previous, entry), entry.get("mac", "")):
            yield Fault(entry["seq"], "altered")
        previous = entry.get("mac", "")
        expected = entry["seq"] + 1
    if head is not None and (head["seq"] != expected - 1 or head["mac"] != previous):
        yield Fault(expected, "cut")


def beyond(entries: Iterable[Document], end: Document) -> Iterator[Fault]:
    """Entries that the relay never counted. `end` must be read after them, for both come in one transaction."""
    for entry in entries:
        if entry["seq"] > end["seq"]:
            yield Fault(entry["seq"], "beyond")


@dataclass(frozen=True)
class Uncollected:
    """Entries that lie in records of a collection and are in no log."""

    collection: str
    count: int
    since: datetime


def uncollected(database: Database, before: datetime) -> Iterator[Uncollected]:
    """What was written before that instant and has not been collected: the relay rests, or somebody hid it from it.

    Looks at every record, not only at those that are marked for the relay.
    """
    entries = chain_of(database).entries
    for name in sorted(database.mongo.list_collection_names()):
        late: dict[str, datetime] = {}
        for record in database.mongo[name].find({}, {"_outbox": 1}):
            for item in record.get("_outbox", []):
                if (
                    item["kind"] == "audit"
                    and item["at"] < before
                    and not entries.find_one({"_id": item["id"]})
                ):
                    late[item["id"]] = item["at"]
        if late:
            yield Uncollected(name, len(late), min(late.values()))


def against_head(entries: Iterable[Document], exported: Document) -> Iterator[Fault]:
    """Holds a service's entries against a head that was exported earlier: a chain that was cut and made anew shows.

    `exported` is {seq, mac}; whoever holds the chain's key could rebuild it, but not to the same mac.
    """
    if not exported["seq"]:
        return
    found = next((entry for entry in entries if entry["seq"] == exported["seq"]), None)
    if found is None:
        yield Fault(exported["seq"], "cut")
    elif not hmac.compare_digest(found.get("mac", ""), exported["mac"]):
        yield Fault(exported["seq"], "rebuilt")
