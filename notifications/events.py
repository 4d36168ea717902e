"""The events that notifications hears; it tells none."""

from servicekit.tree.units import UNITS_CHANGED

GRANT_GIVEN = "grant.given"
GRANT_BOUND = "grant.bound"
OFFER_MADE = "offer.made"
OFFER_ACCEPTED = "offer.accepted"
OFFER_DECLINED = "offer.declined"
GRANT_ENDED = "grant.ended"
GRANTS_ENDED = "grants.ended"
GRANT_DISPLACED = "grant.displaced"
GRANTS_REVIVED = "grants.revived"
GRANT_PROPOSED = "grant.proposed"
GRANT_ENDING = "grant.ending"
GRANTS_TO_CONFIRM = "grants.to_confirm"
GRANTS_UNCONFIRMED = "grants.unconfirmed"
UNITS_LEFT_ALONE = "units.left_alone"
SESSIONS_ENDED = "sessions.ended"
OFFICIAL_NAMED = "fallback.official_named"
OFFICIAL_REMOVED = "fallback.official_removed"
CODES_DRAWN = "fallback.codes_drawn"
ENTERED_BY_CODE = "fallback.entered"
JOINT_ACT_ASKED = "joint_act.asked"
HANDOVER_FINISHED = "handover.finished"
HANDOVER_STOPPED = "handover.stopped"
ACCESS_ASKED = "access.asked"
FALLBACK_ASKED = "fallback.asked"
FALLBACK_DENIED = "fallback.denied"
ACT_TOLD = "act.told"
MOVE_ASKED = "unit.move_asked"
CONGRESS_SUBMITTED = "congress.submitted"
CONGRESS_RETURNED = "congress.returned"
CONGRESS_APPROVED = "congress.approved"
CONGRESS_REOPENED = "congress.reopened"
CONGRESS_WAITS_FOR_SUPERIOR = "congress.waits_for_superior"
CONGRESS_COMMENTED = "congress.commented"
CONGRESS_DEADLINE_NEAR = "congress.deadline_near"
CONGRESS_DEADLINE_CHANGED = "congress.deadline_changed"
CONGRESS_REMINDED = "congress.reminded"
EXPORT_READY = "export.ready"
EXPORT_FAILED = "export.failed"
ACCOUNTS_JOINED = "accounts.joined"

# What makes a matter to tell somebody.
MATTERS = (
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
    HANDOVER_FINISHED,
    HANDOVER_STOPPED,
    ACCESS_ASKED,
    FALLBACK_ASKED,
    FALLBACK_DENIED,
    ACT_TOLD,
    MOVE_ASKED,
    CONGRESS_SUBMITTED,
    CONGRESS_RETURNED,
    CONGRESS_APPROVED,
    CONGRESS_REOPENED,
    CONGRESS_WAITS_FOR_SUPERIOR,
    CONGRESS_COMMENTED,
    CONGRESS_DEADLINE_NEAR,
    CONGRESS_DEADLINE_CHANGED,
    CONGRESS_REMINDED,
    EXPORT_READY,
    EXPORT_FAILED,
)
HEARD = (UNITS_CHANGED, ACCOUNTS_JOINED, *MATTERS)
TOLD: tuple[str, ...] = ()
