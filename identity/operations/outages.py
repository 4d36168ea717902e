"""Whether the eID of an account answers again, asked without waiting for it."""

from dataclasses import replace
from datetime import datetime, timedelta

from identity.context import Context
from identity.domain.accounts import Account
from identity.domain.fallback import ends_after_outage
from identity.domain.sessions import Session
from identity.eid.client import EidClient

# Finer marks would only cost writes.
NOTED_EVERY = timedelta(seconds=10)


def eids_of(context: Context, account: Account) -> list[EidClient]:
    """The configured providers through which this person signs in, by whichever of their accounts.

    None where each was taken out of the configuration: nobody can say then that such an eID is silent.
    """
    others = context.store.accounts_by_id(account.others)
    logins = [account.login, *(one.login for one in others.values())]
    issuers = {login.partition(" ")[0] for login in logins}
    return [client for client in context.providers.values() if client.profile.issuer in issuers]


def after_outage(context: Context, known: Session) -> Session:
    """The session by code, with an end soon once the eID of its person answers again."""
    account = context.store.account(known.account_id)
    clients = eids_of(context, account) if account else []
    for client in clients:
        client.look_again()
    now = context.clock.now()
    if known.until is None:
        return known
    if not clients:
        # No eID of theirs is left that could be silent, so there is no outage to bridge.
        context.store.end_fallback_session_by(known.id, known.created_at)
        return replace(known, until=known.created_at)
    since = known.silent_at or known.created_at
    if not any(_heard_after(client, since) for client in clients):
        if any(client.metadata.down_since is not None for client in clients) and now - since > NOTED_EVERY:
            context.store.note_silent(known.id, now)
            return replace(known, silent_at=now)
        return known
    # Another worker may have seen it silent later than this one.
    until = ends_after_outage(since, known.until)
    if until < known.until:
        context.store.end_fallback_session_by(known.id, until)
    return replace(known, until=until)


def keep_looking(context: Context) -> None:
    """While an eID is silent, whoever works inside has it looked for; nobody waits."""
    for client in context.providers.values():
        if client.metadata.down_since is not None:
            client.look_again()


def _heard_after(client: EidClient, moment: datetime) -> bool:
    heard = client.metadata.heard_at()
    return heard is not None and heard > moment.timestamp()
