"""Reminding all in a list by one act: it is written down and counted at once, and done beside requests."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from congress import events
from congress.context import Context
from congress.domain.history import Congress
from congress.domain.plan import Plan, PlanState
from congress.domain.reminding import by_side, to_remind
from congress.domain.wanted import Wanted
from congress.operations.walking import number_below, walk_below
from congress.store.reminders import ListReminded
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from, new_id
from servicekit.refusals import Conflict
from servicekit.words import N_
from servicekit.work.jobs.job import Job, Owner
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Held, Kind, Result

REMIND = "congress:remind"
KIND = "reminder"

Conditions = Mapping[str, Any]


class NobodyToRemind(Conflict):
    tells_why = True
    title = N_("There is nobody in this list to be reminded.")


def wanted_of(conditions: Conditions) -> Wanted:
    return Wanted(
        state=conditions.get("state", ""),
        overdue=bool(conditions.get("overdue")),
        level=conditions.get("level", ""),
        milestone=conditions.get("milestone", ""),
        standing=conditions.get("standing", ""),
        actor=conditions.get("who_acts", ""),
        extension=conditions.get("extension", ""),
        beside=conditions.get("beside", ""),
    )


def list_key(plan_id: str, unit_id: str, wanted: Wanted) -> str:
    """The same for the same list."""
    return id_from(
        "list", plan_id, unit_id, wanted.state, str(wanted.overdue), wanted.level, wanted.milestone,
        wanted.standing, wanted.actor, *(one for one in (wanted.extension, wanted.beside) if one),
    )  # fmt: skip


def last_reminder(context: Context, plan_id: str, unit_id: str, wanted: Wanted) -> ListReminded | None:
    return context.reminders.list_reminded(list_key(plan_id, unit_id, wanted))


def remind_all(
    context: Context,
    jobs: JobStore,
    caller: Caller,
    plan_id: str,
    unit_id: str,
    conditions: Conditions,
    key: str,
) -> tuple[Job, int]:
    """The job that does it, and how many there are in the list. `key`: of the request; with the same it is the same.

    Raises NobodyToRemind, TooManyJobs.
    """
    plan, path = _place(context, plan_id, unit_id)
    require(caller, REMIND, (*path, "below"), context.clock.now())
    wanted, now = wanted_of(conditions), context.clock.now()
    job_id = id_from(KIND, caller.account_id, key) if key else new_id()
    known = jobs.find(job_id)
    if known is not None:
        return known, known.whole or 0
    number = number_below(context, plan, unit_id, wanted) if plan.state is not PlanState.CLOSED else 0
    if not number:
        raise NobodyToRemind()
    parameters = {"plan_id": plan_id, "unit_id": unit_id, "wanted": dict(conditions)}
    owner = Owner(caller.account_id, caller.name, caller.language, REMIND, path)
    told = {name: str(value) for name, value in conditions.items() if value} | {"number": number}
    entry = AuditEntry("reminders.asked", unit_id, path, "plan", plan_id, details=told)

    def work() -> Job:
        context.reminders.note_list(list_key(plan_id, unit_id, wanted), now, number)
        return jobs.add_bounded(Job(job_id, KIND, owner, parameters, now, now, whole=number), [entry])

    return context.database.in_transaction(work), number


def reminding_kind(context: Context) -> Kind:
    """Right when it was done before, in part or whole: whoever was reminded of a congress just now is left out."""

    def run(job: Job, held: Held) -> Result:
        asked = job.parameters
        plan, _ = _place(context, asked["plan_id"], asked["unit_id"])
        seen = told = 0
        for some in walk_below(context, plan, asked["unit_id"], wanted_of(asked["wanted"])):
            told += context.database.in_transaction(partial(_remind, context, job, plan, some))
            seen += len(some)
            held.tell(seen, job.whole)
        return {"told": told}

    return Kind(KIND, run)


def _remind(context: Context, job: Job, plan: Plan, congresses: list[Congress]) -> int:
    now = context.clock.now()
    fresh = to_remind(congresses, context.reminders.last_of([one.id for one in congresses]), now)
    sides = {side: found for side, found in by_side(plan, fresh).items() if found}
    told = {
        new_id(): events.reminded(plan, job.id, job.owner.account_id, side, found)
        for side, found in sides.items()
    }
    ids = [one.id for found in sides.values() for one in found]
    context.reminders.remind(told, ids, now)
    return len(ids)


def _place(context: Context, plan_id: str, unit_id: str) -> tuple[Plan, tuple[str, ...]]:
    plan, unit = context.plans.find(plan_id), context.units.find(unit_id)
    if plan is None or unit is None or plan.state is PlanState.DRAFT:
        raise UnknownHere
    return plan, unit.path
