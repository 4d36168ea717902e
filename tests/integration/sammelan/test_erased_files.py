"""A file that was removed cannot be read in any backup, however old: its key lies beside them, and is that of today."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bson.binary import Binary
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sammelan import archive
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.data.events import Origin
from servicekit.files.sealed import KeyWrap
from servicekit.files.store import FileStore
from servicekit.files.stored import Part, State, StoredFile
from servicekit.ids import new_id
from tests.processes import DatabaseServer

NOW = datetime(2026, 11, 28, tzinfo=UTC)
CONTENT = b"the signed minutes " * 30_000


def an_origin() -> Origin:
    return Origin(NOW, "clerk")


def store_in(server: DatabaseServer, prefix: str, file_key: str, before: str = "") -> FileStore:
    database = Database(server.url, f"{prefix}_congress", JOB_TIMEOUT_MS)
    return FileStore(database, an_origin, KeyWrap(file_key, before), 10**9)


def a_ready_file(store: FileStore, name: str) -> StoredFile:
    file = store.begin(
        StoredFile(new_id(), "congresses", "report", "unit", "clerk", NOW, name, length=len(CONTENT))
    )
    store.fill(file, Part.CONTENT, len(CONTENT), [CONTENT])
    return store.save(replace(file, state=State.READY, kind="pdf", lengths={Part.CONTENT: len(CONTENT)}))


def saved(server: DatabaseServer, prefix: str, folder: Path) -> None:
    client = archive.connect(server.url)
    for _ in archive.save(client, lambda part: f"{prefix}_{part}", folder, in_transaction=True):
        continue
    client.close()


def restored(server: DatabaseServer, prefix: str, folder: Path) -> None:
    client = archive.connect(server.url)
    for _ in archive.load(client, lambda part: f"{prefix}_{part}", folder):
        continue
    client.close()


def content(store: FileStore, file: StoredFile) -> bytes:
    return b"".join(store.read(file, Part.CONTENT, 0, len(CONTENT)))


@pytest.fixture
def prefix(database_server: DatabaseServer) -> Iterator[str]:
    made = f"t{new_id()[:10]}"
    yield made
    client = archive.connect(database_server.url)
    for name in client.list_database_names():
        if name.startswith(made):
            client.drop_database(name)
    client.close()


def test_removing_a_file_reaches_the_backups_that_were_made_before(
    database_server: DatabaseServer, tmp_path: Path, prefix: str
) -> None:
    key = secrets.token_hex(32)
    store = store_in(database_server, prefix, key)
    store.prepare()
    removed, kept = a_ready_file(store, "removed.pdf"), a_ready_file(store, "kept.pdf")
    saved(database_server, prefix, tmp_path / "monday")

    before = store_in(database_server, f"{prefix}m", key)
    restored(database_server, f"{prefix}m", tmp_path / "monday")
    found = before.find(removed.id)
    assert found is not None
    assert (found.name, content(before, found)) == ("removed.pdf", CONTENT)

    store.end(removed)
    saved(database_server, prefix, tmp_path / "tuesday")

    after = store_in(database_server, f"{prefix}t", key)
    restored(database_server, f"{prefix}t", tmp_path / "monday")
    assert after.find(removed.id) is None
    pieces = after.database.mongo["files.chunks"].count_documents({"files_id": removed.stream(Part.CONTENT)})
    assert pieces == 3  # they are in the backup, for a key that is nowhere
    found = after.find(kept.id)
    assert found is not None
    assert content(after, found) == CONTENT

    everything = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    for word in (b"removed.pdf", b"kept.pdf", CONTENT[:40], removed.key, kept.key):
        assert word not in everything
    for one in (store, before, after):
        one.database.client.close()


def test_a_file_whose_key_was_wrapped_before_files_had_one_of_their_own_is_read_as_ever(
    database_server: DatabaseServer, prefix: str
) -> None:
    before = secrets.token_hex(32)
    old = store_in(database_server, prefix, secrets.token_hex(32))
    old.prepare()
    file = a_ready_file(old, "old.pdf")
    # As it stood: no name of a key, and wrapped by the one that was made of FIELD_KEY.
    nonce = secrets.token_bytes(12)
    wrapped = nonce + AESGCM(bytes.fromhex(before)).encrypt(nonce, file.key, file.id.encode())
    keys = old.database.mongo["file_keys"]
    keys.replace_one({"_id": file.id}, {"_id": file.id, "key": Binary(wrapped)})
    assert old.find(file.id) is None

    now = store_in(database_server, prefix, secrets.token_hex(32), before)
    found = now.find(file.id)
    assert found is not None
    assert (found.name, content(now, found)) == ("old.pdf", CONTENT)
    new = a_ready_file(now, "new.pdf")
    assert [one.name for one in now.of_record("report")] == ["old.pdf", "new.pdf"]
    stored = keys.find_one({"_id": new.id})
    assert stored is not None
    assert stored["by"]
    for one in (old, now):
        one.database.client.close()
