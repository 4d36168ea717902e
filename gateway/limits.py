"""Limits: per session and per account, and generous per address, for sixty people may sit behind one.

And how many files one account may be sending at once: places for them are few, and long in use.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.counting import Counts, minute_of
from servicekit.refusals import TooMany, Unavailable
from servicekit.words import N_

# Of forward.FILE_PLACES: more than a worker of a service takes from one (servicekit.serving.worker.FILE_SHARE).
FILES_EACH = 8


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    reset: int  # seconds

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class OverLimit(TooMany):
    """`allowance` says what the limit is and when it begins anew."""

    title = N_("Too many requests. Wait a moment and try again.")

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(retry_after=allowance.reset)
        self.allowance = allowance

    @classmethod
    def slug(cls) -> str:
        return TooMany.slug()


class TooManyFiles(Unavailable):
    title = N_("Too many files are on their way from you at once. Wait until one of them has arrived.")


class UnderWay:
    """What is on its way now, by whose it is."""

    def __init__(self, each: int = FILES_EACH) -> None:
        self._each = each
        self._lock = threading.Lock()
        self._count: Counter[str] = Counter()

    @contextmanager
    def one_of(self, whose: str) -> Iterator[None]:
        """Raises TooManyFiles."""
        with self._lock:
            if self._count[whose] >= self._each:
                raise TooManyFiles(retry_after=3)
            self._count[whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._count[whose] -= 1
                if not self._count[whose]:
                    del self._count[whose]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a minute, by whom."""

    session: int
    account: int
    address: int
    sign_in: int


class Limits:
    def __init__(self, rates: Rates, counts: Counts, now: Callable[[], float] = time.time) -> None:
        self._rates = rates
        self._counts = counts
        self._now = now
        self.files = UnderWay()

    def address(self, address: str) -> Allowance:
        return self._hit(self._rates.address, "address", address)

    def sign_in(self, address: str) -> None:
        """What everybody may ask without an account, and what costs an eID or the audit something."""
        self._hit(self._rates.sign_in, "sign-in", address)

    def person(self, session_id: str, account_id: str) -> Allowance:
        self._hit(self._rates.account, "account", account_id)
        return self._hit(self._rates.session, "session", session_id)

    def _hit(self, rate: int, kind: str, who: str) -> Allowance:
        """Raises OverLimit, with the seconds to wait."""
        key = f"{kind}/{who}"
        minute = minute_of(key, self._now())
        count = self._counts.add(f"{key}/{minute.number}")
        allowance = Allowance(rate, max(0, rate - count), minute.left)
        if count > rate:
            raise OverLimit(allowance)
        return allowance
