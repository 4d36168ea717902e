"""Files in the database: in GridFS's own layout, written by ourselves (docs/decisions/0040).

`files.files` would be the driver's; ours is `files`, a record like any other. `files.chunks` holds the pieces, sealed.
The keys are in a collection of their own, which no backup takes along with the pieces.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import pymongo
from bson.binary import Binary

from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.files.kinds import MB, MOST_BYTES
from servicekit.files.refusals import FileDamaged, TooManyBeingChecked, TooManyUploads, UnitsRoomFull
from servicekit.files.sealed import (
    OPEN,
    PIECE_BYTES,
    KeyWrap,
    Place,
    Wrapped,
    new_key,
    pieces_of,
    seal,
    unseal,
)
from servicekit.files.stored import Part, State, StoredFile
from servicekit.logs import log
from servicekit.refusals import Stale

_SHAPE = Shape(StoredFile)
# Kept under the file's own key.
FACTS = ("name", "digest")
FILES = "files"
PIECES = "files.chunks"
# A backup keeps this one apart; see sammelan.archive.
KEYS = "file_keys"
ROOM = "file_room"
OPEN_UPLOADS_MOST = 20
# Of one account, on all records.
OWN_UPLOADS_MOST = 10
OWN_CHECKING_MOST = 20
# The database must say yes to each piece within this: seconds.
PIECE_SECONDS = 2.0


class FileStore:
    """`room`: bytes that the files of one unit may take in all."""

    def __init__(self, database: Database, origin: Callable[[], Origin], wrap: KeyWrap, room: int) -> None:
        self.database = database
        self._records = Records(database, FILES, origin)
        self._pieces = database.mongo[PIECES]
        self._keys = database.mongo[KEYS]
        self._room = database.mongo[ROOM]
        self._wrap = wrap
        self._most = room

    def prepare(self) -> None:
        self._records.prepare()
        self._records.collection.create_index("record_id")
        self._records.collection.create_index("state")
        self._records.collection.create_index([("by", 1), ("state", 1)])
        self._pieces.create_index([("files_id", 1), ("n", 1)], unique=True)
        self._room.create_index([("_id", 1), ("version", 1)])

    # Files

    def begin(self, file: StoredFile, most: int = MOST_BYTES) -> StoredFile:
        """Adds one that is about to arrive. Raises where its unit has no room, or too many are under way.

        `most`: how many bytes it can be, where its length is not announced.
        """
        self._refuse_many_waiting(file.by)
        self._end_older(file.by)
        key = new_key()
        charged = file.length if file.length is not None else most

        def add() -> StoredFile:
            under_way = [one for one in self._of_record(file.record_id) if one["state"] == State.ARRIVING]
            if len(under_way) >= OPEN_UPLOADS_MOST:
                raise TooManyUploads
            self._charge(file.unit_id, charged)
            wrapped = self._wrap.wrap(file.id, key)
            self._keys.insert_one(
                {"_id": file.id, "by": wrapped.by, "key": Binary(wrapped.key)}, session=session()
            )
            keyed = replace(file, key=key, charged=charged)
            stored = self._records.insert(file_document(keyed))
            return replace(keyed, version=stored["version"])

        return self.database.in_transaction(add)

    def _refuse_many_waiting(self, account_id: str) -> None:
        """Those on their way are few already, so that they may all arrive and wait besides."""
        wanted = {"by": account_id, "state": State.CHECKING.value}
        if (
            len(list(self._records.collection.find(wanted, {"_id": 1}, session=session())))
            >= OWN_CHECKING_MOST
        ):
            raise TooManyBeingChecked

    def _end_older(self, account_id: str) -> None:
        """Whoever begins again and again leaves nothing behind that fills a unit's room or a record's places."""
        wanted = {"by": account_id, "state": State.ARRIVING.value}
        found = list(self._records.collection.find(wanted, {"_outbox": 0}, session=session()))
        found.sort(key=lambda one: one["begun_at"])
        for file in self._unsealed(found[: max(0, len(found) - OWN_UPLOADS_MOST + 1)]):
            with suppress(Stale):  # it has just gone on, or is whole
                self.end(file)

    def find(self, file_id: str) -> StoredFile | None:
        found = self._records.find(file_id)
        return next(self._unsealed([found]), None) if found else None

    def of_record(self, record_id: str) -> list[StoredFile]:
        return list(self._unsealed(list(self._of_record(record_id))))

    def in_state(self, state: State) -> list[StoredFile]:
        found = self._records.collection.find({"state": state.value}, {"_outbox": 0}, session=session())
        return list(self._unsealed(list(found)))

    def save(self, file: StoredFile, audit: Iterable[AuditEntry] = ()) -> StoredFile:
        """Raises Stale where somebody else has written, or ended, it since."""
        stored = self._records.save(file_document(file), file.version, (), audit)
        return replace(file, version=stored["version"])

    def save_charged(self, file: StoredFile, charged: int, audit: Iterable[AuditEntry] = ()) -> StoredFile:
        """The same, and what it counts against its unit's room from now on."""

        def both() -> StoredFile:
            self._charge(file.unit_id, charged - file.charged)
            return self.save(replace(file, charged=charged), audit)

        return self.database.in_transaction(both)

    def end(self, file: StoredFile) -> None:
        """Erases its key, and with it name and contents wherever they are copied; the pieces are swept up later."""

        def erase() -> None:
            bare = replace(file, state=State.ENDED, name="", digest="", charged=0, key=b"")
            self.save(bare)
            self._keys.delete_one({"_id": file.id}, session=session())
            self._charge(file.unit_id, -file.charged)

        self.database.in_transaction(erase)

    def ended(self) -> list[tuple[str, int]]:
        """Ids and versions of those of which only pieces are left."""
        found = self._records.collection.find({"state": State.ENDED.value}, {"version": 1, "_pending": 1})
        return [(one["_id"], one["version"]) for one in found if not one.get("_pending")]

    def sweep(self, file_id: str, version: int) -> None:
        for part in Part:
            self.forget(f"{file_id}.{part.value}")
        self._records.collection.delete_one({"_id": file_id, "version": version})

    def _of_record(self, record_id: str) -> Iterator[Document]:
        return self._records.collection.find({"record_id": record_id}, {"_outbox": 0}, session=session())

    def _unsealed(self, found: list[Document]) -> Iterator[StoredFile]:
        """Those that have a key still; one that cannot be read is left out and named, not in everybody's way."""
        wanted = {"_id": {"$in": [one["_id"] for one in found]}}
        stored = self._keys.find(wanted, session=session()) if found else ()
        keys = {one["_id"]: Wrapped(one.get("by", ""), bytes(one["key"])) for one in stored}
        for one in found:
            if one["_id"] in keys:
                try:
                    yield file_of(one, self._wrap.unwrap(one["_id"], keys[one["_id"]]))
                except FileDamaged:
                    log.error("file_unreadable", file=one["_id"])

    def _charge(self, unit_id: str, more: int) -> None:
        """Within the transaction of what it is for."""
        if not more:
            return
        known = self._room.find_one({"_id": unit_id}, session=session())
        taken = (known["bytes"] if known else 0) + more
        if more > 0 and taken > self._most:
            raise UnitsRoomFull(most=self._most // MB)
        if known is None:
            self._room.insert_one({"_id": unit_id, "bytes": taken, "version": 1}, session=session())
            return
        seen = {"_id": unit_id, "version": known["version"]}
        change = {"$set": {"bytes": max(0, taken)}, "$inc": {"version": 1}}
        if not self._room.update_one(seen, change, session=session()).matched_count:
            raise Stale

    def taken(self, unit_id: str) -> int:
        known = self._room.find_one({"_id": unit_id})
        return int(known["bytes"]) if known else 0

    # Pieces

    def put(self, file: StoredFile, part: Part, number: int, count: int, data: bytes) -> None:
        """Where one of that number may stand already."""
        stream = file.stream(part)
        sealed = seal(file.key, Place(stream, number, count), data)
        place = {"files_id": stream, "n": number}
        self._pieces.replace_one(place, {**place, "data": Binary(sealed)}, upsert=True, session=session())

    def piece(self, file: StoredFile, part: Part, number: int, count: int) -> bytes:
        """Raises FileDamaged where it is missing or another."""
        stream = file.stream(part)
        with pymongo.timeout(PIECE_SECONDS):
            found = self._pieces.find_one({"files_id": stream, "n": number}, session=session())
        if found is None:
            raise FileDamaged
        return unseal(file.key, Place(stream, number, count), bytes(found["data"]))

    def forget(self, stream: str) -> None:
        """All pieces of one content, from the last to the first: one that is cut off leaves no gap to stop at."""
        count = 0
        while self._pieces.find_one({"files_id": stream, "n": count}, {"_id": 1}) is not None:
            count += 1
        for number in reversed(range(count)):
            self._pieces.delete_one({"files_id": stream, "n": number})

    def fill(self, file: StoredFile, part: Part, length: int, data: Iterable[bytes]) -> None:
        """Writes one whole content of a known length."""
        count, number, held = pieces_of(length), 0, bytearray()
        for more in data:
            held += more
            while len(held) >= PIECE_BYTES:
                self.put(file, part, number, count, bytes(held[:PIECE_BYTES]))
                del held[:PIECE_BYTES]
                number += 1
        if held:
            self.put(file, part, number, count, bytes(held))

    def read(
        self, file: StoredFile, part: Part, start: int, stop: int, *, open_end: bool = False
    ) -> Iterator[bytes]:
        """Bytes `start` to before `stop` of a content, a piece at a time. `open_end`: as it arrived."""
        count = OPEN if open_end else pieces_of(file.lengths[part])
        at = start
        while at < stop:
            number, skip = divmod(at, PIECE_BYTES)
            piece = self.piece(file, part, number, count)[skip : skip + stop - at]
            if not piece:
                raise FileDamaged
            at += len(piece)
            yield piece


# ---------------------------------------------------------------- documents


def _facts_place(file_id: str) -> Place:
    return Place(f"{file_id}.facts", 0, 1)


def file_document(file: StoredFile) -> Document:
    """Name and hash stand sealed in it; the key stands elsewhere."""
    made = _SHAPE.document(file)
    facts = {name: made.pop(name) for name in FACTS}
    del made["key"]
    sealed = seal(file.key, _facts_place(file.id), json.dumps(facts).encode()) if file.key else None
    lengths = {part.value: length for part, length in file.lengths.items()}
    return {
        **made,
        "lengths": lengths,
        "chunkSize": PIECE_BYTES,
        "facts": Binary(sealed) if sealed else None,
    }


def file_of(found: Document, key: bytes) -> StoredFile:
    """Raises FileDamaged where it is another key's."""
    facts = json.loads(unseal(key, _facts_place(found["_id"]), bytes(found["facts"])))
    return _SHAPE.value({**found, **facts, "key": key})
