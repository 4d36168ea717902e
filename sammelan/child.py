"""Becomes a program of the house: ends with its supervisor, writes its own log file, leaves word of its process.

python -m sammelan.child LOG PID_FILE COMMAND...

A log file never makes its writer wait, as a pipe does whose reader is stopped, and a full disk drops lines.
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


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


def main() -> None:
    log, pid_file, *command = sys.argv[1:]
    end_with_parent(os.getppid())
    with contextlib.suppress(OSError):
        Path(pid_file).write_text(f"{os.getpid()} {started_at(os.getpid())}")
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        out = os.open(os.devnull, os.O_WRONLY)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.execv(command[0], command)  # noqa: S606  # Our own command, no shell.


if __name__ == "__main__":
    main()
