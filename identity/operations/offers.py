"""Offers: what waits for a person's yes, accepted or declined by them alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from identity import events
from identity.domain import grants as rules
from identity.domain import offers
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant, GrantOver
from identity.operations.answering import answers_for, is_machine
from identity.operations.bans import check_accepted
from identity.operations.grants import grant_audit, grant_news, save_for_all, show_grants
from identity.operations.outside import Document, Outside
from identity.operations.succession import make_room
from identity.store import DuplicateKeyError
from servicekit.access import Caller
from servicekit.events import AuditEntry, Event
from servicekit.refusals import NotFound, Stale


@dataclass(frozen=True)
class _Answer:
    """What an answer does to the grant, how it is written down, and who hears of it."""

    change: Callable[[Grant], Grant]
    audited: str
    news: Callable[[Grant], list[Event]]
    details: dict[str, str]


def list_offers(outside: Outside, caller: Caller) -> list[Document]:
    """What waits for the caller, and for the machines that they answer for: with what it would allow."""
    return show_offers(outside, open_offers(outside, caller.accounts))


def open_offers(outside: Outside, accounts: Sequence[str]) -> list[Grant]:
    """What the person may accept today, oldest first; `accounts`: the one they act with first, then their others."""
    store, today = outside.store, outside.clock.today()
    machines = [one["_id"] for one in store.machines_kept_by(accounts) if not one["closed"]]
    found = store.offers_to([accounts[0], *machines])
    above = store.with_chains(found)
    return [one for one in found if offers.is_open(one, above, today)]


def show_offers(outside: Outside, grants: Sequence[Grant]) -> list[Document]:
    """Each with the permissions of its role, those to use and those only to pass on."""
    shown = []
    accounts = outside.store.accounts_by_id(one.account_id or "" for one in grants)
    for one in show_grants(outside, list(grants)):
        role = outside.roles.roles.get(str(one["role"]))
        names = dict(role.names) if role else {}
        machine = is_machine(accounts.get(one["holder"]["account_id"]))
        allowed = role.allows() if role else []
        shown.append({**one, "role_names": names, "permissions": allowed, "for_machine": machine})
    return shown


def accept_offer(outside: Outside, caller: Caller, grant_id: str, expected_version: int) -> Document:
    """The grant counts from now on; the session that the caller has gets its rights with its next token."""

    def change(grant: Grant) -> Grant:
        unit = outside.store.units.hold(grant.unit_id)
        if unit is None or unit.path != grant.unit_path:
            raise rules.UnitJustMoved
        above = outside.store.with_chains([grant])
        make_room(outside, grant, check_accepted(outside, grant))
        machine = is_machine(outside.store.account(grant.account_id or ""))
        now, today = outside.clock.now(), outside.clock.today()
        return offers.accept(grant, above, caller.accounts, now, today, for_machine=machine)

    def news(grant: Grant) -> list[Event]:
        holder = [] if is_machine(outside.store.account(grant.account_id or "")) else [_bound(grant)]
        return [*holder, Event(events.OFFER_ACCEPTED, _for_giver(grant))]

    try:
        return _answer(
            outside, caller, grant_id, expected_version, _Answer(change, "grant.accepted", news, {})
        )
    except DuplicateKeyError as error:
        raise rules.GivenAlready from error


def decline_offer(
    outside: Outside, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> Document:
    """The giver hears of it."""

    def change(grant: Grant) -> Grant:
        return offers.decline(grant, reason)

    def news(grant: Grant) -> list[Event]:
        return [Event(events.OFFER_DECLINED, _for_giver(grant))]

    said = _Answer(change, "grant.refused_by_holder", news, {"reason": reason})
    return _answer(outside, caller, grant_id, expected_version, said)


def _bound(grant: Grant) -> Event:
    return Event(events.GRANT_BOUND, grant_news(grant))


def _for_giver(grant: Grant) -> Document:
    """An operator who gave the first grant has no account and no inbox."""
    return {**grant_news(grant), "account_id": grant.given_by if grant.chain else None}


def _answer(
    outside: Outside, caller: Caller, grant_id: str, expected_version: int, said: _Answer
) -> Document:
    if caller.fallback or is_machine(outside.store.account(caller.account_id)):
        raise EidNeeded

    def work() -> Grant:
        grant = outside.store.grant(grant_id)
        if not _answers(outside, caller, grant):
            raise NotFound
        if grant.version != expected_version:
            raise Stale
        if outside.clock.today() > grant.valid_to:
            raise GrantOver
        changed = said.change(grant)
        entry: AuditEntry = grant_audit(said.audited, changed, **said.details)
        if not changed.known_to_giver:
            # Nor is it an entry of the unit: it would say whose number it was.
            entry = replace(entry, unit_id="", unit_path=())
        return save_for_all(outside, grant, changed, said.news(changed), entry)

    return show_offers(outside, [outside.store.database.in_transaction(work)])[0]


def _answers(outside: Outside, caller: Caller, grant: Grant) -> bool:
    """Whether this is the caller's to say: their own account's, or that of a machine of theirs."""
    if grant.account_id is None:
        return False
    if grant.account_id == caller.account_id:
        return True
    account = outside.store.account(grant.account_id)
    return account is not None and is_machine(account) and answers_for(outside, caller, account)
