"""The gunicorn worker of the services: nobody waits long for a thread, and health does not wait for one at all.

A connection is given to a thread when something has arrived on it, not when it is made. What waits too long, or finds
too many before it, is answered by threads kept apart for that: 503 with Retry-After, in the caller's language.
"""

import contextlib
import re
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

from servicekit.serving import bulkheads
from servicekit.serving.turns import Turns, person_of
from servicekit.serving.unreadable import whole_answer

# A refusal must be there within 3 s of the question, whatever is before it: seconds.
QUEUE_SECONDS = 1.0
# For each thread.
QUEUE_PLACES = 16
LOOK_SECONDS = 0.2
APART_THREADS = 2
APART = (b"GET /healthz ", b"GET /internal/feed")
# What moves a file takes as long as its caller's network: it has threads of its own, and takes none from anybody. Of
# these one person has a few, so that nobody's slow network, or ill will, is everybody's.
FILE_THREADS = 24
FILE_SHARE = 4
FILES_STANDING = 64
FILES_STANDING_SHARE = 16
# Threads that wait for the other end to close, which takes up to two seconds.
CLOSING_THREADS = 4
# Who is refused may have sent what it sends already; nobody waits for more of it: seconds.
REFUSED_REST_SECONDS = 0.1
OF_FILES = re.compile(
    rb"[A-Z]+ /[^ ?]*/(?:files/[^ ?]*(?:content|preview|arriving|form)|exports/[^ ?]*/(?:content|file)"
    rb"|rollups/[^ ?]*/(?:csv|xlsx|json)|congresses/[^/ ?]+/report|sealed-reports/[^/ ?]+/paper)[ ?]"
)
LINE_BYTES = 512
HEAD_BYTES = 64 * 1024
CROWDED = "sammelan.crowded"

_here = threading.local()


class _Connection(TConn):  # type: ignore[misc]  # gunicorn has no types.
    """Its end is waited for elsewhere than in the loop that hands out all others."""

    closing: ThreadPoolExecutor | None = None

    def close(self, graceful: bool = False) -> None:
        if graceful and self.closing is not None:
            with contextlib.suppress(RuntimeError):  # the server is ending, and closes by itself
                self.closing.submit(super().close, graceful=True)
                return
        super().close(graceful)


class Threads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types.
    wsgi: Callable[..., Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: deque[tuple[Future[Any], TConn, float]] = deque()
        self._file_turns = Turns[TConn](FILE_THREADS, FILE_SHARE, FILES_STANDING, FILES_STANDING_SHARE)
        self._apart: ThreadPoolExecutor
        self._files: ThreadPoolExecutor
        self._closing: ThreadPoolExecutor

    def init_process(self) -> None:
        self._apart = ThreadPoolExecutor(APART_THREADS)
        self._files = ThreadPoolExecutor(FILE_THREADS)
        self._closing = ThreadPoolExecutor(CLOSING_THREADS)
        bulkheads.answers_with(self.cfg.threads)
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
            conn = _Connection(self.cfg, client, address, listener.getsockname())
            conn.closing = self._closing
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self.pending_conns.append(conn)
            self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        self._forget_begun()
        line = _beginning(conn, LINE_BYTES)
        if line.startswith(APART):
            self._submit(self._apart, self.handle, conn)
        elif OF_FILES.match(line):
            if self._file_turns.take(conn, person_of(_beginning(conn, HEAD_BYTES)), time.monotonic()):
                self._begin_files()
            else:
                self._submit(self._apart, self._refuse, conn)
        elif len(self._waiting) >= QUEUE_PLACES * self.cfg.threads:
            self._submit(self._apart, self._refuse, conn)
        else:
            self._waiting.append((self._submit(self.tpool, self.handle, conn), conn, time.monotonic()))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        somebody = self._waiting or self._file_turns.anybody_waits
        super().wait_for_and_dispatch_events(min(timeout, LOOK_SECONDS) if somebody else timeout)
        self._forget_begun()
        while self._waiting and time.monotonic() - self._waiting[0][2] > QUEUE_SECONDS:
            future, conn, _ = self._waiting.popleft()
            if future.cancel():
                self._submit(self._apart, self._refuse, conn)
        for conn in self._file_turns.waited_since(time.monotonic() - QUEUE_SECONDS):
            self._submit(self._apart, self._refuse, conn)

    def _begin_files(self) -> None:
        for conn, whose in self._file_turns.begin():
            future = self._submit(self._files, self.handle, conn)
            future.add_done_callback(partial(self._file_done, whose))

    def _file_done(self, whose: str, _: "Future[Any]") -> None:
        self.method_queue.defer(self._file_ended, whose)

    def _file_ended(self, whose: str) -> None:
        self._file_turns.end(whose)
        self._begin_files()

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

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        if keepalive and getattr(_here, "crowded", False):
            return bool(conn.parser.finish_body(deadline=time.monotonic() + REFUSED_REST_SECONDS))
        return bool(super()._keepalive_after(conn, keepalive))

    def _refuse(self, conn: TConn) -> Any:
        _here.crowded = True
        try:
            return self.handle(conn)
        finally:
            _here.crowded = False


def _beginning(conn: TConn, most: int) -> bytes:
    """As much of a request as is there; nothing where that cannot be seen."""
    read_ahead: bytes = conn.parser.unreader.buf.getvalue() if conn.parser is not None else b""
    try:
        return read_ahead + bytes(conn.sock.recv(most, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return read_ahead


def answer_unreadable(
    client: Any, error: BaseException, wants_page: Callable[[], bool] = lambda: False
) -> bool:
    """Answers a head that cannot be read as everything else is refused; False for what is another error."""
    if not isinstance(error, ParseException):
        return False
    status = 400
    if isinstance(error, LimitRequestLine):
        status = 414
    elif isinstance(error, LimitRequestHeaders):
        status = 431
    with contextlib.suppress(OSError):
        client.sendall(whole_answer(status, page=wants_page()))
    return True
