"""Who sends a head or a body slowly, or half of it, holds up nobody else: with nginx in front, and without."""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest
import requests

from gateway.connections import BODY_SECONDS, HEAD_SECONDS, UNFINISHED_PER_ADDRESS
from servicekit.words.i18n import LANGUAGES
from tests.nginx import start_nginx
from tests.processes import DatabaseServer, House, a_house

HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Half: "
FORM = b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALF_A_BODY = FORM + b"Content-Length: 200\r\n\r\ngrant_type=client"
BAD_CHUNKS = FORM + b"Transfer-Encoding: chunked\r\n\r\n4\r\ngran"
NGINX_S_OWN = (b"<center>", b"<html>")
DOORS = ("gateway", "nginx")
# What is sent first, what each second after it, and how long somebody waits for the end.
HEADS = {
    "half a head": (HALF_A_HEAD, b"", HEAD_SECONDS + 5),
    "a head that drips": (HALF_A_HEAD, b"x", HEAD_SECONDS + 5),
}
BODIES = {
    "half a body": (HALF_A_BODY, b"", BODY_SECONDS + 12),
    "a body that drips": (HALF_A_BODY, b"x", BODY_SECONDS + 12),
    "a body that drips in chunks": (
        FORM + b"Transfer-Encoding: chunked\r\n\r\n4\r\ngran\r\n",
        b"1\r\nt\r\n",
        BODY_SECONDS + 12,
    ),
}
SLOW = HEADS | BODIES
Ended = tuple[bytes, float]


@dataclass(frozen=True)
class Door:
    house: House
    port: int
    nginx: bool

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


# The longest head of which nginx says what it holds.
NGINX_READS = 30_000


@pytest.fixture(scope="module")
def doors(
    database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Door]]:
    """Both at once: what is waited for at one of them is waited for at the other meanwhile."""
    with contextlib.ExitStack() as open_houses:
        found = {}
        for name in DOORS:
            behind = name == "nginx"
            house = open_houses.enter_context(a_house(database_server, tmp_path_factory.mktemp("slow")))
            house.extra["TRUSTED_PROXIES"] = "1" if behind else "0"
            for service in ("identity", "gateway"):
                house.start_service(service)
            assert requests.get(house.url("gateway") + "/eid/jwks.json", timeout=20).status_code == 200
            folder = tmp_path_factory.mktemp("slow-nginx")
            port = start_nginx(house, folder, "identity") if behind else house.ports["gateway"]
            found[name] = Door(house, port, behind)
        yield found


@pytest.fixture(scope="module")
def slow_ones(doors: dict[str, Door]) -> Iterator[dict[tuple[str, str], Future[Ended]]]:
    """They begin before anybody else comes, and each is ended by the clock; the tests between see the same doors."""
    with ThreadPoolExecutor(len(DOORS) * len(SLOW)) as at_once:
        yield {
            (name, slow): at_once.submit(one_slow, door, *ways)
            for name, door in doors.items()
            for slow, ways in SLOW.items()
        }


@pytest.fixture(params=DOORS)
def door(
    request: pytest.FixtureRequest,
    doors: dict[str, Door],
    slow_ones: dict[tuple[str, str], Future[Ended]],
) -> Door:
    return doors[request.param]


@pytest.fixture
def ended(door: Door, slow_ones: dict[tuple[str, str], Future[Ended]]) -> Callable[[str], Ended]:
    """ended("a head"): what this slow caller got at this door in the end, and after how long."""
    return lambda slow: slow_ones["nginx" if door.nginx else "gateway", slow].result()


def one_slow(door: Door, sent: bytes, drip: bytes, seconds: float) -> Ended:
    # One address may have so many that are unfinished, and the other tests try how many.
    with connections(door, 1, sent, "127.0.0.3") as (caller,):
        return answered(caller, seconds, drip)


@contextlib.contextmanager
def connections(
    door: Door, many: int, sent: bytes, address: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as opened:
        found = []
        for _ in range(many):
            made = socket.create_connection(("127.0.0.1", door.port), 5, (address, 0))
            one = opened.enter_context(made)
            one.sendall(sent)
            found.append(one)
        yield found


def answers_at_once(door: Door) -> None:
    for path in ("/healthz", "/eid/jwks.json"):
        began = time.monotonic()
        assert requests.get(door.url + path, timeout=5).status_code == 200
        assert time.monotonic() - began < 3.0, path


def answered(caller: socket.socket, seconds: float, drip: bytes = b"") -> tuple[bytes, float]:
    """All that comes until the other side hangs up, and after how long; a drip goes out each second."""
    began = time.monotonic()
    answer = b""
    while time.monotonic() - began < seconds:
        readable, _, _ = select.select([caller], [], [], 1.0)
        with contextlib.suppress(ConnectionError):
            if readable:
                data = caller.recv(4096)
                answer += data
                if not data:
                    return answer, time.monotonic() - began
            elif drip:
                caller.sendall(drip)
            continue
        return answer, time.monotonic() - began
    raise AssertionError(f"still open after {seconds} s: {answer!r}")


@pytest.mark.parametrize("sent", [b"", HALF_A_HEAD, HALF_A_BODY, BAD_CHUNKS])
def test_nobody_waits_for_those_who_send_a_half_of_it(door: Door, sent: bytes) -> None:
    with connections(door, 90, sent):
        time.sleep(0.3)
        answers_at_once(door)


def test_of_one_address_the_oldest_that_is_unfinished_gives_way(door: Door) -> None:
    # Of a head that is not whole nginx counts the connection; what it sends on is a body.
    sent, rest = (HALF_A_BODY, b"x" * 183) if door.nginx else (HALF_A_HEAD, b"whole\r\n\r\n")
    with (
        connections(door, 1, sent, "127.0.0.2") as (neighbour,),
        connections(door, UNFINISHED_PER_ADDRESS + 5, sent) as callers,
    ):
        for oldest in callers[:5]:
            answer, seconds = answered(oldest, 5)
            assert seconds < 3
            assert answer == b"" or answer.startswith(b"HTTP/1.1 503 ")
        for still_there in (neighbour, callers[-1]):
            still_there.sendall(rest)
            still_there.settimeout(3)
            assert still_there.recv(100).startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 400 ", b"HTTP/1.1 401 "))


def test_an_office_keeps_more_connections_than_may_be_unfinished(door: Door) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with contextlib.ExitStack() as opened:
        office = []
        for _ in range(UNFINISHED_PER_ADDRESS + 50):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", door.port), 5))
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
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET / SMTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /healthz\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (FORM + b"Content-Length: 99999999\r\n\r\n", b"413"),
        (FORM + b"Content-Length: -5\r\n\r\n", b"400"),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", b"400"),
    ],
)
def test_what_cannot_be_read_is_refused_as_everything_else_is(door: Door, sent: bytes, status: bytes) -> None:
    with connections(door, 1, sent) as (caller,):
        caller.settimeout(10)
        answer = caller.recv(65_536)
        with contextlib.suppress(OSError):
            while b"}" not in answer and (more := caller.recv(4096)):
                answer += more
    assert answer.startswith(b"HTTP/1.1 " + status), answer[:200]
    assert b"application/problem+json" in answer
    assert not any(sign in answer for sign in NGINX_S_OWN)


@pytest.mark.parametrize("path", ["/sign-in/callback?state=", "/?q="])
@pytest.mark.parametrize("signs", [9_000, 60_000])
@pytest.mark.parametrize(("accept", "page"), [("text/html,*/*;q=0.8", True), ("application/json", False)])
def test_a_person_whose_address_is_too_long_reads_a_page_in_every_language(
    door: Door, path: str, signs: int, accept: str, page: bool
) -> None:
    if door.nginx and signs > NGINX_READS:
        return  # nginx has not read whose it is
    answer = requests.get(f"{door.url}{path}{'x' * signs}", headers={"Accept": accept}, timeout=10)
    assert answer.status_code == 414
    kind = "text/html" if page else "application/problem+json"
    assert answer.headers["Content-Type"].startswith(kind)
    if page:
        assert all(f'<p lang="{language}">' in answer.text for language in LANGUAGES)


@pytest.mark.parametrize("slow", HEADS)
def test_half_a_head_is_ended_in_time(door: Door, ended: Callable[[str], Ended], slow: str) -> None:
    answer, seconds = ended(slow)
    # nginx hangs up without a word.
    assert answer.startswith(b"HTTP/1.1 408 ") or (door.nginx and answer == b"")
    assert HEAD_SECONDS - 1 < seconds < HEAD_SECONDS + 2


@pytest.mark.parametrize("slow", BODIES)
def test_a_body_is_ended_in_time_however_steadily_it_drips(ended: Callable[[str], Ended], slow: str) -> None:
    """The deadline is over the whole body, not between two reads."""
    answer, seconds = ended(slow)
    assert answer.startswith(b"HTTP/1.1 408 "), answer[:200]
    assert b"application/problem+json" in answer
    assert BODY_SECONDS - 1 < seconds < BODY_SECONDS + 8


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/problem+json")]
)
def test_without_a_gateway_nginx_says_so_at_once_and_in_the_reader_s_form(
    door: Door, accept: str, kind: str
) -> None:
    if not door.nginx:
        return
    door.house.processes["gateway"].kill()
    try:
        for path in ("/", "/sign-in/refused", "/eid/jwks.json"):
            answer = requests.get(door.url + path, headers={"Accept": accept}, timeout=5)
            assert answer.status_code == 503, path
            assert answer.elapsed.total_seconds() < 3.0
            assert answer.headers["Retry-After"].isdecimal()
            assert answer.headers["Content-Type"].startswith(kind)
            assert "nginx" not in answer.text
    finally:
        door.house.start_service("gateway")


def test_behind_nginx_too_a_frozen_service_is_refused_in_three_seconds(door: Door) -> None:
    frozen = door.house.processes["identity"].popen.pid
    os.killpg(frozen, signal.SIGSTOP)
    try:
        ask = partial(requests.get, door.url + "/eid/jwks.json", timeout=10)
        with ThreadPoolExecutor(8) as at_once:
            answers = [one.result() for one in [at_once.submit(ask) for _ in range(24)]]
    finally:
        os.killpg(frozen, signal.SIGCONT)
    for answer in answers:
        assert answer.status_code == 503
        assert answer.elapsed.total_seconds() < 3.0
        assert answer.headers["Retry-After"].isdecimal()
