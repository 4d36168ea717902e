"""The worker: a program that makes the files that are too large for a request. Several may work beside each other.

python -m congress.worker
"""

import sys

from congress import events
from congress.app import make_context
from congress.operations.exports import exports_of
from congress.operations.reminding import reminding_kind
from congress.settings import read_worker_settings
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.exporting.running import export_kind
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from servicekit.work.jobs.worker import Worker
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, run_program

NAME = "worker"


def loops() -> list[Loop]:
    settings = read_worker_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("congress"), JOB_TIMEOUT_MS)
    context = make_context(settings, database, Clock(common.zone))
    exports = exports_of(context, settings.keys, common.zone)
    worker = Worker(
        exports.jobs, [export_kind(exports, events.export_over), reminding_kind(context)], context.clock.now
    )

    def prepare() -> None:
        context.prepare()
        exports.prepare()

    # While one is busy with a job its lease runs out, and another copy may take the next: jobs are held one by one.
    loop = Loop(NAME, database, Lease(database, NAME, new_id()), worker.steps(), prepare=prepare)
    worker.within(loop)
    return [loop]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
