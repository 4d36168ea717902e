"""Files that jobs have made, until they are forgotten: in pieces, each sealed for its place under the file's key."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from bson.binary import Binary

from servicekit.data.database import Database
from servicekit.files.refusals import FileDamaged
from servicekit.files.sealed import PIECE_BYTES, KeyWrap, Place, Wrapped, new_key, pieces_of, seal, unseal
from servicekit.ids import new_id
from servicekit.refusals import TooLarge
from servicekit.words import N_

PIECES = "exports.pieces"
MB = 1024 * 1024
MOST_MB = 1024


class ExportTooLarge(TooLarge):
    title = N_("This file would be larger than {most} MB. Ask for less of it.")


class KeptFiles:
    def __init__(self, database: Database, wrap: KeyWrap) -> None:
        self._pieces = database.mongo[PIECES]
        self._wrap = wrap

    def prepare(self) -> None:
        self._pieces.create_index([("stream", 1), ("n", 1)], unique=True)
        self._pieces.create_index("job_id")

    def keep(self, job_id: str, file: IO[bytes], check: Callable[[], None]) -> dict[str, Any]:
        """All of the file; what finds and opens it again. `check` is asked before each piece."""
        length = file.seek(0, 2)
        if length > MOST_MB * MB:
            raise ExportTooLarge(most=MOST_MB)
        file.seek(0)
        # Another worker's pieces of the same job are another stream's, under another key.
        stream, key = f"{job_id}.{new_id()}", new_key()
        count = pieces_of(length)
        for number in range(count):
            check()
            sealed = seal(key, Place(stream, number, count), file.read(PIECE_BYTES))
            self._pieces.insert_one({"job_id": job_id, "stream": stream, "n": number, "data": Binary(sealed)})
        wrapped = self._wrap.wrap(stream, key)
        return {"stream": stream, "bytes": length, "key": Binary(wrapped.key), "by": wrapped.by}

    def read(self, kept: Mapping[str, Any]) -> Iterator[bytes]:
        """Raises FileDamaged where a piece is missing or another's."""
        stream, count = kept["stream"], pieces_of(kept["bytes"])
        key = self._wrap.unwrap(stream, Wrapped(kept["by"], bytes(kept["key"])))
        for number in range(count):
            found = self._pieces.find_one({"stream": stream, "n": number})
            if found is None:
                raise FileDamaged
            yield unseal(key, Place(stream, number, count), bytes(found["data"]))

    def forget(self, job_id: str) -> None:
        self._pieces.delete_many({"job_id": job_id})
