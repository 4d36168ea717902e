"""Sessions: opened, listed, ended."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from identity.context import Context, hashed
from identity.domain.accounts import Account
from identity.domain.fallback import ASSURANCE, EidNeeded
from identity.domain.sessions import AT_ONCE, Session, beyond_the_most, expires_at, holds_at
from identity.eid.attempt import SignedIn
from identity.eid.client import MAX_HINT
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry
from servicekit.refusals import NotFound

# When an eID saw whoever comes in by a key or a code: nothing that asks for a fresh sign-in is theirs to do.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def open_session(
    context: Context, account: Account, proven: SignedIn, provider: str, device: str, old_session: str
) -> str:
    """A new session with a new secret; the browser's old one ends. 256 random bits, stored only as a hash."""
    person = proven.person
    end_old_session(context, old_session)
    note_first_sign_in(context, account)
    entry = AuditEntry(
        "sign_in.accepted",
        record_type="account",
        record_id=account.id,
        actor=account.id,
        actor_name=account.name,
        details={"provider": provider, "level": person.level},
    )
    return new_session(
        context,
        account.id,
        provider,
        person.level,
        device,
        entry,
        auth_time=person.auth_time,
        eid_subject=person.subject,
        eid_session=person.eid_session,
        id_token=context.cipher.encrypt(proven.id_token) if len(proven.id_token) <= MAX_HINT else None,
    )


def end_old_session(context: Context, old_session: str) -> None:
    """In one browser there is one session, whoever's it was: a new one ends the old one."""
    old = context.store.session(hashed(old_session)) if old_session else None
    if old is not None and old.ended_at is None:
        entry = AuditEntry("session.replaced", record_type="session")
        context.store.end_sessions([old], context.clock.now(), entry)


def open_fallback_session(
    context: Context, account_id: str, unit_id: str, scope: str, until: datetime, window_id: str, device: str
) -> str:
    """By a sealed code: no eID has seen the person, and the session says so; the sign-in has its own entry.

    `unit_id`: the unit that the person was named for; nothing else that they hold is of use in it.
    """
    more = {"unit_id": unit_id, "scope": scope, "until": until, "window_id": window_id}
    note_first_sign_in(context, context.store.get_account(account_id))
    return new_session(context, account_id, "fallback", ASSURANCE, device, **more)


def note_first_sign_in(context: Context, account: Account) -> None:
    """With it the units in which this person holds access have somebody who has come."""
    if account.signed_in_at is not None:
        return
    store, now = context.store, context.clock.now()

    def work() -> None:
        store.note_first_sign_in(account.id, now)
        store.rollout.touch([one.unit_id for one in store.grants_of(account.id)], now)

    store.database.in_transaction(work)


def new_session(
    context: Context,
    account_id: str,
    provider: str,
    assurance: int,
    device: str,
    *audit: AuditEntry,
    **more: Any,
) -> str:
    """The secret of a new session, of which only the hash is stored; `more` are values that not every kind has."""
    secret, now = secrets.token_urlsafe(32), context.clock.now()
    opened = Session(hashed(secret), account_id, now, now, NEVER, assurance, provider, device[:120])
    context.store.add_session(replace(opened, **more), audit)
    end_parts(context, beyond_the_most(context.store.sessions_of(account_id)), "session.one_of_too_many")
    return secret


def end_parts(context: Context, sessions: list[Session], action: str) -> None:
    """A part at a time: together they may be too much for one transaction."""
    for start in range(0, len(sessions), AT_ONCE):
        part = sessions[start : start + AT_ONCE]
        context.store.end_sessions(part, context.clock.now(), AuditEntry(action, record_type="session"))


def end_session(context: Context, caller: Caller, session_id: str) -> None:
    """Ends one of one's own sessions."""
    mine = [
        one for one in context.store.sessions_of(caller.account_id) if public_session_id(one.id) == session_id
    ]
    if not mine:
        raise NotFound
    if caller.fallback and mine[0].id != caller.session_id:
        raise EidNeeded
    end_parts(context, mine, "session.ended")


def end_all_sessions(context: Context, caller: Caller) -> None:
    """Everywhere, this one included: after a lost phone. Raises EidNeeded: a code throws out nobody."""
    if caller.fallback:
        raise EidNeeded
    end_parts(context, context.store.sessions_of(caller.account_id), "sessions.ended")


@dataclass(frozen=True)
class SessionSeen:
    """`current`: the one in which it is looked at."""

    id: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    device: str
    provider: str
    provider_names: Mapping[str, str]
    current: bool
    fallback: bool


def sessions_of(context: Context, caller: Caller) -> list[SessionSeen]:
    now = context.clock.now()
    names = {key: client.profile.names for key, client in context.providers.items()}
    return [
        SessionSeen(
            id=public_session_id(one.id),
            created_at=one.created_at,
            last_seen=one.last_seen,
            expires_at=expires_at(one, context.session_rules),
            device=one.device,
            provider=one.provider,
            provider_names=names.get(one.provider, {}),
            current=one.id == caller.session_id,
            fallback=one.fallback,
        )
        for one in context.store.sessions_of(caller.account_id)
        if holds_at(one, context.session_rules, now)
    ]


def public_session_id(session_id: str) -> str:
    """A name for lists that is not the key that tokens and the feed use."""
    return hashed("list " + session_id)[:20]
