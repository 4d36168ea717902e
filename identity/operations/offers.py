"""Offers: what waits for a person's yes, accepted or declined by them alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from identity import events
from identity.context import Context
from identity.domain import grant_refusals, offers
from identity.domain.accounts import Machine
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant
from identity.domain.roles import Allowed
from identity.operations.aftermath import save_for_all
from identity.operations.answering import answers_for
from identity.operations.bans import check_accepted, held_by_person
from identity.operations.showing import GrantSeen, show_grants
from identity.operations.succession import displaced_by, make_room, refuse_given
from identity.operations.telling import grant_audit, grant_news
from identity.store import DuplicateKeyError
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import Acts, NotFound, Stale


@dataclass(frozen=True)
class _Answer:
    """What an answer does to the grant, how it is written down, and who hears of it."""

    change: Callable[[Grant], Grant]
    audited: str
    news: Callable[[Grant], list[Event]]
    details: dict[str, str]


@dataclass(frozen=True)
class Displaced:
    """What gives way when an offer is accepted; `hanging`: how many hang on it."""

    given_by_name: str
    valid_to: date
    hanging: int


@dataclass(frozen=True, kw_only=True)
class OfferSeen(GrantSeen):
    """An offer with what its role allows, to use and to pass on."""

    role_names: Mapping[str, str]
    permissions: Sequence[Allowed]
    for_machine: bool
    takes_place_of: Sequence[Displaced]


def list_offers(context: Context, caller: Caller) -> list[OfferSeen]:
    """What waits for the caller, and for the machines that they answer for: with what it would allow.

    By a sealed code nothing: nobody answers it there.
    """
    if caller.fallback:
        return []
    found = open_offers(context, caller.accounts)
    above = context.store.with_chains(found)
    by_machine = context.store.machine(caller.account_id) is not None
    now, today = context.clock.now(), context.clock.today()

    def acts(offer: Grant, *, for_machine: bool) -> Acts:
        def check_held() -> None:
            refuse_given(context, offer, check_accepted(context, offer))

        return offers.acts_of(
            *(offer, above, caller, now, today, check_held),
            for_machine=for_machine,
            by_machine=by_machine,
        )

    return [
        replace(one, acts=acts(offer, for_machine=one.for_machine))
        for offer, one in zip(found, show_offers(context, found), strict=True)
    ]


def open_offers(context: Context, accounts: Sequence[str]) -> list[Grant]:
    """What the person may accept today, oldest first; `accounts`: the one they act with first, then their others."""
    store, today = context.store, context.clock.today()
    machines = [one.id for one in store.machines_kept_by(accounts) if not one.closed]
    found = store.offers_to([accounts[0], *machines])
    above = store.with_chains(found)
    return [one for one in found if offers.is_open(one, above, today)]


def show_offers(context: Context, grants: Sequence[Grant]) -> list[OfferSeen]:
    """Each with the permissions of its role, those to use and those only to pass on."""
    accounts = context.store.accounts_by_id(one.account_id or "" for one in grants)

    def offer(grant: Grant, shown: GrantSeen) -> OfferSeen:
        role = context.roles.roles.get(grant.role)
        return OfferSeen(
            **vars(shown),
            role_names=role.names if role else {},
            permissions=role.allows() if role else (),
            for_machine=isinstance(accounts.get(shown.holder.account_id or ""), Machine),
            takes_place_of=_takes_place_of(context, grant),
        )

    return [offer(one, shown) for one, shown in zip(grants, show_grants(context, grants), strict=True)]


def _takes_place_of(context: Context, grant: Grant) -> list[Displaced]:
    """What the person holds already, given by somebody further down: it gives way when this is accepted."""
    held = held_by_person(context, [grant.account_id or ""])
    return [
        Displaced(one.given_by_name, one.valid_to, context.store.count_hanging_on(one.id))
        for one in displaced_by(context, grant, held)
    ]


def accept_offer(context: Context, caller: Caller, grant_id: str, expected_version: int) -> OfferSeen:
    """The grant counts from now on; the session that the caller has gets its rights with its next token."""

    def change(grant: Grant) -> Grant:
        unit = context.store.units.hold(grant.unit_id)
        if unit is None or unit.path != grant.unit_path:
            raise grant_refusals.UnitJustMoved
        above = context.store.with_chains([grant])
        make_room(context, grant, check_accepted(context, grant))
        machine = context.store.machine(grant.account_id or "") is not None
        now, today = context.clock.now(), context.clock.today()
        return offers.accept(grant, above, caller.accounts, now, today, for_machine=machine)

    def news(grant: Grant) -> list[Event]:
        holder = [] if context.store.machine(grant.account_id or "") is not None else [_bound(grant)]
        return [*holder, Event(events.OFFER_ACCEPTED, _for_giver(grant))]

    try:
        return _answer(
            context, caller, grant_id, expected_version, _Answer(change, "grant.accepted", news, {})
        )
    except DuplicateKeyError as error:
        raise grant_refusals.GivenAlready from error


def decline_offer(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> OfferSeen:
    """The giver hears of it."""

    def change(grant: Grant) -> Grant:
        return offers.decline(grant, reason)

    def news(grant: Grant) -> list[Event]:
        return [Event(events.OFFER_DECLINED, _for_giver(grant))]

    said = _Answer(change, "grant.refused_by_holder", news, {"reason": reason})
    return _answer(context, caller, grant_id, expected_version, said)


def _bound(grant: Grant) -> Event:
    return Event(events.GRANT_BOUND, grant_news(grant))


def _for_giver(grant: Grant) -> dict[str, Any]:
    """An operator who gave the first grant has no account and no inbox."""
    return {**grant_news(grant), "account_id": grant.given_by if grant.chain else None}


def _answer(
    context: Context, caller: Caller, grant_id: str, expected_version: int, said: _Answer
) -> OfferSeen:
    by_machine = context.store.machine(caller.account_id) is not None
    if caller.fallback or by_machine:
        raise EidNeeded

    def work() -> Grant:
        grant = context.store.grant(grant_id)
        if not _answers(context, caller, grant):
            raise NotFound
        if grant.version != expected_version:
            raise Stale
        offers.refuse_answering(grant, caller, context.clock.today(), by_machine=by_machine)
        changed = said.change(grant)
        entry: AuditEntry = grant_audit(said.audited, changed, **said.details)
        if not changed.known_to_giver:
            # Nor is it an entry of the unit: it would say whose number it was.
            entry = replace(entry, unit_id="", unit_path=())
        return save_for_all(context, grant, changed, said.news(changed), entry, "accepted")

    return show_offers(context, [context.store.database.in_transaction(work)])[0]


def _answers(context: Context, caller: Caller, grant: Grant) -> bool:
    """Whether this is the caller's to say: their own account's, or that of a machine of theirs."""
    if grant.account_id is None:
        return False
    if grant.account_id == caller.account_id:
        return True
    machine = context.store.machine(grant.account_id)
    return machine is not None and answers_for(context, caller, machine)
