"""The keeper: a program that looks at the calendar for grants. Of several copies one works.

python -m identity.keeper
"""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

from pymongo.errors import DuplicateKeyError, PyMongoError

from identity.operations.keeping import Keeping, tell_ending, tell_unconfirmed
from identity.settings import read_keeper_settings
from identity.store import Store
from servicekit.clock import Clock
from servicekit.database import JOB_TIMEOUT_MS, Database
from servicekit.ids import new_id
from servicekit.leases import Lease
from servicekit.logs import configure, log
from servicekit.migrations import NotMigrated

NAME = "keeper"
# A day begins once, but a clock may be wrong and a grant may be given that ends tomorrow.
LOOK_SECONDS = 60.0
BEAT_SECONDS = 2.0


def look(keeping: Keeping) -> None:
    done = tell_ending(keeping) + tell_unconfirmed(keeping)
    if done:
        log.info("calendar_told", grants=done)


def follow(keeping: Keeping, lease: Lease, stop: threading.Event, beat_file: Path | None) -> None:
    waited = LOOK_SECONDS
    prepared = False
    while not stop.is_set():
        try:
            if not prepared:
                keeping.store.database.keep_session()
                keeping.store.prepare()
                prepared = True
            if lease.hold() and waited >= LOOK_SECONDS:
                look(keeping)
                waited = 0.0
            if beat_file is not None:
                beat_file.touch()
        except DuplicateKeyError:
            log.info("calendar_told_by_another")
        except (PyMongoError, NotMigrated) as error:
            log.warning("keeper_waits", error=type(error).__name__)
        stop.wait(BEAT_SECONDS)
        waited += BEAT_SECONDS


def main() -> None:
    settings = read_keeper_settings()
    common = settings.common
    configure(NAME, common.log_level)
    database = Database(common.mongo_url, common.database("identity"), JOB_TIMEOUT_MS)
    lease = Lease(database, NAME, new_id())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("keeper_started", pid=os.getpid())
    beat_file = os.environ.get("BEAT_FILE")
    keeping = Keeping(Store(database), Clock(common.zone), settings.roles)
    follow(keeping, lease, stop, Path(beat_file) if beat_file else None)
    with suppress(PyMongoError):
        lease.release()


if __name__ == "__main__":
    main()
