"""Runs the programs under supervisord, which restarts what dies. What they say they write themselves."""

import contextlib
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from sammelan import leftovers, overseer, warm
from sammelan.child import end_with_parent, started_at
from sammelan.programs import Program
from sammelan.settings import ROOT, Settings

# Supervisord waits one second longer before each further try; a house that stands for days must not give up.
RETRIES = 10_000
LOG_BYTES = 20 * 1024 * 1024
LOG_FILES_KEPT = 3
STOP_SECONDS = 8


def configuration(settings: Settings, programs: Iterable[Program]) -> str:
    """An ini file for supervisord. Groups, because the members of one stop at the same time."""
    programs = list(programs)
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "umask=077",
        f"directory={_plain(ROOT)}",
        f"logfile={_plain(settings.log_dir / 'supervisor.log')}",
        f"logfile_maxbytes={LOG_BYTES}",
        f"logfile_backups={LOG_FILES_KEPT}",
        f"pidfile={_plain(pid_file(settings))}",
        f"childlogdir={_plain(settings.log_dir)}",
    ]
    for group, priority, first in (("database", 1, True), ("house", 2, False)):
        members = [program.name for program in programs if program.first is first]
        if members:
            lines += ["", f"[group:{group}]", f"programs={','.join(members)}", f"priority={priority}"]
    for program in programs:
        lines += ["", *_section(settings, program)]
    return "\n".join(lines) + "\n"


def _section(settings: Settings, program: Program) -> list[str]:
    environment = ",".join(f'{name}="{_plain(value)}"' for name, value in program.env.items())
    return [
        f"[program:{program.name}]",
        f"command={_plain(shlex.join(_command(settings, program)))}",
        f"directory={_plain(ROOT)}",
        *([f"environment={environment}"] if environment else []),
        "autorestart=true",
        "startsecs=2",
        f"startretries={RETRIES}",
        "stopsignal=TERM",
        f"stopwaitsecs={STOP_SECONDS}",
        "killasgroup=true",
        "redirect_stderr=true",
        "stdout_logfile=NONE",
    ]


def _command(settings: Settings, program: Program) -> tuple[str, ...]:
    log = settings.log_dir / f"{program.name}.log"
    word = leftovers.pid_file(settings, program.name)
    return (sys.executable, "-m", "sammelan.child", str(log), str(word), *program.command)


def _plain(value: object) -> str:
    """A value that supervisord does not expand."""
    return str(value).replace("%", "%%")


def pid_file(settings: Settings) -> Path:
    return settings.run_dir / "supervisord.pid"


def _word(settings: Settings) -> Path:
    """Beside supervisord's own file, which does not tell it from a stranger who was given its number later."""
    return settings.run_dir / "supervisor"


def running_pid(settings: Settings) -> int | None:
    """The supervisor that works on this data folder already, if one does."""
    return leftovers.alive(_word(settings))


def end_left_over(settings: Settings) -> None:
    """A supervisor whose `sammelan up` was killed would start again whatever is ended."""
    pid = running_pid(settings)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 3 * STOP_SECONDS
    while running_pid(settings) is not None:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


class Supervisor:
    """Forked from this process, which must have a single thread, and has imported by then what its programs import."""

    def __init__(self, settings: Settings, programs: Iterable[Program], env: Mapping[str, str]) -> None:
        programs = list(programs)
        file = settings.run_dir / "supervisord.conf"
        file.write_text(configuration(settings, programs), encoding="utf-8")
        forked = {program.name: program.imports for program in programs if program.imports}
        warm.load(forked.values())
        us = os.getpid()
        sys.stdout.flush()
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            # A session of its own: Ctrl-C reaches only us, and we stop everything in order.
            os.setsid()
            end_with_parent(us)
            os.environ.clear()
            os.environ.update(env)
            overseer.become(file, frozenset(forked))
        _word(settings).write_text(f"{self.pid} {started_at(self.pid)}")

    def ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None

    def stop(self) -> None:
        """Asks all programs to end, the database last, and waits until they have."""
        if self.ended():
            return
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + 3 * STOP_SECONDS
        while not self.ended():
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
            time.sleep(0.05)
