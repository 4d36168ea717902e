"""Connections from outside: what begins on one must be whole in time, and few of one address may be unfinished."""

import contextlib
import errno
import re
import socket
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from servicekit.out.addresses import address_group
from servicekit.serving.bodies import LEAST_RATE
from servicekit.serving.unreadable import whole_answer

HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
UNWANTED_SECONDS = 5.0
UNFINISHED_PER_ADDRESS = 100
# What is kept of a head that is not whole, to know who sends it; and how long, once it is refused, its rest has.
HEAD_KEPT = 64 * 1024
HEAD_REST_SECONDS = 0.1
# A person who opens a page, as far as a head can say it that cannot be read.
_OPENS_PAGE = re.compile(
    rb"\s*(?:GET|POST|HEAD) /(?!api[/? ]).*\naccept:[^\r\n]*text/html", re.DOTALL | re.IGNORECASE
)


class Unfinished:
    """Connections on which a request has begun and is not whole yet, by address, the oldest first."""

    def __init__(self, most: int = UNFINISHED_PER_ADDRESS) -> None:
        self._most = most
        self._by_address: defaultdict[str, dict[Caller, None]] = defaultdict(dict)

    def add(self, caller: "Caller") -> None:
        mine = self._by_address[caller.address]
        mine[caller] = None
        if len(mine) > self._most:
            oldest = next(iter(mine))
            self.drop(oldest)
            oldest.cut()

    def drop(self, caller: "Caller") -> None:
        mine = self._by_address.get(caller.address)
        if mine is not None:
            mine.pop(caller, None)
            if not mine:
                del self._by_address[caller.address]


def named_by_proxy(chain: str, trusted: int) -> str:
    """The address that the outermost of so many proxies of ours wrote down; empty where it did not."""
    named = [one.strip() for one in chain.split(",") if one.strip()]
    return named[-trusted] if trusted and len(named) >= trusted else ""


class Caller:
    """One connection: what gunicorn reads from it must arrive in time, and what is written must be taken in time.

    `trusted`: so many proxies of ours stand in front. What they have not finished yet is no single caller's, until the
    head has said whose it is.
    """

    def __init__(self, sock: Any, address: str, unfinished: Unfinished, trusted: int = 0) -> None:
        self._sock = sock
        self.address = address
        self._unfinished = unfinished
        self._trusted = trusted
        self._until: float | None = None
        self._file_since: float | None = None
        self._got = 0
        self._in_body = False
        self._begun = False
        self._head = b""
        self.begin_head()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def begin_head(self) -> None:
        self._in_body = False
        self._head = b""
        self._until = time.monotonic() + HEAD_SECONDS
        if not self._trusted:
            self._unfinished.add(self)

    def begin_body(self, headers: Mapping[str, str]) -> None:
        length = headers.get("CONTENT-LENGTH", "0")
        if length == "0" and "TRANSFER-ENCODING" not in headers:
            self.rest()
        else:
            self._in_body = True
            self._until = time.monotonic() + BODY_SECONDS
            if self._trusted:
                self.address = address_group(
                    named_by_proxy(headers.get("X-FORWARDED-FOR", ""), self._trusted)
                )
                self._unfinished.add(self)

    def take_file(self, length: int) -> None:
        """For operations that take files: the body of this request may take as long as its least rate allows, at every
        moment: who falls silent is not waited for as if all were still to come."""
        self._file_since, self._got = time.monotonic(), 0
        self._until = self._file_since + BODY_SECONDS + length / LEAST_RATE

    def read_away(self) -> None:
        """What follows is not wanted: its sender shall see the answer, and has this long to go on until then."""
        self._until = min(self._until or 0.0, time.monotonic() + UNWANTED_SECONDS)

    def wants_page(self) -> bool:
        """Whether it is a person who waits for the answer to a head that was refused, for too long it may be."""
        with contextlib.suppress(OSError):
            self._sock.settimeout(HEAD_REST_SECONDS)
            self._head += self._sock.recv(HEAD_KEPT)
        return self._opens_page

    @property
    def _opens_page(self) -> bool:
        return _OPENS_PAGE.match(self._head) is not None

    def rest(self) -> None:
        """Between two requests: the connection counts for nothing."""
        self._in_body = False
        self._head = b""
        self._until = None
        self._file_since = None
        self._unfinished.drop(self)

    def recv(self, size: int) -> bytes:
        data: bytes
        until = self._until
        if until is None:
            self._sock.settimeout(None)
            data = self._sock.recv(size)
            if data:
                self.begin_head()
                self._begun, self._head = True, data
            return data
        if self._file_since is not None:
            until = min(until, self._file_since + BODY_SECONDS + self._got / LEAST_RATE)
        left = until - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            data = self._sock.recv(size)
            self._begun = True
            self._got += len(data)
            if not self._in_body and len(self._head) < HEAD_KEPT:
                self._head += data
            return data
        except TimeoutError:
            if self._in_body:
                raise
            if self._begun:
                self.sendall(whole_answer(408, page=self._opens_page))
            raise ConnectionResetError(errno.ECONNRESET, "the head did not arrive in time") from None

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(BODY_SECONDS + len(data) / LEAST_RATE)
        try:
            self._sock.sendall(data)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the answer was not taken in time") from None

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
