"""Programs of this house that outlived it: known by the word they left, ended before anything starts anew."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from sammelan.child import started_at
from sammelan.settings import Settings

END_SECONDS = 8.0


def pid_file(settings: Settings, name: str) -> Path:
    return settings.run_dir / "pids" / name


def left_over(settings: Settings) -> dict[int, str]:
    """Process and name. A number that belongs to somebody else by now is none of ours."""
    found = {}
    for file in sorted((settings.run_dir / "pids").glob("*")):
        if (pid := alive(file)) is not None:
            found[pid] = file.name
    return found


def process_of(settings: Settings, name: str) -> int | None:
    return alive(pid_file(settings, name))


def alive(file: Path) -> int | None:
    """The process that left this word, while it runs."""
    try:
        pid, began = file.read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if began and started_at(int(pid)) == began else None


def end_left_over(settings: Settings) -> Iterator[str]:
    """The names of what was ended; only while nobody else holds the data folder."""
    for number, patience in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, END_SECONDS)):
        running = left_over(settings)
        for pid, name in running.items():
            # It may have ended this moment.
            if started_at(pid):
                os.kill(pid, number)
                if number == signal.SIGTERM:
                    yield name
        deadline = time.monotonic() + patience
        while left_over(settings) and time.monotonic() < deadline:
            time.sleep(0.1)
