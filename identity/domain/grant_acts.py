"""What is done to a grant that is there, from its confirmation to its end; each act gives it as it is then."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from identity.domain.grant_refusals import (
    GivingToOneself,
    GrantOver,
    LastPower,
    NotAccepted,
    NotOwnGrant,
    NotProposed,
    NotSuspended,
    OwnGrant,
    ProposalLapsed,
    ReasonNeeded,
    StillProposed,
    SuspendedAbove,
)
from identity.domain.grants import (
    OPERATORS,
    PROPOSAL_LIFE,
    RECERTIFY_WITHIN,
    Acting,
    Grant,
    Place,
    Removal,
    Status,
    as_high,
    invited_until,
    is_over,
)
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.tree.units import UnitEnded


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


def suspend(grant: Grant, by: Acting, reason: str, today: date, standing: Place = OPERATORS) -> Grant:
    """`standing`: the path of the unit from which this is done; once more, the highest counts."""
    _changeable(grant, by, reason, today)
    _not_proposed(grant)
    if grant.status is Status.SUSPENDED:
        if grant.suspended_from is not None and not as_high(standing, grant.suspended_from):
            return grant
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


def _changeable(grant: Grant, by: Acting, reason: str, today: date) -> None:
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if grant.account_id in by:
        raise OwnGrant
    if is_over(grant, today):
        raise GrantOver
