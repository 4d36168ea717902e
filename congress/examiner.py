"""The examiner: a program that checks the files that have arrived, and removes what hangs on nothing.

python -m congress.examiner. Of several copies one works.
"""

import sys

from congress.app import file_store
from congress.settings import read_examiner_settings
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.files.checking.keeping import Keeping
from servicekit.files.checking.scanning import scanner_at
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Step, run_program

NAME = "examiner"
# What is not yet scanned is tried again though nobody writes.
CHECK_EVERY_SECONDS = 2.0
# What hangs on nothing has a day; how late it is noticed does not matter.
SWEEP_SECONDS = 30.0
# One file may take the examiner two minutes and the scanner as long; another copy then begins it again, which costs
# only time.
LEASE_SECONDS = 300.0


def loops() -> list[Loop]:
    settings = read_examiner_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("congress"), JOB_TIMEOUT_MS)
    keeping = Keeping(file_store(settings, database), scanner_at(settings.scanner), Clock(common.zone).now)

    def prepare() -> None:
        database.keep_session()

    return [
        Loop(
            NAME,
            database,
            Lease(database, NAME, new_id(), LEASE_SECONDS),
            [
                Step("check", keeping.check_next, every=CHECK_EVERY_SECONDS, ahead=keeping.any_waits),
                Step("unhung", keeping.remove_unhung, every=SWEEP_SECONDS, by_clock=True),
                Step("sweep", keeping.sweep, every=SWEEP_SECONDS, by_clock=True),
            ],
            prepare=prepare,
        )
    ]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
