"""A disk that fills up and is emptied again; a supervisor that is stopped or killed. Only root may mount the disk."""

import contextlib
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sammelan.reserve import MADE_ABOVE_BYTES, RESERVED_BYTES
from servicekit.data.room import LEAST_BYTES
from tests.integration.sammelan.conftest import LEVELS, UNITS, a_file
from tests.integration.sammelan.running import Machine

# Room for the reserve, and for what the house itself takes (its database's log is 128 MB).
DISK = f"{MADE_ABOVE_BYTES // 2**20 + 500}m"
MEGABYTE = 1024 * 1024
FULL_SECONDS = 18


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A house whose data are on a small disk."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "data").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder / "data")],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.fail(f"this test fills a disk of its own, which only root may mount: {mounted.stderr}")
    machine = Machine(folder)
    try:
        machine.start()
        done = machine.run("import", "units", str(a_file(folder, UNITS)), "--levels", str(LEVELS))
        assert done.returncode == 0, done.stderr
        yield machine
    finally:
        machine.stop(signal.SIGTERM)
        subprocess.run(["umount", "-l", str(folder / "data")], check=False)


@pytest.fixture
def filling(small: Machine) -> Iterator[Path]:
    file = small.folder / "data" / "filling"
    yield file
    file.unlink(missing_ok=True)


def free(machine: Machine) -> int:
    there = os.statvfs(machine.folder / "data")
    return there.f_bavail * there.f_frsize


def fill(machine: Machine, file: Path, leave: int) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as out:
        while free(machine) > leave:
            out.write(b"\0" * min(MEGABYTE, max(free(machine) - leave, 4096)))


def status(machine: Machine, path: str = "/readyz", method: str = "GET") -> int:
    try:
        return requests.request(method, machine.address + path, timeout=10).status_code
    except requests.RequestException:
        return 0


def inside(machine: Machine, method: str) -> int:
    """One of congress's operations without a token: 401 where the request is looked at, 507 where it may not be."""
    address = f"http://127.0.0.1:{machine.port_base + 4}/api/congress/plans"
    try:
        return requests.request(
            method, address, json={} if method == "POST" else None, timeout=10
        ).status_code
    except requests.RequestException:
        return 0


def read(machine: Machine) -> int:
    """Of the database, each time anew: a session that nobody has is 401 where it could be looked for."""
    nobody = {"Cookie": f"session={secrets.token_urlsafe(32)}", "Accept": "application/json"}
    try:
        return requests.get(f"{machine.address}/api/identity/me", headers=nobody, timeout=10).status_code
    except requests.RequestException:
        return 0


@contextlib.contextmanager
def someone_who_takes_all(file: Path) -> Iterator[None]:
    """Another program that writes on and on: what is given back is its own at once."""
    ended = threading.Event()

    def take() -> None:
        with file.open("wb", buffering=0) as out:
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    out.write(b"\0" * MEGABYTE)
                    continue
                ended.wait(0.01)

    taker = threading.Thread(target=take)
    taker.start()
    try:
        yield
    finally:
        ended.set()
        taker.join()


def reserve(machine: Machine) -> int:
    """How much of it is there."""
    file = machine.folder / "data" / "database.reserve"
    return file.stat().st_size if file.exists() else 0


def until(true: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come to be"
        time.sleep(0.2)
    return time.monotonic() - began


def test_with_little_room_left_writes_are_refused_as_that_and_reads_go_on(
    small: Machine, filling: Path
) -> None:
    assert inside(small, "POST") != 507
    fill(small, filling, LEAST_BYTES // 2)
    until(lambda: inside(small, "POST") == 507, 5)
    for _ in range(10):
        assert inside(small, "GET") == 401
        assert status(small) == 200
    filling.unlink()
    until(lambda: inside(small, "POST") not in (507, 0), 5)


def test_a_disk_that_was_full_leaves_nothing_behind_once_there_is_room(small: Machine, filling: Path) -> None:
    supervisor, database = small.pid_of("supervisord: "), small.pid_of("secantusd-rs")
    until(lambda: reserve(small) == RESERVED_BYTES, 10)
    with someone_who_takes_all(filling):
        until(lambda: inside(small, "POST") == 507, 10)  # services look at the disk each second
        until(lambda: reserve(small) == 0 and free(small) == 0, 10)
        ended = time.monotonic() + FULL_SECONDS
        while time.monotonic() < ended:
            assert inside(small, "POST") == 507
            assert read(small) == 401
            status(small, "/")
            time.sleep(0.2)
    filling.unlink()
    until(lambda: status(small) == 200, 5)
    until(lambda: inside(small, "POST") not in (507, 503, 500, 0), 5)
    until(lambda: reserve(small) == RESERVED_BYTES, 10)
    assert small.pid_of("supervisord: ") == supervisor
    assert small.pid_of("secantusd-rs") == database
    again = small.run("import", "units", str(a_file(small.folder, UNITS)), "--dry-run")
    assert "3 unchanged" in again.stdout, again.stderr


def test_a_stopped_supervisor_stops_nobody(small: Machine) -> None:
    supervisor = small.pid_of("supervisord: ")
    os.kill(supervisor, signal.SIGSTOP)
    try:
        # More than a pipe takes: each request is a line of the gateway and of the services.
        for _ in range(600):
            assert status(small, "/readyz") == 200
    finally:
        os.kill(supervisor, signal.SIGCONT)


def test_what_a_killed_supervisor_leaves_ends_with_it_or_at_the_next_start(small: Machine) -> None:
    assert small.process is not None
    os.kill(small.process.popen.pid, signal.SIGKILL)
    os.kill(small.pid_of("supervisord: "), signal.SIGKILL)
    small.process.popen.wait(10)
    small.process = None
    until(lambda: small.pids() == {}, 30)
    small.start()
    assert status(small) == 200


def test_a_stranger_s_process_is_never_taken_for_a_leftover(small: Machine) -> None:
    small.stop(signal.SIGTERM)
    stranger = subprocess.Popen(["sleep", "300"])
    try:
        word = small.folder / "data/run/pids/identity"
        word.write_text(f"{stranger.pid} 1")
        small.start()
        assert stranger.poll() is None
        assert "left over" not in small.said
    finally:
        stranger.kill()
        stranger.wait()
