"""`sammelan jobs`: the operator lists what failed, tries it again, and ends what waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.data.database import Database
from servicekit.data.events import Origin
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Job, Owner, State
from servicekit.work.jobs.store import JobStore
from tests.integration.sammelan.running import Machine

LATER = timedelta(days=1)


@pytest.fixture
def store(machine: Machine) -> Iterator[JobStore]:
    address = f"mongodb://127.0.0.1:{machine.port_base + 7}/"
    database = Database(address, "sammelan_notifications")
    made = JobStore(database, lambda: Origin(datetime.now(UTC), "somebody"))
    made.prepare()
    yield made
    database.client.close()


def test_the_operator_lists_tries_again_and_cancels(machine: Machine, store: JobStore) -> None:
    now = datetime.now(UTC)
    # Not due yet, so that no worker of the house takes it before it is dead.
    failed = Job("j-failed", "count", Owner("a"), {}, now, now + LATER)
    store.save(rules.dead(store.add(failed), "worker-died", now))
    store.add(Job("j-waits", "count", Owner("a"), {}, now, now + LATER))
    listed = machine.run("jobs", "list")
    assert listed.returncode == 0, listed.stderr
    assert [word in listed.stdout for word in ("j-failed", "dead", "worker-died", "j-waits")] == [True] * 4
    assert "j-waits" not in machine.run("jobs", "list", "--state", "dead").stdout
    again = machine.run("jobs", "retry", "j-failed")
    assert "is waiting" in again.stdout, again.stderr
    refused = machine.run("jobs", "retry", "j-waits")
    assert (refused.returncode, "failed for good" in refused.stderr) == (1, True)
    assert "is cancelled" in machine.run("jobs", "cancel", "j-waits").stdout
    assert (found := store.find("j-waits")) is not None
    assert found.state is State.CANCELLED
    unknown = machine.run("jobs", "cancel", "nothing")
    assert (unknown.returncode, "is not there" in unknown.stderr) == (1, True)
