"""Units that move take their grants along at once: five hundred in one event, and what was given from above lapses."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from identity.domain.grants import Grant, Status, WhyNot, why_not
from identity.operations import Outside, units_changed
from servicekit.ids import new_id
from tests.processes import House
from tests.scene import first_people, identity_operations

MANY = 500


@pytest.fixture
def outside(house: House) -> Iterator[Outside]:
    house.prefix += "m"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(outside: Outside, path: list[str], chain: tuple[str, ...], account_id: str) -> Grant:
    today = outside.clock.today()
    return Grant(
        id=new_id(),
        unit_id=path[-1],
        unit_path=tuple(path),
        role="clerk",
        valid_from=today,
        valid_to=today + timedelta(days=9),
        status=Status.ACTIVE,
        account_id=account_id,
        chain=chain,
    )


def told(path: list[str]) -> dict[str, Any]:
    unit = {"id": path[-1], "code": path[-1], "names": {"en": path[-1]}, "level": "l", "parent_id": path[-2]}
    return {**unit, "path": path}


def test_five_hundred_units_move_in_one_event(outside: Outside) -> None:
    holder = outside.store.accounts.insert({"_id": "holder", "login": "x", "generation": 0, "closed": False})
    north = a_grant(outside, ["root", "north"], (), "above")
    paths = [["root", "north", f"u{number}"] for number in range(MANY)]
    outside.store.put_units([told(path) for path in paths])
    given = [a_grant(outside, path, (north.id,), holder["_id"]) for path in paths]
    outside.store.add_grants([north, *given])
    above, today = {north.id: north}, outside.clock.today()
    assert why_not(outside.store.grant(given[0].id), above, today) is None

    event = {"data": {"units": [told(["root", "south", path[-1]]) for path in paths]}}
    outside.store.database.in_transaction(partial(units_changed, outside, event), 15.0)
    after = [outside.store.grant(one.id) for one in given]
    assert {one.unit_path[:2] for one in after} == {("root", "south")}
    assert {why_not(one, above, today) for one in after} == {WhyNot.CHAIN}
    assert outside.store.accounts.get("holder")["generation"] == 1
    moved = outside.store.grants.collection.find_one({"_id": given[0].id}) or {}
    assert [item["action"] for item in moved["_outbox"]] == ["grant.moved"]
    outside.store.database.in_transaction(partial(units_changed, outside, event), 15.0)  # told again
    assert outside.store.accounts.get("holder")["generation"] == 1
