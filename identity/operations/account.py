"""Oneself, and what other services ask about people."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from identity.context import Context
from identity.domain import grant_rights
from identity.domain.accounts import Account
from identity.domain.attempts import Draft
from identity.domain.contact import KINDS, PHONE, NotAnOfficePhone, changed
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Status
from identity.domain.roles import Allowed
from identity.operations.fallback import OwnSignIn, sign_ins_to_confirm
from identity.operations.offers import open_offers
from identity.operations.offices import released
from identity.operations.officials import OwnOffice, own_offices
from identity.operations.showing import GrantSeen, own_grants, within_session
from servicekit.access import decision as access
from servicekit.access.decision import AcceptanceAwaited, Caller, Right
from servicekit.data.crypto import blind_index
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from, new_id
from servicekit.refusals import NotFound, SignInRequired, Stale
from servicekit.serving.bulkheads import OutsideBusy
from servicekit.words.contacts import NotAPhone, phone

# So that every page which shows the eIDs has the answer in the time that a page has, also while one of them hangs.
TOLD_WITHIN_SECONDS = 1.2


@dataclass(frozen=True)
class DraftSeen:
    id: str
    path: str
    values: Mapping[str, str]
    version: int
    saved_at: datetime


@dataclass(frozen=True)
class Me:
    """Oneself: `released` by kind; `same_person`: how many other accounts are of the same number."""

    account_id: str
    version: int
    name: str
    language: str
    has_email: bool
    released: Mapping[str, str]
    assurance: int
    auth_time: datetime | None
    session_ends: datetime | None
    same_person: int
    fallback: bool
    waiting: bool
    offers: int
    fallback_sign_ins: Sequence[OwnSignIn]
    offices: Sequence[OwnOffice]
    grants: Sequence[GrantSeen]
    rights: Sequence[Right]


@dataclass(frozen=True)
class Contact:
    """`mark` tells one address from another."""

    account_id: str
    language: str
    email: str
    mark: str


@dataclass(frozen=True)
class Recipient:
    account_id: str
    language: str


@dataclass(frozen=True)
class RoleSeen:
    key: str
    names: Mapping[str, str]
    strong: bool
    deputies: bool
    withdrawn: bool
    permissions: Sequence[Allowed]


@dataclass(frozen=True)
class ProviderSeen:
    """`up`: whether it answers; `down_since`: since when it was not heard."""

    key: str
    names: Mapping[str, str]
    minimum_level: int
    up: bool
    down_since: datetime | None


def keep_draft(context: Context, caller: Caller, path: str, values: Mapping[str, str]) -> DraftSeen:
    """Keeps what was typed while the person goes through the eID again; encrypted, for an hour, for them alone."""
    draft_id = new_id()
    context.store.keep_draft(
        Draft(
            id=draft_id,
            account_id=caller.account_id,
            path=path,
            values=context.cipher.encrypt(json.dumps(dict(values), ensure_ascii=False)),
            at=context.clock.now(),
            by_code=caller.fallback,
        )
    )
    return DraftSeen(draft_id, path, values, 0, context.clock.now())


def save_draft(
    context: Context, caller: Caller, path: str, values: Mapping[str, str], expected_version: int
) -> DraftSeen:
    """Keeps what is being written into the form at this path, one draft a person, until it is taken."""
    draft = Draft(
        id=_saved_id(caller, path),
        account_id=caller.account_id,
        path=path,
        values=context.cipher.encrypt(json.dumps(dict(values), ensure_ascii=False)),
        at=context.clock.now(),
        version=expected_version + 1,
        by_code=caller.fallback,
    )
    if not context.store.save_draft(draft):
        raise Stale
    return _shown(context, draft)


def saved_drafts(context: Context, caller: Caller, path: str) -> list[DraftSeen]:
    """What this person has saved of the form at this path: one, or none."""
    found = _own_draft(context, caller, _saved_id(caller, path))
    return [_shown(context, found)] if found else []


def _saved_id(caller: Caller, path: str) -> str:
    return id_from("draft", caller.account_id, path, *(["by code"] if caller.fallback else []))


def _own_draft(context: Context, caller: Caller, draft_id: str) -> Draft | None:
    found = context.store.draft(draft_id, caller.account_id)
    return found if found is not None and found.by_code is caller.fallback else None


def read_draft(context: Context, caller: Caller, draft_id: str) -> DraftSeen:
    """As often as its owner asks, while it is kept: a page that is loaded twice shows it twice."""
    return _shown(context, _own_draft(context, caller, draft_id))


def take_draft(context: Context, caller: Caller, draft_id: str) -> DraftSeen:
    """Gives it back, once: what was taken is gone."""
    if _own_draft(context, caller, draft_id) is None:
        raise NotFound
    return _shown(context, context.store.take_draft(draft_id, caller.account_id))


def _shown(context: Context, kept: Draft | None) -> DraftSeen:
    if kept is None:
        raise NotFound
    values = json.loads(context.cipher.decrypt(kept.values))
    return DraftSeen(kept.id, kept.path, values, kept.version, kept.at)


def about_me(context: Context, caller: Caller) -> Me:
    account = context.store.account(caller.account_id)
    if account is None:
        raise SignInRequired
    held = within_session(caller, context.store.grants_of(caller.account_id))
    # Whoever holds a sealed code has not proven who they are: nothing of other units, and no numbers of the person.
    shown = dict.fromkeys(KINDS, "") if caller.fallback else released(context, account)
    return Me(
        account_id=account.id,
        version=account.version,
        name=account.name,
        language=account.language,
        has_email=account.email is not None,
        released=shown,
        assurance=caller.assurance,
        auth_time=caller.auth_time,
        session_ends=caller.session_ends,
        same_person=len(account.same_person),
        fallback=caller.fallback,
        waiting=caller.waiting,
        offers=0 if caller.fallback else len(open_offers(context, caller.accounts)),
        fallback_sign_ins=sign_ins_to_confirm(context, caller.account_id),
        offices=own_offices(context, caller),
        # Up to a thousand: what one may do with each its own page says.
        grants=own_grants(context, [g for g in held if g.status is not Status.REVOKED]),
        rights=caller.rights,
    )


def change_me(context: Context, caller: Caller, changes: Mapping[str, Any]) -> Me:
    """Language, e-mail address, and what is released; the language shows from the next token on."""
    store = context.store
    for name in ("email", *KINDS):
        if caller.fallback and name in changes:
            raise EidNeeded(field=name)
        if caller.waiting and name in changes:
            raise AcceptanceAwaited(field=name)
    wanted = _wanted(context, changes)

    def work() -> None:
        account = store.get_account(caller.account_id)
        if "language" in changes:
            account = replace(account, language=changes["language"])
        if "email" in changes:
            email = context.cipher.encrypt(changes["email"]) if changes["email"] else None
            account = replace(account, email=email)
        audit = [AuditEntry("account.changed", record_id=caller.account_id)] if _OTHERS & set(changes) else []
        account, released_now = _release(context, account, wanted)
        store.save_account(account, account.version, audit=[*audit, *released_now])
        if _OTHERS & changes.keys():
            store.raise_generations([caller.account_id], context.clock.now())

    store.database.in_transaction(work)
    return about_me(context, caller)


_OTHERS = {"language", "email"}


def _wanted(context: Context, changes: Mapping[str, Any]) -> dict[str, str | None]:
    """Raises NotAnOfficePhone."""
    wanted = {kind: changes[kind] for kind in KINDS if kind in changes}
    if wanted.get(PHONE):
        try:
            wanted[PHONE] = phone(wanted[PHONE], context.country)
        except NotAPhone as error:
            raise NotAnOfficePhone(field=PHONE) from error
    return wanted


def _release(
    context: Context, account: Account, wanted: Mapping[str, str | None]
) -> tuple[Account, list[AuditEntry]]:
    """Which kinds, and never what they say."""
    change = changed(released(context, account), wanted)
    kept = {kind: text for kind, text in account.released.items() if kind not in change.withdrawn}
    kept |= {kind: context.cipher.encrypt(wanted[kind] or "") for kind in change.released}
    acts = (("contact.released", change.released), ("contact.withdrawn", change.withdrawn))
    person = account.id
    return replace(account, released=kept), [
        AuditEntry(
            *(act, "", (), "account", person), subject_id=person, details={"contact": ", ".join(kinds)}
        )
        for act, kinds in acts
        if kinds
    ]


def contact(context: Context, account_id: str) -> Contact:
    """For notifications: where a message reaches the person."""
    account = context.store.account(account_id)
    if account is None:
        raise NotFound
    email = context.cipher.decrypt(account.email) if account.email is not None else ""
    mark = blind_index(context.blind_key, "email", email) if email else ""
    return Contact(account_id, account.language, email, mark)


def recipients(context: Context, unit_path: list[str], permission: str) -> list[Recipient]:
    """For notifications: whom a matter of this unit concerns, by the permission they hold over it today."""
    held = context.store.grants_over(unit_path)
    above, today = context.store.with_chains(held), context.clock.today()
    reached: dict[str, None] = {}
    for grant in held:
        for right in grant_rights.rights([grant], above, context.roles, today):
            if right.permission == permission and grant.account_id and access.covers(right, tuple(unit_path)):
                reached[grant.account_id] = None
    accounts = context.store.accounts_by_id(reached)
    return [Recipient(one, accounts[one].language) for one in reached if one in accounts]


def show_roles(context: Context) -> list[RoleSeen]:
    """Withdrawn ones too: what was given by them has their name."""
    return [
        RoleSeen(role.key, role.names, role.strong, role.deputies, role.withdrawn, role.allows())
        for role in context.roles.roles.values()
    ]


def providers(context: Context) -> list[ProviderSeen]:
    """Each provider, and whether it answers. One that keeps us waiting now is told of as one that does not."""
    asked: dict[str, Future[bool]] = {}
    with suppress(OutsideBusy), context.eid_places.place():
        asked = {client.profile.key: client.asked() for client in context.providers.values()}
        wait(asked.values(), TOLD_WITHIN_SECONDS)
    silent = {key for key, answer in asked.items() if not answer.done()}
    return [
        ProviderSeen(
            key=client.profile.key,
            names=client.profile.names,
            minimum_level=client.profile.minimum_level,
            up=client.metadata.down_since is None and client.profile.key not in silent,
            down_since=(
                datetime.fromtimestamp(client.metadata.down_since, UTC)
                if client.metadata.down_since
                else None
            ),
        )
        for client in context.providers.values()
    ]
