"""Exports: a million rows as CSV, XLSX and JSON, and how much memory that takes at most, against 256 MB.

python -m benchmarks.exports [ROWS]
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from servicekit.out.exports.formats import FORMATS
from servicekit.out.exports.tables import Column, Reader, Row, Table, Type

ROWS = 1_000_000
LIMIT_MB = 256
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = Table(
    "congresses",
    (
        Column("code", "Code"),
        Column("unit", "Unit"),
        Column("level", "Level", Type.LEVEL),
        Column("state", "State"),
        Column("deadline", "Deadline", Type.DATE),
        Column("at", "As of", Type.INSTANT),
        *(Column(f"figure{number}", f"Figure {number}", Type.WHOLE) for number in range(6)),
    ),
)


def rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield (
            f"BD-{number:07}",
            f"ইউনিয়ন {number}",
            "union",
            "approved",
            date(2026, 3, 1),
            FIRST + timedelta(seconds=number),
            *(number % (100 + more) for more in range(6)),
        )


def measure(key: str, count: int, result: "multiprocessing.Queue[tuple[float, float, float]]") -> None:
    reader = Reader("bn", ZoneInfo("Asia/Dhaka"), {"union": {"bn": "ইউনিয়ন"}})
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        FORMATS[key].write(TABLE, rows(count), reader, out, {})
        megabytes = out.seek(0, 2) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result.put((time.perf_counter() - began, megabytes, peak))


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    # Each in a process of its own, begun afresh: what one has taken shows in no other's peak.
    afresh = multiprocessing.get_context("spawn")
    highest = 0.0
    for key in FORMATS:
        result: multiprocessing.Queue[tuple[float, float, float]] = afresh.Queue()
        process = afresh.Process(target=measure, args=(key, count, result))
        process.start()
        seconds, megabytes, peak = result.get()
        process.join()
        highest = max(highest, peak)
        print(f"{key}: {count:,} rows, {seconds:.0f} s, {megabytes:.0f} MB, at most {peak:.0f} MB of memory")
    print(f"highest {highest:.0f} MB of {LIMIT_MB}: {highest / LIMIT_MB:.2f}")
    return 0 if highest < LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
