"""Oneself, and what other services ask about people."""

import json
from collections.abc import Mapping
from concurrent.futures import wait
from contextlib import suppress
from datetime import UTC, datetime

from identity.domain import grants as rules
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Status
from identity.eid.client import PROBE_SECONDS
from identity.operations.fallback import sign_ins_to_confirm
from identity.operations.grants import show_grants
from identity.operations.offers import open_offers
from identity.operations.officials import own_offices
from identity.operations.outside import Document, Outside
from servicekit import access
from servicekit.access import AcceptanceAwaited, Caller
from servicekit.bulkheads import OutsideBusy
from servicekit.crypto import blind_index
from servicekit.events import AuditEntry
from servicekit.ids import new_id
from servicekit.refusals import NotFound, SignInRequired


def keep_draft(outside: Outside, caller: Caller, path: str, values: Mapping[str, str]) -> Document:
    """Keeps what was typed while the person goes through the eID again; encrypted, for an hour, for them alone."""
    draft_id = new_id()
    outside.store.keep_draft(
        {
            "_id": draft_id,
            "account_id": caller.account_id,
            "path": path,
            "values": outside.cipher.encrypt(json.dumps(dict(values), ensure_ascii=False)),
            "at": outside.clock.now(),
        }
    )
    return {"id": draft_id, "path": path, "values": dict(values)}


def take_draft(outside: Outside, caller: Caller, draft_id: str) -> Document:
    """Gives it back, once: replaying the return finds nothing."""
    kept = outside.store.take_draft(draft_id, caller.account_id)
    if kept is None:
        raise NotFound
    return {
        "id": draft_id,
        "path": kept["path"],
        "values": json.loads(outside.cipher.decrypt(kept["values"])),
    }


def about_me(outside: Outside, caller: Caller) -> Document:
    account = outside.store.account(caller.account_id)
    if account is None:
        raise SignInRequired
    held = outside.store.grants_of(caller.account_id)
    return {
        "account_id": account["_id"],
        "version": account["version"],
        "name": account["name"],
        "language": account["language"],
        "has_email": account["email"] is not None,
        "assurance": caller.assurance,
        "auth_time": caller.auth_time,
        "session_ends": caller.session_ends,
        "same_person": len(account.get("same_person", [])),
        "fallback": caller.fallback,
        "waiting": caller.waiting,
        "offers": len(open_offers(outside, caller.accounts)),
        "fallback_sign_ins": sign_ins_to_confirm(outside, caller.account_id),
        "offices": own_offices(outside, caller.account_id),
        "grants": show_grants(outside, [g for g in held if g.status is not Status.REVOKED]),
        "rights": [
            {
                "permission": right.permission,
                "unit_id": right.unit_id,
                "unit_path": list(right.unit_path),
                "reach": str(right.reach),
            }
            for right in caller.rights
        ],
    }


def change_me(outside: Outside, caller: Caller, changes: Document) -> Document:
    """Language and e-mail address; the language shows from the next token on."""
    store = outside.store
    if caller.fallback and "email" in changes:
        raise EidNeeded(field="email")
    if caller.waiting and "email" in changes:
        raise AcceptanceAwaited(field="email")

    def work() -> None:
        account = store.accounts.get(caller.account_id)
        if "language" in changes:
            account["language"] = changes["language"]
        if "email" in changes:
            account["email"] = outside.cipher.encrypt(changes["email"]) if changes["email"] else None
        store.accounts.save(
            account, account["version"], audit=[AuditEntry("account.changed", record_id=caller.account_id)]
        )
        store.raise_generations([caller.account_id], outside.clock.now())

    store.database.in_transaction(work)
    return about_me(outside, caller)


def contact(outside: Outside, account_id: str) -> Document:
    """For notifications: where a message reaches the person; `mark` tells one address from another."""
    account = outside.store.account(account_id)
    if account is None:
        raise NotFound
    email = outside.cipher.decrypt(account["email"]) if account["email"] is not None else ""
    mark = blind_index(outside.blind_key, "email", email) if email else ""
    return {"account_id": account_id, "language": account["language"], "email": email, "mark": mark}


def recipients(outside: Outside, unit_path: list[str], permission: str) -> list[Document]:
    """For notifications: whom a matter of this unit concerns, by the permission they hold over it today."""
    held = outside.store.grants_over(unit_path)
    above, today = outside.store.with_chains(held), outside.clock.today()
    reached: dict[str, None] = {}
    for grant in held:
        for right in rules.rights([grant], above, outside.roles, today):
            if right.permission == permission and grant.account_id and access.covers(right, tuple(unit_path)):
                reached[grant.account_id] = None
    accounts = outside.store.accounts_by_id(reached)
    return [{"account_id": one, "language": accounts[one]["language"]} for one in reached if one in accounts]


def show_roles(outside: Outside) -> list[Document]:
    return [
        {
            "key": role.key,
            "names": dict(role.names),
            "strong": role.strong,
            "deputies": role.deputies,
            "permissions": role.allows(),
        }
        for role in outside.roles.roles.values()
    ]


def providers(outside: Outside) -> list[Document]:
    """Each provider, and whether it answers as far as is known within a moment; nobody's thread waits for it longer."""
    with suppress(OutsideBusy), outside.eid_places.place():
        wait([client.asked() for client in outside.providers.values()], PROBE_SECONDS)
    return [
        {
            "key": client.profile.key,
            "names": dict(client.profile.names),
            "minimum_level": client.profile.minimum_level,
            "up": client.metadata.down_since is None,
            "down_since": (
                datetime.fromtimestamp(client.metadata.down_since, UTC)
                if client.metadata.down_since
                else None
            ),
        }
        for client in outside.providers.values()
    ]
