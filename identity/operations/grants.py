"""Grants: listed, changed, ended, and what each change would mean."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import takewhile

from identity import listed
from identity.context import Context, Keeping, UnitUnknown
from identity.domain import bans, grant_acts, grant_refusals, grant_rights, losses
from identity.domain import grants as rules
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant, Status
from identity.domain.numbers import is_same
from identity.operations.aftermath import losses_of, save_for_all
from identity.operations.bans import held_by_person, standing_of_giver
from identity.operations.listing import page_of_list
from identity.operations.showing import EXTENSION_ASKED, GrantSeen, grants_for, show_grants, within_session
from identity.operations.telling import (
    What,
    ended_news,
    given_news,
    grant_audit,
    told_to,
)
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.refusals import NotFound, Stale
from servicekit.tree.units import Unit, require_live
from servicekit.web.listing import Page
from servicekit.words.text import letters_and_digits, line

SHOWN = 50
# So many that hang on a grant are looked at one by one before it ends; of more it is said how many they are.
LOOKED_THROUGH = 1_000
PEOPLE_AT_ONCE = 500


def list_grants(
    context: Context, caller: Caller, unit_id: str, *, below: bool, status: str, after: str, limit: int
) -> Page[GrantSeen]:
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


def unit_meant(context: Context, typed: str) -> Unit | None:
    """By its code, however that was typed: capitals, digits of any script, blanks."""
    plain = line(typed)
    for code in dict.fromkeys((plain, plain.upper())):
        unit = context.store.units.by_code(code)
        if unit is not None:
            return unit
    return context.store.units.by_code(letters_and_digits(plain)) if plain else None


def live_unit_within(context: Context, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    """For what begins in a unit. Raises UnitEnded."""
    path = unit_within(context, caller, unit_id, permission)
    unit = context.store.units.hold(unit_id)
    if unit is not None:
        require_live(unit)
    return path


def read_grant(context: Context, caller: Caller, grant_id: str) -> GrantSeen:
    """One's own, or one within the reach of access:read."""
    grant = context.store.grant(grant_id)
    if not _is_own(caller, grant):
        access.require(caller, "access:read", grant.unit_path, context.clock.now())
    above = context.store.with_chains([grant])
    chain = takewhile(
        partial(_may_read, context, caller), (above[one] for one in reversed(grant.chain) if one in above)
    )
    return replace(grants_for(context, caller, [grant])[0], chain=tuple(one.id for one in chain))


def _is_own(caller: Caller, grant: Grant) -> bool:
    return grant.account_id == caller.account_id and bool(within_session(caller, [grant]))


def _may_read(context: Context, caller: Caller, grant: Grant) -> bool:
    return (
        _is_own(caller, grant)
        or access.decide(caller, "access:read", grant.unit_path, context.clock.now()).allowed
    )


def changeable_grant(context: Keeping, caller: Caller, grant_id: str) -> Grant:
    """The grant when the caller stands over it: strictly above its unit, or it hangs on the caller's own.

    Raises OwnGrant for an invitation of the caller's own number, which is theirs before they have come.
    """
    grant = context.store.grant(grant_id)
    access.require(caller, "access:grant", grant.unit_path, context.clock.now())
    grant_rights.refuse_unless_over(caller, grant)
    if is_meant_for(context, caller, grant):
        raise grant_refusals.OwnGrant
    return grant


def is_meant_for(context: Keeping, caller: Caller, grant: Grant) -> bool:
    """Whether it is an invitation that names the caller's own number, in any of its forms."""
    if grant.account_id is not None or not grant.number:
        return False
    account = context.store.account(caller.account_id)
    return account is not None and is_same(grant.number, account.digests)


@dataclass(frozen=True)
class RevocationForeseen:
    """What ends with a grant; `at_most`: it is so much that it was only counted, with what has ended before."""

    count: int
    people: int
    left_without: Sequence[str]
    left_without_count: int
    grants: Sequence[GrantSeen]
    at_most: bool


@dataclass(frozen=True)
class ResumptionForeseen:
    count: int
    grants: Sequence[GrantSeen]


def preview_revocation(context: Context, caller: Caller, grant_id: str) -> RevocationForeseen:
    grant = context.store.grant(grant_id)
    access.require(caller, "access:read", grant.unit_path, context.clock.now())
    if context.store.more_hang_on(grant_id, LOOKED_THROUGH):
        return _rough_preview(context, grant)
    ending = _ending(context, caller, grant)
    without = left_without(context, ending)
    shown = show_grants(context, ending[:50])
    accounts = context.store.accounts_by_id(without[:50])
    return RevocationForeseen(
        count=len(ending),
        people=losses.people(ending),
        left_without=sorted(account.name for account in accounts.values()),
        left_without_count=len(without),
        grants=shown,
        at_most=False,
    )


def _rough_preview(context: Context, grant: Grant) -> RevocationForeseen:
    """So much hangs on it that it is counted alone, with what has ended before."""
    most = 1 + context.store.count_hanging_on(grant.id)
    first = [grant, *context.store.some_hanging_on(grant.id, SHOWN - 1)]
    return RevocationForeseen(
        count=most,
        people=most,
        left_without=(),
        left_without_count=0,
        grants=show_grants(context, first),
        at_most=True,
    )


def _ending(context: Context, caller: Caller, grant: Grant) -> list[Grant]:
    """What would end: the grant, what its holder has of the role further down, and all that hangs on these."""
    gone = grant_acts.ended(grant, "", grant_rights.standing_over(caller, grant))
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
    keeping: set[str | None] = set()
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        found = context.store.grants_held_by(people[start : start + PEOPLE_AT_ONCE])
        held = [g for g in found if g.id not in gone and gone.isdisjoint(g.chain)]
        above, today = context.store.with_chains(held), context.clock.today()
        keeping |= {g.account_id for g in held if not rules.why_not(g, above, today)}
    return [one for one in people if one not in keeping]


def preview_resumption(context: Context, caller: Caller, grant_id: str) -> ResumptionForeseen:
    """What else the person has of the role here and below that is suspended: it comes back only where it is named."""
    grant = changeable_grant(context, caller, grant_id)
    found = _suspended_below(context, caller, grant)
    return ResumptionForeseen(len(found), show_grants(context, found[:SHOWN]))


def _suspended_below(context: Context, caller: Caller, grant: Grant) -> list[Grant]:
    held = held_by_person(context, [grant.account_id or ""], kept=grant.number)
    standing = grant_rights.standing_over(caller, grant)
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
) -> GrantSeen:
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
            "suspend": partial(grant_acts.suspend, standing=grant_rights.standing_over(caller, grant)),
            "resume": partial(grant_acts.resume, standing=grant_rights.standing_over(caller, grant)),
            "revoke": partial(grant_acts.revoke, standing=grant_rights.standing_over(caller, grant)),
        }
        changed = changes[change](grant, caller.accounts, reason, context.clock.today())
        if change != "resume":
            _same_below(context, caller, changed, changes[change], past, reason)
        else:
            _check_comes_back(context, caller, grant, also)
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


def _check_comes_back(context: Context, caller: Caller, grant: Grant, together: Collection[str]) -> None:
    """A ban by another grant of the person, which has come to stand above this one since it was suspended."""
    held = held_by_person(context, [grant.account_id or ""], kept=grant.number)
    given_from = standing_of_giver(grant, context.store.with_chains([grant]))
    bans.check_comes_back(
        grant, (grant_rights.standing_over(caller, grant), given_from), bans.bans_of(held), together
    )


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
        _check_comes_back(context, caller, before, (grant.id, *also))
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


def lift_ban(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> GrantSeen:
    """The person may be given the role here again; nothing comes back by it."""

    def work() -> Grant:
        grant = changeable_grant(context, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        changed = bans.lift(
            grant, caller.accounts, reason, context.clock.today(), grant_rights.standing_over(caller, grant)
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
) -> GrantSeen:
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
