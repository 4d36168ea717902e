"""One house for all tests of the service: identity for the revocation feed, congress, and its operations."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from congress.context import Context
from congress.store.plans import DRAFT
from tests.integration.congress.scene import (
    PATHS,
    Json,
    a_told_unit,
    an_open_plan,
    context_of,
    reported,
    tell_units,
)
from tests.processes import DatabaseServer, House, a_house


@pytest.fixture(scope="session")
def congress_house(
    database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with a_house(database_server, tmp_path_factory.mktemp("congress")) as house:
        house.start_service("identity")
        house.start_service("congress")
        yield house


@pytest.fixture(scope="session")
def context(congress_house: House) -> Iterator[Context]:
    found = context_of(congress_house)
    found.prepare()
    tell_units(found, map(a_told_unit, PATHS.values()))
    yield found
    found.database.client.close()


@pytest.fixture(scope="module", autouse=True)
def _room_for_drafts(context: Context) -> None:
    """What the files before this one left as drafts would count against the most that a unit may have."""
    context.database.mongo["plans"].delete_many({"state": DRAFT})


@pytest.fixture
def plan(congress_house: House, context: Context) -> Json:
    """An open plan of this test's own, whose upper units have issued their plans."""
    plan = an_open_plan(congress_house, context)
    for unit in ("root", "north", "south"):
        reported(congress_house, plan, unit, "plan", context.clock.today() - timedelta(days=9))
    return plan
