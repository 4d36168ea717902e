"""Offers: what waits for a person's yes, accepted or declined by them alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from identity import events
from identity.context import Context, Document
from identity.domain import grant_refusals, offers
from identity.domain.accounts import Machine
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant
from identity.operations.aftermath import save_for_all
from identity.operations.answering import answers_for
from identity.operations.bans import check_accepted, held_by_person
from identity.operations.showing import show_grants
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


def list_offers(context: Context, caller: Caller) -> list[Document]:
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
        {**one, "acts": acts(offer, for_machine=bool(one["for_machine"]))}
        for offer, one in zip(found, show_offers(context, found), strict=True)
    ]


def open_offers(context: Context, accounts: Sequence[str]) -> list[Grant]:
    """What the person may accept today, oldest first; `accounts`: the one they act with first, then their others."""
    store, today = context.store, context.clock.today()
    machines = [one.id for one in store.machines_kept_by(accounts) if not one.closed]
    found = store.offers_to([accounts[0], *machines])
    above = store.with_chains(found)
    return [one for one in found if offers.is_open(one, above, today)]


def show_offers(context: Context, grants: Sequence[Grant]) -> list[Document]:
    """Each with the permissions of its role, those to use and those only to pass on."""
    shown = []
    places = {one.id: _takes_place_of(context, one) for one in grants}
    accounts = context.store.accounts_by_id(one.account_id or "" for one in grants)
    for one in show_grants(context, list(grants)):
        role = context.roles.roles.get(str(one["role"]))
        names = dict(role.names) if role else {}
        machine = isinstance(accounts.get(one["holder"]["account_id"]), Machine)
        allowed = role.allows() if role else []
        more = {"role_names": names, "permissions": allowed, "for_machine": machine}
        shown.append({**one, **more, "takes_place_of": places[one["id"]]})
    return shown


def _takes_place_of(context: Context, grant: Grant) -> list[Document]:
    """What the person holds already, given by somebody further down: it gives way when this is accepted."""
    held = held_by_person(context, [grant.account_id or ""])
    return [
        {
            "given_by_name": one.given_by_name,
            "valid_to": one.valid_to,
            "hanging": context.store.count_hanging_on(one.id),
        }
        for one in displaced_by(context, grant, held)
    ]


def accept_offer(context: Context, caller: Caller, grant_id: str, expected_version: int) -> Document:
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
) -> Document:
    """The giver hears of it."""

    def change(grant: Grant) -> Grant:
        return offers.decline(grant, reason)

    def news(grant: Grant) -> list[Event]:
        return [Event(events.OFFER_DECLINED, _for_giver(grant))]

    said = _Answer(change, "grant.refused_by_holder", news, {"reason": reason})
    return _answer(context, caller, grant_id, expected_version, said)


def _bound(grant: Grant) -> Event:
    return Event(events.GRANT_BOUND, grant_news(grant))


def _for_giver(grant: Grant) -> Document:
    """An operator who gave the first grant has no account and no inbox."""
    return {**grant_news(grant), "account_id": grant.given_by if grant.chain else None}


def _answer(
    context: Context, caller: Caller, grant_id: str, expected_version: int, said: _Answer
) -> Document:
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
