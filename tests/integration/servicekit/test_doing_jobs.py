"""Jobs in the database: in the write that asks for them, done once, taken over, cancelled, dead, forgotten."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from servicekit.data.database import OUT_OF_DISK_SPACE, Database
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import NotFound, Unavailable
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import (
    LEASE,
    LONGEST_WAIT,
    MOST_OPEN,
    MOST_TRIES,
    Job,
    JobUnknown,
    Owner,
    State,
    TooManyJobs,
)
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Held, JobLost, Kind, Result, Worker
from tests.integration.servicekit.conftest import an_origin, eventually
from tests.processes import DatabaseServer, start

PROGRAM = "tests.integration.servicekit.job_program"
Made = Callable[..., Database]


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, by: timedelta) -> None:
        self.now += by


class Ending:
    """A program that has been told to end."""

    stopping = True

    def alive(self) -> None:
        return


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def store(new_database: Made) -> JobStore:
    made = JobStore(new_database("jobs"), an_origin)
    made.prepare()
    return made


def a_job(name: str, clock: Callable[[], datetime], **changes: Any) -> Job:
    return Job(name, "count", Owner("a"), {"n": 1}, clock(), clock(), **changes)


def worker_of(store: JobStore, run: Callable[[Job, Held], Result], clock: Hand, **more: Any) -> Worker:
    told = more.pop("kind", {})
    return Worker(store, [Kind("count", run, **told)], clock, chance=lambda: 0.5, **more)


def found(store: JobStore, name: str) -> Job:
    job = store.find(name)
    assert job is not None
    return job


def test_a_job_is_asked_for_in_the_write_that_needs_it_or_not_at_all(store: JobStore, clock: Hand) -> None:
    def ask_and_fail() -> None:
        store.add(a_job("j", clock))
        raise NotFound

    with pytest.raises(NotFound):
        store.database.in_transaction(ask_and_fail)
    assert store.find("j") is None
    store.database.in_transaction(lambda: store.add(a_job("k", clock)))
    assert found(store, "k") == a_job("k", clock, version=1)


def test_two_workers_do_a_job_once(store: JobStore, clock: Hand) -> None:
    done: list[str] = []
    together = threading.Barrier(2)

    def run(job: Job, held: Held) -> Result:
        done.append(job.id)
        return {"made": job.id}

    for number in range(12):
        store.add(a_job(f"j{number}", clock))

    def work() -> None:
        worker = worker_of(store, run, clock)
        together.wait()
        while worker.do_next():
            pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(f"j{number}" for number in range(12))
    assert {found(store, name).state for name in done} == {State.DONE}
    assert found(store, "j3").result == {"made": "j3"}


def test_what_a_killed_worker_left_another_begins_anew(
    store: JobStore, database_server: DatabaseServer, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    store.add(Job("j", "count", Owner("a"), {}, now, now))
    steps = store.database.mongo["steps"]
    program = start(
        [sys.executable, "-m", PROGRAM, database_server.url, store.database.name], tmp_path / "worker.log"
    )
    try:
        eventually(lambda: steps.count_documents({"try": 1}) > 3 and found(store, "j").done > 0)
    finally:
        program.kill()
    begun: list[int] = []
    clock = Hand()

    def run(job: Job, held: Held) -> Result:
        begun.append(job.tries)
        return {}

    clock.now = datetime.now(UTC)
    other = worker_of(store, run, clock)
    assert other.do_next() == 0, "its lease is not over yet"
    clock.later(LEASE)
    assert other.do_next() == 1
    assert begun == [2]
    assert found(store, "j").state is State.DONE


def test_one_that_is_taken_from_its_worker_is_none_of_its_business_any_more(
    store: JobStore, clock: Hand
) -> None:
    store.add(a_job("j", clock))
    reached: list[str] = []

    def run_slowly(job: Job, held: Held) -> Result:
        clock.later(LEASE + timedelta(seconds=1))
        assert worker_of(store, lambda job, held: {"by": "another"}, clock).do_next() == 1
        with pytest.raises(JobLost):
            held.tell(1)
        reached.append("here")
        return {"by": "the first"}

    assert worker_of(store, run_slowly, clock).do_next() == 1
    assert reached == ["here"]
    assert found(store, "j").result == {"by": "another"}


def test_a_cancelled_job_stops_where_it_is(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    after: list[str] = []

    def run(job: Job, held: Held) -> Result:
        store.change("j", lambda one: rules.cancelled(one, clock()), lambda _: ())
        clock.later(timedelta(seconds=2))
        held.tell(1)
        after.append("still here")
        return {}

    assert worker_of(store, run, clock).do_next() == 1
    assert after == []
    assert found(store, "j").state is State.CANCELLED
    with pytest.raises(JobUnknown):
        store.change("k", lambda one: one, lambda _: ())


def test_cancelling_comes_between_two_words_of_its_holder(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    seen: list[int] = []

    def cancel_late(job: Job) -> Job:
        if not seen:
            seen.append(job.version)
            store.save(rules.held_on(job, clock()))
        return rules.cancelled(job, clock())

    assert store.change("j", cancel_late, lambda _: ()).state is State.CANCELLED


def test_what_always_fails_is_dead_and_told_once(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))

    def run(job: Job, held: Held) -> Result:
        raise ZeroDivisionError

    kind = {
        "news": lambda job: [Event("thing.told", {"job": job.id, "state": job.state.value})],
        "entries": lambda job: [AuditEntry("job.ended", "u", ("u",), "job", job.id)],
    }
    worker = worker_of(store, run, clock, kind=kind)
    tries = 0
    while worker.do_next():
        tries += 1
        clock.later(rules.LONGEST_WAIT * 2)
    job = found(store, "j")
    assert (tries, job.state, job.why) == (MOST_TRIES, State.DEAD, "ZeroDivisionError")
    outbox = store.database.mongo["jobs"].find_one({"_id": "j"}, {"_outbox": 1})
    assert outbox is not None
    assert [one["kind"] for one in outbox["_outbox"]] == ["audit", "event"]
    assert [one.id for one in store.in_state(State.DEAD)] == ["j"]


def test_between_two_tries_it_waits(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    answers: list[Result | Exception] = [Unavailable(), {"at": "last"}]

    def run(job: Job, held: Held) -> Result:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    worker = worker_of(store, run, clock)
    assert (worker.do_next(), worker.do_next()) == (1, 0)
    clock.later(rules.FIRST_WAIT)
    assert (worker.do_next(), found(store, "j").state) == (1, State.DONE)


def test_one_that_ends_each_of_its_workers_is_dead_in_the_end(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    for _ in range(MOST_TRIES):
        [job] = store.ready(clock())
        store.save(rules.taken(job, "dies", clock()))
        clock.later(LEASE)
    assert worker_of(store, lambda job, held: {}, clock).do_next() == 1
    assert (found(store, "j").state, found(store, "j").why) == (State.DEAD, rules.WORKER_DIED)


def test_a_kind_that_nobody_knows_is_dead_and_in_nobodys_way(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    worker = Worker(store, [], clock)
    assert (worker.do_next(), found(store, "j").state) == (1, State.DEAD)


def test_a_refusal_is_for_good_and_what_is_behind_goes_on(store: JobStore, clock: Hand) -> None:
    store.add(a_job("first", clock))
    clock.later(timedelta(seconds=1))
    store.add(a_job("second", clock))

    def run(job: Job, held: Held) -> Result:
        if job.id == "first":
            raise NotFound
        return {}

    worker = worker_of(store, run, clock)
    assert (worker.do_next(), worker.do_next()) == (1, 1)
    assert (found(store, "first").state, found(store, "second").state) == (State.DEAD, State.DONE)


def test_a_program_that_ends_puts_its_job_back(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))

    def run(job: Job, held: Held) -> Result:
        held.tell(1)
        return {}

    worker = worker_of(store, run, clock)
    worker.within(Ending())
    assert worker.do_next() == 1
    assert (found(store, "j").state, found(store, "j").tries) == (State.WAITING, 0)


def test_an_old_job_is_forgotten_with_what_it_made(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))
    removed: list[str] = []
    kind = {"forget": lambda job: removed.append(job.id), "kept": timedelta(hours=1)}
    worker = worker_of(store, lambda job, held: {"at": "x"}, clock, kind=kind)
    worker.do_next()
    assert worker.forget_old() == 0
    clock.later(timedelta(hours=1))
    assert (worker.forget_old(), removed, store.find("j")) == (1, ["j"], None)


def test_nobody_has_more_than_a_few_under_way(store: JobStore, clock: Hand) -> None:
    for number in range(MOST_OPEN):
        store.refuse_many("a")
        store.add(a_job(f"j{number}", clock))
    with pytest.raises(TooManyJobs):
        store.refuse_many("a")
    store.refuse_many("somebody else")
    worker_of(store, lambda job, held: {}, clock).do_next()
    store.refuse_many("a")
    assert [job.id for job in store.of_owner(["a"])][:1]


def test_nobody_has_more_by_asking_for_many_at_once(store: JobStore, clock: Hand) -> None:
    def ask(number: int) -> bool:
        try:
            store.add_bounded(a_job(f"j{number}", clock), [])
        except TooManyJobs:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(24))) == MOST_OPEN
    assert len(store.of_owner(["a"])) == MOST_OPEN
    (known, *_) = store.of_owner(["a"])
    assert store.add_bounded(known, []).version == known.version


def test_a_job_that_finds_no_room_is_tried_so_often_and_no_more(store: JobStore, clock: Hand) -> None:
    store.add(a_job("j", clock))

    def fill(job: Job, held: Held) -> Result:
        raise OperationFailure("no room", code=OUT_OF_DISK_SPACE)

    worker = worker_of(store, fill, clock)
    for _ in range(MOST_TRIES):
        with pytest.raises(OperationFailure):
            worker.do_next()
        clock.later(LONGEST_WAIT * 2)
    assert (found(store, "j").state, found(store, "j").why) == (State.DEAD, "no-room")
