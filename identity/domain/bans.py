"""Bans: what a superior has suspended or ended stays so for the person, the role and the unit with all below it.

A ban is no record of its own: it is read from the grants that were suspended or ended, and holds until somebody who
stands as high as whoever did it lifts it. Giving anew further down, with another end, by number or by code, is barred.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from identity.domain.grant_refusals import OwnGrant, ReasonNeeded, SuspendedAbove
from identity.domain.grants import OPERATORS, Acting, Grant, Place, Status, as_high, is_over
from servicekit.refusals import Conflict
from servicekit.words import N_

# Of a grant that was suspended before it was written down from where: nobody gives past it; to resume it is enough.
UNKNOWN_STANDING = OPERATORS


class Barred(Conflict):
    title = N_(
        "Somebody further up has suspended or ended this role of this person here. Only they, or somebody above them, "
        "can give it again or lift that."
    )


class NotBarred(Conflict):
    title = N_("Nothing is barred by this grant.")


@dataclass(frozen=True, slots=True)
class Ban:
    """`standing`: the path of the unit from which it was done; nobody further down gives past it."""

    grant_id: str
    role: str
    unit_id: str
    standing: Place

    def covers(self, role: str, unit_path: tuple[str, ...]) -> bool:
        return self.role == role and self.unit_id in unit_path


def ban_of(grant: Grant) -> Ban | None:
    standing = grant.barred_from
    if grant.status is Status.SUSPENDED:
        standing = UNKNOWN_STANDING if grant.suspended_from is None else grant.suspended_from
    if standing is None or grant.status not in (Status.SUSPENDED, Status.REVOKED):
        return None
    return Ban(grant.id, grant.role, grant.unit_id, standing)


def barred_from(grant: Grant) -> str | None:
    """The unit from which it was suspended or ended; None where nothing is barred, or it was not written down."""
    ban = ban_of(grant)
    return ban.standing[-1] if ban is not None and ban.standing else None


def bans_of(held: Iterable[Grant]) -> list[Ban]:
    """`held`: everything that the person has or had, by every account and by their number."""
    return [ban for grant in held if (ban := ban_of(grant)) is not None]


def check_not_barred(
    bans: Iterable[Ban], role: str, unit_path: Place, standing: Place, besides: str = ""
) -> None:
    """`standing`: the path of the unit from which it is given; `besides`: the id of the grant that is asked about."""
    for ban in bans:
        if ban.covers(role, unit_path) and not as_high(standing, ban.standing) and ban.grant_id != besides:
            raise Barred(field="role")


def check_comes_back(
    grant: Grant, standings: Collection[Place], bans: Iterable[Ban], together: Collection[str] = ()
) -> None:
    """Of a suspended grant that is to be in force again: no other ban is gone past by that. Raises Barred.

    `standings`: from where it was given, and from where it is resumed; the higher one counts. `together`: the ids of
    what comes back in the same act.
    """
    for ban in bans:
        own = ban.grant_id == grant.id or ban.grant_id in together
        if own or not ban.covers(grant.role, grant.unit_path):
            continue
        if not any(as_high(standing, ban.standing) for standing in standings):
            raise Barred(field="role")


def barred(grant: Grant, standing: Place, bans: Iterable[Ban]) -> Ban | None:
    """The highest ban that a grant in force, given from there, goes past."""
    found = [
        ban
        for ban in bans
        if ban.covers(grant.role, grant.unit_path)
        and not as_high(standing, ban.standing)
        and ban.grant_id != grant.id
    ]
    return min(found, key=lambda ban: len(ban.standing), default=None)


def under(grant: Grant, held: Iterable[Grant], today: date) -> list[Grant]:
    """The person's other grants that a ban by this one concerns: of the same role, here and below, and not over."""
    return [
        one
        for one in held
        if one.id != grant.id
        and one.role == grant.role
        and grant.unit_id in one.unit_path
        and one.status in (Status.ACTIVE, Status.SUSPENDED)
        and not is_over(one, today)
    ]


def may_come_back(grant: Grant, standing: Place) -> bool:
    """Whether whoever stands there may put it in force again."""
    known = grant.suspended_from is not None
    return grant.status is Status.SUSPENDED and (not known or as_high(standing, grant.suspended_from or ()))


def held_back(grant: Grant, ban: Ban, reason: str) -> Grant:
    """A grant that goes past a ban is suspended as the ban is, whichever way it came into force."""
    return replace(grant, status=Status.SUSPENDED, ended_reason=reason, suspended_from=ban.standing)


def lift(grant: Grant, by: Acting, reason: str, today: date, standing: Place) -> Grant:
    """What was suspended is resumed instead, while it lasts."""
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if grant.account_id in by:
        raise OwnGrant
    ban = ban_of(grant)
    suspended = grant.status is Status.SUSPENDED
    if ban is None or (suspended and today <= grant.valid_to):
        raise NotBarred
    known = not suspended or grant.suspended_from is not None
    if known and not as_high(standing, ban.standing):
        raise SuspendedAbove
    return replace(grant, status=Status.REVOKED, barred_from=None, suspended_from=None)


def same_place(grant: Grant, held: Iterable[Grant], today: date) -> list[Grant]:
    """What holds the place already: accepted, not ended, of the same person, role and unit."""
    return [
        one
        for one in held
        if one.id != grant.id
        and (one.unit_id, one.role) == (grant.unit_id, grant.role)
        and one.accepted_at is not None
        and one.status in (Status.ACTIVE, Status.SUSPENDED)
        and not is_over(one, today)
    ]


def gives_way(grant: Grant) -> Grant:
    """Another grant of the same person, role and unit takes its place: what barred it is answered by that."""
    return replace(
        grant,
        status=Status.REVOKED,
        ended_reason="replaced",
        suspended_from=None,
        barred_from=None,
        removal=None,
        extension=None,
    )
