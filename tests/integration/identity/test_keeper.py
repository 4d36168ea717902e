"""The keeper: what the calendar does to grants is told once, to the right people, whoever looks and how often."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context, Keeping
from identity.domain.grant_dates import TOLD_AFTERWARDS
from identity.domain.grant_refusals import GivenAlready
from identity.domain.grants import Grant, Status
from identity.operations import first_administrator, to_recertify
from identity.operations.grants import list_grants
from identity.operations.keeping import AT_ONCE, tell_ending, tell_unconfirmed
from identity.operations.relisting import list_anew
from identity.operations.running_out import cause_mark, tell_cut_off
from identity.operations.verifying import count_anew
from servicekit.access.decision import Caller, Reach, Right
from servicekit.data.records import DuplicateKeyError
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from tests.growth import METER
from tests.processes import ROOT, House
from tests.scene import first_people, identity_operations

PATHS = {"north": ("root", "north"), "south": ("root", "south")}


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "k"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(context: Context, unit: str = "north", **changes: Any) -> Grant:
    today = context.clock.today()
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
    return context.store.add_grant(replace(grant, **changes), (), ())


def news(context: Context) -> list[dict[str, Any]]:
    found = context.store.calendar.collection.find({})
    return [item for one in found for item in one.get("_outbox", [])]


def told(context: Context, kind: str) -> list[dict[str, Any]]:
    return [item["data"] for item in news(context) if item.get("type") == kind]


def test_holders_hear_once_that_their_access_ends(context: Context) -> None:
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    soon = a_grant(context, valid_to=today + timedelta(days=20))
    a_grant(context, valid_to=today + timedelta(days=40))
    assert [tell_ending(keeping), tell_ending(keeping)] == [1, 0]
    (data,) = told(context, events.GRANT_ENDING)
    assert (data["grant_id"], data["date"]) == (soon.id, soon.valid_to.isoformat())
    week = context.store.save_grant(replace(soon, valid_to=today + timedelta(days=3)), soon.version)
    assert tell_ending(keeping) == 1
    assert told(context, events.GRANT_ENDING)[-1]["date"] == week.valid_to.isoformat()


def test_superiors_hear_which_units_nobody_will_keep(context: Context) -> None:
    """North has an administrator who stays on, South has not: its second one goes on the same day."""
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    soon = today + timedelta(days=20)
    for unit in ("north", "south", "south"):
        a_grant(context, unit, role="administrator", valid_to=soon)
    a_grant(context, "north", role="administrator")
    a_grant(context, "north", valid_to=soon)  # a clerk
    assert [tell_ending(keeping), tell_ending(keeping)] == [4, 0]
    (data,) = told(context, events.UNITS_LEFT_ALONE)
    assert data == {"unit_id": "root", "unit_path": ["root"], "count": 1, "date": soon.isoformat()}


def test_superiors_hear_what_to_confirm_and_what_has_stopped_counted_by_unit(context: Context) -> None:
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    for unit, days in (("north", 5), ("south", 9), ("south", -1), ("north", 200)):
        a_grant(context, unit, recertify_by=today + timedelta(days=days))
    assert [tell_unconfirmed(keeping), tell_unconfirmed(keeping)] == [3, 0]
    (due,) = told(context, events.GRANTS_TO_CONFIRM)
    assert (due["unit_id"], due["unit_path"], due["count"]) == ("root", ["root"], 2)
    assert due["date"] == (today + timedelta(days=5)).isoformat()
    (over,) = told(context, events.GRANTS_UNCONFIRMED)
    assert over["count"] == 1
    assert [item["action"] for item in news(context) if item["kind"] == "audit"] == ["grant.unconfirmed"]


def test_whoever_is_cut_off_when_a_day_ends_hears_it_once_and_why(context: Context) -> None:
    """The giver's period is over, or nobody confirmed them: nobody acts, so nobody else would tell."""
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    now, yesterday = context.clock.now(), today - timedelta(days=1)
    over = a_grant(context, role="administrator", valid_to=yesterday, recertify_by=None)
    unconfirmed = a_grant(context, "south", role="administrator", recertify_by=yesterday)
    cut = [
        a_grant(context, unit, chain=(giver.id,), accepted_at=now)
        for unit, giver in (("north", over), ("south", unconfirmed))
        for _ in range(3)
    ]
    a_grant(context, chain=(over.id,), valid_to=yesterday, accepted_at=now)  # ends by itself
    a_grant(context, role="administrator", valid_to=today)  # is good to the end of the day
    # Another keeper had told some of it, and was cut off before it had told all.
    context.store.tell([f"{cause_mark(over)} {cut[0].id}"], [], [], now)
    assert sum(tell_cut_off(keeping)) > 0
    assert list(tell_cut_off(keeping)) == []
    found = {
        one["grant_id"]: data["why"] for data in told(context, events.GRANTS_ENDED) for one in data["grants"]
    }
    assert found == {one.id: "giver-ended" for one in cut[1:3]} | {
        one.id: "giver-unconfirmed" for one in cut[3:]
    }
    entries = [item for item in news(context) if item.get("action") == "grant.cut_off"]
    assert sorted(item["details"]["count"] for item in entries) == [3, 3]
    # Confirmed, and not confirmed once more: another day, told again.
    context.store.save_grant(replace(unconfirmed, recertify_by=today), unconfirmed.version)
    tomorrow = Keeping(context.store, Clock(context.zone, timedelta(days=1)), context.roles)
    before = len(told(context, events.GRANTS_ENDED))
    assert sum(tell_cut_off(tomorrow)) > 0
    (again,) = told(context, events.GRANTS_ENDED)[before:]
    assert {one["grant_id"] for one in again["grants"]} == {one.id for one in cut[3:]}


def test_what_hung_on_what_ran_out_is_read_a_part_at_a_time(context: Context) -> None:
    """Cut off in between, the next look tells the rest, and nothing twice; a day is looked through once."""
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    yesterday = today - timedelta(days=1)
    over = a_grant(context, role="administrator", valid_to=yesterday, recertify_by=None)
    hanging = a_grant(context, chain=(over.id,), accepted_at=context.clock.now())
    more = [replace(hanging, id=new_id(), account_id=new_id()) for _ in range(2 * AT_ONCE + 10)]
    for part in range(0, len(more), AT_ONCE):
        context.store.add_grants(more[part : part + AT_ONCE])
    with closing(tell_cut_off(keeping)) as parts:
        before = METER.documents
        # Of the days on which nothing ran out each is one part.
        assert max(next(parts) for _ in range(TOLD_AFTERWARDS.days)) == AT_ONCE
        # The ids of all, once, and of each grant of the part itself, its chain and its mark.
        assert METER.documents - before < len(more) + 4 * AT_ONCE
    assert sum(tell_cut_off(keeping)) == len(more) + 1 + 1
    heard = Counter(one["grant_id"] for data in told(context, events.GRANTS_ENDED) for one in data["grants"])
    assert heard == Counter(one.id for one in (hanging, *more))
    (entry,) = [item for item in news(context) if item.get("action") == "grant.cut_off"]
    assert entry["details"]["count"] == len(more) + 1
    before = METER.documents
    assert list(tell_cut_off(keeping)) == []
    assert METER.documents - before <= TOLD_AFTERWARDS.days


def test_what_the_version_before_changed_is_listed_as_it_stands(context: Context) -> None:
    """It saves grants without the list of what to confirm: confirmed, ended and due ones are found again."""
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    soon = today + timedelta(days=5)
    stays, confirmed, ended, due = (a_grant(context, recertify_by=soon) for _ in range(4))
    grants, lines = context.store.grants.collection, context.store.database.mongo["listed"]
    year = datetime(today.year + 1, 1, 1, tzinfo=UTC) + timedelta(days=365)
    grants.update_one({"_id": confirmed.id}, {"$set": {"recertify_by": year}, "$inc": {"version": 1}})
    grants.update_one({"_id": ended.id}, {"$set": {"status": "revoked"}, "$inc": {"version": 1}})
    lines.delete_many({"item": f"to-confirm {due.id}"})
    reader = Caller("r", rights=(Right("access:read", "root", ("root",), Reach.BELOW),), assurance=2)

    def listed() -> tuple[set[str], int | None]:
        page = to_recertify(context, reader, "root", after="", limit=50).page
        return {one.id for one in page.items}, page.total

    assert listed()[0] == {stays.id, confirmed.id, ended.id}
    assert sum(list_anew(keeping)) == 4
    assert list(count_anew(keeping))
    assert listed() == ({stays.id, due.id}, 2)


def test_the_holder_too_hears_that_nobody_confirmed_them(context: Context) -> None:
    keeping, today = Keeping(context.store, context.clock, context.roles), context.clock.today()
    over = a_grant(context, recertify_by=today - timedelta(days=1), accepted_at=context.clock.now())
    assert [tell_unconfirmed(keeping), tell_unconfirmed(keeping)] == [1, 0]
    assert [(one["grant_id"], one["why"]) for one in told(context, events.GRANT_ENDED)] == [
        (over.id, "unconfirmed")
    ]


def test_the_operator_renews_an_invitation_that_lapsed_and_makes_none_twice(context: Context) -> None:
    today = context.clock.today()
    invited = ("root", "9990000000752", "HQ", today, today.replace(year=today.year + 1))
    first = first_administrator(context, *invited)
    with pytest.raises(GivenAlready):
        first_administrator(context, *invited)
    context.store.save_grant(replace(first, invited_until=today - timedelta(days=1)), first.version)
    again = first_administrator(context, *invited)
    assert (again.id, again.invited_until) == (first.id, today + timedelta(days=60))


def test_of_two_who_tell_the_same_one_is_refused_and_tells_nothing(context: Context) -> None:
    context.store.tell(["mark"], [], [], context.clock.now())
    before = len(news(context))
    with pytest.raises(DuplicateKeyError):
        context.store.tell(["another", "mark"], [], [], context.clock.now())
    assert len(news(context)) == before
    assert context.store.told(["another", "mark"]) == {"mark"}


def test_the_program_looks_by_itself_and_ends_when_told(house: House, context: Context) -> None:
    a_grant(context, valid_to=context.clock.today() + timedelta(days=2))
    program = subprocess.Popen(
        [sys.executable, "-m", "identity.keeper"], env={**os.environ, **house.env()}, cwd=ROOT
    )
    try:
        until = time.monotonic() + 30
        while not told(context, events.GRANT_ENDING) and time.monotonic() < until:
            assert program.poll() is None
            time.sleep(0.1)
        assert len(told(context, events.GRANT_ENDING)) == 1
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=10) == 0


def test_what_waits_is_found_among_more_grants_than_a_list_shows(context: Context) -> None:
    """The oldest grants are the first to be confirmed: a list of the newest would never have them."""
    today, store = context.clock.today(), context.store
    due = a_grant(context, recertify_by=today + timedelta(days=5))
    waiting = a_grant(context, status=Status.PROPOSED, confirm_until=context.clock.now() + timedelta(hours=1))
    other = a_grant(context, "south", status=Status.PROPOSED)
    more = [
        replace(due, id=new_id(), account_id=new_id(), recertify_by=today + timedelta(days=300))
        for _ in range(520)
    ]
    store.add_grants(more)
    reader = Caller("r", rights=(Right("access:read", "root", ("root",), Reach.BELOW),), assurance=2)
    listed = to_recertify(context, reader, "root", after="", limit=50).page
    assert ([one.id for one in listed.items], listed.next, listed.total) == ([due.id], None, 1)
    assert to_recertify(context, reader, "south", after="", limit=50).page.total == 0

    def proposed(unit_id: str, *, below: bool) -> set[str]:
        page = list_grants(context, reader, unit_id, below=below, status="proposed", after="", limit=50)
        return {one.id for one in page.items}

    assert proposed("north", below=False) == {waiting.id}
    assert proposed("root", below=True) == {waiting.id, other.id}
    # The whole list is walked page after page: each grant once, and the total said beforehand.
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_grants(context, reader, "root", below=True, status="", after=cursor, limit=100)
        assert page.total == 524  # the first administrator's as well
        seen, cursor = [*seen, *(one.id for one in page.items)], page.next
    assert len(seen) == len(set(seen)) == 524
    assert {due.id, waiting.id, other.id, *(one.id for one in more)} < set(seen)
