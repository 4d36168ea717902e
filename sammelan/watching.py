"""What `sammelan up` looks after while the house stands: growing logs, the last room on the disk, and a database that
a full disk has stopped."""

import contextlib
import os
import shutil
import signal
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from sammelan.leftovers import process_of
from sammelan.reserve import Reserve
from sammelan.settings import Settings
from servicekit.data.database import is_stopped

LOOK_SECONDS = 2.0
LOG_BYTES = 20 * 1024 * 1024
LOG_FILES_KEPT = 3


class Watch:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next = 0.0
        self._reserve = Reserve(settings.data_dir) if settings.own_database else None
        self._client: MongoClient[dict[str, Any]] | None = (
            MongoClient(
                settings.common.mongo_url, serverSelectionTimeoutMS=500, socketTimeoutMS=1_000, connect=False
            )
            if settings.own_database
            else None
        )

    def look(self) -> None:
        """Cheap to call often. Never raises: the house stands also where this cannot be done."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        for file in self._settings.log_dir.glob("*.log"):
            if file.name != "supervisor.log":  # which turns its own
                with contextlib.suppress(OSError):
                    turn(file)
        if self._reserve is not None:
            with contextlib.suppress(OSError):
                self._reserve.look()
        if self._client is not None and self._is_stopped_for_good(self._client):
            pid = process_of(self._settings, "database")
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)  # the supervisor starts it again, until there is room

    def _is_stopped_for_good(self, client: MongoClient[dict[str, Any]]) -> bool:
        try:
            client[self._settings.common.database("identity")]["migrations"].find_one({"_id": 0})
        except OperationFailure as error:
            return is_stopped(error)
        except PyMongoError:
            return False
        return False


def turn(file: Path, most: int = LOG_BYTES, kept: int = LOG_FILES_KEPT) -> None:
    """Copied and emptied in place, for its writer keeps it open. Without room for a copy it is emptied all the same."""
    if file.stat().st_size <= most:
        return
    olds = [file.with_name(f"{file.name}.{number}") for number in range(1, kept + 1)]
    try:
        for newer, older in reversed(list(pairwise(olds))):
            if newer.exists():
                newer.replace(older)
        shutil.copyfile(file, olds[0])
    finally:
        os.truncate(file, 0)
