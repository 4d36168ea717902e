"""Shared fixtures: one real database server a test run, one house of services a module."""

from collections.abc import Iterator

import pytest

from servicekit.database import REQUEST_TIMEOUT_MS, Database
from tests.processes import DatabaseServer, House, a_house, free_port


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
