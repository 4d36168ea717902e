"""Units that move take their grants along at once: five hundred in one event, and what was given from above lapses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.domain.grants import Grant, Status, UnitJustMoved, WhyNot, why_not
from identity.eid.id_token import Person
from identity.operations import Giving, Outside, account_of, grant_access
from servicekit.access import Caller, Reach, Right
from servicekit.ids import new_id
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations, tell_units

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


def test_a_grant_given_while_its_unit_moves_is_moved_or_refused(outside: Outside) -> None:
    """Nobody keeps a grant on the old path: it would end with the old superior, and the new one could not revoke it."""
    tell_units(outside, [told(["root", "north", "u1"])])
    number = citizens()["hq-organiser"]["national_number"]
    person = Person("https://one.example", "s", 2, datetime.now(UTC), number, "Sample", "")
    chief = account_of(outside, person, "en")
    accept_everything(outside, chief["_id"])
    held = outside.store.grants_of(chief["_id"])[0]
    caller = Caller(
        chief["_id"],
        rights=(Right("access:grant", held.unit_id, held.unit_path, Reach.BELOW, held.id),),
        assurance=3,
        auth_time=outside.clock.now(),
    )
    today = outside.clock.today()

    def give(number: int) -> bool:
        wanted = Giving(
            "u1", "reader", today, today + timedelta(days=9), None, None, f"r{number}", "", by_code=True
        )
        try:
            grant_access(outside, caller, wanted)
        except UnitJustMoved:
            return False
        return True

    def move() -> bool:
        tell_units(outside, [told(["root", "south", "u1"])])
        return True

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(give, number) for number in range(30)]
        work.insert(0, pool.submit(move))
        done = [one.result() for one in work]
    paths = {one.unit_path for one in outside.store.grants_in("u1")}
    assert paths <= {("root", "south", "u1")}
    assert any(done[1:])


def test_officials_and_windows_follow_their_unit(outside: Outside) -> None:
    tell_units(outside, [told(["root", "north", "u1"])])
    path = ["root", "north", "u1"]
    official = {"_id": "p u1", "account_id": "p", "unit_id": "u1", "unit_path": path, "named_by": "q"}
    outside.store.fallback.put_official(official, [], [])
    tell_units(outside, [told(["root", "south", "u1"])])
    assert [one["_id"] for one in outside.store.fallback.officials_in("south")] == ["p u1"]
    assert outside.store.fallback.officials_in("north") == []


def test_five_hundred_units_move_in_one_event(outside: Outside) -> None:
    holder = outside.store.accounts.insert({"_id": "holder", "login": "x", "generation": 0, "closed": False})
    north = a_grant(outside, ["root", "north"], (), "above")
    paths = [["root", "north", f"u{number}"] for number in range(MANY)]
    tell_units(outside, [told(path) for path in paths])
    given = [a_grant(outside, path, (north.id,), holder["_id"]) for path in paths]
    outside.store.add_grants([north, *given])
    above, today = {north.id: north}, outside.clock.today()
    assert why_not(outside.store.grant(given[0].id), above, today) is None

    elsewhere = [told(["root", "south", path[-1]]) for path in paths]
    tell_units(outside, elsewhere)
    after = [outside.store.grant(one.id) for one in given]
    assert {one.unit_path[:2] for one in after} == {("root", "south")}
    assert {why_not(one, above, today) for one in after} == {WhyNot.UNIT_MOVED}
    assert outside.store.accounts.get("holder")["generation"] == 1
    moved = outside.store.grants.collection.find_one({"_id": given[0].id}) or {}
    assert [item["action"] for item in moved["_outbox"]] == ["grant.moved"]
    tell_units(outside, elsewhere)  # told again
    assert outside.store.accounts.get("holder")["generation"] == 1
