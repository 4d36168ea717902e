"""Officials for outages of the eID: named by whoever stands above them, with codes that only they ever see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity import events, listed
from identity.context import Context, UnitUnknown
from identity.domain import fallback as rules
from identity.domain import grant_rights
from identity.domain.accounts import Machine
from identity.domain.fallback import EidNeeded, Scope
from identity.domain.grants import Grant
from identity.domain.officials import Official, id_of
from identity.domain.standing import NotAbovePerson, stands_above
from identity.operations.giving import new_code
from identity.operations.grants import live_unit_within, unit_within
from identity.operations.listing import page_of_list
from identity.operations.standing import Person, person_of, require_standing, resting, somebody_stands_above
from identity.operations.tokens import rights_by_code
from servicekit.access.decision import Caller, SignInTooOld
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import NotFound
from servicekit.web.listing import Page


@dataclass(frozen=True)
class OfficialSeen:
    """An official as those see them who read access."""

    account_id: str
    name: str
    unit_id: str
    named_by_name: str
    named_at: datetime
    codes_left: int


@dataclass(frozen=True)
class CodesDrawn(OfficialSeen):
    """To the official alone, in this answer and in no other."""

    codes: Sequence[str]


@dataclass(frozen=True)
class OwnOffice:
    """A unit that the reader is named for."""

    unit_id: str
    unit_names: Mapping[str, str]
    named_by_name: str
    named_at: datetime
    codes_left: int


def name_official(context: Context, caller: Caller, account_id: str, unit_id: str) -> OfficialSeen:
    """Names somebody who may come in by sealed codes; they draw the codes themselves. Raises NotAbovePerson."""
    path = live_unit_within(context, caller, unit_id, "access:grant")
    if account_id in caller.accounts:
        person = person_of(context, account_id)
        if person is None or somebody_stands_above(context, person):
            raise rules.HasSuperior(field="account_id")
    else:
        person = require_standing(context, caller, account_id)
    return put_official(context, person, unit_id, path, caller.account_id, caller.name)


def name_official_by_operator(context: Context, account_id: str, unit_code: str, reason: str) -> OfficialSeen:
    """At the machine, for whoever has nobody above them. Raises NotFound, UnitUnknown."""
    unit, person = context.store.units.by_code(unit_code), person_of(context, account_id)
    if unit is None:
        raise UnitUnknown(field="unit")
    if person is None:
        raise NotFound(field="account")
    return put_official(context, person, unit.id, unit.path, "", "", reason)


def put_official(
    context: Context,
    person: Person,
    unit_id: str,
    path: tuple[str, ...],
    by: str,
    by_name: str,
    reason: str = "",
) -> OfficialSeen:
    """Once it is known that this may be done to this person; `by` is empty for the operator."""
    store, now = context.store, context.clock.now()
    if isinstance(person.account, Machine):
        raise NotFound(field="account_id")
    if not _usable(context, [grant for grant in person.live if grant.unit_id == unit_id], unit_id):
        raise rules.NoOfficeHere(field="account_id")
    official = Official(id_of(person.id, unit_id), person.id, unit_id, path, now, by, by_name)
    entry = AuditEntry(
        *("fallback.official_named", unit_id, path, "account", person.id),
        subject_id=person.id,
        details={"reason": reason} if reason else {},
    )
    news = Event(events.OFFICIAL_NAMED, told_about(person.id, path, by))
    stored = store.fallback.put_official(official, [news], [entry])
    left = store.fallback.codes_left([stored.id])
    return show_official(stored, person.account.name, left.get(stored.id, 0))


def draw_codes(context: Context, caller: Caller, unit_id: str) -> CodesDrawn:
    """The official's own: five new codes, shown this once, to somebody whom the eID has just seen."""
    if caller.fallback or context.store.machine(caller.account_id) is not None:
        raise EidNeeded
    now = context.clock.now()
    official = context.store.fallback.official(caller.account_id, unit_id)
    if official is None:
        raise rules.NotNamed(field="unit_id")
    if caller.auth_time is None or now - caller.auth_time > rules.DRAWN_WITHIN:
        raise SignInTooOld
    path = official.unit_path
    codes = [new_code() for _ in range(rules.CODES)]
    entry = AuditEntry(
        *("fallback.codes_drawn", unit_id, path, "account", caller.account_id), subject_id=caller.account_id
    )
    news = Event(events.CODES_DRAWN, told_about(official.account_id, path, caller.account_id))
    digests = [context.fallback_index(code) for code in codes]
    context.store.fallback.put_codes(official, digests, [news], [entry])
    return CodesDrawn(**vars(show_official(official, caller.name, len(codes))), codes=codes)


def own_offices(context: Context, caller: Caller) -> list[OwnOffice]:
    """The units that this person is named for, with how many codes they have left; by a code its own unit alone."""
    found = context.store.fallback.officials_of(caller.account_id)
    if caller.fallback:
        found = [one for one in found if one.unit_id in {right.unit_id for right in caller.rights}]
    left = context.store.fallback.codes_left(one.id for one in found)
    units = context.store.units.many(one.unit_id for one in found)
    return [
        OwnOffice(
            unit_id=one.unit_id,
            unit_names=units[one.unit_id].names if one.unit_id in units else {},
            named_by_name=one.named_by_name,
            named_at=one.named_at,
            codes_left=left.get(one.id, 0),
        )
        for one in sorted(found, key=lambda one: one.id)
    ]


def remove_official(context: Context, caller: Caller, account_id: str, unit_id: str) -> None:
    """By whoever named them, or stands above all that they hold: whose codes are ended is kept out of the next outage.

    Raises NotAnOfficial, NotAbovePerson.
    """
    path = unit_within(context, caller, unit_id, "access:grant")
    official = context.store.fallback.official(account_id, unit_id)
    if official is None:
        raise rules.NotAnOfficial(field="account_id")
    if official.named_by not in caller.accounts and account_id not in caller.accounts:
        person = person_of(context, account_id)
        # Of somebody whose access is over nothing is taken; what rests may come back.
        held = [] if person is None else resting(context, person)
        if person is not None and held and not stands_above(caller.rights, held):
            raise NotAbovePerson
    take_off(context, account_id, unit_id, path, caller.account_id)


def remove_official_by_operator(context: Context, account_id: str, unit_code: str, reason: str) -> None:
    """At the machine, for whoever has nobody above them. Raises UnitUnknown, NotAnOfficial."""
    unit = context.store.units.by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    take_off(context, account_id, unit.id, unit.path, "", reason)


def take_off(
    context: Context, account_id: str, unit_id: str, path: tuple[str, ...], by: str, reason: str = ""
) -> None:
    """Once it is known that this may be done to this person; `by` is empty for the operator. Raises NotAnOfficial."""
    entry = AuditEntry(
        *("fallback.official_removed", unit_id, path, "account", account_id),
        subject_id=account_id,
        details={"reason": reason} if reason else {},
    )
    news = Event(events.OFFICIAL_REMOVED, told_about(account_id, path, by))
    store = context.store

    def work() -> None:
        if not store.fallback.remove_official(id_of(account_id, unit_id), [news], [entry]):
            raise rules.NotAnOfficial(field="account_id")
        # Whoever is in by one of these codes may be somebody who has found the sheet.
        inside = [one for one in store.sessions_of(account_id) if one.scope and one.unit_id == unit_id]
        if inside:
            out = AuditEntry("session.ended_with_codes", unit_id, path, "session", subject_id=account_id)
            store.end_sessions(inside, context.clock.now(), out)

    store.database.in_transaction(work)


def list_officials(
    context: Context, caller: Caller, unit_id: str, *, after: str, limit: int
) -> Page[OfficialSeen]:
    """Of the unit and of those below it; those named last come first."""
    unit_within(context, caller, unit_id, "access:read")
    page = page_of_list(
        context, listed.OFFICIALS, [unit_id], after, limit, context.store.fallback.officials_by_id
    )
    accounts = context.store.accounts_by_id(one.account_id for one in page.items)
    names = {account.id: account.name for account in accounts.values()}
    left = context.store.fallback.codes_left(one.id for one in page.items)
    return page.map(
        lambda items: [
            show_official(one, names.get(one.account_id, ""), left.get(one.id, 0)) for one in items
        ]
    )


def show_official(official: Official, name: str, codes_left: int) -> OfficialSeen:
    return OfficialSeen(
        account_id=official.account_id,
        name=name,
        unit_id=official.unit_id,
        named_by_name=official.named_by_name,
        named_at=official.named_at,
        codes_left=codes_left,
    )


def told_about(account_id: str, unit_path: tuple[str, ...], by: str) -> dict[str, Any]:
    """To the official, and to whoever stands above the unit they are named for."""
    path = unit_path[:-1] or unit_path
    return {"account_id": account_id, "asked_by": by, "unit_id": path[-1], "unit_path": list(path)}


def _usable(context: Context, held: Sequence[Grant], unit_id: str) -> bool:
    """Whether these grants give, today, something that a sign-in by code may use besides reading."""
    above = context.store.with_chains(held)
    rights = grant_rights.rights(held, above, context.roles, context.clock.today())
    used = {right.permission for right in rights_by_code(context, rights, unit_id, tuple(Scope))}
    return bool(used & {rules.REPORT, rules.SWITCH})
