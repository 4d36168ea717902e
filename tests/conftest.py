"""Shared fixtures: one real database server a test run, one house of services a module; and who runs what."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from servicekit.database import REQUEST_TIMEOUT_MS, Database
from tests.processes import DatabaseServer, House, a_house, free_port

# How long it takes to think of an example says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("any machine", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("any machine")

# One whole house serves all files of these folders, so they stay with one worker; what takes longest begins first.
TOGETHER = ("tests/browser", "tests/journeys")
ALONE_IN_FRONT = "tests/journeys/test_faults.py"


def group_of(file: str) -> str:
    """Tests of one group run one after the other on one worker, because they share the services that they start."""
    if file == ALONE_IN_FRONT:
        return file
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


class OneWorkerAGroup(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerAGroup:
    return OneWorkerAGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate((TOGETHER[0], ALONE_IN_FRONT, TOGETHER[1]))}
    items.sort(key=lambda item: order.get(group_of(item.nodeid.partition("::")[0]), len(order)))


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
    """Makes databases of a test's own: new_database("name", timeout_ms) -> servicekit.database.Database."""
    made: list[Database] = []

    def make(name: str, timeout_ms: int = REQUEST_TIMEOUT_MS) -> Database:
        database = Database(database_server.url, f"{name}_{free_port()}", timeout_ms)
        made.append(database)
        return database

    yield make
    for database in made:
        database.client.close()
