"""Kinds of notices: what each says and where it leads.

A title says only what kind of thing waits: it is also the subject of the e-mail, which strangers may read over
somebody's shoulder. The text is read in the inbox alone, after signing in, and may name the unit.
"""

from enum import StrEnum


class Kind(StrEnum):
    GRANT_GIVEN = "grant.given"
    GRANT_BOUND = "grant.bound"
    OFFER_MADE = "offer.made"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    GRANT_RESUMED = "grant.resumed"
    GRANT_ADOPTED = "grant.adopted"
    GRANT_PERIOD = "grant.period"
    GRANT_SUSPENDED = "grant.suspended"
    GRANT_ENDED = "grant.ended"
    GRANT_REPLACED = "grant.replaced"
    GIFT_REPLACED = "grant.gift_replaced"
    GIFT_HELD_BACK = "grant.gift_held_back"
    GRANT_UNCONFIRMED = "grant.unconfirmed"
    # It is good itself and gives nothing, because of what it hangs on or of its unit.
    UNIT_ENDED = "grant.unit_ended"
    UNIT_MOVED = "grant.unit_moved"
    GIVER_REVOKED = "grant.giver_revoked"
    GIVER_SUSPENDED = "grant.giver_suspended"
    GIVER_ENDED = "grant.giver_ended"
    GIVER_UNCONFIRMED = "grant.giver_unconfirmed"
    GIVER_UNIT_ENDED = "grant.giver_unit_ended"
    GIVER_LEFT = "grant.giver_left"
    GRANT_REVIVED = "grant.revived"
    HANDOVER_FINISHED = "handover.finished"
    HANDOVER_STOPPED = "handover.stopped"
    GRANT_ENDING = "grant.ending"
    SECOND_PERSON = "grant.second_person"
    GRANTS_TO_CONFIRM = "grants.to_confirm"
    GRANTS_UNCONFIRMED = "grants.unconfirmed"
    UNITS_LEFT_ALONE = "units.left_alone"
    SIGNED_OUT = "sessions.ended"
    SIGNED_OUT_BELOW = "sessions.ended_below"
    OFFICIAL_NAMED = "fallback.official_named"
    OFFICIAL_NAMED_BELOW = "fallback.official_named_below"
    OFFICIAL_REMOVED = "fallback.official_removed"
    OFFICIAL_REMOVED_BELOW = "fallback.official_removed_below"
    CODES_DRAWN = "fallback.codes_drawn"
    CODES_DRAWN_BELOW = "fallback.codes_drawn_below"
    ENTERED_BY_CODE = "fallback.entered"
    ENTERED_BY_CODE_BELOW = "fallback.entered_below"
    JOINT_ACT_ASKED = "joint_act.asked"
    ROLE_CHANGE_ASKED = "role_change.asked"
    ACCESS_ASKED = "access.asked"
    REQUEST_MENTIONED = "access.mentioned"
    FALLBACK_ASKED = "fallback.asked"
    FALLBACK_DENIED = "fallback.denied"
    ASK_CONFIRMED = "act.confirmed"
    ASK_DECLINED = "act.declined"
    ASK_LAPSED = "act.lapsed"
    INVITATION_SPARE = "invitation.spare"
    WINDOW_ENDED = "fallback.window_ended"
    HANDED_TO = "handover.received"
    GIFT_TAKEN_OVER = "grant.gift_taken_over"
    BAN_LIFTED = "grant.ban_lifted"
    OWN_BAN_LIFTED = "grant.own_ban_lifted"
    MACHINE_TAKEN = "machine.taken"
    MOVE_ASKED = "unit.move_asked"
    CONGRESS_SUBMITTED = "congress.submitted"
    CONGRESS_WITHDRAWN = "congress.withdrawn"
    CONGRESS_RETURNED = "congress.returned"
    CONGRESS_APPROVED = "congress.approved"
    CONGRESS_APPROVED_WITH_GAPS = "congress.approved_with_gaps"
    CONGRESS_GAP_SUPPLIED = "congress.gap_supplied"
    CONGRESS_GAP_DECIDED = "congress.gap_decided"
    CONGRESS_GAP_DUE = "congress.gap_due"
    CONGRESS_APPROVAL_UNDONE = "congress.approval_undone"
    MAIL_REFUSED = "mail.refused"
    CONGRESS_REOPENED = "congress.reopened"
    CONGRESS_WAITS_FOR_SUPERIOR = "congress.waits_for_superior"
    CONGRESS_EXTENSION_ASKED = "congress.extension_asked"
    CONGRESS_EXTENSION_DECIDED = "congress.extension_decided"
    CONGRESS_EXPLANATION_WRITTEN = "congress.explanation_written"
    CONGRESS_EXPLANATION_DECIDED = "congress.explanation_decided"
    DIFFICULTY_WAITS = "congress.difficulty_waits"
    DIFFICULTY_ASKED_BACK = "congress.difficulty_asked_back"
    DIFFICULTY_ANSWERED = "congress.difficulty_answered"
    CONGRESS_POSTPONED = "congress.postponed"
    CONGRESS_PILOT_CHOSEN = "congress.pilot_chosen"
    CONGRESS_PILOT_CALLED_OFF = "congress.pilot_called_off"
    COMMENTED_ABOVE = "congress.commented_above"
    COMMENTED_BELOW = "congress.commented_below"
    MENTIONED = "congress.mentioned"
    DEADLINE_NEAR = "deadline.near"
    DEADLINES_NEAR = "deadlines.near"  # several units of one person, counted
    DEADLINE_PASSED = "deadline.passed"
    DEADLINES_PASSED = "deadlines.passed"
    DEADLINE_PASSED_ABOVE = "deadline.passed_above"
    DEADLINES_PASSED_ABOVE = "deadlines.passed_above"
    NOBODY_REPORTS = "deadline.nobody_reports"
    NOBODY_REPORTS_MANY = "deadlines.nobody_reports"
    DEADLINE_CHANGED = "deadline.changed"
    DEADLINES_CHANGED = "deadlines.changed"
    SEATS_DECIDED = "seats.decided"
    SEATS_DECIDED_MANY = "seats.decided_many"
    REMINDED = "congress.reminded"
    REMINDED_MANY = "congresses.reminded"
    REMINDED_ABOVE = "congress.reminded_above"
    REMINDED_ABOVE_MANY = "congresses.reminded_above"
    EXPORT_READY = "export.ready"
    EXPORT_FAILED = "export.failed"


# What is gathered for a person, and how several units of it are told as one.
COUNTED_AS = {
    Kind.DEADLINE_NEAR: Kind.DEADLINES_NEAR,
    Kind.DEADLINE_PASSED: Kind.DEADLINES_PASSED,
    Kind.DEADLINE_PASSED_ABOVE: Kind.DEADLINES_PASSED_ABOVE,
    Kind.NOBODY_REPORTS: Kind.NOBODY_REPORTS_MANY,
    Kind.DEADLINE_CHANGED: Kind.DEADLINES_CHANGED,
    Kind.SEATS_DECIDED: Kind.SEATS_DECIDED_MANY,
    Kind.REMINDED: Kind.REMINDED_MANY,
    Kind.REMINDED_ABOVE: Kind.REMINDED_ABOVE_MANY,
}


MY_TASKS = "/"
MY_INBOX = "/inbox"
MY_OFFERS = "/offers"
MY_ACCOUNT = "/account"
MY_CODES = "/account/sealed-codes"
MY_SEALED_SIGN_INS = "/account/sealed-sign-ins"
TOGETHER = "/together"
ROLES = "/roles"
MY_FILES = "/exports"


def link_to_confirmations(unit_id: str) -> str:
    return f"/units/{unit_id}/access/yearly"


def link_to_access(unit_id: str) -> str:
    return f"/units/{unit_id}/access"


def link_to_fallback(unit_id: str) -> str:
    return f"/units/{unit_id}/access/fallback"


def link_to_requests(unit_id: str) -> str:
    return f"/units/{unit_id}/access/requests"


def link_to_moves(unit_id: str) -> str:
    return f"/units/{unit_id}/move"


def link_to_request(request_id: str) -> str:
    return f"/access-requests/{request_id}"


def link_to_grant(grant_id: str) -> str:
    return f"/grants/{grant_id}"


def link_to_difficulty(difficulty_id: str) -> str:
    return f"/difficulties/{difficulty_id}"


def link_to_congress(congress_id: str) -> str:
    return f"/congresses/{congress_id}"


def link_to_seats(congress_id: str) -> str:
    return f"/congresses/{congress_id}/seats"
