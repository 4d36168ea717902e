"""Grants: given, shown, changed, explained."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from identity import events
from identity.domain import bans, offers
from identity.domain import grants as rules
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant, GrantOver, HolderNeeded, RoleUnknown, Status, WhyNot
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.roles import Role, RoleTable
from identity.operations.answering import answers_for, asked_for, is_machine
from identity.operations.bans import check_given, held_by_person, standing_of_giver
from identity.operations.outside import Document, Outside, UnitUnknown
from identity.store import DuplicateKeyError, digests_of
from servicekit import access
from servicekit.access import Caller
from servicekit.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.listing import Page, newest_first, page_of
from servicekit.refusals import NotFound, Stale
from servicekit.units import UnitChange, require_live

# How many ended grants one event names.
NEWS_AT_ONCE = 100
DAY = timedelta(days=1)
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Giving:
    """What a giver asks for; exactly one of national_number, account_id and by_code (a one-time code on paper)."""

    unit_id: str
    role: str
    valid_from: date
    valid_to: date
    national_number: str | None
    account_id: str | None
    label: str
    reason: str
    by_code: bool = False
    mandate: str = ""
    handover_days: int = rules.HANDOVER_DAYS
    national_number_scheme: str = ""


def grant_access(outside: Outside, caller: Caller, wanted: Giving) -> Document:
    """Gives a role in a unit for a period, hanging on the giver's own grant."""
    store, today = outside.store, outside.clock.today()
    role = outside.roles.roles.get(wanted.role)
    if role is None:
        raise RoleUnknown(field="role")
    if [wanted.national_number is not None, wanted.account_id is not None, wanted.by_code].count(True) != 1:
        raise HolderNeeded(field="national_number")
    unit = store.units.find(wanted.unit_id)
    if unit is None or not access.visible(caller, unit.path):
        raise UnitUnknown(field="unit_id")
    path = unit.path
    access.require(caller, "access:grant", path, outside.clock.now())
    rules.check_period(wanted.valid_from, wanted.valid_to, today)
    _check_mandate(outside, wanted)
    number = None
    if wanted.national_number is not None:
        number = outside.invited_number(wanted.national_number, wanted.national_number_scheme)
        _count_number(outside, caller)
    holder = store.account(wanted.account_id) if wanted.account_id is not None else None
    if wanted.account_id is not None and (holder is None or holder["closed"]):
        raise NotFound(field="account_id")
    if is_machine(holder):
        check_machine_role(caller, role, outside.roles, path)
    _refuse_oneself(outside, caller, wanted.account_id, number)
    _check_room(outside, caller, wanted.account_id, number)
    code = new_code() if wanted.by_code else None

    def work() -> Grant:
        held = store.units.hold(wanted.unit_id)
        if held is None or held.path != path:
            raise rules.UnitJustMoved
        require_live(held)
        mine = store.grants_of(caller.account_id)
        above = store.with_chains(mine)
        good = [grant for grant in mine if rules.why_not(grant, above, today) is None]
        own = rules.hang_on(good, outside.roles, role, path, wanted.valid_to)
        if number is not None and _invited_so(
            outside, number, caller.account_id, (unit.id, role.key, wanted.valid_to)
        ):
            raise rules.GivenAlready(field="national_number")
        known = check_given(outside, wanted.account_id, number, role.key, path, len(own.unit_path))
        if wanted.account_id is not None and _held_as_high(outside, known, wanted, own):
            raise rules.GivenAlready(field="account_id")
        status = rules.first_status(role, known=holder is not None)
        # Whoever answers for a machine has accepted what they give it themselves.
        at_once = (
            status is Status.OFFERED
            and holder is not None
            and is_machine(holder)
            and answers_for(outside, caller, holder)
        )
        grant = Grant(
            id=new_id(),
            unit_id=wanted.unit_id,
            unit_path=path,
            role=role.key,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            status=Status.ACTIVE if at_once else status,
            accepted_at=outside.clock.now() if at_once else None,
            account_id=wanted.account_id,
            **_naming(outside, number),
            label=wanted.label,
            chain=(*own.chain, own.id),
            given_by=caller.account_id,
            given_by_name=caller.name,
            given_at=outside.clock.now(),
            reason=wanted.reason,
            confirm_until=outside.clock.now() + rules.PROPOSAL_LIFE if role.strong else None,
            recertify_by=today + outside.recertify_within,
            mandate=wanted.mandate,
            handover_days=wanted.handover_days,
            code_index=outside.code_index(code) if code else None,
            invited_until=None if at_once else rules.invited_until(wanted.valid_to, today),
        )
        told = given_news(grant, asked_for(holder))
        if role.strong:
            told = Event(events.GRANT_PROPOSED, {**grant_news(grant), "asked_by": caller.account_id})
        given = store.add_grant(
            grant, [told], [grant_audit("grant.proposed" if role.strong else "grant.given", grant)]
        )
        store.raise_generations([grant.account_id or ""], outside.clock.now())
        return given

    try:
        grant = store.database.in_transaction(work)
    except DuplicateKeyError as error:
        raise rules.GivenAlready(field="national_number") from error
    shown = {**show_grants(outside, [grant])[0], "cautions": cautions_of(outside, grant)}
    return {**shown, "code": code} if code else shown


def _check_mandate(outside: Outside, wanted: Giving) -> None:
    """Identity hears of congresses when they are approved; of one that it has not heard of it says so afterwards."""
    whose = outside.store.unit_of_congress(wanted.mandate) if wanted.mandate else None
    if whose and whose != wanted.unit_id:
        raise rules.MandateElsewhere(field="mandate")


def cautions_of(outside: Outside, grant: Grant) -> list[Document]:
    """What whoever gave this may not have meant: said, and hindering nothing."""
    found: list[Document] = []
    if grant.status is Status.INVITED and grant.national_index:
        found += [
            {"kind": "open-invitation", "grant_id": one["id"], **one["holder"]}
            for one in show_grants(outside, _open_beside(outside, grant))
        ]
    if grant.mandate and outside.store.unit_of_congress(grant.mandate) is None:
        found.append({"kind": "congress-not-approved"})
    return found


def _open_beside(outside: Outside, grant: Grant) -> list[Grant]:
    """Other invitations to the same role in the same unit that nobody has taken up: one may be a slip of the pen."""
    today = outside.clock.today()
    return [
        one
        for one in outside.store.grants_in(grant.unit_id)
        if one.id != grant.id
        and one.role == grant.role
        and one.status is Status.INVITED
        and one.national_index
        and today <= (one.invited_until or one.valid_to)
    ]


def _check_room(outside: Outside, caller: Caller, account_id: str | None, number: KnownNumber | None) -> None:
    """Raises TooManyOffers, PersonHasTooManyOffers: what nobody has accepted yet must not pile up."""
    store, today = outside.store, outside.clock.today()
    index = number.digests.index if number is not None else None
    if account_id is not None:
        index = (store.account(account_id) or {}).get("national_index") or index
    mine = [one for one in store.waiting_from(caller.account_id) if offers.counts_as_waiting(one, today)]
    known = store.unaccepted_of(account_id, index)
    theirs = [one for one in known if offers.counts_as_waiting(one, today)]
    from_me = {one.id for one in theirs if one.given_by == caller.account_id}
    now = outside.clock.now()
    from_me |= {one.id for one in known if offers.counts_as_tried(one, caller.account_id, now)}
    offers.check_room(len(mine), len(from_me), len(theirs))


def _count_number(outside: Outside, caller: Caller) -> None:
    """Counted before anything is answered, and also when it is refused. Raises TooManyNumbers."""
    now = outside.clock.now()
    if outside.store.numbers_tried(caller.account_id, now - DAY) >= rules.NUMBERS_A_DAY:
        raise rules.TooManyNumbers(retry_after=3600)
    outside.store.try_number(caller.account_id, now)


def check_machine_role(caller: Caller, role: Role, table: RoleTable, path: tuple[str, ...]) -> None:
    rules.machine_may_hold(caller.rights, role, table, path)


def _refuse_oneself(
    outside: Outside, caller: Caller, account_id: str | None, number: KnownNumber | None
) -> None:
    own = digests_of(outside.store.account(caller.account_id) or {})
    if account_id in caller.accounts or (number is not None and is_of(number, own)):
        raise rules.GivingToOneself


def _naming(outside: Outside, number: KnownNumber | None) -> Document:
    """The fields of an invitation that name its person."""
    if number is None:
        return {"national_index": None}
    return {
        "national_index": number.digests.index,
        "national_core": number.digests.core,
        "national_namespace": number.digests.namespace,
        "number_end": outside.cipher.encrypt(number.end),
    }


def _invited_so(
    outside: Outside, number: KnownNumber, given_by: str, same: tuple[str, str, date]
) -> Grant | None:
    """This giver's invitation to the same unit, role and end, made before, perhaps with another form of the number."""
    found = outside.store.invitations(number)
    return next(
        (o for o in found if o.given_by == given_by and (o.unit_id, o.role, o.valid_to) == same), None
    )


def new_code() -> str:
    """80 random bits in four groups of four letters and digits that are not mistaken for each other on paper."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def grant_news(grant: Grant) -> Document:
    return {
        "grant_id": grant.id,
        "account_id": grant.account_id,
        "unit_id": grant.unit_id,
        "unit_path": list(grant.unit_path),
        "role": grant.role,
    }


def given_news(grant: Grant, asked: str = "", **more: object) -> Event:
    """That a grant counts or, where its person must accept it first, that it is offered to `asked`."""
    if grant.status is Status.OFFERED:
        return Event(events.OFFER_MADE, {**grant_news(grant), "account_id": asked or grant.account_id})
    return Event(events.GRANT_GIVEN, {**grant_news(grant), **more})


def ended_news(changed: Grant, ending: Sequence[Grant], why: str) -> list[Event]:
    """That a grant has ended, and each one with it that hung on it; of what nobody accepted nobody is told."""
    told = [Event(events.GRANT_ENDED, {**grant_news(changed), "why": why})] if changed.accepted_at else []
    hung = [grant_news(one) for one in ending if one.id != changed.id and one.accepted_at]
    for part in batched(hung, NEWS_AT_ONCE):
        told.append(Event(events.GRANTS_ENDED, {"grants": part, "why": why}))
    return told


def batched(items: list[Document], size: int) -> Iterator[list[Document]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def grant_audit(action: str, grant: Grant, **details: object) -> AuditEntry:
    return AuditEntry(
        action,
        unit_id=grant.unit_id,
        unit_path=grant.unit_path,
        record_type="grant",
        record_id=grant.id,
        details={"role": grant.role, **details},
    )


def list_grants(
    outside: Outside, caller: Caller, unit_id: str, *, below: bool, status: str, after: str, limit: int
) -> Page[Document]:
    """Of one unit, or of it and all below it; those given last come first."""
    unit_within(outside, caller, unit_id, "access:read")
    lines = outside.store.grant_lines(unit_id, below=below, status=status)
    page = page_of(lines, lambda line: (newest_first(line.given_at), line.id), after, limit)
    found = outside.store.grants_by_id(line.id for line in page.items)
    shown = show_grants(outside, [found[line.id] for line in page.items if line.id in found])
    return Page(shown, page.next, page.total)


def unit_within(outside: Outside, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    unit = outside.store.units.find(unit_id)
    if unit is None:
        raise UnitUnknown
    access.require(caller, permission, unit.path, outside.clock.now())
    return unit.path


def live_unit_within(outside: Outside, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    """For what begins in a unit. Raises UnitEnded."""
    path = unit_within(outside, caller, unit_id, permission)
    unit = outside.store.units.hold(unit_id)
    if unit is not None:
        require_live(unit)
    return path


def read_grant(outside: Outside, caller: Caller, grant_id: str) -> Document:
    """One's own, or one within the reach of access:read."""
    grant = outside.store.grant(grant_id)
    if grant.account_id != caller.account_id:
        access.require(caller, "access:read", grant.unit_path, outside.clock.now())
    return show_grants(outside, [grant])[0]


def changeable_grant(outside: Outside, caller: Caller, grant_id: str) -> Grant:
    """The grant when the caller stands over it: strictly above its unit, or it hangs on the caller's own."""
    grant = outside.store.grant(grant_id)
    right = access.require(caller, "access:grant", grant.unit_path, outside.clock.now())
    mine = [r for r in caller.rights if r.permission == "access:grant"]
    if not any(rules.may_change(r, grant) for r in mine) and grant.account_id != caller.account_id:
        raise rules.OutsideOwnUnits(permission=right.permission)
    return grant


def _standing(caller: Caller, grant: Grant) -> int:
    """How far below the root stands the highest unit from which the caller may change this grant."""
    mine = [one for one in caller.rights if one.permission == "access:grant" and rules.may_change(one, grant)]
    return min((len(one.unit_path) for one in mine), default=len(grant.unit_path))


def preview_revocation(outside: Outside, caller: Caller, grant_id: str) -> Document:
    grant = outside.store.grant(grant_id)
    access.require(caller, "access:read", grant.unit_path, outside.clock.now())
    ending = ending_grants(outside, grant)
    without = left_without(outside, ending)
    shown = show_grants(outside, ending[:50])
    accounts = outside.store.accounts_by_id(without[:50])
    return {
        "count": len(ending),
        "people": len({one.account_id or one.national_index or one.code_index for one in ending}),
        "left_without": sorted(account["name"] for account in accounts.values()),
        "left_without_count": len(without),
        "grants": shown,
    }


def left_without(outside: Outside, ending: Sequence[Grant]) -> list[str]:
    """The accounts that would have no good grant left once these have ended."""
    gone = {one.id for one in ending}
    people = sorted({one.account_id for one in ending if one.account_id})
    held = [g for g in outside.store.grants_held_by(people) if g.id not in gone]
    above, today = outside.store.with_chains(held), outside.clock.today()
    keeping = {g.account_id for g in held if gone.isdisjoint(g.chain) and not rules.why_not(g, above, today)}
    return [one for one in people if one not in keeping]


def ending_grants(outside: Outside, grant: Grant) -> list[Grant]:
    hanging = outside.store.hanging_on(grant.id)
    above = outside.store.with_chains([grant, *hanging])
    return rules.ending_with(grant, hanging, above, outside.clock.today())


def save_for_all(
    outside: Outside, before: Grant, changed: Grant, told: Iterable[Event], entry: AuditEntry
) -> Grant:
    """Saves a change of a grant; every token of its holders and of those whose grants hang on it is too old then."""
    hanging = outside.store.hanging_on(before.id)
    saved = outside.store.save_grant(changed, before.version, told, [entry])
    concerned = (before, changed, *hanging)
    outside.store.raise_generations([one.account_id or "" for one in concerned], outside.clock.now())
    return saved


def change_grant(
    outside: Outside, caller: Caller, grant_id: str, change: str, reason: str, expected_version: int
) -> Document:
    """suspend, resume or revoke; everybody whose access hangs on it notices within seconds."""
    past = {"suspend": "suspended", "resume": "resumed", "revoke": "revoked"}[change]
    store = outside.store

    def work() -> Grant:
        grant = changeable_grant(outside, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        ending = ending_grants(outside, grant)
        changes: dict[str, Callable[[Grant, rules.Acting, str, date], Grant]] = {
            "suspend": partial(rules.suspend, standing=_standing(caller, grant)),
            "resume": partial(rules.resume, standing=_standing(caller, grant)),
            "revoke": partial(rules.revoke, standing=_standing(caller, grant)),
        }
        changed = changes[change](grant, caller.accounts, reason, outside.clock.today())
        if change != "resume":
            _same_below(outside, caller, changed, changes[change], past, reason)
        # An offer that is one again was told when it was made.
        told = [] if changed.status is Status.OFFERED else [given_news(changed, why=past)]
        if change != "resume":
            told = ended_news(changed, ending, past)
        entry = grant_audit(f"grant.{past}", changed, reason=reason, ending=len(ending))
        return save_for_all(outside, grant, changed, told, entry)

    return show_grants(outside, [store.database.in_transaction(work)])[0]


def _same_below(
    outside: Outside,
    caller: Caller,
    banned: Grant,
    change: Callable[[Grant, rules.Acting, str, date], Grant],
    past: str,
    reason: str,
) -> None:
    """What the person holds of the same role here and below, given from further down, goes with it."""
    held = held_by_person(outside, [banned.account_id or ""], kept=banned.number)
    ban = bans.ban_of(banned)
    above = outside.store.with_chains(held)
    for one in bans.under(banned, held) if ban else ():
        if ban and standing_of_giver(one, above) > ban.standing:
            changed = change(one, caller.accounts, reason, outside.clock.today())
            ending = ending_grants(outside, one)
            entry = grant_audit(f"grant.{past}", changed, reason=reason, ending=len(ending), with_=banned.id)
            save_for_all(outside, one, changed, ended_news(changed, ending, past), entry)


def _held_as_high(outside: Outside, known: Sequence[Grant], wanted: Giving, own: Grant) -> bool:
    """Whether the person holds it already, in force and from a giver who stands at least as high."""
    today, above = outside.clock.today(), outside.store.with_chains(known)
    return any(
        (one.unit_id, one.role) == (wanted.unit_id, wanted.role)
        and rules.why_not(one, above, today) in (None, WhyNot.NOT_YET)
        and standing_of_giver(one, above) <= len(own.unit_path)
        for one in known
    )


def lift_ban(outside: Outside, caller: Caller, grant_id: str, reason: str, expected_version: int) -> Document:
    """The person may be given the role here again; nothing comes back by it."""

    def work() -> Grant:
        grant = changeable_grant(outside, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        changed = bans.lift(grant, caller.accounts, reason, outside.clock.today(), _standing(caller, grant))
        entry = grant_audit("grant.ban_lifted", changed, reason=reason)
        return outside.store.save_grant(changed, grant.version, (), [entry])

    return show_grants(outside, [outside.store.database.in_transaction(work)])[0]


def resign_grant(
    outside: Outside, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> Document:
    """Gives up one's own access. Raises LastPower where nobody else could give access in the unit."""
    store = outside.store
    if caller.fallback:
        raise EidNeeded

    def work() -> Grant:
        grant = store.grant(grant_id)
        if grant.account_id not in caller.accounts:
            access.require(caller, "access:read", grant.unit_path, outside.clock.now())
        if grant.version != expected_version:
            raise Stale
        in_unit = store.grants_in(grant.unit_id)
        above = store.with_chains(in_unit)
        today = outside.clock.today()
        last = rules.holds_last_power(grant, in_unit, above, outside.roles, today)
        ending = ending_grants(outside, grant)
        changed = rules.resign(grant, caller.accounts, reason, today, last_power=last)
        entry = grant_audit("grant.resigned", changed, reason=reason, ending=len(ending))
        return save_for_all(outside, grant, changed, ended_news(changed, ending, "resigned"), entry)

    return show_grants(outside, [store.database.in_transaction(work)])[0]


def show_grants(outside: Outside, grants: list[Grant]) -> list[Document]:
    """Grants as people see them: names of units and holders, and why one gives nothing today."""
    above, today = outside.store.with_chains(grants), outside.clock.today()
    units = outside.store.units.many(grant.unit_id for grant in grants)
    accounts = outside.store.accounts_by_id(grant.account_id or "" for grant in grants)
    shown = []
    for grant in grants:
        why = rules.why_not(grant, above, today)
        holder_id = grant.account_id if grant.known_to_giver else None
        account = accounts.get(holder_id or "")
        unit = units.get(grant.unit_id)
        over = why is WhyNot.ENDED and grant.status is not Status.REVOKED
        shown.append(
            {
                "id": grant.id,
                "version": grant.version,
                "unit_id": grant.unit_id,
                "unit_path": list(grant.unit_path),
                "unit_names": dict(unit.names) if unit else {},
                "unit_level": unit.level if unit else "",
                "role": grant.role,
                "holder": {
                    "account_id": holder_id,
                    "name": account["name"] if account else grant.label,
                    "invited": holder_id is None,
                    **_number_shown(outside, grant),
                },
                "valid_from": grant.valid_from,
                "valid_to": grant.valid_to,
                "status": "ended" if over else str(grant.status),
                "effective": why is None,
                "why_not": str(why) if why else None,
                "given_by": {"account_id": grant.given_by, "name": grant.given_by_name},
                "given_at": grant.given_at,
                "parent_grant_id": grant.parent_id,
                "reason": grant.reason,
                "ended_reason": grant.ended_reason,
                "confirm_until": grant.confirm_until,
                "recertify_by": grant.recertify_by,
                "removal": (
                    {
                        "by": grant.removal.by,
                        "by_name": grant.removal.by_name,
                        "reason": grant.removal.reason,
                        "until": grant.removal.until,
                    }
                    if grant.removal
                    else None
                ),
                "mandate": grant.mandate,
                "barred": bans.ban_of(grant) is not None,
                "barred_from": bans.barred_from(grant),
                "invited_until": (
                    grant.invited_until if grant.status in (Status.INVITED, Status.OFFERED) else None
                ),
                "accepted_at": grant.accepted_at,
            }
        )
    return shown


def number_kinds(outside: Outside) -> list[Document]:
    """Whose national numbers an invitation can name, each with the eIDs that prove them."""
    kinds: dict[str, list[Document]] = {one.name: [] for one in outside.schemes}
    for client in outside.providers.values():
        if client.profile.scheme.name in kinds:
            kinds[client.profile.scheme.name].append(dict(client.profile.names))
    return [{"scheme": scheme, "names": names} for scheme, names in kinds.items()]


def _number_shown(outside: Outside, grant: Grant) -> Document:
    """Of an open invitation: the last signs of its number, so that a slip of the pen shows, and whose number it is."""
    # Also while it is an offer: that somebody of this number has come is not the giver's to know yet.
    if grant.accepted_at is not None or grant.number_end is None:
        return {}
    names = {one.namespace: one.name for one in outside.schemes}
    return {
        "number_end": outside.cipher.decrypt(grant.number_end),
        "national_number_scheme": names.get(grant.national_namespace, grant.national_namespace),
    }


def first_administrator(
    outside: Outside,
    unit_code: str,
    national_number: str,
    label: str,
    valid_from: date,
    valid_to: date,
    scheme: str = "",
) -> Grant:
    """The root of all chains, made by the operator at the machine; everything else is given by people."""
    unit = outside.store.units.by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    require_live(unit, field="unit")
    if valid_to < outside.clock.today():
        raise GrantOver
    rules.check_period(valid_from, valid_to, outside.clock.today())
    number = outside.invited_number(national_number, scheme)
    grant = Grant(
        id=new_id(),
        unit_id=unit.id,
        unit_path=unit.path,
        role="administrator",
        valid_from=valid_from,
        valid_to=valid_to,
        status=Status.INVITED,
        **_naming(outside, number),
        label=label,
        given_by="operator",
        given_by_name="",
        given_at=outside.clock.now(),
        reason="first administrator",
        recertify_by=outside.clock.today() + outside.recertify_within,
        invited_until=rules.invited_until(valid_to, outside.clock.today()),
    )
    before = _invited_so(outside, number, grant.given_by, (unit.id, grant.role, valid_to))
    if before is not None:
        # Nobody took it up in time, and nobody stands above it who could renew it.
        if before.invited_until is None or before.invited_until >= outside.clock.today():
            raise rules.GivenAlready
        renewed = replace(before, invited_until=grant.invited_until)
        return outside.store.save_grant(renewed, before.version, (), [grant_audit("grant.given", renewed)])
    try:
        return outside.store.add_grant(
            grant, [Event("grant.given", grant_news(grant))], [grant_audit("grant.given", grant)]
        )
    except DuplicateKeyError as error:
        raise rules.GivenAlready from error


def units_changed(outside: Outside, changes: Sequence[UnitChange]) -> None:
    """Rights follow a unit that moves or ends at the same moment."""
    holders = outside.store.follow_units(changes, _followed)
    outside.store.fallback.move({change.id: change.after.path for change in changes if change.moved})
    outside.store.raise_generations(holders, outside.clock.now())


def _followed(before: Grant, after: Grant) -> tuple[list[Event], list[AuditEntry]]:
    """What is told and written down of a grant whose unit has moved, ended or come back."""
    told: list[Event] = []
    written: list[AuditEntry] = []
    if before.unit_path != after.unit_path:
        written.append(grant_audit("grant.moved", after, **{"from": list(before.unit_path)}))
    if before.unit_ended is None and after.unit_ended is not None:
        written.append(grant_audit("grant.unit_ended", after))
        if after.status is not Status.REVOKED:
            told.append(Event(events.GRANT_ENDED, {**grant_news(after), "why": "unit-ended"}))
    elif before.unit_ended is not None and after.unit_ended is None:
        written.append(grant_audit("grant.unit_back", after))
    return told, written
