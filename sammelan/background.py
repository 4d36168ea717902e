"""Projector, counter, worker, exporter, sender, keeper in one process, for a house on one machine; in containers each
by itself.

The relay stays apart: it alone is told the key of the audit.

python -m sammelan.background
"""

import sys

from congress import projector, worker
from identity import keeper
from membership import counter, exporter
from notifications import sender
from servicekit.work.loop import run_program


def main() -> int:
    return run_program(
        "background",
        lambda: [
            *projector.loops(),
            *counter.loops(),
            *worker.loops(),
            *exporter.loops(),
            *sender.loops(),
            *keeper.loops(),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
