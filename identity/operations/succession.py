"""Handing over what hangs on one's grant, and taking over what hangs on a dead one: in steps that may be cut short."""

from collections.abc import Sequence
from dataclasses import dataclass

from identity import events
from identity.domain import bans, succession
from identity.domain import grants as rules
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.succession import Plan
from identity.operations.bans import standing_of_giver
from identity.operations.grants import (
    changeable_grant,
    ended_news,
    ending_grants,
    grant_audit,
    grant_news,
    save_for_all,
    show_grants,
)
from identity.operations.outside import Document, Outside
from identity.operations.second import accounts_of_person
from servicekit import access
from servicekit.access import Caller
from servicekit.events import AuditEntry, Event
from servicekit.refusals import NotFound, Stale

# So many grants change their chain in one transaction; what is left over goes in the next one.
STEP = 100
SHOWN = 50


@dataclass(frozen=True)
class Succession:
    """`own`: the holder leaves and their grant ends with it; else a superior acts."""

    old: Grant
    new: Grant
    plan: Plan
    own: bool


def preview_succession(
    outside: Outside, caller: Caller, grant_id: str, to_id: str, only: Sequence[str]
) -> Document:
    found = _planned(outside, caller, grant_id, to_id, only)
    left = show_grants(outside, [one for one, _ in found.plan.left[:SHOWN]])
    whys = [str(why) for _, why in found.plan.left[:SHOWN]]
    return {
        "count": len(found.plan.going) + len(found.plan.following),
        "ends_own": found.own,
        "grants": show_grants(outside, list(found.plan.going[:SHOWN])),
        "left": [{"grant": grant, "why": why} for grant, why in zip(left, whys, strict=True)],
        "left_count": len(found.plan.left),
    }


def hand_over(
    outside: Outside,
    caller: Caller,
    grant_id: str,
    to_id: str,
    only: Sequence[str],
    reason: str,
    expected_version: int,
) -> Document:
    """All of it, a step at a time; asked again after a crash, it goes on. Every step asks anew whether it may."""
    if not reason.strip():
        raise rules.ReasonNeeded(field="reason")
    if caller.fallback:
        raise EidNeeded
    moved, last = 0, False
    while not last:
        done, last = outside.store.database.in_transaction(
            lambda: _step(outside, caller, grant_id, to_id, only, reason, expected_version)
        )
        moved += done
    return {"moved": moved, "grant": show_grants(outside, [outside.store.grant(grant_id)])[0]}


def _step(
    outside: Outside,
    caller: Caller,
    grant_id: str,
    to_id: str,
    only: Sequence[str],
    reason: str,
    expected_version: int,
) -> tuple[int, bool]:
    """How many grants went over, and whether that was all."""
    found = _planned(outside, caller, grant_id, to_id, only)
    if found.old.version != expected_version:
        raise Stale
    stored = outside.store.grant(to_id)
    if stored.chain != found.new.chain:
        save_for_all(outside, stored, found.new, (), _entry("grant.took_place", found.new, found, reason))
    part = list(succession.in_one_step(found.plan, STEP))
    above, today = outside.store.with_chains(part), outside.clock.today()
    for one in part:
        changed = succession.rehung(one, found.old, found.new)
        dead = rules.why_not(one, above, today) is not None
        news = [Event(events.GRANT_GIVEN, {**grant_news(changed), "why": "adopted"})] if dead else []
        revived = one.status is Status.ACTIVE and one.account_id
        outside.store.save_grant(
            changed, one.version, news if revived else [], [_entry("grant.adopted", changed, found, reason)]
        )
    outside.store.raise_generations([one.account_id or "" for one in part], outside.clock.now())
    last = len(part) == len(found.plan.going) + len(found.plan.following)
    if last and found.own:
        _leave(outside, caller, found, reason)
    return len(part), last


def _leave(outside: Outside, caller: Caller, found: Succession, reason: str) -> None:
    ending = ending_grants(outside, found.old)
    changed = rules.resign(found.old, caller.accounts, reason, outside.clock.today(), last_power=False)
    entry = _entry("grant.handed_over_all", changed, found, reason)
    save_for_all(outside, found.old, changed, ended_news(changed, ending, "resigned"), entry)


def _planned(outside: Outside, caller: Caller, grant_id: str, to_id: str, only: Sequence[str]) -> Succession:
    store, today = outside.store, outside.clock.today()
    old = store.grant(grant_id)
    own = old.account_id in caller.accounts
    if own:
        access.require(caller, "access:grant", old.unit_path, outside.clock.now())
        if rules.why_not(old, store.with_chains([old]), today) is not None:
            raise rules.GrantOver
    else:
        changeable_grant(outside, caller, grant_id)
    new = store.grants_by_id([to_id]).get(to_id)
    if new is None or not access.visible(caller, new.unit_path):
        raise NotFound(field="to")
    if new.id == old.id:
        raise succession.SuccessorIsOneself(field="to")
    successor = accounts_of_person(outside, [new.account_id or ""])
    if own and successor & set(caller.accounts):
        raise succession.SuccessorIsOneself(field="to")
    if rules.why_not(new, store.with_chains([new]), today) not in (None, *rules.DERIVED):
        raise succession.SuccessorUnfit(field="to")
    placed = succession.takes_place_of(old, new) if own else new
    if rules.why_not(placed, store.with_chains([placed]), today) is not None:
        raise succession.SuccessorUnfit(field="to")
    plan = succession.plan(old, placed, store.hanging_on(old.id), outside.roles, successor, today, only)
    return Succession(old, placed, plan, own)


def _entry(action: str, grant: Grant, found: Succession, reason: str) -> AuditEntry:
    return grant_audit(action, grant, reason=reason, of=found.old.id, to=found.new.id)


def make_room(outside: Outside, grant: Grant, held: Sequence[Grant]) -> None:
    """For a grant that is about to count: what holds its place gives way to a giver who stands higher, or is dead.

    What hung on that hangs on the new one then, as far as its holder could have given it. Raises GivenAlready.
    """
    store, today = outside.store, outside.clock.today()
    others = bans.same_place(grant, held, today)
    above = store.with_chains([grant, *others])
    mine = standing_of_giver(grant, above)
    for other in others:
        why = rules.why_not(other, above, today)
        if why in (None, WhyNot.NOT_YET) and standing_of_giver(other, above) <= mine:
            raise rules.GivenAlready
        _give_way(outside, other, grant)


def _give_way(outside: Outside, other: Grant, grant: Grant) -> None:
    store, today = outside.store, outside.clock.today()
    plan = succession.plan(
        other, grant, store.hanging_on(other.id), outside.roles, {grant.account_id or ""}, today
    )
    found = Succession(other, grant, plan, own=False)
    going = [*plan.going, *plan.following]
    for one in going:
        changed = succession.rehung(one, other, grant)
        store.save_grant(changed, one.version, (), [_entry("grant.adopted", changed, found, "replaced")])
    store.raise_generations([one.account_id or "" for one in going], outside.clock.now())
    changed = bans.gives_way(other)
    save_for_all(outside, other, changed, (), _entry("grant.replaced", changed, found, "replaced"))
