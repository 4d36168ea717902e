"""How often something was done within its minute: counted by this process alone, or by all of them together in Redis.

A minute begins for each key at a second of its own, the same in every process, so that not everybody's begins at once.
"""

import threading
import time
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from limits.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from servicekit.logs import log

SECONDS = 60
# Nobody waits longer for a count than this: seconds.
ANSWER_SECONDS = 0.2
# While Redis is away it is left alone for so long, and each process counts for itself: seconds.
REST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Minute:
    """The one that a key is in; `left`: whole seconds until it is over, at least one."""

    number: int
    left: int


def minute_of(key: str, now: float) -> Minute:
    number, into = divmod(now + zlib.crc32(key.encode()) % SECONDS, SECONDS)
    return Minute(int(number), int(SECONDS - into) + 1)


class Counts(Protocol):
    def add(self, key: str) -> int:
        """One more; how many that makes."""


class CountedHere:
    """Of what is over nothing is kept for longer than a minute: two tables take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = 0.0
        self._now: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def add(self, key: str) -> int:
        with self._lock:
            if time.monotonic() >= self._turn:
                self._before, self._now = self._now, Counter()
                self._turn = time.monotonic() + SECONDS
            count = (self._now[key] or self._before[key]) + 1
            self._now[key] = count
        return count


class CountedTogether:
    """In Redis (or Valkey). While that is away each process counts for itself: limits are wider then, nobody waits."""

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            # A connection that was closed meanwhile is made anew, once; its own pauses would keep a caller waiting.
            retry=Retry(NoBackoff(), 1),
        )
        self._storage = RedisStorage(url, connection_pool=pool, key_prefix="sammelan")
        self._here = CountedHere()
        self._not_before = 0.0

    def add(self, key: str) -> int:
        if time.monotonic() >= self._not_before:
            try:
                return int(self._storage.incr(key, 2 * SECONDS))
            except RedisError as error:
                self._not_before = time.monotonic() + REST_SECONDS
                log.warning("limits_counted_apart", why=type(error).__name__)
        return self._here.add(key)

    def answers(self) -> bool:
        """For the doctor."""
        return bool(self._storage.check())


def counts_at(url: str) -> Counts:
    return CountedTogether(url) if url else CountedHere()
