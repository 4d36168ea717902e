"""Bytes on their way in: taken a piece at a time, each kept as soon as it is whole, so that a broken upload goes on.

tus 1.0: its core, creation, expiration and termination (https://tus.io/protocols/resumable-upload).
"""

import base64
import binascii
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pymongo.errors import PyMongoError
from werkzeug.datastructures import Headers
from werkzeug.http import http_date

from servicekit.files.kinds import HEAD_BYTES, MB, MOST_BYTES, kind_of, refuse_size
from servicekit.files.names import clean_name
from servicekit.files.refusals import (
    FileTooLarge,
    OffsetDiffers,
    TusHeaderUnreadable,
    TusVersionUnknown,
    UploadEmpty,
    WrittenByAnother,
)
from servicekit.files.sealed import OPEN, PIECE_BYTES
from servicekit.files.store import FileStore
from servicekit.files.stored import Part, State, StoredFile
from servicekit.refusals import Refusal, Stale
from servicekit.serving.bodies import GRACE_SECONDS, LEAST_RATE, BodyTooSlow

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
OFFSET_TYPE = "application/offset+octet-stream"
METADATA_LONGEST = 4096
READ_BYTES = 16 * 1024

Hang = Callable[[StoredFile], None]


# ---------------------------------------------------------------- the protocol's headers


def check_version(headers: Headers) -> None:
    if headers.get("Tus-Resumable", "") != VERSION:
        raise TusVersionUnknown


def number_in(headers: Headers, name: str) -> int:
    value = headers.get(name, "")
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise TusHeaderUnreadable(header=name)
    return int(value)


def announced_length(headers: Headers) -> int:
    length = number_in(headers, "Upload-Length")
    if length == 0:
        raise UploadEmpty
    if length > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // MB)
    return length


def name_in(headers: Headers) -> str:
    """The file's name in Upload-Metadata; empty where there is none."""
    given = headers.get("Upload-Metadata", "")
    if len(given) > METADATA_LONGEST:
        raise TusHeaderUnreadable(header="Upload-Metadata")
    values = {}
    for pair in filter(None, (one.strip() for one in given.split(","))):
        key, _, value = pair.partition(" ")
        try:
            values[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise TusHeaderUnreadable(header="Upload-Metadata") from error
    return values.get("filename", "")


def headers_of(file: StoredFile) -> dict[str, str]:
    length = {} if file.length is None else {"Upload-Length": str(file.length)}
    expires = {"Upload-Expires": http_date(file.expires_at)} if _arriving(file) else {}
    return {"Tus-Resumable": VERSION, "Upload-Offset": str(file.offset), **length, **expires}


def _arriving(file: StoredFile) -> bool:
    return file.state is State.ARRIVING


# ---------------------------------------------------------------- the bytes


def paced(stream: Any, now: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """What arrives, as long as it arrives fast enough. Raises BodyTooSlow."""
    began, got = now(), 0
    while data := stream.read(READ_BYTES):
        got += len(data)
        yield data
        if now() - began > GRACE_SECONDS + got / LEAST_RATE:
            raise BodyTooSlow


def go_on(store: FileStore, file: StoredFile, offset: int, source: Iterable[bytes], hang: Hang) -> StoredFile:
    """Takes more of an upload from `offset` on, and hangs it on its record when it is whole.

    Whoever came last writes: an earlier request that still holds on to a dead connection is refused its next piece.
    """
    if file.state is not State.ARRIVING or file.offset != offset:
        raise OffsetDiffers
    try:
        return _taken(store, store.save(file), source, hang)
    except Stale as error:
        raise WrittenByAnother from error


def take_whole(store: FileStore, file: StoredFile, source: Iterable[bytes], hang: Hang) -> StoredFile:
    """All of one whose length nobody knows beforehand; what breaks off is not kept."""
    try:
        return _taken(store, file, source, hang)
    except BaseException:
        # Nobody knows of it, so nobody could go on: also where the database or we ourselves were the trouble.
        with suppress(Refusal, PyMongoError):
            _drop(store, file.id)
        raise


def _taken(store: FileStore, file: StoredFile, source: Iterable[bytes], hang: Hang) -> StoredFile:
    number, standing = divmod(file.offset, PIECE_BYTES)
    held = bytearray(store.piece(file, Part.UPLOAD, number, OPEN) if standing else b"")
    most = MOST_BYTES if file.length is None else file.length
    pieces = iter(source)
    while True:
        try:
            data = next(pieces, b"")
        except Refusal:
            # What has arrived is kept, and the next request goes on behind it.
            if file.length is not None and len(held) > standing:
                _put(store, file, number, bytes(held), hang, whole=False)
            raise
        held += data
        if number * PIECE_BYTES + len(held) > most:
            raise FileTooLarge(most=-(-most // MB))
        # The last piece waits for the end, which alone says that it is the last.
        while len(held) > PIECE_BYTES:
            file = _put(store, file, number, bytes(held[:PIECE_BYTES]), hang, whole=False)
            del held[:PIECE_BYTES]
            number, standing = number + 1, 0
        if not data:
            break
    if not held:
        raise UploadEmpty
    whole = file.length is None or number * PIECE_BYTES + len(held) == file.length
    return (
        _put(store, file, number, bytes(held), hang, whole=whole) if whole or len(held) > standing else file
    )


def _put(
    store: FileStore, file: StoredFile, number: int, data: bytes, hang: Hang, *, whole: bool
) -> StoredFile:
    """One piece and how far the upload has come, in one transaction; the last one hangs the file on its record."""
    offset = number * PIECE_BYTES + len(data)
    changed = replace(file, offset=offset)
    if number == 0 and (whole or len(data) >= HEAD_BYTES):
        changed = _of_kind(store, changed, data)
    if whole and changed.known is not None:
        refuse_size(changed.known, offset)
        changed = replace(changed, length=offset, state=State.CHECKING)

    def both() -> StoredFile:
        store.put(file, Part.UPLOAD, number, OPEN, data)
        if not whole:
            return store.save(changed)
        # From now on it counts as what it is.
        saved = store.save_charged(changed, offset)
        hang(saved)
        return saved

    return store.database.in_transaction(both)


def _of_kind(store: FileStore, file: StoredFile, head: bytes) -> StoredFile:
    """What it is, said by its first bytes: one that is not taken is gone at once."""
    try:
        kind = kind_of(head[:HEAD_BYTES])
        refuse_size(kind, file.length or 0)
    except Refusal:
        _drop(store, file.id)
        raise
    return replace(file, kind=kind.key, name=clean_name(file.name, kind))


def _drop(store: FileStore, file_id: str) -> None:
    file = store.find(file_id)
    if file is not None and file.state is State.ARRIVING:
        store.end(file)
