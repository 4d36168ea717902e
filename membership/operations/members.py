"""Keeping members: details for the keeper of their own unit, numbers for those above, every look written down."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from membership.domain.leaving import require_there
from membership.domain.members import (
    LOOKED_UP_A_DAY,
    REFUSED_A_DAY,
    Counts,
    Details,
    Member,
    NationalNumberTaken,
    TooManyLookedUp,
    TooManyRefused,
    checked,
    number_in,
    place_of,
)
from membership.domain.units import Unit
from membership.operations.leaving import require_keeper
from membership.operations.units import visible_unit
from membership.outside import Outside
from membership.store.members import Earlier
from servicekit.access import Caller, UnknownHere, decide, reach_roots
from servicekit.events import AuditEntry
from servicekit.listing import Page, key_of, page_from
from servicekit.refusals import Stale
from servicekit.units import require_live

READ = "members:read"
WRITE = "members:write"
COUNT = "members:count"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class UnitCounts:
    unit: Unit
    own: Counts
    all: Counts


@dataclass(frozen=True)
class CountsSeen:
    """Members of a unit, and of each unit directly below it with all below that."""

    here: UnitCounts
    children: list[UnitCounts]
    as_of: datetime


def register_member(outside: Outside, caller: Caller, unit_id: str, details: Details) -> Member:
    def register() -> Member:
        unit = visible_unit(outside, caller, unit_id, WRITE)
        require_live(unit)
        valid = checked(details, outside.rules, outside.clock.today())
        member = Member(outside.new_id(), 1, unit.id, unit.path, valid)
        _refuse_taken_number(outside, caller, member)
        outside.units.hold(unit.id)
        return outside.members.insert(member, [_entry("member.registered", member)])

    return outside.database.in_transaction(register)


def read_member(outside: Outside, caller: Caller, member_id: str) -> Member:
    member = _kept_member(outside, caller, member_id, READ)
    outside.reads.record(_entry("member.read", member))
    return member


def change_member(
    outside: Outside, caller: Caller, member_id: str, expected_version: int, details: Details
) -> Member:
    """Replaces all values of a member; the earlier ones are kept."""

    def change() -> Member:
        member = _kept_member(outside, caller, member_id, WRITE)
        require_there(member)
        unit = outside.units.find(member.unit_id)
        if unit is not None:
            require_live(unit, field=None)
        if member.version != expected_version:
            raise Stale
        valid = checked(details, outside.rules, outside.clock.today(), member.details)
        changed = [
            f.name for f in fields(Details) if getattr(valid, f.name) != getattr(member.details, f.name)
        ]
        if not changed:
            return member
        if "national_number" in changed:
            _refuse_taken_number(
                outside, caller, Member(member.id, 0, member.unit_id, member.unit_path, valid)
            )
        entry = _entry("member.changed", member, fields=changed)
        return outside.members.save(member, valid, expected_version, [entry])

    return outside.database.in_transaction(change)


def read_history(outside: Outside, caller: Caller, member_id: str) -> list[Earlier]:
    """Earlier values, oldest first."""
    member = _kept_member(outside, caller, member_id, READ)
    earlier = outside.members.history(member_id)
    outside.reads.record(_entry("member.history_read", member))
    return earlier


def list_members(
    outside: Outside, caller: Caller, unit_id: str, *, query: str, after: str, limit: int
) -> Page[Member]:
    """Members of one unit without national number and phone, in the order of their names."""
    unit = outside.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require_keeper(outside, caller, unit, READ)
    seen = outside.members.opened_place(key_of(after, 1)[0]) if after else ""
    if query:
        named = outside.members.of_unit_named(unit_id, query)
        total = len(named)
        found = [member for member in named if place_of(member) > seen][: limit + 1]
    else:
        total = outside.members.count_of_unit(unit_id)
        found = outside.members.of_unit(unit_id, seen, limit + 1)
    page = page_from(found, lambda member: (outside.members.sealed_place(place_of(member)),), limit, total)
    outside.reads.record(
        AuditEntry(
            "members.listed",
            unit.id,
            unit.path,
            "unit",
            unit.id,
            details={"shown": len(page.items), "searched": bool(query)},
        )
    )
    return page


def look_up_member(outside: Outside, caller: Caller, national_number: str) -> Member | None:
    """The member with this number in a unit that the caller keeps. Nobody learns of members elsewhere."""
    number = number_in(national_number, outside.rules, outside.clock.today())
    _count_lookup(outside, caller)
    found = outside.members.by_national_number(number)
    if found is not None and not decide(caller, READ, found.unit_path, outside.clock.now()).allowed:
        found = None
    outside.reads.record(_entry("member.looked_up", found) if found else _looked_up_in_vain(caller))
    return found


def _count_lookup(outside: Outside, caller: Caller) -> None:
    """Raises TooManyLookedUp until the organisation's next day begins."""
    clock = outside.clock
    if outside.members.count_lookup(caller.account_id, clock.today(), clock.now()) > LOOKED_UP_A_DAY:
        left = clock.beginning_of(clock.today() + DAY) - clock.now()
        raise TooManyLookedUp(retry_after=int(left.total_seconds()) + 1)


def count_members(outside: Outside, caller: Caller, unit_id: str) -> CountsSeen:
    unit = visible_unit(outside, caller, unit_id, COUNT)
    units = [unit, *outside.units.all_children(unit_id)]
    fold_counts(outside)
    counts = outside.members.counts(one.id for one in units)
    seen = [UnitCounts(one, *counts.get(one.id, (Counts(), Counts()))) for one in units]
    return CountsSeen(seen[0], seen[1:], outside.clock.now())


def fold_counts(outside: Outside) -> None:
    """Until then registrations wait beside the counts."""
    while outside.database.in_transaction(outside.members.fold):
        pass


def _kept_member(outside: Outside, caller: Caller, member_id: str, permission: str) -> Member:
    """For the keeper of the member's unit; of an ended one for the keepers of what followed it."""
    member = outside.members.find(member_id)
    unit = outside.units.find(member.unit_id) if member else None
    if member is None or unit is None:
        raise UnknownHere
    require_keeper(outside, caller, unit, permission)
    return member


def _refuse_taken_number(outside: Outside, caller: Caller, member: Member) -> None:
    """Says that the number is taken and never where; whoever tries one number after the other is stopped."""
    number = member.details.national_number
    if number is None:
        return
    since = outside.clock.now() - DAY
    if outside.members.refused_since(caller.account_id, since) >= REFUSED_A_DAY:
        raise TooManyRefused(retry_after=int(DAY.total_seconds()) // 24)
    found = outside.members.by_national_number(number_in(number, outside.rules, outside.clock.today()))
    # One's own number in another form is no other person's.
    if found is not None and found.id != member.id:
        refused = AuditEntry(
            "member.refused", member.unit_id, member.unit_path, "unit", member.unit_id, outcome="refused"
        )
        outside.members.note_refusal(caller.account_id, refused)
        raise NationalNumberTaken(field="national_number")


def _entry(action: str, member: Member, **details: object) -> AuditEntry:
    return AuditEntry(
        action,
        member.unit_id,
        member.unit_path,
        "member",
        member.id,
        subject_id=member.id,
        details=dict(details),
    )


def _looked_up_in_vain(caller: Caller) -> AuditEntry:
    right = next(iter(reach_roots(caller, READ)))
    return AuditEntry(
        "member.looked_up", right.unit_id, right.unit_path, "unit", right.unit_id, outcome="nothing"
    )
