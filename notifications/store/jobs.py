"""What matters and reminders have in common: each is a job that waits until it is due, and is kept when it is done."""

from datetime import timedelta
from typing import Any

from pymongo.collection import Collection

WAITING, DONE = "waiting", "done"
DONE_KEPT = timedelta(days=30)


class Overtaken(Exception):
    """Another sender has done this step in the meantime: nothing of ours is written."""


def prepare_jobs(jobs: Collection[dict[str, Any]]) -> None:
    jobs.create_index([("state", 1), ("due_at", 1)])
    jobs.create_index([("topic", 1), ("state", 1)])
    jobs.create_index("done_at", expireAfterSeconds=int(DONE_KEPT.total_seconds()))
