"""Rings when something is written in a database, so that programs with nothing to do need not keep looking.

It follows the database's change stream. While that cannot be followed, those who wait look by themselves.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

from pymongo.errors import PyMongoError

from servicekit.data.database import Database
from servicekit.logs import log

# What programs write to say that they live, or how far they are: nobody's work.
QUIET = ("leases", "cursors", "marks")
# A server that is told to stop waits for whoever waits in it, also for those who have gone.
AWAIT_MS = 2_000
# One waking for what is written in the same moment. The server's own work with every change that somebody follows is
# most of what a change costs it; read together, many cost as one.
GATHER_SECONDS = 0.1
AGAIN_SECONDS = 1.0
# Where a cursor over a whole database belongs, as far as commands are concerned.
COMMAND_CURSORS = "$cmd.aggregate"
# How long anybody waits while the bell is deaf.
DEAF_SECONDS = 0.4


class Bell:
    """`rung` counts; `wait` ends when it is no longer what it was when the last look began."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moved = threading.Condition()
        self._rung = 0
        self._follows = False
        self._stopped = threading.Event()

    @property
    def rung(self) -> int:
        return self._rung

    def start(self) -> None:
        threading.Thread(target=self._listen, name=f"bell of {self._database.name}", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self.ring()

    def ring(self) -> None:
        with self._moved:
            self._rung += 1
            self._moved.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Until it has rung since `seen`, at most so long."""
        with self._moved:
            if self._rung == seen:
                self._moved.wait(seconds if self._follows else min(seconds, DEAF_SECONDS))

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except PyMongoError as error:
                log.info("bell_deaf", database=self._database.name, error=type(error).__name__)
            self._follows = False
            self.ring()
            self._stopped.wait(AGAIN_SECONDS)

    def _follow(self) -> None:
        """Asks for whole batches, which the driver's own change stream does not give out."""
        mongo = self._database.mongo
        with self._database.client.start_session() as session:
            opened = mongo.command(
                "aggregate", 1, pipeline=[{"$changeStream": {}}, *_but(QUIET)], cursor={}, session=session
            )["cursor"]
            self._follows = True
            # What was written before anybody listened.
            self.ring()
            while opened["id"] and not self._stopped.is_set():
                asked = time.monotonic()
                opened = mongo.command(
                    "getMore",
                    opened["id"],
                    collection=COMMAND_CURSORS,
                    maxTimeMS=AWAIT_MS,
                    session=session,
                )["cursor"]
                if opened["nextBatch"]:
                    self.ring()
                if opened["nextBatch"] or time.monotonic() - asked < AWAIT_MS / 2_000:
                    self._stopped.wait(GATHER_SECONDS)
            if opened["id"]:
                mongo.command("killCursors", COMMAND_CURSORS, cursors=[opened["id"]], session=session)


def _but(quiet: Iterable[str]) -> Sequence[dict[str, Any]]:
    """The changes outside some collections, by nothing but their names: what was written is not read here."""
    return [{"$match": {"ns.coll": {"$nin": list(quiet)}}}, {"$project": {"_id": 1}}]
