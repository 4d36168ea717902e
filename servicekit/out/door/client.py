"""HTTP outward: one deadline over everything, a size limit, no redirects, no cookies, no one's proxy."""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

import certifi
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.exceptions import TimeoutError as HttpTimeoutError

from servicekit.data.database import require_no_transaction
from servicekit.out.door.connecting import CONNECT_SECONDS, Resolver, connected, system_resolver
from servicekit.out.door.deadlines import Deadline, current, within
from servicekit.out.door.destinations import Destination, Reach
from servicekit.out.door.failures import AnswerTooLarge, OutsideSilent
from servicekit.serving.bulkheads import Bulkheads, PeerUnavailable

# Who was given less time than this has not shown that nobody answers: seconds.
FAIR_WAIT_SECONDS = 1.0
KEPT_CONNECTIONS = 32
SILENCES = (TimeoutError, HttpTimeoutError)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` know their names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class _BrokenOff(OutsideSilent):
    """Possibly only a kept connection that had been closed at the other end."""


class _NotInTime(OutsideSilent):
    pass


class Client:
    """For several threads. `ca_file`: the authorities that are trusted, in place of the usual ones.

    Few threads wait for one host at a time, and while it is silent hardly any (docs/decisions/0023).
    """

    def __init__(self, reach: Reach, ca_file: str = "", resolve: Resolver = system_resolver) -> None:
        self._reach = reach
        self._ca_file = ca_file or certifi.where()
        self._resolve = resolve
        self._bulkheads = Bulkheads()
        self._lock = threading.Lock()
        self._pools: dict[Destination, HTTPConnectionPool] = {}

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        most: int,
        *,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, whole, of `most` bytes and whatever status. Raises NotAllowed, OutsideSilent, AnswerTooLarge."""
        require_no_transaction()
        to = self._reach.destination(url)
        told = {**(headers or {}), "Accept-Encoding": "identity"}
        if isinstance(data, Mapping):
            data, told = urlencode(data).encode(), {"Content-Type": FORM, **told}
        try:
            return self._sent(to, method, url, deadline, most, data, told)
        except _BrokenOff:
            # Only GET is safe to repeat.
            if method != "GET":
                raise
            return self._sent(to, method, url, deadline, most, data, told)

    def _sent(
        self,
        to: Destination,
        method: str,
        url: str,
        deadline: Deadline,
        most: int,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        fair = deadline.left() >= FAIR_WAIT_SECONDS
        try:
            with self._bulkheads.to(to.written).place(_NotInTime, fair=fair), within(deadline):
                try:
                    return self._exchanged(to, method, _target(url), deadline, most, body, headers)
                except (HTTPError, HTTPException, OSError, ValueError, EOFError) as error:
                    why = f"{method} {type(error).__name__}"
                    if isinstance(error, SILENCES) or time.monotonic() >= deadline.end:
                        raise _NotInTime(why) from error
                    raise (_BrokenOff if isinstance(error, ProtocolError) else OutsideSilent)(why) from error
        except PeerUnavailable as error:
            raise OutsideSilent("too many wait for it, or it was silent a moment ago") from error

    def _exchanged(
        self,
        to: Destination,
        method: str,
        target: str,
        deadline: Deadline,
        most: int,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        left = deadline.left()
        response = self._pool(to).urlopen(
            method,
            target,
            body=body,
            headers=headers,
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=left),
        )
        try:
            # Unpacked no further than is asked for, however much more is packed in it.
            content = response.read(most + 1, decode_content=True)
            if len(content) > most:
                raise AnswerTooLarge("answer too large")
            deadline.left()
            answer = Answer(response.status, response.headers, bytes(content))
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return answer

    def _pool(self, to: Destination) -> HTTPConnectionPool:
        with self._lock:
            if to not in self._pools:
                self._pools[to] = self._new_pool(to)
            return self._pools[to]

    def _new_pool(self, to: Destination) -> HTTPConnectionPool:
        host = f"[{to.host}]" if ":" in to.host else to.host
        ways: dict[str, Any] = {"to": to, "reach": self._reach, "resolve": self._resolve}
        if to.scheme == "http":
            return _PlainPool(host, to.port, maxsize=KEPT_CONNECTIONS, **ways)
        return _TlsPool(
            host,
            to.port,
            maxsize=KEPT_CONNECTIONS,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self._ca_file,
            ssl_minimum_version=ssl.TLSVersion.TLSv1_2,
            **ways,
        )


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Watched:
    """Connects through the door, and tells the thread's line which socket is in use.

    The handle is a duplicate: TLS takes the first one over. The name stays the one that TLS asks the certificate for.
    """

    _handle: socket.socket | None = None

    def __init__(self, *args: Any, to: Destination, reach: Reach, resolve: Resolver, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._way = (to, reach, resolve)

    def _new_conn(self) -> socket.socket:
        line = current()
        assert line is not None  # noqa: S101 - nothing is sent but within a deadline
        to, reach, resolve = self._way
        made = connected(to, reach, line.deadline, resolve)
        self._handle = made.dup()
        line.runs_over(self._handle)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        line = current()
        if self._handle is not None and line is not None:
            line.runs_over(self._handle)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        super().close()  # type: ignore[misc]


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _TlsConnection(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
