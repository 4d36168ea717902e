"""Two relays at once, as while one takes over from another that only was slow: nobody goes back."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from servicekit.access.keys import KeyRing
from servicekit.data.database import Database
from servicekit.events.relay import DELIVERED_AT_ONCE, Collector, Courier
from tests.integration.servicekit.conftest import Producer
from tests.processes import House

TOLD = 3 * DELIVERED_AT_ONCE


class Consumer(ThreadingHTTPServer):
    """A place that takes whatever is delivered; of the first delivery only once `meanwhile` is done."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.meanwhile: Callable[[], object] | None = None


class Taking(BaseHTTPRequestHandler):
    server: Consumer

    def do_GET(self) -> None:
        self._answer(b'{"types": ["thing.told"]}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        meanwhile, self.server.meanwhile = self.server.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    with Consumer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("begun", [False, True])
def test_a_slow_relay_sets_no_cursor_back_that_another_has_moved_on(
    house: House, database: Database, collector: Collector, consumer: Consumer, begun: bool
) -> None:
    def a_courier() -> Courier:
        url = f"http://127.0.0.1:{consumer.server_port}"
        return Courier(database, "membership", "congress", url, KeyRing(house.folder / "keys", "relay"))

    producer, slow, quick = Producer(database), a_courier(), a_courier()
    for number in range(TOLD):
        producer.tell(f"letter {number}", 1)
    while collector.collect():
        pass
    if begun:
        quick.deliver()
    consumer.meanwhile = lambda: [quick.deliver() for _ in range(3)]
    slow.deliver()
    cursor = database.mongo["cursors"].find_one({"_id": "congress"})
    assert cursor is not None
    assert cursor["seq"] == TOLD
