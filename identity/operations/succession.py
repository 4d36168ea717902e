"""Handing over what hangs on one's grant, and taking over what hangs on a dead one: previewed, then done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from identity.context import Context
from identity.domain import bans, grant_refusals, succession
from identity.domain import grants as rules
from identity.domain.fallback import EidNeeded
from identity.domain.grants import Grant, WhyNot
from identity.domain.succession import Handover, State
from identity.operations.aftermath import save_for_all
from identity.operations.bans import standing_of_giver
from identity.operations.grants import changeable_grant
from identity.operations.handing_over import Succession, adopted, first_step, planned, to_its_end
from identity.operations.showing import GrantSeen, show_grants
from identity.operations.telling import displaced_news
from identity.store import DuplicateKeyError
from servicekit.access.decision import Caller
from servicekit.web.listing import page_of


@dataclass(frozen=True)
class LeftBehind:
    """`why`: a refusal's name."""

    grant: GrantSeen
    why: str


@dataclass(frozen=True)
class SuccessionForeseen:
    """`count`: all that goes over; `direct_count`: what hangs on the grant itself, of which `grants` are a page."""

    count: int
    direct_count: int
    ends_own: bool
    grants: Sequence[GrantSeen]
    next: str | None
    left: Sequence[LeftBehind]
    left_count: int
    left_next: str | None


@dataclass(frozen=True)
class HandedOver:
    moved: int
    grant: GrantSeen


def preview_succession(
    context: Context,
    caller: Caller,
    grant_id: str,
    to_id: str,
    only: Sequence[str] = (),
    *,
    after: str = "",
    left_after: str = "",
    limit: int,
) -> SuccessionForeseen:
    """What goes and what stays, each counted in full and listed a page at a time."""
    found, plan = planned(context, caller, grant_id, to_id, tuple(only))
    whys = {one.id: why for one, why in plan.left}
    going = page_of(list(plan.going), lambda grant: (grant.id,), after, limit)
    left = page_of([one for one, _ in plan.left], lambda grant: (grant.id,), left_after, limit)
    return SuccessionForeseen(
        count=len(plan.going) + len(plan.following),
        direct_count=len(plan.going),
        ends_own=found.leaves,
        grants=show_grants(context, list(going.items)),
        next=going.next,
        left=[LeftBehind(shown, str(whys[shown.id])) for shown in show_grants(context, list(left.items))],
        left_count=len(plan.left),
        left_next=left.next,
    )


def hand_over(
    context: Context,
    caller: Caller,
    grant_id: str,
    to_id: str,
    only: Sequence[str],
    reason: str,
    expected_version: int,
    once: str = "",
) -> HandedOver:
    """All of it, a step at a time; what is cut off in the middle the keeper finishes, or the same request sent again.

    `once`: its Idempotency-Key. Raises HandoverStopped where somebody's access ended in between.
    """
    if not reason.strip():
        raise grant_refusals.ReasonNeeded(field="reason")
    if caller.fallback:
        raise EidNeeded
    now = context.clock.now()
    wanted = Handover(
        grant_id=grant_id,
        to_id=to_id,
        only=tuple(sorted(set(only))),
        reason=reason,
        by=caller.accounts,
        by_name=caller.name,
        begun_at=now,
        touched_at=now,
        once=once,
    )
    work = context.store.database.in_transaction
    try:
        handover = work(lambda: first_step(context, caller, wanted, expected_version))
    except DuplicateKeyError as error:
        raise succession.HandoverUnderWay from error
    handover = to_its_end(context, grant_id, handover) or handover
    if handover.state is State.STOPPED:
        raise succession.HandoverStopped(moved=handover.moved)
    # Who has lost the power over it since is not shown again what became of it.
    grant = context.store.grant(grant_id) if handover.own else changeable_grant(context, caller, grant_id)
    return HandedOver(handover.moved, show_grants(context, [grant])[0])


def make_room(context: Context, grant: Grant, held: Sequence[Grant]) -> None:
    """For a grant that is about to count: what holds its place gives way to a giver who stands higher, or is dead.

    What hung on that hangs on the new one then, as far as its holder could have given it. Raises GivenAlready.
    """
    refuse_given(context, grant, held)
    for other in bans.same_place(grant, held, context.clock.today()):
        give_way(context, other, grant)


def refuse_given(context: Context, grant: Grant, held: Sequence[Grant]) -> None:
    """Raises GivenAlready where what holds its place stays."""
    today = context.clock.today()
    others = bans.same_place(grant, held, today)
    above = context.store.with_chains([grant, *others])
    mine = standing_of_giver(grant, above)
    for other in others:
        why = rules.why_not(other, above, today)
        if why in (None, WhyNot.NOT_YET) and not rules.higher(mine, standing_of_giver(other, above)):
            raise grant_refusals.GivenAlready


def give_way(context: Context, other: Grant, grant: Grant) -> None:
    """The one ends, and what hung on it hangs on the other, as far as its holder could have given it."""
    store, today = context.store, context.clock.today()
    if store.more_hang_on(other.id, succession.MOST_FOLLOWING):
        raise succession.TooManyFollow(most=succession.MOST_FOLLOWING)
    plan = succession.plan(
        other, grant, store.hanging_on(other.id), context.roles, {grant.account_id or ""}, today
    )
    found = Succession(other, grant)
    going = [*plan.going, *plan.following]
    succession.check_goes_along(going)
    above = store.with_chains([*going, grant])
    for one in going:
        changed = succession.rehung(one, other, grant, above)
        store.rehang(changed, one.version, [adopted("grant.adopted", changed, found, "replaced")])
    store.raise_generations([one.account_id or "" for one in going], context.clock.now())
    changed = replace(bans.gives_way(other), handed_to=grant.id)
    entry = adopted("grant.replaced", changed, found, "replaced")
    save_for_all(context, other, changed, displaced_news(changed, "replaced"), entry, "replaced")


def displaced_by(context: Context, grant: Grant, held: Sequence[Grant]) -> list[Grant]:
    """What gives way when a grant comes to count, to be told before it does; nothing where it could not."""
    today = context.clock.today()
    others = bans.same_place(grant, held, today)
    above = context.store.with_chains([grant, *others])
    mine = standing_of_giver(grant, above)
    return [
        one
        for one in others
        if rules.why_not(one, above, today) not in (None, WhyNot.NOT_YET)
        or rules.higher(mine, standing_of_giver(one, above))
    ]
