"""Has one file examined, or a table read, by a process of its own, and reads what that says."""

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from servicekit.files.kinds import XLSX, Kind
from servicekit.files.refusals import FOUND, NotExaminable, ReadersBusy
from servicekit.files.sealed import PIECE_BYTES

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "servicekit.files.checking.examiner")
LONGEST_SECONDS = 120.0
READER = (sys.executable, "-m", "servicekit.files.checking.workbooks")
READING_SECONDS = 15.0
# Each takes a part of the machine for itself; somebody waits for the result, so few wait for a place.
_readers = threading.BoundedSemaphore(2)
PLACE_SECONDS = 5.0
LINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Examined:
    """`shape`: width and height, or pages. `contents`: what was made of it, by length; none where it stays."""

    shape: dict[str, int]
    contents: tuple[int, ...] = ()
    _out: Any = field(default=None, repr=False)

    def read(self, length: int) -> Iterator[bytes]:
        """The next of the contents, in pieces. Raises NotExaminable where the examiner ended before its end."""
        left = length
        while left:
            data = self._out.read(min(left, PIECE_BYTES))
            if not data:
                raise NotExaminable
            left -= len(data)
            yield data


@contextlib.contextmanager
def examined(
    source: BinaryIO, kind: Kind, command: Sequence[str] = COMMAND, seconds: float = LONGEST_SECONDS
) -> Iterator[Examined]:
    """Raises the ContentRefused that was found; NotExaminable where the examiner breaks or takes too long."""
    child = subprocess.Popen(  # noqa: S603
        [*command, kind.key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        cwd="/",
        start_new_session=True,
    )
    limit = threading.Timer(seconds, child.kill)
    limit.start()
    try:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018
        _send(source, child.stdin)
        yield _told(child.stdout)
    finally:
        limit.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def table_in(workbook: bytes, command: Sequence[str] = READER) -> str:
    """The cells of its first sheet, told apart by tabs. Raises ContentRefused, NotExaminable, ReadersBusy."""
    if not _readers.acquire(timeout=PLACE_SECONDS):
        raise ReadersBusy(retry_after=5)
    try:
        with examined(io.BytesIO(workbook), XLSX, command, READING_SECONDS) as found:
            return b"".join(piece for length in found.contents for piece in found.read(length)).decode()
    finally:
        _readers.release()


def _send(source: BinaryIO, into: IO[bytes]) -> None:
    # One that has broken says so by what it does not say afterwards.
    with contextlib.suppress(BrokenPipeError):
        while data := source.read(PIECE_BYTES):
            into.write(data)
        into.close()


def _told(out: IO[bytes]) -> Examined:
    try:
        told = json.loads(out.readline(LINE_BYTES))
        if "refused" in told:
            raise FOUND[told["refused"]]
        shape = {str(name): int(value) for name, value in told["shape"].items()}
        return Examined(shape, tuple(int(one) for one in told["contents"]), out)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotExaminable from error
