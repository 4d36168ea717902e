"""Grants: given, shown, changed, explained."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from identity import events, listed
from identity.context import Context, Document, Keeping, UnitUnknown
from identity.domain import bans, grant_acts, grant_refusals, grant_rights, losses, offers
from identity.domain import grants as rules
from identity.domain.extensions import open_extension
from identity.domain.fallback import EidNeeded
from identity.domain.grant_refusals import GrantOver, HolderNeeded, RoleUnknown
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.roles import Role, RoleTable
from identity.domain.two_hands import SecondBy
from identity.operations.aftermath import losses_of, save_for_all
from identity.operations.answering import answers_for, asked_for, is_machine
from identity.operations.bans import check_given, held_by_person, hold_back_moved, standing_of_giver
from identity.operations.listing import page_of_list
from identity.operations.telling import (
    What,
    ended_news,
    given_news,
    grant_audit,
    grant_news,
    losses_news,
    revived_news,
    told_to,
)
from identity.operations.two_hands import second_for
from identity.store import DuplicateKeyError, digests_of
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.refusals import NotFound, Stale
from servicekit.tree.units import UnitChange, require_live
from servicekit.web.listing import Page

DAY = timedelta(days=1)
SHOWN = 50
# Beside the states of grants: those of which a longer period waits for a second person.
EXTENSION_ASKED = "extension-asked"
# So many that hang on a grant are looked at one by one before it ends; of more it is said how many they are.
LOOKED_THROUGH = 1_000
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


def grant_access(context: Context, caller: Caller, wanted: Giving) -> Document:
    """Gives a role in a unit for a period, hanging on the giver's own grant."""
    store, today = context.store, context.clock.today()
    role = context.roles.roles.get(wanted.role)
    if role is None:
        raise RoleUnknown(field="role")
    if [wanted.national_number is not None, wanted.account_id is not None, wanted.by_code].count(True) != 1:
        raise HolderNeeded(field="national_number")
    unit = store.units.find(wanted.unit_id)
    if unit is None or not access.visible(caller, unit.path):
        raise UnitUnknown(field="unit_id")
    path = unit.path
    access.require(caller, "access:grant", path, context.clock.now())
    rules.check_period(wanted.valid_from, wanted.valid_to, today)
    _check_mandate(context, wanted)
    number = None
    if wanted.national_number is not None:
        number = context.invited_number(wanted.national_number, wanted.national_number_scheme)
        _count_number(context, caller)
    holder = store.account(wanted.account_id) if wanted.account_id is not None else None
    if wanted.account_id is not None and (holder is None or holder["closed"]):
        raise NotFound(field="account_id")
    if is_machine(holder):
        check_machine_role(caller, role, context.roles, path)
    _refuse_oneself(context, caller, wanted.account_id, number)
    code = new_code() if wanted.by_code else None

    def work() -> Grant:
        _check_room(context, caller, wanted.account_id, number)
        held = store.units.hold(wanted.unit_id)
        if held is None or held.path != path:
            raise grant_refusals.UnitJustMoved
        require_live(held)
        mine = store.grants_of(caller.account_id)
        above = store.with_chains(mine)
        good = [grant for grant in mine if rules.why_not(grant, above, today) is None]
        own = rules.hang_on(good, context.roles, role, path, wanted.valid_to)
        if number is not None and _invited_so(
            context, number, caller.account_id, (unit.id, role.key, wanted.valid_to)
        ):
            raise grant_refusals.GivenAlready(field="national_number")
        known = check_given(context, wanted.account_id, number, role.key, path, own.unit_path)
        if wanted.account_id is not None and _held_as_high(context, known, wanted, own):
            raise grant_refusals.GivenAlready(field="account_id")
        second = second_for(context, caller.accounts, role, own.unit_path)
        proposed = second is not SecondBy.NOBODY
        status = rules.first_status(known=holder is not None, proposed=proposed)
        # Whoever answers for a machine has accepted what they give it themselves.
        at_once = (
            status is Status.OFFERED
            and holder is not None
            and is_machine(holder)
            and answers_for(context, caller, holder)
        )
        grant = Grant(
            id=new_id(),
            unit_id=wanted.unit_id,
            unit_path=path,
            role=role.key,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            status=Status.ACTIVE if at_once else status,
            accepted_at=context.clock.now() if at_once else None,
            account_id=wanted.account_id,
            **_naming(context, number),
            label=wanted.label,
            chain=(*own.chain, own.id),
            owed_to=own.owed_to,
            given_by=caller.account_id,
            given_by_name=caller.name,
            given_at=context.clock.now(),
            reason=wanted.reason,
            confirm_until=context.clock.now() + rules.PROPOSAL_LIFE if proposed else None,
            recertify_by=today + context.recertify_within,
            mandate=wanted.mandate,
            handover_days=wanted.handover_days,
            code_index=context.code_index(code) if code else None,
            invited_until=None if at_once else rules.invited_until(wanted.valid_to, today),
        )
        told = given_news(grant, asked_for(holder))
        if proposed:
            told = Event(events.GRANT_PROPOSED, {**grant_news(grant), "asked_by": caller.account_id})
        given = store.add_grant(
            grant, [told], [grant_audit("grant.proposed" if proposed else "grant.given", grant)]
        )
        store.raise_generations([grant.account_id or ""], context.clock.now())
        return given

    try:
        grant = store.database.in_transaction(work)
    except DuplicateKeyError as error:
        raise grant_refusals.GivenAlready(field="national_number") from error
    shown = {**show_grants(context, [grant])[0], "cautions": cautions_of(context, grant)}
    return {**shown, "code": code} if code else shown


def _check_mandate(context: Context, wanted: Giving) -> None:
    """Identity hears of congresses when they are approved; of one that it has not heard of it says so afterwards."""
    whose = context.store.unit_of_congress(wanted.mandate) if wanted.mandate else None
    if whose and whose != wanted.unit_id:
        raise grant_refusals.MandateElsewhere(field="mandate")


def cautions_of(context: Context, grant: Grant) -> list[Document]:
    """What whoever gave this may not have meant: said, and hindering nothing."""
    found: list[Document] = []
    if grant.status is Status.INVITED and grant.national_index:
        found += [
            {"kind": "open-invitation", "grant_id": one["id"], **one["holder"]}
            for one in show_grants(context, _open_beside(context, grant))
        ]
    if grant.mandate and context.store.unit_of_congress(grant.mandate) is None:
        found.append({"kind": "congress-not-approved"})
    return found


def _open_beside(context: Context, grant: Grant) -> list[Grant]:
    """Other invitations to the same role in the same unit that nobody has taken up: one may be a slip of the pen."""
    today = context.clock.today()
    return [
        one
        for one in context.store.grants_in(grant.unit_id)
        if one.id != grant.id
        and one.role == grant.role
        and one.status is Status.INVITED
        and one.national_index
        and today <= (one.invited_until or one.valid_to)
    ]


def _check_room(context: Context, caller: Caller, account_id: str | None, number: KnownNumber | None) -> None:
    """Raises TooManyOffers, PersonHasTooManyOffers: what nobody has accepted yet must not pile up.

    Within the transaction that gives, so that of several at once each is counted.
    """
    store, today = context.store, context.clock.today()
    whom = account_id or (number.digests.index if number is not None else "")
    store.hold(f"offers of {caller.account_id}", *([f"offers to {whom}"] if whom else []))
    index = number.digests.index if number is not None else None
    if account_id is not None:
        index = (store.account(account_id) or {}).get("national_index") or index
    mine = [one for one in store.waiting_from(caller.account_id) if offers.counts_as_waiting(one, today)]
    known = store.unaccepted_of(account_id, index)
    theirs = [one for one in known if offers.counts_as_waiting(one, today)]
    from_me = {one.id for one in theirs if one.given_by == caller.account_id}
    now = context.clock.now()
    from_me |= {one.id for one in known if offers.counts_as_tried(one, caller.account_id, now)}
    offers.check_room(len(mine), len(from_me), len(theirs))


def _count_number(context: Context, caller: Caller) -> None:
    """Counted before anything is answered, and also when it is refused. Raises TooManyNumbers."""
    now = context.clock.now()
    if context.store.numbers_tried(caller.account_id, now - DAY) >= rules.NUMBERS_A_DAY:
        raise grant_refusals.TooManyNumbers(retry_after=3600)
    context.store.try_number(caller.account_id, now)
    # Of several at the same moment each has counted itself by now.
    if context.store.numbers_tried(caller.account_id, now - DAY) > rules.NUMBERS_A_DAY:
        raise grant_refusals.TooManyNumbers(retry_after=3600)


def check_machine_role(caller: Caller, role: Role, table: RoleTable, path: tuple[str, ...]) -> None:
    rules.machine_may_hold(caller.rights, role, table, path)


def _refuse_oneself(
    context: Context, caller: Caller, account_id: str | None, number: KnownNumber | None
) -> None:
    own = digests_of(context.store.account(caller.account_id) or {})
    if account_id in caller.accounts or (number is not None and is_of(number, own)):
        raise grant_refusals.GivingToOneself


def _naming(context: Context, number: KnownNumber | None) -> Document:
    """The fields of an invitation that name its person."""
    if number is None:
        return {"national_index": None}
    return {
        "national_index": number.digests.index,
        "national_core": number.digests.core,
        "national_namespace": number.digests.namespace,
        "number_end": context.cipher.encrypt(number.end),
    }


def _invited_so(
    context: Context, number: KnownNumber, given_by: str, same: tuple[str, str, date]
) -> Grant | None:
    """This giver's invitation to the same unit, role and end, made before, perhaps with another form of the number."""
    found = context.store.invitations(number)
    return next(
        (o for o in found if o.given_by == given_by and (o.unit_id, o.role, o.valid_to) == same), None
    )


def new_code() -> str:
    """80 random bits in four groups of four letters and digits that are not mistaken for each other on paper."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def list_grants(
    context: Context, caller: Caller, unit_id: str, *, below: bool, status: str, after: str, limit: int
) -> Page[Document]:
    """Of one unit, or of it and all below it; those given last come first."""
    unit_within(context, caller, unit_id, "access:read")
    name, state = listed.GRANTS if below else listed.GRANTS_HERE, status
    if status == EXTENSION_ASKED:
        name, state = listed.LONGER if below else listed.LONGER_HERE, ""
    page = page_of_list(context, name, [unit_id], after, limit, context.store.grants_by_id, state)
    return page.map(lambda grants: grants_for(context, caller, grants))


def unit_within(context: Context, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    unit = context.store.units.find(unit_id)
    if unit is None:
        raise UnitUnknown
    access.require(caller, permission, unit.path, context.clock.now())
    return unit.path


def live_unit_within(context: Context, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    """For what begins in a unit. Raises UnitEnded."""
    path = unit_within(context, caller, unit_id, permission)
    unit = context.store.units.hold(unit_id)
    if unit is not None:
        require_live(unit)
    return path


def read_grant(context: Context, caller: Caller, grant_id: str) -> Document:
    """One's own, or one within the reach of access:read."""
    grant = context.store.grant(grant_id)
    if grant.account_id != caller.account_id:
        access.require(caller, "access:read", grant.unit_path, context.clock.now())
    return grants_for(context, caller, [grant])[0]


def changeable_grant(context: Keeping, caller: Caller, grant_id: str) -> Grant:
    """The grant when the caller stands over it: strictly above its unit, or it hangs on the caller's own."""
    grant = context.store.grant(grant_id)
    right = access.require(caller, "access:grant", grant.unit_path, context.clock.now())
    mine = [r for r in caller.rights if r.permission == "access:grant"]
    if not any(grant_rights.may_change(r, grant) for r in mine) and grant.account_id != caller.account_id:
        raise grant_refusals.OutsideOwnUnits(permission=right.permission)
    return grant


def standing_over(caller: Caller, grant: Grant) -> rules.Place:
    """The path of the highest unit from which the caller may change this grant."""
    mine = [
        one
        for one in caller.rights
        if one.permission == "access:grant" and grant_rights.may_change(one, grant)
    ]
    return min((one.unit_path for one in mine), key=len, default=grant.unit_path)


def preview_revocation(context: Context, caller: Caller, grant_id: str) -> Document:
    grant = context.store.grant(grant_id)
    access.require(caller, "access:read", grant.unit_path, context.clock.now())
    if context.store.more_hang_on(grant_id, LOOKED_THROUGH):
        return _rough_preview(context, grant)
    ending = _ending(context, caller, grant)
    without = left_without(context, ending)
    shown = show_grants(context, ending[:50])
    accounts = context.store.accounts_by_id(without[:50])
    return {
        "count": len(ending),
        "people": losses.people(ending),
        "left_without": sorted(account["name"] for account in accounts.values()),
        "left_without_count": len(without),
        "grants": shown,
        "at_most": False,
    }


def _rough_preview(context: Context, grant: Grant) -> Document:
    """So much hangs on it that it is counted alone, with what has ended before."""
    most = 1 + context.store.count_hanging_on(grant.id)
    first = [grant, *context.store.some_hanging_on(grant.id, SHOWN - 1)]
    return {
        "count": most,
        "people": most,
        "left_without": [],
        "left_without_count": 0,
        "grants": show_grants(context, first),
        "at_most": True,
    }


def _ending(context: Context, caller: Caller, grant: Grant) -> list[Grant]:
    """What would end: the grant, what its holder has of the role further down, and all that hangs on these."""
    gone = grant_acts.ended(grant, "", standing_over(caller, grant))
    found = {one.grant.id: one.grant for one in losses_of(context, grant, gone)}
    ban, own = bans.ban_of(gone), grant.account_id in caller.accounts
    for one in [] if own else _barred_below(context, grant, ban):
        found |= {other.grant.id: other.grant for other in losses_of(context, one, grant_acts.ended(one, ""))}
    now = context.store.grants_by_id(found)
    return [now[one] for one in found]


def left_without(context: Context, ending: Sequence[Grant]) -> list[str]:
    """The accounts that would have no good grant left once these have ended."""
    gone = {one.id for one in ending}
    # Nobody loses access by an offer; and whom a number belongs to is told once they have accepted.
    people = sorted({one.account_id for one in ending if one.account_id and one.accepted_at})
    held = [g for g in context.store.grants_held_by(people) if g.id not in gone]
    above, today = context.store.with_chains(held), context.clock.today()
    keeping = {g.account_id for g in held if gone.isdisjoint(g.chain) and not rules.why_not(g, above, today)}
    return [one for one in people if one not in keeping]


def preview_resumption(context: Context, caller: Caller, grant_id: str) -> Document:
    """What else the person has of the role here and below that is suspended: it comes back only where it is named."""
    grant = changeable_grant(context, caller, grant_id)
    found = _suspended_below(context, caller, grant)
    return {"count": len(found), "grants": show_grants(context, found[:SHOWN])}


def _suspended_below(context: Context, caller: Caller, grant: Grant) -> list[Grant]:
    held = held_by_person(context, [grant.account_id or ""], kept=grant.number)
    standing = standing_over(caller, grant)
    return [
        one for one in bans.under(grant, held, context.clock.today()) if bans.may_come_back(one, standing)
    ]


def change_grant(
    context: Context,
    caller: Caller,
    grant_id: str,
    change: str,
    reason: str,
    expected_version: int,
    also: Sequence[str] = (),
) -> Document:
    """suspend, resume or revoke; everybody whose access hangs on it notices within seconds.

    `also`: what else is resumed, of what was suspended of the same role here and below.
    """
    past = {"suspend": "suspended", "resume": "resumed", "revoke": "revoked"}[change]
    store = context.store

    def work() -> Grant:
        grant = changeable_grant(context, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        changes: dict[str, Callable[[Grant, rules.Acting, str, date], Grant]] = {
            "suspend": partial(grant_acts.suspend, standing=standing_over(caller, grant)),
            "resume": partial(grant_acts.resume, standing=standing_over(caller, grant)),
            "revoke": partial(grant_acts.revoke, standing=standing_over(caller, grant)),
        }
        changed = changes[change](grant, caller.accounts, reason, context.clock.today())
        if change != "resume":
            _same_below(context, caller, changed, changes[change], past, reason)
        else:
            _resume_too(context, caller, grant, changes[change], reason, also)
        # An offer that is one again was told when it was made.
        told = [] if changed.status is Status.OFFERED else [given_news(changed, why=past)]
        if change != "resume":
            told = ended_news(changed, past)
        entry = grant_audit(f"grant.{past}", changed, reason=reason)
        return save_for_all(context, grant, changed, told, entry, past)

    return show_grants(context, [store.database.in_transaction(work)])[0]


def _same_below(
    context: Context,
    caller: Caller,
    banned: Grant,
    change: Callable[[Grant, rules.Acting, str, date], Grant],
    past: str,
    reason: str,
) -> None:
    """What the person holds of the same role here and below, given from further down, goes with it."""
    for one in _barred_below(context, banned, bans.ban_of(banned)):
        changed = change(one, caller.accounts, reason, context.clock.today())
        entry = grant_audit(f"grant.{past}", changed, reason=reason, with_=banned.id)
        save_for_all(context, one, changed, ended_news(changed, past), entry, past)


def _resume_too(
    context: Context,
    caller: Caller,
    grant: Grant,
    resume: Callable[[Grant, rules.Acting, str, date], Grant],
    reason: str,
    also: Sequence[str],
) -> None:
    found = {one.id: one for one in _suspended_below(context, caller, grant)} if also else {}
    for grant_id in dict.fromkeys(also):
        if grant_id not in found:
            raise NotFound(field="also")
        before = found[grant_id]
        changed = resume(before, caller.accounts, reason, context.clock.today())
        told = [] if changed.status is Status.OFFERED else [given_news(changed, why="resumed")]
        entry = grant_audit("grant.resumed", changed, reason=reason, with_=grant.id)
        save_for_all(context, before, changed, told, entry, "resumed")


def _barred_below(context: Context, banned: Grant, ban: bans.Ban | None) -> list[Grant]:
    if ban is None:
        return []
    held = held_by_person(context, [banned.account_id or ""], kept=banned.number)
    above = context.store.with_chains(held)
    return [
        one
        for one in bans.under(banned, held, context.clock.today())
        if not rules.as_high(standing_of_giver(one, above), ban.standing)
    ]


def _held_as_high(context: Context, known: Sequence[Grant], wanted: Giving, own: Grant) -> bool:
    """Whether the person holds it already, in force and from a giver who stands at least as high."""
    today, above = context.clock.today(), context.store.with_chains(known)
    return any(
        (one.unit_id, one.role) == (wanted.unit_id, wanted.role)
        and rules.why_not(one, above, today) in (None, WhyNot.NOT_YET)
        and not rules.higher(own.unit_path, standing_of_giver(one, above))
        for one in known
    )


def lift_ban(context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int) -> Document:
    """The person may be given the role here again; nothing comes back by it."""

    def work() -> Grant:
        grant = changeable_grant(context, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        changed = bans.lift(
            grant, caller.accounts, reason, context.clock.today(), standing_over(caller, grant)
        )
        entry = grant_audit("grant.ban_lifted", changed, reason=reason)
        # Whom a number belongs to that nobody has come with, nobody knows; and an offer is none of theirs yet.
        holder = grant.account_id if grant.accepted_at else None
        news = told_to([holder], What.BAN_LIFTED, grant.unit_path, caller.accounts)
        by = (*caller.accounts, grant.account_id or "")
        news += told_to([grant.barred_by], What.OWN_BAN_LIFTED, grant.unit_path, by)
        return context.store.save_grant(changed, grant.version, news, [entry])

    return show_grants(context, [context.store.database.in_transaction(work)])[0]


def resign_grant(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> Document:
    """Gives up one's own access. Raises LastPower where nobody else could give access in the unit."""
    store = context.store
    if caller.fallback:
        raise EidNeeded

    def work() -> Grant:
        grant = store.grant(grant_id)
        if grant.account_id not in caller.accounts:
            access.require(caller, "access:read", grant.unit_path, context.clock.now())
        if grant.version != expected_version:
            raise Stale
        in_unit = store.grants_in(grant.unit_id)
        above = store.with_chains(in_unit)
        today = context.clock.today()
        last = grant_rights.holds_last_power(grant, in_unit, above, context.roles, today)
        changed = grant_acts.resign(grant, caller.accounts, reason, today, last_power=last)
        entry = grant_audit("grant.resigned", changed, reason=reason)
        return save_for_all(context, grant, changed, ended_news(changed, "resigned"), entry, "resigned")

    return show_grants(context, [store.database.in_transaction(work)])[0]


# What is between those who stand over a grant: whoever only learns that it is there is told none of it.
_AMONG_SUPERIORS: Document = {
    "reason": "",
    "ended_reason": "",
    "confirm_until": None,
    "recertify_by": None,
    "removal": None,
    "extension": None,
    "barred": False,
    "barred_from": None,
}


def grants_for(context: Context, caller: Caller, grants: Sequence[Grant]) -> list[Document]:
    """As the caller may see them: in full where they read access, and nobody their own open removal."""
    now = context.clock.now()
    shown = []
    for grant, one in zip(grants, show_grants(context, grants), strict=True):
        if grant.account_id in caller.accounts:
            shown.append({**one, "removal": None})
        elif access.decide(caller, "access:read", grant.unit_path, now).allowed:
            shown.append(one)
        else:
            shown.append({**one, **_AMONG_SUPERIORS})
    return shown


def show_grants(context: Context, grants: Sequence[Grant]) -> list[Document]:
    """Grants as people see them: names of units and holders, and why one gives nothing today."""
    above, today = context.store.with_chains(grants), context.clock.today()
    units = context.store.units.many(grant.unit_id for grant in grants)
    accounts = context.store.accounts_by_id(grant.account_id or "" for grant in grants)
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
                    **_number_shown(context, grant),
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
                "extension": _extension_shown(context, grant),
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


def _extension_shown(context: Context, grant: Grant) -> Document | None:
    found = open_extension(grant, context.clock.now())
    if found is None:
        return None
    return {
        "by": found.by[0],
        "by_name": found.by_name,
        "valid_to": found.valid_to,
        "take_over": found.take_over,
        "reason": found.reason,
        "until": found.until,
    }


def number_kinds(context: Context) -> list[Document]:
    """Whose national numbers an invitation can name, each with the eIDs that prove them."""
    kinds: dict[str, list[Document]] = {one.name: [] for one in context.schemes}
    for client in context.providers.values():
        if client.profile.scheme.name in kinds:
            kinds[client.profile.scheme.name].append(dict(client.profile.names))
    return [{"scheme": scheme, "names": names} for scheme, names in kinds.items()]


def _number_shown(context: Context, grant: Grant) -> Document:
    """Of an open invitation: the last signs of its number, so that a slip of the pen shows, and whose number it is."""
    # Also while it is an offer: that somebody of this number has come is not the giver's to know yet.
    if grant.accepted_at is not None or grant.number_end is None:
        return {}
    names = {one.namespace: one.name for one in context.schemes}
    return {
        "number_end": context.cipher.decrypt(grant.number_end),
        "national_number_scheme": names.get(grant.national_namespace, grant.national_namespace),
    }


def first_administrator(
    context: Context,
    unit_code: str,
    national_number: str,
    label: str,
    valid_from: date,
    valid_to: date,
    scheme: str = "",
) -> Grant:
    """The root of all chains, made by the operator at the machine; everything else is given by people."""
    unit = context.store.units.by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    require_live(unit, field="unit")
    if valid_to < context.clock.today():
        raise GrantOver
    rules.check_period(valid_from, valid_to, context.clock.today())
    number = context.invited_number(national_number, scheme)
    grant = Grant(
        id=new_id(),
        unit_id=unit.id,
        unit_path=unit.path,
        role="administrator",
        valid_from=valid_from,
        valid_to=valid_to,
        status=Status.INVITED,
        **_naming(context, number),
        label=label,
        given_by="operator",
        given_by_name="",
        given_at=context.clock.now(),
        reason="first administrator",
        recertify_by=context.clock.today() + context.recertify_within,
        invited_until=rules.invited_until(valid_to, context.clock.today()),
    )
    before = _invited_so(context, number, grant.given_by, (unit.id, grant.role, valid_to))
    if before is not None:
        # Nobody took it up in time, and nobody stands above it who could renew it.
        if before.invited_until is None or before.invited_until >= context.clock.today():
            raise grant_refusals.GivenAlready
        renewed = replace(before, invited_until=grant.invited_until)
        return context.store.save_grant(renewed, before.version, (), [grant_audit("grant.given", renewed)])
    try:
        return context.store.add_grant(
            grant, [Event("grant.given", grant_news(grant))], [grant_audit("grant.given", grant)]
        )
    except DuplicateKeyError as error:
        raise grant_refusals.GivenAlready from error


def units_changed(context: Context, changes: Sequence[UnitChange]) -> None:
    """Rights follow a unit that moves or ends at the same moment, and so do those that hang on them."""
    store, today = context.store, context.clock.today()
    differ = [one for one in changes if one.moved or one.ended or one.begun]
    here = store.grants_of_units([one.id for one in differ])
    hanging = store.hanging_on_any([one.id for one in here if grant_rights.gives_access(one, context.roles)])
    concerned = list({one.id: one for one in (*here, *hanging)}.values())
    above = {**store.with_chains(concerned), **{one.id: one for one in here}}
    holders = store.follow_units(changes, _followed)
    after = store.grants_by_id([one.id for one in here])
    gone = list(losses.lost(concerned, above, after, today))
    back = list(losses.revived(concerned, above, after, today))
    # Of a grant whose own unit has ended `_followed` tells.
    news = losses_news(one for one in gone if one.why is not WhyNot.UNIT_ENDED)
    news += revived_news(back, "unit-back")
    if news:
        store.calendar.insert({"_id": new_id()}, news, [])
    store.fallback.move({change.id: change.after.path for change in changes if change.moved})
    if any(change.moved for change in changes):
        hold_back_moved(context, holders)
    cut = {one.grant.account_id or "" for one in gone} | {one.account_id or "" for one in back}
    store.raise_generations(holders | cut, context.clock.now())


def _followed(before: Grant, after: Grant) -> tuple[list[Event], list[AuditEntry]]:
    """What is told and written down of a grant whose unit has moved, ended or come back."""
    told: list[Event] = []
    written: list[AuditEntry] = []
    if before.unit_path != after.unit_path:
        written.append(grant_audit("grant.moved", after, **{"from": list(before.unit_path)}))
    if before.unit_ended is None and after.unit_ended is not None:
        written.append(grant_audit("grant.unit_ended", after))
        if after.status is not Status.REVOKED:
            told.append(Event(events.GRANT_ENDED, {**grant_news(after), "why": str(WhyNot.UNIT_ENDED)}))
    elif before.unit_ended is not None and after.unit_ended is None:
        written.append(grant_audit("grant.unit_back", after))
    return told, written
