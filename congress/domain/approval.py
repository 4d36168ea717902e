"""Approving: by the nearest superior first, and as a rule after the congresses below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from congress.domain.cautions import Caution
from congress.domain.decisions import contributors, refuse_own_report
from congress.domain.history import Congress, State
from congress.domain.plan import OpenBelow, Plan, is_planned
from congress.domain.progress import REASON_LONGEST
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from servicekit.access.decision import Caller, as_just_seen, covers, decide
from servicekit.refusals import Conflict, Forbidden, Refusal
from servicekit.tree.rollup.figures import Groups
from servicekit.tree.units import Unit
from servicekit.words import N_


class NearerSuperior(Conflict):
    title = N_(
        "{count} units with a congress stand between yours and this one; the nearest acts first. "
        "Say that you act over them on purpose, and why."
    )


class AppointedByContributor(Forbidden):
    title = N_(
        "Somebody who had a part in this report has given you the access by which you would decide it. "
        "Somebody else decides."
    )


class SubordinatesOpen(Conflict):
    title = N_("{count} congresses below this unit are not approved yet; this plan asks for them first.")


def levels_between(
    plan: Plan, congress: Congress, above: Sequence[Unit], caller: Caller, permission: str
) -> int:
    """How many units that hold a congress stand between this one and the caller's nearest unit above it.

    `above`: the units above, topmost first.
    """
    held = {
        right.unit_id
        for right in caller.rights
        if right.permission == permission and covers(right, congress.unit.path)
    }
    between = 0
    for unit in reversed(above):
        if unit.id in held:
            return between
        between += is_planned(plan, unit)
    return between


def nearest_held(congress: Congress, caller: Caller, permission: str) -> str:
    """The nearest unit above the congress from which the caller acts."""
    held = {
        right.unit_id
        for right in caller.rights
        if right.permission == permission and covers(right, congress.unit.path)
    }
    return next((one for one in reversed(congress.unit.path[:-1]) if one in held), congress.unit.path[0])


@dataclass(frozen=True, slots=True)
class OverOthers:
    """Whether a superior means to act over the heads of those between, and why."""

    on_purpose: bool = False
    reason: str = ""


def why_over_others(between: int, over: OverOthers) -> str:
    """The reason that stays in the history; none where nobody stands between."""
    if not between:
        return ""
    if not over.on_purpose:
        raise NearerSuperior(field="over_levels", count=between)
    if not over.reason.strip():
        raise ReasonNeeded(field="over_reason")
    if len(over.reason) > REASON_LONGEST:
        raise ReasonTooLong(field="over_reason", longest=REASON_LONGEST)
    return over.reason


def refuse_the_contributors_own(congress: Congress, caller: Caller, permission: str) -> None:
    """Whoever owes the power to decide to somebody with a part in the report is no second pair of eyes.

    To whom they owe it, their token says.
    """
    part = contributors(congress)
    deciding = [
        right
        for right in caller.rights
        if right.permission == permission
        and right.unit_id != congress.unit.id
        and covers(right, congress.unit.path)
    ]
    if deciding and all(part & set(right.owed_to) for right in deciding):
        raise AppointedByContributor


def why_not_theirs(congress: Congress, caller: Caller, permission: str, now: datetime) -> Refusal | None:
    """Why somebody whose access reaches the report is no second pair of eyes for it; None for whoever is one."""
    seen = as_just_seen(caller)
    if not decide(seen, permission, congress.unit.path, now).allowed:
        return None
    try:
        refuse_own_report(congress, seen, permission, now)
        refuse_the_contributors_own(congress, seen, permission)
    except Refusal as refusal:
        return refusal
    return None


class StillCounting(Conflict):
    title = N_("Many congresses have changed and are being counted. Try again shortly.")


def open_below(congress: Congress, groups: Groups) -> int:
    """How many congresses below are not approved. `groups`: what the unit's roll-up adds up, its own included."""
    total = sum(counters.get("total", 0) for counters in groups.values())
    done = ("approved", "ended")
    final = sum(counters.get(f"state.{state}", 0) for counters in groups.values() for state in done)
    own = congress.state is not State.APPROVED
    return max(0, total - final - own)


def refuse_before_subordinates(plan: Plan, count: int) -> None:
    if count and plan.open_below is OpenBelow.REFUSE:
        raise SubordinatesOpen(count=count)


def caution_of(plan: Plan, congress: Congress, count: int) -> tuple[Caution, ...]:
    """Told while the report waits for its decision, unless the plan leaves the order free."""
    if congress.state is not State.SUBMITTED or not count or plan.open_below is OpenBelow.FREE:
        return ()
    return (Caution("subordinates-open", "state", {"count": count}),)
