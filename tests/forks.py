"""Our programs started by forking: one process has imported all of them, so that a start costs what is the start's own.

What runs is the same, `python -m MODULE ARGUMENTS` in its own session with its own environment; only that it finds its
imports made. The gateway is started as a whole: its worker changes the standard library before anything is imported.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sammelan import warm
from sammelan.main import COMMANDS

ROOT = Path(__file__).parent.parent
# What a program reads when it is imported and not when it begins (prometheus_client).
AT_IMPORT = ("PROMETHEUS_MULTIPROC_DIR", "COVERAGE_PROCESS_START")
IMPORTED = (
    "identity.app",
    "identity.keeper",
    "membership.app",
    "membership.counter",
    "membership.exporter",
    "congress.app",
    "congress.examiner",
    "congress.projector",
    "congress.worker",
    "notifications.app",
    "notifications.sender",
    "portal.app",
    "practice_eid.app",
    "practice_mail.app",
    "servicekit.events.relay",
)
# `up` is the house itself: it forks on its own, and is known by what it was started with.
STARTS_ALONE = "up"
IMPORTED_FOR_COMMANDS = tuple(
    sorted({place.partition(":")[0] for name, place in COMMANDS.items() if name != STARTS_ALONE})
)
LOOK_SECONDS = 0.2
ENDED_SECONDS = 30


def can_fork(command: list[str], env: Mapping[str, str]) -> bool:
    """`python -m …` of what is imported here, told nothing that is read at import."""
    if command[:2] != [sys.executable, "-m"] or any(name in env for name in AT_IMPORT):
        return False
    if command[2] == "sammelan":
        return command[3:4] != [STARTS_ALONE]
    if command[2] == "gunicorn":
        return command[3] != "gateway.wsgi:app" and f"{command[3].partition('.')[0]}.app" in IMPORTED
    return command[2] in IMPORTED


class Lines:
    """What comes through a socket, whole lines of it; `None` once its other end is closed."""

    def __init__(self, door: socket.socket) -> None:
        self._door = door
        self._rest = b""

    def read(self) -> list[dict[str, Any]] | None:
        came = self._door.recv(1 << 20)
        if not came:
            return None
        *whole, self._rest = (self._rest + came).split(b"\n")
        return [json.loads(line) for line in whole]


class Forked:
    """A child of the process that forks, with what is used of `subprocess.Popen`."""

    def __init__(self, forks: "Forks", command: list[str], pid: int) -> None:
        self.args = command
        self.pid = pid
        self._forks = forks

    @property
    def returncode(self) -> int | None:
        return self._forks.ended.get(self.pid)

    def poll(self) -> int | None:
        self._forks.hear(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._forks.hear(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Forks:
    """The process that forks, as the tests talk to it: one line each way."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())], cwd=ROOT, pass_fds=[theirs.fileno()]
        )
        theirs.close()
        self._socket = ours
        self._lines = Lines(ours)
        self._lock = threading.Lock()
        self._started: dict[str, int] = {}
        self._number = 0
        self.ended: dict[int, int] = {}

    def start(
        self, command: list[str], log: Path, env: Mapping[str, str], cwd: Path, errors: Path | None = None
    ) -> Forked:
        """What it says is written to the log; what it complains of too, where it has no file of its own."""
        with self._lock:
            self._number += 1
            number = str(self._number)
        asked = {
            "number": number,
            "command": command,
            "outputs": [str(log), str(errors or log)],
            "env": dict(env),
            "cwd": str(cwd),
        }
        self._socket.sendall(json.dumps(asked).encode() + b"\n")
        while number not in self._started:
            self.hear(LOOK_SECONDS)
        return Forked(self, command, self._started.pop(number))

    def hear(self, seconds: float) -> None:
        """What the process has said by now, or says within these seconds."""
        with self._lock:
            while select.select([self._socket], [], [], seconds)[0]:
                said = self._lines.read()
                if said is None:
                    raise RuntimeError("the process that forks has ended")
                for told in said:
                    if "number" in told:
                        self._started[told["number"]] = told["pid"]
                    else:
                        self.ended[told["pid"]] = told["code"]
                seconds = 0

    def close(self) -> None:
        self._socket.close()
        self._server.wait(ENDED_SECONDS)


def serve(door: socket.socket) -> dict[str, Any] | None:
    """Forks for each line that comes; in the child, what it is to be. None once nobody asks any more."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    lines = Lines(door)
    while True:
        ready, _, _ = select.select([door.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 1000)
            _tell_ended(door)
        if door.fileno() in ready:
            questions = lines.read()
            if questions is None:
                return None
            for asked in questions:
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    door.close()
                    os.close(woken)
                    os.close(wake)
                    return asked
                _tell(door, {"number": asked["number"], "pid": pid})


def _tell(door: socket.socket, what: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):  # nobody asks any more
        door.sendall(json.dumps(what).encode() + b"\n")


def _tell_ended(door: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(door, {"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def arrange(asked: Mapping[str, Any]) -> None:
    """In the child: its own session, output and folder."""
    os.setsid()
    for number, output in enumerate(asked["outputs"], start=1):
        log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, number)
        os.close(log)
    os.chdir(asked["cwd"])


def main() -> None:
    warm.load((*IMPORTED, *IMPORTED_FOR_COMMANDS))
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        arrange(asked)
        warm.become(asked["command"], asked["env"])


if __name__ == "__main__":
    main()
