"""Lists that somebody saved to come back to: kept with their account, encrypted, for them alone."""

import json
from dataclasses import dataclass, replace

from identity.context import Context
from identity.domain import saved_lists as rules
from identity.domain.accounts import Account
from identity.domain.fallback import EidNeeded
from servicekit.access.decision import Caller
from servicekit.refusals import SignInRequired


@dataclass(frozen=True)
class SavedList:
    name: str
    address: str


def saved_lists(context: Context, caller: Caller) -> list[SavedList]:
    """Nothing to whoever came in by a sealed code: they have not proven who they are."""
    account = context.store.account(caller.account_id)
    if account is None:
        raise SignInRequired
    return [] if caller.fallback else _shown(_known(context, account))


def save_list(context: Context, caller: Caller, name: str, address: str) -> list[SavedList]:
    """All of them, as they are now. Raises EidNeeded, NotAnAddressHere, TooManySaved."""
    if caller.fallback:
        raise EidNeeded
    store = context.store

    def work() -> list[SavedList]:
        account = store.get_account(caller.account_id)
        kept = rules.saved(_known(context, account), name, address)
        told = json.dumps(kept, ensure_ascii=False)
        sealed = context.cipher.encrypt(told) if kept else None
        store.save_account(replace(account, saved_lists=sealed), account.version)
        return _shown(kept)

    return store.database.in_transaction(work)


def _known(context: Context, account: Account) -> dict[str, str]:
    told = account.saved_lists
    known: dict[str, str] = json.loads(context.cipher.decrypt(told)) if told else {}
    return known


def _shown(kept: dict[str, str]) -> list[SavedList]:
    return [SavedList(name, address) for name, address in kept.items()]
