"""One slow part must not hold the callers of the others: few wait for it at a time, and nobody while it is silent.

pybreaker holds its lock while the call runs, so that callers would wait for one another; hence our own few lines
(docs/decisions/0023).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servicekit.refusals import Unavailable
from servicekit.words import N_

# So many calls in a row without an answer in time, and the part counts as silent.
SILENT_AFTER = 5
# Then it is asked again by one caller at a time, this often: seconds.
ASKED_AGAIN_SECONDS = 1.0
# How long somebody waits for a place.
MOMENT_SECONDS = 0.1


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
    ) -> None:
        self._part = part
        self._free = places
        self._now = now
        self._moment = moment
        self._changed = threading.Condition()
        self._silences = 0
        self._asked_at = 0.0

    @contextmanager
    def place(self, *silence: type[BaseException]) -> Iterator[None]:
        """Raises PeerUnavailable where there is no place in a moment; an exception of these kinds counts as silence."""
        self._enter()
        silent = False
        try:
            yield
        except silence:
            silent = True
            raise
        finally:
            with self._changed:
                self._free += 1
                self._silences = self._silences + 1 if silent else 0
                self._changed.notify()

    def _enter(self) -> None:
        with self._changed:
            self._refuse_while_silent()
            # Many at once are a crowd, not an outage: a part that answers has a place in a moment.
            if not self._changed.wait_for(lambda: self._free > 0, self._moment):
                raise PeerUnavailable(retry_after=1, peer=self._part)
            self._refuse_while_silent()
            if self._silences >= SILENT_AFTER:
                self._asked_at = self._now()
            self._free -= 1

    def _refuse_while_silent(self) -> None:
        silent = self._silences >= SILENT_AFTER
        if silent and self._now() - self._asked_at < ASKED_AGAIN_SECONDS:
            raise PeerUnavailable(retry_after=1, peer=self._part)


class Bulkheads:
    """One for each part that is called."""

    def __init__(self, places: int, moment: float = MOMENT_SECONDS) -> None:
        self._places = places
        self._moment = moment
        self._lock = threading.Lock()
        self._known: dict[str, Bulkhead] = {}

    def to(self, part: str) -> Bulkhead:
        with self._lock:
            return self._known.setdefault(part, Bulkhead(part, self._places, moment=self._moment))
