"""Becomes a program of the house: ends with its supervisor, writes its own log file, leaves word of its process.

python -m sammelan.child LOG PID_FILE COMMAND...

A log file never makes its writer wait, as a pipe does whose reader is stopped, and a full disk drops lines.
"""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def end_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Where the system can: this process gets the signal when `parent` dies, and at once where it is dead already."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def started_at(pid: int) -> str:
    """When a process began, in the system's own count; empty where there is none. A number that was given again to
    another process has another beginning."""
    try:
        # The name in brackets may hold anything.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def call_itself(name: str) -> None:
    """Where the system can: the name in lists of processes (`pgrep NAME`, `top`), cut to 15 letters."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())


def told(command: Sequence[str]) -> tuple[str, str, list[str]]:
    """Log, word and command of a command line that calls this module."""
    _python, _m, _module, log, pid_file, *rest = command
    return log, pid_file, rest


def prepare(log: str, pid_file: str, name: str = "") -> None:
    end_with_parent(os.getppid())
    if name:
        call_itself(name)
    with contextlib.suppress(OSError):
        Path(pid_file).write_text(f"{os.getpid()} {started_at(os.getpid())}")
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        out = os.open(os.devnull, os.O_WRONLY)
    os.dup2(out, 1)
    os.dup2(out, 2)
    # Whoever is executed from here has only those two.
    os.close(out)


def main() -> None:
    log, pid_file, *command = sys.argv[1:]
    prepare(log, pid_file)
    os.execv(command[0], command)  # noqa: S606  # Our own command, no shell.


if __name__ == "__main__":
    main()
