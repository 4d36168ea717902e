"""Approving: by the nearest superior first, and as a rule after the congresses below."""

from collections.abc import Sequence

from congress.domain.cautions import Caution
from congress.domain.plan import OpenBelow, Plan
from congress.domain.progress import Congress, State
from congress.domain.rollup import Groups
from servicekit.access import Caller, covers
from servicekit.refusals import Conflict
from servicekit.units import Unit
from servicekit.words import N_


class NearerSuperior(Conflict):
    title = N_(
        "{count} units with a congress stand between yours and this one; the nearest acts first. "
        "Say that you act over them on purpose."
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
        between += unit.level in plan.deadlines
    return between


def refuse_over_others(between: int, *, on_purpose: bool) -> None:
    if between and not on_purpose:
        raise NearerSuperior(field="over_levels", count=between)


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


def caution_of(congress: Congress, count: int) -> tuple[Caution, ...]:
    """Told while the report waits for its decision."""
    if congress.state is not State.SUBMITTED or not count:
        return ()
    return (Caution("subordinates-open", "state", {"count": count}),)
