"""Keeping members: details for the keeper of their own unit, numbers for those above, every look written down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from membership.context import Context
from membership.domain import leaving as rules
from membership.domain.members import (
    LOOKED_UP_A_DAY,
    REFUSED_A_DAY,
    Counts,
    Details,
    Earlier,
    Member,
    NationalNumberTaken,
    TooManyRefused,
    checked,
    number_in,
    place_of,
)
from membership.domain.unit_changes import Stay, UnitChange, concerning
from membership.domain.units import Unit
from membership.operations.counting import count_all_changes
from membership.operations.extents import READ, extents
from membership.operations.leaving import after as units_after
from membership.operations.leaving import require_keeper
from membership.operations.units import children_of, visible_unit
from servicekit.access.decision import Caller, UnknownHere, decide, reach_roots
from servicekit.data.events import AuditEntry
from servicekit.refusals import Acts, Stale
from servicekit.tree.units import require_live
from servicekit.web.listing import Page, key_of, page_from

WRITE = "members:write"
COUNT = "members:count"
DAY = timedelta(days=1)
MOST_MEANT = 20


@dataclass(frozen=True, slots=True)
class MembersFound(Page[Member]):
    """`meant`: nobody is named as was asked; these are named nearly so. `exports`: how much of each member of the unit
    the reader may take along (see extents).
    """

    meant: bool = False
    exports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberSeen(Member):
    """`acts`: what this reader may do with the member."""

    acts: Acts = field(default_factory=dict)


@dataclass(frozen=True)
class UnitCounts:
    unit: Unit
    own: Counts
    all: Counts


@dataclass(frozen=True)
class CountsSeen:
    """Members of a unit, and of a page of the units directly below it, each with all below that.

    `next`: the cursor of the next page; `total`: how many units are directly below.
    """

    here: UnitCounts
    children: list[UnitCounts]
    next: str | None
    total: int | None
    as_of: datetime


def register_member(context: Context, caller: Caller, unit_id: str, details: Details) -> Member:
    def register() -> Member:
        unit = visible_unit(context, caller, unit_id, WRITE)
        require_live(unit)
        valid = checked(details, context.rules, context.clock.today())
        member = Member(context.new_id(), 1, unit.id, unit.path, valid)
        _refuse_taken_number(context, caller, member)
        context.units.hold(unit.id)
        return context.members.insert(member, [_entry("member.registered", member)])

    return context.database.in_transaction(register)


def read_member(context: Context, caller: Caller, member_id: str) -> MemberSeen:
    member, unit = _kept_member(context, caller, member_id, READ)
    context.reads.record(_entry("member.read", member))
    acts = rules.acts_of(member, unit, units_after(context, unit), caller, context.clock.now())
    return MemberSeen(
        member.id, member.version, member.unit_id, member.unit_path, member.details, member.left_on, acts
    )


def change_member(
    context: Context, caller: Caller, member_id: str, expected_version: int, details: Details
) -> Member:
    """Replaces all values of a member; the earlier ones are kept."""

    def change() -> Member:
        member, unit = _kept_member(context, caller, member_id, WRITE)
        rules.refuse_changing(member, unit)
        if member.version != expected_version:
            raise Stale
        valid = checked(details, context.rules, context.clock.today(), member.details)
        changed = [
            f.name for f in fields(Details) if getattr(valid, f.name) != getattr(member.details, f.name)
        ]
        if not changed:
            return member
        if "national_number" in changed:
            _refuse_taken_number(
                context, caller, Member(member.id, 0, member.unit_id, member.unit_path, valid)
            )
        entry = _entry("member.changed", member, fields=changed)
        return context.members.save(member, valid, expected_version, [entry])

    return context.database.in_transaction(change)


@dataclass(frozen=True)
class History:
    """What happened to a member, and to the units they were in at the time; oldest first."""

    items: Sequence[Earlier]
    units: Sequence[UnitChange]


def read_history(context: Context, caller: Caller, member_id: str) -> History:
    member, _ = _kept_member(context, caller, member_id, READ)
    earlier = context.members.history(member_id)
    units = _what_befell_units(context, member, earlier)
    context.reads.record(_entry("member.history_read", member))
    return History(earlier, units)


def _what_befell_units(context: Context, member: Member, earlier: Sequence[Earlier]) -> Sequence[UnitChange]:
    stays = []
    since = context.members.registered_at(member.id)
    for one in earlier:
        if one.kind == "moved":
            stays.append(Stay(one.unit_id, since, one.replaced_at))
            since = one.replaced_at
    left = next((one.replaced_at for one in earlier if one.kind == "left"), None)
    stays.append(Stay(member.unit_id, since, left))
    paths = {unit.id: unit.path for unit in context.units.many(stay.unit_id for stay in stays).values()}
    above = {unit_id for path in paths.values() for unit_id in path}
    return concerning(stays, paths, context.unit_changes.of(above))


def list_members(
    context: Context, caller: Caller, unit_id: str, *, query: str, after: str, limit: int
) -> MembersFound:
    """Members of one unit without national number and phone, in the order of their names.

    Where nobody is named as was asked, those who are named nearly so, the nearest first.
    """
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    require_keeper(context, caller, unit, READ)
    page = _listed(context, unit_id, query, after, limit)
    context.reads.record(
        AuditEntry(
            "members.listed",
            unit.id,
            unit.path,
            "unit",
            unit.id,
            details={"shown": len(page.items), "searched": bool(query)},
        )
    )
    return replace(page, exports=extents(caller, unit.path, context.clock.now()))


def _listed(context: Context, unit_id: str, query: str, after: str, limit: int) -> MembersFound:
    store = context.members
    seen = store.opened_place(key_of(after, 1)[0]) if after else ""
    if query:
        named = store.of_unit_named(unit_id, query)
        if not named and (nearly := store.of_unit_nearly_named(unit_id, query)[:MOST_MEANT]):
            return MembersFound(nearly, None, len(nearly), meant=True)
        total = len(named)
        found = [member for member in named if place_of(member) > seen][: limit + 1]
    else:
        total = store.count_of_unit(unit_id)
        found = store.of_unit(unit_id, seen, limit + 1)
    page = page_from(found, lambda member: (store.sealed_place(place_of(member)),), limit, total)
    return MembersFound(page.items, page.next, page.total)


def look_up_member(context: Context, caller: Caller, national_number: str) -> Member | None:
    """The member with this number in a unit that the caller keeps. Nobody learns of members elsewhere."""
    number = number_in(national_number, context.rules, context.clock.today())
    context.members.lookups.count(caller.account_id, context.clock, LOOKED_UP_A_DAY)
    found = context.members.by_national_number(number)
    if found is not None and not decide(caller, READ, found.unit_path, context.clock.now()).allowed:
        found = None
    context.reads.record(_entry("member.looked_up", found) if found else _looked_up_in_vain(caller))
    return found


def count_members(
    context: Context, caller: Caller, unit_id: str, after: str = "", limit: int = 100
) -> CountsSeen:
    unit = visible_unit(context, caller, unit_id, COUNT)
    children = children_of(context, unit_id, after, limit)
    units = [unit, *children.items]
    count_all_changes(context.counting)
    counts = context.counts.of(one.id for one in units)
    seen = [UnitCounts(one, *counts.get(one.id, (Counts(), Counts()))) for one in units]
    return CountsSeen(seen[0], seen[1:], children.next, children.total, context.clock.now())


def number_of_members(context: Context, unit_id: str) -> int:
    """Of a unit and all below it, but for what was registered a moment ago; nothing of a unit that is not there."""
    counts = context.counts.of([unit_id]).get(unit_id)
    return counts[1].total if counts else 0


def numbers_of_members(context: Context, unit_ids: Sequence[str]) -> dict[str, int]:
    """As `number_of_members`, of each of these units that is there."""
    there = context.units.many(unit_ids)
    counts = context.counts.of(there)
    return {unit_id: counts[unit_id][1].total if unit_id in counts else 0 for unit_id in there}


def _kept_member(context: Context, caller: Caller, member_id: str, permission: str) -> tuple[Member, Unit]:
    """For the keeper of the member's unit; of an ended one for the keepers of what followed it."""
    member = context.members.find(member_id)
    unit = context.units.find(member.unit_id) if member else None
    if member is None or unit is None:
        raise UnknownHere
    require_keeper(context, caller, unit, permission)
    return member, unit


def _refuse_taken_number(context: Context, caller: Caller, member: Member) -> None:
    """Says that the number is taken and never where; whoever tries one number after the other is stopped."""
    number = member.details.national_number
    if number is None:
        return
    since = context.clock.now() - DAY
    if context.members.refused_since(caller.account_id, since) >= REFUSED_A_DAY:
        raise TooManyRefused(retry_after=int(DAY.total_seconds()) // 24)
    found = context.members.by_national_number(number_in(number, context.rules, context.clock.today()))
    # One's own number in another form is no other person's.
    if found is not None and found.id != member.id:
        refused = AuditEntry(
            "member.refused", member.unit_id, member.unit_path, "unit", member.unit_id, outcome="refused"
        )
        context.members.note_refusal(caller.account_id, refused)
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
