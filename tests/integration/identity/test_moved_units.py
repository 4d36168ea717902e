"""Units that move take their grants along at once: five hundred in one event, and what was given from above lapses."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context, Keeping
from identity.domain.aftermath import FEW
from identity.domain.grant_refusals import UnitJustMoved
from identity.domain.grants import Grant, Status, WhyNot, why_not
from identity.domain.officials import Official
from identity.eid.id_token import Person
from identity.operations import Giving, account_of, grant_access
from identity.operations.aftermath import follow_up
from servicekit.access.decision import Caller, Reach, Right
from servicekit.ids import new_id
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations, tell_units

MANY = 500
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "m"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(context: Context, path: list[str], chain: tuple[str, ...], account_id: str) -> Grant:
    today = context.clock.today()
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


def test_a_grant_given_while_its_unit_moves_is_moved_or_refused(context: Context) -> None:
    """Nobody keeps a grant on the old path: it would end with the old superior, and the new one could not revoke it."""
    tell_units(context, [told(["root", "north", "u1"])])
    number = citizens()["hq-organiser"]["national_number"]
    person = Person("https://one.example", "s", 2, datetime.now(UTC), number, "Sample", "")
    chief = account_of(context, person, "en")
    accept_everything(context, chief.id)
    held = context.store.grants_of(chief.id)[0]
    caller = Caller(
        chief.id,
        rights=(Right("access:grant", held.unit_id, held.unit_path, Reach.BELOW, held.id),),
        assurance=3,
        auth_time=context.clock.now(),
    )
    today = context.clock.today()

    def give(number: int) -> bool:
        wanted = Giving(
            "u1", "reader", today, today + timedelta(days=9), None, None, f"r{number}", "", by_code=True
        )
        try:
            grant_access(context, caller, wanted)
        except UnitJustMoved:
            return False
        return True

    def move() -> bool:
        tell_units(context, [told(["root", "south", "u1"])])
        return True

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(give, number) for number in range(30)]
        work.insert(0, pool.submit(move))
        done = [one.result() for one in work]
    paths = {one.unit_path for one in context.store.grants_in("u1")}
    assert paths <= {("root", "south", "u1")}
    assert any(done[1:])


def officials_below(context: Context, unit_id: str) -> list[str]:
    lines = context.store.lists.page("officials", [unit_id], "", "", 10, context.clock.now())
    return [line.id for line in lines]


def test_officials_and_windows_follow_their_unit(context: Context) -> None:
    tell_units(context, [told(["root", "north", "u1"])])
    official = Official("p u1", "p", "u1", ("root", "north", "u1"), context.clock.now(), "q")
    context.store.fallback.put_official(official, [], [])
    tell_units(context, [told(["root", "south", "u1"])])
    assert officials_below(context, "south") == ["p u1"]
    assert officials_below(context, "north") == []


def test_five_hundred_units_move_in_one_event(context: Context) -> None:
    holder = context.store.accounts.insert({"_id": "holder", "login": "x", "generation": 0, "closed": False})
    north = a_grant(context, ["root", "north"], (), "above")
    paths = [["root", "north", f"u{number}"] for number in range(MANY)]
    tell_units(context, [told(path) for path in paths])
    given = [a_grant(context, path, (north.id,), holder["_id"]) for path in paths]
    context.store.add_grants([north, *given])
    above, today = {north.id: north}, context.clock.today()
    assert why_not(context.store.grant(given[0].id), above, today) is None

    elsewhere = [told(["root", "south", path[-1]]) for path in paths]
    tell_units(context, elsewhere)
    after = [context.store.grant(one.id) for one in given]
    assert {one.unit_path[:2] for one in after} == {("root", "south")}
    assert {why_not(one, above, today) for one in after} == {WhyNot.UNIT_MOVED}
    assert context.store.accounts.get("holder")["generation"] == 1
    moved = context.store.grants.collection.find_one({"_id": given[0].id}) or {}
    assert [item["action"] for item in moved["_outbox"]] == ["grant.moved"]
    tell_units(context, elsewhere)  # told again
    assert context.store.accounts.get("holder")["generation"] == 1


def news_of(context: Context) -> list[tuple[str, str, str]]:
    """What was told of many at once: the event, the grant, why."""
    found = context.store.calendar.collection.find({})
    told_of = [item for one in found for item in one.get("_outbox", []) if item["kind"] == "event"]
    return [
        (item["type"], grant["grant_id"], item["data"]["why"])
        for item in told_of
        for grant in item["data"].get("grants", ())
    ]


def test_who_loses_access_by_a_move_hears_why_once_and_of_its_return(context: Context) -> None:
    path, now = ["root", "north", "u1"], context.clock.now()
    tell_units(context, [told(path)])
    north = replace(a_grant(context, ["root", "north"], (), "above"), role="administrator")
    cut = replace(a_grant(context, path, (north.id,), "holder"), accepted_at=now)
    top = replace(a_grant(context, ["root"], (), "top"), role="administrator")
    kept = replace(a_grant(context, path, (top.id,), "other"), accepted_at=now, role="reader")
    context.store.add_grants([north, cut, top, kept])
    elsewhere = [told(["root", "south", "u1"])]
    tell_units(context, elsewhere)
    tell_units(context, elsewhere)  # told again
    assert news_of(context) == [(events.GRANTS_ENDED, cut.id, "unit-moved")]
    tell_units(context, [told(path)])
    assert news_of(context)[1:] == [(events.GRANTS_REVIVED, cut.id, "unit-back")]


def test_whose_giver_was_of_a_unit_that_ends_is_out_at_once_and_hears_why(context: Context) -> None:
    path, now = ["root", "north", "u1"], context.clock.now()
    tell_units(context, [told(path)])
    holder = context.store.accounts.insert({"_id": "holder", "login": "x", "generation": 0, "closed": False})
    north = replace(a_grant(context, ["root", "north"], (), "above"), role="administrator")
    cut = replace(a_grant(context, path, (north.id,), holder["_id"]), accepted_at=now)
    context.store.add_grants([north, cut])
    over = {**told(["root", "north"]), "valid_to": "2026-01-31"}
    tell_units(context, [over])
    assert news_of(context) == [(events.GRANTS_ENDED, cut.id, "giver-unit-ended")]
    above = context.store.with_chains([cut])
    assert why_not(cut, above, context.clock.today()) is WhyNot.GIVER_UNIT_ENDED
    assert context.store.accounts.get("holder")["generation"] == 1


def test_of_a_unit_on_whose_grants_much_hangs_the_end_is_one_event_and_each_hears_once(
    context: Context,
) -> None:
    """Also through a deputy in between; and when the unit is there again."""
    path, now = ["root", "north", "u1"], context.clock.now()
    tell_units(context, [told(path)])
    north = replace(a_grant(context, ["root", "north"], (), "above"), role="administrator")
    deputy = replace(north, id=new_id(), account_id="deputy", chain=(north.id,), accepted_at=now)
    few = replace(a_grant(context, ["root", "south"], (), "few"), role="administrator")
    cut = [
        replace(a_grant(context, path, chain, f"holder {number}"), accepted_at=now)
        for number in range(FEW + 50)
        for chain in [(north.id, deputy.id) if number % 2 else (north.id,)]
    ]
    cut.append(replace(a_grant(context, ["root", "south", "u2"], (few.id,), "other"), accepted_at=now))
    for start in range(0, len(cut), 100):
        context.store.add_grants(cut[start : start + 100])
    context.store.add_grants([north, deputy, few])
    there = [told(["root", one]) for one in ("north", "south")]
    keeping = Keeping(context.store, context.clock, context.roles)
    for ends, kind in (("2026-01-31", events.GRANTS_ENDED), (None, events.GRANTS_REVIVED)):
        before = len(news_of(context))
        seq = context.store.newest_revocation()
        tell_units(context, [{**one, "valid_to": ends} for one in there])
        at_once = news_of(context)[before:]
        # With the event itself what little hangs on the other; no token by what hangs on the first one is good.
        assert {one[1] for one in at_once} - {north.id, deputy.id, few.id} == {cut[-1].id}
        assert "above" in context.store.revocations(seq).below
        assert sum(follow_up(keeping)) == len(cut) - 1 + 1 + 1
        heard = Counter(
            one for one in news_of(context)[before:] if one[1] not in (north.id, deputy.id, few.id)
        )
        assert set(heard.values()) == {1}
        assert {(one[0], one[1]) for one in heard} == {(kind, one.id) for one in cut}
        assert list(follow_up(keeping)) == []


def test_below_whoever_barred_its_people_a_unit_brings_no_access_past_the_ban(context: Context) -> None:
    """Also none that gives nothing at this moment, and would again when its giver is resumed or followed."""
    tell_units(context, [told(["root", "south", "u2"])])
    account = {"_id": "banned", "login": "elsewhere b", "closed": False, "generation": 0, "version": 1}
    context.store.accounts.collection.insert_one({**account, "name": "Sample", "national_index": None})
    barred = a_grant(context, ["root", "north"], (), "banned")
    barred = replace(barred, status=Status.REVOKED, barred_from=("root", "north"), accepted_at=NOW)
    giver = replace(a_grant(context, ["root", "south"], (), "giver"), role="administrator", accepted_at=NOW)
    given = replace(a_grant(context, ["root", "south", "u2"], (giver.id,), "banned"), accepted_at=NOW)
    other = replace(given, id=new_id(), role="reader")
    for grant in (barred, giver, given, other):
        context.store.add_grant(grant, (), ())
    tell_units(context, [told(["root", "north", "u2"])])
    now = {one.id: context.store.grant(one.id) for one in (given, other)}
    assert (now[given.id].status, now[given.id].suspended_from) == (Status.SUSPENDED, ("root", "north"))
    assert now[other.id].status is Status.ACTIVE
