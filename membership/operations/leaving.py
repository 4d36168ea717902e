"""Members who leave or go over to another unit: one by one, and all whom an ended unit has left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.domain import leaving as rules
from membership.domain.leaving import WRITE
from membership.domain.members import Member
from membership.domain.moves import ReasonMissing
from membership.domain.units import Unit
from membership.operations.units import heirs_of
from membership.outside import Outside
from servicekit.access import Caller, UnknownHere, decide, require
from servicekit.events import AuditEntry
from servicekit.refusals import Stale
from servicekit.units import require_live

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


def require_keeper(outside: Outside, caller: Caller, unit: Unit, permission: str) -> None:
    """Of an ended unit: whoever keeps the members of a unit it went into, or of the nearest one above that lives."""
    now = outside.clock.now()
    if decide(caller, permission, unit.path, now).allowed:
        return
    if not unit.live and any(
        decide(caller, permission, one.path, now).allowed for one in _after(outside, unit)
    ):
        return
    require(caller, permission, unit.path, now)


def leave(
    outside: Outside,
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
        member, unit = _kept(outside, caller, member_id, expected_version)
        rules.require_there(member)
        today = outside.clock.today()
        day = rules.leaving_day(member, on, today)
        outside.units.hold(unit.id)
        entry = _entry("member.left", member, reason=reason)
        return outside.members.leave(member, day, reason, expected_version, [entry])

    return outside.database.in_transaction(work)


def preview_move(outside: Outside, caller: Caller, member_id: str, to_id: str) -> MovePreview:
    """Nobody moves where the member is already."""
    member, unit = _kept(outside, caller, member_id)
    to = _destination(outside, caller, unit, to_id)
    if to.id == unit.id:
        return MovePreview(0, unit, to)
    rules.check_destination(member, to)
    return MovePreview(1, unit, to)


def move_member(
    outside: Outside, caller: Caller, member_id: str, expected_version: int, to_id: str, reason: str
) -> Member:
    """To a unit that the caller keeps as well; out of an ended one also to what followed it."""
    if not reason.strip():
        raise ReasonMissing(field="reason")

    def work() -> Member:
        member, unit = _kept(outside, caller, member_id, expected_version)
        to = _destination(outside, caller, unit, to_id)
        rules.check_destination(member, to)
        return _move(outside, member, unit, to, reason)

    return outside.database.in_transaction(work)


def preview_stranded(outside: Outside, caller: Caller, unit_id: str, to_id: str) -> MovePreview:
    """Nobody is stranded in a unit that lives."""
    unit, to = _of_and_to(outside, caller, unit_id, to_id)
    return MovePreview(0 if unit.live else outside.members.count_of_unit(unit.id), unit, to)


def move_stranded(
    outside: Outside, caller: Caller, unit_id: str, to_id: str, reason: str, number: int
) -> StrandedMoved:
    """All members of an ended unit, so many as were seen; at most MOVED_AT_ONCE at a time."""
    if not reason.strip():
        raise ReasonMissing(field="reason")

    def work() -> StrandedMoved:
        unit, to = _stranded(outside, caller, unit_id, to_id)
        there = outside.members.count_of_unit(unit.id)
        if there != number:
            raise rules.NumberMovingUnconfirmed(number=there, confirmed=number)
        members: Sequence[Member] = outside.members.of_unit(unit.id, "", MOVED_AT_ONCE)
        for member in members:
            _move(outside, member, unit, to, reason)
        return StrandedMoved(len(members), there - len(members))

    return outside.database.in_transaction(work)


def _move(outside: Outside, member: Member, unit: Unit, to: Unit, reason: str) -> Member:
    outside.units.hold(unit.id)
    outside.units.hold(to.id)
    entries = [
        _entry("member.moved", member, to=to.id, reason=reason),
        AuditEntry("member.moved", to.id, to.path, "member", member.id, subject_id=member.id,
                   details={"from": unit.id, "reason": reason}),
    ]  # fmt: skip
    return outside.members.move_member(member, to, member.version, entries)


def _kept(
    outside: Outside, caller: Caller, member_id: str, expected_version: int | None = None
) -> tuple[Member, Unit]:
    member = outside.members.find(member_id)
    unit = outside.units.find(member.unit_id) if member else None
    if member is None or unit is None:
        raise UnknownHere
    require_keeper(outside, caller, unit, WRITE)
    if expected_version is not None and member.version != expected_version:
        raise Stale
    return member, unit


def _stranded(outside: Outside, caller: Caller, unit_id: str, to_id: str) -> tuple[Unit, Unit]:
    unit, to = _of_and_to(outside, caller, unit_id, to_id)
    if unit.live:
        raise rules.UnitNotEnded
    require_live(to, field="to_id")
    return unit, to


def _of_and_to(outside: Outside, caller: Caller, unit_id: str, to_id: str) -> tuple[Unit, Unit]:
    unit = outside.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require_keeper(outside, caller, unit, WRITE)
    return unit, _destination(outside, caller, unit, to_id)


def _destination(outside: Outside, caller: Caller, unit: Unit, to_id: str) -> Unit:
    """Whoever keeps the nearest unit above an ended one sends its members to what it went into, or below themselves."""
    to, now = outside.units.find(to_id), outside.clock.now()
    if to is None:
        raise UnknownHere(field="to_id")
    superior = None if unit.live else _superior(outside, unit)
    if superior is not None and decide(caller, WRITE, superior.path, now).allowed:
        heirs = {heir.id for heir in heirs_of(outside, unit)}
        if superior.id in to.path or to.id in heirs:
            return to
    require(caller, WRITE, to.path, now)
    return to


def _after(outside: Outside, unit: Unit) -> tuple[Unit, ...]:
    superior = _superior(outside, unit)
    return (*heirs_of(outside, unit), *((superior,) if superior else ()))


def _superior(outside: Outside, unit: Unit) -> Unit | None:
    """The nearest unit above that lives."""
    above = outside.units.many(unit.path[:-1])
    return next((above[one] for one in reversed(unit.path[:-1]) if one in above and above[one].live), None)


def _entry(action: str, member: Member, **details: object) -> AuditEntry:
    return AuditEntry(
        action, member.unit_id, member.unit_path, "member", member.id, subject_id=member.id, details=details
    )
