"""The command-line tool as an operator uses it: commands in processes of their own, in a folder of their own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from servicekit.settings import OFFSETS
from tests.processes import ROOT, Process, run, start

BLOCK = max(OFFSETS.values()) + 1
STANDS = "Ctrl-C stops everything."
ENDS_SECONDS = 320.0


def free_block() -> int:
    """The first of as many free ports in a row as a house has, drawn so that two workers do not ask for the same."""
    for base in random.sample(range(20_000, 32_000, BLOCK), 50):
        probes = [socket.socket() for _ in range(BLOCK)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        else:
            return base
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free ports")


def memory_mb(pid: int) -> float:
    """A process's own memory, and of what it shares with others its share (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@dataclass
class Machine:
    """One operator's machine: a data folder and ports; `more` are further settings."""

    folder: Path
    port_base: int = field(default_factory=free_block)
    more: dict[str, str] = field(default_factory=dict)
    process: Process | None = None

    @property
    def ports(self) -> dict[str, int]:
        return {"gateway": self.port_base}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port_base}"

    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
        return {
            **kept,
            "PORT_BASE": str(self.port_base),
            "DATA_DIR": str(self.folder / "data"),
            "SAMPLE": "no",
            # Tests of other parts may keep the machine busy meanwhile.
            "READY_SECONDS": "300",
            "COLUMNS": "200",
            **self.more,
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command, forked from what has imported it (tests/forks.py)."""
        return run([sys.executable, "-m", "sammelan", *arguments], self.env(), ENDS_SECONDS)

    def run_by_itself(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command as an operator types it, in an interpreter of its own."""
        return subprocess.run(
            [sys.executable, "-m", "sammelan", *arguments],
            cwd=ROOT,
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=ENDS_SECONDS,
            check=False,
        )

    @property
    def said(self) -> str:
        log = self.folder / "up.log"
        return log.read_text() if log.exists() else ""

    def start(self, seconds: float = 320) -> float:
        """Seconds until it stands."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "up.log").unlink(missing_ok=True)
        began = time.monotonic()
        self.process = start([sys.executable, "-m", "sammelan", "up"], self.folder / "up.log", self.env())
        while STANDS not in self.said:
            if self.process.popen.poll() is not None:
                raise RuntimeError(self.said)
            if time.monotonic() - began > seconds:
                raise TimeoutError(self.said)
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self, number: int = signal.SIGINT) -> float:
        """Seconds until all of it has ended."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.popen.send_signal(number)
        try:
            self.process.popen.wait(60)
        except subprocess.TimeoutExpired:
            # It is told of, and burdens nobody after it.
            for pid in self.pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise
        finally:
            self.process = None
        return time.monotonic() - began

    def pids(self) -> dict[int, str]:
        """The processes that belong to this machine's data folder: the name each has given itself, and its command
        line, which several have in common."""
        mine = f"DATA_DIR={self.folder / 'data'}".encode()
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (place / "environ").read_bytes().split(b"\0"):
                    line = (place / "cmdline").read_text().replace("\0", " ")
                    found[int(place.name)] = f"{(place / 'comm').read_text().strip()}: {line}"
            except OSError:
                continue
        return found

    def pid_of(self, part: str) -> int:
        """The oldest process whose name or command line has `part`: for a gunicorn, its master."""
        return min(pid for pid, command in self.pids().items() if part in command)
