"""Invitations that nobody has taken up: looked at before another one is given."""

from datetime import date

from identity.context import Context
from identity.domain import grant_refusals
from identity.domain.grants import Grant, Status
from identity.domain.numbers import KnownNumber
from servicekit.access import decision as access
from servicekit.access.decision import Caller


def open_invitations(context: Context, unit_id: str, role: str) -> list[Grant]:
    today = context.clock.today()
    return [
        one
        for one in context.store.grants_in(unit_id)
        if one.role == role
        and one.status is Status.INVITED
        and one.national_index
        and today <= (one.invited_until or one.valid_to)
    ]


def invited_so(
    context: Context, number: KnownNumber, given_by: str, same: tuple[str, str, date]
) -> Grant | None:
    """This giver's invitation to the same unit, role and end, made before, perhaps with another form of the number."""
    found = context.store.invitations(number)
    return next(
        (o for o in found if o.given_by == given_by and (o.unit_id, o.role, o.valid_to) == same), None
    )


def ask_before_a_second(context: Context, caller: Caller, number: KnownNumber) -> None:
    """Raises InvitedAlready for what the caller may see; what is open beyond that is answered as if it were not.

    Within the transaction that gives, which holds this number's offers: of two at once the second sees the first.
    """
    now, today = context.clock.now(), context.clock.today()
    found = [
        one
        for one in context.store.invitations(number)
        if today <= (one.invited_until or one.valid_to)
        and access.decide(caller, "access:read", one.unit_path, now).allowed
    ]
    if not found:
        return
    named = [
        grant_refusals.InvitedAlready(until=(one.invited_until or one.valid_to).isoformat(), grant_id=one.id)
        for one in found
    ]
    refusal = named[0]
    refusal.fields = [("national_number", one) for one in named]
    raise refusal
