"""What is done beside requests, as whoever manages the topmost unit sees it; and what they do about one of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicekit.access.decision import Caller, PermissionMissing, require
from servicekit.calendar.order import SIGNS, instant_in, newest_first
from servicekit.data.events import AuditEntry
from servicekit.refusals import Stale
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from
from servicekit.work.clock import Clock
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Act, Job, JobUnknown, State
from servicekit.work.jobs.store import JobStore

MANAGE = "jobs:manage"
# In a list of all: what waits for somebody comes first.
ORDER = (State.DEAD, State.RUNNING, State.WAITING, State.DONE, State.CANCELLED)
ACTIONS = {Act.RETRY: "job.tried_again", Act.CANCEL: "job.cancelled"}
Place = tuple[State, datetime, str]


@dataclass(frozen=True)
class Overseen:
    """All jobs of a service, of whichever kind."""

    service: str
    jobs: JobStore
    clock: Clock


def list_jobs(overseen: Overseen, caller: Caller, state: str, after: str, limit: int) -> Page[Job]:
    """Those in one state, or all in the order of states; of each the newest first."""
    _require(overseen, caller)
    states = (State(state),) if state else ORDER
    place = _place(after, states) if after else None
    found: list[Job] = []
    for one in states[states.index(place[0]) if place else 0 :]:
        before = place[1:] if place and one is place[0] else None
        found += overseen.jobs.newest(one, before, limit + 1 - len(found))
        if len(found) > limit:
            break
    return page_from(found, _key, limit, overseen.jobs.count(states))


def read_job(overseen: Overseen, caller: Caller, job_id: str) -> Job:
    _require(overseen, caller)
    found = overseen.jobs.find(job_id)
    if found is None:
        raise JobUnknown
    return found


def act_on(
    overseen: Overseen, caller: Caller, act: Act, job_id: str, reason: str, expected_version: int
) -> Job:
    """`expected_version`: how often it had moved when it was seen. What has ended meanwhile is said before Stale is."""
    _require(overseen, caller)

    def changed(job: Job) -> Job:
        acted = rules.acted(act, job, overseen.clock.now())
        if job.moves != expected_version:
            raise Stale
        return acted

    return overseen.jobs.change(job_id, changed, lambda job: [entry(act, job, reason=reason)])


def entry(act: Act, job: Job, **told: Any) -> AuditEntry:
    """In the unit that the job was asked for in; of one that belongs to nobody, in none."""
    path = job.owner.unit_path
    details = {"kind": job.kind, **told}
    return AuditEntry(ACTIONS[act], path[-1] if path else "", path, "job", job.id, details=details)


def _require(overseen: Overseen, caller: Caller) -> None:
    """At the topmost unit, whatever else the caller holds it over: a job belongs to the whole house."""
    top = next((right.unit_path[:1] for right in caller.rights if right.permission == MANAGE), None)
    if top is None:
        raise PermissionMissing(permission=MANAGE)
    require(caller, MANAGE, top, overseen.clock.now())


def _key(job: Job) -> tuple[str, str, str]:
    return job.state.value, newest_first(job.asked_at), job.id


def _place(after: str, states: tuple[State, ...]) -> Place:
    state, at, job_id = key_of(after, 3)
    known = {one.value: one for one in states}
    try:
        if len(at) != SIGNS:
            raise CursorUnknown(field="after")
        return known[state], instant_in(at), job_id
    except (KeyError, ValueError) as error:
        raise CursorUnknown(field="after") from error
