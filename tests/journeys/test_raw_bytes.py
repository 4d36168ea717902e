"""Raw bytes at every port: what cannot be read is the sender's fault, and nobody else notices."""

import random
import socket
from collections.abc import Iterator

import pytest
import requests

from tests.journeys.whole_house import WEB, WholeHouse

SEED = 20_261_128
TRIES = 60
PATHS = (
    b"/",
    b"/oauth/token",
    b"/sign-in/fallback",
    b"/language",
    b"/api/identity/me",
    b"/internal/token",
    b"/healthz",
)
HEAD = b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
KNOWN = (
    b"",
    b"\r\n\r\n",
    b"\x00" * 64,
    b"\xff\xfe" * 32,
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + b"[" * 5_000 + b"\r\n\r\n",
    HEAD + b"Content-Length: -5\r\n\r\n",
    HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    HEAD + b"Content-Length: 99999999999999999999\r\n\r\nx",
    HEAD + b"Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    CHUNKED + b"zz\r\nabc\r\n",
    CHUNKED + b"-5\r\nabc\r\n",
    CHUNKED + b"5\r\nab",
    CHUNKED + b"ffffffffffffffff\r\nabc",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # somebody speaks TLS
)


def some(chance: random.Random) -> bytes:
    """A request that is nearly one: with signs turned over, left out, doubled or put in."""
    whole = bytearray(
        b"POST " + chance.choice(PATHS) + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + chance.choice((b"Content-Length: 12\r\n", b"Transfer-Encoding: chunked\r\n")) + b"\r\n"
        + chance.choice((b'{"a": "bcd"}', b"c\r\n{\"a\": \"bcd\"}\r\n0\r\n\r\n"))
    )  # fmt: skip
    for _ in range(chance.randint(1, 6)):
        place, sign = chance.randrange(len(whole)), chance.randrange(256)
        way = chance.randrange(4)
        if way == 0:
            whole[place] = sign
        elif way == 1:
            del whole[place]
        elif way == 2:
            whole.insert(place, sign)
        else:
            whole[place:place] = whole[place : place + 9]
    return bytes(whole)


def all_bytes() -> Iterator[bytes]:
    yield from KNOWN
    chance = random.Random(SEED)
    yield from (some(chance) for _ in range(TRIES))


def answer_to(port: int, sent: bytes) -> bytes:
    """What comes back until the other side closes; empty where it closes without a word."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.settimeout(15)
        found = b""
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(65_536):
                found += part
        except ConnectionError:
            return found
        return found


@pytest.mark.parametrize("service", WEB)
def test_no_bytes_are_the_servers_fault(running_house: WholeHouse, service: str) -> None:
    house = running_house.house
    name = {"practice_eid": "eid", "practice_mail": "mail"}.get(service, service)
    wrong, refused = [], 0
    for sent in all_bytes():
        answer = answer_to(house.ports[name], sent)
        status = answer.split(b" ", 2)[1:2]
        refused += status[:1] == [b"400"]
        if answer and (not answer.startswith(b"HTTP/1.") or not b"200" <= (status or [b""])[0] < b"500"):
            wrong.append((sent[:120], answer[:160]))
    assert wrong == []
    assert refused > 5, "it was told what is wrong with it"
    path = "/.well-known/openid-configuration" if service == "practice_eid" else "/healthz"
    assert requests.get(f"http://127.0.0.1:{house.ports[name]}{path}", timeout=5).status_code == 200
