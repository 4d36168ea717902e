"""One slow part must not hold the callers of the others: few wait for it at a time, and nobody while it is silent.

pybreaker holds its lock while the call runs, so that callers would wait for one another; hence our own few lines
(docs/decisions/0023).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servicekit.refusals import Unavailable
from servicekit.serving import patience
from servicekit.words import N_

# So many calls in a row without an answer in time, and the part counts as silent.
SILENT_AFTER = 5
# Then it is asked again by one caller at a time, this often: seconds.
ASKED_AGAIN_SECONDS = 1.0
# Of the threads that a server answers with, this part may wait for one peer; the others answer what needs it not.
SHARE = 5 / 8
# And so many of them never wait for a peer, also when all peers are slow at once.
SPARED = 1 / 8
# Of a part's places so many stay free for whoever waits for an answer, before somebody takes one who stands aside.
LEFT_FREE = 1 / 2
# How long somebody waits for a place.
MOMENT_SECONDS = 0.1


_threads = 16


def answers_with(threads: int) -> None:
    """Told once by the server, before its first request."""
    global _threads
    _threads = threads


def part_of_threads(share: float) -> int:
    return max(1, int(_threads * share))


class PeerUnavailable(Unavailable):
    title = N_("A part of the system does not answer at the moment ({peer}). Try again shortly.")


class OutsideBusy(Unavailable):
    title = N_("Too many are waiting for the eID at the moment. Try again in a few seconds.")


class OutsideParties:
    """Threads that wait for somebody outside are few and counted; whoever finds no place soon is refused.

    `standing` more may wait a moment for a place: a short crowd is no outage.
    """

    def __init__(self, places: int, standing: int, seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._entered = threading.BoundedSemaphore(places + standing)
        self._seconds = seconds

    @contextmanager
    def place(self) -> Iterator[None]:
        """Raises OutsideBusy."""
        if not self._entered.acquire(blocking=False):
            raise OutsideBusy(retry_after=3)
        try:
            if not self._places.acquire(timeout=self._seconds):
                raise OutsideBusy(retry_after=3)
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._entered.release()


class Bulkhead:
    """The way to one part: `places` callers at most, and after several silences in a row one at a time."""

    def __init__(
        self,
        part: str,
        places: int,
        now: Callable[[], float] = time.monotonic,
        moment: float = MOMENT_SECONDS,
        of_all: threading.Semaphore | None = None,
    ) -> None:
        """`of_all`: places that the ways to all parts have together."""
        self._part = part
        self._of_all = of_all
        self._places = self._free = places
        self._now = now
        self._moment = moment
        self._changed = threading.Condition()
        self._silences = 0
        self._tries = False
        self._tried_at = 0.0

    @contextmanager
    def place(self, *silence: type[BaseException], fair: bool = True) -> Iterator[None]:
        """Raises PeerUnavailable where there is no place in a moment; an exception of these kinds counts as silence.

        Not `fair`: this caller cannot wait long enough for a silence to say anything, or stands aside.
        """
        aside = patience.is_aside()
        tries, fair = self._enter(aside=aside), fair and not aside
        silences = self._silences
        try:
            with self._one_of_all(0.0 if aside else self._moment):
                silences = 0
                try:
                    yield
                except silence:
                    silences = self._silences + 1 if fair else self._silences
                    raise
        finally:
            with self._changed:
                self._free += 1
                self._silences = silences
                if tries:
                    self._tries, self._tried_at = False, self._now()
                self._changed.notify()

    @contextmanager
    def _one_of_all(self, moment: float) -> Iterator[None]:
        if self._of_all is None:
            yield
            return
        if not self._of_all.acquire(timeout=moment):
            raise PeerUnavailable(retry_after=1, peer=self._part)
        try:
            yield
        finally:
            self._of_all.release()

    def _enter(self, *, aside: bool) -> bool:
        """Whether this caller is the one who tries a silent part again."""
        with self._changed:
            self._refuse_while_silent()
            if aside and (self._silences or self._free <= self._places * LEFT_FREE):
                raise PeerUnavailable(retry_after=1, peer=self._part)
            # Many at once are a crowd, not an outage: a part that answers has a place in a moment.
            if not self._changed.wait_for(lambda: self._free > 0, self._moment):
                raise PeerUnavailable(retry_after=1, peer=self._part)
            self._refuse_while_silent()
            self._free -= 1
            tries = self._silences >= SILENT_AFTER
            self._tries = self._tries or tries
            return tries

    def _refuse_while_silent(self) -> None:
        if self._silences < SILENT_AFTER:
            return
        if self._tries or self._now() - self._tried_at < ASKED_AGAIN_SECONDS:
            raise PeerUnavailable(retry_after=1, peer=self._part)


class Bulkheads:
    """One for each part that is called; without `places`, a share of this server's threads may wait for each."""

    def __init__(self, places: int | None = None, moment: float = MOMENT_SECONDS) -> None:
        self._places = places
        self._moment = moment
        self._lock = threading.Lock()
        self._known: dict[str, Bulkhead] = {}
        self._of_all: threading.Semaphore | None = None

    def to(self, part: str) -> Bulkhead:
        with self._lock:
            if part not in self._known:
                if self._places is None and self._of_all is None:
                    self._of_all = threading.BoundedSemaphore(part_of_threads(1 - SPARED))
                places = self._places or part_of_threads(SHARE)
                self._known[part] = Bulkhead(part, places, moment=self._moment, of_all=self._of_all)
            return self._known[part]
