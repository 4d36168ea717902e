"""One whole house for all journeys of a test run; those that kill parts of one have their own."""

from collections.abc import Iterator

import pytest
import requests

from tests.journeys.addresses import Scene, set_scene
from tests.journeys.whole_house import (
    Json,
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    give_all_posts,
    import_tree,
)
from tests.processes import DatabaseServer


@pytest.fixture(scope="package")
def running_house(
    database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeHouse]:
    """Everything runs and is empty but for the tree."""
    with a_whole_house(database_server, tmp_path_factory.mktemp("journeys")) as whole:
        import_tree(whole)
        yield whole


@pytest.fixture(scope="package")
def whole_house(running_house: WholeHouse) -> WholeHouse:
    """With its people, each given their grants by the one above."""
    begin_with_first_administrator(running_house)
    give_all_posts(running_house)
    return running_house


@pytest.fixture(scope="package")
def scene(whole_house: WholeHouse) -> Scene:
    """Records of every unit, for calls by whoever may and may not."""
    return set_scene(whole_house)


@pytest.fixture(scope="package")
def document(running_house: WholeHouse) -> Json:
    """The merged OpenAPI document."""
    base = f"http://localhost:{running_house.house.ports['gateway']}"
    return dict(requests.get(f"{base}/openapi.json", timeout=10).json())
