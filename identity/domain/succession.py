"""Succession: what hangs on one grant comes to hang on another, whose holder could have given it all.

An administrator who leaves hands over to a successor; a superior takes what hangs on a dead grant, or gives it to
somebody. Nothing is given by it that the successor could not have given: no further reach, no longer period, nothing to
the successor themselves, and no chain that bites its own tail.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from identity.domain.grant_refusals import (
    BeyondOwnPeriod,
    GrantOver,
    MoreThanHeld,
    NoDeputies,
    OutsideOwnUnits,
)
from identity.domain.grants import OPERATOR, Grant, Place, hang_on, is_over
from identity.domain.roles import RoleTable
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.words import N_

MOST_FOLLOWING = 500

# The ids of the grants that one hangs on, from the first one given to the nearest.
Chain = tuple[str, ...]


class SuccessorUnfit(Conflict):
    title = N_("This successor holds nothing in force that what you hand over could hang on.")


class SuccessorIsOneself(Conflict):
    title = N_("Nobody hands over to themselves.")


class SuccessorAbove(Forbidden):
    title = N_(
        "Nobody hangs what they gave on somebody who stands higher than they do. Ask whoever stands above you to take "
        "it over."
    )


class HandoverUnderWay(Conflict):
    title = N_("Another hand-over of this access is under way. It is finished within minutes.")


class HandoverStopped(Conflict):
    title = N_(
        "This was stopped in the middle, because the access of whoever hands over, or of the successor, has ended. "
        "{moved} grants had gone over."
    )


class TooManyFollow(Conflict):
    title = N_("More than {most} grants hang on this. Hand them over to your own grant first.")


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Handover:
    """What was asked for and how far it is. `by`: the accounts of whoever asked, the one that acted first.

    `only`: of what hangs directly these; empty for all. `once`: the key by which it is known when it is sent again.
    `why`: the refusal at which it stopped. `reached`: the place (see place_of) of the last grant that was looked at.
    """

    grant_id: str
    to_id: str
    only: tuple[str, ...]
    reason: str
    by: tuple[str, ...]
    by_name: str
    begun_at: datetime
    touched_at: datetime
    own: bool = False
    moved: int = 0
    state: State = State.OPEN
    once: str = ""
    why: str = ""
    reached: str = ""
    version: int = 0

    def is_same(self, other: "Handover") -> bool:
        mine = (self.to_id, self.only, self.reason, self.by[0])
        return mine == (other.to_id, other.only, other.reason, other.by[0])

    def is_again(self, other: "Handover") -> bool:
        """Whether the other one is this very request sent once more. Raises HandoverKeyReused."""
        if not other.once or other.once != self.once or other.by[0] != self.by[0]:
            return False
        if not self.is_same(other):
            raise HandoverKeyReused(field="Idempotency-Key")
        return True


class HandoverKeyReused(Invalid):
    title = N_("This Idempotency-Key was used for another hand-over.")


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


def refuse_own_dead(*, counts: bool) -> None:
    """Whoever hands over their own does so while it counts; what hangs on a dead one a superior takes over."""
    if not counts:
        raise GrantOver


def check_not_above(new: Grant, standing: Place) -> None:
    """`standing`: the path of the unit from which somebody hands over. What hangs on a grant counts as given from its
    unit and ends with no one's grant below it, so a grant further up needs its own holder's act, or one from there.
    """
    if standing[-1] not in new.unit_path:
        raise SuccessorAbove(field="to")


def takes_place_of(old: Grant, new: Grant, above: Mapping[str, Grant]) -> Grant:
    """The successor's grant as it stands then: a deputy who hangs on the old one takes its very place."""
    if old.id not in new.chain:
        return new
    if (new.unit_id, new.role) != (old.unit_id, old.role):
        raise SuccessorUnfit
    return hung_on(new, old.chain, {**above, old.id: old})


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
    direct = [
        one for one in hanging if one.parent_id == old.id and one.id != new.id and not is_over(one, today)
    ]
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
    following = [
        one
        for one in hanging
        # A successor who hangs on the old grant keeps what hangs on them: there is nothing to lead elsewhere.
        if one.id != new.id
        and one.parent_id != old.id
        and next_below(one, old) not in staying
        and led_through(one.chain, old, new) != one.chain
    ]
    return Plan(tuple(going), tuple(following), tuple(left))


def check_goes_along(going: Collection[Grant]) -> None:
    """What goes along with one act goes in one transaction, which holds only so much."""
    if len(going) > MOST_FOLLOWING:
        raise TooManyFollow(most=MOST_FOLLOWING)


def led_through(chain: Chain, old: Grant, new: Grant) -> Chain:
    """The chain led through the new one from there on."""
    rest = chain[chain.index(old.id) + 1 :]
    # What hung on the successor already keeps what is between; the successor's own place is another one now.
    after = rest[rest.index(new.id) + 1 :] if new.id in rest else rest
    return (*new.chain, new.id, *after)


def rehung(grant: Grant, old: Grant, new: Grant, above: Mapping[str, Grant]) -> Grant:
    return hung_on(grant, led_through(grant.chain, old, new), {**above, old.id: old, new.id: new})


def hung_on(grant: Grant, chain: Chain, above: Mapping[str, Grant]) -> Grant:
    """The grant on another chain. To whomever it was owed it goes on being owed: a hand-over makes nobody independent.

    `above`: the grants of both chains, by id.
    """
    left = [above[one] for one in grant.chain if one not in chain and one in above]
    owed = {grant.given_by, *(one.account_id or "" for one in left), *(one.given_by for one in left)}
    owed.update(*(one.owed_to for one in left), *(above[one].owed_to for one in chain if one in above))
    owed |= set(grant.owed_to)
    return replace(grant, chain=chain, owed_to=tuple(sorted(owed - {"", OPERATOR, grant.account_id})))


def next_below(grant: Grant, old: Grant) -> str:
    """The grant right below the old one in the chain; its own id where it hangs on it directly, or not any more."""
    at = grant.chain.index(old.id) + 1 if old.id in grant.chain else len(grant.chain)
    return grant.chain[at] if at < len(grant.chain) else grant.id


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


def superiors_first(plan_: Plan) -> list[Grant]:
    """In this order each grant keeps a whole chain at every moment, wherever it is cut off."""
    return sorted((*plan_.going, *plan_.following), key=lambda one: place_of(len(one.chain), one.id))


def place_of(depth: int, grant_id: str) -> str:
    """Where a grant stands in that order, and what it is."""
    return f"{depth:03} {grant_id}"
