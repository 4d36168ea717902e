"""Longer periods of strong roles: asked for by one, in force when an independent second person has confirmed them.

Whoever may lengthen a strong grant alone may keep it for ever, as if they had given it anew. To shorten one takes one
hand, as suspending does.
"""

from dataclasses import replace
from datetime import date, datetime

from identity.domain.grant_refusals import GrantOver, NotProposed, OwnGrant, ProposalLapsed, ReasonNeeded
from identity.domain.grants import PROPOSAL_LIFE, Acting, Extension, Grant, Status
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Conflict
from servicekit.words import N_


class ExtensionWaits(Conflict):
    title = N_("Another period is asked for already, and waits for a second person. Decline that first.")


def is_more(grant: Grant, valid_to: date, *, take_over: bool) -> bool:
    """Whether a change of the period gives something that was not given before."""
    return take_over or valid_to > grant.valid_to


def open_extension(grant: Grant, now: datetime) -> Extension | None:
    """What waits for a second person today."""
    found = grant.extension
    return found if found is not None and now <= found.until else None


def propose(
    grant: Grant, by: Acting, by_name: str, valid_to: date, reason: str, now: datetime, *, take_over: bool
) -> Grant:
    """Nothing changes yet."""
    if open_extension(grant, now) is not None:
        raise ExtensionWaits
    asked = Extension(by, by_name, valid_to, take_over, reason, now + PROPOSAL_LIFE)
    return replace(grant, extension=asked)


def asked(grant: Grant, now: datetime) -> Extension:
    """Raises NotProposed, ProposalLapsed."""
    if grant.extension is None:
        raise NotProposed
    if open_extension(grant, now) is None:
        raise ProposalLapsed
    return grant.extension


def refuse_another_end(grant: Grant, by: Acting, today: date) -> None:
    """Whatever day it is, and whoever it would hang on."""
    if grant.account_id in by:
        raise OwnGrant
    if grant.status in (Status.REVOKED, Status.PROPOSED) or today > grant.valid_to:
        raise GrantOver


def check_confirmed(grant: Grant, by: Acting, now: datetime) -> Extension:
    """What a second person says yes to; that they are independent is for the caller to know."""
    found = asked(grant, now)
    if {*found.by, grant.account_id} & set(by):
        raise SecondPersonNeeded
    return found


def decline(grant: Grant, reason: str, now: datetime) -> Grant:
    """The second person's no, or the first one's change of mind: the period stays as it was."""
    asked(grant, now)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    return replace(grant, extension=None)
