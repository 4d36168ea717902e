"""Connections from outside: what begins on one must be whole in time, and few of one address may be unfinished."""

import contextlib
import errno
import socket
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from servicekit.worker import problem_bytes

HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
# What takes files gives them longer, and each its least rate: bytes a second.
LEAST_RATE = 4 * 1024
UNFINISHED_PER_ADDRESS = 100
TOO_SLOW = problem_bytes(408, "The request did not arrive in time. Send it again.")


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


class Caller:
    """One connection: what gunicorn reads from it must arrive in time, and what is written must be taken in time."""

    def __init__(self, sock: Any, address: str, unfinished: Unfinished) -> None:
        self._sock = sock
        self.address = address
        self._unfinished = unfinished
        self._until: float | None = None
        self._in_body = False
        self._begun = False
        self.begin_head()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def begin_head(self) -> None:
        self._in_body = False
        self._until = time.monotonic() + HEAD_SECONDS
        self._unfinished.add(self)

    def begin_body(self, headers: Mapping[str, str]) -> None:
        length = headers.get("CONTENT-LENGTH", "0")
        if length == "0" and "TRANSFER-ENCODING" not in headers:
            self.rest()
        else:
            self._in_body = True
            self._until = time.monotonic() + BODY_SECONDS

    def take_file(self, length: int) -> None:
        """For operations that take files: the body of this request may take as long as its least rate allows."""
        self._until = time.monotonic() + BODY_SECONDS + length / LEAST_RATE

    def rest(self) -> None:
        """Between two requests: the connection counts for nothing."""
        self._in_body = False
        self._until = None
        self._unfinished.drop(self)

    def recv(self, size: int) -> bytes:
        data: bytes
        until = self._until
        if until is None:
            self._sock.settimeout(None)
            data = self._sock.recv(size)
            if data:
                self.begin_head()
                self._begun = True
            return data
        left = until - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            data = self._sock.recv(size)
            self._begun = True
            return data
        except TimeoutError:
            if self._in_body:
                raise
            if self._begun:
                self.sendall(TOO_SLOW)
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
