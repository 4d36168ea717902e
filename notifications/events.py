"""The events that notifications hears, and the shape of what it reads of each; it tells none."""

import datetime
from dataclasses import dataclass
from typing import Any

from servicekit.data.events import EventName, Id
from servicekit.tree.units import UNITS_CHANGED


@dataclass(frozen=True)
class AboutUnit:
    """`unit_path` ends in the unit itself."""

    unit_id: Id
    unit_path: tuple[str, ...]


@dataclass(frozen=True)
class AskedInUnit(AboutUnit):
    asked_by: Id


@dataclass(frozen=True)
class JointActAsked(AskedInUnit):
    not_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class AboutGrant:
    """`account_id`: whoever is told; None for someone who has never signed in."""

    grant_id: Id
    unit_id: Id
    account_id: Id | None = None


@dataclass(frozen=True)
class AboutGrantWhy(AboutGrant):
    why: str | None = None


@dataclass(frozen=True)
class AboutGrants:
    grants: tuple[AboutGrant, ...]
    why: str | None = None


@dataclass(frozen=True)
class GrantProposed(AskedInUnit):
    grant_id: Id
    account_id: Id | None = None


@dataclass(frozen=True, kw_only=True)
class GrantEnding(AboutGrant):
    date: datetime.date


@dataclass(frozen=True)
class Counted(AboutUnit):
    """Of so many grants or units it speaks."""

    count: int
    date: datetime.date


@dataclass(frozen=True)
class OnPerson:
    """Without a unit nobody stands above them."""

    account_id: Id
    asked_by: str | None = None
    unit_id: Id | None = None
    unit_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActTold(AboutUnit):
    accounts: tuple[Id, ...]
    what: str


@dataclass(frozen=True)
class AboutCongress(AboutUnit):
    congress_id: Id


@dataclass(frozen=True)
class Approved(AboutCongress):
    """Older events did not say whether something is missing: nothing was."""

    with_gaps: bool = False


@dataclass(frozen=True)
class Commented(AboutCongress):
    by: Id
    above: bool
    mentions: tuple[Id, ...]


@dataclass(frozen=True)
class RequestCommented(AboutUnit):
    request_id: Id
    mentions: tuple[Id, ...]


@dataclass(frozen=True)
class OneUnit:
    unit_id: Id
    congress_id: Id


@dataclass(frozen=True)
class AboutDifficulty(AboutUnit):
    difficulty_id: Id
    besides: tuple[Id, ...] = ()


@dataclass(frozen=True)
class OneReminded(OneUnit):
    unit_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeadlineNear:
    plan_id: Id
    days: int
    deadline: datetime.date
    units: tuple[OneReminded, ...]


@dataclass(frozen=True)
class DeadlinePassed(DeadlineNear):
    """`side`: whose act is due, the unit's or its superior's."""

    side: str


@dataclass(frozen=True)
class DeadlineChanged:
    """`change` is the same in all parts of one change, and another one for the next."""

    plan_id: Id
    change: Id
    deadline: datetime.date
    units: tuple[OneUnit, ...]


@dataclass(frozen=True)
class Reminded:
    """`side`: whose act comes next, the unit's or its superior's."""

    reminder_id: Id
    by: Id
    side: str
    units: tuple[OneReminded, ...]


@dataclass(frozen=True)
class SeatsDecided:
    """`division_id` is the same in all parts of one decision."""

    division_id: Id
    by: Id
    units: tuple[OneUnit, ...]


@dataclass(frozen=True)
class ExportOver(AboutUnit):
    account_id: Id


@dataclass(frozen=True)
class AccountsJoined:
    """`account_id` stays, `other` closed."""

    account_id: str
    other: str


GRANT_GIVEN = EventName("grant.given", AboutGrantWhy)
GRANT_BOUND = EventName("grant.bound", AboutGrant)
OFFER_MADE = EventName("offer.made", AboutGrant)
OFFER_ACCEPTED = EventName("offer.accepted", AboutGrant)
OFFER_DECLINED = EventName("offer.declined", AboutGrant)
GRANT_ENDED = EventName("grant.ended", AboutGrantWhy)
GRANTS_ENDED = EventName("grants.ended", AboutGrants)
GRANT_DISPLACED = EventName("grant.displaced", AboutGrantWhy)
GRANTS_REVIVED = EventName("grants.revived", AboutGrants)
GRANT_PROPOSED = EventName("grant.proposed", GrantProposed)
GRANT_ENDING = EventName("grant.ending", GrantEnding)
GRANTS_TO_CONFIRM = EventName("grants.to_confirm", Counted)
GRANTS_UNCONFIRMED = EventName("grants.unconfirmed", Counted)
UNITS_LEFT_ALONE = EventName("units.left_alone", Counted)
SESSIONS_ENDED = EventName("sessions.ended", OnPerson)
OFFICIAL_NAMED = EventName("fallback.official_named", OnPerson)
OFFICIAL_REMOVED = EventName("fallback.official_removed", OnPerson)
CODES_DRAWN = EventName("fallback.codes_drawn", OnPerson)
ENTERED_BY_CODE = EventName("fallback.entered", OnPerson)
JOINT_ACT_ASKED = EventName("joint_act.asked", JointActAsked)
ROLE_CHANGE_ASKED = EventName("role_change.asked", AskedInUnit)
HANDOVER_FINISHED = EventName("handover.finished", AboutGrant)
HANDOVER_STOPPED = EventName("handover.stopped", AboutGrant)
ACCESS_ASKED = EventName("access.asked", AboutUnit)
ACCESS_COMMENTED = EventName("access.commented", RequestCommented)
FALLBACK_ASKED = EventName("fallback.asked", AskedInUnit)
FALLBACK_DENIED = EventName("fallback.denied", AboutUnit)
ACT_TOLD = EventName("act.told", ActTold)
MOVE_ASKED = EventName("unit.move_asked", AskedInUnit)
CONGRESS_SUBMITTED = EventName("congress.submitted", AboutCongress)
CONGRESS_WITHDRAWN = EventName("congress.withdrawn", AboutCongress)
CONGRESS_RETURNED = EventName("congress.returned", AboutCongress)
CONGRESS_APPROVED = EventName("congress.approved", Approved)
CONGRESS_GAP_SUPPLIED = EventName("congress.gap_supplied", AboutCongress)
CONGRESS_GAP_DECIDED = EventName("congress.gap_decided", AboutCongress)
CONGRESS_GAP_DUE = EventName("congress.gap_due", AboutCongress)
CONGRESS_APPROVAL_UNDONE = EventName("congress.approval_undone", AboutCongress)
CONGRESS_REOPENED = EventName("congress.reopened", AboutCongress)
CONGRESS_WAITS_FOR_SUPERIOR = EventName("congress.waits_for_superior", AboutCongress)
CONGRESS_EXTENSION_ASKED = EventName("congress.extension_asked", AboutCongress)
CONGRESS_EXTENSION_DECIDED = EventName("congress.extension_decided", AboutCongress)
CONGRESS_EXPLANATION_WRITTEN = EventName("congress.explanation_written", AboutCongress)
CONGRESS_PILOT_CHOSEN = EventName("congress.pilot_chosen", AboutCongress)
CONGRESS_PILOT_CALLED_OFF = EventName("congress.pilot_called_off", AboutCongress)
CONGRESS_POSTPONED = EventName("congress.postponed", AboutCongress)
CONGRESS_EXPLANATION_DECIDED = EventName("congress.explanation_decided", AboutCongress)
CONGRESS_COMMENTED = EventName("congress.commented", Commented)
DIFFICULTY_WAITS = EventName("congress.difficulty_waits", AboutDifficulty)
DIFFICULTY_ASKED_BACK = EventName("congress.difficulty_asked_back", AboutDifficulty)
DIFFICULTY_ANSWERED = EventName("congress.difficulty_answered", AboutDifficulty)
CONGRESS_DEADLINE_NEAR = EventName("congress.deadline_near", DeadlineNear)
CONGRESS_DEADLINE_PASSED = EventName("congress.deadline_passed", DeadlinePassed)
CONGRESS_DEADLINE_CHANGED = EventName("congress.deadline_changed", DeadlineChanged)
CONGRESS_REMINDED = EventName("congress.reminded", Reminded)
CONGRESS_SEATS_DECIDED = EventName("congress.seats_decided", SeatsDecided)
EXPORT_READY = EventName("export.ready", ExportOver)
EXPORT_FAILED = EventName("export.failed", ExportOver)
ACCOUNTS_JOINED = EventName("accounts.joined", AccountsJoined)

# What makes a matter to tell somebody.
MATTERS: tuple[EventName[Any], ...] = (
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
    MOVE_ASKED,
    CONGRESS_SUBMITTED,
    CONGRESS_WITHDRAWN,
    CONGRESS_RETURNED,
    CONGRESS_APPROVED,
    CONGRESS_GAP_SUPPLIED,
    CONGRESS_GAP_DECIDED,
    CONGRESS_GAP_DUE,
    CONGRESS_APPROVAL_UNDONE,
    CONGRESS_REOPENED,
    CONGRESS_WAITS_FOR_SUPERIOR,
    CONGRESS_EXTENSION_ASKED,
    CONGRESS_EXTENSION_DECIDED,
    CONGRESS_EXPLANATION_WRITTEN,
    CONGRESS_EXPLANATION_DECIDED,
    CONGRESS_POSTPONED,
    CONGRESS_PILOT_CHOSEN,
    CONGRESS_PILOT_CALLED_OFF,
    CONGRESS_COMMENTED,
    DIFFICULTY_WAITS,
    DIFFICULTY_ASKED_BACK,
    DIFFICULTY_ANSWERED,
    CONGRESS_DEADLINE_NEAR,
    CONGRESS_DEADLINE_PASSED,
    CONGRESS_DEADLINE_CHANGED,
    CONGRESS_REMINDED,
    CONGRESS_SEATS_DECIDED,
    EXPORT_READY,
    EXPORT_FAILED,
)
HEARD: tuple[EventName[Any], ...] = (UNITS_CHANGED, ACCOUNTS_JOINED, *MATTERS)
TOLD: tuple[str, ...] = ()
