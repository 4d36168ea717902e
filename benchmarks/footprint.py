"""What `sammelan up` takes: memory of each process as the system shares it out (PSS), and seconds until it stands.

The sample is made by a first start, ended, and started again: that second, warm start is measured, with everything in
place. Prints both against their limits, and the processor time that the start took: on a busy machine it says more
than the clock.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.integration.sammelan.running import Machine, memory_mb

MEMORY_LIMIT_MB = 900.0
START_LIMIT_SECONDS = 6.0
SETTLE_SECONDS = 10.0


def cpu_seconds(pids: Iterable[int]) -> float:
    """What these have used so far, and those of their children that have ended."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), more={"SAMPLE": "yes"})
        try:
            machine.start()
            machine.stop()
            seconds = machine.start()
            used = cpu_seconds(machine.pids())
            time.sleep(SETTLE_SECONDS)
            taken = sorted(
                ((memory_mb(pid), command) for pid, command in machine.pids().items()), reverse=True
            )
        finally:
            machine.stop()
    for megabytes, command in taken:
        print(f"{megabytes:7.1f} MB  {command[:90]}")
    memory = sum(megabytes for megabytes, _ in taken)
    for what, measured, limit in (
        (f"memory in {len(taken)} processes, MB", memory, MEMORY_LIMIT_MB),
        (f"start, s ({used:.1f} s of processor)", seconds, START_LIMIT_SECONDS),
    ):
        print(f"{what:40} {measured:7.1f}   (limit {limit:.0f}): {measured / limit:.2f} times")
    return 0 if memory <= MEMORY_LIMIT_MB and seconds <= START_LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
