"""Requests for access: written by somebody whom the eID has proven and nobody knows here, answered by who gives."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from identity import events, listed
from identity.context import Context, hashed
from identity.domain import asking
from identity.domain import grants as rules
from identity.domain.asking import GIVE, AccessRequest, State
from identity.eid.id_token import Person
from identity.operations.giving import Giving, GrantGiven, grant_access
from identity.operations.grants import unit_meant, unit_within
from identity.operations.joining import login_of
from identity.operations.listing import page_of_list
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.refusals import Acts, NotFound, Stale
from servicekit.web.listing import Page


class TicketOver(Exception):
    """This browser may not ask, or not any more: the person signs in again."""


@dataclass(frozen=True)
class Asked:
    """What a stranger typed, tidied and within its bounds."""

    unit_code: str
    office: str
    text: str


@dataclass(frozen=True)
class Standing:
    """What somebody who is refused may be told of their own requests. Empty days where there is none."""

    asked_on: str = ""
    declined_on: str = ""


# ---------------------------------------------------------------- the stranger


def open_ticket(context: Context, person: Person) -> tuple[str, Standing]:
    """For whom the eID has just proven: by this secret their browser may ask; and what became of what they asked."""
    account = context.store.account_by_login(login_of(person))
    if account is None:
        return "", Standing()
    account_id = account.joined_to or account.id
    secret, now = secrets.token_urlsafe(24), context.clock.now()
    context.store.asking.keep_ticket(hashed(secret), account_id, now)
    before = context.store.asking.of_account(account_id)
    return secret, _standing(context, before)


def _standing(context: Context, before: Sequence[AccessRequest]) -> Standing:
    if not before:
        return Standing()
    last, now = before[-1], context.clock.now()
    day = context.clock.day_of(last.asked_at).isoformat()
    match asking.state_of(last, now):
        case State.ASKED:
            return Standing(asked_on=day)
        case State.DECLINED:
            return Standing(declined_on=day)
        case _:
            return Standing()


def ask_for_access(context: Context, ticket: str, asked: Asked) -> None:
    """One request of a person waits at a time: a later one takes the place of an earlier one.

    Whether there is such a unit, and whether anybody is there to answer, is told to nobody: it ends alike. Raises
    TicketOver, AskedTooOften.
    """
    store, now = context.store, context.clock.now()
    account_id = store.asking.account_of_ticket(hashed(ticket), now) if ticket else ""
    account = store.account(account_id) if account_id else None
    if account is None or account.closed:
        raise TicketOver
    unit = unit_meant(context, asked.unit_code)

    def work() -> None:
        # Of two at once each is counted.
        store.hold(f"asks for access: {account_id}", f"asked for access: {unit.id if unit else ''}")
        before = store.asking.of_account(account_id)
        asking.check_often(before, now)
        if not store.asking.use_ticket(hashed(ticket)):
            raise TicketOver
        for one in before:
            if one.state is State.ASKED:
                store.asking.save(asking.replace_by_later(one, now), one.version)
        held = store.units.hold(unit.id) if unit else None
        good = held if held is not None and held.live else None
        waiting = store.asking.waiting_in(good.id, asking.WAITING_IN_UNIT, now) if good else 0
        request = AccessRequest(
            id=new_id(),
            account_id=account_id,
            name=account.name,
            office=asked.office,
            unit_code=asked.unit_code,
            unit_id=good.id if good else "",
            unit_path=good.path if good else (),
            text=asked.text,
            asked_at=now,
            shown=asking.is_shown(waiting, good.id if good else ""),
        )
        told = []
        if request.shown and not waiting:
            # Of a unit in which one waits already its administrators know; a crowd of strangers fills no inbox.
            about = {"unit_id": request.unit_id, "unit_path": list(request.unit_path)}
            told = [Event(events.ACCESS_ASKED, about)]
        store.asking.add(request, told, [_entry("access.asked", request, account_id, account.name)])

    store.database.in_transaction(work)


# ---------------------------------------------------------------- who answers


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """A request with the names of its unit; `acts` are None in answers to acts; `own`: the reader's."""

    id: str
    version: int
    name: str
    office: str
    text: str
    unit_id: str
    unit_path: Sequence[str]
    unit_names: Mapping[str, str]
    asked_at: datetime
    until: datetime
    state: State
    answered_by_name: str
    answered_at: datetime | None
    reason: str
    acts: Acts | None = None
    own: bool = False


def list_requests(
    context: Context, caller: Caller, unit_id: str, after: str, limit: int
) -> Page[RequestSeen]:
    """What waits in a unit and in those below it, the newest first."""
    unit_within(context, caller, unit_id, GIVE)
    page = page_of_list(context, listed.REQUESTS, [unit_id], after, limit, context.store.asking.by_id)
    return page.map(lambda found: _show_with_acts(context, caller, found))


def read_request(context: Context, caller: Caller, request_id: str) -> RequestSeen:
    return _show_with_acts(context, caller, [_within(context, caller, request_id)])[0]


def decline_request(
    context: Context, caller: Caller, request_id: str, reason: str, expected_version: int
) -> RequestSeen:
    request, now = _within(context, caller, request_id), context.clock.now()
    if request.version != expected_version:
        raise Stale
    declined = asking.decline(request, asking.answerer(request, caller), reason, now)
    entry = _entry("access.request_declined", declined, reason=reason)
    saved = context.store.asking.save(declined, expected_version, (), [entry])
    return _show(context, [saved])[0]


def give_on_request(
    context: Context,
    caller: Caller,
    request_id: str,
    role: str,
    valid_from: date,
    valid_to: date,
    reason: str,
    expected_version: int,
) -> GrantGiven:
    """The grant, which the person accepts at their next sign-in; all rules of giving hold."""
    store = context.store

    def work() -> GrantGiven:
        request, now = _within(context, caller, request_id), context.clock.now()
        if request.version != expected_version:
            raise Stale
        asking.require_waiting(request, now)
        by = asking.answerer(request, caller)
        wanted = Giving(
            unit_id=request.unit_id,
            role=role,
            valid_from=valid_from,
            valid_to=valid_to,
            national_number=None,
            account_id=_account_now(context, request.account_id),
            label="",
            reason=reason,
        )
        grant = grant_access(context, caller, wanted)
        given = asking.give(request, by, grant.id, now)
        store.asking.save(given, expected_version, (), [_entry("access.request_given", given)])
        return grant

    # What is refused by a rule of giving is refused before; the rest is one act with the request's end.
    rules.check_period(valid_from, valid_to, context.clock.today())
    return store.database.in_transaction(work)


def _account_now(context: Context, account_id: str) -> str:
    """The account to which one leads by now that was joined to another since its person asked: always directly."""
    account = context.store.account(account_id)
    return account.joined_to or account.id if account else account_id


def _within(context: Context, caller: Caller, request_id: str) -> AccessRequest:
    """One of a unit in which the caller gives access; one that is not listed anywhere is nobody's to see."""
    request = context.store.asking.get(request_id)
    if not request.shown:
        raise NotFound
    access.require(caller, GIVE, request.unit_path, context.clock.now())
    return request


def _show_with_acts(context: Context, caller: Caller, found: Sequence[AccessRequest]) -> list[RequestSeen]:
    now, shown = context.clock.now(), _show(context, found)
    acts = (asking.acts_of(one, caller, now) for one in found)
    own = (asking.is_own(one, caller) for one in found)
    return [replace(one, acts=may, own=is_own) for one, may, is_own in zip(shown, acts, own, strict=True)]


def _show(context: Context, found: Sequence[AccessRequest]) -> list[RequestSeen]:
    units = context.store.units.many(one.unit_id for one in found)
    now = context.clock.now()
    return [
        RequestSeen(
            id=one.id,
            version=one.version,
            name=one.name,
            office=one.office,
            text=one.text,
            unit_id=one.unit_id,
            unit_path=one.unit_path,
            unit_names=units[one.unit_id].names if one.unit_id in units else {},
            asked_at=one.asked_at,
            until=one.until,
            state=asking.state_of(one, now),
            answered_by_name=one.answered_by_name,
            answered_at=one.answered_at,
            reason=one.reason,
        )
        for one in found
    ]


def _entry(
    action: str, request: AccessRequest, actor: str = "", name: str = "", **details: str
) -> AuditEntry:
    return AuditEntry(
        action,
        unit_id=request.unit_id,
        unit_path=request.unit_path,
        record_type="access_request",
        record_id=request.id,
        subject_id=request.account_id,
        details=details,
        **({"actor": actor, "actor_name": name} if actor else {}),
    )
