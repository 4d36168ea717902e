"""The revocation feed on a listener of its own: one long answer to each worker, a line when something was revoked, and
one about every 0.6 s that says that nothing else was.

It holds up no request of anybody's, and reads the database as often as if one worker listened.
"""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pymongo.errors import PyMongoError

from identity.store import Store
from servicekit.access.keys import KeyRing, TokenRefused
from servicekit.access.revocations import Revocations
from servicekit.access.tokens import read_service_token
from servicekit.logs import log
from servicekit.settings import SERVICES
from servicekit.words import numbers

PATH = "/internal/feed"
LISTENERS = ("gateway", *SERVICES)
LOOK_SECONDS = 0.6
# What is known may be so old; beyond that nothing is said, and who listens asks elsewhere.
STALE_SECONDS = 1.2
# Then a worker comes again, and may reach another copy of this program.
ANSWER_SECONDS = 300.0
MOST_LISTENERS = 256


class Source:
    """Looks for news while anybody listens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = threading.Condition()
        self._seq = 0
        self._known_at = 0.0
        self.listeners = threading.Semaphore(MOST_LISTENERS)
        self._listening = 0

    def look_until(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_SECONDS):
            if not self._listening:
                continue
            asked = time.monotonic()
            try:
                seq = self._store.newest_revocation()
            except PyMongoError as error:
                log.warning("feed_source_waits", error=type(error).__name__)
                continue
            with self._moved:
                self._seq, self._known_at = seq, asked
                self._moved.notify_all()
        with self._moved:
            self._moved.notify_all()

    def follow(self, after: int, stop: threading.Event) -> Iterator[tuple[Revocations, float]]:
        """What was revoked since, then what is revoked, and when that was known (monotonic); ends when it is not."""
        with self._moved:
            self._listening += 1
        try:
            asked = time.monotonic()
            news = self._store.revocations(after)
            yield news, asked
            until = asked + ANSWER_SECONDS
            while time.monotonic() < until and not stop.is_set():
                with self._moved:
                    known_before = self._known_at
                    self._moved.wait(STALE_SECONDS)
                    seq, known_at = self._seq, self._known_at
                if known_at == known_before:
                    return  # nobody knows any more
                if seq > news.seq:
                    news = self._store.revocations(news.seq)
                    yield news, known_at
                else:
                    yield Revocations(news.seq, {}, []), known_at
        finally:
            with self._moved:
                self._listening -= 1


class FeedListener:
    """An HTTP server for the other services only."""

    name = "feed"

    def __init__(self, address: tuple[str, int], keys: KeyRing, store: Store) -> None:
        self._address = address
        self._keys = keys
        self._source = Source(store)

    def run(self, stop: threading.Event) -> None:
        """Serves until `stop` is set."""
        server = ThreadingHTTPServer(self._address, self._handler(stop))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="feed listener", daemon=True).start()
        self._source.look_until(stop)
        server.shutdown()
        server.server_close()

    def _handler(self, stop: threading.Event) -> type[BaseHTTPRequestHandler]:
        source, keys = self._source, self._keys

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5.0  # of one read or write

            def do_GET(self) -> None:
                self.close_connection = True
                asked = urlsplit(self.path)
                token = self.headers.get("Authorization", "").partition(" ")[2]
                try:
                    read_service_token(keys, token, "identity", LISTENERS)
                    after = numbers.whole(parse_qs(asked.query).get("after", ["0"])[0], grouping="")
                except TokenRefused:
                    self.send_error(403)
                    return
                except numbers.NotWhole:
                    self.send_error(400)
                    return
                if asked.path != PATH:
                    self.send_error(404)
                elif not source.listeners.acquire(blocking=False):
                    self.send_error(503)
                else:
                    try:
                        self._tell(after)
                    finally:
                        source.listeners.release()

            def _tell(self, after: int) -> None:
                began = time.monotonic()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    for news, known_at in source.follow(after, stop):
                        now = time.monotonic()
                        line = {
                            "seq": news.seq,
                            "generations": news.generations,
                            "sessions": news.sessions,
                            "below": news.below,
                            "at": now - began,
                            "age": now - known_at,
                        }
                        self._chunk(json.dumps(line).encode() + b"\n")
                    self._chunk(b"")
                except PyMongoError as error:
                    log.warning("feed_source_waits", error=type(error).__name__)
                except OSError:
                    return  # it has hung up

            def _chunk(self, data: bytes) -> None:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
                log.debug("feed_listener", said=format % args)

        return Handler
