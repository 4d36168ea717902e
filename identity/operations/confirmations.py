"""What needs a second person, and what must be confirmed again every year."""

from collections.abc import Callable
from datetime import timedelta

from identity.domain import grants as rules
from identity.domain.grants import Grant, NotAPeer
from identity.domain.numbers import is_same
from identity.domain.questions import about_grant, about_removal
from identity.events import GRANT_ENDED, GRANT_GIVEN, GRANT_PROPOSED
from identity.operations.answering import asked_for
from identity.operations.grants import (
    changeable_grant,
    ended_news,
    ending_grants,
    given_news,
    grant_audit,
    grant_news,
    save_for_all,
    show_grants,
    unit_within,
)
from identity.operations.outside import Document, Outside
from identity.operations.second import check_confirms, could_give, grants_behind, hand_of
from identity.store import digests_of
from servicekit import access
from servicekit.access import Caller, Right
from servicekit.events import Event
from servicekit.listing import Page, page_of
from servicekit.refusals import Stale

# What nobody has confirmed for longer than this is over and done with.
OVERDUE_SHOWN = timedelta(days=400)


def confirm_grant(outside: Outside, caller: Caller, grant_id: str, expected_version: int) -> Document:
    """The second person's yes to a strong role: somebody who could have given it themselves."""

    def change(grant: Grant) -> Grant:
        access.require(caller, "access:grant", grant.unit_path, outside.clock.now())
        own = digests_of(outside.store.account(caller.account_id) or {})
        # Another form of the confirmer's own number is theirs as well.
        own_index = grant.national_index if is_same(grant.number, own) else None
        changed = rules.confirm(grant, caller.accounts, outside.clock.now(), own_index)
        mine = outside.store.grants_of(caller.account_id)
        above = outside.store.with_chains(mine)
        good = [one for one in mine if rules.why_not(one, above, outside.clock.today()) is None]
        question = about_grant(grant, hand_of(outside, [grant.given_by]))
        check_confirms(outside, caller, question, could_give(outside, good, grant))
        return changed

    return _save(outside, grant_id, expected_version, change, "grant.confirmed", GRANT_GIVEN)


def decline_grant(
    outside: Outside, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> Document:
    def change(grant: Grant) -> Grant:
        access.require(caller, "access:grant", grant.unit_path, outside.clock.now())
        return rules.decline(grant, reason)

    return _save(outside, grant_id, expected_version, change, "grant.declined", None)


def propose_removal(
    outside: Outside, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> Document:
    """A peer asks for the end of another's grant; it ends when a second peer confirms."""

    def change(grant: Grant) -> Grant:
        _require_peer(outside, caller, grant)
        return rules.propose_removal(grant, caller.accounts, caller.name, reason, outside.clock.now())

    return _save(outside, grant_id, expected_version, change, "grant.removal_proposed", GRANT_PROPOSED)


def confirm_removal(outside: Outside, caller: Caller, grant_id: str, expected_version: int) -> Document:
    def change(grant: Grant) -> Grant:
        deciding = _require_peer(outside, caller, grant)
        changed = rules.confirm_removal(grant, caller.accounts, outside.clock.now())
        asked_by = grant.removal.by if grant.removal else ""
        question = about_removal(grant, hand_of(outside, [asked_by]))
        check_confirms(outside, caller, question, grants_behind(outside, deciding))
        return changed

    return _save(outside, grant_id, expected_version, change, "grant.removed_by_peers", GRANT_ENDED)


def _require_peer(outside: Outside, caller: Caller, grant: Grant) -> list[Right]:
    """The rights that make the caller one of two who may end it."""
    access.require(caller, "access:grant", grant.unit_path, outside.clock.now())
    mine = [right for right in caller.rights if right.permission == "access:grant"]
    found = [right for right in mine if rules.are_peers(right, grant) or rules.may_change(right, grant)]
    if not found:
        raise NotAPeer
    return found


def recertify(outside: Outside, caller: Caller, grant_id: str, expected_version: int) -> Document:
    """Confirmed for another year by somebody who stands over it."""

    def change(grant: Grant) -> Grant:
        changeable_grant(outside, caller, grant_id)
        return rules.recertify(grant, caller.accounts, outside.clock.today(), outside.recertify_within)

    return _save(outside, grant_id, expected_version, change, "grant.recertified", None)


def to_recertify(outside: Outside, caller: Caller, unit_id: str, *, after: str, limit: int) -> Page[Document]:
    """The grants of a unit and of those below it that somebody must confirm soon; the most urgent first."""
    unit_within(outside, caller, unit_id, "access:read")
    today = outside.clock.today()
    found = outside.store.to_recertify_between(today - OVERDUE_SHOWN, today + rules.RECERTIFY_NOTICE, unit_id)
    due = [grant for grant in found if rules.to_recertify(grant, today)]
    page = page_of(due, lambda grant: (str(grant.recertify_by), grant.id), after, limit)
    return Page(show_grants(outside, list(page.items)), page.next, page.total)


def _save(
    outside: Outside,
    grant_id: str,
    expected_version: int,
    change: Callable[[Grant], Grant],
    audited: str,
    told: str | None,
) -> Document:
    store = outside.store

    def work() -> Grant:
        grant = store.grant(grant_id)
        changed = change(grant)
        if grant.version != expected_version:
            raise Stale
        why, ending = audited.split(".")[1], ending_grants(outside, grant)
        about = {**grant_news(changed), "why": why}
        if changed.removal is not None:
            about["asked_by"] = changed.removal.by
        news = [Event(told, about)] if told else []
        if told == GRANT_GIVEN:
            news = [given_news(changed, asked_for(store.account(changed.account_id or "")), why=why)]
        if told == GRANT_ENDED:
            news = ended_news(changed, ending, why)
        entry = grant_audit(audited, changed, ending=len(ending))
        return save_for_all(outside, grant, changed, news, entry)

    return show_grants(outside, [store.database.in_transaction(work)])[0]


def congress_approved(outside: Outside, event: Document) -> None:
    """A unit's next congress is approved: the offices that an earlier one gave end after their handover.

    Congresses follow each other by their deadlines; one that is approved late ends no office that a later one gave.
    """
    data, today = event["data"], outside.clock.today()
    deadline = str(data.get("deadline", ""))
    outside.store.note_congress(data["congress_id"], deadline, data["unit_id"])
    for grant in outside.store.grants_in(data["unit_id"]):
        if grant.mandate and deadline and deadline <= outside.store.deadline_of(grant.mandate):
            continue
        ended = rules.end_mandate(grant, data["congress_id"], today)
        if ended is not None:
            entry = grant_audit("grant.mandate_ended", ended, end=ended.valid_to.isoformat())
            news = Event(GRANT_ENDED, {**grant_news(ended), "why": "mandate"})
            save_for_all(outside, grant, ended, [news], entry)
