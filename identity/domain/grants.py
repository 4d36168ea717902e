"""Grants: who may do what where, given down a chain, and good only while the whole chain is.

A grant is (proposed, where its role is strong →) invited (nobody has come yet) | offered (its person is known and has
not accepted it yet; see offers) → active → suspended ⇄ active → revoked.
That it has ended, has not begun, was not confirmed in time or its proposal has lapsed is a matter of its dates and is
never stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from identity.domain.numbers import Digests
from identity.domain.roles import Role, RoleTable, exceeds
from servicekit.access.decision import Caller, Reach, Right, covers, decide
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.calendar.marks import reached
from servicekit.refusals import Conflict, Forbidden, Invalid, TooMany
from servicekit.tree.units import UnitEnded
from servicekit.words import N_

# A grant must be looked at again at least every two congress cycles of five years.
MAX_PERIOD = timedelta(days=3653)
MAX_REASON = 500
# A decision is entered some weeks after it was taken; what begins earlier is a slip of the pen.
EARLIEST = timedelta(days=92)
# A second person has this long to confirm what a strong role or the removal of a peer needs.
PROPOSAL_LIFE = timedelta(hours=72)
# Each grant is looked at again and confirmed within this time, or it gives nothing any more; RECERTIFY_DAYS says else.
RECERTIFY_WITHIN = timedelta(days=365)
# It stands on the list of its unit this long before.
RECERTIFY_NOTICE = timedelta(days=60)
# How many days before it must be confirmed, and before it ends, somebody hears of it.
CONFIRM_DAYS = (60, 14)
ENDING_DAYS = (30, 7)
# Tokens say since when somebody has held what they accepted lately: longer than any question waits for a second person.
TOLD_SINCE = timedelta(days=7)
INVITATION_LIFE = timedelta(days=60)
# That access has stopped is told up to this long afterwards, should the keeper have stood still.
TOLD_AFTERWARDS = timedelta(days=30)
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


class RoleUnknown(Invalid):
    title = N_("There is no such role.")


class PeriodBackwards(Invalid):
    title = N_("The end lies before the beginning.")


class BeginsTooLongAgo(Invalid):
    title = N_("This begins too long ago: access counts from today, so nothing is gained by an early date.")


class MandateElsewhere(Invalid):
    title = N_("This congress is another unit's.")


class PeriodOver(Invalid):
    title = N_("The period is already over.")


class PeriodTooLong(Invalid):
    title = N_("A grant may last ten years at the most.")


class BeyondOwnPeriod(Invalid):
    title = N_("This lasts longer than your own grant, which ends on {end}.")


class OutsideOwnUnits(Forbidden):
    title = N_("You can give access only in units below your own.")


class NoDeputies(Forbidden):
    title = N_("This role is given only to units below your own.")


class MoreThanHeld(Forbidden):
    title = N_("You cannot give more than you hold: {permissions}.")


class HolderNeeded(Invalid):
    title = N_("Name the person by national number or by account, not both.")


class GrantOver(Conflict):
    title = N_("This grant was revoked or has ended.")


class NotSuspended(Conflict):
    title = N_("This grant is not suspended.")


class OwnGrant(Conflict):
    title = N_("You cannot do this to your own grant. Ask somebody above you.")


class GivingToOneself(Conflict):
    title = N_("Nobody gives access to themselves. Ask somebody above you.")


class MachineBeyondOwnUse(Forbidden):
    title = N_(
        "A machine may be given only what you do here yourself, not what you only pass on: {permissions}."
    )


class PersonNeeded(Conflict):
    title = N_("This role needs a person who signs in afresh; a machine cannot hold it.")


class ReasonNeeded(Invalid):
    title = N_("Say why.")


class UnitJustMoved(Conflict):
    title = N_("The unit has just been moved. Look at it again.")


class StillProposed(Conflict):
    title = N_("This waits for a second person. It can only be confirmed or declined.")


class SuspendedAbove(Forbidden):
    title = N_(
        "Somebody further up suspended this. Only they, or somebody above them, can put it in force again."
    )


class NotProposed(Conflict):
    title = N_("This grant waits for nobody's confirmation.")


class ProposalLapsed(Conflict):
    title = N_("The time for a second person to confirm this is over.")


class NotAPeer(Forbidden):
    title = N_("Only somebody who gives access in the same unit can ask for this.")


class NotOwnGrant(Forbidden):
    title = N_("You can give up only your own access.")


class NotAccepted(Conflict):
    title = N_("You have not accepted this access. Decline it instead.")


class LastPower(Conflict):
    title = N_("You are the last one who gives access in this unit. Name a successor first.")


class TooManyNumbers(TooMany):
    title = N_(
        "You have named too many people by their number today. Go on tomorrow, or give codes on paper."
    )


class GivenAlready(Conflict):
    title = N_("This person holds this role in this unit already.")


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
        giving = table.roles[mine.role]
        reach = giving.use.get("access:grant")
        if reach is None or mine.unit_id not in unit_path:
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


def confirm(grant: Grant, by: Acting, now: datetime, own_index: str | None = None) -> Grant:
    """The second person's yes; that they could have given it themselves is `hang_on`'s to say.

    `own_index`: the digest of the national number of whoever confirms; nobody confirms what is meant for them.
    """
    if grant.status is not Status.PROPOSED:
        raise NotProposed
    _unit_there(grant)
    if grant.confirm_until is None or now > grant.confirm_until:
        raise ProposalLapsed
    if grant.given_by in by or grant.account_id in by or _meant_for(grant, own_index):
        raise SecondPersonNeeded
    return replace(grant, status=unsuspended(grant), confirm_until=None, confirmed_by=by[0])


def unsuspended(grant: Grant) -> Status:
    """What a grant is while nobody suspends it and no second person is waited for."""
    if grant.account_id is None:
        return Status.INVITED
    return Status.OFFERED if grant.accepted_at is None else Status.ACTIVE


def _meant_for(grant: Grant, index: str | None) -> bool:
    """Whether an invitation names the person with this number."""
    return index is not None and grant.national_index == index


def decline(grant: Grant, reason: str) -> Grant:
    """The second person's no, or the first one's change of mind."""
    if grant.status is not Status.PROPOSED:
        raise NotProposed
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    return replace(grant, status=Status.REVOKED, ended_reason=reason, confirm_until=None)


def propose_removal(grant: Grant, by: Acting, by_name: str, reason: str, now: datetime) -> Grant:
    """One of two peers; nothing ends yet."""
    _changeable(grant, by, reason, now.date())
    return replace(grant, removal=Removal(by[0], by_name, reason, now + PROPOSAL_LIFE))


def confirm_removal(grant: Grant, by: Acting, now: datetime) -> Grant:
    """The second of two peers: now it ends."""
    if grant.removal is None:
        raise NotProposed
    if now > grant.removal.until:
        raise ProposalLapsed
    if grant.removal.by in by:
        raise SecondPersonNeeded
    _changeable(grant, by, grant.removal.reason, now.date())
    return replace(ended(grant, grant.removal.reason), removal=None)


def recertify(grant: Grant, by: Acting, today: date, within: timedelta = RECERTIFY_WITHIN) -> Grant:
    """Confirmed for another time; a grant that gave nothing because nobody did gives again."""
    _changeable(grant, by, "confirmed", today)
    _unit_there(grant)
    waits = grant.status in (Status.INVITED, Status.OFFERED)
    renewed = invited_until(grant.valid_to, today) if waits else grant.invited_until
    return replace(grant, recertify_by=today + within, invited_until=renewed)


def invited_until(valid_to: date, today: date) -> date:
    """A number or a code that nobody has used for so long may have got into other hands."""
    return min(valid_to, today + INVITATION_LIFE)


def to_recertify(grant: Grant, today: date) -> bool:
    """Whether it stands on its unit's list: confirmation is due soon, or overdue."""
    confirm_by = to_confirm_by(grant)
    return confirm_by is not None and today <= grant.valid_to and confirm_by - today <= RECERTIFY_NOTICE


def to_confirm_by(grant: Grant) -> date | None:
    """The day by which somebody must confirm it while it lasts; None where nobody need."""
    waits_or_counts = grant.status in (Status.ACTIVE, Status.INVITED, Status.OFFERED)
    return grant.recertify_by if waits_or_counts and grant.unit_ended is None else None


@dataclass(frozen=True)
class Due:
    """Something about a grant that somebody must hear once; `mark` names it. `over`: the day has passed."""

    grant: Grant
    mark: str
    over: bool = False


def ending_due(grant: Grant, today: date) -> Due | None:
    """A good grant that ends within the nearest of ENDING_DAYS."""
    if grant.status is not Status.ACTIVE or grant.unit_ended is not None:
        return None
    days = reached(ENDING_DAYS, grant.valid_to, today)
    return Due(grant, f"ending {grant.id} {grant.valid_to} {days}") if days is not None else None


def confirmation_due(grant: Grant, today: date) -> Due | None:
    """A grant that must be confirmed soon, or that was not in time."""
    if grant.recertify_by is None or not to_recertify(grant, today):
        return None
    if grant.recertify_by < today:
        return Due(grant, f"unconfirmed {grant.id} {grant.recertify_by}", over=True)
    days = reached(CONFIRM_DAYS, grant.recertify_by, today)
    return Due(grant, f"to confirm {grant.id} {grant.recertify_by} {days}")


def end_mandate(grant: Grant, congress_id: str, today: date) -> Grant | None:
    """The grant with its new end, when the unit's next congress takes its office; None when it does not concern it."""
    if not grant.mandate or grant.mandate == congress_id or grant.status is Status.REVOKED:
        return None
    end = today + timedelta(days=grant.handover_days)
    return replace(grant, valid_to=end) if end < grant.valid_to else None


def bind(grant: Grant, account_id: str, today: date, others: Iterable[str] = ()) -> Grant:
    """The invited person has come, by that number or with the code; from now on it is an offer to them.

    `others`: the same person's other accounts. Raises GivingToOneself for who gave or confirmed it.
    """
    if grant.status is not Status.INVITED or (
        grant.invited_until is not None and today > grant.invited_until
    ):
        raise GrantOver
    _unit_there(grant)
    if {grant.given_by, grant.confirmed_by} & {account_id, *others}:
        raise GivingToOneself
    return replace(
        grant,
        status=Status.OFFERED,
        account_id=account_id,
        invited_until=invited_until(grant.valid_to, today),
    )


def as_high(one: Place, other: Place) -> bool:
    """Whether who acts from the one unit stands there or above, when others act from the other unit.

    By what stood above the other one when it acted, not by depth: after a move, two branches are no ladder.
    """
    return not one or one[-1] in other


def higher(one: Place, other: Place) -> bool:
    """Strictly above."""
    return as_high(one, other) and one != other


def suspend(grant: Grant, by: Acting, reason: str, today: date, standing: Place = OPERATORS) -> Grant:
    """`standing`: the path of the unit from which this is done; once more, the highest counts."""
    _changeable(grant, by, reason, today)
    _not_proposed(grant)
    if grant.status is Status.SUSPENDED:
        before = grant.suspended_from if grant.suspended_from is not None else standing
        if not as_high(standing, before):
            return replace(grant, suspended_from=before)
        return replace(grant, suspended_from=standing, barred_by=by[0])
    suspended = replace(grant, status=Status.SUSPENDED, ended_reason=reason, suspended_from=standing)
    return replace(suspended, barred_by=by[0])


def resume(grant: Grant, by: Acting, reason: str, today: date, standing: Place = OPERATORS) -> Grant:
    _changeable(grant, by, reason, today)
    _not_proposed(grant)
    _unit_there(grant)
    if grant.status is not Status.SUSPENDED:
        raise NotSuspended
    if grant.suspended_from is not None and not as_high(standing, grant.suspended_from):
        raise SuspendedAbove
    return replace(grant, status=unsuspended(grant), ended_reason="", suspended_from=None)


def _unit_there(grant: Grant) -> None:
    """In a unit that is no more nothing comes into force; what is there may still be taken away."""
    if grant.unit_ended is not None:
        raise UnitEnded


def _not_proposed(grant: Grant) -> None:
    """What waits for a second person is not brought into force by a detour."""
    if grant.status is Status.PROPOSED or grant.confirm_until is not None:
        raise StillProposed


def revoke(grant: Grant, by: Acting, reason: str, today: date, standing: Place | None = None) -> Grant:
    """`standing`: the path of the unit from which a superior ends it; None where nobody above did."""
    _changeable(grant, by, reason, today)
    gone = ended(grant, reason, standing)
    return replace(gone, barred_by=by[0]) if gone.barred_from == standing is not None else gone


def ended(grant: Grant, reason: str, standing: Place | None = None) -> Grant:
    """A ban outlives the grant that it stood on: whoever else ends that lifts nothing."""
    before = [one for one in (grant.barred_from, standing) if one is not None]
    if grant.status is Status.SUSPENDED and grant.suspended_from is not None:
        before.append(grant.suspended_from)
    return replace(
        grant,
        status=Status.REVOKED,
        ended_reason=reason,
        barred_from=min(before, key=len) if before else None,
        extension=None,
    )


def resign(grant: Grant, by: Acting, reason: str, today: date, *, last_power: bool) -> Grant:
    """One's own access given up; what was given by it ends with it, so the last power over a unit is not dropped."""
    if grant.account_id not in by:
        raise NotOwnGrant
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if is_over(grant, today):
        raise GrantOver
    if grant.accepted_at is None:
        raise NotAccepted
    if last_power:
        raise LastPower
    return ended(grant, reason)


def holds_last_power(
    grant: Grant, in_unit: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable, today: date
) -> bool:
    """Whether nobody else gives access in the grant's very unit today, apart from those who got it through this one."""
    return gives_access(grant, table) and not any(
        gives_access(one, table)
        and one.id != grant.id
        and one.account_id != grant.account_id
        and grant.id not in one.chain
        and why_not(one, above, today) is None
        for one in in_unit
    )


def leaves_nobody(
    grant: Grant, in_unit: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable
) -> bool:
    """Whether nobody gives access in the grant's very unit any more once its last day is over, as things stand."""
    day = grant.valid_to + timedelta(days=1)
    # That a grant will be confirmed in its turn is taken for granted: its own list asks for that.
    return gives_access(grant, table) and not any(
        gives_access(one, table)
        and one.id != grant.id
        and why_not(replace(one, recertify_by=None), above, day) is None
        for one in in_unit
    )


def gives_access(grant: Grant, table: RoleTable) -> bool:
    role = table.roles.get(grant.role)
    return role is not None and "access:grant" in role.use


def _changeable(grant: Grant, by: Acting, reason: str, today: date) -> None:
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if grant.account_id in by:
        raise OwnGrant
    if is_over(grant, today):
        raise GrantOver


def rights(
    grants: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable, today: date
) -> tuple[Right, ...]:
    """The rights of one person today."""
    found = []
    for grant in grants:
        role = table.roles.get(grant.role)
        if role is None or why_not(grant, above, today) is not None:
            continue
        owed_to = _owed_to(grant, above)
        lately = grant.accepted_at is not None and today - grant.accepted_at.date() <= TOLD_SINCE
        since = int(grant.accepted_at.timestamp()) if grant.accepted_at and lately else 0
        for permission, reach in role.use.items():
            needs = table.permissions[permission]
            found.append(
                Right(
                    permission,
                    grant.unit_id,
                    grant.unit_path,
                    reach,
                    grant.id,
                    needs.assurance,
                    needs.max_age,
                    owed_to,
                    since,
                )
            )
    return tuple(found)


def _owed_to(grant: Grant, above: Mapping[str, Grant]) -> tuple[str, ...]:
    """The accounts of whoever gave it, and of those on whose grants it hangs or has hung."""
    holders = (above[one].account_id for one in grant.chain if one in above)
    found = {one for one in (grant.given_by, *holders, *grant.owed_to) if one} - {OPERATOR, grant.account_id}
    return tuple(sorted(found))


def allowing(
    held: Iterable[Grant],
    above: Mapping[str, Grant],
    table: RoleTable,
    permission: str,
    unit_path: tuple[str, ...],
    today: date,
    now: datetime,
) -> list[Grant]:
    """Of these grants those that allow the permission in the unit, by the decision itself, to a fresh sign-in."""
    found = []
    for grant in held:
        holder = Caller(
            grant.account_id or "", rights=rights([grant], above, table, today), assurance=3, auth_time=now
        )
        if grant.account_id and decide(holder, permission, unit_path, now).allowed:
            found.append(grant)
    return found


def are_peers(giver_right: Right, grant: Grant) -> bool:
    """Whether the right is over the very unit of the grant: alone it ends nothing, two of them do."""
    return giver_right.unit_id == grant.unit_id and giver_right.grant_id != grant.id


def may_change(giver_right: Right, grant: Grant) -> bool:
    """Whether an access:grant right reaches a grant: strictly from above, or at the same unit for what hangs on it."""
    if giver_right.unit_id in grant.unit_path[:-1]:
        return True
    return giver_right.unit_id == grant.unit_id and giver_right.grant_id in grant.chain
