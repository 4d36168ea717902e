"""Room that is kept for the embedded database alone: given to it when everything else has been used up.

Services refuse writes long before (servicekit/data/room.py), but another program may take the last byte. What the
database writes by itself then finds no place, and after one such failure it can do nothing more, not even read. With
this much it goes on for as long as it takes to be told of.
"""

import contextlib
import os
from pathlib import Path

from servicekit.data.room import LAST_BYTES, LEAST_BYTES
from servicekit.logs import log

# The database's next log file (128 MB), and a checkpoint of what changed since the last.
RESERVED_BYTES = 192 * 1024 * 1024
# Given while there is still a little: a look comes every other second, and the log has room of its own until then.
GIVEN_BELOW_BYTES = LAST_BYTES
# Never so that it is the reserve itself which makes the services refuse.
MADE_ABOVE_BYTES = 2 * LEAST_BYTES + RESERVED_BYTES
BLOCK = b"\0" * (1024 * 1024)


class Reserve:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "database.reserve"

    def look(self) -> None:
        """Makes it where there is room, gives it where there is none. Raises OSError."""
        there = os.statvfs(self._file.parent)
        free = there.f_bavail * there.f_frsize
        if free < GIVEN_BELOW_BYTES and self._file.exists():
            self._file.unlink()
            log.error("disk_full", what="the reserve is given to the database; make room", free=free)
        elif free > MADE_ABOVE_BYTES and not self._whole():
            self._make()

    def _whole(self) -> bool:
        return self._file.exists() and self._file.stat().st_size == RESERVED_BYTES

    def _make(self) -> None:
        """Written byte by byte: what is only as long as that has no room yet."""
        try:
            with self._file.open("wb") as out:
                for _ in range(RESERVED_BYTES // len(BLOCK)):
                    out.write(BLOCK)
        except OSError:
            with contextlib.suppress(OSError):
                self._file.unlink()
            raise
