"""Killed at any moment, nothing that was acknowledged is lost, and the roll-ups equal a recount."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import requests

from congress.context import Context
from congress.operations import projection, verify_rollups
from congress.store.plans import Cascade
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    context_of,
    project,
    reported,
    tell_units,
)
from tests.processes import DatabaseServer, House, a_house, free_port

UNITS = 60


def eventually(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Until it is so: what other processes do takes its time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    server = DatabaseServer(free_port(), tmp_path_factory.mktemp("faults") / "data")
    server.start()
    yield server
    if server.process is not None:
        server.process.kill()


@pytest.fixture(scope="module")
def own_house(own_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(own_server, tmp_path_factory.mktemp("faulty")) as house:
        house.start_service("identity")
        house.start_service("congress")
        yield house


@pytest.fixture(scope="module")
def own_outside(own_house: House) -> Iterator[Context]:
    found = context_of(own_house)
    found.prepare()
    more = {f"u{number}": ("root", ("north", "south")[number % 2], f"u{number}") for number in range(UNITS)}
    with pytest.MonkeyPatch.context() as patch:
        for unit, path in more.items():
            patch.setitem(PATHS, unit, path)
        tell_units(found, map(a_told_unit, PATHS.values()))
        yield found
    found.database.client.close()


class Writer(threading.Thread):
    """A clerk who reports and corrects until told to stop, and remembers what was acknowledged."""

    def __init__(self, house: House, plan: Json, units: list[str], stop: threading.Event) -> None:
        super().__init__()
        self._plan, self._units, self._stopped = plan, units, stop
        self._desks = {unit: Desk(house, unit, CLERK) for unit in units}
        self._dice = random.Random(len(units))
        self.acknowledged: dict[str, int] = {}
        self.unacknowledged = 0

    def run(self) -> None:
        while not self._stopped.is_set():
            unit = self._dice.choice(self._units)
            try:
                self._write(self._desks[unit], unit)
            except requests.RequestException:
                self.unacknowledged += 1

    def _write(self, desk: Desk, unit: str) -> None:
        seen = desk.send("GET", f"/congresses?unit_id={unit}&plan_id={self._plan['id']}")
        if seen.status_code != 200:
            self.unacknowledged += 1
            return
        (congress,) = seen.json()["items"]
        opens = self._plan["opens_on"]
        body = {"milestone": "plan", "date": opens}
        standing = [entry["id"] for entry in congress["entries"]]
        if standing:
            body["corrects"] = standing[-1]
            body["date"] = congress["deadline"] if self._dice.random() < 0.1 else opens
        answer = desk.act(congress, "milestones", body)
        if answer.status_code == 200:
            self.acknowledged[congress["id"]] = answer.json()["version"]


def _counted(context: Context, plan: Json) -> int:
    """Grows with every version that is counted."""
    kept = context.rollups.engine.store.all_contributions()
    return sum(counted.version for counted in kept if counted.scope == plan["id"])


def test_killed_during_writes_nothing_acknowledged_is_lost_and_roll_ups_equal_a_recount(
    own_house: House, own_outside: Context
) -> None:
    plan = an_open_plan(own_house, own_outside)
    for unit in ("root", "north", "south"):
        reported(own_house, plan, unit, "plan", own_outside.clock.today() - timedelta(days=100))
    stop, dice = threading.Event(), random.Random(7)
    units = [f"u{number}" for number in range(UNITS)]
    writers = [Writer(own_house, plan, units[part::3], stop) for part in range(3)]
    for writer in writers:
        writer.start()
    for round_ in range(6):
        projector = own_house.start_program("congress.projector")
        before = _counted(own_outside, plan)
        eventually(lambda before=before: _counted(own_outside, plan) > before)  # type: ignore[misc]
        time.sleep(dice.random() * 0.3)
        projector.kill()
        if round_ == 3:
            own_house.processes["congress"].kill()
            own_house.start_service("congress")
    stop.set()
    for writer in writers:
        writer.join(30)
    own_house.start_program("congress.projector")
    eventually(lambda: not own_outside.rollups.engine.waiting(1))
    acknowledged = {key: version for writer in writers for key, version in writer.acknowledged.items()}
    assert sum(acknowledged.values()) > 100
    for congress_id, version in acknowledged.items():
        kept = own_outside.congresses.find(congress_id)
        assert kept is not None
        assert kept.version >= version
    assert verify_rollups(own_outside) == []
    own_house.processes["congress.projector"].stop()


def test_cut_off_between_counting_and_marking_a_change_counts_once(
    own_house: House, own_outside: Context
) -> None:
    plan = an_open_plan(own_house, own_outside)
    reported(own_house, plan, "root", "plan", own_outside.clock.today())
    changed = own_outside.rollups.engine.waiting(10)
    own_outside.database.in_transaction(lambda: own_outside.rollups.engine.absorb(changed))
    assert own_outside.rollups.engine.waiting(10) == changed
    project(own_outside)
    assert verify_rollups(own_outside, plan["id"]) == []
    assert Desk(own_house, "root", READER).get(f"/rollups/{plan['id']}/root")["milestones"][0]["done"] == 1


def test_what_is_saved_while_it_is_counted_stays_marked(own_house: House, own_outside: Context) -> None:
    plan = an_open_plan(own_house, own_outside)
    reported(own_house, plan, "root", "plan", own_outside.clock.today())
    seen = own_outside.rollups.engine.waiting(10)
    congress = reported(own_house, plan, "root", "opened", own_outside.clock.today())
    own_outside.rollups.engine.clean(seen)
    assert [found["version"] for found in own_outside.rollups.engine.waiting(10)] == [congress["version"]]
    project(own_outside)
    assert verify_rollups(own_outside, plan["id"]) == []


def test_drift_is_found_and_named(own_house: House, own_outside: Context) -> None:
    plan = an_open_plan(own_house, own_outside)
    rollups = own_outside.database.mongo["rollups"]
    (key,) = rollups.find_one({"_id": f"{plan['id']}:u1"})["groups"]  # type: ignore[index]
    rollups.update_one({"_id": f"{plan['id']}:root"}, {"$inc": {f"groups.{key}.total": 1}})
    (found,) = verify_rollups(own_outside, plan["id"])
    assert (found.unit_id, found.counter) == ("root", "total")
    assert int(found.stored) - int(found.counted) == 1


def test_a_cascade_that_is_killed_goes_on_and_makes_nothing_twice(
    own_house: House, own_outside: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "BATCH", 20)
    first = an_open_plan(own_house, own_outside)
    congresses = own_outside.database.mongo["congresses"]
    plans = own_outside.database.mongo["plans"]
    plan_id = first["id"]
    begun = {"state": "cascading", "version": 2}
    for collection in ("congresses", "contributions", "rollups"):
        own_outside.database.mongo[collection].delete_many({"plan_id": plan_id})
    plans.update_one({"_id": plan_id}, {"$set": begun})
    own_outside.plans.put_cascade(plan_id, Cascade(len(PATHS), 0, "running"))
    steps = projection.run_cascades(own_outside)
    assert [next(steps), next(steps)] == [20, 40]
    del steps  # the process is gone
    assert congresses.count_documents({"plan_id": plan_id}) == 40
    project(own_outside)
    assert congresses.count_documents({"plan_id": plan_id}) == len(PATHS)
    organiser = Desk(own_house, "root", ADMINISTRATOR)
    assert organiser.get(f"/plans/{plan_id}/cascade") == {
        "total": len(PATHS),
        "made": len(PATHS),
        "state": "done",
    }
    assert organiser.get(f"/rollups/{plan_id}/root")["total"] == len(PATHS)
    assert verify_rollups(own_outside, plan_id) == []


def test_without_the_database_the_answer_is_503_in_time_and_all_is_well_when_it_is_back(
    own_house: House, own_server: DatabaseServer, own_outside: Context
) -> None:
    clerk = Desk(own_house, "root", CLERK)
    plans = clerk.get("/plans")
    assert own_server.process is not None
    own_server.process.kill()
    began = time.monotonic()
    answer = clerk.send("GET", "/plans")
    took = time.monotonic() - began
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json"), (
        answer.text
    )
    assert int(answer.headers["Retry-After"]) > 0
    assert took < 3
    congress = plans["items"][0]
    began = time.monotonic()
    write = clerk.send(
        "POST", f"/congresses/{congress['id']}/submit", {}, If_Match='"1"', Idempotency_Key="k1"
    )
    assert write.status_code == 503
    assert time.monotonic() - began < 3
    own_server.start()
    eventually(lambda: clerk.send("GET", "/plans").status_code == 200, 15)
    assert clerk.get("/plans") == plans
