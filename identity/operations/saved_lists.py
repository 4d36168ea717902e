"""Lists that somebody saved to come back to: kept with their account, encrypted, for them alone."""

import json

from identity.context import Context, Document
from identity.domain import saved_lists as rules
from identity.domain.fallback import EidNeeded
from servicekit.access.decision import Caller
from servicekit.refusals import SignInRequired


def saved_lists(context: Context, caller: Caller) -> list[Document]:
    """Nothing to whoever came in by a sealed code: they have not proven who they are."""
    account = context.store.account(caller.account_id)
    if account is None:
        raise SignInRequired
    return [] if caller.fallback else _shown(_known(context, account))


def save_list(context: Context, caller: Caller, name: str, address: str) -> list[Document]:
    """All of them, as they are now. Raises EidNeeded, NotAnAddressHere, TooManySaved."""
    if caller.fallback:
        raise EidNeeded
    store = context.store

    def work() -> list[Document]:
        account = store.accounts.get(caller.account_id)
        kept = rules.saved(_known(context, account), name, address)
        told = json.dumps(kept, ensure_ascii=False)
        changed = {**account, "saved_lists": context.cipher.encrypt(told) if kept else None}
        store.accounts.save(changed, account["version"])
        return _shown(kept)

    return store.database.in_transaction(work)


def _known(context: Context, account: Document) -> dict[str, str]:
    told = account.get("saved_lists")
    known: dict[str, str] = json.loads(context.cipher.decrypt(told)) if told else {}
    return known


def _shown(kept: dict[str, str]) -> list[Document]:
    return [{"name": name, "address": address} for name, address in kept.items()]
