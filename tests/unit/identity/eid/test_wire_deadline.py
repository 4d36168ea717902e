"""One deadline over everything that a provider sends, in whatever form it sends it."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from identity.eid.refused import EidUnavailable
from identity.eid.wire import Deadline, Wire

SECONDS = 0.6
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


@contextlib.contextmanager
def dripping(first: bytes, drip: bytes) -> Iterator[str]:
    """Sends the first part, then a little every tenth of a second, for as long as it is let."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(client: socket.socket) -> None:
            with client, contextlib.suppress(OSError):
                client.recv(65_536)
                client.sendall(first)
                while not over.wait(0.1):
                    client.sendall(drip)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)


# Discovery, keys and userinfo are fetched; the token and the pushed request are sent.
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
def test_the_deadline_holds_in_every_form(method: str, form: str) -> None:
    wire = Wire()
    data = {"code": "x"} if method == "POST" else None
    with dripping(FORMS[form], DRIPS.get(form, b" " if form != "nothing" else b"")) as url:
        began = time.monotonic()
        with pytest.raises(EidUnavailable):
            wire.send(method, url, Deadline(SECONDS), data=data)
        assert time.monotonic() - began < SECONDS + 1.5
    wire.close()
