"""Grants follow their units: to another place, and to their end."""

from collections.abc import Sequence

from identity import events
from identity.context import Context
from identity.domain import grant_rights, losses
from identity.domain.aftermath import FEW, Aftermath
from identity.domain.grants import Grant, Status, WhyNot
from identity.operations.bans import hold_back_moved
from identity.operations.telling import (
    grant_audit,
    grant_news,
    losses_news,
    revived_news,
)
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.tree.units import UnitChange

# So much of what hangs on all of them is told with one event.
AT_ONCE = 1_000


def units_changed(context: Context, changes: Sequence[UnitChange]) -> None:
    """Rights follow a unit that moves or ends at the same moment, and so do those that hang on them.

    What hangs on grants of a unit that ends is told with it where it is little, and by the keeper where it is much. A
    move reaches nothing that stays: whatever hangs on what moves stands below it, and moves as well.
    """
    store, today = context.store, context.clock.today()
    differ = [one for one in changes if one.moved or one.ended or one.begun]
    here = store.grants_of_units([one.id for one in differ])
    turned = {one.id for one in differ if one.ended or one.begun}
    giving = [one for one in here if one.unit_id in turned and grant_rights.gives_access(one, context.roles)]
    much = _with_much_on_them(context, giving)
    little = [one.id for one in giving if much.isdisjoint((one.id, *one.chain))]
    concerned = list({one.id: one for one in (*here, *store.hanging_on_any(little))}.values())
    above = {**store.with_chains(concerned), **{one.id: one for one in here}}
    holders = store.follow_units(changes, _followed)
    after = store.grants_by_id([one.id for one in here])
    # What stands elsewhere may hang on what moved or ended here.
    store.rollout.touch([one.unit_id for one in concerned], context.clock.now())
    gone = list(losses.lost(concerned, above, after, today))
    back = list(losses.revived(concerned, above, after, today))
    # Of a grant whose own unit has ended `_followed` tells.
    news = losses_news(one for one in gone if one.why is not WhyNot.UNIT_ENDED)
    news += revived_news(back, "unit-back")
    if news:
        store.calendar.insert({"_id": new_id()}, news, [])
    moved = {change.id: change.after.path for change in changes if change.moved}
    store.fallback.move(moved)
    store.asking.move(moved)
    if any(change.moved for change in changes):
        hold_back_moved(context, holders)
    for one in giving:
        if one.id in much:
            _leave(context, one, after[one.id], giving)
    cut = {one.grant.account_id or "" for one in gone} | {one.account_id or "" for one in back}
    store.raise_generations(holders | cut, context.clock.now())


def _with_much_on_them(context: Context, giving: Sequence[Grant]) -> set[str]:
    """Of these grants the highest on which more hangs than is told in one transaction: each, or all together."""
    much, room = set[str](), AT_ONCE
    for one in sorted(giving, key=lambda grant: (len(grant.chain), grant.id)):
        if not much.isdisjoint(one.chain):
            continue
        most = min(FEW, room)
        found = context.store.count_up_to(one.id, most + 1)
        if found > most:
            much.add(one.id)
        else:
            room -= found
    return much


def _leave(context: Context, before: Grant, after: Grant, giving: Sequence[Grant]) -> None:
    """Nobody acts by what hangs on it from now on; that each is told follows, also by whatever is in between."""
    store, now = context.store, context.clock.now()
    store.end_below([before.account_id or ""], now)
    alike = [
        one.id
        for one in giving
        if before.id in one.chain and (one.unit_ended is None) == (before.unit_ended is None)
    ]
    why = "unit-ended" if before.unit_ended is None else "unit-back"
    store.aftermaths.put(Aftermath(new_id(), before, after, why, now, with_it=tuple(alike)))


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
