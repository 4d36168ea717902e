"""Moving units: by one who stands over both superiors, or by two who do so together. Rights follow at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from membership.context import Context
from membership.domain import moves as rules
from membership.domain.moves import MOVE, Move, MoveState
from membership.domain.unit_import import LevelNotAllowed
from membership.domain.units import Unit, told
from membership.events import GRANT_ENDED, GRANTS_ENDED, MOVE_ASKED, units_changed
from membership.operations.unit_import import STEP, ImportRunning, LevelSchemeMissing
from membership.operations.units import visible_unit
from servicekit.access.decision import Caller, SignInTooOld, UnknownHere, require, visible
from servicekit.calendar.order import newest_first
from servicekit.calendar.waiting import Rank, Task, Waiting
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import Acts, NotFound, Stale
from servicekit.tasks.acting import UNITS_MOST, left_out, units_with
from servicekit.tree.units import UnitEnded
from servicekit.web.listing import Page, page_of


@dataclass(frozen=True)
class MoveForeseen:
    """`units`: how many move; `second_person`: whether somebody else must confirm it."""

    unit_id: str
    unit_names: Mapping[str, str]
    from_id: str
    from_names: Mapping[str, str]
    to_id: str
    to_names: Mapping[str, str]
    units: int
    second_person: bool


@dataclass(frozen=True)
class MoveSeen:
    """A move with the names that its reader may see; `acts` are None in answers to acts."""

    id: str
    version: int
    unit_id: str
    unit_names: Mapping[str, str]
    from_id: str
    from_names: Mapping[str, str]
    to_id: str
    to_names: Mapping[str, str]
    status: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    reason: str
    units: int
    confirm_until: datetime
    decided_by_name: str
    decided_at: datetime | None
    decided_reason: str
    acts: Acts | None = None


def preview_move(context: Context, caller: Caller, unit_id: str, to_id: str) -> MoveForeseen:
    """What would move, and whether a second person must confirm it; refused as the move itself would be."""
    move, missing = _planned(context, caller, unit_id, to_id, "")
    seen = _show(context, caller, move)
    return MoveForeseen(
        unit_id=seen.unit_id,
        unit_names=seen.unit_names,
        from_id=seen.from_id,
        from_names=seen.from_names,
        to_id=seen.to_id,
        to_names=seen.to_names,
        units=seen.units,
        second_person=bool(missing),
    )


def ask_to_move(context: Context, caller: Caller, unit_id: str, to_id: str, reason: str) -> MoveSeen:
    """Moves the unit when the caller stands over it and both superiors; else asks a second person who stands there."""
    if not reason.strip():
        raise rules.ReasonMissing(field="reason")
    move, missing = _planned(context, caller, unit_id, to_id, reason)
    if not missing:
        return _show(context, caller, _carry_out(context, caller, move, new=True))
    place = move.places[missing[-1]]
    about = {
        "unit_id": place[-1],
        "unit_path": list(place),
        "asked_by": caller.account_id,
        "move_id": move.id,
        "moving": move.unit_id,
        "to": move.to_id,
    }
    entry = _entry("unit.move_asked", move, reason=reason)

    def work() -> Move:
        # Of two who ask at once one is refused.
        context.units.hold(unit_id)
        rules.check_first(context.moves.of(unit_id), unit_id, move.asked_at)
        return context.moves.add(move, [Event(MOVE_ASKED, about)], [entry])

    return _show(context, caller, context.database.in_transaction(work))


def _planned(
    context: Context, caller: Caller, unit_id: str, to_id: str, reason: str
) -> tuple[Move, list[str]]:
    """The move, and the places for which the caller's leave is not enough."""
    now = context.clock.now()
    unit, superior = context.units.find(unit_id), context.units.find(to_id)
    if unit is None or not visible(caller, unit.path):
        raise UnknownHere(field="unit_id")
    # The new superior may stand where the caller sees nothing: then a second person there must agree.
    if superior is None:
        raise UnknownHere(field="to_id")
    move = Move(
        id=context.new_id(),
        unit_id=unit.id,
        unit_path=unit.path,
        from_id=unit.parent_id or "",
        from_path=unit.path[:-1],
        to_id=superior.id,
        to_path=superior.path,
        asked_by=caller.account_id,
        asked_by_name=caller.name,
        asked_at=now,
        reason=reason,
        units=0,
        held=(),
        asked_hand=rules.asking_hand(caller),
    )
    held = rules.held_over(caller, move.places, now)
    if not held:
        require(caller, MOVE, unit.path, now)
    try:
        _, after = _after(context, unit, superior)
    except (UnitEnded, LevelNotAllowed) as refusal:
        if refusal.field == "to_id" and not visible(caller, superior.path):
            # What it is and whether it has ended is nobody's to learn here.
            raise UnknownHere(field="to_id") from None
        raise
    missing = [one for one in move.places if one not in held]
    if missing and rules.too_old_for(caller, move.places, now):
        raise SignInTooOld(permission=MOVE)
    rules.check_first(context.moves.of(unit_id) if missing else (), unit_id, now)
    return replace(move, held=held, units=len(after)), missing


def confirm_move(context: Context, caller: Caller, move_id: str, expected_version: int) -> MoveSeen:
    """The second person's yes; between them the two must stand over the unit and both superiors."""
    move, now = _visible(context, caller, move_id), context.clock.now()
    rules.check_confirming(move, caller, now)
    if move.version != expected_version:
        raise Stale
    return _show(context, caller, _carry_out(context, caller, move, new=False))


def decline_move(
    context: Context, caller: Caller, move_id: str, reason: str, expected_version: int
) -> MoveSeen:
    """The second person's no, or the first one's change of mind."""
    if not reason.strip():
        raise rules.ReasonMissing(field="reason")
    move, now = _visible(context, caller, move_id), context.clock.now()
    rules.check_declining(move, caller, now)
    changed = rules.decided(move, MoveState.DECLINED, caller.name, reason, now)
    entry = _entry("unit.move_declined", changed, reason=reason)
    return _show(context, caller, context.moves.save(changed, expected_version, [], [entry]))


def access_ended(context: Context, event: Mapping[str, Any]) -> None:
    """A move stands on the leave of whoever asked for it: it goes with the access that the leave came from."""
    now = context.clock.now()
    if event["type"] == GRANTS_ENDED:
        lost = GRANTS_ENDED.read(event["data"]).grants
    else:
        lost = (GRANT_ENDED.read(event["data"]),)
    for grant in lost:
        account_id, path = grant.account_id, grant.unit_path
        for move in context.moves.asked_by(account_id) if account_id else ():
            leave = any(path[-1] in move.places[one] for one in move.held)
            if leave and rules.state_of(move, now) is MoveState.ASKED:
                changed = rules.decided(move, MoveState.WITHDRAWN, "", "", now)
                context.moves.save(changed, move.version, [], [_entry("unit.move_withdrawn", changed)])


def list_moves(context: Context, caller: Caller, unit_id: str, *, after: str, limit: int) -> Page[MoveSeen]:
    """Of this unit, away from it and to it; those that wait for a second person first, then the newest."""
    visible_unit(context, caller, unit_id, "unit:read")
    now = context.clock.now()
    page = page_of(context.moves.of(unit_id), partial(_place, now), after, limit)
    return page.map(
        lambda moves: [
            replace(_show(context, caller, one), acts=rules.acts_of(one, caller, now)) for one in moves
        ]
    )


def waiting(context: Context, caller: Caller, unit_id: str) -> Waiting:
    """Moves of the caller's units, away from them and to them, that somebody else asked for."""
    held, now = units_with(caller, MOVE, unit_id), context.clock.now()
    asked = {
        move.id: (unit, move)
        for unit in held[:UNITS_MOST]
        for move in context.moves.of(unit)
        if rules.state_of(move, now) is MoveState.ASKED and move.asked_by not in caller.accounts
    }
    units = context.units.many({move.unit_id for _, move in asked.values()})
    tasks = [
        Task(
            "move",
            f"/units/{unit}/move",
            Rank.OTHERS,
            units[move.unit_id].names if move.unit_id in units else {},
            oldest=move.asked_at,
            due=move.confirm_until.date(),
        )
        for unit, move in asked.values()
    ]
    return Waiting(tuple(tasks), units_left_out=left_out((held,)))


def _place(now: datetime, move: Move) -> tuple[str, str, str]:
    waits = rules.state_of(move, now) is MoveState.ASKED
    return "0" if waits else "1", newest_first(move.asked_at), move.id


def _visible(context: Context, caller: Caller, move_id: str) -> Move:
    move = context.moves.find(move_id)
    if move is None or not any(visible(caller, path) for path in move.places.values()):
        raise NotFound
    return move


def _after(context: Context, unit: Unit, superior: Unit) -> tuple[Sequence[Unit], tuple[Unit, ...]]:
    """The units that would move, before and after. Raises the rule's refusals, ImportRunning, LevelSchemeMissing."""
    tree = context.units.tree()
    if tree.running and tree.until and tree.until > context.clock.now():
        raise ImportRunning(until=tree.until.isoformat(timespec="seconds"))
    if tree.scheme is None:
        raise LevelSchemeMissing
    below = context.units.all_below(unit.id, rules.MOST_MOVED)
    return (unit, *below), rules.moved(unit, superior, below, tree.scheme)


def _carry_out(context: Context, caller: Caller, move: Move, *, new: bool) -> Move:
    """All of it in one transaction: units, members, counts, and the word to the other services."""
    now = context.clock.now()
    done = rules.decided(move, MoveState.DONE, caller.name, "", now)

    def work() -> Move:
        unit, superior = context.units.find(move.unit_id), context.units.find(move.to_id)
        if unit is None or superior is None or (unit.path, superior.path) != (move.unit_path, move.to_path):
            raise rules.MoveOutdated
        before, after = _after(context, unit, superior)
        revision = context.units.touch_tree()
        context.units.write([], after)
        known = {one.id: one for one in before}
        context.unit_changes.note((known[one.id], one) for one in after)
        context.members.move({one.id: one.path for one in after})
        events = [
            units_changed([told(one) for one in after[start : start + STEP]], revision)
            for start in range(0, len(after), STEP)
        ]
        # A question about where it stood before must not come alive again when it moves back.
        for other in context.moves.of(unit.id):
            if (
                other.unit_id == unit.id
                and other.id != done.id
                and rules.state_of(other, now) is MoveState.ASKED
            ):
                over = rules.decided(other, MoveState.WITHDRAWN, caller.name, "", now)
                context.moves.save(over, other.version, [], [_entry("unit.move_withdrawn", over)])
        entries = [_entry("unit.moved", done, units=len(after))]
        if new:
            return context.moves.add(done, events, entries)
        return context.moves.save(done, move.version, events, entries)

    return context.database.in_transaction(work)


def _entry(action: str, move: Move, **details: object) -> AuditEntry:
    about = {"from": move.from_id, "to": move.to_id, **details}
    return AuditEntry(action, move.unit_id, move.unit_path, "unit_move", move.id, details=about)


def _show(context: Context, caller: Caller, move: Move) -> MoveSeen:
    """Whoever sees the move is told which unit moves; the superiors are named to whoever sees them."""
    told_of = [one for one, path in move.places.items() if one == move.unit_id or visible(caller, path)]
    names = {one.id: dict(one.names) for one in context.units.many(told_of).values()}
    return MoveSeen(
        id=move.id,
        version=move.version,
        unit_id=move.unit_id,
        unit_names=names.get(move.unit_id, {}),
        from_id=move.from_id,
        from_names=names.get(move.from_id, {}),
        to_id=move.to_id,
        to_names=names.get(move.to_id, {}),
        status=str(rules.state_of(move, context.clock.now())),
        asked_by=move.asked_by,
        asked_by_name=move.asked_by_name,
        asked_at=move.asked_at,
        reason=move.reason,
        units=move.units,
        confirm_until=move.confirm_until,
        decided_by_name=move.decided_by_name,
        decided_at=move.decided_at,
        decided_reason=move.decided_reason,
    )
