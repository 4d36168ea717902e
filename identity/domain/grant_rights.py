"""What grants allow today, to whom it is owed, and who has power over which grant."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from identity.domain.grant_refusals import NotAPeer, OutsideOwnUnits
from identity.domain.grants import OPERATOR, Grant, Place, why_not
from identity.domain.roles import RoleTable
from servicekit.access.decision import Caller, Right, decide

GRANT = "access:grant"
# Tokens say since when somebody has held what they accepted lately: longer than any question waits for a second person.
TOLD_SINCE = timedelta(days=7)


def holds_last_power(
    grant: Grant, in_unit: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable, today: date
) -> bool:
    """Whether nobody else gives access in the grant's very unit today, apart from those who got it through this one."""
    return gives_access(grant, table) and not any(
        gives_access(one, table)
        and one.id != grant.id
        and one.account_id != grant.account_id
        and grant.id not in one.chain
        and why_not(one, above, today) is None
        for one in in_unit
    )


def leaves_nobody(
    grant: Grant, in_unit: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable
) -> bool:
    """Whether nobody gives access in the grant's very unit any more once its last day is over, as things stand."""
    day = grant.valid_to + timedelta(days=1)
    # That a grant will be confirmed in its turn is taken for granted: its own list asks for that.
    return gives_access(grant, table) and not any(
        gives_access(one, table)
        and one.id != grant.id
        and why_not(replace(one, recertify_by=None), above, day) is None
        for one in in_unit
    )


def gives_access(grant: Grant, table: RoleTable) -> bool:
    return role_gives_access(grant.role, table)


def role_gives_access(role: str, table: RoleTable) -> bool:
    known = table.roles.get(role)
    return known is not None and "access:grant" in known.use


def rights(
    grants: Iterable[Grant], above: Mapping[str, Grant], table: RoleTable, today: date
) -> tuple[Right, ...]:
    """The rights of one person today."""
    found = []
    for grant in grants:
        role = table.roles.get(grant.role)
        if role is None or why_not(grant, above, today) is not None:
            continue
        owed_to = _owed_to(grant, above)
        lately = grant.accepted_at is not None and today - grant.accepted_at.date() <= TOLD_SINCE
        since = int(grant.accepted_at.timestamp()) if grant.accepted_at and lately else 0
        for permission, reach in role.use.items():
            needs = table.permissions[permission]
            if not needs.counts_in(grant.unit_path):
                continue
            found.append(
                Right(
                    permission,
                    grant.unit_id,
                    grant.unit_path,
                    reach,
                    grant.id,
                    needs.assurance,
                    needs.max_age,
                    owed_to,
                    since,
                )
            )
    return tuple(found)


def _owed_to(grant: Grant, above: Mapping[str, Grant]) -> tuple[str, ...]:
    """The accounts of whoever gave it, and of those on whose grants it hangs or has hung."""
    holders = (above[one].account_id for one in grant.chain if one in above)
    found = {one for one in (grant.given_by, *holders, *grant.owed_to) if one} - {OPERATOR, grant.account_id}
    return tuple(sorted(found))


def allowing(
    held: Iterable[Grant],
    above: Mapping[str, Grant],
    table: RoleTable,
    permission: str,
    unit_path: tuple[str, ...],
    today: date,
    now: datetime,
) -> list[Grant]:
    """Of these grants those that allow the permission in the unit, by the decision itself, to a fresh sign-in."""
    found = []
    for grant in held:
        holder = Caller(
            grant.account_id or "", rights=rights([grant], above, table, today), assurance=3, auth_time=now
        )
        if grant.account_id and decide(holder, permission, unit_path, now).allowed:
            found.append(grant)
    return found


def standing_over(caller: Caller, grant: Grant) -> Place:
    """The path of the highest unit from which the caller may change this grant."""
    mine = [right for right in caller.rights if right.permission == GRANT and may_change(right, grant)]
    return min((one.unit_path for one in mine), key=len, default=grant.unit_path)


def is_over(caller: Caller, grant: Grant) -> bool:
    """Whether the caller stands over it: from above, or because it hangs on their own."""
    return any(right.permission == GRANT and may_change(right, grant) for right in caller.rights)


def refuse_unless_over(caller: Caller, grant: Grant) -> None:
    """Their own they are refused for another reason."""
    if not is_over(caller, grant) and grant.account_id != caller.account_id:
        raise OutsideOwnUnits(permission=GRANT)


def deciding_of(caller: Caller, grant: Grant) -> list[Right]:
    """The rights that make the caller one of two who may end it. Raises NotAPeer."""
    mine = [right for right in caller.rights if right.permission == GRANT]
    found = [right for right in mine if are_peers(right, grant) or may_change(right, grant)]
    if not found:
        raise NotAPeer
    return found


def are_peers(giver_right: Right, grant: Grant) -> bool:
    """Whether the right is over the very unit of the grant: alone it ends nothing, two of them do."""
    return giver_right.unit_id == grant.unit_id and giver_right.grant_id != grant.id


def may_change(giver_right: Right, grant: Grant) -> bool:
    """Whether an access:grant right reaches a grant: strictly from above, or at the same unit for what hangs on it."""
    if giver_right.unit_id in grant.unit_path[:-1]:
        return True
    return giver_right.unit_id == grant.unit_id and giver_right.grant_id in grant.chain
