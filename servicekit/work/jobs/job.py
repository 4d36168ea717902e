"""A job and its states: pure, the clock and chance are arguments.

waiting → running → done; running → waiting again, later and later, or dead; waiting or running → cancelled;
dead → waiting, when the operator says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from servicekit.refusals import Conflict, NotFound, TooMany
from servicekit.words import N_

# Whoever works at a job says so all the time; who has not for so long is dead, and another goes on.
LEASE = timedelta(seconds=30)
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
# How long one is kept after it is over, with what it made; those that nobody could do until somebody has looked.
KEPT = timedelta(days=1)
DEAD_KEPT = timedelta(days=30)
MOST_OPEN = 3
MOST_KEPT = 20
WORKER_DIED = "worker-died"


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


OPEN = (State.WAITING, State.RUNNING)


class Act(StrEnum):
    """What the operator does about one."""

    RETRY = "retry"
    CANCEL = "cancel"


class JobUnknown(NotFound):
    title = N_("This task is not there, or it is over and was removed.")


class JobIsOver(Conflict):
    title = N_("This task is over already.")


class JobNotDead(Conflict):
    title = N_("Only a task that failed for good is tried again.")


class JobCancelled(Conflict):
    title = N_("This task was cancelled. Whoever wants it asks for it anew.")


class JobFailed(Conflict):
    title = N_("This task has failed for good, so there is nothing under way to cancel.")


class TooManyJobs(TooMany):
    title = N_(
        "At most {most} tasks of yours can be under way, and twenty kept. Wait for one of them, or cancel it."
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom it is done, and by which right: `unit_path` ends in the unit that the right was needed in."""

    account_id: str
    name: str = ""
    language: str = "en"
    permission: str = ""
    unit_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """`ready_at`: from when on a worker may take it, be it due or left by a dead one; None once it is over.

    `tries`: how often somebody began it. `done` of `whole`: how far it is, None where nobody knows. `result` says
    where what it made is, `why` what the last try came to. `moves`: how often its state has moved, which its holder's
    going on does not count for: the version that people see, for it changes when what they decide on does.
    """

    id: str
    kind: str
    owner: Owner
    parameters: Mapping[str, Any]
    asked_at: datetime
    ready_at: datetime | None
    state: State = State.WAITING
    tries: int = 0
    holder: str = ""
    done: int = 0
    whole: int | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    over_at: datetime | None = None
    forget_at: datetime | None = None
    version: int = 0
    moves: int = 1

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def wait_after(tries: int, chance: float) -> timedelta:
    """Before the next try. `chance` (0 to 1) spreads those that failed together over half to one and a half of it."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(tries - 1, 16)) * (0.5 + chance)


# Why not; what is not named may be done.
_WHY_NOT: Mapping[tuple[Act, State], type[Conflict]] = {
    (Act.RETRY, State.WAITING): JobNotDead,
    (Act.RETRY, State.RUNNING): JobNotDead,
    (Act.RETRY, State.DONE): JobIsOver,
    (Act.RETRY, State.CANCELLED): JobCancelled,
    (Act.CANCEL, State.DONE): JobIsOver,
    (Act.CANCEL, State.DEAD): JobFailed,
    (Act.CANCEL, State.CANCELLED): JobIsOver,
}


def why_not(act: Act, state: State) -> type[Conflict] | None:
    """What keeps somebody from it; None where nothing does. For the button, the API and the command alike."""
    return _WHY_NOT.get((act, state))


def acted(act: Act, job: Job, now: datetime) -> Job:
    """Raises the reason why not."""
    refusal = why_not(act, job.state)
    if refusal is not None:
        raise refusal
    return _tried_again(job, now) if act is Act.RETRY else _over(job, State.CANCELLED, now, KEPT)


def cancelled(job: Job, now: datetime) -> Job:
    return acted(Act.CANCEL, job, now)


def tried_again(job: Job, now: datetime) -> Job:
    return acted(Act.RETRY, job, now)


def taken(job: Job, holder: str, now: datetime) -> Job:
    """By this worker, for so long as it goes on saying so. The try counts before it is made: it may end us."""
    return _moved(
        job, State.RUNNING, holder=holder, tries=job.tries + 1, ready_at=now + LEASE, done=0, whole=None
    )


def held_on(job: Job, now: datetime) -> Job:
    return replace(job, ready_at=now + LEASE)


def done(job: Job, result: Mapping[str, Any], now: datetime, kept: timedelta = KEPT) -> Job:
    return _over(job, State.DONE, now, kept, result=dict(result), why="")


def failed(
    job: Job, why: str, now: datetime, chance: float, most_tries: int, *, for_good: bool = False
) -> Job:
    """To be tried again after a while, or dead."""
    if for_good or job.tries >= most_tries:
        return dead(job, why, now)
    return _moved(job, State.WAITING, holder="", why=why, ready_at=now + wait_after(job.tries, chance))


def dead(job: Job, why: str, now: datetime) -> Job:
    return _over(job, State.DEAD, now, DEAD_KEPT, why=why)


def put_back(job: Job, now: datetime) -> Job:
    """By a worker that ends before the job is done, through no fault of the job's."""
    return _moved(job, State.WAITING, holder="", tries=job.tries - 1, ready_at=now)


def _tried_again(job: Job, now: datetime) -> Job:
    """From the first try on."""
    return _moved(job, State.WAITING, tries=0, ready_at=now, over_at=None, forget_at=None)


def _over(job: Job, state: State, now: datetime, kept: timedelta, **more: Any) -> Job:
    return _moved(job, state, holder="", ready_at=None, over_at=now, forget_at=now + kept, **more)


def _moved(job: Job, state: State, **more: Any) -> Job:
    return replace(job, state=state, moves=job.moves + 1, **more)
