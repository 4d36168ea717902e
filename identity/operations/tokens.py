"""Tokens for sessions: short-lived, for one service each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from identity.context import AUDIENCES, Context, hashed
from identity.domain import grant_rights
from identity.domain.accounts import Account, Machine
from identity.domain.fallback import Scope, confined
from identity.domain.sessions import Session, expires_at, holds_at
from identity.operations.hands import people_behind
from identity.operations.offers import open_offers
from identity.operations.outages import after_outage, keep_looking
from servicekit.access.decision import Right
from servicekit.access.keys import TokenRefused
from servicekit.access.rights import claim_or_name, rights_claim
from servicekit.access.tokens import ACCESS_TOKEN, TOKEN_SECONDS
from servicekit.ids import new_id
from servicekit.refusals import Forbidden, SignInRequired
from servicekit.words import N_

# The gateway fetches a token again about once a minute while a person works; finer marks would only cost writes.
SEEN_EVERY = timedelta(seconds=30)


class AudienceUnknown(Forbidden):
    title = N_("There is no such service.")


@dataclass(frozen=True)
class TokenMade:
    """For one service; `expires_in` and `session_ends_in` are seconds."""

    access_token: str
    expires_in: int
    account_id: str
    session_id: str
    permissions: Sequence[str]
    owed_to: Sequence[str]
    language: str
    session_ends_in: int
    token_type: str = "Bearer"  # noqa: S105 - what kind it is
    issued_token_type: str = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105


def token_for_session(context: Context, secret: str, audience: str) -> TokenMade:
    """For the gateway: a token of the person whose session this is. Raises SignInRequired."""
    known, now = context.store.session(hashed(secret)), context.clock.now()
    keep_looking(context)
    if known is not None and known.fallback:
        known = after_outage(context, known)
    if known is None or not holds_at(known, context.session_rules, now):
        raise SignInRequired
    if now - known.last_seen > SEEN_EVERY:
        context.store.seen(known.id, now)
    end = expires_at(replace(known, last_seen=now), context.session_rules)
    return _token(context, known, audience, actor="gateway", session_ends=end)


def exchange_token(context: Context, subject_token: str, audience: str, actor: str) -> TokenMade:
    """RFC 8693: the peer `actor` holds a person's token for itself and asks for one for another service."""
    try:
        claims = context.keys.verify(subject_token, "identity", ACCESS_TOKEN, actor)
    except TokenRefused as error:
        raise SignInRequired from error
    known = context.store.session(claims.get("sid", ""))
    if known is None or not holds_at(known, context.session_rules, context.clock.now()):
        raise SignInRequired
    return _token(
        context, known, audience, actor=actor, session_ends=expires_at(known, context.session_rules)
    )


def _token(context: Context, known: Session, audience: str, actor: str, session_ends: datetime) -> TokenMade:
    if audience not in AUDIENCES:
        raise AudienceUnknown
    account = context.store.account(known.account_id)
    if account is None or account.closed:
        raise SignInRequired
    # The generation and the place in the feed are read before the grants: a change between the two makes the token too
    # old, never too strong.
    seq = context.store.newest_revocation()
    rights = _rights_in(context, known)
    now = context.clock.now()
    ends = min(now + timedelta(seconds=TOKEN_SECONDS), session_ends, _midnight(context))
    seconds = max(1, int((ends - now).total_seconds()))
    issued = int(now.timestamp())
    token = context.keys.sign(
        {
            **_about_person(account, audience, proven=not known.fallback),
            "iss": "identity",
            "aud": audience,
            "sub": account.id,
            "client_id": actor,
            "sid": known.id,
            "gen": account.generation,
            "seq": seq,
            "iat": issued,
            "exp": issued + seconds,
            "jti": new_id(),
            "acr": known.assurance,
            "auth_time": int(known.auth_time.timestamp()),
            "lang": account.language,
            "name": account.name,
            "act": {"sub": actor},
            **({"fallback": True} if known.fallback else {}),
            **({"waiting": True} if not rights and _has_offers(context, account) else {}),
            "session_ends": int(session_ends.timestamp()),
            "rights": claim_or_name(rights),
        },
        ACCESS_TOKEN,
    )
    return TokenMade(
        access_token=token,
        expires_in=seconds,
        account_id=account.id,
        session_id=known.id,
        permissions=sorted({right.permission for right in rights}),
        owed_to=sorted({one for right in rights for one in right.owed_to}),
        language=account.language,
        session_ends_in=int((session_ends - now).total_seconds()),
    )


def _rights_in(context: Context, known: Session) -> tuple[Right, ...]:
    rights = rights_of(context, known.account_id)
    if known.scope:
        return rights_by_code(context, rights, known.unit_id, (Scope(known.scope),))
    return rights


def rights_named(context: Context, session_id: str) -> dict[str, Any]:
    """For a service that holds a token of this session whose rights were too many for it: those of this moment.

    Should they have changed since the token was made, its generation is over, which the feed tells.
    """
    known = context.store.session(session_id)
    if known is None or not holds_at(known, context.session_rules, context.clock.now()):
        raise SignInRequired
    return rights_claim(_rights_in(context, known))


def _has_offers(context: Context, account: Account) -> bool:
    return bool(open_offers(context, [account.id, *account.joined]))


def _about_person(account: Account, audience: str, *, proven: bool) -> dict[str, Any]:
    """What only some services need to know, and only of some people; the number only where an eID has proven it."""
    claims: dict[str, Any] = {}
    also = [*account.same_person, *account.joined]
    if also:
        claims["also"] = also
    if isinstance(account, Machine) and account.kept_by:
        claims["kept_by"] = account.kept_by
    if proven and audience == "membership" and account.member_index:
        claims["number_index"] = account.member_index
        claims["number_forms"] = list(account.member_forms)
        claims["number_namespace"] = account.national_namespace
    return claims


def _midnight(context: Context) -> datetime:
    """Grants begin and end with the day, so no token lives across it."""
    zone = ZoneInfo(context.zone)
    tomorrow = context.clock.now().astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC)


def rights_by_code(
    context: Context, rights: Iterable[Right], unit_id: str, scopes: tuple[Scope, ...]
) -> tuple[Right, ...]:
    """Of somebody's rights those that a sign-in by a sealed code may use, in the unit that they were named for."""
    allowed = {
        permission.key
        for permission in context.roles.permissions.values()
        if any(scope in permission.fallback for scope in scopes)
    }
    return confined(rights, unit_id, allowed)


def rights_of(context: Context, account_id: str) -> tuple[Right, ...]:
    held = context.store.grants_of(account_id)
    # Of this moment: a token lives longer than what is known of roles.
    roles, above = context.roles_now, context.store.with_chains(held)
    found = grant_rights.rights(held, above, roles, context.clock.today())
    # Whoever gave it is known by all of their accounts.
    people = people_behind(context, {one for right in found for one in right.owed_to})
    return tuple(
        replace(right, owed_to=tuple(sorted(set().union(*(people[one] for one in right.owed_to)))))
        for right in found
    )
