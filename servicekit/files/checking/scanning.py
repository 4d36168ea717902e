"""The virus scanner: clamd, asked by its INSTREAM command; a scanner that is silent has found nothing, good or bad.

clamav-client speaks the same and is under GPL-2.0, so it cannot be part of this; see docs/decisions/0041.
"""

import struct
import time
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from servicekit.out.door.connecting import Connection, connected, connected_here
from servicekit.out.door.deadlines import Deadline
from servicekit.out.door.destinations import of_the_operator
from servicekit.out.door.failures import NotAllowed, OutsideFailed

PIECE_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0
USUAL_PORT = 3310
# The operator's word that there shall be none.
UNSCANNED = "none"
LONGEST_SECONDS = 120.0
ANSWER_BYTES = 4096


class ScannerSilent(Exception):
    """It cannot be reached, did not answer in time, or says something else than yes or no."""


class Scanner(Protocol):
    def is_clean(self, source: BinaryIO) -> bool:
        """Raises ScannerSilent."""


class NoScanner:
    """The operator has set up none."""

    def is_clean(self, source: BinaryIO) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Clamd:
    """`address`: tcp://HOST:PORT or unix:///PATH. One deadline over each whole question."""

    address: str
    seconds: float = LONGEST_SECONDS

    def is_clean(self, source: BinaryIO) -> bool:
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as connection:
                self._send(connection, b"zINSTREAM\0", until)
                while data := source.read(PIECE_BYTES):
                    self._send(connection, struct.pack("!L", len(data)) + data, until)
                self._send(connection, struct.pack("!L", 0), until)
                answer = self._answer(connection, until)
        except (OSError, OutsideFailed) as error:
            raise ScannerSilent(type(error).__name__) from error
        if answer == "stream: OK":
            return True
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return False
        raise ScannerSilent(answer[:200])

    def _connected(self) -> Connection:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            return connected_here(parts.path, CONNECT_SECONDS)
        to, reach = of_the_operator(parts.scheme, parts.hostname or "", parts.port or USUAL_PORT)
        return connected(to, reach, Deadline(CONNECT_SECONDS), seconds=CONNECT_SECONDS)

    def _send(self, connection: Connection, data: bytes, until: float) -> None:
        connection.settimeout(_left(until))
        connection.sendall(data)

    def _answer(self, connection: Connection, until: float) -> str:
        said = b""
        while not said.endswith(b"\0") and len(said) < ANSWER_BYTES:
            connection.settimeout(_left(until))
            more = connection.recv(ANSWER_BYTES)
            if not more:
                break
            said += more
        return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class ScannerAddressUnreadable(ValueError):
    """FILE_SCANNER is neither empty nor `none` nor tcp://HOST:PORT nor unix:///PATH."""


def scanner_at(address: str) -> Scanner:
    """The scanner of the setting FILE_SCANNER. Raises ScannerAddressUnreadable."""
    if address in ("", UNSCANNED):
        return NoScanner()
    try:
        parts = urlsplit(address)
        if parts.scheme == "tcp":
            of_the_operator(parts.scheme, parts.hostname or "", parts.port or USUAL_PORT)
            return Clamd(address)
    except (ValueError, NotAllowed) as error:
        raise ScannerAddressUnreadable(address) from error
    if parts.scheme == "unix" and parts.path:
        return Clamd(address)
    raise ScannerAddressUnreadable(address)
