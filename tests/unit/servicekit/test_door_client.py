"""What comes back through the door out: whole and bounded within one deadline, or a reason why not."""

import contextlib
import gzip
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servicekit.out.door.client import Client
from servicekit.out.door.deadlines import Deadline
from servicekit.out.door.destinations import Reach
from servicekit.out.door.failures import AnswerTooLarge, NotAllowed, OutsideFailed, OutsideSilent
from servicekit.settings import read_networks

SECONDS = 0.6
MOST = 64 * 1024
MACHINE = read_networks(["127.0.0.0/8"])
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FORMS = {
    "keep-alive": HEAD + b"Content-Length: 5000\r\n\r\n{",
    "close": HEAD + b"Content-Length: 5000\r\nConnection: close\r\n\r\n{",
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "chunked and close": HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{\r\n",
    "no length": HEAD + b"\r\n{",
    "no length, HTTP/1.0": HEAD.replace(b"1.1", b"1.0") + b"\r\n{",
    "in the head": HEAD,
    "nothing": b"",
}
DRIPS = {"chunked": b"1\r\n \r\n", "chunked and close": b"1\r\n \r\n", "in the head": b"X-A: b\r\n"}
Answering = Callable[[socket.socket, bytes], None]


@contextlib.contextmanager
def served(answer: Answering, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of one that answers each connection's first request by `answer`."""
    with socket.create_server((host, 0)) as server:

        def serve(client: socket.socket) -> None:
            with client, contextlib.suppress(OSError):
                speaking = tls.wrap_socket(client, server_side=True) if tls else client
                with speaking:
                    answer(speaking, speaking.recv(65_536))

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def dripping(first: bytes, drip: bytes) -> Iterator[int]:
    """Sends the first part, then a little every tenth of a second, for as long as it is let."""
    over = threading.Event()

    def answer(client: socket.socket, _: bytes) -> None:
        client.sendall(first)
        while not over.wait(0.1):
            client.sendall(drip)

    with served(answer) as port:
        try:
            yield port
        finally:
            over.set()


def saying(whole: bytes) -> Answering:
    return lambda client, _: client.sendall(whole)


def to(port: int, host: str = "127.0.0.1", plain: bool = True) -> Reach:
    return Reach(frozenset({f"{host}:{port}"}), MACHINE, plain)


# What is fetched, and what is sent.
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
def test_the_deadline_holds_in_every_form(method: str, form: str) -> None:
    data = {"code": "x"} if method == "POST" else None
    with dripping(FORMS[form], DRIPS.get(form, b" " if form != "nothing" else b"")) as port:
        client = Client(to(port))
        began = time.monotonic()
        with pytest.raises(OutsideSilent):
            client.send(method, f"http://127.0.0.1:{port}/", Deadline(SECONDS), MOST, data=data)
        assert time.monotonic() - began < SECONDS + 1.5
        client.close()


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    asked = []
    with served(lambda _, request: asked.append(request)) as inside:
        where = f"http://127.0.0.1:{inside}/"
        for status in (301, 302, 303, 307, 308):
            moved = f"HTTP/1.1 {status} Moved\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
            with served(saying(moved)) as port:
                client = Client(Reach(frozenset({f"127.0.0.1:{port}", f"127.0.0.1:{inside}"}), MACHINE, True))
                answer = client.send("GET", f"http://127.0.0.1:{port}/", Deadline(20), MOST)
                assert (answer.status, answer.headers["location"]) == (status, where)
                client.close()
    assert asked == []


def endless(client: socket.socket, _: bytes) -> None:
    client.sendall(HEAD + b"\r\n")
    while True:
        client.sendall(b"x" * 65_536)


def endless_head(client: socket.socket, _: bytes) -> None:
    client.sendall(HEAD)
    while True:
        client.sendall(b"X-More: " + b"x" * 4_000 + b"\r\n")


def endless_chunks(client: socket.socket, _: bytes) -> None:
    client.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        client.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def a_bomb(kind: bytes) -> Answering:
    packed = gzip.compress(bytes(200_000_000), 9)

    def answer(client: socket.socket, _: bytes) -> None:
        told = b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(packed))
        client.sendall(HEAD + told + packed)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        endless,
        endless_head,
        endless_chunks,
        saying(HEAD + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 200_000),
        a_bomb(b"gzip"),
        a_bomb(b"gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip"),
    ],
    ids=["body", "head", "chunks", "announced", "bomb", "bombs"],
)
def test_more_than_was_asked_for_is_not_held(answer: Answering) -> None:
    with served(answer) as port:
        client = Client(to(port))
        tracemalloc.start()
        try:
            with pytest.raises(OutsideFailed):
                client.send("GET", f"http://127.0.0.1:{port}/", Deadline(20), MOST)
            assert tracemalloc.get_traced_memory()[1] < 4_000_000
        finally:
            tracemalloc.stop()
            client.close()


def test_exactly_as_much_as_was_asked_for_is_taken_and_a_byte_more_is_not() -> None:
    for size, taken in ((MOST, True), (MOST + 1, False)):
        with served(saying(HEAD + b"Content-Length: %d\r\n\r\n" % size + b"x" * size)) as port:
            client = Client(to(port))
            if taken:
                assert len(client.send("GET", f"http://127.0.0.1:{port}/", Deadline(20), MOST).body) == MOST
            else:
                with pytest.raises(AnswerTooLarge):
                    client.send("GET", f"http://127.0.0.1:{port}/", Deadline(20), MOST)
            client.close()


def test_a_name_that_leads_elsewhere_after_the_look_is_not_followed_there() -> None:
    told: list[list[str]] = [["127.0.0.2"], ["127.0.0.3"]]
    looks: list[str] = []
    good, bad = b"Content-Length: 4\r\nConnection: close\r\n\r\ngood", b"Content-Length: 3\r\n\r\nbad"
    with socket.create_server(("127.0.0.3", 0)) as inside, served(saying(HEAD + good), "127.0.0.2") as port:

        def rebinding(host: str, _: int) -> list[str]:
            looks.append(host)
            return told[min(len(looks), len(told)) - 1]

        reach = Reach(frozenset({f"hooks.example:{port}"}), read_networks(["127.0.0.2"]), plain=True)
        client = Client(reach, resolve=rebinding)
        answer = client.send("GET", f"http://hooks.example:{port}/", Deadline(20), MOST)
        assert (answer.body, looks) == (b"good", ["hooks.example"])
        # The next connection looks anew, and judges what it finds anew.
        with pytest.raises(NotAllowed, match="inside"):
            client.send("GET", f"http://hooks.example:{port}/", Deadline(20), MOST)
        inside.settimeout(0)
        with pytest.raises(BlockingIOError):
            inside.accept()
        client.close()
    assert bad


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    folder: Path = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return str(cert), context


@pytest.mark.parametrize(
    ("host", "trusted", "comes"),
    [
        ("hooks.example", True, True),
        ("other.example", True, False),
        ("127.0.0.1", True, False),
        ("hooks.example", False, False),
    ],
)
def test_the_certificate_must_be_of_the_name_though_an_address_is_connected_to(
    host: str, trusted: bool, comes: bool, certificate: tuple[str, ssl.SSLContext]
) -> None:
    ca_file, context = certificate
    with served(saying(HEAD + b"Content-Length: 2\r\n\r\n{}"), tls=context) as port:
        client = Client(
            to(port, host, plain=False), ca_file if trusted else "", resolve=lambda _, __: ["127.0.0.1"]
        )
        url = f"https://{host}:{port}/"
        if comes:
            assert client.send("GET", url, Deadline(20), MOST).body == b"{}"
        else:
            with pytest.raises(OutsideSilent, match="SSLError"):
                client.send("GET", url, Deadline(20), MOST)
        client.close()


def test_neither_a_proxy_nor_an_account_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("default login somebody password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    asked: list[bytes] = []

    def answer(client: socket.socket, request: bytes) -> None:
        asked.append(request)
        client.sendall(HEAD + b"Set-Cookie: a=b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    with served(answer) as port, served(lambda _, __: asked.append(b"proxy")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("HOME", str(tmp_path))
        client = Client(to(port))
        for _ in range(2):
            client.send("GET", f"http://127.0.0.1:{port}/x?y=1#z", Deadline(20), MOST)
        client.close()
    assert [one.splitlines()[0] for one in asked] == [b"GET /x?y=1 HTTP/1.1"] * 2
    assert not any(word in one for one in asked for word in (b"Authorization", b"Cookie"))


def test_a_kept_connection_that_was_closed_is_no_silence_for_what_may_be_repeated() -> None:
    asked: list[bytes] = []

    def once(client: socket.socket, request: bytes) -> None:
        asked.append(request.split(b" ")[0])
        client.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")  # and closes, though it did not say so

    with served(once) as port:
        client = Client(to(port))
        for _ in range(3):
            assert client.send("GET", f"http://127.0.0.1:{port}/", Deadline(20), MOST).body == b"{}"
        client.close()
    assert asked == [b"GET"] * 3


def test_what_was_sent_is_never_sent_twice() -> None:
    asked: list[bytes] = []
    with served(lambda _, request: asked.append(request)) as port:
        client = Client(to(port))
        with pytest.raises(OutsideSilent):
            client.send("POST", f"http://127.0.0.1:{port}/", Deadline(2), MOST, data=b"pay")
        client.close()
    assert len(asked) == 1


def test_who_is_silent_again_and_again_is_asked_by_one_at_a_time() -> None:
    with dripping(b"", b"") as port:
        client = Client(to(port))
        url = f"http://127.0.0.1:{port}/"
        for _ in range(6):  # five until it counts as silent, and one that finds out whether it still is
            with pytest.raises(OutsideSilent, match="GET"):
                client.send("GET", url, Deadline(1.1), MOST)
        with pytest.raises(OutsideSilent, match="a moment ago"):
            client.send("GET", url, Deadline(1.1), MOST)
        client.close()
