"""Hand-overs as they are carried out: written down, a step at a time, and gone on with where one was cut off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from identity import events
from identity.context import Keeping
from identity.domain import grant_acts, grant_rights, losses, succession
from identity.domain import grants as rules
from identity.domain.grants import Grant
from identity.domain.succession import Handover, Plan, State
from identity.operations.aftermath import save_for_all
from identity.operations.grants import changeable_grant
from identity.operations.hands import accounts_of_person
from identity.operations.second import whoever_asked
from identity.operations.telling import What, ended_news, grant_audit, grant_news, revived_news, told_to
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry, Event
from servicekit.logs import log
from servicekit.refusals import NotFound, Refusal, Stale

# So many grants change their chain in one transaction; what is left over goes in the next one.
STEP = 100
# Whoever is at work carries a hand-over on more often than this; what rests longer was cut off.
AT_WORK = timedelta(seconds=30)


@dataclass(frozen=True)
class Succession:
    """`own`: the holder hands over, else a superior; `leaves`: their grant ends with it.

    `successor`: the accounts of whoever holds the new grant; `only`: as in a Handover.
    """

    old: Grant
    new: Grant
    own: bool = False
    leaves: bool = False
    successor: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """The places of what one step looks at, superiors first; `rest`: nothing comes after it."""

    places: tuple[str, ...]
    rest: bool

    @property
    def ids(self) -> list[str]:
        return [one.partition(" ")[2] for one in self.places]


def shares(context: Keeping, grant_id: str, reached: str) -> Iterator[Share]:
    """What hangs on the grant beyond that place, listed once; the last one of them is the rest, be it nothing."""
    places = [one for one in context.store.places_below(grant_id) if one > reached]
    for start in range(0, max(1, len(places)), STEP):
        yield Share(tuple(places[start : start + STEP]), rest=start + STEP >= len(places))


def planned(
    context: Keeping, caller: Caller, grant_id: str, to_id: str, only: tuple[str, ...]
) -> tuple[Succession, Plan]:
    """All of it, for somebody to look at."""
    found = agreed(context, caller, grant_id, to_id, only)
    return found, plan_of(context, found, context.store.hanging_on(grant_id))


def plan_of(context: Keeping, found: Succession, hanging: Sequence[Grant]) -> Plan:
    today = context.clock.today()
    return succession.plan(found.old, found.new, hanging, context.roles, found.successor, today, found.only)


def agreed(context: Keeping, caller: Caller, grant_id: str, to_id: str, only: tuple[str, ...]) -> Succession:
    """Asked before each step: whoever may not do it any more stops it there."""
    store, today = context.store, context.clock.today()
    old = store.grant(grant_id)
    own = old.account_id in caller.accounts
    if own:
        access.require(caller, "access:grant", old.unit_path, context.clock.now())
        succession.refuse_own_dead(counts=rules.why_not(old, store.with_chains([old]), today) is None)
    else:
        changeable_grant(context, caller, grant_id)
    new = store.grants_by_id([to_id]).get(to_id)
    if new is None or not access.visible(caller, new.unit_path):
        raise NotFound(field="to")
    succession.check_not_above(new, old.unit_path if own else grant_rights.standing_over(caller, old))
    if new.id == old.id:
        raise succession.SuccessorIsOneself(field="to")
    successor = accounts_of_person(context, [new.account_id or ""])
    if own and successor & set(caller.accounts):
        raise succession.SuccessorIsOneself(field="to")
    if rules.why_not(new, store.with_chains([new]), today) not in (None, *rules.DERIVED):
        raise succession.SuccessorUnfit(field="to")
    # Whoever hands over a part stays, and so does what hangs on them.
    leaves = own and not only
    placed = succession.takes_place_of(old, new, store.with_chains([new])) if leaves else new
    if rules.why_not(placed, store.with_chains([placed]), today) is not None:
        raise succession.SuccessorUnfit(field="to")
    if leaves and _leaves_nobody(context, old, placed):
        raise succession.SuccessorUnfit(field="to")
    return Succession(old, placed, own, leaves, successor, only)


def _leaves_nobody(context: Keeping, old: Grant, placed: Grant) -> bool:
    """Whether nobody would give access in the unit any more: the successor does not, and the holder was the last."""
    if grant_rights.gives_access(placed, context.roles) and placed.unit_id in old.unit_path:
        return False
    in_unit = context.store.grants_in(old.unit_id)
    above = context.store.with_chains(in_unit)
    return grant_rights.holds_last_power(old, in_unit, above, context.roles, context.clock.today())


def first_step(context: Keeping, caller: Caller, wanted: Handover, expected_version: int) -> Handover:
    """Writes down what is wanted and takes the first step, in one transaction; a small hand-over is done by that."""
    before = context.store.handovers.find(wanted.grant_id)
    if before is not None and before.is_again(wanted):
        return before
    found = agreed(context, caller, wanted.grant_id, wanted.to_id, wanted.only)
    if found.old.version != expected_version:
        raise Stale
    if before is not None and before.state is State.OPEN:
        if not before.is_same(wanted):
            raise succession.HandoverUnderWay
        return _carried_on(context, caller, before, found, _share_of(context, before))
    begun = replace(wanted, own=found.own, version=before.version if before is not None else 0)
    return _carried_on(context, caller, begun, found, _share_of(context, begun))


def _share_of(context: Keeping, handover: Handover) -> Share:
    return next(shares(context, handover.grant_id, handover.reached))


def to_its_end(
    context: Keeping, grant_id: str, handover: Handover | None = None, *, by_keeper: bool = False
) -> Handover | None:
    """Step by step, each with its share of a list that is read once."""
    handover = handover or context.store.handovers.find(grant_id)
    while handover is not None and handover.state is State.OPEN:
        for share in shares(context, grant_id, handover.reached):
            handover = context.store.database.in_transaction(
                partial(next_step, context, grant_id, share, by_keeper=by_keeper)
            )
            if handover.state is not State.OPEN:
                break
    return handover


def next_step(
    context: Keeping, grant_id: str, share: Share | None = None, *, by_keeper: bool = False
) -> Handover:
    """With the access that whoever asked for it has now. What may not go on is stopped, and says why.

    `by_keeper`: nobody waits for it any more, so whoever asked is told when it is done.
    """
    handover = context.store.handovers.find(grant_id)
    if handover is None:
        raise NotFound
    if handover.state is not State.OPEN:
        return handover
    caller = whoever_asked(context, handover.by, handover.by_name)
    try:
        found = agreed(context, caller, grant_id, handover.to_id, handover.only)
    except Refusal as refusal:
        return _stopped(context, handover, type(refusal).__name__)
    told = [_finished(handover, found.old)] if by_keeper else []
    return _carried_on(context, caller, handover, found, share or _share_of(context, handover), told)


def _finished(handover: Handover, grant: Grant) -> Event:
    return Event(events.HANDOVER_FINISHED, {**grant_news(grant), "account_id": handover.by[0]})


def finish_handovers(context: Keeping) -> int:
    """Carries on what was cut off in the middle, to its end; how many."""
    done = 0
    for grant_id in context.store.handovers.resting(context.clock.now() - AT_WORK):
        try:
            to_its_end(context, grant_id, by_keeper=True)
        except Stale:
            continue  # somebody is at work after all, or a grant has just been changed: the next look sees
        except Refusal as refusal:
            # The others do not wait for this one.
            log.warning("handover_waits", grant=grant_id, why=type(refusal).__name__)
            continue
        done += 1
    return done


def _carried_on(
    context: Keeping,
    caller: Caller,
    handover: Handover,
    found: Succession,
    share: Share,
    when_done: Sequence[Event] = (),
) -> Handover:
    store, now, today = context.store, context.clock.now(), context.clock.today()
    stored = store.grant(found.new.id)
    if stored.chain != found.new.chain:
        entry = adopted("grant.took_place", found.new, found, handover.reason)
        save_for_all(context, stored, found.new, (), entry, "adopted")
    part = _part(context, found, share)
    above = {**store.with_chains([*part, found.new]), stored.id: stored}
    led = {one.id: succession.rehung(one, found.old, found.new, above) for one in part}
    revived = losses.revived(part, above, {**led, found.new.id: found.new}, today)
    for one in part:
        entry = adopted("grant.adopted", led[one.id], found, handover.reason)
        store.rehang(led[one.id], one.version, [entry])
    store.raise_generations([one.account_id or "" for one in part], now)
    # What was given meanwhile goes along, too: at the end all that still hangs there is looked at once more.
    rest = plan_of(context, found, store.hanging_on(found.old.id)) if share.rest else None
    last = rest is not None and not (rest.going or rest.following)
    if last and found.leaves:
        _leave(context, caller, found, handover.reason)
    carried = replace(
        handover,
        moved=handover.moved + len(part),
        touched_at=now,
        reached="" if share.rest else share.places[-1],
        state=State.DONE if last else State.OPEN,
    )
    told = [*revived_news(revived, "adopted"), *(when_done if last else ())]
    if last and carried.moved:
        told += told_to([found.new.account_id], What.HANDED_TO, found.new.unit_path, handover.by)
        left = [] if found.own else [found.old.account_id]
        told += told_to(left, What.TAKEN_OVER, found.old.unit_path, handover.by)
    return store.handovers.put(carried, told)


def _part(context: Keeping, found: Succession, share: Share) -> list[Grant]:
    """What goes over of this share, for which the grants right below the old one are asked, and no others."""
    store, old = context.store, found.old
    known = store.grants_by_id(share.ids)
    known |= store.grants_by_id(succession.next_below(one, old) for one in known.values())
    plan = plan_of(context, found, [one for one in known.values() if old.id in one.chain])
    ids = set(share.ids)
    return [one for one in succession.superiors_first(plan) if one.id in ids]


def _leave(context: Keeping, caller: Caller, found: Succession, reason: str) -> None:
    left = grant_acts.resign(found.old, caller.accounts, reason, context.clock.today(), last_power=False)
    changed = replace(left, handed_to=found.new.id)
    entry = adopted("grant.handed_over_all", changed, found, reason)
    save_for_all(context, found.old, changed, ended_news(changed, "resigned"), entry, "resigned")


def _stopped(context: Keeping, handover: Handover, why: str) -> Handover:
    grant = context.store.grant(handover.grant_id)
    stopped = replace(handover, state=State.STOPPED, why=why, touched_at=context.clock.now())
    news = Event(events.HANDOVER_STOPPED, {**grant_news(grant), "account_id": handover.by[0]})
    entry = grant_audit("grant.handover_stopped", grant, why=why, moved=handover.moved, to=handover.to_id)
    return context.store.handovers.put(stopped, [news], [entry])


def adopted(action: str, grant: Grant, found: Succession, reason: str) -> AuditEntry:
    return grant_audit(action, grant, reason=reason, of=found.old.id, to=found.new.id)
