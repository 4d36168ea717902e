"""Starts the practice eID as it is started in earnest: gunicorn, one worker, threads."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 20


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def gunicorn(module: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--forwarder-headers", "", "--worker-class", "gthread"),
        *("--workers", "1", "--threads", "4", "--no-control-socket", "--bind", f"127.0.0.1:{port}", module),
    ]


@contextlib.contextmanager
def running(module: str, port: int, settings: dict[str, str], log: Path) -> Iterator[str]:
    """The address of a started process; it is stopped at the end."""
    environment = {**os.environ, "SAMMELAN_ENV": "test", **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(
            gunicorn(module, port), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://localhost:{port}"
    try:
        wait_until_it_answers(process, f"{address}/healthz", log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_it_answers(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(url, timeout=5).ok:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def refusal_to_start(module: str, settings: dict[str, str], log: Path) -> str:
    """What a process that does not start says before it ends by itself."""
    environment = {**os.environ, **settings}
    with log.open("wb") as output:
        ended = subprocess.run(
            gunicorn(module, a_free_port()),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=START_SECONDS,
            check=False,
        )
    assert ended.returncode != 0
    return log.read_text()
