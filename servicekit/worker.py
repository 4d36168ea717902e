"""The gunicorn worker of the services: nobody waits long for a thread, and health does not wait for one at all.

A connection is given to a thread when something has arrived on it, not when it is made. What waits too long, or finds
too many before it, is answered by threads kept apart for that: 503 with Retry-After, in the caller's language.
"""

import contextlib
import json
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

# A refusal must be there within 3 s of the question, whatever is before it: seconds.
QUEUE_SECONDS = 1.0
# For each thread.
QUEUE_PLACES = 16
LOOK_SECONDS = 0.2
APART_THREADS = 2
APART = (b"GET /healthz ", b"GET /internal/feed")
CROWDED = "sammelan.crowded"

_here = threading.local()


class Threads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types.
    wsgi: Callable[..., Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: deque[tuple[Future[Any], TConn, float]] = deque()
        self._apart: ThreadPoolExecutor

    def init_process(self) -> None:
        self._apart = ThreadPoolExecutor(APART_THREADS)
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        app = self.wsgi

        def marked(environ: dict[str, Any], start_response: Any) -> Any:
            environ[CROWDED] = getattr(_here, "crowded", False)
            return app(environ, start_response)

        self.wsgi = marked

    def accept(self, listener: Any) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            client, address = listener.accept()
            self.nr_conns += 1
            conn = TConn(self.cfg, client, address, listener.getsockname())
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self.pending_conns.append(conn)
            self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        self._forget_begun()
        if _asks_apart(conn.sock):
            self._submit(self._apart, self.handle, conn)
        elif len(self._waiting) >= QUEUE_PLACES * self.cfg.threads:
            self._submit(self._apart, self._refuse, conn)
        else:
            self._waiting.append((self._submit(self.tpool, self.handle, conn), conn, time.monotonic()))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, LOOK_SECONDS))
        self._forget_begun()
        while self._waiting and time.monotonic() - self._waiting[0][2] > QUEUE_SECONDS:
            future, conn, _ = self._waiting.popleft()
            if future.cancel():
                self._submit(self._apart, self._refuse, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if not answer_unreadable(client, exc):
            super().handle_error(req, client, addr, exc)

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[TConn], Any], conn: TConn) -> Future[Any]:
        future = pool.submit(work, conn)
        future.add_done_callback(partial(self._finished, conn))
        return future

    def _finished(self, conn: TConn, future: "Future[Any]") -> None:
        # Who was taken out of the queue is not finished: they are refused.
        if not future.cancelled():
            self.method_queue.defer(self.finish_request, conn, future)

    def _forget_begun(self) -> None:
        while self._waiting and (self._waiting[0][0].running() or self._waiting[0][0].done()):
            self._waiting.popleft()

    def _refuse(self, conn: TConn) -> Any:
        _here.crowded = True
        try:
            return self.handle(conn)
        finally:
            _here.crowded = False


def _asks_apart(sock: socket.socket) -> bool:
    try:
        return sock.recv(32, socket.MSG_PEEK | socket.MSG_DONTWAIT).startswith(APART)
    except OSError:
        return False


def answer_unreadable(client: Any, error: BaseException) -> bool:
    """Answers a head that cannot be read as everything else is refused; False for what is another error."""
    if not isinstance(error, ParseException):
        return False
    status, title = 400, "The request cannot be read."
    if isinstance(error, LimitRequestLine):
        status, title = 414, "This address is too long."
    elif isinstance(error, LimitRequestHeaders):
        status, title = 431, "The headers of the request are too long."
    with contextlib.suppress(OSError):
        client.sendall(problem_bytes(status, title))
    return True


def problem_bytes(status: int, title: str) -> bytes:
    """A whole answer, for a caller of whom nothing is known, not even their language."""
    body = json.dumps({"type": "/problems/malformed", "title": title, "status": status}).encode()
    head = (
        f"HTTP/1.1 {status} Refused\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
