"""How long a caller has for the body of a request: by the bytes that have come, not by those that were promised."""

import socket
import time
from collections.abc import Iterator

import pytest

from gateway import connections
from gateway.connections import Caller, Unfinished
from servicekit.serving.bodies import LEAST_RATE

HOUR = int(LEAST_RATE * 3600)
SOON = 0.2


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Caller, socket.socket]]:
    monkeypatch.setattr(connections, "BODY_SECONDS", SOON)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Caller(ours, "198.51.100.7", Unfinished()), theirs


def test_whoever_falls_silent_in_a_large_file_is_not_waited_for_to_its_end(
    ends: tuple[Caller, socket.socket],
) -> None:
    caller, sender = ends
    caller.begin_body({"CONTENT-LENGTH": str(HOUR)})
    caller.take_file(HOUR)
    sender.sendall(b"a" * 100)
    assert len(caller.recv(8192)) == 100
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        caller.recv(8192)
    assert time.monotonic() - began < 60  # and not the hour that the whole file may take


def test_whoever_has_sent_much_has_the_time_for_it(ends: tuple[Caller, socket.socket]) -> None:
    caller, sender = ends
    caller.begin_body({"CONTENT-LENGTH": str(HOUR)})
    caller.take_file(HOUR)
    for _ in range(8):
        sender.sendall(b"a" * int(LEAST_RATE))
        caller.recv(int(LEAST_RATE))
    time.sleep(2 * SOON)
    sender.sendall(b"b")
    assert caller.recv(8192) == b"b"


def test_the_next_request_on_the_connection_has_no_files_time(ends: tuple[Caller, socket.socket]) -> None:
    caller, sender = ends
    caller.begin_body({"CONTENT-LENGTH": str(HOUR)})
    caller.take_file(HOUR)
    caller.rest()
    sender.sendall(b"GET")
    assert caller.recv(8192) == b"GET"
    caller.begin_body({"CONTENT-LENGTH": "5"})
    with pytest.raises(TimeoutError):
        caller.recv(8192)
