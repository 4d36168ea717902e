"""Questions about access, answered by the same decision that opens and closes the doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from identity.context import Context
from identity.domain import grant_rights
from identity.domain import grants as rules
from identity.domain.grant_refusals import RoleUnknown
from identity.domain.grants import Grant
from identity.domain.roles import Allowed
from identity.domain.two_hands import SecondBy
from identity.operations.grants import unit_within
from identity.operations.showing import GrantSeen, grants_for, within_session
from identity.operations.two_hands import second_for
from servicekit.access import decision as access
from servicekit.access.decision import Caller, Decision, Why
from servicekit.data.events import AuditEntry
from servicekit.refusals import Invalid

MEMBERS = "members:read"
HIGHEST = 3  # of the levels of a sign-in


@dataclass(frozen=True)
class Explanation:
    """`chain`: the grants behind it, from the first one given."""

    allowed: bool
    why: Why
    permission: str
    unit_id: str
    chain: Sequence[GrantSeen]


@dataclass(frozen=True)
class WhoMay:
    permission: str
    unit_id: str
    items: Sequence[GrantSeen]


@dataclass(frozen=True)
class WouldAllow:
    """`second_by`: whose second hand it takes; `strong`: that it takes one."""

    role: str
    unit_id: str
    strong: bool
    second_by: SecondBy
    permissions: Sequence[Allowed]


def explain(
    context: Context, caller: Caller, permission: str, unit_id: str, account_id: str = ""
) -> Explanation:
    """Why the caller, or whoever has that account, may do this here, or why not, with the chain of grants behind it.

    Of another person it is told to whom the access of the unit is shown, as of a fresh sign-in of theirs.
    """
    if permission not in context.roles.permissions:
        raise Invalid(field="permission")
    about = caller
    if account_id and account_id not in caller.accounts:
        unit_within(context, caller, unit_id, "access:read")
        about = _as_freshly_signed_in(context, account_id)
    decision = _decided(context, about, permission, unit_id)
    chain: list[Grant] = []
    if decision.right is not None:
        last = context.store.grant(decision.right.grant_id)
        above = context.store.with_chains([last])
        chain = [*(above[one] for one in last.chain if one in above), last]
    return Explanation(
        allowed=decision.allowed,
        why=decision.why,
        permission=permission,
        unit_id=unit_id,
        chain=grants_for(context, caller, chain),
    )


def _as_freshly_signed_in(context: Context, account_id: str) -> Caller:
    held = context.store.grants_of(account_id)
    rights = grant_rights.rights(held, context.store.with_chains(held), context.roles, context.clock.today())
    return Caller(account_id, rights=rights, assurance=HIGHEST, auth_time=context.clock.now())


def who_may(context: Context, caller: Caller, permission: str, unit_id: str) -> WhoMay:
    """Who may do this in this unit today: every grant that allows it, of the unit itself or from above."""
    if permission not in context.roles.permissions:
        raise Invalid(field="permission")
    # Whoever keeps records of people may know who else sees them.
    keeper = permission == MEMBERS and _may(context, caller, MEMBERS, unit_id)
    path = unit_within(context, caller, unit_id, MEMBERS if keeper else "access:read")
    held = context.store.grants_over(path)
    found = allowing(context, held, permission, path)
    return WhoMay(permission, unit_id, grants_for(context, caller, found))


def _may(context: Context, caller: Caller, permission: str, unit_id: str) -> bool:
    return _decided(context, caller, permission, unit_id).allowed


def _decided(context: Context, caller: Caller, permission: str, unit_id: str) -> Decision:
    unit = context.store.units.find(unit_id)
    path = unit.path if unit else ()
    return access.decide(caller, permission, path, context.clock.now())


def who_sees_me(context: Context, caller: Caller) -> list[GrantSeen]:
    """Who may see the caller's own units' members or access today: the units and roles, for the person concerned."""
    mine = within_session(caller, context.store.grants_of(caller.account_id))
    above = context.store.with_chains(mine)
    units = {g.unit_path for g in mine if rules.why_not(g, above, context.clock.today()) is None}
    found: dict[str, Grant] = {}
    for path in sorted(units):
        held = context.store.grants_over(path)
        for permission in ("members:read", "members:export", "access:read", "audit:read"):
            found |= {grant.id: grant for grant in allowing(context, held, permission, path)}
    return grants_for(context, caller, list(found.values()))


def note_export(context: Context, caller: Caller, unit_id: str, sought: Mapping[str, str]) -> None:
    """Writes down that audit entries are taken along, before they are. Raises SignInTooOld and the like."""
    now = context.clock.now()
    if unit_id:
        paths = [unit_within(context, caller, unit_id, "audit:export")]
    else:
        paths = [right.unit_path for right in access.reach_roots(caller, "audit:export")]
        for path in paths:
            access.require(caller, "audit:export", path, now)
    details = {"sought": {name: value for name, value in sought.items() if value}}
    context.store.notes.record(
        *(
            AuditEntry("audit.exported", path[-1], path, record_type="audit", details=details)
            for path in paths
        )
    )


def allowing(context: Context, held: list[Grant], permission: str, path: tuple[str, ...]) -> list[Grant]:
    """Of these grants those that allow the permission in the unit today."""
    above, clock = context.store.with_chains(held), context.clock
    return grant_rights.allowing(held, above, context.roles, permission, path, clock.today(), clock.now())


def _from_where(caller: Caller, path: tuple[str, ...]) -> tuple[str, ...]:
    """The unit from which the caller would give something there."""
    giving = (
        one.unit_path
        for one in caller.rights
        if one.permission == "access:grant" and access.covers(one, path)
    )
    return min(giving, key=len, default=path)


def what_would_allow(context: Context, caller: Caller, role_key: str, unit_id: str) -> WouldAllow:
    """What a grant of this role in this unit would let its holder do, before it is given."""
    role = context.roles.given(role_key)
    if role is None:
        raise RoleUnknown(field="role")
    path = unit_within(context, caller, unit_id, "access:read")
    second = second_for(context, caller.accounts, role, _from_where(caller, path))
    return WouldAllow(
        role=role_key,
        unit_id=unit_id,
        strong=second is not SecondBy.NOBODY,
        second_by=second,
        permissions=role.allows(),
    )
