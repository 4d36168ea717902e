"""The events that identity tells and hears: their names, and the shape of what they carry."""

import datetime
from dataclasses import dataclass

from servicekit.data.events import EventName
from servicekit.tree.units import UNITS_CHANGED


@dataclass(frozen=True)
class InUnit:
    """`unit_path` ends in the unit itself."""

    unit_id: str
    unit_path: tuple[str, ...]


@dataclass(frozen=True)
class OfGrant(InUnit):
    """`account_id`: of the holder, or of whoever else is told; None where they have never signed in."""

    grant_id: str
    account_id: str | None
    role: str


@dataclass(frozen=True)
class Given(OfGrant):
    why: str = ""


@dataclass(frozen=True)
class Ended(OfGrant):
    """`why`: as on its page."""

    why: str


@dataclass(frozen=True)
class ManyGrants:
    """Many at once, because of another change."""

    grants: tuple[OfGrant, ...]
    why: str


@dataclass(frozen=True)
class Proposed(OfGrant):
    asked_by: str
    why: str = ""


@dataclass(frozen=True)
class Ending(OfGrant):
    date: datetime.date


@dataclass(frozen=True)
class Counted(InUnit):
    """Told about the unit above them. `date`: the first of their days."""

    count: int
    date: datetime.date


@dataclass(frozen=True)
class OnPerson:
    """Told to them and, where they hold anything, from the unit above them. `asked_by`: empty for the operator."""

    account_id: str
    asked_by: str
    unit_id: str = ""
    unit_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequestCommented(InUnit):
    """On a request for access: told to those who are mentioned."""

    request_id: str
    comment_id: str
    by: str
    mentions: tuple[str, ...]


@dataclass(frozen=True)
class JointActAsked(InUnit):
    """`not_to`: the accounts of whom it is about."""

    asked_by: str
    not_to: tuple[str, ...]


@dataclass(frozen=True)
class RoleChangeAsked(InUnit):
    change_id: str
    asked_by: str


@dataclass(frozen=True)
class WindowAsked(InUnit):
    window_id: str
    asked_by: str


@dataclass(frozen=True)
class SignInDenied(InUnit):
    account_id: str


@dataclass(frozen=True)
class ActTold(InUnit):
    accounts: tuple[str, ...]
    what: str


@dataclass(frozen=True)
class Joined:
    """`account_id` stays, `other` closed."""

    account_id: str
    other: str


@dataclass(frozen=True)
class Approved:
    """A unit's next congress: what identity reads of it."""

    congress_id: str
    unit_id: str
    deadline: str = ""


@dataclass(frozen=True)
class MoveAsked:
    """Of the move itself; older events did not say it."""

    move_id: str
    moving: str = ""
    to: str = ""


GRANT_GIVEN = EventName("grant.given", Given)
# The holder has accepted it, so that it counts.
GRANT_BOUND = EventName("grant.bound", OfGrant)
# To whoever is to accept it; and to the giver what came of it.
OFFER_MADE = EventName("offer.made", OfGrant)
OFFER_ACCEPTED = EventName("offer.accepted", OfGrant)
OFFER_DECLINED = EventName("offer.declined", OfGrant)
GRANT_ENDED = EventName("grant.ended", Ended)
GRANTS_ENDED = EventName("grants.ended", ManyGrants)
# Of what had stopped with it and goes on.
GRANTS_REVIVED = EventName("grants.revived", ManyGrants)
# To whoever gave it: it stopped for another's word, by {why}: replaced, or held-back under a ban.
GRANT_DISPLACED = EventName("grant.displaced", Ended)
# A strong role, a longer period of one, or a peer's removal waits for a second person.
GRANT_PROPOSED = EventName("grant.proposed", Proposed)
# By its date, soon.
GRANT_ENDING = EventName("grant.ending", Ending)
GRANTS_TO_CONFIRM = EventName("grants.to_confirm", Counted)
GRANTS_UNCONFIRMED = EventName("grants.unconfirmed", Counted)
# Of these units below it nobody gives access any more after the day.
UNITS_LEFT_ALONE = EventName("units.left_alone", Counted)
SESSIONS_ENDED = EventName("sessions.ended", OnPerson)
OFFICIAL_NAMED = EventName("fallback.official_named", OnPerson)
OFFICIAL_REMOVED = EventName("fallback.official_removed", OnPerson)
CODES_DRAWN = EventName("fallback.codes_drawn", OnPerson)
ENTERED_BY_CODE = EventName("fallback.entered", OnPerson)
# Somebody asks two administrators of the topmost unit for such an act.
JOINT_ACT_ASKED = EventName("joint_act.asked", JointActAsked)
# Somebody asks for a change of a role, which a second administrator of the topmost unit confirms.
ROLE_CHANGE_ASKED = EventName("role_change.asked", RoleChangeAsked)
# What the keeper made of a hand-over that was cut off: told to whoever asked for it.
HANDOVER_FINISHED = EventName("handover.finished", OfGrant)
HANDOVER_STOPPED = EventName("handover.stopped", OfGrant)
# A stranger asks for access in a unit; who they are is not told by message.
ACCESS_ASKED = EventName("access.asked", InUnit)
# Somebody who answers requests mentions others of them in its thread.
ACCESS_COMMENTED = EventName("access.commented", RequestCommented)
# Somebody asks for a window while the eID is down.
FALLBACK_ASKED = EventName("fallback.asked", WindowAsked)
# A person says through the eID that a sign-in by code was not theirs.
FALLBACK_DENIED = EventName("fallback.denied", SignInDenied)
# What came of it, or was done to what was theirs, told to whoever was not there.
ACT_TOLD = EventName("act.told", ActTold)
# Two accounts of one person became one.
ACCOUNTS_JOINED = EventName("accounts.joined", Joined)

CONGRESS_APPROVED = EventName("congress.approved", Approved)
MOVE_ASKED = EventName("unit.move_asked", MoveAsked)

TOLD = (
    GRANT_GIVEN,
    GRANT_BOUND,
    OFFER_MADE,
    OFFER_ACCEPTED,
    OFFER_DECLINED,
    GRANT_ENDED,
    GRANTS_ENDED,
    GRANTS_REVIVED,
    GRANT_DISPLACED,
    GRANT_PROPOSED,
    GRANT_ENDING,
    GRANTS_TO_CONFIRM,
    GRANTS_UNCONFIRMED,
    UNITS_LEFT_ALONE,
    SESSIONS_ENDED,
    OFFICIAL_NAMED,
    OFFICIAL_REMOVED,
    CODES_DRAWN,
    ENTERED_BY_CODE,
    JOINT_ACT_ASKED,
    ROLE_CHANGE_ASKED,
    HANDOVER_FINISHED,
    HANDOVER_STOPPED,
    ACCESS_ASKED,
    ACCESS_COMMENTED,
    FALLBACK_ASKED,
    FALLBACK_DENIED,
    ACT_TOLD,
    ACCOUNTS_JOINED,
)
HEARD = (UNITS_CHANGED, CONGRESS_APPROVED, MOVE_ASKED)
