"""Under the services' worker: slow senders of files take what is theirs, and nothing of anybody else's."""

import base64
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicekit.serving.worker import (
    FILE_SHARE,
    FILE_THREADS,
    FILES_STANDING_SHARE,
    QUEUE_PLACES,
    QUEUE_SECONDS,
)
from tests.processes import free_port, start, wait_for

LENGTH = 100_000
THREADS = 2
PROGRAM = "tests.integration.servicekit.taking_files:app"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    process = start(
        [
            *(sys.executable, "-m", "gunicorn", PROGRAM, "--bind", f"127.0.0.1:{port}"),
            *(
                "--worker-class",
                "servicekit.serving.worker.Threads",
                "--threads",
                str(THREADS),
                "--workers",
                "1",
            ),
            *("--keep-alive", "30", "--no-control-socket"),
        ],
        tmp_path / "log",
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process=process.popen)
        yield port
    finally:
        process.kill()


def a_token(who: str) -> str:
    return "head." + base64.urlsafe_b64encode(json.dumps({"sub": who}).encode()).decode().rstrip("=") + ".end"


def begun(port: int, who: str, path: str = "/files/x/files/form", length: int = LENGTH) -> socket.socket:
    """A request whose body has only begun."""
    connection = socket.create_connection(("127.0.0.1", port), 20)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {a_token(who)}\r\n"
    connection.sendall(f"{head}Content-Length: {length}\r\n\r\n%PDF".encode())
    return connection


def status(connection: socket.socket) -> int:
    with connection, connection.makefile("rb") as answer:
        return int(answer.readline().split()[1])


def sent(port: int, who: str, path: str = "/files/x/files/form") -> tuple[int, float]:
    """The answer to a whole one, and after how long it came."""
    began = time.monotonic()
    connection = begun(port, who, path, 10)
    connection.sendall(b"x" * 6)
    return status(connection), time.monotonic() - began


def held(port: int, who: str, count: int) -> list[socket.socket]:
    made = [begun(port, who) for _ in range(count)]
    time.sleep(0.3)  # until the server has read that far
    return made


def test_who_holds_a_share_holds_up_nobody_else_and_is_told_to_come_again(server: int) -> None:
    slow = held(server, "slow", FILE_SHARE)
    assert [sent(server, "other")[0] for _ in range(10)] == [200] * 10
    assert sent(server, "slow")[0] == 503
    for connection in slow:
        connection.sendall(b"x" * (LENGTH - 4))
        assert status(connection) == 200
    assert sent(server, "slow")[0] == 200


def test_a_place_that_was_broken_off_is_free_again(server: int) -> None:
    for connection in held(server, "slow", FILE_SHARE):
        connection.close()
    assert sent(server, "slow")[0] == 200


def test_one_who_waits_gets_the_place_of_one_who_ends_in_time(server: int) -> None:
    slow = held(server, "slow", FILE_SHARE)
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(sent(server, "slow")[0]))
    waiting.start()
    time.sleep(0.3)
    slow[0].sendall(b"x" * (LENGTH - 4))
    waiting.join()
    assert found == [200]
    for connection in slow:
        connection.close()


def test_a_crowd_of_slow_senders_holds_up_neither_health_nor_pages_nor_refusals(server: int) -> None:
    """Also those who are refused and go on sending slowly."""
    slow = [begun(server, f"slow{number % 20}") for number in range(FILE_THREADS + 20 * FILES_STANDING_SHARE)]
    worst = 0.0
    until = time.monotonic() + 4
    while time.monotonic() < until:
        for path in ("/healthz", "/page"):
            found, seconds = sent(server, "reader", path)
            assert found == 200
            worst = max(worst, seconds)
    assert worst < 2.0
    assert sent(server, "one more")[0] == 503
    for connection in slow:
        connection.close()


def test_files_that_wait_leave_the_queue_of_everything_else_alone(server: int) -> None:
    """Fast requests that have been answered count for nothing behind a file that waits."""
    slow = held(server, "slow", FILE_SHARE)
    waiting = begun(server, "slow")
    assert [sent(server, "reader", "/page")[0] for _ in range(60)] == [200] * 60
    for connection in (*slow, waiting):
        connection.close()


def read(port: int, path: str) -> tuple[int, float]:
    """The answer to a GET, and after how long it came."""
    began = time.monotonic()
    connection = socket.create_connection(("127.0.0.1", port), 20)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return status(connection), time.monotonic() - began


def test_who_finds_no_thread_is_told_so_in_time_and_health_needs_none(server: int) -> None:
    slow = [begun(server, "slow", "/page") for _ in range(THREADS)]
    time.sleep(0.3)  # until each holds a thread
    for _ in range(5):
        found, seconds = read(server, "/healthz")
        assert (found, seconds < 0.5) == (200, True)
    found, seconds = read(server, "/page")
    assert found == 503
    assert QUEUE_SECONDS <= seconds < QUEUE_SECONDS + 1
    standing = [begun(server, "standing", "/page") for _ in range(QUEUE_PLACES * THREADS)]
    time.sleep(0.2)
    found, seconds = read(server, "/page")
    assert (found, seconds < QUEUE_SECONDS / 2) == (503, True), "a full queue takes nobody"
    for connection in (*slow, *standing):
        connection.close()
