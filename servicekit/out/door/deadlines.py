"""One deadline over a whole exchange, in whatever pieces it comes.

The time-outs of sockets are per read, so whoever sends a byte a second would hold a thread for hours. Here a guard
thread shuts the socket down when the deadline passes, in the TLS handshake and in the headers as well.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from servicekit.out.door.failures import OutsideSilent

GUARD_SECONDS = 0.05
SHORTEST_SECONDS = 0.05


class Deadline:
    """Seconds that are left for all of it."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Raises OutsideSilent."""
        left = self.end - time.monotonic()
        if left <= SHORTEST_SECONDS:
            raise OutsideSilent("deadline passed")
        return left


class Line:
    """The connection of one exchange on its way, so that another thread can cut it."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._cut = self._over = False

    def runs_over(self, handle: socket.socket) -> None:
        """The line keeps a handle of its own: who closes the connection may still have an answer to read from it."""
        with self._lock:
            self._let_go()
            self._handle = handle.dup()
        if self._cut:
            self.cut()

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            if self._handle is not None and not self._over:
                with contextlib.suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)

    def over(self) -> None:
        """Nothing may be cut any more: the connection may serve somebody else by now."""
        with self._lock:
            self._over = True
            self._let_go()

    def _let_go(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


class _Guard:
    """Cuts the lines whose deadline has passed; its thread starts with the first exchange of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: set[Line] = set()
        self._busy = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, line: Line) -> Iterator[Line]:
        with self._lock:
            self._lines.add(line)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="door-guard", daemon=True)
                self._thread.start()
        self._busy.set()
        before = current()
        _here.line = line
        try:
            yield line
        finally:
            _here.line = before
            line.over()
            with self._lock:
                self._lines.discard(line)

    def _watch(self) -> None:
        while True:
            self._busy.wait()
            time.sleep(GUARD_SECONDS)
            now = time.monotonic()
            with self._lock:
                late = [line for line in self._lines if line.deadline.end <= now]
                if not self._lines:
                    self._busy.clear()
            for line in late:
                line.cut()


_here = threading.local()
_guard = _Guard()


def within(deadline: Deadline) -> contextlib.AbstractContextManager[Line]:
    """What this thread connects to meanwhile is cut when the deadline passes."""
    return _guard.watching(Line(deadline))


def current() -> Line | None:
    """This thread's line."""
    line: Line | None = getattr(_here, "line", None)
    return line
