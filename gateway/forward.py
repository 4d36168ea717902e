"""Moving the bytes: what goes to a service, what comes back, and nothing else."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import urllib3
from flask import Response

from servicekit.serving import patience
from servicekit.serving.bulkheads import Bulkheads, PeerUnavailable
from servicekit.serving.cookies import ACTING, ASKING, ATTEMPT, CHOSEN, SESSION

# Only these come in from outside. Everything else (hop-by-hop, forwarded and internal headers) is dropped.
PASSED_IN = (
    "accept",
    "accept-language",
    "content-type",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "idempotency-key",
    "user-agent",
    "hx-request",
    "hx-target",
    "hx-trigger",
    "hx-current-url",
    "range",
    "if-range",
    "tus-resumable",
    "upload-length",
    "upload-offset",
    "upload-metadata",
)
# Cookies by service: the session's secret goes to identity alone.
COOKIES = {
    "identity": (
        *(name for kind in (SESSION, ATTEMPT, ASKING, CHOSEN) for name in (kind, f"__Host-{kind}")),
        "language",
    ),
    "portal": ("language", ACTING, f"__Host-{ACTING}"),
}
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9._~=-]{1,200}")
DROPPED_OUT = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "server",
        "date",
        "content-length",
    }
)
CONNECT_SECONDS = 1.0
# Greenlets are cheap, connections are not: so many requests may wait for one service.
PLACES = 64
PLACE_SECONDS = 1.0
LONGEST_SECONDS = 60.0
# Who was given less time than this has not shown that the service is silent: seconds.
FAIR_WAIT_SECONDS = 2.0
WHOLE_BYTES = 1024 * 1024
# Files are long on their way: they have places of their own, and take none from anybody.
FILE_PLACES = 64
# How long a service may take no byte of a file, and how long it may be silent once it has all of them.
FILE_STEP_SECONDS = 15.0


class SupportsRead(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Forwarder:
    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {name: url.rstrip("/") for name, url in urls.items()}
        self._pool = urllib3.PoolManager(
            num_pools=16,
            maxsize=128,
            retries=False,
        )
        self._bulkheads = Bulkheads(PLACES, PLACE_SECONDS)
        self._file_bulkheads = Bulkheads(FILE_PLACES, PLACE_SECONDS)

    def send(
        self, service: str, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        """Raises PeerUnavailable, at the latest when the patience of this request is at its end."""
        fair = patience.left(LONGEST_SECONDS) >= FAIR_WAIT_SECONDS
        try:
            with self._bulkheads.to(service).place(urllib3.exceptions.TimeoutError, fair=fair):
                wait = patience.left(LONGEST_SECONDS)
                if wait <= 0:
                    raise PeerUnavailable(peer=service)
                return self._pool.urlopen(
                    method,
                    self._urls[service] + target,
                    body=body,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                    assert_same_host=False,
                    timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, wait), read=wait),
                )
        except urllib3.exceptions.HTTPError as error:
            raise PeerUnavailable(peer=service) from error

    def send_file(
        self, service: str, method: str, target: str, headers: Mapping[str, str], body: SupportsRead
    ) -> urllib3.BaseHTTPResponse:
        """Passes a body on while it arrives; whatever reading it raises leaves here. Raises PeerUnavailable too."""
        try:
            with self._file_bulkheads.to(service).place():
                return self._pool.urlopen(
                    method,
                    self._urls[service] + target,
                    body=body,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                    assert_same_host=False,
                    # While a body is sent the driver's bound is that of connecting.
                    timeout=urllib3.Timeout(connect=FILE_STEP_SECONDS, read=FILE_STEP_SECONDS),
                )
        except urllib3.exceptions.HTTPError as error:
            raise PeerUnavailable(peer=service) from error


def headers_in(headers: Mapping[str, str], cookies: Mapping[str, str], service: str) -> dict[str, str]:
    """What of a request's headers (names in lower case) goes to the service."""
    passed = {name: headers[name] for name in PASSED_IN if name in headers}
    # A quoted cookie may stand for any character, and so for a second cookie: what is not written so is none of ours.
    wanted = [
        f"{name}={cookies[name]}"
        for name in COOKIES.get(service, ())
        if name in cookies and _COOKIE_VALUE.fullmatch(cookies[name])
    ]
    if wanted:
        passed["cookie"] = "; ".join(wanted)
    return passed


def is_stale(upstream: urllib3.BaseHTTPResponse) -> bool:
    """The service may hear of a change of rights before we do: then a new token is fetched."""
    return upstream.status == 401 and "invalid_token" in upstream.headers.get("www-authenticate", "")


def answer(upstream: urllib3.BaseHTTPResponse, service: str, more: Mapping[str, str]) -> Response:
    """The service's answer: whole when it is small, in pieces when it is large or of unknown length."""
    length = upstream.headers.get("content-length", "")
    body: bytes | Iterable[bytes]
    try:
        if length.isdecimal() and int(length) <= WHOLE_BYTES:
            body = upstream.read()
            upstream.release_conn()
        else:
            body = _pieces(upstream)
    except urllib3.exceptions.HTTPError as error:
        raise PeerUnavailable(peer=service) from error
    response = Response(body, upstream.status)
    response.headers.clear()
    for name, value in upstream.headers.iteritems():
        if name.lower() not in DROPPED_OUT:
            response.headers.add(name, value)
    if isinstance(body, bytes):
        response.headers["Content-Length"] = str(len(body)) if body or not length else length
    elif length:
        response.headers["Content-Length"] = length
    response.headers.update(more)
    return response


def _pieces(upstream: Any) -> Iterator[bytes]:
    try:
        yield from upstream.stream(64 * 1024, decode_content=False)
    except BaseException:
        # A connection that is not read to its end would hold up whoever writes into it.
        upstream.close()
        raise
    finally:
        upstream.release_conn()
