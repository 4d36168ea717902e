"""A hand-over that is cut off in the middle is finished by the keeper; whatever happens, nobody is left in between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo import monitoring
from pymongo.errors import PyMongoError

from identity.context import Context, Keeping
from identity.domain import grant_acts, grant_rights
from identity.domain.grants import Grant, Status, WhyNot, why_not
from identity.domain.succession import (
    Handover,
    HandoverKeyReused,
    HandoverStopped,
    HandoverUnderWay,
    State,
    SuccessorUnfit,
)
from identity.operations import handing_over, succession
from identity.operations.grants import read_grant
from identity.operations.handing_over import (
    STEP,
    finish_handovers,
    first_step,
    next_step,
    shares,
    to_its_end,
)
from identity.store import Store
from servicekit.access.decision import Caller
from servicekit.data.database import Database
from servicekit.ids import new_id
from servicekit.refusals import Refusal, Unavailable
from tests.processes import ROOT, House
from tests.scene import first_people, identity_operations

MANY = 2 * STEP + 50


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "h"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(context: Context, who: str, unit: str, *chain: str, role: str = "administrator") -> Grant:
    today, now = context.clock.today(), context.clock.now()
    return Grant(
        id=new_id(),
        unit_id=unit,
        unit_path=("root",) if unit == "root" else ("root", unit),
        role=role,
        valid_from=today,
        valid_to=today + timedelta(days=90),
        status=Status.ACTIVE,
        account_id=who,
        chain=chain,
        accepted_at=now,
        given_at=now,
    )


class Scene:
    """The chief gave to the leaver and to the successor; on the leaver hang many readers, and a deputy."""

    def __init__(self, context: Context, many: int = MANY) -> None:
        self.context = context
        self.keeping = Keeping(context.store, context.clock, context.roles)
        self.chief = a_grant(context, "chief", "root")
        self.leaver = a_grant(context, "leaver", "north", self.chief.id)
        self.successor = a_grant(context, "successor", "north", self.chief.id)
        above = (self.chief.id, self.leaver.id)
        self.deputy = a_grant(context, "deputy", "north", *above)
        self.readers = [a_grant(context, f"r{n}", "north", *above, role="reader") for n in range(many)]
        store = context.store
        for who in ("chief", "leaver", "successor", "deputy"):
            store.accounts.insert({"_id": who, "login": who, "name": who, "closed": False, "generation": 0})
        store.add_grants([self.chief, self.leaver, self.successor, self.deputy, *self.readers])

    def caller(self, who: str = "leaver") -> Caller:
        held = self.context.store.grants_of(who)
        above, today = self.context.store.with_chains(held), self.context.clock.today()
        rights = grant_rights.rights(held, above, self.context.roles, today)
        return Caller(who, rights=rights, assurance=3, auth_time=self.context.clock.now(), name=who)

    def wanted(self, to: Grant | None = None, once: str = "") -> Handover:
        now, to_id = self.context.clock.now(), (to or self.successor).id
        return Handover(self.leaver.id, to_id, (), "a new post", ("leaver",), "leaver", now, now, once=once)

    def begun(self, steps: int) -> Handover:
        """The process ends after so many steps."""
        work, version = self.context.store.database.in_transaction, self.now(self.leaver).version
        handover = work(lambda: first_step(self.keeping, self.caller(), self.wanted(), version))
        for _ in range(steps - 1):
            handover = work(lambda: next_step(self.keeping, self.leaver.id))
        return handover

    def rested(self) -> None:
        """As if nobody had been at work for a while."""
        handover = self.context.store.handovers.find(self.leaver.id)
        assert handover is not None
        earlier = handover.touched_at - 2 * handing_over.AT_WORK
        self.context.store.handovers.put(replace(handover, touched_at=earlier))

    def now(self, grant: Grant) -> Grant:
        return self.context.store.grant(grant.id)

    def on(self, grant: Grant) -> int:
        """How many of the readers hang on it directly."""
        found = self.context.store.grants_by_id(one.id for one in self.readers).values()
        return sum(one.parent_id == grant.id for one in found)

    def whys(self) -> set[WhyNot | None]:
        found = self.context.store.grants_by_id(one.id for one in self.readers)
        above = self.context.store.with_chains(found.values())
        return {why_not(one, above, self.context.clock.today()) for one in found.values()}

    def told(self, collection: str = "handovers") -> list[str]:
        found = self.context.store.database.mongo[collection].find({})
        return [item["type"] for one in found for item in one.get("_outbox", []) if item["kind"] == "event"]


@pytest.mark.parametrize("steps", [1, 2])
def test_cut_off_after_any_step_nobody_is_without_access_and_the_keeper_finishes_it(
    context: Context, steps: int
) -> None:
    scene = Scene(context)
    assert scene.begun(steps).state is State.OPEN
    # The deputy, an administrator, is among those that go over.
    assert steps * STEP - 1 <= scene.on(scene.successor) <= steps * STEP
    assert (scene.on(scene.leaver) > 0, scene.whys()) == (True, {None})
    assert finish_handovers(scene.keeping) == 0  # somebody may be at work
    scene.rested()
    assert [finish_handovers(scene.keeping), finish_handovers(scene.keeping)] == [1, 0]
    assert (scene.on(scene.successor), scene.on(scene.leaver), scene.whys()) == (MANY, 0, {None})
    left = scene.now(scene.leaver)
    assert (left.status, left.handed_to) == (Status.REVOKED, scene.successor.id)
    assert scene.now(scene.deputy).parent_id == scene.successor.id
    assert scene.told().count("handover.finished") == 1


def test_sent_again_after_a_crash_the_same_request_goes_on_and_says_how_much_it_was(context: Context) -> None:
    scene = Scene(context)
    scene.begun(1)
    done = succession.hand_over(
        context,
        scene.caller(),
        scene.leaver.id,
        scene.successor.id,
        (),
        "a new post",
        scene.now(scene.leaver).version,
    )
    assert (done.moved, done.grant.status) == (MANY + 1, "revoked")


def test_a_key_makes_it_once_and_is_for_one_request_alone(context: Context) -> None:
    scene = Scene(context, 3)
    version = scene.now(scene.leaver).version

    def hand(reason: str, to: Grant = scene.successor) -> int:
        arguments = (context, scene.caller(), scene.leaver.id, to.id, (), reason, version)
        return int(succession.hand_over(*arguments, once="key").moved)

    assert [hand("a new post"), hand("a new post")] == [4, 4]
    with pytest.raises(HandoverKeyReused):
        hand("another reason")


def test_a_superior_who_has_lost_their_access_is_not_told_again_what_they_handed_over(
    context: Context,
) -> None:
    scene = Scene(context, 3)
    to = (scene.leaver.id, scene.successor.id, (), "as agreed", scene.now(scene.leaver).version)
    chief = scene.caller("chief")
    assert succession.hand_over(context, chief, *to, once="key").moved == 4
    mine = scene.now(scene.chief)
    context.store.save_grant(replace(mine, status=Status.SUSPENDED, suspended_from=("root",)), mine.version)
    with pytest.raises(Refusal):
        succession.hand_over(context, scene.caller("chief"), *to, once="key")


def test_whoever_loses_their_access_in_the_middle_hands_nothing_more_over(context: Context) -> None:
    scene = Scene(context)
    scene.begun(1)
    leaver = scene.now(scene.leaver)
    context.store.save_grant(
        replace(leaver, status=Status.SUSPENDED, suspended_from=("root",)), leaver.version
    )
    scene.rested()
    moved = scene.on(scene.successor)
    assert finish_handovers(scene.keeping) == 1
    assert (scene.on(scene.successor), scene.now(scene.leaver).status) == (moved, Status.SUSPENDED)
    handover = context.store.handovers.find(scene.leaver.id)
    assert handover is not None
    assert (handover.state, handover.why != "") == (State.STOPPED, True)
    assert scene.told()[-1] == "handover.stopped"
    assert finish_handovers(scene.keeping) == 0


def test_a_request_that_is_stopped_in_the_middle_says_how_far_it_came(context: Context) -> None:
    """The successor's access ends between the first step and the second."""
    scene = Scene(context)
    handover = scene.begun(1)
    successor = scene.now(scene.successor)
    context.store.save_grant(grant_acts.ended(successor, "left"), successor.version)
    again = (context, scene.caller(), scene.leaver.id, scene.successor.id, (), "a new post")
    with pytest.raises(SuccessorUnfit):
        succession.hand_over(*again, scene.now(scene.leaver).version)
    stopped = context.store.database.in_transaction(lambda: next_step(scene.keeping, scene.leaver.id))
    assert (stopped.state, stopped.why, stopped.moved) == (State.STOPPED, "SuccessorUnfit", handover.moved)
    context.store.handovers.put(replace(stopped, once="key"))
    with pytest.raises(HandoverStopped) as refusal:
        succession.hand_over(*again, scene.now(scene.leaver).version, once="key")
    assert refusal.value.params["moved"] == STEP


def test_while_one_hand_over_is_under_way_no_other_begins(context: Context) -> None:
    scene = Scene(context)
    scene.begun(1)
    version = scene.now(scene.leaver).version
    with pytest.raises(HandoverUnderWay):
        first_step(scene.keeping, scene.caller(), replace(scene.wanted(), reason="another"), version)


def test_a_part_goes_over_and_whoever_hands_it_over_stays(context: Context) -> None:
    scene = Scene(context, 3)
    only = [scene.readers[0].id]
    version = scene.now(scene.leaver).version
    arguments = (context, scene.caller(), scene.leaver.id, scene.successor.id)
    shown = succession.preview_succession(*arguments, only, limit=50)
    assert (shown.count, shown.ends_own) == (1, False)
    done = succession.hand_over(*arguments, only, "a part", version)
    assert (done.moved, done.grant.status) == (1, "active")
    assert (scene.on(scene.successor), scene.on(scene.leaver), scene.whys()) == (1, 2, {None})


def test_a_superior_leads_hundreds_to_a_deputy_who_hangs_on_the_same_grant(context: Context) -> None:
    """What hangs on the deputy is right already; led anew in each step it would never come to an end."""
    scene = Scene(context, 20)
    own = (scene.chief.id, scene.leaver.id, scene.deputy.id)
    context.store.add_grants(
        [a_grant(context, f"d{n}", "north", *own, role="reader") for n in range(STEP + 20)]
    )
    version = scene.now(scene.leaver).version
    arguments = (context, scene.caller("chief"), scene.leaver.id, scene.deputy.id, (), "as agreed", version)
    assert succession.hand_over(*arguments).moved == 20
    assert (scene.on(scene.deputy), scene.now(scene.leaver).status) == (20, Status.ACTIVE)


def test_all_that_goes_over_is_counted_and_listed_page_by_page(context: Context) -> None:
    scene = Scene(context, 120)
    arguments = (context, scene.caller(), scene.leaver.id, scene.successor.id)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        shown = succession.preview_succession(*arguments, after=after, limit=50)
        assert (shown.count, shown.direct_count) == (121, 121)
        seen, after = [*seen, *(one.id for one in shown.grants)], shown.next
    assert sorted(seen) == sorted([scene.deputy.id, *(one.id for one in scene.readers)])


def test_the_last_power_over_a_unit_is_not_handed_to_whoever_gives_none(context: Context) -> None:
    """A reader takes nothing over that gives access: the leaver stays, as one who resigns would."""
    scene = Scene(context, 0)
    for one in (scene.successor, scene.deputy):
        context.store.save_grant(grant_acts.ended(one, "left"), scene.now(one).version)
    reader = replace(a_grant(context, "heir", "north", scene.chief.id, role="reader"), id="heir")
    context.store.add_grants([reader])
    version = scene.now(scene.leaver).version
    arguments = (context, scene.caller(), scene.leaver.id, reader.id, (), "a new post", version)
    with pytest.raises(SuccessorUnfit):
        succession.hand_over(*arguments)
    assert scene.now(scene.leaver).status is Status.ACTIVE
    # Beside another one who gives access there, it is nobody's last.
    context.store.add_grants([replace(scene.successor, id="peer", account_id="peer")])
    assert succession.hand_over(*arguments).grant.status == "revoked"


class GrantsRead(monitoring.CommandListener):
    """How many documents of grants the database has given out."""

    def __init__(self) -> None:
        self.count = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        if str(cursor.get("ns", "")).endswith(".grants"):
            self.count += len(cursor.get("firstBatch", cursor.get("nextBatch", ())))


def test_a_step_reads_its_share_however_much_there_is(house: House, context: Context) -> None:
    scene = Scene(context, 12 * STEP)
    handover = scene.begun(1)
    read = GrantsRead()
    monitoring.register(read)  # for clients made from now on
    database = Database(house.database.url, context.store.database.name)
    keeping = Keeping(Store(database), context.clock, context.roles)
    _, share, *_ = shares(keeping, scene.leaver.id, handover.reached)
    read.count = 0
    database.in_transaction(lambda: next_step(keeping, scene.leaver.id, share))
    database.client.close()
    # Each twice, as it is and as it is saved, with its holder's other grants; and whoever asks, and the successor.
    assert STEP <= read.count < 5 * STEP


def test_what_is_given_in_the_middle_goes_over_too(context: Context) -> None:
    scene = Scene(context)
    scene.begun(2)
    late = replace(scene.readers[0], id="000late", account_id="late")
    context.store.add_grants([late])
    assert (to_its_end(scene.keeping, scene.leaver.id) or scene.wanted()).state is State.DONE
    assert scene.now(late).parent_id == scene.successor.id
    assert scene.now(scene.leaver).handed_to == scene.successor.id


HANDS_OVER = """
import sys
from dataclasses import replace
from identity.context import Keeping
from identity.domain.succession import Handover, State
from identity.operations.handing_over import first_step, next_step
from identity.operations.second import whoever_asked
from identity.settings import read_keeper_settings
from identity.store import Store
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.work.clock import Clock

leaver, successor = sys.argv[1:]
settings = read_keeper_settings()
common = settings.common
database = Database(common.mongo_url, common.database("identity"), JOB_TIMEOUT_MS)
keeping = Keeping(Store(database), Clock(common.zone), settings.roles)
now, version = keeping.clock.now(), keeping.store.grant(leaver).version
wanted = Handover(leaver, successor, (), "a new post", ("leaver",), "leaver", now, now)
asked = whoever_asked(keeping, wanted.by, wanted.by_name)
handover = database.in_transaction(lambda: first_step(keeping, asked, wanted, version))
while handover.state is State.OPEN:
    handover = database.in_transaction(lambda: next_step(keeping, leaver))
"""


def test_killed_while_it_hands_over_the_rest_is_done_by_the_keeper(house: House, context: Context) -> None:
    many = 12 * STEP
    scene = Scene(context, many)
    program = subprocess.Popen(
        [sys.executable, "-c", HANDS_OVER, scene.leaver.id, scene.successor.id],
        env={**os.environ, **house.env()},
        cwd=ROOT,
    )
    try:
        until = time.monotonic() + 60
        while not scene.on(scene.successor):
            assert program.poll() is None
            assert time.monotonic() < until
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert 0 < scene.on(scene.successor) < many
    assert scene.whys() == {None}
    # What a killed process held locked the database gives free within a minute; until then the keeper tries again.
    until = time.monotonic() + 150
    while scene.on(scene.successor) < many:
        assert time.monotonic() < until
        with suppress(PyMongoError, Unavailable):
            scene.rested()
            finish_handovers(scene.keeping)
    assert (scene.on(scene.leaver), scene.whys()) == (0, {None})
    assert scene.now(scene.leaver).handed_to == scene.successor.id


def test_a_grant_shows_what_it_hangs_on_nearest_first_as_far_as_its_reader_may_look(context: Context) -> None:
    scene = Scene(context, many=1)
    reader, deputy = scene.readers[0], scene.deputy
    above = (scene.leaver.id, scene.chief.id)

    def shown(who: str, grant: Grant) -> tuple[str, ...]:
        return read_grant(context, scene.caller(who), grant.id).chain

    assert shown("chief", reader) == above
    assert shown("deputy", deputy) == above[:1]
    assert shown("r0", reader) == ()
    assert shown("chief", scene.chief) == ()
