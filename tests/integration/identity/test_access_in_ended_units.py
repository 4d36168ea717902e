"""A unit that ends takes the access for it along, with a reason of its own, and begins nothing new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.grants import WhyNot, why_not
from identity.eid.id_token import Person
from identity.operations import Giving, account_of, first_administrator, grant_access
from identity.operations.fallback import ask_for_window
from identity.operations.giving import GrantGiven
from identity.operations.grants import list_grants
from identity.operations.machines import register_machine
from identity.operations.officials import name_official
from identity.operations.showing import show_grants
from servicekit.access.decision import Caller, Reach, Right
from servicekit.tree.units import UnitEnded
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations, tell_units

PATHS = (["root", "north", "u1"], ["root", "north", "u2"])


def told(path: list[str], ended: str | None = None) -> dict[str, Any]:
    unit = {"id": path[-1], "code": path[-1], "names": {"en": path[-1]}, "level": "l", "parent_id": path[-2]}
    return {**unit, "path": path, "valid_to": ended}


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "e"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, [told(path) for path in PATHS])
        yield made


def the_chief(context: Context) -> Caller:
    number = citizens()["hq-organiser"]["national_number"]
    person = Person("https://one.example", "s", 2, datetime.now(UTC), number, "Sample", "")
    chief = account_of(context, person, "en")
    accept_everything(context, chief.id)
    held = context.store.grants_of(chief.id)[0]
    rights = tuple(
        Right(name, held.unit_id, held.unit_path, Reach.BELOW, held.id)
        for name in ("access:grant", "access:read", "fallback:switch")
    )
    return Caller(chief.id, rights=rights, assurance=3, auth_time=context.clock.now())


def given(context: Context, chief: Caller, unit_id: str, label: str) -> GrantGiven:
    today = context.clock.today()
    wanted = Giving(unit_id, "reader", today, today + timedelta(days=9), None, None, label, "", by_code=True)
    return grant_access(context, chief, wanted)


def test_access_for_an_ended_unit_gives_nothing_and_says_why(context: Context) -> None:
    chief = the_chief(context)
    ending, staying = (given(context, chief, unit, unit) for unit in ("u1", "u2"))
    tell_units(context, [told(PATHS[0], "2026-01-01")])
    today = context.clock.today()
    grant = context.store.grant(ending.id)
    above = context.store.with_chains([grant])
    assert why_not(grant, above, today) is WhyNot.UNIT_ENDED
    shown = {one.id: one.why_not for one in show_grants(context, [grant, context.store.grant(staying.id)])}
    assert shown == {ending.id: "unit-ended", staying.id: "invited"}
    stored = context.store.grants.collection.find_one({"_id": ending.id}) or {}
    assert [item.get("action") or item["data"].get("why") for item in stored["_outbox"]][-2:] == [
        "grant.unit_ended",
        "unit-ended",
    ]
    tell_units(context, [told(PATHS[0], "2026-01-01")])  # told again
    assert context.store.grant(ending.id).version == grant.version
    tell_units(context, [told(PATHS[0])])  # it was a mistake
    assert why_not(context.store.grant(ending.id), above, today) is WhyNot.INVITED


def test_whoever_holds_it_is_out_at_once(context: Context) -> None:
    chief = the_chief(context)
    grant = context.store.grant(given(context, chief, "u1", "one").id)
    context.store.accounts.insert({"_id": "holder", "login": "h", "generation": 0, "closed": False})
    context.store.grants.collection.update_one({"_id": grant.id}, {"$set": {"account_id": "holder"}})
    tell_units(context, [told(PATHS[0], "2026-01-01")])
    assert context.store.accounts.get("holder")["generation"] == 1


def test_the_superior_still_sees_the_access_of_an_ended_unit(context: Context) -> None:
    chief = the_chief(context)
    ending = given(context, chief, "u1", "one")
    tell_units(context, [told(PATHS[0], "2026-01-01")])
    listed = list_grants(context, chief, "u1", below=False, status="", after="", limit=10)
    assert [one.id for one in listed.items] == [ending.id]


def test_nothing_begins_in_an_ended_unit(context: Context) -> None:
    chief = the_chief(context)
    tell_units(context, [told(PATHS[0], "2026-01-01")])
    today = context.clock.today()
    machine = {"unit_id": "u1", "name": "m", "keys": [], "expires": today + timedelta(days=9)}
    for act in (
        lambda: given(context, chief, "u1", "one"),
        lambda: register_machine(context, chief, machine),
        lambda: name_official(context, chief, "somebody", "u1"),
        lambda: ask_for_window(context, chief, "u1", 1, "x"),
        lambda: first_administrator(context, "u1", "9990000000011", "x", today, today + timedelta(days=9)),
    ):
        with pytest.raises(UnitEnded):
            act()
