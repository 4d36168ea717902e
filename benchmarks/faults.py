"""What one slow, frozen or missing part does to the others at sixty requests a second, against the same before it.

Of what does not need the part: the time of nineteen of twenty requests, meanwhile and before. Of what does: how long
the longest answer took. Then how long it took until all was as before, and whether an acknowledged write was lost.
"""

import sys
import tempfile
from pathlib import Path

from tests.outages import (
    FAULTS,
    FLOOR,
    RATE,
    RECOVERED_WITHIN,
    REFUSED_WITHIN,
    TIMES_CONTROL,
    Seen,
    an_asked_house,
    see,
)
from tests.processes import DatabaseServer, free_port

CONTROL_SECONDS = 10.0
FAULT_SECONDS = 15.0


def told(seen: Seen) -> bool:
    """Prints what was seen; whether it is as promised."""
    name, (before, now) = max(seen.times().items(), key=lambda one: one[1][1] / one[1][0])
    print(
        f"{seen.fault.name:26} {now / before:5.2f} times ({name}: {before * 1000:.0f} -> {now * 1000:.0f} ms)   "
        f"refused {len(seen.refusals()):4}, the slowest answer {seen.slowest():.1f} s   "
        f"recovered after {seen.recovery:.1f} s   lost {len(seen.lost)} of {seen.acknowledged} writes"
    )
    faults = [*seen.too_slow(), *(f"refused wrongly: {one}" for one in seen.wrongly_refused()[:3])]
    for fault in faults:
        print(f"    {fault}")
    return not faults and not seen.lost


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else FAULT_SECONDS
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    print(
        f"{RATE:.0f} requests a second; {CONTROL_SECONDS:.0f} s before each fault, which lasts {seconds:.0f} s.\n"
        f"Limits: {TIMES_CONTROL:.0f} times and {FLOOR * 1000:.0f} ms, refused within {REFUSED_WITHIN:.0f} s, "
        f"recovered within {RECOVERED_WITHIN:.0f} s, nothing lost"
    )
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with an_asked_house(server, Path(name) / "house") as asked:
                good = [
                    told(see(asked, fault, CONTROL_SECONDS, seconds))
                    for fault in FAULTS
                    if wanted in fault.name
                ]
        finally:
            if server.process is not None:
                server.process.kill()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
