"""The sample service, a store that tells events, and the relay between them."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.events.relay import Collector
from tests.processes import House, start, wait_for

Json = dict[str, Any]
T = TypeVar("T")
RELAY = "servicekit.events.relay"


def eventually(find: Callable[[], T | None], seconds: float = 30.0) -> T:
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
    return found


def an_origin() -> Origin:
    return Origin(datetime.now(UTC), "somebody", "Some Body", "", "r1")


@dataclass
class Producer:
    """Stands in the place of membership: its records tell events."""

    database: Database
    records: Records = field(init=False)

    def __post_init__(self) -> None:
        self.records = Records(self.database, "letters", an_origin)
        self.records.prepare()

    def tell(self, name: str, version: int, **data: Any) -> None:
        """The record's next change, with an event that says which, and an audit entry."""
        events = [Event("thing.told", {"record": name, "n": version, **data})]
        audit = [AuditEntry("letter.changed", "u", ("hq", "u"), "letter", name)]
        if version == 1:
            self.records.insert({"_id": name, "n": 1}, events, audit)
        else:
            self.records.save({"_id": name, "n": version}, version - 1, events, audit)


@dataclass
class Post:
    house: House
    producer: Producer
    consumer: Database

    @property
    def address(self) -> str:
        return self.house.url("congress")

    def start_service(self) -> None:
        process = self.house.processes["sample"] = start(
            [
                sys.executable, "-m", "gunicorn", "tests.integration.servicekit.sample_service.app:create()",
                "--bind", f"127.0.0.1:{self.house.ports['congress']}",
                "--worker-class", "servicekit.serving.worker.Threads", "--threads", "4",
                "--forwarder-headers", "", "--no-control-socket", "--graceful-timeout", "1",
            ],
            self.house.folder / "sample.log",
            self.house.env(),
        )  # fmt: skip
        wait_for(self.address + "/readyz", 25, process.popen)

    def kill_service(self) -> None:
        self.house.processes["sample"].kill()

    def start_relay(self) -> None:
        self.house.start_program(RELAY)

    def kill_relay(self) -> None:
        self.house.processes[RELAY].kill()

    def heard(self, record: str) -> list[int]:
        """What was heard of a record, in the order in which it was handled."""
        found = self.consumer.mongo["heard"].find({"data.record": record})
        return [one["data"]["n"] for one in sorted(found, key=lambda one: one["at"])]


@pytest.fixture(scope="module")
def post(house: House) -> Iterator[Post]:
    producer = Database(house.database.url, f"{house.prefix}_membership")
    consumer = Database(house.database.url, f"{house.prefix}_congress")
    made = Post(house, Producer(producer), consumer)
    consumer.mongo["heard"].create_index("data.record")
    made.start_service()
    made.start_relay()
    yield made
    producer.client.close()
    consumer.client.close()


@pytest.fixture
def database(new_database: Callable[[str], Database]) -> Database:
    return new_database("kit")


@pytest.fixture
def collector(database: Database) -> Collector:
    made = Collector(database, b"key")
    made.prepare()
    return made
