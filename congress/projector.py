"""The roll-up projector: a program that counts what changed, makes congresses and looks at the clock.

Several copies may run; one works, and another takes over within three seconds when it dies.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pymongo.errors import PyMongoError

from congress.app import open_outside
from congress.operations import plan_life, projection
from congress.operations.outside import Outside
from congress.settings import read_settings
from servicekit.ids import new_id
from servicekit.leases import Lease
from servicekit.logs import configure, log
from servicekit.refusals import Refusal

NAME = "projector"
IDLE_SECONDS = 0.2
# How often the calendar is looked at: a day begins once, and a plan may be opened at any time.
REMIND_SECONDS = 30.0
REST_SECONDS = 1.0
# Counting happens once whoever does it, so a lease that ends while its holder works costs nothing.
LEASE_SECONDS = 3.0


class Projector:
    """One pass after another; each leaves everything in a state from which anyone can go on."""

    def __init__(self, outside: Outside, lease: Lease) -> None:
        self._outside = outside
        self._lease = lease
        self._prepared = False
        self._cascade: Iterator[int] = iter(())
        self._spread: Iterator[int] = iter(())
        self._remind_at = 0.0

    def work(self) -> int:
        """How much was done; 0 when there is nothing to do or another copy works."""
        if not self._prepared:
            self._outside.database.keep_session()
            self._outside.prepare()
            self._prepared = True
        if not self._lease.hold():
            self._cascade = iter(())
            return 0
        done = projection.count_changes(self._outside)
        made = next(self._cascade, 0)
        if not made:
            self._cascade = projection.run_cascades(self._outside)
            made = next(self._cascade, 0)
        moved = next(self._spread, 0)
        if not moved:
            self._spread = plan_life.spread_deadlines(self._outside)
            moved = next(self._spread, 0)
        done += moved
        if time.monotonic() >= self._remind_at:
            done += projection.give_reminders(self._outside)
            self._remind_at = time.monotonic() + REMIND_SECONDS
        return done + made

    def fail(self) -> None:
        """After an error what was begun is looked up afresh."""
        self._cascade = iter(())
        self._spread = iter(())


def follow(projector: Projector, stop: threading.Event, beat_file: Path | None) -> None:
    while not stop.is_set():
        try:
            done = projector.work()
            if beat_file is not None:
                beat_file.touch()
        except (PyMongoError, Refusal) as error:
            log.warning("projector_waits", error=type(error).__name__)
            projector.fail()
            stop.wait(REST_SECONDS)
        else:
            if not done:
                stop.wait(IDLE_SECONDS)


def main() -> None:
    settings = read_settings()
    configure(NAME, settings.common.log_level)
    outside = open_outside(settings)
    lease = Lease(outside.database, NAME, new_id(), LEASE_SECONDS)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("projector_started", pid=os.getpid())
    beat_file = os.environ.get("BEAT_FILE")
    follow(Projector(outside, lease), stop, Path(beat_file) if beat_file else None)
    lease.release()


if __name__ == "__main__":
    main()
