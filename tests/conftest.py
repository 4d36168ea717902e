"""Shared fixtures: one real database server a test run, one house of services a module; and who runs what."""

import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from servicekit.access.revocations import THREAD, RevocationFeed
from servicekit.data.database import REQUEST_TIMEOUT_MS, Database
from tests.processes import DatabaseServer, House, a_house, end_forks, free_port

# How long it takes to think of an example says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# For make mutate: that something goes red is enough, without the smallest example, and the same in each run.
hypothesis.settings.register_profile(
    "mutation",
    hypothesis.settings.get_profile("any machine"),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    derandomize=True,
    database=None,
)
hypothesis.settings.load_profile("any machine")


# Databases of tests wait for their disk at every write, and nobody's data depends on it: what is killed here is a
# process, never the machine. So their folders lie in memory, where there is enough: bytes.
MEMORY = Path("/dev/shm")
ENOUGH = 8 << 30


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Whoever runs this in the background may have it ignore Ctrl-C, and what it starts would too."""
    asked_for = hasattr(config, "workerinput") or config.option.basetemp
    if not asked_for and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        config.option.basetemp = tempfile.mkdtemp(prefix="sammelan-tests-", dir=MEMORY)
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# One whole house serves all files of a group, so they stay with one worker; what takes longest begins first. The
# browser tests are two groups, each with a house; a long file that has a house of its own is a group by itself.
BROWSER, JOURNEYS = "tests/browser/", "tests/journeys/"
BROWSER_FROM_P = f"{BROWSER}test_p"
GROUPS = (
    BROWSER,
    "tests/journeys/test_faults.py",
    JOURNEYS,
    BROWSER_FROM_P,
    "tests/languages/test_languages.py",
    "tests/journeys/test_faults_under_load.py",
)


def group_of(file: str) -> str:
    """Tests of one group run one after the other on one worker, because they share the services that they start."""
    if file in GROUPS:
        return file
    if file.startswith(BROWSER):
        return BROWSER_FROM_P if file >= BROWSER_FROM_P else BROWSER
    return JOURNEYS if file.startswith(JOURNEYS) else file


class OneWorkerAGroup(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerAGroup:
    return OneWorkerAGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(GROUPS)}
    items.sort(key=lambda item: order.get(group_of(item.nodeid.partition("::")[0]), len(order)))


@pytest.fixture(scope="session", autouse=True)
def _nothing_forks_any_more() -> Iterator[None]:
    yield
    end_forks()


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    server = DatabaseServer(free_port(), tmp_path_factory.mktemp("db") / "data")
    server.start()
    yield server
    if server.process is not None:
        server.process.kill()


@pytest.fixture(scope="module")
def house(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Settings, keys and ports of a module's own; start services with `house.start_service("congress")`."""
    with a_house(database_server, tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="session")
def new_database(database_server: DatabaseServer) -> Iterator[object]:
    """Makes databases of a test's own: new_database("name", timeout_ms) -> servicekit.data.database.Database."""
    made: list[Database] = []

    def make(name: str, timeout_ms: int = REQUEST_TIMEOUT_MS) -> Database:
        database = Database(database_server.url, f"{name}_{free_port()}", timeout_ms)
        made.append(database)
        return database

    yield make
    for database in made:
        database.client.close()


# A question that is being asked ends with its own time limit.
ASKED_SECONDS = 10.0


@pytest.fixture
def followed() -> Iterator[Callable[[RevocationFeed], RevocationFeed]]:
    """followed(RevocationFeed(...)): the same feed, which is asked no more once the test is over."""
    feeds: list[RevocationFeed] = []

    def follow(feed: RevocationFeed) -> RevocationFeed:
        feeds.append(feed)
        return feed

    yield follow
    for feed in feeds:
        feed.stop()


@pytest.fixture(scope="module", autouse=True)
def _nobody_goes_on_asking() -> Iterator[None]:
    """A thread that still logs while the interpreter ends holds the lock of standard output, and aborts it."""
    yield
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(ASKED_SECONDS)
            assert not thread.is_alive(), "a revocation feed is followed after its tests"
