"""What needs a second person, and confirming again what must be confirmed every year."""

from collections.abc import Callable
from typing import Any

from identity.context import Context
from identity.domain import grant_acts, grant_rights
from identity.domain import grants as rules
from identity.domain.grants import Grant
from identity.domain.questions import about_grant, about_removal
from identity.events import CONGRESS_APPROVED, GRANT_ENDED, GRANT_GIVEN, GRANT_PROPOSED
from identity.operations.aftermath import save_for_all
from identity.operations.answering import asked_for
from identity.operations.grants import changeable_grant, is_meant_for
from identity.operations.hands import hand_of
from identity.operations.second import check_asker, check_confirms, check_giver, could_give, grants_behind
from identity.operations.showing import GrantSeen, show_grants
from identity.operations.telling import What, ended_news, given_news, grant_audit, grant_news, told_to
from servicekit.access import decision as access
from servicekit.access.decision import Caller, Right
from servicekit.data.events import Event
from servicekit.refusals import Stale

# What whoever asked hears came of it.
_CAME_OF = {
    "grant.confirmed": What.CONFIRMED,
    "grant.removed_by_peers": What.CONFIRMED,
    "grant.declined": What.DECLINED,
}


def confirm_grant(context: Context, caller: Caller, grant_id: str, expected_version: int) -> GrantSeen:
    """The second person's yes to a strong role: somebody who could have given it themselves."""

    def change(grant: Grant) -> Grant:
        access.require(caller, "access:grant", grant.unit_path, context.clock.now())
        # Another form of the confirmer's own number is theirs as well.
        own_index = grant.national_index if is_meant_for(context, caller, grant) else None
        changed = grant_acts.confirm(grant, caller.accounts, context.clock.now(), own_index)
        check_giver(context, grant)
        _check_second(context, caller, grant)
        return changed

    return _save(context, caller, grant_id, expected_version, change, "grant.confirmed", GRANT_GIVEN)


def _check_second(context: Context, caller: Caller, grant: Grant) -> None:
    """Raises unless the caller could have given it themselves and is independent of whoever asks for it."""
    mine = context.store.grants_of(caller.account_id)
    above = context.store.with_chains(mine)
    good = [one for one in mine if rules.why_not(one, above, context.clock.today()) is None]
    question = about_grant(grant, hand_of(context, [grant.given_by]))
    check_confirms(context, caller, question, could_give(context, good, grant))


def decline_grant(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> GrantSeen:
    """By whoever proposed it, a superior, or whoever could say yes: a subordinate stops no superior's proposal."""

    def change(grant: Grant) -> Grant:
        access.require(caller, "access:grant", grant.unit_path, context.clock.now())
        changed = grant_acts.decline(grant, reason)
        giving = [one for one in caller.rights if one.permission == "access:grant"]
        if grant.given_by not in caller.accounts and not any(
            grant_rights.may_change(one, grant) for one in giving
        ):
            _check_second(context, caller, grant)
        return changed

    return _save(context, caller, grant_id, expected_version, change, "grant.declined", None)


def propose_removal(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> GrantSeen:
    """A peer asks for the end of another's grant; it ends when a second peer confirms."""

    def change(grant: Grant) -> Grant:
        _require_peer(context, caller, grant)
        return grant_acts.propose_removal(grant, caller.accounts, caller.name, reason, context.clock.now())

    return _save(
        context, caller, grant_id, expected_version, change, "grant.removal_proposed", GRANT_PROPOSED
    )


def confirm_removal(context: Context, caller: Caller, grant_id: str, expected_version: int) -> GrantSeen:
    def change(grant: Grant) -> Grant:
        deciding = _require_peer(context, caller, grant)
        changed = grant_acts.confirm_removal(grant, caller.accounts, context.clock.now())
        check_asked_removal(context, grant)
        asked_by = grant.removal.by if grant.removal else ""
        question = about_removal(grant, hand_of(context, [asked_by]))
        check_confirms(context, caller, question, grants_behind(context, deciding))
        return changed

    return _save(context, caller, grant_id, expected_version, change, "grant.removed_by_peers", GRANT_ENDED)


def check_asked_removal(context: Context, grant: Grant) -> None:
    """Raises AskerLostPower where whoever asked for it is no peer any more."""
    if grant.removal is not None:
        check_asker(
            *(context, grant.removal.by, grant.removal.by_name),
            lambda asker: _require_peer(context, asker, grant),
        )


def _require_peer(context: Context, caller: Caller, grant: Grant) -> list[Right]:
    """The rights that make the caller one of two who may end it."""
    access.require(caller, "access:grant", grant.unit_path, context.clock.now())
    return grant_rights.deciding_of(caller, grant)


def recertify(context: Context, caller: Caller, grant_id: str, expected_version: int) -> GrantSeen:
    """Confirmed for another year by somebody who stands over it."""

    def change(grant: Grant) -> Grant:
        changeable_grant(context, caller, grant_id)
        return grant_acts.recertify(grant, caller.accounts, context.clock.today(), context.recertify_within)

    return _save(context, caller, grant_id, expected_version, change, "grant.recertified", None)


def _save(
    context: Context,
    caller: Caller,
    grant_id: str,
    expected_version: int,
    change: Callable[[Grant], Grant],
    audited: str,
    told: str | None,
) -> GrantSeen:
    store = context.store

    def work() -> Grant:
        grant = store.grant(grant_id)
        changed = change(grant)
        if grant.version != expected_version:
            raise Stale
        why = audited.split(".")[1]
        news = _news(context, changed, told, why)
        if audited in _CAME_OF:
            asker = grant.removal.by if grant.removal else grant.given_by
            news += told_to([asker], _CAME_OF[audited], grant.unit_path, caller.accounts)
        return save_for_all(context, grant, changed, news, grant_audit(audited, changed), why)

    return show_grants(context, [store.database.in_transaction(work)])[0]


def _news(context: Context, changed: Grant, told: str | None, why: str) -> list[Event]:
    if told == GRANT_GIVEN:
        return [given_news(changed, asked_for(context.store.account(changed.account_id or "")), why=why)]
    if told == GRANT_ENDED:
        return ended_news(changed, why)
    if told == GRANT_PROPOSED and changed.removal is not None:
        about = {**grant_news(changed), "why": why, "asked_by": changed.removal.by}
        return [Event(GRANT_PROPOSED, about)]
    return []


def congress_approved(context: Context, event: dict[str, Any]) -> None:
    """A unit's next congress is approved: the offices that an earlier one gave end after their handover.

    Congresses follow each other by their deadlines; one that is approved late ends no office that a later one gave.
    """
    approved, today = CONGRESS_APPROVED.read(event["data"]), context.clock.today()
    deadline = approved.deadline
    context.store.note_congress(approved.congress_id, deadline, approved.unit_id)
    for grant in context.store.grants_in(approved.unit_id):
        if grant.mandate and deadline and deadline <= context.store.deadline_of(grant.mandate):
            continue
        ended = grant_acts.end_mandate(grant, approved.congress_id, today)
        if ended is not None:
            entry = grant_audit("grant.mandate_ended", ended, end=ended.valid_to.isoformat())
            news = Event(GRANT_ENDED, {**grant_news(ended), "why": "mandate"})
            save_for_all(context, grant, ended, [news], entry, "mandate")
