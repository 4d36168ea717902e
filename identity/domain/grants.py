"""Grants: who may do what where, given down a chain, and good only while the whole chain is.

A grant is (proposed, where its role is strong →) invited (nobody has come yet) | offered (its person is known and has
not accepted it yet; see offers) → active → suspended ⇄ active → revoked.
That it has ended, has not begun, was not confirmed in time or its proposal has lapsed is a matter of its dates and is
never stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from identity.domain.grant_refusals import (
    BeginsTooLongAgo,
    BeyondOwnPeriod,
    MachineBeyondOwnUse,
    MoreThanHeld,
    NoDeputies,
    OutsideOwnUnits,
    PeriodBackwards,
    PeriodOver,
    PeriodTooLong,
    PersonNeeded,
)
from identity.domain.numbers import Digests
from identity.domain.roles import Role, RoleTable, exceeds
from servicekit.access.decision import Reach, Right, covers
from servicekit.refusals import Forbidden, Invalid

# A grant must be looked at again at least every two congress cycles of five years.
MAX_PERIOD = timedelta(days=3653)
MAX_REASON = 500
# A decision is entered some weeks after it was taken; what begins earlier is a slip of the pen.
EARLIEST = timedelta(days=92)
# A second person has this long to confirm what a strong role or the removal of a peer needs.
PROPOSAL_LIFE = timedelta(hours=72)
# Each grant is looked at again and confirmed within this time, or it gives nothing any more; RECERTIFY_DAYS says else.
RECERTIFY_WITHIN = timedelta(days=365)
INVITATION_LIFE = timedelta(days=60)
# Who was elected to an office goes on in it this long after the next congress is approved, unless told otherwise.
HANDOVER_DAYS = 30
# Whoever gives access by number learns, when its owner comes, who that is: so many tries a day and giver. A district's
# whole staff of clerks (the largest has some two hundred units) is named within two days.
NUMBERS_A_DAY = 200


# The path of a unit, from the root to itself, from which somebody acts.
Place = tuple[str, ...]
# The operator stands above all.
OPERATORS: Place = ()


class Status(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    OFFERED = "offered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class WhyNot(StrEnum):
    """Why a grant gives nothing today."""

    PROPOSED = "proposed"
    LAPSED = "lapsed"
    INVITED = "invited"
    OFFERED = "offered"  # whom it is meant for has not accepted it yet
    NOT_YET = "not-yet"
    ENDED = "ended"
    UNIT_ENDED = "unit-ended"  # the unit it is for is no more
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    UNCONFIRMED = "unconfirmed"  # nobody confirmed it in time
    # What a grant hangs on gives nothing today: ended by somebody, over by its date, suspended, not confirmed in time,
    # of a unit that is no more, handed over.
    GIVER_REVOKED = "giver-revoked"
    GIVER_ENDED = "giver-ended"
    GIVER_SUSPENDED = "giver-suspended"
    GIVER_UNCONFIRMED = "giver-unconfirmed"
    GIVER_UNIT_ENDED = "giver-unit-ended"
    GIVER_LEFT = "giver-left"  # handed over what they had given, and this did not go over
    UNIT_MOVED = "unit-moved"  # away from under whoever gave it
    CHAIN = "chain"  # what it hangs on does not give anything yet, or was never there


@dataclass(frozen=True)
class Removal:
    """One peer has asked for the end of another's grant; a second one must confirm it before `until`."""

    by: str
    by_name: str
    reason: str
    until: datetime


@dataclass(frozen=True)
class Extension:
    """A longer period, or another giver, that somebody has asked for; a second one must confirm it before `until`.

    `take_over`: it hangs on the grant of whoever asked then. `by`: their accounts, the one that acted first.
    """

    by: tuple[str, ...]
    by_name: str
    valid_to: date
    take_over: bool
    reason: str
    until: datetime

    @property
    def asker(self) -> str:
        return self.by[0]


@dataclass(frozen=True)
class Grant:
    """`chain` lists the ids of the grants it hangs on, from the first one given to the nearest.

    `confirm_until`: until when a proposed grant waits for a second person. `recertify_by`: the last day before somebody
    must have confirmed it again. `mandate`: the congress that gave the office, with which it ends. `code_index`: the
    keyed digest of a one-time code on paper, in place of a national number. `confirmed_by`: the second person.
    `invited_until`: the last day on which the invited person may come, or accept; None for one that lasts as long as
    the grant. `accepted_at`: when its holder accepted it; what nobody has accepted counts for nothing.
    `national_core` and `national_namespace` stand beside `national_index` (see Digests); `number_end`: the last signs
    of the number, encrypted, until its owner has come.
    `suspended_from`: the path of the unit from which it was suspended; nobody further down takes that back.
    `barred_from`: the same of whoever ended it, where that holds as a ban (see bans).
    `barred_by`: the account of whoever suspended it, or ended it so that it bars; empty of earlier days.
    `handed_to`: the grant that took over what hung on this one, when it ended by that.
    `owed_to`: the accounts of whoever it was owed to before it, or what it hangs on, was led elsewhere.
    `extension`: of a strong role, what waits for a second person; until then the period is as it was.
    """

    id: str
    unit_id: str
    unit_path: tuple[str, ...]
    role: str
    valid_from: date
    valid_to: date
    status: Status
    account_id: str | None = None
    national_index: str | None = None
    label: str = ""
    chain: tuple[str, ...] = ()
    given_by: str = ""
    given_by_name: str = ""
    given_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    reason: str = ""
    ended_reason: str = ""
    confirm_until: datetime | None = None
    recertify_by: date | None = None
    removal: Removal | None = None
    mandate: str = ""
    handover_days: int = HANDOVER_DAYS
    code_index: str | None = None
    confirmed_by: str = ""
    invited_until: date | None = None
    suspended_from: Place | None = None
    barred_from: Place | None = None
    accepted_at: datetime | None = None
    national_core: str = ""
    national_namespace: str = ""
    number_end: bytes | None = field(default=None, repr=False)
    unit_ended: date | None = None  # since when its unit is no more; follows the unit by event
    handed_to: str = ""
    owed_to: tuple[str, ...] = ()
    barred_by: str = ""
    extension: Extension | None = None
    version: int = 0

    @property
    def known_to_giver(self) -> bool:
        """Whether who holds it may be told: whom a number or a code belongs to only once they have accepted it."""
        named = self.national_index is None and self.code_index is None
        return named or self.accepted_at is not None

    @property
    def number(self) -> Digests:
        return Digests(self.national_index or "", self.national_core, self.national_namespace)

    @property
    def parent_id(self) -> str | None:
        return self.chain[-1] if self.chain else None


def why_not(grant: Grant, above: Mapping[str, Grant], today: date) -> WhyNot | None:
    """None while the grant is good; `above` holds at least the grants of its chain, by id."""
    own = _why_not_itself(grant, today)
    if own is not None:
        return own
    for grant_id in grant.chain:
        higher = above.get(grant_id)
        lost = WhyNot.CHAIN if higher is None else _why_not_itself(higher, today)
        if lost is not None:
            left = lost is WhyNot.REVOKED and higher is not None and higher.handed_to
            return WhyNot.GIVER_LEFT if left else _LOST_WITH.get(lost, WhyNot.CHAIN)
        # A unit that was moved away from under its giver takes the given rights with it.
        if higher is not None and higher.unit_id not in grant.unit_path:
            return WhyNot.UNIT_MOVED
    return None


_LOST_WITH = {
    WhyNot.REVOKED: WhyNot.GIVER_REVOKED,
    WhyNot.ENDED: WhyNot.GIVER_ENDED,
    WhyNot.SUSPENDED: WhyNot.GIVER_SUSPENDED,
    WhyNot.UNCONFIRMED: WhyNot.GIVER_UNCONFIRMED,
    WhyNot.UNIT_ENDED: WhyNot.GIVER_UNIT_ENDED,
}
# A grant that is good itself and gives nothing because of another.
DERIVED = frozenset({*_LOST_WITH.values(), WhyNot.GIVER_LEFT, WhyNot.UNIT_MOVED, WhyNot.CHAIN})


def _why_not_itself(grant: Grant, today: date) -> WhyNot | None:
    if grant.status is Status.REVOKED:
        return WhyNot.REVOKED
    if today > grant.valid_to:
        return WhyNot.ENDED
    if grant.unit_ended is not None:
        return WhyNot.UNIT_ENDED
    if grant.status is Status.PROPOSED:
        lapsed = grant.confirm_until is None or today > grant.confirm_until.date()
        return WhyNot.LAPSED if lapsed else WhyNot.PROPOSED
    if grant.status is Status.SUSPENDED:
        return WhyNot.SUSPENDED
    if grant.recertify_by is not None and today > grant.recertify_by:
        return WhyNot.UNCONFIRMED
    if grant.status is Status.INVITED:
        return WhyNot.INVITED
    if grant.status is Status.OFFERED:
        return WhyNot.OFFERED
    if today < grant.valid_from:
        return WhyNot.NOT_YET
    return None


def is_over(grant: Grant, today: date) -> bool:
    """Ended by somebody, or by its date: the latter is never stored, so what is stored may still say active."""
    return grant.status is Status.REVOKED or today > grant.valid_to


def check_period(valid_from: date, valid_to: date, today: date) -> None:
    if valid_to < valid_from:
        raise PeriodBackwards(field="valid_to")
    if valid_to < today:
        raise PeriodOver(field="valid_to")
    if valid_from < today - EARLIEST:
        raise BeginsTooLongAgo(field="valid_from")
    if valid_to - valid_from > MAX_PERIOD:
        raise PeriodTooLong(field="valid_to")


def hang_on(
    givers: Sequence[Grant], table: RoleTable, role: Role, unit_path: tuple[str, ...], valid_to: date
) -> Grant:
    """The giver's grant (of those good today) that the new one hangs on; raises the refusal nearest to a yes."""
    refusals: list[tuple[int, Forbidden | Invalid]] = [(0, OutsideOwnUnits(field="unit_id"))]
    for mine in sorted(givers, key=lambda grant: len(grant.unit_path)):
        giving = table.given(mine.role)
        reach = giving.use.get("access:grant") if giving else None
        if giving is None or reach is None or mine.unit_id not in unit_path:
            continue
        same_unit = mine.unit_id == unit_path[-1]
        if (same_unit and reach is Reach.UNDER) or (not same_unit and reach is Reach.OWN):
            continue
        if same_unit and not role.deputies:
            refusals.append((1, NoDeputies(field="role")))
            continue
        beyond = exceeds(role, giving, same_unit=same_unit)
        if beyond:
            refusals.append((2, MoreThanHeld(field="role", permissions=", ".join(sorted(beyond)))))
            continue
        if valid_to > mine.valid_to:
            refusals.append((3, BeyondOwnPeriod(field="valid_to", end=mine.valid_to.isoformat())))
            continue
        return mine
    raise max(refusals, key=lambda pair: pair[0])[1]


def machine_may_hold(
    rights: Iterable[Right], role: Role, table: RoleTable, unit_path: tuple[str, ...]
) -> None:
    """Whoever holds a machine's key acts through it, so it gets no more than its giver may do there personally.

    `rights` are the giver's. Raises PersonNeeded for what asks for a fresh sign-in, and MachineBeyondOwnUse.
    """
    if any(table.permissions[permission].needs_person for permission in role.use):
        raise PersonNeeded(field="role")
    own = [right for right in rights if covers(right, unit_path)]
    beyond = {
        permission
        for permission, reach in role.use.items()
        if not any(
            right.permission == permission
            and (right.unit_id != unit_path[-1] or right.reach in (reach, Reach.BELOW))
            for right in own
        )
    }
    if beyond:
        raise MachineBeyondOwnUse(field="role", permissions=", ".join(sorted(beyond)))


def first_status(*, known: bool, proposed: bool) -> Status:
    """How a new grant begins: what takes two hands waits for the second, an unknown holder for their coming, and a
    known one is asked."""
    if proposed:
        return Status.PROPOSED
    return Status.OFFERED if known else Status.INVITED


# Who gives and confirms at the machine, for nobody else could.
OPERATOR = "operator"

# Whoever acts, as the accounts they are known by: the one they act with first, then their others.
Acting = tuple[str, ...]


def invited_until(valid_to: date, today: date) -> date:
    """A number or a code that nobody has used for so long may have got into other hands."""
    return min(valid_to, today + INVITATION_LIFE)


def as_high(one: Place, other: Place) -> bool:
    """Whether who acts from the one unit stands there or above, when others act from the other unit.

    By what stood above the other one when it acted, not by depth: after a move, two branches are no ladder.
    """
    return not one or one[-1] in other


def higher(one: Place, other: Place) -> bool:
    """Strictly above."""
    return as_high(one, other) and one != other
