"""Succession: what hangs on one grant comes to hang on another, whose holder could have given it all.

An administrator who leaves hands over to a successor; a superior takes what hangs on a dead grant, or gives it to
somebody. Nothing is given by it that the successor could not have given: no further reach, no longer period, nothing to
the successor themselves, and no chain that bites its own tail.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from identity.domain.grants import (
    BeyondOwnPeriod,
    Grant,
    MoreThanHeld,
    NoDeputies,
    OutsideOwnUnits,
    Status,
    hang_on,
)
from identity.domain.roles import RoleTable
from servicekit.refusals import Conflict
from servicekit.words import N_


class SuccessorUnfit(Conflict):
    title = N_("This successor holds nothing in force that what you hand over could hang on.")


class SuccessorIsOneself(Conflict):
    title = N_("Nobody hands over to themselves.")


class WhyLeft(StrEnum):
    """Why a grant does not go over."""

    OWN = "own"  # it is the successor's own
    BEYOND = "beyond"  # the successor could not have given it: reach, permissions or period
    ABOVE = "above"  # the successor's own access hangs on it


@dataclass(frozen=True)
class Plan:
    """`going`: what hangs on the old grant directly; `following`: what hangs on those; `left`: what stays, and why."""

    going: tuple[Grant, ...]
    following: tuple[Grant, ...]
    left: tuple[tuple[Grant, WhyLeft], ...]


def takes_place_of(old: Grant, new: Grant) -> Grant:
    """The successor's grant as it stands then: a deputy who hangs on the old one takes its very place."""
    if old.id not in new.chain:
        return new
    if (new.unit_id, new.role) != (old.unit_id, old.role):
        raise SuccessorUnfit
    return replace(new, chain=old.chain)


def plan(
    old: Grant,
    new: Grant,
    hanging: Sequence[Grant],
    table: RoleTable,
    successor: Collection[str],
    today: date,
    only: Collection[str] = (),
) -> Plan:
    """`successor`: the accounts of the new grant's holder; `only`: of what hangs directly these; empty for all."""
    direct = [one for one in hanging if one.parent_id == old.id and one.id != new.id and _counts(one, today)]
    going: list[Grant] = []
    left: list[tuple[Grant, WhyLeft]] = []
    for one in direct:
        if only and one.id not in only:
            continue
        why = _why_left(one, new, table, successor)
        if why is None:
            going.append(one)
        else:
            left.append((one, why))
    # What hangs on the successor already, and what hangs on a grant that went over in an earlier step, goes along.
    staying = {one.id for one in hanging if one.parent_id == old.id} - {new.id, *(one.id for one in going)}
    following = [one for one in hanging if one.parent_id != old.id and _next(one, old) not in staying]
    return Plan(tuple(going), tuple(following), tuple(left))


def rehung(grant: Grant, old: Grant, new: Grant) -> Grant:
    """The grant with its chain led through the new one from there on."""
    rest = grant.chain[grant.chain.index(old.id) + 1 :]
    return replace(grant, chain=(*new.chain, new.id, *(rest[1:] if rest[:1] == (new.id,) else rest)))


def _next(grant: Grant, old: Grant) -> str:
    """The grant right below the old one in the chain of one that does not hang on it directly."""
    return grant.chain[grant.chain.index(old.id) + 1]


def _counts(grant: Grant, today: date) -> bool:
    return grant.status is not Status.REVOKED and today <= grant.valid_to


def _why_left(grant: Grant, new: Grant, table: RoleTable, successor: Collection[str]) -> WhyLeft | None:
    if grant.id in new.chain:
        return WhyLeft.ABOVE
    if grant.account_id in successor:
        return WhyLeft.OWN
    return None if could_give(new, grant, table) else WhyLeft.BEYOND


def could_give(giver: Grant, grant: Grant, table: RoleTable) -> bool:
    role = table.roles.get(grant.role)
    if role is None or giver.role not in table.roles:
        return False
    try:
        hang_on([giver], table, role, grant.unit_path, grant.valid_to)
    except (OutsideOwnUnits, NoDeputies, MoreThanHeld, BeyondOwnPeriod):
        return False
    return True


def in_one_step(plan_: Plan, most: int) -> Iterable[Grant]:
    """So many of them, superiors first: each grant keeps a whole chain at every moment, wherever it is cut off."""
    return sorted((*plan_.going, *plan_.following), key=lambda one: (len(one.chain), one.id))[:most]
