"""Members who leave or go over to another unit: one by one, and all whom an ended unit has left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.context import Context
from membership.domain import leaving as rules
from membership.domain.leaving import WRITE
from membership.domain.members import Member
from membership.domain.moves import ReasonMissing
from membership.domain.units import Unit
from membership.operations.units import heirs_of
from servicekit.access.decision import Caller, UnknownHere, decide, require
from servicekit.data.events import AuditEntry
from servicekit.refusals import Stale
from servicekit.tree.units import require_live

# As many as one transaction of a request takes; whoever moves more goes on with what is left.
MOVED_AT_ONCE = 200


@dataclass(frozen=True)
class MovePreview:
    """Who would go where: each is counted once, there and no longer here."""

    members: int
    from_unit: Unit
    to_unit: Unit


@dataclass(frozen=True)
class StrandedMoved:
    moved: int
    left_behind: int


def require_keeper(context: Context, caller: Caller, unit: Unit, permission: str) -> None:
    rules.require_keeper(caller, permission, unit, after(context, unit), context.clock.now())


def leave(
    context: Context,
    caller: Caller,
    member_id: str,
    expected_version: int,
    reason: str,
    on: date | None = None,
) -> Member:
    """The member is kept for the record and counted no more; number and card are free again."""
    if not reason.strip():
        raise ReasonMissing(field="reason")

    def work() -> Member:
        member, unit = _kept(context, caller, member_id, expected_version)
        rules.require_there(member)
        today = context.clock.today()
        day = rules.leaving_day(member, on, today)
        context.units.hold(unit.id)
        entry = _entry("member.left", member, reason=reason)
        return context.members.leave(member, day, reason, expected_version, [entry])

    return context.database.in_transaction(work)


def preview_move(context: Context, caller: Caller, member_id: str, to_id: str) -> MovePreview:
    """Nobody moves where the member is already."""
    member, unit = _kept(context, caller, member_id)
    to = _destination(context, caller, unit, to_id)
    if to.id == unit.id:
        return MovePreview(0, unit, to)
    rules.check_destination(member, to)
    return MovePreview(1, unit, to)


def move_member(
    context: Context, caller: Caller, member_id: str, expected_version: int, to_id: str, reason: str
) -> Member:
    """To a unit that the caller keeps as well; out of an ended one also to what followed it."""
    if not reason.strip():
        raise ReasonMissing(field="reason")

    def work() -> Member:
        member, unit = _kept(context, caller, member_id, expected_version)
        to = _destination(context, caller, unit, to_id)
        rules.check_destination(member, to)
        return _move(context, member, unit, to, reason)

    return context.database.in_transaction(work)


def preview_stranded(context: Context, caller: Caller, unit_id: str, to_id: str) -> MovePreview:
    """Nobody is stranded in a unit that lives."""
    unit, to = _of_and_to(context, caller, unit_id, to_id)
    return MovePreview(0 if unit.live else context.members.count_of_unit(unit.id), unit, to)


def move_stranded(
    context: Context, caller: Caller, unit_id: str, to_id: str, reason: str, number: int
) -> StrandedMoved:
    """All members of an ended unit, so many as were seen; at most MOVED_AT_ONCE at a time."""
    if not reason.strip():
        raise ReasonMissing(field="reason")

    def work() -> StrandedMoved:
        unit, to = _stranded(context, caller, unit_id, to_id)
        there = context.members.count_of_unit(unit.id)
        if there != number:
            raise rules.NumberMovingUnconfirmed(number=there, confirmed=number)
        members: Sequence[Member] = context.members.of_unit(unit.id, "", MOVED_AT_ONCE)
        for member in members:
            _move(context, member, unit, to, reason)
        return StrandedMoved(len(members), there - len(members))

    return context.database.in_transaction(work)


def _move(context: Context, member: Member, unit: Unit, to: Unit, reason: str) -> Member:
    context.units.hold(unit.id)
    context.units.hold(to.id)
    entries = [
        _entry("member.moved", member, to=to.id, reason=reason),
        AuditEntry("member.moved", to.id, to.path, "member", member.id, subject_id=member.id,
                   details={"from": unit.id, "reason": reason}),
    ]  # fmt: skip
    return context.members.move_member(member, to, reason, member.version, entries)


def _kept(
    context: Context, caller: Caller, member_id: str, expected_version: int | None = None
) -> tuple[Member, Unit]:
    member = context.members.find(member_id)
    unit = context.units.find(member.unit_id) if member else None
    if member is None or unit is None:
        raise UnknownHere
    require_keeper(context, caller, unit, WRITE)
    if expected_version is not None and member.version != expected_version:
        raise Stale
    return member, unit


def _stranded(context: Context, caller: Caller, unit_id: str, to_id: str) -> tuple[Unit, Unit]:
    unit, to = _of_and_to(context, caller, unit_id, to_id)
    if unit.live:
        raise rules.UnitNotEnded
    require_live(to, field="to_id")
    return unit, to


def _of_and_to(context: Context, caller: Caller, unit_id: str, to_id: str) -> tuple[Unit, Unit]:
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require_keeper(context, caller, unit, WRITE)
    return unit, _destination(context, caller, unit, to_id)


def _destination(context: Context, caller: Caller, unit: Unit, to_id: str) -> Unit:
    """Whoever keeps the nearest unit above an ended one sends its members to what it went into, or below themselves."""
    to, now = context.units.find(to_id), context.clock.now()
    if to is None:
        raise UnknownHere(field="to_id")
    superior = None if unit.live else _superior(context, unit)
    if superior is not None and decide(caller, WRITE, superior.path, now).allowed:
        heirs = {heir.id for heir in heirs_of(context, unit)}
        if superior.id in to.path or to.id in heirs:
            return to
    require(caller, WRITE, to.path, now)
    return to


def after(context: Context, unit: Unit) -> tuple[Unit, ...]:
    """Of an ended unit those that it went into, and the nearest one above that lives; of another none."""
    if unit.live:
        return ()
    superior = _superior(context, unit)
    return (*heirs_of(context, unit), *((superior,) if superior else ()))


def _superior(context: Context, unit: Unit) -> Unit | None:
    """The nearest unit above that lives."""
    above = context.units.many(unit.path[:-1])
    return next((above[one] for one in reversed(unit.path[:-1]) if one in above and above[one].live), None)


def _entry(action: str, member: Member, **details: object) -> AuditEntry:
    return AuditEntry(
        action, member.unit_id, member.unit_path, "member", member.id, subject_id=member.id, details=details
    )
