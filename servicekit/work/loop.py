"""Background programs: a loop holds a lease, does its steps while they find work, and waits for the bell.

A program is one or more loops, each in a thread of its own. When one breaks, all end, and whoever watches the
program starts it anew. Several copies may run: of each loop one works.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from pymongo.errors import PyMongoError

from servicekit.data.database import Database, one_client
from servicekit.data.room import Room
from servicekit.logs import configure, log
from servicekit.refusals import Refusal
from servicekit.settings import environment
from servicekit.work.bell import Bell
from servicekit.work.leases import Lease

# How often a step is looked at though no bell rang: what the bell misses is late by this much.
LOOK_SECONDS = 15.0
REST_SECONDS = 1.0
BEAT_SECONDS = 5.0
FIRST_REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0
# What is wrong with the database, or with one record, passes or concerns that record alone; anything else is a fault.
TROUBLE = (PyMongoError, Refusal, LookupError)


def rest(failures: int) -> float:
    """Seconds to leave something alone after so many failures in a row."""
    return min(LONGEST_REST_SECONDS, FIRST_REST_SECONDS * 2.0 ** min(failures - 1, 8))


class Step:
    """One kind of work: `work()` gives how much it did, and is asked again until that is nothing.

    `every`: how often it is looked at without a bell. `ahead`: whether anything becomes due by itself within so many
    seconds; where nothing does, it is looked at as seldom as steps that only hear the bell. `by_clock`: no bell is its
    business. `away`: errors that say that what it needs is not there; it is left alone for a while, and the other steps
    go on. `afresh`: what it has begun is no longer worth anything.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], int],
        *,
        every: float = LOOK_SECONDS,
        ahead: Callable[[float], bool] = lambda _: True,
        by_clock: bool = False,
        away: tuple[type[Exception], ...] = (),
        afresh: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self._work = work
        self._every = every
        self._ahead = ahead
        self._by_clock = by_clock
        self._away = away
        self._afresh = afresh
        self._failures = 0
        self._not_before = 0.0
        self._look_at = 0.0
        self._seen = -1

    def due_at(self, rung: int) -> float:
        """The moment (monotonic) from which it has something to look for, when the bell has rung so often."""
        heard = not self._by_clock and rung != self._seen
        return max(self._not_before, 0.0 if heard else self._look_at)

    def run(self, rung: int) -> int:
        try:
            done = self._work()
        except self._away as error:
            self._failures += 1
            self._not_before = time.monotonic() + rest(self._failures)
            self.begin_afresh()
            log.warning("step_rests", step=self.name, why=_why(error), failures=self._failures)
            return 0
        self._failures = 0
        if not done:
            self._seen = rung
            seldom = self._every < LOOK_SECONDS and not self._ahead(LOOK_SECONDS)
            self._look_at = time.monotonic() + (LOOK_SECONDS if seldom else self._every)
        return done

    def begin_afresh(self) -> None:
        if self._afresh is not None:
            self._afresh()


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


class Piecemeal:
    """Work that yields after each piece, so that other steps have their turn between; its last piece is followed by a
    new beginning.

    `in_rounds`: the new beginning waits until the step is looked at again, for there is always something to be seen.
    """

    def __init__(self, begin: Callable[[], Iterator[int]], *, in_rounds: bool = False) -> None:
        self._begin = begin
        self._in_rounds = in_rounds
        self._at_work = False
        self._pieces: Iterator[int] = iter(())

    def work(self) -> int:
        done = next(self._pieces, 0)
        over = self._in_rounds and self._at_work and not done
        if not done and not over:
            self._pieces = self._begin()
            done = next(self._pieces, 0)
        self._at_work = bool(done)
        return done

    def begin_afresh(self) -> None:
        self._pieces, self._at_work = iter(()), False


class Slowly:
    """Work of which one piece is done each time the step is looked at; after the last it begins anew."""

    def __init__(self, begin: Callable[[], Iterator[object]]) -> None:
        self._begin = begin
        self._pieces: Iterator[object] | None = None

    def work(self) -> int:
        """Always 0: the next piece waits for its time."""
        if self._pieces is None:
            self._pieces = self._begin()
        if next(self._pieces, None) is None:
            self._pieces = None
        return 0

    def begin_afresh(self) -> None:
        self._pieces = None


class Loop:
    """Steps in their order under one lease. `prepare` is tried until it succeeds, before any work."""

    def __init__(
        self,
        name: str,
        database: Database,
        lease: Lease,
        steps: Sequence[Step],
        *,
        prepare: Callable[[], None] = lambda: None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.database = database
        self._lease = lease
        self._steps = tuple(steps)
        self._prepare = prepare
        self._close = close
        self._prepared = False
        self._stop = threading.Event()
        self._beat: Beat | None = None

    @property
    def stopping(self) -> bool:
        """For steps that take long: they end soon when it is."""
        return self._stop.is_set()

    def alive(self) -> None:
        """Said by a step that takes long."""
        if self._beat is not None:
            self._beat.beat()

    def turn(self, rung: int) -> int:
        """One pass over the steps that are due; how much was done, 0 also while another copy works."""
        if not self._prepared:
            self._prepare()
            self._prepared = True
        if not self._lease.hold():
            self._begin_afresh()
            return 0
        now = time.monotonic()
        done, trouble = 0, None
        for step in self._steps:
            if step.due_at(rung) <= now:
                try:
                    done += step.run(rung)
                except TROUBLE as error:
                    # The steps after it have their turn; the loop rests afterwards.
                    log.warning("step_failed", step=step.name, error=_why(error))
                    trouble = trouble or error
        if trouble is not None:
            raise trouble
        return done

    def run(self, stop: threading.Event, bell: Bell, beat: "Beat", room: Room) -> None:
        """Goes on until `stop` is set, and waits while there is no room to write."""
        self._stop, self._beat = stop, beat
        while not stop.is_set():
            if room.is_used_up:
                self._begin_afresh()
                beat.beat()
                stop.wait(REST_SECONDS)
                continue
            rung = bell.rung
            try:
                done = self.turn(rung)
            except TROUBLE as error:
                log.warning("loop_waits", loop=self.name, error=_why(error))
                self._begin_afresh()
                stop.wait(REST_SECONDS)
                continue
            beat.beat()
            if not done:
                self._idle(rung, stop, bell)
        self._close()
        with suppress(PyMongoError):
            self._lease.release()

    def _idle(self, rung: int, stop: threading.Event, bell: Bell) -> None:
        renewing = min(self._lease.seconds / 2, BEAT_SECONDS)
        if not self._lease.held:
            stop.wait(renewing)
            return
        next_look = min(step.due_at(rung) for step in self._steps) - time.monotonic()
        if next_look > 0:
            bell.wait(rung, min(next_look, renewing))

    def _begin_afresh(self) -> None:
        for step in self._steps:
            step.begin_afresh()


class Beside(Protocol):
    """What else a program does in a thread of its own, without lease or bell."""

    @property
    def name(self) -> str: ...

    def run(self, stop: threading.Event) -> None: ...


class Beat:
    """A file whose age says that the program is alive: for health checks and the readiness page."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def beat(self) -> None:
        if self._path is not None:
            self._path.touch()


def run_program(name: str, parts: Callable[[], Sequence[Loop | Beside]]) -> int:
    """Runs a program's parts until SIGTERM or SIGINT; its exit status: 1 when one of them broke."""
    env = environment()
    beat_file, level = env.str("BEAT_FILE", ""), env.str("LOG_LEVEL", "INFO")
    folder = env.str("DATABASE_DIR", "")
    env.seal()
    configure(name, level or "INFO")
    with one_client():
        made = parts()
    return run_parts(
        name, made, Path(beat_file) if beat_file else None, Room(Path(folder) if folder else None)
    )


def run_parts(name: str, parts: Sequence[Loop | Beside], beat_file: Path | None, room: Room) -> int:
    stop, broken = threading.Event(), threading.Event()
    bells: dict[str, Bell] = {}
    for part in parts:
        if isinstance(part, Loop):
            bells.setdefault(part.database.name, Bell(part.database))

    def end(*_: object) -> None:
        stop.set()
        for bell in bells.values():
            bell.stop()

    def until_broken(part: Loop | Beside) -> None:
        try:
            if isinstance(part, Loop):
                part.run(stop, bells[part.database.name], Beat(beat_file), room)
            else:
                part.run(stop)
        except BaseException:
            broken.set()
            end()
            raise

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    for bell in bells.values():
        bell.start()
    threads = [threading.Thread(target=until_broken, args=(part,), name=part.name) for part in parts]
    for thread in threads:
        thread.start()
    log.info("program_started", program=name, parts=[part.name for part in parts], pid=os.getpid())
    for thread in threads:
        thread.join()
    return 1 if broken.is_set() else 0
