"""Room on the disk of a database that stands on this machine: writes stop before it is used up, so that reads go on.

The embedded database can do nothing more once a write of its own has failed, not even read.
"""

import os
import time
from pathlib import Path

from servicekit.refusals import Unavailable
from servicekit.words import N_

# The database's next log file (128 MB) and what it writes by itself meanwhile.
LEAST_BYTES = 256 * 1024 * 1024
# What is left then is for the database alone: our programs write nothing more either, and a look comes every second.
LAST_BYTES = 32 * 1024 * 1024
LOOK_SECONDS = 1.0


class StorageFull(Unavailable):
    status = 507
    title = N_("There is no room to store anything more. Nothing was lost; what is stored can be read.")


class Room:
    """`folder`: where the database's files are; None where it stands elsewhere and looks after itself."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._looked_at = -LOOK_SECONDS
        self._free = LEAST_BYTES

    def require(self) -> None:
        """Raises StorageFull where a write could use up what is left."""
        if self._look() < LEAST_BYTES:
            raise StorageFull(retry_after=5)

    @property
    def is_used_up(self) -> bool:
        """Whether also what has been begun already must wait."""
        return self._look() < LAST_BYTES

    def _look(self) -> int:
        """Bytes that are free, as of a moment ago."""
        now = time.monotonic()
        if self._folder is not None and now - self._looked_at >= LOOK_SECONDS:
            self._free, self._looked_at = self._is_free(self._folder), now
        return self._free

    @staticmethod
    def _is_free(folder: Path) -> int:
        try:
            there = os.statvfs(folder)
        except OSError:
            return LEAST_BYTES  # not made yet: whoever makes it will say
        return there.f_bavail * there.f_frsize
