"""Changes of stored documents that come with a new version: numbered, each done once, forward only.

A migration runs once in each database, but may be cut off anywhere: then it runs again from its start, so it must be
right twice. While it runs, the version before it may still be working beside it.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from servicekit.data.database import Database, Document, session
from servicekit.ids import new_id
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.words import N_
from servicekit.work.leases import LEASE_SECONDS, Lease

APPLIED = "migrations"
# What the relay and whoever waits for a lease make in a database before its service has ever written there.
MADE_BY_OTHERS = frozenset({"events", "heads", "cursors", "leases", "outboxes"})
LOOK_AGAIN_SECONDS = 0.5
RENEW_SECONDS = LEASE_SECONDS / 3


class NotMigrated(Unavailable):
    title = N_("The stored data are still being brought up to date. Try again later.")


class LeaseLost(Exception):
    """Another runner took over while this one was away; what it did may stand, and the other does it again."""


@dataclass(frozen=True)
class Migration:
    """`run` gets the service's database, and must be right when a part of it was done before."""

    number: int
    name: str
    run: Callable[[Database], None]


def waiting(database: Database, migrations: Sequence[Migration]) -> list[Migration]:
    """Those that this database has not had, the lowest number first."""
    done = _done(database)
    return sorted((one for one in migrations if one.number not in done), key=lambda one: one.number)


def unknown(database: Database, migrations: Sequence[Migration]) -> list[Document]:
    """Those that the database has had and this version does not know: it was written by a newer one."""
    known = {one.number for one in migrations}
    return [done for number, done in sorted(_done(database).items()) if number not in known]


def _done(database: Database) -> dict[int, Document]:
    return {found["_id"]: found for found in database.mongo[APPLIED].find({})}


def require_migrated(database: Database, migrations: Sequence[Migration]) -> None:
    """Raises NotMigrated where something waits. An empty database has nothing to change, and is marked so."""
    if not waiting(database, migrations):
        return
    # A mark that was taken back may leave its collection, which is empty.
    if not set(database.mongo.list_collection_names()) - MADE_BY_OTHERS - {APPLIED}:
        marks = [_applied(one) for one in migrations]
        # In one piece: whoever starts beside us sees all of them or an empty database.
        with suppress(BulkWriteError, DuplicateKeyError):
            database.in_transaction(lambda: database.mongo[APPLIED].insert_many(marks, session=session()))
    # Also where another marked it since we looked.
    if waiting(database, migrations):
        log.warning("migrations_wait", database=database.name, do="sammelan migrate")
        raise NotMigrated


def migrate(
    database: Database, migrations: Sequence[Migration], seconds: float = 3600.0
) -> Iterator[Migration]:
    """Runs what waits, one after the other, and tells each that is done. Of several runners one works.

    The database must be of the runner alone: all transactions go through one session, which is ended by whoever takes
    over from a dead runner. Raises TimeoutError where another works for longer than `seconds`.
    """
    database.keep_session()
    lease = Lease(database, APPLIED, new_id())
    deadline = time.monotonic() + seconds
    while waiting(database, migrations):
        if not lease.hold():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Another runner is bringing {database.name} up to date.")
            time.sleep(LOOK_AGAIN_SECONDS)
            continue
        try:
            # Looked up again: another may have done it before it let go of the lease.
            for one in waiting(database, migrations):
                with _held(lease):
                    one.run(database)
                _mark(database, one)
                yield one
        finally:
            lease.release()


def _mark(database: Database, done: Migration) -> None:
    try:
        database.mongo[APPLIED].insert_one(_applied(done))
    except DuplicateKeyError:
        log.info("migration_done_by_another", database=database.name, number=done.number)


def _applied(one: Migration) -> Document:
    return {"_id": one.number, "name": one.name, "at": datetime.now(UTC)}


@contextmanager
def _held(lease: Lease) -> Iterator[None]:
    """Renews the lease while the body works; LeaseLost where another took it meanwhile."""
    over, lost = threading.Event(), threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                if not lease.hold():
                    lost.set()
                    return
            except PyMongoError as error:
                log.warning("lease_not_renewed", error=type(error).__name__)

    renewing = threading.Thread(target=renew, daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
    if lost.is_set() or not lease.hold():
        raise LeaseLost


__all__ = ["LeaseLost", "Migration", "NotMigrated", "migrate", "require_migrated", "unknown", "waiting"]
