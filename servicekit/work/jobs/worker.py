"""Who does jobs: one step of a background program's loop takes the next, holds it while it works, and says how it went.

Several may work beside each other; each job is held by one. What a kind does must be right when it was done before, in
part or whole: a worker may die at any moment, and another begins the job anew.
"""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from pymongo.errors import PyMongoError

from servicekit.data.database import is_full
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.logs import log
from servicekit.refusals import Refusal, Stale, Unavailable
from servicekit.work.fairly import Fairly
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import KEPT, LEASE, MOST_TRIES, WORKER_DIED, Job
from servicekit.work.jobs.store import JobStore
from servicekit.work.loop import Step

NO_ROOM = "no-room"
RENEW_SECONDS = LEASE.total_seconds() / 3
# How far a job is, is written so often at most.
TOLD_EVERY_SECONDS = 1.0
DUE_EVERY_SECONDS = 2.0
FORGET_EVERY_SECONDS = 60.0
AFTER_TROUBLE = timedelta(seconds=10)
# Chance only spreads tries over time.
_CHANCE = random.SystemRandom()

Result = Mapping[str, Any]


class JobLost(Exception):
    """It was cancelled, or another worker holds it: nothing of this one's counts any more."""


class Stopping(Exception):
    """The program ends before the job is done."""


@dataclass(frozen=True)
class Kind:
    """`run` gives where the result is. `forget` removes what a job has made, whichever of its tries made it.
    `news` and `entries` say what is told and written down when one is over. A refusal other than that something is
    away is for good.
    """

    key: str
    run: Callable[[Job, "Held"], Result]
    forget: Callable[[Job], None] = lambda _: None
    news: Callable[[Job], Sequence[Event]] = lambda _: ()
    entries: Callable[[Job], Sequence[AuditEntry]] = lambda _: ()
    most_tries: int = MOST_TRIES
    kept: timedelta = KEPT


class Program(Protocol):
    """What the worker is a step of."""

    @property
    def stopping(self) -> bool: ...

    def alive(self) -> None: ...


class _Alone:
    stopping = False

    def alive(self) -> None:
        """Nobody asks."""


class Held:
    """A job in the hands of a worker, renewed from a thread of its own."""

    def __init__(self, store: JobStore, job: Job, now: Callable[[], datetime], program: Program) -> None:
        self._store = store
        self._job = job
        self._now = now
        self._program = program
        self._lock = threading.Lock()
        self._lost = threading.Event()
        self._told_at = now()

    @property
    def job(self) -> Job:
        return self._job

    def tell(self, done: int, whole: int | None = None) -> None:
        """How far it is; asked often. Raises JobLost, Stopping."""
        self.check()
        if (self._now() - self._told_at).total_seconds() >= TOLD_EVERY_SECONDS:
            self._told_at = self._now()
            self._renew(done=done, whole=whole)
            self.check()

    def check(self) -> None:
        if self._lost.is_set():
            raise JobLost
        if self._program.stopping:
            raise Stopping

    @contextmanager
    def renewed(self) -> Iterator[None]:
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(RENEW_SECONDS) and not self._lost.is_set():
                # Away for longer than the lease, the database tells at the next renewal who holds it.
                with suppress(PyMongoError):
                    self._renew()
                self._program.alive()

        renewing = threading.Thread(target=go_on, name=f"holds {self._job.id}", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def end(self, change: Callable[[Job], Job], kind: Kind) -> None:
        """Writes how it went, with what is told of it, if it is still ours. Raises JobLost."""
        with self._lock:
            over = change(self._job)
            events, entries = ((), ()) if over.is_open else (kind.news(over), kind.entries(over))
            try:
                self._job = self._store.save(over, events, entries)
            except Stale as error:
                raise JobLost from error

    def _renew(self, **progress: int | None) -> None:
        with self._lock:
            if self._lost.is_set():
                return
            try:
                self._job = self._store.save(
                    replace(rules.held_on(self._job, self._now()), **progress)  # type: ignore[arg-type]
                )
            except Stale:
                self._lost.set()


class Worker:
    """Of a program that is to end, what it has in hand is put back for another."""

    def __init__(
        self,
        store: JobStore,
        kinds: Sequence[Kind],
        now: Callable[[], datetime],
        *,
        chance: Callable[[], float] = _CHANCE.random,
    ) -> None:
        self._store = store
        self._kinds = {kind.key: kind for kind in kinds}
        self._now = now
        self._chance = chance
        self._program: Program = _Alone()
        self._holder = new_id()
        self._fairly = Fairly()

    def within(self, program: Program) -> None:
        self._program = program

    def steps(self) -> list[Step]:
        return [
            Step("jobs", self.do_next, every=DUE_EVERY_SECONDS, ahead=self._due_within),
            Step("old jobs", self.forget_old, every=FORGET_EVERY_SECONDS, by_clock=True),
        ]

    def _due_within(self, seconds: float) -> bool:
        return bool(self._store.ready(self._now() + timedelta(seconds=seconds)))

    def do_next(self) -> int:
        """The one that has waited longest, of whoever was served longest ago; 0 where none may be taken."""
        for job in self._fairly.in_turn(self._store.ready(self._now()), lambda one: one.owner.account_id):
            self._fairly.serve(job.owner.account_id)
            if self._take_and_do(job):
                return 1
        return 0

    def forget_old(self) -> int:
        old = self._store.to_forget(self._now())
        for job in old:
            kind = self._kinds.get(job.kind)
            if kind is not None:
                kind.forget(job)
            self._store.forget(job)
        return len(old)

    def _take_and_do(self, job: Job) -> bool:
        kind = self._kinds.get(job.kind)
        try:
            if kind is None or job.tries >= kind.most_tries:
                # Begun so often and never ended: whatever it does, it ends its worker.
                log.error("job_dead", job=job.id, kind=job.kind, tries=job.tries)
                over = rules.dead(job, WORKER_DIED if kind else "unknown-kind", self._now())
                self._store.save(over, kind.news(over) if kind else (), kind.entries(over) if kind else ())
                return True
            taken = self._store.save(rules.taken(job, self._holder, self._now()))
        except Stale:
            return False
        held = Held(self._store, taken, self._now, self._program)
        try:
            with held.renewed():
                self._do(held, kind)
        except JobLost:
            log.info("job_lost", job=job.id, kind=job.kind)
        return True

    def _do(self, held: Held, kind: Kind) -> None:
        now = self._now
        try:
            result = kind.run(held.job, held)
        except JobLost:
            raise
        except Stopping:
            held.end(lambda job: rules.put_back(job, now()), kind)
        except PyMongoError as error:
            # The database's trouble is not the job's and does not count against it, but what fills the disk may be.
            with suppress(PyMongoError):
                if is_full(error):
                    self._fail(held, kind, NO_ROOM)
                else:
                    held.end(lambda job: rules.put_back(job, now() + AFTER_TROUBLE), kind)
            raise
        except Refusal as refusal:
            # What is away comes back; anything else that refuses will do so again.
            for_good = not isinstance(refusal, Unavailable | Stale)
            self._fail(held, kind, refusal.slug(), for_good=for_good)
        except Exception as error:  # noqa: BLE001 - a job that fails must not stop those behind it; it is told and counted
            log.error(
                "job_failed", job=held.job.id, kind=kind.key, error=f"{type(error).__name__}: {error}"[:300]
            )
            self._fail(held, kind, type(error).__name__)
        else:
            held.end(lambda job: rules.done(job, result, now(), kind.kept), kind)

    def _fail(self, held: Held, kind: Kind, why: str, *, for_good: bool = False) -> None:
        held.end(
            lambda job: rules.failed(
                job, why, self._now(), self._chance(), kind.most_tries, for_good=for_good
            ),
            kind,
        )
        log.warning("job_try_failed", job=held.job.id, kind=kind.key, why=why, state=held.job.state.value)
