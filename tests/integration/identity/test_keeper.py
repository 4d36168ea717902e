"""The keeper: what the calendar does to grants is told once, to the right people, whoever looks and how often."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity import events
from identity.domain.grants import GivenAlready, Grant, Status
from identity.operations import Outside, first_administrator, to_recertify
from identity.operations.grants import list_grants
from identity.operations.keeping import Keeping, tell_ending, tell_unconfirmed
from servicekit.access import Caller, Reach, Right
from servicekit.ids import new_id
from servicekit.records import DuplicateKeyError
from tests.processes import ROOT, House
from tests.scene import first_people, identity_operations

PATHS = {"north": ("root", "north"), "south": ("root", "south")}


@pytest.fixture
def outside(house: House) -> Iterator[Outside]:
    house.prefix += "k"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(outside: Outside, unit: str = "north", **changes: Any) -> Grant:
    today = outside.clock.today()
    grant = Grant(
        id=new_id(),
        unit_id=unit,
        unit_path=PATHS[unit],
        role="clerk",
        valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=300),
        status=Status.ACTIVE,
        account_id=new_id(),
        recertify_by=today + timedelta(days=300),
    )
    return outside.store.add_grant(replace(grant, **changes), (), ())


def news(outside: Outside) -> list[dict[str, Any]]:
    found = outside.store.calendar.collection.find({})
    return [item for one in found for item in one.get("_outbox", [])]


def told(outside: Outside, kind: str) -> list[dict[str, Any]]:
    return [item["data"] for item in news(outside) if item.get("type") == kind]


def test_holders_hear_once_that_their_access_ends(outside: Outside) -> None:
    keeping, today = Keeping(outside.store, outside.clock, outside.roles), outside.clock.today()
    soon = a_grant(outside, valid_to=today + timedelta(days=20))
    a_grant(outside, valid_to=today + timedelta(days=40))
    assert [tell_ending(keeping), tell_ending(keeping)] == [1, 0]
    (data,) = told(outside, events.GRANT_ENDING)
    assert (data["grant_id"], data["date"]) == (soon.id, soon.valid_to.isoformat())
    week = outside.store.save_grant(replace(soon, valid_to=today + timedelta(days=3)), soon.version)
    assert tell_ending(keeping) == 1
    assert told(outside, events.GRANT_ENDING)[-1]["date"] == week.valid_to.isoformat()


def test_superiors_hear_which_units_nobody_will_keep(outside: Outside) -> None:
    """North has an administrator who stays on, South has not: its second one goes on the same day."""
    keeping, today = Keeping(outside.store, outside.clock, outside.roles), outside.clock.today()
    soon = today + timedelta(days=20)
    for unit in ("north", "south", "south"):
        a_grant(outside, unit, role="administrator", valid_to=soon)
    a_grant(outside, "north", role="administrator")
    a_grant(outside, "north", valid_to=soon)  # a clerk
    assert [tell_ending(keeping), tell_ending(keeping)] == [4, 0]
    (data,) = told(outside, events.UNITS_LEFT_ALONE)
    assert data == {"unit_id": "root", "unit_path": ["root"], "count": 1, "date": soon.isoformat()}


def test_superiors_hear_what_to_confirm_and_what_has_stopped_counted_by_unit(outside: Outside) -> None:
    keeping, today = Keeping(outside.store, outside.clock, outside.roles), outside.clock.today()
    for unit, days in (("north", 5), ("south", 9), ("south", -1), ("north", 200)):
        a_grant(outside, unit, recertify_by=today + timedelta(days=days))
    assert [tell_unconfirmed(keeping), tell_unconfirmed(keeping)] == [3, 0]
    (due,) = told(outside, events.GRANTS_TO_CONFIRM)
    assert (due["unit_id"], due["unit_path"], due["count"]) == ("root", ["root"], 2)
    assert due["date"] == (today + timedelta(days=5)).isoformat()
    (over,) = told(outside, events.GRANTS_UNCONFIRMED)
    assert over["count"] == 1
    assert [item["action"] for item in news(outside) if item["kind"] == "audit"] == ["grant.unconfirmed"]


def test_the_operator_renews_an_invitation_that_lapsed_and_makes_none_twice(outside: Outside) -> None:
    today = outside.clock.today()
    invited = ("root", "9990000000752", "HQ", today, today.replace(year=today.year + 1))
    first = first_administrator(outside, *invited)
    with pytest.raises(GivenAlready):
        first_administrator(outside, *invited)
    outside.store.save_grant(replace(first, invited_until=today - timedelta(days=1)), first.version)
    again = first_administrator(outside, *invited)
    assert (again.id, again.invited_until) == (first.id, today + timedelta(days=60))


def test_of_two_who_tell_the_same_one_is_refused_and_tells_nothing(outside: Outside) -> None:
    outside.store.tell(["mark"], [], [], outside.clock.now())
    before = len(news(outside))
    with pytest.raises(DuplicateKeyError):
        outside.store.tell(["another", "mark"], [], [], outside.clock.now())
    assert len(news(outside)) == before
    assert outside.store.told(["another", "mark"]) == {"mark"}


def test_the_program_looks_by_itself_and_ends_when_told(house: House, outside: Outside) -> None:
    a_grant(outside, valid_to=outside.clock.today() + timedelta(days=2))
    program = subprocess.Popen(
        [sys.executable, "-m", "identity.keeper"], env={**os.environ, **house.env()}, cwd=ROOT
    )
    try:
        until = time.monotonic() + 30
        while not told(outside, events.GRANT_ENDING) and time.monotonic() < until:
            assert program.poll() is None
            time.sleep(0.1)
        assert len(told(outside, events.GRANT_ENDING)) == 1
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=10) == 0


def test_what_waits_is_found_among_more_grants_than_a_list_shows(outside: Outside) -> None:
    """The oldest grants are the first to be confirmed: a list of the newest would never have them."""
    today, store = outside.clock.today(), outside.store
    due = a_grant(outside, recertify_by=today + timedelta(days=5))
    waiting = a_grant(outside, status=Status.PROPOSED, confirm_until=outside.clock.now() + timedelta(hours=1))
    other = a_grant(outside, "south", status=Status.PROPOSED)
    more = [
        replace(due, id=new_id(), account_id=new_id(), recertify_by=today + timedelta(days=300))
        for _ in range(520)
    ]
    store.add_grants(more)
    reader = Caller("r", rights=(Right("access:read", "root", ("root",), Reach.BELOW),), assurance=2)
    listed = to_recertify(outside, reader, "root", after="", limit=50)
    assert ([one["id"] for one in listed.items], listed.next, listed.total) == ([due.id], None, 1)
    assert to_recertify(outside, reader, "south", after="", limit=50).total == 0

    def proposed(unit_id: str, *, below: bool) -> set[str]:
        page = list_grants(outside, reader, unit_id, below=below, status="proposed", after="", limit=50)
        return {one["id"] for one in page.items}

    assert proposed("north", below=False) == {waiting.id}
    assert proposed("root", below=True) == {waiting.id, other.id}
    # The whole list is walked page after page: each grant once, and the total said beforehand.
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_grants(outside, reader, "root", below=True, status="", after=cursor, limit=100)
        assert page.total == 524  # the first administrator's as well
        seen, cursor = [*seen, *(one["id"] for one in page.items)], page.next
    assert len(seen) == len(set(seen)) == 524
    assert {due.id, waiting.id, other.id, *(one.id for one in more)} < set(seen)
