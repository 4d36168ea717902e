"""Transactions that were given up while the database did not answer: ended as soon as it does.

A request gives up after two seconds, but what it had begun stays open in the server, with its locks, for a minute; a
server that was only frozen may even begin it after that, from what it finds in its sockets.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pymongo
from bson import Binary
from pymongo.client_session import ClientSession
from pymongo.errors import InvalidOperation, PyMongoError

from servicekit.logs import log

ASK_SECONDS = 1.0
ASK_AGAIN_SECONDS = 0.25
# After the first time, and again: what lay in a socket may be begun after it.
PAUSES = (0.0, 0.5, 2.0)
# By then the server has let go of everything by itself.
FORGOTTEN_AFTER = 120.0


@dataclass
class _Left:
    session: ClientSession
    given_up_at: float
    due_at: float
    times: int = 0

    @property
    def session_id(self) -> Binary:
        found: Binary = self.session.session_id["id"]
        return found


class Abandoned:
    """Keeps each session to itself until nothing can be open in it, so that the driver gives it to nobody else.

    `end_sessions` ends what is open in some sessions at the server.
    """

    def __init__(self, end_sessions: Callable[[list[Binary]], None]) -> None:
        self._end_sessions = end_sessions
        self._lock = threading.Lock()
        self._left: list[_Left] = []
        self._thread: threading.Thread | None = None

    def end(self, session: ClientSession) -> None:
        """Returns at once; a thread does it, however long the database is away."""
        now = time.monotonic()
        with self._lock:
            self._left.append(_Left(session, now, now + PAUSES[0]))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="abandoned", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            now = time.monotonic()
            with self._lock:
                if not self._left:
                    self._thread = None
                    return
                ready = [one for one in self._left if one.due_at <= now]
            if ready:
                self._end(ready, now)
            time.sleep(ASK_AGAIN_SECONDS)

    def _end(self, ready: list[_Left], now: float) -> None:
        done = [one for one in ready if now - one.given_up_at > FORGOTTEN_AFTER]
        try:
            with pymongo.timeout(ASK_SECONDS):
                self._end_sessions([one.session_id for one in ready])
        except InvalidOperation:
            done = ready  # our own client was closed: nobody waits any more
        except PyMongoError as error:
            log.info("abandoned_sessions_wait", sessions=len(ready), error=type(error).__name__)
        else:
            for one in ready:
                one.times += 1
                if one.times == len(PAUSES):
                    done.append(one)
                else:
                    one.due_at = time.monotonic() + PAUSES[one.times]
        with self._lock:
            self._left = [one for one in self._left if one not in done]
        for one in done:
            one.session.end_session()
