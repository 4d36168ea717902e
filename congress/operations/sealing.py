"""Reports that are sealed: asked for by a person, made beside requests, signed, proved, and made again from history."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import rfc8785

from congress.context import Context
from congress.domain import sealing as rules
from congress.domain.history import Congress
from congress.domain.plan import Plan, PlanState
from congress.domain.sealing import Fixed, HistoryDiffers, Sealed, Whole
from congress.operations.congresses import allowed
from congress.store.sealed import PART
from servicekit.access.decision import Caller, UnknownHere, require, why_not_by
from servicekit.access.keys import KeyRing
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from, new_id
from servicekit.refusals import Acts
from servicekit.tree.units import Unit
from servicekit.work.jobs.job import Job, Owner, State
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Held, Kind, Result

MANAGE, READ = "plan:manage", "congress:read"
KIND = "sealing"
# Whose key signs, and for what.
SIGNER, AUDIENCE = "seals", "sealed-report"
# A seal is looked at years later.
KEPT_SECONDS = 100 * 366 * 86_400
# Longer than any request lasts: what was done before the moment of sealing is stored before it is read.
SETTLED = timedelta(seconds=15)
AT_ONCE = 500
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class SealedOf:
    made: Sequence[Sealed]
    acts: Acts


@dataclass(frozen=True, slots=True)
class Proof:
    """What leads from one congress to the signed root: `way` are the hashes beside it, from the leaf upwards."""

    sealed: Sealed
    leaf: dict[str, Any]
    salt: str
    place: int
    way: tuple[str, ...]


def list_sealed(context: Context, caller: Caller, plan_id: str, unit_id: str) -> SealedOf:
    plan, unit = _place(context, plan_id, unit_id)
    now = context.clock.now()
    require(caller, READ, unit.path, now)
    made = context.sealed.of_unit(plan_id, unit_id)
    why = why_not_by(caller, MANAGE, unit.path, now, lambda: rules.refuse_sealing(plan, len(made)))
    return SealedOf(made, {"seal": why})


def ask_sealing(
    context: Context, jobs: JobStore, caller: Caller, plan_id: str, unit_id: str, key: str
) -> Job:
    """The job that does it, for the figures as they are now. `key`: of the request; with the same it is the same.

    Raises NothingToSeal, TooManySealed, TooManyJobs.
    """
    plan, unit = _place(context, plan_id, unit_id)
    now = context.clock.now()
    require(caller, MANAGE, unit.path, now)
    job_id = id_from(KIND, caller.account_id, key) if key else new_id()
    known = jobs.find(job_id)
    if known is not None:
        return known
    rules.refuse_sealing(plan, len(context.sealed.of_unit(plan_id, unit_id)))
    if under_way := _under_way(context, jobs, caller, plan_id, unit_id):
        return under_way
    whole = context.rollups.find(plan_id, unit_id)
    count = sum(one.get("total", 0) + one.get("ended", 0) for one in whole.groups.values()) if whole else None
    owner = Owner(caller.account_id, caller.name, caller.language, MANAGE, unit.path)
    wanted = {"plan_id": plan_id, "unit_id": unit_id, "salt": secrets.token_hex(32)}
    entry = AuditEntry("report.sealing-asked", unit_id, unit.path, "plan", plan_id, details={})
    return jobs.add_bounded(Job(job_id, KIND, owner, wanted, now, now + SETTLED, whole=count), [entry])


def _under_way(context: Context, jobs: JobStore, caller: Caller, plan_id: str, unit_id: str) -> Job | None:
    """The caller's own that has not begun and can still be sealed: it is asked for already, at a moment just before."""
    since = context.clock.now() - rules.SEALED_WITHIN
    for one in jobs.of_owner([caller.account_id]):
        place = one.parameters.get("plan_id"), one.parameters.get("unit_id")
        waits = one.state is State.WAITING and one.asked_at > since
        if one.kind == KIND and waits and place == (plan_id, unit_id):
            return one
    return None


def sealing_kind(context: Context, keys: KeyRing) -> Kind:
    """Right when it was done before, in part or whole: the moment, the salt and the id are the job's."""

    def run(job: Job, held: Held) -> Result:
        done = context.sealed.find(job.id)
        if done is None:
            done = _seal(context, keys, job, held)
        return {"sealed_id": done.id, "count": done.count}

    return Kind(KIND, run, forget=lambda job: context.sealed.forget_trees(job.id))


def _seal(context: Context, keys: KeyRing, job: Job, held: Held) -> Sealed:
    """Each congress is read once, in the order of the tree: a walk by an index whose key changes on the way may meet
    one twice.
    """
    asked, tree = job.parameters, new_id()
    plan, unit = _place(context, asked["plan_id"], asked["unit_id"])
    rules.refuse_more(len(context.sealed.of_unit(plan.id, unit.id)))
    rules.refuse_late(job.asked_at, context.clock.now())
    whole, hashes, part, ended = Whole(), list[bytes](), list[Fixed](), 0
    ids = context.congresses.ids_below(plan, unit.id)
    for some in _in_parts(iter(ids)):
        for one in context.congresses.many(some):
            if not rules.is_counted(plan, one):
                ended += 1
                continue
            fixed = rules.fixed_of(one)
            leaf = rules.leaf_of(one, fixed, plan.closing.key, job.asked_at)
            whole.add(leaf)
            hashes.append(_hash_of(leaf, asked["salt"]))
            part.append(fixed)
            if len(part) == PART:
                context.sealed.keep_leaves(job.id, tree, len(hashes) - PART, part)
                part = []
        held.tell(len(hashes) + ended, len(ids))
    if part:
        context.sealed.keep_leaves(job.id, tree, len(hashes) - len(part), part)
    levels = rules.levels_of(hashes)
    context.sealed.keep_hashes(job.id, tree, levels)
    day, audit = context.clock.day_of(job.asked_at), context.sealed.audit_end()
    head = rules.head_of(plan, unit, job.asked_at, day, ended, audit)
    told = rfc8785.dumps(whole.contents(head, levels[-1][0].hex()))
    made = hashlib.sha256(told).hexdigest()
    sealed = Sealed(
        *(job.id, plan.id, unit.id, job.asked_at, job.owner.account_id, job.owner.name),
        hash=made,
        signature=keys.sign(_claims(job.id, made), AUDIENCE),
        count=len(hashes),
        missing=whole.missing,
        salt=asked["salt"],
        tree=tree,
        told=told.decode(),
    )
    details = {"hash": made, "number": len(hashes)}
    entry = AuditEntry("report.sealed", unit.id, unit.path, "plan", plan.id, details=details)
    held.check()
    return context.sealed.add(sealed, [entry])


def _claims(report_id: str, made: str) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": SIGNER, "aud": AUDIENCE, "iat": now, "exp": now + KEPT_SECONDS, "id": report_id, "hash": made,
    }  # fmt: skip


def _hash_of(leaf: dict[str, Any], salt: str) -> bytes:
    return rules.leaf_hash(rfc8785.dumps(leaf), rules.salt_of(salt, leaf["congress"]))


def read_sealed(context: Context, caller: Caller, report_id: str) -> Sealed:
    return _readable(context, caller, report_id)[0]


def _readable(context: Context, caller: Caller, report_id: str) -> tuple[Sealed, Unit]:
    sealed = context.sealed.find(report_id)
    unit = context.units.find(sealed.unit_id) if sealed else None
    if sealed is None or unit is None:
        raise UnknownHere
    require(caller, READ, unit.path, context.clock.now())
    return sealed, unit


def take_paper(context: Context, caller: Caller, report_id: str, kind: str) -> Sealed:
    """To be taken along (`kind`: pdf, png), which is written down."""
    sealed, unit = _readable(context, caller, report_id)
    told = {"export": "sealed-report", "as": kind}
    context.reads.record(AuditEntry("export.taken", unit.id, unit.path, "plan", sealed.plan_id, details=told))
    return sealed


@dataclass(frozen=True, slots=True)
class HeldBy:
    """A sealed report, and the unit that it is of, where that is still known."""

    sealed: Sealed
    unit: Unit | None


def list_holding(context: Context, caller: Caller, congress_id: str) -> list[HeldBy]:
    """The reports of its unit and of those above it that hold this congress: no figure of theirs is told."""
    congress, plan = allowed(context, caller, congress_id, READ)
    made = context.sealed.holding(plan.id, congress.unit.path, congress_id)
    units = context.units.many({one.unit_id for one in made})
    return [HeldBy(one, units.get(one.unit_id)) for one in made]


def prove(context: Context, caller: Caller, congress_id: str, report_id: str) -> Proof:
    """For whoever reads the congress itself. Raises HistoryDiffers."""
    congress, _ = allowed(context, caller, congress_id, READ)
    sealed = context.sealed.find(report_id)
    found = context.sealed.leaf(sealed, congress_id) if sealed else None
    if sealed is None or found is None:
        raise UnknownHere
    place, fixed = found
    leaf = _leaf_again(congress, fixed, json.loads(sealed.told), sealed.at)
    if _hash_of(leaf, sealed.salt) != context.sealed.hash_at(sealed, 0, place):
        raise HistoryDiffers
    way = [context.sealed.hash_at(sealed, *at).hex() for at in rules.neighbours(place, sealed.count)]
    unit, told = congress.unit, {"report": report_id}
    context.reads.record(
        AuditEntry("report.proved", unit.id, unit.path, "congress", congress_id, details=told)
    )
    return Proof(sealed, leaf, rules.salt_of(sealed.salt, congress_id).hex(), place, tuple(way))


def _leaf_again(congress: Congress, fixed: Fixed, told: dict[str, Any], at: datetime) -> dict[str, Any]:
    return rules.leaf_of(congress, fixed, told["plan"]["closing"], at)


def made_again(context: Context, sealed: Sealed) -> str:
    """The hash of the same report, made of what is kept of its congresses now."""
    told, whole, hashes = json.loads(sealed.told), Whole(), []
    for some in _in_parts(context.sealed.leaves(sealed)):
        there = {one.id: one for one in context.congresses.many([one.congress_id for one in some])}
        for fixed in some:
            if fixed.congress_id not in there:
                raise HistoryDiffers
            leaf = _leaf_again(there[fixed.congress_id], fixed, told, sealed.at)
            whole.add(leaf)
            hashes.append(_hash_of(leaf, sealed.salt))
    head = {key: told[key] for key in rules.HEAD}
    root = rules.levels_of(hashes)[-1][0].hex()
    return hashlib.sha256(rfc8785.dumps(whole.contents(head, root))).hexdigest()


def _in_parts(all_of_them: Iterator[One]) -> Iterator[list[One]]:
    while some := list(islice(all_of_them, AT_ONCE)):
        yield some


def _place(context: Context, plan_id: str, unit_id: str) -> tuple[Plan, Unit]:
    plan, unit = context.plans.find(plan_id), context.units.find(unit_id)
    if plan is None or unit is None or plan.state is PlanState.DRAFT:
        raise UnknownHere
    return plan, unit
