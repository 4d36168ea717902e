"""A database that was frozen goes on: what was given up meanwhile is in nobody's way, and a lock wait is called one."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from servicekit.data.database import Database, is_gone, session
from tests.processes import DatabaseServer, free_port

GIVERS = 6
# The server lets go by itself after a minute; with what ends it, it is two tries of a request.
FREE_WITHIN = 8.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DatabaseServer]:
    """One of this test's own, to be frozen."""
    if "TEST_MONGO_URL" in os.environ:
        pytest.fail("this test freezes its server, so it needs one of its own: unset TEST_MONGO_URL")
    made = DatabaseServer(free_port(), tmp_path / "data")
    made.start()
    yield made
    assert made.process is not None
    os.kill(made.process.popen.pid, signal.SIGCONT)
    made.process.kill()


@pytest.fixture
def database(server: DatabaseServer) -> Iterator[Database]:
    made = Database(server.url, "grants")
    made.mongo["grants"].insert_many([{"_id": number, "n": 0} for number in range(GIVERS)])
    yield made
    made.client.close()


def add_to(database: Database, number: int, in_between: threading.Event | None = None) -> None:
    def work() -> None:
        grants = database.mongo["grants"]
        grants.update_one({"_id": number}, {"$inc": {"n": 1}}, session=session())
        if in_between is not None:
            in_between.wait(30)
        grants.update_one({"_id": number}, {"$inc": {"n": 1}}, session=session())

    database.in_transaction(work)


def test_what_was_given_up_in_a_freeze_blocks_nobody_after_it(
    server: DatabaseServer, database: Database
) -> None:
    assert server.process is not None
    frozen, failed = threading.Event(), []

    def give(number: int) -> None:
        try:
            add_to(database, number, frozen)
        except PyMongoError as error:
            failed.append(is_gone(error))

    givers = [threading.Thread(target=give, args=(number,)) for number in range(GIVERS)]
    for one in givers:
        one.start()
    time.sleep(0.5)  # each holds the lock of its grant
    os.kill(server.process.popen.pid, signal.SIGSTOP)
    frozen.set()
    for one in givers:
        one.join()
    assert failed == [True] * GIVERS
    os.kill(server.process.popen.pid, signal.SIGCONT)
    began = time.monotonic()
    waiting = set(range(GIVERS))
    while waiting and time.monotonic() - began < 60:
        number = min(waiting)
        try:
            add_to(database, number)
            waiting.discard(number)
        except PyMongoError:
            time.sleep(0.1)
    assert waiting == set()
    assert time.monotonic() - began < FREE_WITHIN
    # A transaction that was given up may have been committed or not, but never by half.
    for document in database.mongo["grants"].find({}):
        assert document["n"] % 2 == 0


def test_a_server_that_only_makes_one_wait_is_told_apart_from_one_that_is_gone(
    server: DatabaseServer, database: Database
) -> None:
    assert database.answers()
    assert server.process is not None
    os.kill(server.process.popen.pid, signal.SIGSTOP)
    time.sleep(0.3)  # until it has stopped
    began = time.monotonic()
    assert not database.answers()
    assert time.monotonic() - began < 1.5
    os.kill(server.process.popen.pid, signal.SIGCONT)


def test_that_it_is_gone_is_remembered_and_one_thread_asks_until_it_answers(
    server: DatabaseServer, database: Database
) -> None:
    assert server.process is not None
    os.kill(server.process.popen.pid, signal.SIGSTOP)
    time.sleep(0.3)  # until it has stopped
    for _ in range(20):
        database.found_gone()
    asking = [one for one in threading.enumerate() if one.name == "database-gone"]
    assert (database.is_known_gone, len(asking)) == (True, 1)
    asking[0].join(2)
    assert database.is_known_gone, "it does not answer yet"
    os.kill(server.process.popen.pid, signal.SIGCONT)
    asking[0].join(5)
    assert not database.is_known_gone
