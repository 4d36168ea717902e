"""What a service tells of a file that somebody asked for, when it is there or cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass

from servicekit.data.events import Event, EventName
from servicekit.words import N_
from servicekit.work.jobs.job import Job, State


@dataclass(frozen=True)
class ExportOver:
    """`unit_path` ends in the unit itself."""

    account_id: str
    unit_id: str
    unit_path: tuple[str, ...]


EXPORT_READY = EventName("export.ready", ExportOver)
EXPORT_FAILED = EventName("export.failed", ExportOver)
TOLD = (EXPORT_READY, EXPORT_FAILED)
# What the kind of job is called, by its key.
JOB_TITLES = {"export": N_("A file that somebody asked for")}


def export_over(job: Job) -> Sequence[Event]:
    """Whoever has cancelled it knows."""
    path = job.owner.unit_path
    told = {"account_id": job.owner.account_id, "unit_id": path[-1], "unit_path": list(path)}
    if job.state is State.DONE:
        return [Event(EXPORT_READY, told)]
    return [Event(EXPORT_FAILED, told)] if job.state is State.DEAD else []
