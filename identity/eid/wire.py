"""HTTP to a provider: one deadline over everything, a size limit, no redirects, an expected content type.

The `timeout` of requests is per read, so a server that sends a byte a second would hold a thread for hours. Here a
timer shuts the socket down when the deadline passes.
"""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from identity.eid.refused import EidUnavailable

MAX_BYTES = 512 * 1024
CONNECT_SECONDS = 2.0

_here = threading.local()


class Deadline:
    """Seconds that are left for a whole sign-in step, over all its requests."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0.05:
            raise EidUnavailable("deadline passed")
        return left


class _Watched:
    """Tells the thread's watch which socket is in use."""

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _watch(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self)
        super().request(*args, **kwargs)  # type: ignore[misc]


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


def _watch(connection: Any) -> None:
    watch: list[Any] | None = getattr(_here, "watch", None)
    if watch is not None:
        watch[0] = connection


class Wire:
    """One provider's HTTP client; safe to share between threads."""

    def __init__(self, verify: bool | str = True) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        adapter = _Adapter(pool_connections=4, pool_maxsize=32, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
    ) -> "Answer":
        """The answer, whole and bounded; raises EidUnavailable for anything that is no HTTP answer in time."""
        left = deadline.left()
        watch: list[Any] = [None]
        _here.watch = watch
        timer = threading.Timer(left, _cut, (watch,))
        timer.daemon = True
        timer.start()
        try:
            with self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                auth=auth or _no_auth,
                timeout=(min(CONNECT_SECONDS, left), left),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = response.raw.read(MAX_BYTES + 1, decode_content=True)
                if len(body) > MAX_BYTES:
                    raise EidUnavailable("answer too large")
                deadline.left()
                return Answer(response.status_code, dict(response.headers), bytes(body))
        except (requests.RequestException, OSError, ValueError, EOFError) as error:
            raise EidUnavailable(f"{method} {type(error).__name__}") from error
        except Exception as error:
            # urllib3 and http.client raise kinds of their own for a socket that was cut in mid-sentence.
            if type(error).__module__.split(".")[0] in ("urllib3", "http"):
                raise EidUnavailable(f"{method} {type(error).__name__}") from error
            raise
        finally:
            timer.cancel()
            _here.watch = None


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cut(watch: list[Any]) -> None:
    sock = getattr(watch[0], "sock", None)
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


class Answer:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = CaseInsensitiveDict(headers)
        self.body = body

    @property
    def media_type(self) -> str:
        return str(self.headers.get("Content-Type", "")).split(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """The JSON object in it; raises EidUnavailable."""
        if self.media_type not in ("application/json", "application/jwk-set+json"):
            raise EidUnavailable(f"content type {self.media_type[:40]!r} where JSON was expected")
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise EidUnavailable("unreadable JSON") from error
        if not isinstance(found, dict):
            raise EidUnavailable("JSON that is no object")
        return found
