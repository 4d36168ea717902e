"""Backups: every collection as a file of BSON documents, with what is needed to see that nothing is missing."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from servicekit.data.database import Database
from servicekit.ids import new_id
from servicekit.settings import SERVICES

Raw = MongoClient[RawBSONDocument]
BATCH = 1000
MANIFEST = "manifest.json"
# Keys of files lie beside all backups, once, and are replaced by each: a file whose key was erased since cannot be read
# in any backup, however old (docs/decisions/0042).
APART = ("file_keys",)
APART_FOLDER = "file-keys"
HOUSE = "house"
OWNERS = tuple(name for name in SERVICES if name != "portal")
PARTS = (*OWNERS, *(f"{name}_audit" for name in OWNERS), "relay", "operator")


class ArchiveRefused(Exception):
    """The folder or the database is not what a backup or a restore needs; nothing was changed."""


@dataclass(frozen=True)
class Collected:
    part: str
    collection: str
    documents: int


def connect(url: str) -> Raw:
    return MongoClient(
        url, document_class=RawBSONDocument, w="majority", journal=True, serverSelectionTimeoutMS=5_000
    )


def save(
    client: Raw, database_of: Callable[[str], str], folder: Path, *, in_transaction: bool
) -> Iterator[Collected]:
    """All parts as of one instant. `in_transaction`: for the embedded database, whose snapshot sessions are none."""
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveRefused(f"{folder} is not empty.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    told: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "parts": {}}
    told["house"] = _house(client, database_of)
    kept = folder.parent / APART_FOLDER / told["house"]
    with _instant(client, in_transaction) as session:
        for part in PARTS:
            database = client[database_of(part)]
            told["parts"][part] = {}
            for name in sorted(database.list_collection_names()):
                if name.startswith("system."):
                    continue
                if name in APART:
                    found = database[name].find({}, session=session, batch_size=BATCH)
                    _write_apart(kept / f"{part}.bson.new", found)
                    continue
                file = folder / part / f"{name}.bson"
                file.parent.mkdir(exist_ok=True, mode=0o700)
                digest, count = hashlib.sha256(), 0
                with file.open("wb") as out:
                    for document in database[name].find({}, session=session, batch_size=BATCH):
                        out.write(document.raw)
                        digest.update(document.raw)
                        count += 1
                told["parts"][part][name] = {
                    "documents": count,
                    "sha256": digest.hexdigest(),
                    "indexes": [_index(index) for index in database[name].list_indexes()],
                }
                yield Collected(part, name, count)
    # Written last: a folder without it is a backup that was cut short.
    (folder / MANIFEST).write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
    for new in kept.glob("*.bson.new"):
        new.replace(new.with_suffix(""))


def _house(client: Raw, database_of: Callable[[str], str]) -> str:
    """Which house this is, so that several may keep their backups in one place. See `name_house`."""
    found = client[database_of("operator")][HOUSE].find_one({"_id": HOUSE})
    return str(found["key"]) if found is not None else database_of("")


def name_house(database: Database) -> None:
    """Gives a house its own name, once; a fresh one beside old backups is another house."""
    database.mongo[HOUSE].update_one({"_id": HOUSE}, {"$setOnInsert": {"key": new_id()}}, upsert=True)


def _write_apart(file: Path, documents: Iterable[RawBSONDocument]) -> None:
    """Those of now alone; they take the place of those of before when the backup is whole."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("wb") as out:
        for document in documents:
            out.write(document.raw)
        out.flush()
        os.fsync(out.fileno())


def _load_apart(client: Raw, database_of: Callable[[str], str], kept: Path) -> Iterator[Collected]:
    for file in sorted(kept.glob("*.bson")):
        (name,), count = APART, 0
        for batch in _batches(file):
            client[database_of(file.stem)][name].insert_many(batch)
            count += len(batch)
        yield Collected(file.stem, name, count)


@contextmanager
def _instant(client: Raw, in_transaction: bool) -> Iterator[ClientSession]:
    with client.start_session(snapshot=not in_transaction) as session:
        if in_transaction:
            with session.start_transaction(read_concern=ReadConcern("snapshot")):
                yield session
        else:
            yield session


def _index(index: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in index.items() if name not in ("v", "ns")}


def load(client: Raw, database_of: Callable[[str], str], folder: Path) -> Iterator[Collected]:
    """Into empty databases only; every file is compared with the manifest before anything is written."""
    told = _checked(folder)
    for part in told["parts"]:
        database = client[database_of(part)]
        for name in database.list_collection_names():
            if database[name].find_one({}) is not None:
                raise ArchiveRefused(
                    f"{database.name} holds data already ({name}). Restore into an empty database, "
                    "for example with another DATABASE_PREFIX or DATA_DIR."
                )
    for part, collections in told["parts"].items():
        database = client[database_of(part)]
        for name, known in collections.items():
            collection = database[name]
            # Indexes first: the embedded database takes minutes to make one of a long log afterwards.
            for index in known["indexes"]:
                if index["name"] != "_id_":
                    options = {k: v for k, v in index.items() if k != "key"}
                    collection.create_index(list(index["key"].items()), **options)
            for batch in _batches(folder / part / f"{name}.bson"):
                collection.insert_many(batch)
            yield Collected(part, name, known["documents"])
    yield from _load_apart(client, database_of, folder.parent / APART_FOLDER / told.get("house", ""))


def _checked(folder: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArchiveRefused(f"{folder} is not a finished backup: its {MANIFEST} cannot be read.") from error
    for part, collections in told["parts"].items():
        for name, known in collections.items():
            file = folder / part / f"{name}.bson"
            if not file.exists() or _digest(file) != known["sha256"]:
                raise ArchiveRefused(f"{file} is not what the backup wrote.")
    return told


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _batches(file: Path) -> Iterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    with file.open("rb") as content:
        while head := content.read(4):
            batch.append(RawBSONDocument(head + content.read(int.from_bytes(head, "little") - 4)))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
