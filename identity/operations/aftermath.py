"""What follows from the change of a grant for all that hangs on it: nobody acts any more at once, the rest in steps."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial

from identity.context import Keeping
from identity.domain.aftermath import FEW, Aftermath, Effect, effect_of
from identity.domain.grants import Grant
from identity.domain.losses import Loss
from identity.operations.telling import grant_audit, losses_news, revived_news
from identity.operations.two_hands import note_two
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id


def losses_of(context: Keeping, before: Grant, changed: Grant) -> tuple[Loss, ...]:
    """What gives nothing any more once a grant has changed so; the grant itself comes first."""
    return _effect(context, before, changed, context.store.hanging_on(before.id)).lost


def save_for_all(
    context: Keeping, before: Grant, changed: Grant, told: Iterable[Event], entry: AuditEntry, why: str
) -> Grant:
    """Saves a change of a grant; every token of its holders and of those whose grants hang on it is too old then.

    What stops or goes on with it is told too, by that `why`: with the change where little hangs on it, and by the
    keeper where it is much. Call inside a transaction.
    """
    store, now = context.store, context.clock.now()
    note_two(context, before)
    holders = [before.account_id or "", changed.account_id or ""]
    if store.more_hang_on(before.id, FEW):
        saved = store.save_grant(changed, before.version, told, [entry])
        store.end_below(holders, now)
        store.aftermaths.put(Aftermath(new_id(), before, changed, why, now))
    else:
        hanging = store.hanging_on(before.id)
        effect = _effect(context, before, changed, hanging)
        counted = replace(entry, details={**entry.details, "ending": len(effect.lost)})
        saved = store.save_grant(changed, before.version, [*told, *_news(before, effect, why)], [counted])
        holders += [one.account_id or "" for one in hanging]
        store.rollout.touch([one.unit_id for one in hanging], now)
    note_two(context, changed)
    store.raise_generations(holders, now)
    return saved


def follow_up(context: Keeping) -> Generator[int]:
    """What acts have left to be done, a part at a time; how many grants each part saw to."""
    for left in context.store.aftermaths.waiting():
        ids = [one for one in context.store.ids_hanging_on(left.before.id) if one > left.reached]
        for start in range(0, len(ids), FEW):
            part = ids[start : start + FEW]
            context.store.database.in_transaction(partial(_step, context, left.id, part))
            yield len(part)
        context.store.database.in_transaction(partial(_finish, context, left.id))
        yield 1


def _step(context: Keeping, aftermath_id: str, part: Sequence[str]) -> None:
    """Told, and no token of before good any more, in the write that says how far it is."""
    left = context.store.aftermaths.find(aftermath_id)
    hanging = list(context.store.grants_by_id(part).values())
    effect = _effect(context, left.before, left.after, hanging, left.with_it)
    # The holder was told with the act.
    lost = [one for one in effect.lost if one.grant.id != left.before.id]
    now = context.clock.now()
    context.store.raise_generations([one.account_id or "" for one in hanging], now)
    context.store.rollout.touch([one.unit_id for one in hanging], now)
    news = _news(left.before, effect, left.why)
    if news:
        # A record of their own: together they would be too much for one.
        context.store.calendar.insert({"_id": new_id()}, news)
    reached = replace(
        left, reached=part[-1], lost=left.lost + len(lost), revived=left.revived + len(effect.revived)
    )
    context.store.aftermaths.put(reached)


def _finish(context: Keeping, aftermath_id: str) -> None:
    left = context.store.aftermaths.find(aftermath_id)
    entry = grant_audit("grant.followed_up", left.after, why=left.why, ending=left.lost, revived=left.revived)
    context.store.aftermaths.put(replace(left, open=False), (), [entry])


def _effect(
    context: Keeping,
    before: Grant,
    changed: Grant,
    hanging: Sequence[Grant],
    with_it: Sequence[str] = (),
) -> Effect:
    above = context.store.with_chains([before, *hanging])
    return effect_of(before, changed, hanging, above, context.clock.today(), with_it)


def _news(before: Grant, effect: Effect, why: str) -> list[Event]:
    others = [one for one in effect.lost if one.grant.id != before.id]
    return [*losses_news(others), *revived_news(effect.revived, why)]
