"""Who must act in a unit: which office, and for those in the line above it by name and by what its holder released."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from identity.context import Context
from identity.domain import grant_rights
from identity.domain.accounts import Account
from identity.domain.contact import KINDS
from identity.domain.grants import Grant
from identity.domain.roles import Role
from servicekit.access import decision as access
from servicekit.access.decision import Caller, Reach, Right
from servicekit.tree.units import Unit

READ, REPORT, APPROVE = "congress:read", "congress:report", "congress:approve"
# Who stands above an office in its line: whoever decides what comes from there, or gives the access it has.
IN_LINE = (APPROVE, "access:grant")
UNIT, SUPERIOR = "unit", "superior"
HOLDERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Office:
    unit: Unit
    holders: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class HolderSeen:
    """What the holder has released is there, else it is empty."""

    account_id: str
    name: str
    office_phone: str
    office_email: str


@dataclass(frozen=True, slots=True)
class OfficeSeen:
    """`unit`: where the office is; None where nobody holds it. `further`: how many holders there are beside these."""

    for_unit: str
    side: str
    unit: Unit | None = None
    roles: Sequence[Role] = ()
    in_line: bool = False
    holders: Sequence[HolderSeen] = ()
    further: int = 0


def offices(context: Context, caller: Caller, unit_ids: Sequence[str], side: str) -> list[OfficeSeen]:
    """Of each of these units that the caller reads: who reports there, or who decides on what it reports.

    Others are left out, whether there is such a unit or not. Where nobody holds the office its `unit` is None.
    """
    units, now = context.store.units.many(unit_ids), context.clock.now()
    seen = [units[one] for one in dict.fromkeys(unit_ids) if one in units]
    seen = [unit for unit in seen if access.decide(caller, READ, unit.path, now).allowed]
    found = _reporting(context, seen) if side == UNIT else _deciding(context, seen)
    accounts = context.store.accounts_by_id(
        grant.account_id or "" for office in found.values() for grant in office.holders[:HOLDERS_SHOWN]
    )
    return [_shown(context, caller, unit, side, found.get(unit.id), accounts) for unit in seen]


def _reporting(context: Context, units: Sequence[Unit]) -> dict[str, _Office]:
    by_unit = _holding(context, {unit.id: unit for unit in units}, REPORT)
    return {unit.id: _Office(unit, by_unit[unit.id]) for unit in units if by_unit.get(unit.id)}


def _deciding(context: Context, units: Sequence[Unit]) -> dict[str, _Office]:
    """The nearest unit above in which somebody decides: a level is asked for after the other."""
    found: dict[str, _Office] = {}
    above = context.store.units.many({one for unit in units for one in unit.path[:-1]})
    for steps in range(1, max((len(unit.path) for unit in units), default=1)):
        asked = {
            unit.id: above[unit.path[-1 - steps]]
            for unit in units
            if unit.id not in found and len(unit.path) > steps and unit.path[-1 - steps] in above
        }
        if not asked:
            break
        holders = _holding(context, {one.id: one for one in asked.values()}, APPROVE)
        found |= {
            unit_id: _Office(office, holders[office.id])
            for unit_id, office in asked.items()
            if holders.get(office.id)
        }
    return found


def _holding(context: Context, units: Mapping[str, Unit], permission: str) -> dict[str, tuple[Grant, ...]]:
    """By unit: the grants of that very unit that allow this today, the oldest first."""
    held = context.store.grants_of_units(sorted(units))
    above, clock = context.store.with_chains(held), context.clock
    found: dict[str, list[Grant]] = {}
    for grant in sorted(held, key=lambda one: (one.given_at, one.id)):
        path = units[grant.unit_id].path
        where = path if permission == REPORT else (*path, "below")
        if grant_rights.allowing(
            [grant], above, context.roles, permission, where, clock.today(), clock.now()
        ):
            found.setdefault(grant.unit_id, []).append(grant)
    return {unit_id: tuple(grants) for unit_id, grants in found.items()}


def _shown(
    context: Context,
    caller: Caller,
    unit: Unit,
    side: str,
    office: _Office | None,
    accounts: Mapping[str, Account],
) -> OfficeSeen:
    if office is None:
        return OfficeSeen(unit.id, side)
    # Whoever holds a sealed code has not proven to be who it was drawn for.
    in_line = not caller.fallback and is_in_line(caller, office.unit.path)
    named = in_line or (not caller.fallback and waits_on(caller, unit.path, office.unit.path))
    holders = office.holders[:HOLDERS_SHOWN] if named else ()
    return OfficeSeen(
        for_unit=unit.id,
        side=side,
        unit=office.unit,
        roles=[context.roles.roles[key] for key in dict.fromkeys(grant.role for grant in office.holders)],
        in_line=in_line,
        holders=[
            holder_seen(context, accounts[one], in_line=in_line)
            for grant in holders
            if (one := grant.account_id or "") in accounts
        ],
        further=len(office.holders) - len(holders) if named else 0,
    )


def is_in_line(caller: Caller, unit_path: tuple[str, ...]) -> bool:
    """Whether the caller decides or gives access from strictly above, however long ago the eID has seen them."""
    return any(right.unit_id in unit_path[:-1] for right in lines_of(caller))


def lines_of(caller: Caller) -> Iterator[Right]:
    """The rights by which the caller stands above others in their line."""
    return (
        right
        for right in caller.rights
        if right.permission in IN_LINE
        and right.reach is not Reach.OWN
        and caller.assurance >= right.assurance
    )


def waits_on(caller: Caller, unit_path: tuple[str, ...], office_path: tuple[str, ...]) -> bool:
    """Whether the caller reports in a unit whose reports wait for that office above: they may ask who decides."""
    return len(office_path) < len(unit_path) and any(
        right.permission == REPORT and access.covers(right, unit_path) for right in caller.rights
    )


def holder_seen(context: Context, account: Account, *, in_line: bool) -> HolderSeen:
    """Contact is released for those above."""
    reach = released(context, account) if in_line else dict.fromkeys(KINDS, "")
    return HolderSeen(account.id, account.name, **reach)


def released(context: Context, account: Account) -> dict[str, str]:
    """As it is kept: whatever was withdrawn is not there."""
    kept = account.released
    return {kind: context.cipher.decrypt(kept[kind]) if kept.get(kind) else "" for kind in KINDS}
