"""What identity does, a sentence each, by noun; rules are in domain, documents in store."""

from identity.operations.account import (
    about_me,
    change_me,
    contact,
    keep_draft,
    providers,
    read_draft,
    recipients,
    save_draft,
    saved_drafts,
    show_roles,
    take_draft,
)
from identity.operations.confirmations import (
    confirm_grant,
    confirm_removal,
    congress_approved,
    decline_grant,
    propose_removal,
    recertify,
)
from identity.operations.following import units_changed
from identity.operations.giving import Giving, first_administrator, grant_access
from identity.operations.grants import (
    change_grant,
    lift_ban,
    list_grants,
    preview_resumption,
    preview_revocation,
    read_grant,
    resign_grant,
)
from identity.operations.here import people_here
from identity.operations.machines import change_machine, list_machines, register_machine, token_for_machine
from identity.operations.officials import name_official_by_operator, remove_official_by_operator
from identity.operations.operator import confirm_by_operator, confirm_window_by_operator
from identity.operations.people import end_sessions_by_operator, end_sessions_of
from identity.operations.questions import explain, note_export, what_would_allow, who_may, who_sees_me
from identity.operations.role_restoring import restore_roles, role_versions
from identity.operations.sessions import (
    end_all_sessions,
    end_session,
    open_session,
    public_session_id,
    sessions_of,
)
from identity.operations.showing import number_kinds, show_grants
from identity.operations.sign_in import Arrival, Departure, account_of, begin_sign_in, finish_sign_in
from identity.operations.sign_in_refusals import AccountClosed, GrantEnded, NoGrant
from identity.operations.telling import grant_audit, grant_news
from identity.operations.tokens import (
    SEEN_EVERY,
    AudienceUnknown,
    exchange_token,
    rights_named,
    rights_of,
    token_for_session,
)
from identity.operations.yearly import to_recertify

__all__ = [
    "SEEN_EVERY",
    "AccountClosed",
    "Arrival",
    "AudienceUnknown",
    "Departure",
    "Giving",
    "GrantEnded",
    "NoGrant",
    "about_me",
    "account_of",
    "begin_sign_in",
    "change_grant",
    "change_machine",
    "change_me",
    "confirm_by_operator",
    "confirm_grant",
    "confirm_removal",
    "confirm_window_by_operator",
    "congress_approved",
    "contact",
    "decline_grant",
    "end_all_sessions",
    "end_session",
    "end_sessions_by_operator",
    "end_sessions_of",
    "exchange_token",
    "explain",
    "finish_sign_in",
    "first_administrator",
    "grant_access",
    "grant_audit",
    "grant_news",
    "keep_draft",
    "lift_ban",
    "list_grants",
    "list_machines",
    "name_official_by_operator",
    "note_export",
    "number_kinds",
    "open_session",
    "people_here",
    "preview_resumption",
    "preview_revocation",
    "propose_removal",
    "providers",
    "public_session_id",
    "read_draft",
    "read_grant",
    "recertify",
    "recipients",
    "register_machine",
    "remove_official_by_operator",
    "resign_grant",
    "restore_roles",
    "rights_named",
    "rights_of",
    "role_versions",
    "save_draft",
    "saved_drafts",
    "sessions_of",
    "show_grants",
    "show_roles",
    "take_draft",
    "to_recertify",
    "token_for_machine",
    "token_for_session",
    "units_changed",
    "what_would_allow",
    "who_may",
    "who_sees_me",
]
