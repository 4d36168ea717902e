"""How sessions end with the eID: signing out here and there, and the provider's own word that somebody did."""

import hashlib
import secrets

from identity.context import Context
from identity.domain.attempts import Farewell
from identity.eid.client import EidClient
from identity.eid.logout_token import LoggedOut
from identity.eid.refused import NotVerified, SignInRefused
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry
from servicekit.refusals import Malformed, NotFound, Unavailable
from servicekit.words import N_

SIGNED_OUT = "/sign-in?signed_out=1"


class LogoutTokenRefused(Malformed):
    title = N_("This logout token is not good.")


class EidKeysUnknown(Unavailable):
    title = N_("The eID's keys cannot be fetched, so its word cannot be checked.")


def sign_out(context: Context, caller: Caller, public_url: str) -> str:
    """Ends the caller's session; the path to go on to, by way of the provider where it has a logout."""
    session = context.store.session(caller.session_id)
    if session is None or session.account_id != caller.account_id or session.ended_at is not None:
        return SIGNED_OUT
    context.store.end_sessions([session], context.clock.now(), AuditEntry("sign_out", record_type="session"))
    client = context.providers.get(session.provider)
    sealed = session.id_token
    url = (
        client.logout_url(context.cipher.decrypt(sealed) if sealed else "", f"{public_url}/")
        if client
        else None
    )
    return f"/sign-out/at-eid/{_keep(context, url)}" if url else SIGNED_OUT


def _keep(context: Context, url: str) -> str:
    """A ticket for an address with an ID token in it, good once."""
    ticket = secrets.token_urlsafe(24)
    farewell = Farewell(_hash(ticket), context.cipher.encrypt(url), context.clock.now())
    context.store.keep_farewell(farewell)
    return ticket


def way_out(context: Context, ticket: str) -> str | None:
    kept = context.store.take_farewell(_hash(ticket))
    return context.cipher.decrypt(kept.url) if kept else None


def logged_out_at_eid(context: Context, provider: str, logout_token: str) -> None:
    """Ends what the provider says has ended. Raises NotFound, LogoutTokenRefused, EidKeysUnknown."""
    client: EidClient | None = context.providers.get(provider)
    if client is None:
        raise NotFound
    try:
        told = client.logged_out(logout_token)
        name = _hash(f"{client.profile.issuer} {told.jti}")
        # One write: a token that was used up and ended nothing would be refused when it is sent again.
        context.store.database.in_transaction(lambda: _end_told(context, provider, name, told))
    except SignInRefused as refusal:
        details = {"provider": provider, "code": refusal.code, "reason": refusal.reason}
        context.store.notes.record(AuditEntry("logout.refused", outcome="refused", details=details))
        if refusal.code == "eid-unavailable":
            raise EidKeysUnknown(retry_after=5) from refusal
        raise LogoutTokenRefused from refusal


def _end_told(context: Context, provider: str, name: str, told: LoggedOut) -> None:
    if not context.store.first_use(name, context.clock.now()):
        raise NotVerified("logout token: jti was used before")
    ended = context.store.sessions_at_eid(provider, told.subject, told.eid_session)
    entry = AuditEntry("session.ended_by_eid", record_type="session", details={"provider": provider})
    context.store.end_sessions(ended, context.clock.now(), entry)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
