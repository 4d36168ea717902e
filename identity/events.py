"""The events that identity tells: names and what they carry."""

GRANT_GIVEN = "grant.given"
# The holder has accepted it, so that it counts.
GRANT_BOUND = "grant.bound"
# To whoever is to accept it; and to the giver, with their account as {account_id}, what came of it.
OFFER_MADE = "offer.made"
OFFER_ACCEPTED = "offer.accepted"
OFFER_DECLINED = "offer.declined"
GRANT_ENDED = "grant.ended"
# Many at once, because of another change: {grants: [like the others], why: as on their pages}.
GRANTS_ENDED = "grants.ended"
# Likewise, of what had stopped with it and goes on.
GRANTS_REVIVED = "grants.revived"
# To whoever gave it, as {account_id}: it stopped for another's word, by {why}: replaced, or held-back under a ban.
GRANT_DISPLACED = "grant.displaced"
# A strong role, a longer period of one, or a peer's removal waits for a second person: with {asked_by}.
GRANT_PROPOSED = "grant.proposed"
# By its date, soon: with {date}.
GRANT_ENDING = "grant.ending"
# Told about the unit above them, counted: {unit_id, unit_path, count, date}.
GRANTS_TO_CONFIRM = "grants.to_confirm"
GRANTS_UNCONFIRMED = "grants.unconfirmed"
# Of these units below it nobody gives access any more after the day: like them.
UNITS_LEFT_ALONE = "units.left_alone"
# Acts on a person, told to them and from above them: {account_id, unit_id, unit_path, asked_by}.
SESSIONS_ENDED = "sessions.ended"
OFFICIAL_NAMED = "fallback.official_named"
OFFICIAL_REMOVED = "fallback.official_removed"
CODES_DRAWN = "fallback.codes_drawn"
ENTERED_BY_CODE = "fallback.entered"
# Somebody asks two administrators of the topmost unit for such an act: like a window.
JOINT_ACT_ASKED = "joint_act.asked"
# What the keeper made of a hand-over that was cut off: like a grant, {account_id: whoever asked for it}.
HANDOVER_FINISHED = "handover.finished"
HANDOVER_STOPPED = "handover.stopped"
# A stranger asks for access in a unit: {unit_id, unit_path}; who they are is not told by message.
ACCESS_ASKED = "access.asked"
# Somebody asks for a window while the eID is down: with {asked_by}.
FALLBACK_ASKED = "fallback.asked"
# A person says through the eID that a sign-in by code was not theirs.
FALLBACK_DENIED = "fallback.denied"
# What came of it, or was done to what was theirs, told to whoever was not there: {accounts, what, unit_id, unit_path}.
ACT_TOLD = "act.told"
# Two accounts of one person became one: {account_id: that stays, other: that closed}.
ACCOUNTS_JOINED = "accounts.joined"

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
    HANDOVER_FINISHED,
    HANDOVER_STOPPED,
    ACCESS_ASKED,
    FALLBACK_ASKED,
    FALLBACK_DENIED,
    ACT_TOLD,
    ACCOUNTS_JOINED,
)
HEARD = ("units.changed", "congress.approved", "unit.move_asked")
