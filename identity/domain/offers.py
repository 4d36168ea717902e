"""Offers: a grant to somebody who is known counts from the moment they have seen what it allows and accepted it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from identity.domain.fallback import EidNeeded
from identity.domain.grant_refusals import GivingToOneself, GrantOver
from identity.domain.grants import Acting, Grant, Status, WhyNot, why_not
from servicekit import refusals
from servicekit.access.decision import Caller
from servicekit.refusals import Acts, Check, Conflict
from servicekit.words import N_

# Of one giver, invitations and proposals among them: a district administrator with some two hundred units invites the
# staff of all of them, two posts each, before the first one comes.
OFFERS_OF_GIVER = 500
DAY = timedelta(days=1)
# To one person, from one giver: five posts in each of four units; more without a yes, waiting or within a day, is a
# flood.
OFFERS_OF_GIVER_TO_PERSON = 20
OFFERS_TO_PERSON = 100


class NotOffered(Conflict):
    title = N_("This is not waiting for your answer.")


class OfferLapsed(Conflict):
    title = N_("The time to accept this is over. Ask whoever gave it for a new one.")


class OfferGivesNothing(Conflict):
    title = N_("What this access hangs on gives nothing at present, so there is nothing to accept.")


class TooManyOffers(Conflict):
    title = N_("{most} grants of yours have not been accepted yet. Wait for answers, or withdraw some.")


class PersonHasTooManyOffers(Conflict):
    title = N_("This person has not answered {most} earlier offers yet. Wait for their answer.")


def is_open(grant: Grant, above: Mapping[str, Grant], today: date) -> bool:
    """Whether the person may accept it today, or decline it."""
    return _why_closed(grant, above, today) is None


def has_lapsed(grant: Grant, above: Mapping[str, Grant], today: date) -> bool:
    """Whether nobody can accept it any more, whatever becomes of its giver."""
    return isinstance(_why_closed(grant, above, today), OfferLapsed)


def accept(
    grant: Grant, above: Mapping[str, Grant], by: Acting, now: datetime, today: date, *, for_machine: bool
) -> Grant:
    """The person's yes. Whose it is to say is for the caller to know. Raises GivingToOneself for who gave it.

    `for_machine`: whoever registered a machine answers for it, and may be who gave.
    """
    closed = _why_closed(grant, above, today)
    if closed is not None:
        raise closed
    if not for_machine and {grant.given_by, grant.confirmed_by} & set(by):
        raise GivingToOneself
    return replace(grant, status=Status.ACTIVE, accepted_at=now, invited_until=None, number_end=None)


def decline(grant: Grant, reason: str) -> Grant:
    """The person's no, also where it could not be accepted any more."""
    if grant.status is not Status.OFFERED:
        raise NotOffered
    return replace(grant, status=Status.REVOKED, ended_reason=reason)


def refuse_answering(grant: Grant, caller: Caller, today: date, *, by_machine: bool) -> None:
    """Whatever the answer is: a person gives it, seen by the eID, while there is something to answer."""
    if caller.fallback or by_machine:
        raise EidNeeded
    if today > grant.valid_to:
        raise GrantOver


def acts_of(
    grant: Grant,
    above: Mapping[str, Grant],
    caller: Caller,
    now: datetime,
    today: date,
    check_held: Check,
    *,
    for_machine: bool,
    by_machine: bool,
) -> Acts:
    """What the caller, whose it is to say, may do with it. `check_held`: whether what its person has stands against it.

    Whoever may not accept it may decline it still.
    """

    def may_answer() -> None:
        refuse_answering(grant, caller, today, by_machine=by_machine)

    return {
        "accept": refusals.why_not(
            may_answer,
            lambda: accept(grant, above, caller.accounts, now, today, for_machine=for_machine),
            check_held,
        ),
        "decline": refusals.why_not(may_answer, lambda: decline(grant, "")),
    }


def counts_as_tried(grant: Grant, giver: str, now: datetime) -> bool:
    """Whether this giver offered it within a day and got no yes: withdrawn or declined, it was heard all the same."""
    return grant.given_by == giver and grant.accepted_at is None and now - grant.given_at < DAY


def counts_as_waiting(grant: Grant, today: date) -> bool:
    """Whether it still is on its way to somebody, and so counts against the bounds."""
    over = today > grant.valid_to or (grant.invited_until is not None and today > grant.invited_until)
    return grant.accepted_at is None and grant.status is not Status.REVOKED and not over


def _why_closed(grant: Grant, above: Mapping[str, Grant], today: date) -> Conflict | None:
    if grant.status is not Status.OFFERED:
        return NotOffered()
    over = grant.invited_until is not None and today > grant.invited_until
    if over or today > grant.valid_to:
        return OfferLapsed()
    # An offer may begin later; what it hangs on must be good now.
    if why_not(replace(grant, status=Status.ACTIVE), above, today) not in (None, WhyNot.NOT_YET):
        return OfferGivesNothing()
    return None


def check_room(of_giver: int, of_giver_to_person: int, to_person: int) -> None:
    """The counts are of what waits already. Raises TooManyOffers, PersonHasTooManyOffers."""
    if of_giver >= OFFERS_OF_GIVER:
        raise TooManyOffers(most=OFFERS_OF_GIVER)
    if of_giver_to_person >= OFFERS_OF_GIVER_TO_PERSON:
        raise PersonHasTooManyOffers(most=OFFERS_OF_GIVER_TO_PERSON)
    if to_person >= OFFERS_TO_PERSON:
        raise PersonHasTooManyOffers(most=OFFERS_TO_PERSON)
