"""Jobs as documents of the service they are asked of: one is added within the write that needs it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import AuditEntry, Event, Origin
from servicekit.data.records import Records
from servicekit.refusals import Stale
from servicekit.work.jobs.job import (
    MOST_KEPT,
    MOST_OPEN,
    OPEN,
    Job,
    JobUnknown,
    State,
    TooManyJobs,
)

_SHAPE = Shape(Job)
JOBS = "jobs"
TURNS = "job_turns"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(9999, 1, 1, tzinfo=UTC)
LOOKED_AT = 20
CHANGE_TRIES = 5


class JobStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self.database = database
        self._records = Records(database, JOBS, origin)
        self._jobs = database.mongo[JOBS]
        self._turns = database.mongo[TURNS]

    def prepare(self) -> None:
        self._records.prepare()
        for name in ("ready_at", "forget_at", "state", "owner.account_id"):
            self._jobs.create_index(name)
        self._jobs.create_index([("state", 1), ("asked_at", -1), ("_id", 1)])
        self._turns.create_index("turn")

    def add(self, job: Job, audit: Iterable[AuditEntry] = ()) -> Job:
        """In the transaction that is open, if one is."""
        stored = self._records.insert(_SHAPE.document(job), audit=audit)
        return replace(job, version=stored["version"])

    def add_bounded(self, job: Job, audit: Iterable[AuditEntry]) -> Job:
        """Of those that one person sends at once, each is counted after the one before. Raises TooManyJobs.

        One of the same id that is there already is given back as it is.
        """

        def work() -> Job:
            turn = {"_id": job.owner.account_id}
            self._turns.update_one(turn, {"$inc": {"turn": 1}}, upsert=True, session=session())
            if (known := self.find(job.id)) is not None:
                return known
            self.refuse_many(job.owner.account_id)
            return self.add(job, audit)

        return self.database.in_transaction(work)

    def find(self, job_id: str) -> Job | None:
        found = self._records.find(job_id)
        return _SHAPE.value(found) if found else None

    def save(self, job: Job, events: Iterable[Event] = (), audit: Iterable[AuditEntry] = ()) -> Job:
        """Raises Stale where somebody else has written it since."""
        stored = self._records.save(_SHAPE.document(job), job.version, events, audit)
        return replace(job, version=stored["version"])

    def change(
        self, job_id: str, change: Callable[[Job], Job], audit: Callable[[Job], Iterable[AuditEntry]]
    ) -> Job:
        """By somebody who does not hold it: tried again where its holder writes in the same moment.

        Raises JobUnknown, what `change` raises, and Stale where it never comes between.
        """
        for left in reversed(range(CHANGE_TRIES)):
            job = self.find(job_id)
            if job is None:
                raise JobUnknown
            changed = change(job)
            try:
                return self.save(changed, (), audit(changed))
            except Stale:
                if not left:
                    raise
        raise JobUnknown

    def ready(self, now: datetime) -> list[Job]:
        """Some that a worker may take, the longest waiting first."""
        return self._until("ready_at", now)

    def to_forget(self, now: datetime) -> list[Job]:
        return self._until("forget_at", now)

    def forget(self, job: Job) -> None:
        """Unless it was changed meanwhile, or something of it has not gone out yet."""
        found = self._jobs.find_one({"_id": job.id}, {"_pending": 1}, session=session())
        if found is not None and not found.get("_pending"):
            self._jobs.delete_one({"_id": job.id, "version": job.version}, session=session())

    def of_owner(self, accounts: Iterable[str]) -> list[Job]:
        """The newest first; few, for they are kept for days only and few may be open."""
        found = self._jobs.find({"owner.account_id": {"$in": list(accounts)}}, {"_outbox": 0})
        return sorted(map(_SHAPE.value, found), key=lambda job: job.asked_at, reverse=True)

    def in_state(self, state: State) -> list[Job]:
        found = self._jobs.find({"state": state.value}, {"_outbox": 0})
        return sorted(map(_SHAPE.value, found), key=lambda job: job.asked_at)

    def newest(self, state: State, before: tuple[datetime, str] | None, most: int) -> list[Job]:
        """In one state, by when they were asked for and then by id; `before`: only what comes after this place."""
        upper = {"$lt": before[0]} if before else {"$lte": FAR_AHEAD}
        wanted = {"state": state.value, "asked_at": {"$gte": LONG_AGO, **upper}}
        order = [("asked_at", -1), ("_id", 1)]
        found = list(self._jobs.find(wanted, {"_outbox": 0}, session=session()).sort(order).limit(most))
        if before is not None:
            # Of the same instant there are few: who asks at once is one of a few people.
            at, last = before
            same = self._jobs.find({"state": state.value, "asked_at": at}, {"_outbox": 0}, session=session())
            found = [*sorted((one for one in same if one["_id"] > last), key=lambda one: one["_id"]), *found]
        return [_SHAPE.value(one) for one in found[:most]]

    def count(self, states: Iterable[State]) -> int:
        """Of those that are kept: a person's few, for days."""
        wanted = [state.value for state in states]
        return self._jobs.count_documents({"state": {"$in": wanted}}, session=session())

    def refuse_many(self, account_id: str) -> None:
        """Raises TooManyJobs where so many of this person's are under way, or kept, already."""
        mine = list(self._jobs.find({"owner.account_id": account_id}, {"state": 1}, session=session()))
        if sum(one["state"] in OPEN for one in mine) >= MOST_OPEN or len(mine) >= MOST_KEPT:
            refusal = TooManyJobs(most=MOST_OPEN)
            refusal.retry_after = 60
            raise refusal

    def _until(self, field: str, now: datetime) -> list[Job]:
        wanted = {field: {"$gte": LONG_AGO, "$lte": now}}
        return [
            _SHAPE.value(one)
            for one in self._jobs.find(wanted, {"_outbox": 0}).sort(field, 1).limit(LOOKED_AT)
        ]
