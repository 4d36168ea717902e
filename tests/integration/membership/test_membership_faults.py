"""The database gone and back: a quick 503, nothing half written, and no restart needed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from membership.app import open_context
from membership.context import Context
from membership.operations import import_units
from servicekit.ids import new_id
from tests.integration.membership.conftest import BANGLADESH, KEEPER, SCHEME, Client, Membership, settings_of
from tests.integration.membership.test_membership_members_api import UNION, a_member
from tests.processes import DatabaseServer, House, a_house, free_port


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[DatabaseServer]:
    server = DatabaseServer(free_port(), tmp_path / "db")
    server.start()
    yield server
    if server.process is not None:
        server.process.kill()


def test_without_its_database_the_service_says_so_quickly_and_recovers(
    own_server: DatabaseServer, tmp_path: Path
) -> None:
    with a_house(own_server, tmp_path / "house") as house, closing_outside(house) as outside:
        import_units(outside, BANGLADESH, scheme=SCHEME)
        house.start_service("identity")
        running = Membership(house, house.start_service("membership"), outside)
        unit = running.unit(UNION)
        keeper = running.caller(unit, *KEEPER)
        made = keeper.post("/members", a_member(unit.id))
        assert made.status_code == 201

        assert own_server.process is not None
        own_server.process.kill()
        for method, path, body in (
            ("GET", f"/units/{unit.id}", None),
            ("GET", f"/members/{made.json()['id']}", None),
            ("POST", "/members", a_member(unit.id)),
        ):
            started = time.monotonic()
            answer = keeper.send(method, path, json=body, headers={"Idempotency-Key": new_id()})
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert time.monotonic() - started < 3

        own_server.start()
        answered = recovered(keeper, f"/members/{made.json()['id']}")
        assert answered["name"] == "Rahima Khatun"
        counts = running.superior("BD").get(f"/units/{unit.id}/member-counts").json()
        assert counts["here"]["all"]["total"] == 1


@contextmanager
def closing_outside(house: House) -> Iterator[Context]:
    outside = open_context(settings_of(house))
    try:
        yield outside
    finally:
        outside.database.client.close()


def recovered(keeper: Client, path: str) -> dict[str, object]:
    deadline = time.monotonic() + 15
    while (answer := keeper.get(path)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
