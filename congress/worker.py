"""The worker: a program that makes the files that are too large for a request. Several may work beside each other.

python -m congress.worker
"""

import sys

from congress.app import make_context
from congress.operations.exports import exports_of
from congress.operations.reminding import reminding_kind
from congress.operations.sealing import SIGNER, sealing_kind
from congress.settings import read_worker_settings
from servicekit.access.keys import KeyRing
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.exporting.running import export_loop
from servicekit.work.clock import Clock
from servicekit.work.loop import Loop, run_program

NAME = "worker"


def loops() -> list[Loop]:
    settings = read_worker_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("congress"), JOB_TIMEOUT_MS)
    context = make_context(settings, database, Clock(common.zone))
    exports = exports_of(context, settings.keys, common.zone)
    also = [reminding_kind(context), sealing_kind(context, KeyRing(common.keys_dir, SIGNER))]
    return [export_loop(NAME, database, exports, context.prepare, also)]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
