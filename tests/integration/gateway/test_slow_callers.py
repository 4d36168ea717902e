"""Who sends a head or a body slowly, or half of it, holds up nobody else."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
import requests

from gateway.connections import HEAD_SECONDS, UNFINISHED_PER_ADDRESS
from tests.processes import DatabaseServer, House, a_house

HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Half: "
HALF_A_BODY = (
    b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=client"
)
BAD_CHUNKS = (
    b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n4\r\ngran"
)


@pytest.fixture(scope="module")
def door(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(database_server, tmp_path_factory.mktemp("slow")) as house:
        for name in ("identity", "gateway"):
            house.start_service(name)
        assert requests.get(house.url("gateway") + "/eid/jwks.json", timeout=20).status_code == 200
        yield house


@contextlib.contextmanager
def connections(house: House, many: int, sent: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as opened:
        found = []
        for _ in range(many):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", house.ports["gateway"]), 5))
            one.sendall(sent)
            found.append(one)
        yield found


def answers_at_once(house: House) -> None:
    for path in ("/healthz", "/eid/jwks.json"):
        began = time.monotonic()
        assert requests.get(house.url("gateway") + path, timeout=5).status_code == 200
        assert time.monotonic() - began < 3.0, path


@pytest.mark.parametrize("sent", [b"", HALF_A_HEAD, HALF_A_BODY, BAD_CHUNKS])
def test_nobody_waits_for_those_who_send_a_half_of_it(door: House, sent: bytes) -> None:
    with connections(door, 90, sent):
        time.sleep(0.3)
        answers_at_once(door)


def test_half_a_head_is_answered_and_ended_in_time(door: House) -> None:
    with connections(door, 1, HALF_A_HEAD) as (caller,):
        caller.settimeout(HEAD_SECONDS + 5)
        began = time.monotonic()
        answer = b""
        while data := caller.recv(4096):
            answer += data
            with contextlib.suppress(OSError):
                caller.sendall(b"x")  # a drip does not lengthen it
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < HEAD_SECONDS + 2


def test_of_one_address_the_oldest_that_is_unfinished_gives_way(door: House) -> None:
    with connections(door, UNFINISHED_PER_ADDRESS + 5, HALF_A_HEAD) as callers:
        for oldest in callers[:5]:
            oldest.settimeout(2)
            with contextlib.suppress(ConnectionError):
                assert oldest.recv(100) == b""
        callers[-1].sendall(b"whole\r\n\r\n")
        callers[-1].settimeout(2)
        assert callers[-1].recv(100).startswith(b"HTTP/1.1 200 ")


def test_an_office_keeps_more_connections_than_may_be_unfinished(door: House) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with contextlib.ExitStack() as opened:
        office = []
        for _ in range(UNFINISHED_PER_ADDRESS + 50):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", door.ports["gateway"]), 5))
            assert asked(one, whole).startswith(b"HTTP/1.1 200 ")
            office.append(one)
        for one in office:
            assert asked(one, whole).startswith(b"HTTP/1.1 200 ")


def asked(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    answer = b""
    while not answer.endswith(b"}\n"):
        data = connection.recv(4096)
        assert data, answer
        answer += data
    return answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET / SMTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
    ],
)
def test_a_head_that_cannot_be_read_is_a_problem_document(door: House, sent: bytes, status: bytes) -> None:
    with connections(door, 1, sent) as (caller,):
        answer = caller.recv(4096)
    assert answer.startswith(b"HTTP/1.1 " + status), answer[:100]
    assert b"application/problem+json" in answer
