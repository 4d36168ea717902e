"""A unit that ends takes the access for it along, with a reason of its own, and begins nothing new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.domain.grants import WhyNot, why_not
from identity.eid.id_token import Person
from identity.operations import Giving, Outside, account_of, first_administrator, grant_access
from identity.operations.fallback import ask_for_window
from identity.operations.grants import list_grants, show_grants
from identity.operations.machines import register_machine
from identity.operations.officials import name_official
from servicekit.access import Caller, Reach, Right
from servicekit.units import UnitEnded
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations, tell_units

PATHS = (["root", "north", "u1"], ["root", "north", "u2"])


def told(path: list[str], ended: str | None = None) -> dict[str, Any]:
    unit = {"id": path[-1], "code": path[-1], "names": {"en": path[-1]}, "level": "l", "parent_id": path[-2]}
    return {**unit, "path": path, "valid_to": ended}


@pytest.fixture
def outside(house: House) -> Iterator[Outside]:
    house.prefix += "e"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, [told(path) for path in PATHS])
        yield made


def the_chief(outside: Outside) -> Caller:
    number = citizens()["hq-organiser"]["national_number"]
    person = Person("https://one.example", "s", 2, datetime.now(UTC), number, "Sample", "")
    chief = account_of(outside, person, "en")
    accept_everything(outside, chief["_id"])
    held = outside.store.grants_of(chief["_id"])[0]
    rights = tuple(
        Right(name, held.unit_id, held.unit_path, Reach.BELOW, held.id)
        for name in ("access:grant", "access:read", "fallback:switch")
    )
    return Caller(chief["_id"], rights=rights, assurance=3, auth_time=outside.clock.now())


def given(outside: Outside, chief: Caller, unit_id: str, label: str) -> Any:
    today = outside.clock.today()
    wanted = Giving(unit_id, "reader", today, today + timedelta(days=9), None, None, label, "", by_code=True)
    return grant_access(outside, chief, wanted)


def test_access_for_an_ended_unit_gives_nothing_and_says_why(outside: Outside) -> None:
    chief = the_chief(outside)
    ending, staying = (given(outside, chief, unit, unit) for unit in ("u1", "u2"))
    tell_units(outside, [told(PATHS[0], "2026-01-01")])
    today = outside.clock.today()
    grant = outside.store.grant(ending["id"])
    above = outside.store.with_chains([grant])
    assert why_not(grant, above, today) is WhyNot.UNIT_ENDED
    shown = {
        one["id"]: one["why_not"] for one in show_grants(outside, [grant, outside.store.grant(staying["id"])])
    }
    assert shown == {ending["id"]: "unit-ended", staying["id"]: "invited"}
    stored = outside.store.grants.collection.find_one({"_id": ending["id"]}) or {}
    assert [item.get("action") or item["data"].get("why") for item in stored["_outbox"]][-2:] == [
        "grant.unit_ended",
        "unit-ended",
    ]
    tell_units(outside, [told(PATHS[0], "2026-01-01")])  # told again
    assert outside.store.grant(ending["id"]).version == grant.version
    tell_units(outside, [told(PATHS[0])])  # it was a mistake
    assert why_not(outside.store.grant(ending["id"]), above, today) is WhyNot.INVITED


def test_whoever_holds_it_is_out_at_once(outside: Outside) -> None:
    chief = the_chief(outside)
    grant = outside.store.grant(given(outside, chief, "u1", "one")["id"])
    outside.store.accounts.insert({"_id": "holder", "login": "h", "generation": 0, "closed": False})
    outside.store.grants.collection.update_one({"_id": grant.id}, {"$set": {"account_id": "holder"}})
    tell_units(outside, [told(PATHS[0], "2026-01-01")])
    assert outside.store.accounts.get("holder")["generation"] == 1


def test_the_superior_still_sees_the_access_of_an_ended_unit(outside: Outside) -> None:
    chief = the_chief(outside)
    ending = given(outside, chief, "u1", "one")
    tell_units(outside, [told(PATHS[0], "2026-01-01")])
    listed = list_grants(outside, chief, "u1", below=False, status="", after="", limit=10)
    assert [one["id"] for one in _items(listed)] == [ending["id"]]


def _items(listed: Any) -> list[dict[str, Any]]:
    return list(listed["items"] if isinstance(listed, dict) else listed.items)


def test_nothing_begins_in_an_ended_unit(outside: Outside) -> None:
    chief = the_chief(outside)
    tell_units(outside, [told(PATHS[0], "2026-01-01")])
    today = outside.clock.today()
    machine = {"unit_id": "u1", "name": "m", "keys": [], "expires": today + timedelta(days=9)}
    for act in (
        lambda: given(outside, chief, "u1", "one"),
        lambda: register_machine(outside, chief, machine),
        lambda: name_official(outside, chief, "somebody", "u1"),
        lambda: ask_for_window(outside, chief, "u1", 1, "x"),
        lambda: first_administrator(outside, "u1", "9990000000011", "x", today, today + timedelta(days=9)),
    ):
        with pytest.raises(UnitEnded):
            act()
