"""A worker in a process of its own, whose jobs take their time: for tests that end it in the middle.

python -m tests.integration.servicekit.job_program URL DATABASE
"""

import sys
import time
from datetime import UTC, datetime

from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.data.events import Origin
from servicekit.work.jobs.job import Job
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Held, Kind, Result, Worker

STEPS = 600


def an_origin() -> Origin:
    return Origin(datetime.now(UTC), "system")


def main() -> None:
    url, name = sys.argv[1:]
    database = Database(url, name, JOB_TIMEOUT_MS)
    store = JobStore(database, an_origin)

    def count_slowly(job: Job, held: Held) -> Result:
        for number in range(STEPS):
            database.mongo["steps"].insert_one({"job": job.id, "try": job.tries, "number": number})
            held.tell(number, STEPS)
            time.sleep(0.1)
        return {}

    worker = Worker(store, [Kind("count", count_slowly)], lambda: datetime.now(UTC))
    while True:
        worker.do_next()
        time.sleep(0.1)


if __name__ == "__main__":
    main()
