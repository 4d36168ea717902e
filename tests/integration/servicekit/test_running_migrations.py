"""Migrations: once each, in order, by one runner; gone on with where a runner died; nothing on what is up to date."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.work.migrations import Migration, NotMigrated, migrate, require_migrated, unknown, waiting
from tests.integration.servicekit.long_migration import LETTERS, MIGRATIONS
from tests.processes import DatabaseServer, Process, start

Made = Callable[..., Database]
PROGRAM = "tests.integration.servicekit.long_migration"


@pytest.fixture
def database(new_database: Made) -> Database:
    """As a version before these migrations left it."""
    made = new_database("migrated", JOB_TIMEOUT_MS)
    made.mongo["letters"].insert_many([{"_id": number} for number in range(LETTERS)])
    return made


@pytest.fixture
def runner(
    database: Database, database_server: DatabaseServer, tmp_path: Path
) -> Iterator[Callable[[], Process]]:
    made: list[Process] = []

    def run() -> Process:
        log = tmp_path / f"runner-{len(made)}.log"
        made.append(start([sys.executable, "-m", PROGRAM, database_server.url, database.name], log))
        return made[-1]

    yield run
    for process in made:
        process.kill()


def stamped(database: Database) -> int:
    return database.mongo["letters"].count_documents({"stamp": 1})


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)


def test_each_runs_once_and_in_the_order_of_its_number(database: Database) -> None:
    backwards = tuple(reversed(MIGRATIONS))
    assert [one.number for one in waiting(database, backwards)] == [1, 2]
    assert [one.number for one in migrate(database, backwards)] == [1, 2]
    assert database.mongo["letters"].count_documents({"seal": 1}) == LETTERS
    assert list(migrate(database, backwards)) == []
    assert database.mongo["runs"].find_one({"_id": "stamp"}) == {
        "_id": "stamp",
        "begun": 1,
        "stamped": LETTERS,
    }


def test_one_that_was_killed_in_the_middle_is_gone_on_with_by_the_next(
    database: Database, runner: Callable[[], Process]
) -> None:
    first = runner()
    until(lambda: stamped(database) >= LETTERS // 3)
    first.kill()
    assert [one.number for one in waiting(database, MIGRATIONS)] == [1, 2]
    # The next waits for the lease, and ends the transaction that the dead one left open.
    assert [one.number for one in migrate(database, MIGRATIONS, 60)] == [1, 2]
    assert database.mongo["letters"].count_documents({"seal": 1}) == LETTERS
    runs = database.mongo["runs"].find_one({"_id": "stamp"})
    assert runs == {"_id": "stamp", "begun": 2, "stamped": LETTERS}


def test_of_two_runners_at_once_one_works_and_the_other_finds_it_done(
    database: Database, runner: Callable[[], Process]
) -> None:
    both = [runner(), runner()]
    for process in both:
        assert process.popen.wait(60) == 0, process.log.read_text()
    assert sorted(process.log.read_text().split() for process in both) == [[], ["1", "2"]]
    runs = database.mongo["runs"].find_one({"_id": "stamp"})
    assert runs == {"_id": "stamp", "begun": 1, "stamped": LETTERS}


def test_the_lease_holds_for_one_that_takes_longer_than_a_lease(database: Database) -> None:
    begun, over = threading.Event(), threading.Event()

    def wait(_: Database) -> None:
        begun.set()
        over.wait(60)

    slow = (Migration(1, "slow", wait),)
    working = threading.Thread(target=lambda: list(migrate(database, slow)))
    working.start()
    assert begun.wait(30)
    other = Database(_url(database), database.name, JOB_TIMEOUT_MS)
    try:
        with pytest.raises(TimeoutError):
            list(migrate(other, slow, 12))
    finally:
        over.set()
        working.join()
        other.client.close()
    assert waiting(database, slow) == []


def _url(database: Database) -> str:
    host, port = database.client.address or ("127.0.0.1", 0)
    return f"mongodb://{host}:{port}/"


def test_one_that_fails_is_not_marked_and_is_told(database: Database) -> None:
    def fail(_: Database) -> None:
        raise ValueError("this letter is not a letter")

    with pytest.raises(ValueError, match="not a letter"):
        list(migrate(database, (Migration(1, "fails", fail), MIGRATIONS[1])))
    assert [one.number for one in waiting(database, MIGRATIONS)] == [1, 2]
    assert [one.number for one in migrate(database, MIGRATIONS, 5)] == [1, 2]


def test_a_service_is_not_ready_over_data_of_an_older_version(database: Database) -> None:
    with pytest.raises(NotMigrated):
        require_migrated(database, MIGRATIONS)
    list(migrate(database, MIGRATIONS))
    require_migrated(database, MIGRATIONS)


def test_an_empty_database_needs_nothing_and_gets_nothing_later(new_database: Made) -> None:
    empty = new_database("empty")
    empty.mongo["heads"].insert_one({"_id": "events", "seq": 0})  # as the relay leaves it, which may be first
    require_migrated(empty, MIGRATIONS)
    empty.mongo["letters"].insert_one({"_id": 1})
    require_migrated(empty, MIGRATIONS)
    assert waiting(empty, MIGRATIONS) == []
    assert unknown(empty, MIGRATIONS[:1])[0]["name"] == "seal them"


def test_many_services_that_start_at_once_on_an_empty_database_all_become_ready(new_database: Made) -> None:
    empty = new_database("empty")

    def prepare(_: int) -> None:
        require_migrated(empty, MIGRATIONS)
        empty.mongo["letters"].create_index("stamp")

    with ThreadPoolExecutor(8) as starting:
        list(starting.map(prepare, range(8)))
