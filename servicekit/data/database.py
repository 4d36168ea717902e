"""The way to MongoDB: one client a process, transactions, and the driver's errors told apart.

Every write through the kit joins the transaction that is open in this context, if one is.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from typing import Any, TypeVar, cast

import pymongo
from bson import Binary
from pymongo import MongoClient, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.database import Database as MongoDatabase
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from servicekit.data.abandoned import Abandoned

Document = dict[str, Any]
Mongo = MongoDatabase[Document]
T = TypeVar("T")

Clients = dict[tuple[str, int], MongoClient[Document]]

_session: ContextVar[ClientSession | None] = ContextVar("session", default=None)
_shared: ContextVar[Clients | None] = ContextVar("shared", default=None)

# A request must answer 503 within 3 s when the database is gone, also on a busy machine.
REQUEST_TIMEOUT_MS = 2_000
# Programs that work in batches may wait for a server that restarts, and for what a program that was killed within a
# transaction still holds: the database lets go of it after 60 s (transactionLifetimeLimitSeconds).
JOB_TIMEOUT_MS = 90_000

# A server that is there says so at once; with the request's own time-out this still is an answer within 3 s.
ANSWERS_WITHIN = 0.5
# While the database is gone it is asked again this often, by one thread; everybody else is refused at once: seconds.
ASK_AGAIN_SECONDS = 0.3
ASK_SECONDS = 1.0

OUT_OF_DISK_SPACE = 14031
NO_SPACE = "No space left on device"
STOPPED = "WT_PANIC"

GONE = (
    ServerSelectionTimeoutError,
    AutoReconnect,
    NetworkTimeout,
    ConnectionFailure,
    ExecutionTimeout,
    WTimeoutError,
)


@contextmanager
def one_client() -> Iterator[None]:
    """Databases of one server that are opened within share their client.

    For a program that follows several: each client has threads of its own, which wake twice a second.
    """
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


def _client(url: str, name: str, timeout_ms: int) -> MongoClient[Document]:
    shared = _shared.get()
    if shared is not None and (url, timeout_ms) in shared:
        return shared[url, timeout_ms]
    made: MongoClient[Document] = MongoClient(
        url,
        tz_aware=True,
        connect=False,
        serverSelectionTimeoutMS=min(timeout_ms, 2_000),
        connectTimeoutMS=1_500,
        socketTimeoutMS=timeout_ms,
        w="majority",
        journal=True,
        maxPoolSize=50,
        appname=name,
    )
    if shared is not None:
        shared[url, timeout_ms] = made
    return made


class Database:
    """One service's database, with majority-acknowledged, journalled writes."""

    def __init__(self, url: str, name: str, timeout_ms: int = REQUEST_TIMEOUT_MS) -> None:
        self.client = _client(url, name, timeout_ms)
        self.name = name
        self._timeout_ms = timeout_ms
        self.mongo: Mongo = self.client[name]
        self._kept: ClientSession | None = None
        self._abandoned = Abandoned(self._end_sessions)
        self._gone = threading.Event()
        self._lock = threading.Lock()

    def found_gone(self) -> None:
        """From now on `is_known_gone`, until it has answered a thread that asks all the time."""
        with self._lock:
            if not self._gone.is_set():
                self._gone.set()
                threading.Thread(target=self._until_it_answers, name="database-gone", daemon=True).start()

    @property
    def is_known_gone(self) -> bool:
        return self._gone.is_set()

    def _until_it_answers(self) -> None:
        while True:
            try:
                with pymongo.timeout(ASK_SECONDS):
                    self.ping()
            except PyMongoError:
                time.sleep(ASK_AGAIN_SECONDS)
            else:
                self._gone.clear()
                return

    def keep_session(self) -> Binary:
        """From now on all transactions run in one session; for programs of one thread. The id that ends it."""
        if self._kept is None:
            self._kept = self.client.start_session()
            self.client.admin.command("ping", session=self._kept)
        return cast(Binary, self._kept.session_id["id"])

    @property
    def kept_session(self) -> Binary | None:
        return self.keep_session() if self._kept else None

    def end_session(self, session_id: Binary) -> None:
        """Undoes what a dead program left open: its locks would stand for a minute and stop everybody's writes."""
        self._end_sessions([session_id])

    def _end_sessions(self, session_ids: list[Binary]) -> None:
        self.client.admin.command("killSessions", [{"id": one} for one in session_ids])

    def in_transaction(self, work: Callable[[], T], seconds: float | None = None) -> T:
        """Runs `work` in a transaction (again, when it collided: it must be repeatable); joins one that is open.

        `seconds`: how long all of it may take, where that is not the database's own limit.
        """
        if _session.get() is not None:
            return work()
        # The driver alone would go on trying for two minutes when the database is gone.
        with pymongo.timeout(seconds or self._timeout_ms / 1000), self._session() as session:

            def attempt(own: ClientSession) -> T:
                token = _session.set(own)
                try:
                    return work()
                finally:
                    _session.reset(token)

            return session.with_transaction(
                attempt, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
            )

    @contextmanager
    def _session(self) -> Iterator[ClientSession]:
        if self._kept is not None:
            # Its next transaction takes the place of one that was given up.
            yield self._kept
            return
        own = self.client.start_session()
        try:
            yield own
        except PyMongoError as error:
            if not is_gone(error):
                own.end_session()
                raise
            # The driver would forget it; the server would keep its locks for a minute, in everybody's way.
            self._abandoned.end(own)
            raise
        except BaseException:
            own.end_session()
            raise
        own.end_session()

    def answers(self) -> bool:
        """Whether the server is there at all, however long a single write waits for another.

        Asked when a request's own time is over, which in its context would end this too.
        """
        return Context().run(self._answers)

    def _answers(self) -> bool:
        try:
            with pymongo.timeout(ANSWERS_WITHIN):
                self.ping()
        except PyMongoError:
            return False
        return True

    def ping(self) -> None:
        self.client.admin.command("ping")


def session() -> ClientSession | None:
    """The session of the open transaction: pass it to every driver call that may stand in one."""
    return _session.get()


class AskedInTransaction(RuntimeError):
    """Somebody else was asked while a transaction was open: its locks would stand as long as they keep us waiting."""


def require_no_transaction() -> None:
    if _session.get() is not None:
        raise AskedInTransaction


@contextmanager
def apart() -> Iterator[None]:
    """Writes in here stand by themselves: they stay when the open transaction is refused."""
    token = _session.set(None)
    try:
        yield
    finally:
        _session.reset(token)


def is_gone(error: PyMongoError) -> bool:
    """Whether the error says that the database cannot be reached just now, rather than that we asked wrongly."""
    return isinstance(error, GONE) or error.timeout or error.has_error_label("TransientTransactionError")


def is_full(error: PyMongoError) -> bool:
    """Whether a write found no room on the server's disk."""
    return getattr(error, "code", None) == OUT_OF_DISK_SPACE or NO_SPACE in str(error)


def is_stopped(error: PyMongoError) -> bool:
    """Whether the embedded database can do nothing more until it is started anew, as after a full disk."""
    return STOPPED in str(error)
