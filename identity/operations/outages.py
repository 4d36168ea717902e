"""Whether the eID of an account answers again, asked without waiting for it."""

from dataclasses import replace
from datetime import UTC, datetime

from identity.domain.fallback import ends_after_outage
from identity.domain.sessions import Session
from identity.eid.client import EidClient
from identity.operations.outside import Document, Outside


def eids_of(outside: Outside, account: Document) -> list[EidClient]:
    """The configured providers through which this account signs in."""
    issuer = account["login"].partition(" ")[0]
    return [client for client in outside.providers.values() if client.profile.issuer == issuer]


def after_outage(outside: Outside, known: Session) -> Session:
    """The session by code, with an end soon once the eID of its person answers again."""
    account = outside.store.account(known.account_id)
    since = _answering_since(outside, account, known.created_at) if account else None
    if since is None or known.until is None:
        return known
    until = ends_after_outage(since, known.until)
    if until < known.until:
        outside.store.end_fallback_session_by(known.id, until)
    return replace(known, until=until)


def _answering_since(outside: Outside, account: Document, after: datetime) -> datetime | None:
    """When it was heard after that time; None while it does not answer, or nobody knows yet."""
    found = []
    for client in eids_of(outside, account):
        client.look_again()
        heard = client.metadata.heard_at()
        if heard is not None and heard > after.timestamp():
            found.append(datetime.fromtimestamp(heard, UTC))
    return min(found, default=None)
