"""HTTP to a provider: one deadline over everything, a size limit, no redirects, an expected content type.

The `timeout` of requests is per read, so a server that sends a byte a second would hold a thread for hours. Here a
guard thread shuts the socket down when the deadline passes, in the TLS handshake and in the headers as well.
"""

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from identity.eid.refused import EidSilent, EidUnavailable
from identity.eid.strict_json import Json, strict_object

MAX_BYTES = 512 * 1024
CONNECT_SECONDS = 2.0
GUARD_SECONDS = 0.05
# Only to name them to the operator.
USUAL_TYPES = ("text/html", "text/plain", "application/jwt", "application/xml")
_SHORTEST = 0.05


class Deadline:
    """Seconds that are left for a whole sign-in step, over all its requests."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= _SHORTEST:
            raise EidSilent("deadline passed")
        return left

    def part(self, seconds: float) -> "Deadline":
        """At most so many seconds of what is left."""
        return Deadline(min(seconds, self.left()))


class _Line:
    """The connection of one request on its way, so that another thread can cut it."""

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
    """Cuts the lines whose deadline has passed; its thread starts with the first request of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: set[_Line] = set()
        self._busy = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, line: _Line) -> Any:
        with self._lock:
            self._lines.add(line)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="eid-guard", daemon=True)
                self._thread.start()
        self._busy.set()
        _here.line = line
        try:
            yield
        finally:
            _here.line = None
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


class _Watched:
    """Tells the thread's line which socket is in use. The handle is a duplicate: TLS takes the first one over."""

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        line: _Line = _here.line
        made = _within(min(CONNECT_SECONDS, line.deadline.left()), super()._new_conn)  # type: ignore[misc]
        self._handle = made.dup()
        line.runs_over(self._handle)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self._handle is not None:
            _here.line.runs_over(self._handle)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        super().close()  # type: ignore[misc]


def _within(seconds: float, connect: Callable[[], socket.socket]) -> socket.socket:
    """What `connect` makes, in so many seconds over all addresses and the name's resolution, which know no deadline."""
    made: queue.SimpleQueue[socket.socket | Exception] = queue.SimpleQueue()
    lock, given_up = threading.Lock(), threading.Event()

    def work() -> None:
        try:
            found: socket.socket | Exception = connect()
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            found = error
        with lock:
            if given_up.is_set() and isinstance(found, socket.socket):
                found.close()
            made.put(found)

    threading.Thread(target=work, name="eid-connect", daemon=True).start()
    try:
        found = made.get(timeout=seconds)
    except queue.Empty:
        with lock:
            given_up.set()
            if made.empty():
                raise TimeoutError("no connection in time") from None
            found = made.get()
    if isinstance(found, Exception):
        raise found
    return found


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _TlsConnection(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


class Wire:
    """One provider's HTTP client; safe to share between threads. `verify` may name a file of trusted CAs."""

    def __init__(self, verify: bool | str = True) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        # Nobody here needs cookies, and the sign-ins of two people must not share one.
        self._session.cookies.set_policy(_NoCookies())
        adapter = _Adapter(pool_connections=4, pool_maxsize=32, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Answer":
        """The answer, whole and bounded; raises EidSilent for anything that is no HTTP answer in time."""
        for last in (False, True):
            try:
                return self._send(method, url, deadline, data, headers)
            except requests.ConnectionError as error:
                # A kept connection may have been closed at the other end just now. Only GET is safe to repeat.
                if last or method != "GET":
                    raise EidSilent(f"{method} {type(error).__name__}") from error
                deadline.left()
            except (requests.RequestException, OSError, ValueError, EOFError) as error:
                raise EidSilent(f"{method} {type(error).__name__}") from error
            except Exception as error:
                # urllib3 and http.client raise kinds of their own for a socket that was cut in mid-sentence.
                if type(error).__module__.split(".")[0] in ("urllib3", "http"):
                    raise EidSilent(f"{method} {type(error).__name__}") from error
                raise
        raise AssertionError

    def _send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> "Answer":
        left = deadline.left()
        with (
            _guard.watching(_Line(deadline)),
            self._session.request(
                method,
                url,
                data=data,
                headers={**(headers or {}), "Accept-Encoding": "identity"},
                timeout=(min(CONNECT_SECONDS, left), left),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            body = response.raw.read(MAX_BYTES + 1, decode_content=True)
            if len(body) > MAX_BYTES:
                raise EidUnavailable("answer too large")
            deadline.left()
            return Answer(response.status_code, dict(response.headers), bytes(body))


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined,misc]
    def set_ok(self, *_: object) -> bool:
        return False


class Answer:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = CaseInsensitiveDict(headers)
        self.body = body

    @property
    def media_type(self) -> str:
        return str(self.headers.get("Content-Type", "")).split(";")[0].strip().lower()

    def json(self) -> Json:
        """The JSON object in it; raises EidUnavailable."""
        if self.media_type not in ("application/json", "application/jwk-set+json"):
            said = self.media_type if self.media_type in USUAL_TYPES else "another"
            raise EidUnavailable(f"content type {said} where JSON was expected")
        try:
            return strict_object(self.body)
        except ValueError as error:
            raise EidUnavailable("unreadable JSON") from error
