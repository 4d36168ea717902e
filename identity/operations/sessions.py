"""Sessions: opened, listed, ended."""

import secrets
from datetime import datetime
from typing import Any

from identity.domain.fallback import ASSURANCE, EidNeeded
from identity.domain.sessions import Session, expires_at, holds_at
from identity.eid.client import MAX_HINT, SignedIn
from identity.operations.outside import Document, Outside, hashed
from servicekit.access import Caller
from servicekit.events import AuditEntry
from servicekit.refusals import NotFound


def open_session(
    outside: Outside, account: Document, proven: SignedIn, provider: str, device: str, old_session: str
) -> str:
    """A new session with a new secret; the browser's old one ends. 256 random bits, stored only as a hash."""
    person = proven.person
    end_old_session(outside, old_session)
    entry = AuditEntry(
        "sign_in.accepted",
        record_type="account",
        record_id=account["_id"],
        actor=account["_id"],
        actor_name=account["name"],
        details={"provider": provider, "level": person.level},
    )
    return new_session(
        outside,
        account["_id"],
        provider,
        person.level,
        device,
        entry,
        auth_time=person.auth_time,
        eid_subject=person.subject,
        eid_session=person.eid_session,
        id_token=outside.cipher.encrypt(proven.id_token) if len(proven.id_token) <= MAX_HINT else None,
    )


def end_old_session(outside: Outside, old_session: str) -> None:
    """In one browser there is one session, whoever's it was: a new one ends the old one."""
    old = outside.store.session(hashed(old_session)) if old_session else None
    if old is not None and old.ended_at is None:
        entry = AuditEntry("session.replaced", record_type="session")
        outside.store.end_sessions([old], outside.clock.now(), entry)


def open_fallback_session(
    outside: Outside, account_id: str, unit_id: str, scope: str, until: datetime, window_id: str, device: str
) -> str:
    """By a sealed code: no eID has seen the person, and the session says so; the sign-in has its own entry.

    `unit_id`: the unit that the person was named for; nothing else that they hold is of use in it.
    """
    more = {"unit_id": unit_id, "scope": scope, "until": until, "window_id": window_id}
    return new_session(outside, account_id, "fallback", ASSURANCE, device, **more)


def new_session(
    outside: Outside,
    account_id: str,
    provider: str,
    assurance: int,
    device: str,
    *audit: AuditEntry,
    **more: Any,
) -> str:
    """The secret of a new session, of which only the hash is stored; `more` are values that not every kind has."""
    secret, now = secrets.token_urlsafe(32), outside.clock.now()
    outside.store.sessions.insert(
        {
            "_id": hashed(secret),
            "account_id": account_id,
            "created_at": now,
            "last_seen": now,
            "auth_time": now,
            "assurance": assurance,
            "provider": provider,
            "eid_subject": "",
            "eid_session": "",
            "id_token": None,
            "device": device[:120],
            "ended_at": None,
            **more,
        },
        audit=audit,
    )
    return secret


def _end(outside: Outside, sessions: list[Session], action: str) -> None:
    outside.store.end_sessions(sessions, outside.clock.now(), AuditEntry(action, record_type="session"))


def end_session(outside: Outside, caller: Caller, session_id: str) -> None:
    """Ends one of one's own sessions."""
    mine = [
        one for one in outside.store.sessions_of(caller.account_id) if public_session_id(one.id) == session_id
    ]
    if not mine:
        raise NotFound
    if caller.fallback and mine[0].id != caller.session_id:
        raise EidNeeded
    _end(outside, mine, "session.ended")


def end_all_sessions(outside: Outside, caller: Caller) -> None:
    """Everywhere, this one included: after a lost phone. Raises EidNeeded: a code throws out nobody."""
    if caller.fallback:
        raise EidNeeded
    _end(outside, outside.store.sessions_of(caller.account_id), "sessions.ended")


def sessions_of(outside: Outside, caller: Caller) -> list[Document]:
    now = outside.clock.now()
    names = {key: dict(client.profile.names) for key, client in outside.providers.items()}
    return [
        {
            "id": public_session_id(one.id),
            "created_at": one.created_at,
            "last_seen": one.last_seen,
            "expires_at": expires_at(one, outside.session_rules),
            "device": one.device,
            "provider": one.provider,
            "provider_names": names.get(one.provider, {}),
            "current": one.id == caller.session_id,
            "fallback": one.fallback,
        }
        for one in outside.store.sessions_of(caller.account_id)
        if holds_at(one, outside.session_rules, now)
    ]


def public_session_id(session_id: str) -> str:
    """A name for lists that is not the key that tokens and the feed use."""
    return hashed("list " + session_id)[:20]
