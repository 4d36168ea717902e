"""How a revocation reaches every worker that verifies tokens.

Identity lists what takes rights away in a feed. Each worker follows it in one long answer, which says at least twice a
second that nothing else was revoked; while that is not to be had, it asks again and again.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.words import N_

# The promise is that a revocation holds everywhere within 2 s.
FEED_SECONDS = 0.6
# A worker that has not heard from identity for this long no longer trusts any token.
FEED_STALE_SECONDS = 10.0
# And takes no writes after so long: a revocation that identity acknowledged just before it failed is not overrun.
WRITES_STALE_SECONDS = 2.0
FIRST_SECONDS = 1.0
# Longer than any token lives: of a session that ended before, none is left that anybody could show.
SESSION_KEPT_SECONDS = 900.0
# Who asks for anything else of identity must not keep the feed waiting.
FEED = "feed"
THREAD = "revocations"
# In `below`: tokens of everybody, whatever they owe to whom. No account has this id.
EVERYBODY = "*"


class RevocationsUnknown(Unavailable):
    title = N_("It cannot be checked just now whether this sign-in still holds. Try again shortly.")


@dataclass(frozen=True)
class Revocations:
    """What the feed answers: entries since the `seq` that was asked for, and the one to ask for next.

    `below`: accounts, each with the `seq` at which what others owe them has changed; tokens of before are over. Under
    EVERYBODY, the one at which what everybody may do has changed.
    `age`: for how many seconds, at the most, more may have been revoked.
    """

    seq: int
    generations: dict[str, int]
    sessions: list[str]
    age: float = 0.0
    below: dict[str, int] = field(default_factory=dict)


class RevocationFeed:
    """Follows identity's feed in a thread of its own: by `follow(after)`, news as they come, for as long as that goes
    on; otherwise `fetch(after)` asks once.

    The thread starts with the first question, so that it lives in the worker and not in gunicorn's parent.
    """

    def __init__(
        self,
        fetch: Callable[[int], Revocations],
        follow: Callable[[int], Iterator[Revocations]] = lambda _: iter(()),
    ) -> None:
        self._fetch = fetch
        self._follow = follow
        self._lock = threading.Lock()
        self._seq = 0
        self._generations: dict[str, int] = {}
        self._sessions: dict[str, float] = {}  # when heard, oldest first
        self._below: dict[str, int] = {}
        self._newest_below = 0
        self._heard = self._began = 0.0
        self._first = threading.Event()
        self._asking = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[Revocations], None]] = []

    def listen(self, listener: Callable[[Revocations], None]) -> None:
        self._listeners.append(listener)

    def is_revoked(self, account_id: str, session_id: str, generation: int, *, writing: bool = False) -> bool:
        """Raises RevocationsUnknown where nothing has been heard for too long."""
        self.follow()
        # Who comes before the first answer waits for it; afterwards one asks, and the others are refused.
        self._first.wait(max(0.0, self._began + FIRST_SECONDS - time.monotonic()))
        bound = WRITES_STALE_SECONDS if writing else FEED_STALE_SECONDS
        if time.monotonic() - self._heard > bound:
            if self._asking.acquire(blocking=False):
                try:
                    self._once()
                finally:
                    self._asking.release()
            if time.monotonic() - self._heard > bound:
                raise RevocationsUnknown
        return session_id in self._sessions or generation < self._generations.get(account_id, 0)

    def falls_with(self, owed_to: Iterable[str], seq: int) -> bool:
        """Whether something has changed at one of these accounts, or for everybody, since the token with this `seq`
        was made."""
        if seq >= self._newest_below:
            return False
        if self._below.get(EVERYBODY, 0) > seq:
            return True
        return any(self._below.get(one, 0) > seq for one in owed_to)

    def follow(self) -> None:
        """Starts the thread if it does not run yet."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._began = time.monotonic()
                self._thread = threading.Thread(target=self._keep_asking, name=THREAD, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Nothing is heard from now on, and with the question that is being asked the thread ends."""
        self._stopped.set()

    def _keep_asking(self) -> None:
        while not self._stopped.is_set():
            self._once()
            began = time.monotonic()
            self._hear()
            # Who listened in vain has waited already.
            self._stopped.wait(max(0.0, FEED_SECONDS - (time.monotonic() - began)))

    def _hear(self) -> None:
        try:
            for news in self._follow(self._seq):
                self._take(news, time.monotonic() - news.age)
                if self._stopped.is_set():
                    return
        except Exception as error:  # noqa: BLE001 - whatever is wrong, it is asked for again
            log.debug("revocation_feed_asked", error=type(error).__name__)

    def _once(self) -> None:
        # What the answer holds is as old as the question.
        asked = time.monotonic()
        try:
            news = self._fetch(self._seq)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the feed counts as unheard
            log.warning("revocation_feed_unheard", error=type(error).__name__)
            return
        self._take(news, asked)

    def _take(self, news: Revocations, as_of: float) -> None:
        with self._lock:
            self._generations.update(news.generations)
            self._note_sessions(news.sessions, as_of)
            self._below.update(news.below)
            self._newest_below = max(self._newest_below, *news.below.values(), 0)
            self._seq = news.seq
            self._heard = max(self._heard, as_of)
        self._first.set()
        for listener in self._listeners:
            listener(news)

    def _note_sessions(self, ended: Iterable[str], as_of: float) -> None:
        for one in ended:
            self._sessions.pop(one, None)
            self._sessions[one] = as_of
        for one in list(self._sessions):
            if as_of - self._sessions[one] <= SESSION_KEPT_SECONDS:
                break
            del self._sessions[one]
