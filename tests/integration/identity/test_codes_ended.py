"""Whose codes are ended is kept out of the next outage: by whoever named them, or stands above all that they hold."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from identity.context import Context
from identity.domain.grant_acts import ended, suspend
from identity.domain.officials import Official
from identity.domain.standing import NotAbovePerson
from identity.operations.officials import remove_official
from tests.integration.identity.test_askers import an_administrator, caller
from tests.processes import House
from tests.scene import first_people, identity_operations


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    """Two administrators of the north, the second of whom the first one's superior has named as an official."""
    house.prefix += "o"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        for name, unit_path in (
            ("above", ("root",)),
            ("first", ("root", "north")),
            ("second", ("root", "north")),
        ):
            account = {"_id": name, "login": name, "name": name, "generation": 0, "closed": False}
            made.store.accounts.insert(account)
            grant = an_administrator(made, name, unit_id=unit_path[-1], unit_path=unit_path)
            made.store.add_grant(grant, (), ())
        official = Official(
            *("second north", "second", "north", ("root", "north"), made.clock.now()), "namer", "Namer"
        )
        made.store.fallback.put_official(official, [], [])
        yield made


def test_a_peer_does_not_end_them(context: Context) -> None:
    with pytest.raises(NotAbovePerson):
        remove_official(context, caller(context, "first"), "second", "north")
    assert context.store.fallback.official("second", "north")


def test_nor_while_their_access_only_rests(context: Context) -> None:
    """Suspended it comes back, and they would stand there without codes."""
    (held,) = context.store.grants_of("second")
    context.store.save_grant(suspend(held, ("above",), "a question", context.clock.today()), held.version)
    with pytest.raises(NotAbovePerson):
        remove_official(context, caller(context, "first"), "second", "north")
    (held,) = context.store.grants_of("second")
    context.store.save_grant(ended(held, "left"), held.version)
    remove_official(context, caller(context, "first"), "second", "north")


def test_whoever_is_in_by_one_of_them_is_out(context: Context) -> None:
    now = context.clock.now()
    session = {"account_id": "second", "created_at": now, "last_seen": now, "auth_time": now, "assurance": 2}
    session |= {"provider": "", "device": "", "ended_at": None, "until": None, "scope": "report"}
    for name, unit in (("found", "north"), ("elsewhere", "south")):
        context.store.sessions.insert({"_id": name, "unit_id": unit, **session})
    context.store.sessions.insert({"_id": "by-the-eid", **session, "scope": "", "unit_id": ""})
    remove_official(context, caller(context, "above"), "second", "north")
    open_ones = {one.id for one in context.store.sessions_of("second")}
    assert open_ones == {"elsewhere", "by-the-eid"}
    kept = context.store.database.mongo["sessions"].find_one({"_id": "found"}) or {}
    assert [one.get("action") for one in kept["_outbox"]] == ["session.ended_with_codes"]


@pytest.mark.parametrize("who", ["above", "second"])
def test_a_superior_does_and_they_themselves(context: Context, who: str) -> None:
    remove_official(context, caller(context, who), "second", "north")
    assert context.store.fallback.official("second", "north") is None


def test_whoever_named_them_does(context: Context) -> None:
    official = context.store.fallback.official("second", "north")
    assert official is not None
    context.store.fallback.put_official(replace(official, named_by="first"), [], [])
    remove_official(context, caller(context, "first"), "second", "north")
    assert context.store.fallback.official("second", "north") is None
