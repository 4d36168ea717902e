"""Sealed reports: the figures of a unit and of all below it at one moment, which anybody can prove years later.

Each congress is one leaf of a Merkle tree (RFC 6962, section 2.1), told as it was at that moment by its history: so
the same comes out whenever it is made again. What is told of levels is the sum of the leaves. No person is in it: an
erasure breaks no seal. Numbers of the tree are SHA-256.
"""

import hashlib
import hmac
from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from congress.domain.hiding import hidden
from congress.domain.history import Congress, State
from congress.domain.plan import Plan, PlanState
from congress.domain.progress import is_abandoned
from congress.domain.results import SUMMED, Figures
from servicekit.refusals import Conflict
from servicekit.tree.units import Unit
from servicekit.words import N_

KIND = "sammelan-sealed-report"
FORMAT = 1
MOST_OF_UNIT = 30  # of one plan
MISSING_NAMED = 500
SEALED_WITHIN = timedelta(hours=1)
SALT_BYTES = 32
HIDDEN = "hidden"
_LEAF, _NODE = b"\x00", b"\x01"

Json = dict[str, Any]


class NothingToSeal(Conflict):
    title = N_("Only a plan that is open or closed has a report to seal.")


class TooManySealed(Conflict):
    title = N_("{most} reports of this unit and plan are sealed; no more can be.")


class AskedTooLongAgo(Conflict):
    title = N_("It was asked for too long ago to be sealed as it was then. Ask for it anew.")


class HistoryDiffers(Conflict):
    title = N_("What is kept of this congress is no longer what was sealed.")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What of a congress may be otherwise later and is kept as it was when it was sealed."""

    congress_id: str
    unit_id: str
    code: str
    level: str
    deadline: date
    content_type: str
    topmost: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """`tree`: under which its leaves and hashes are kept. `told`: what is signed, as canonical JSON (RFC 8785); nothing
    in lists. `salt`: makes that of each leaf; nobody is told it.
    """

    id: str
    plan_id: str
    unit_id: str
    at: datetime
    by: str
    by_name: str
    hash: str
    signature: str
    count: int
    missing: int
    salt: str
    tree: str
    told: str = ""
    version: int = 0


def refuse_sealing(plan: Plan, made: int) -> None:
    """`made`: so many there are of this unit and plan already."""
    if plan.state not in (PlanState.OPEN, PlanState.CLOSED):
        raise NothingToSeal()
    refuse_more(made)


def refuse_more(made: int) -> None:
    if made >= MOST_OF_UNIT:
        raise TooManySealed(most=MOST_OF_UNIT)


def refuse_late(at: datetime, now: datetime) -> None:
    """What is signed long after its moment would be of things as they were not then."""
    if now - at > SEALED_WITHIN:
        raise AskedTooLongAgo()


# ---------------------------------------------------------------- one congress


def as_it_was(congress: Congress, closing: str, at: datetime) -> Congress:
    """With that part of its history which was there at this moment. `closing`: the milestone that closes it."""
    acts = [one for one in congress.acts if one.at <= at]
    # An approval that was taken back later stood then.
    acts += [one.act for one in congress.undone if one.act.at <= at < one.at]
    cut = replace(
        congress,
        entries=tuple(one for one in congress.entries if one.at <= at),
        result_entries=tuple(one for one in congress.result_entries if one.at <= at),
        acts=tuple(sorted(acts, key=lambda one: one.at)),
    )
    return replace(cut, state=_state_of(cut, closing))


def _state_of(congress: Congress, closing: str) -> State:
    if congress.acts:
        return congress.acts[-1].kind
    if closing in congress.current:
        return State.CLOSED
    return State.UNDER_WAY if congress.current else State.PLANNED


def fixed_of(congress: Congress) -> Fixed:
    unit = congress.unit
    topmost = unit.parent_id is None
    return Fixed(
        congress.id, unit.id, unit.code, unit.level, congress.deadline, congress.content_type, topmost
    )


def leaf_of(congress: Congress, fixed: Fixed, closing: str, at: datetime) -> Json:
    """What is sealed of one congress: its unit, its milestones' days, its state and its figures."""
    was = as_it_was(congress, closing, at)
    days = {key: entry.date.isoformat() for key, entry in was.current.items() if entry.date}
    return {
        "congress": fixed.congress_id,
        "unit": {"id": fixed.unit_id, "code": fixed.code, "level": fixed.level},
        "deadline": fixed.deadline.isoformat(),
        "content_type": fixed.content_type,
        "state": was.state.value,
        "final": was.state is State.APPROVED or (was.state is State.SUBMITTED and fixed.topmost),
        "milestones": days,
        "figures": dict(was.results) if was.results is not None else None,
    }


def is_counted(plan: Plan, congress: Congress) -> bool:
    """Those of units that ended before they reported are no part of the whole."""
    return not is_abandoned(plan, congress)


# ---------------------------------------------------------------- the tree


def salt_of(salt: str, congress_id: str) -> bytes:
    """Of one leaf: without it nobody can try what a leaf holds until its hash fits."""
    return hmac.new(salt.encode(), congress_id.encode(), hashlib.sha256).digest()


def leaf_hash(told: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(_LEAF + salt + told).digest()


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The hashes of the tree, from the leaves to the root; one without a neighbour goes up as it is."""
    levels = [list(leaves) or [hashlib.sha256(b"").digest()]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = (below[place : place + 2] for place in range(0, len(below), 2))
        levels.append([_above(*pair) if len(pair) > 1 else pair[0] for pair in pairs])
    return levels


def _above(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def neighbours(place: int, count: int) -> list[tuple[int, int]]:
    """The level and the place of each hash that is needed to come from a leaf to the root."""
    found, level = [], 0
    while count > 1:
        beside = place ^ 1
        if beside < count:
            found.append((level, beside))
        place, count, level = place // 2, (count + 1) // 2, level + 1
    return found


def root_from(leaf: bytes, place: int, count: int, way: Sequence[bytes]) -> bytes | None:
    """Where a leaf and its way lead; None where the way has another length than it must."""
    at, left = leaf, [*way]
    while count > 1:
        if place ^ 1 < count:
            if not left:
                return None
            beside = left.pop(0)
            at = _above(beside, at) if place & 1 else _above(at, beside)
        place, count = place // 2, (count + 1) // 2
    return None if left else at


# ---------------------------------------------------------------- the whole


@dataclass
class Whole:
    """What is added up of leaves while they come, for they are more than should be held at once."""

    levels: dict[str, "_Level"] = field(default_factory=dict)
    missing: int = 0
    first_missing: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, leaf: Json) -> None:
        level = leaf["unit"]["level"]
        self.levels.setdefault(level, _Level()).add(leaf)
        if not leaf["final"]:
            self.missing += 1
            insort(self.first_missing, (leaf["unit"]["code"], level, leaf["state"]))
            del self.first_missing[MISSING_NAMED:]

    def contents(self, head: Json, root: str) -> Json:
        """What is signed. `head`: what of it does not follow from the leaves; see `head_of`."""
        order = {level: place for place, level in enumerate(head["plan"]["levels"])}
        levels = sorted(self.levels, key=lambda level: (order.get(level, len(order)), level))
        return {
            **head,
            "levels": [{"level": level, **self.levels[level].told()} for level in levels],
            "congresses": {"count": sum(one.congresses for one in self.levels.values()), "root": root},
            "missing": {
                "count": self.missing,
                "first": [
                    {"code": code, "level": level, "state": state}
                    for code, level, state in self.first_missing
                ],
            },
        }


@dataclass
class _Level:
    congresses: int = 0
    with_figures: int = 0
    final: int = 0
    milestones: Counter[str] = field(default_factory=Counter)
    reported: Counter[str] = field(default_factory=Counter)
    approved: Counter[str] = field(default_factory=Counter)

    def add(self, leaf: Json) -> None:
        self.congresses += 1
        self.milestones.update(leaf["milestones"].keys())
        figures: Figures | None = leaf["figures"]
        if figures is None:
            return
        counts = {key: int(figures[key]) for key in SUMMED if figures.get(key)}
        self.with_figures += 1
        self.reported.update(counts)
        if leaf["final"]:
            self.final += 1
            self.approved.update(counts)

    def told(self) -> Json:
        return {
            "congresses": self.congresses,
            "reported": self.with_figures,
            "approved": self.final,
            "milestones": dict(self.milestones),
            "figures": _told(self.reported, self.approved),
        }


def head_of(plan: Plan, unit: Unit, at: datetime, day: date, ended: int, audit: Json) -> Json:
    """`ended`: congresses of units that ended before they reported. `audit`: the last entry of the chain then."""
    return {
        "kind": KIND,
        "format": FORMAT,
        "sealed_at": at.isoformat(timespec="milliseconds"),
        "day": day.isoformat(),
        "plan": {
            "id": plan.id,
            "name": plan.name,
            "names": dict(plan.names),
            "cycle": plan.cycle,
            "state": plan.state.value,
            "opens_on": plan.opens_on.isoformat(),
            "rules": plan.rules,
            "levels": list(plan.deadlines),
            "closing": plan.closing.key,
            "milestones": [{"key": one.key, "names": dict(one.names)} for one in plan.milestones],
        },
        "unit": {"id": unit.id, "code": unit.code, "level": unit.level, "names": dict(unit.names)},
        "ended": ended,
        "audit": audit,
    }


HEAD = ("kind", "format", "sealed_at", "day", "plan", "unit", "ended", "audit")


def _told(reported: Mapping[str, int], approved: Mapping[str, int]) -> Json:
    """Small counts of people are hidden, also what the two columns tell together."""
    waiting = {key: value - approved.get(key, 0) for key, value in reported.items()}
    columns = {"reported": reported, "approved": approved, "waiting": waiting}
    closed = hidden(columns, [("reported", "approved", "waiting")])
    told: Json = {}
    for name in ("reported", "approved"):
        # What is nobody is left out, but for where that would tell of others.
        hidden_here = {key for column, key in closed if column == name}
        told[name] = {**columns[name], **dict.fromkeys(sorted(hidden_here), HIDDEN)}
    return told
