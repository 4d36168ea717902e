"""Questions about access, answered by the same decision that opens and closes the doors."""

from collections.abc import Mapping

from identity.domain import grants as rules
from identity.domain.grants import Grant, RoleUnknown
from identity.operations.grants import show_grants, unit_within
from identity.operations.outside import Document, Outside
from servicekit import access
from servicekit.access import Caller, Decision
from servicekit.events import AuditEntry
from servicekit.refusals import Invalid

MEMBERS = "members:read"
HIGHEST = 3  # of the levels of a sign-in


def explain(
    outside: Outside, caller: Caller, permission: str, unit_id: str, account_id: str = ""
) -> Document:
    """Why the caller, or whoever has that account, may do this here, or why not, with the chain of grants behind it.

    Of another person it is told to whom the access of the unit is shown, as of a fresh sign-in of theirs.
    """
    if permission not in outside.roles.permissions:
        raise Invalid(field="permission")
    about = caller
    if account_id and account_id not in caller.accounts:
        unit_within(outside, caller, unit_id, "access:read")
        about = _as_freshly_signed_in(outside, account_id)
    decision = _decided(outside, about, permission, unit_id)
    chain: list[Grant] = []
    if decision.right is not None:
        last = outside.store.grant(decision.right.grant_id)
        above = outside.store.with_chains([last])
        chain = [*(above[one] for one in last.chain if one in above), last]
    return {
        "allowed": decision.allowed,
        "why": str(decision.why),
        "permission": permission,
        "unit_id": unit_id,
        "chain": show_grants(outside, chain),
    }


def _as_freshly_signed_in(outside: Outside, account_id: str) -> Caller:
    held = outside.store.grants_of(account_id)
    rights = rules.rights(held, outside.store.with_chains(held), outside.roles, outside.clock.today())
    return Caller(account_id, rights=rights, assurance=HIGHEST, auth_time=outside.clock.now())


def who_may(outside: Outside, caller: Caller, permission: str, unit_id: str) -> Document:
    """Who may do this in this unit today: every grant that allows it, of the unit itself or from above."""
    if permission not in outside.roles.permissions:
        raise Invalid(field="permission")
    # Whoever keeps records of people may know who else sees them.
    keeper = permission == MEMBERS and _may(outside, caller, MEMBERS, unit_id)
    path = unit_within(outside, caller, unit_id, MEMBERS if keeper else "access:read")
    held = outside.store.grants_over(path)
    return {
        "permission": permission,
        "unit_id": unit_id,
        "items": show_grants(outside, allowing(outside, held, permission, path)),
    }


def _may(outside: Outside, caller: Caller, permission: str, unit_id: str) -> bool:
    return _decided(outside, caller, permission, unit_id).allowed


def _decided(outside: Outside, caller: Caller, permission: str, unit_id: str) -> Decision:
    unit = outside.store.units.find(unit_id)
    path = unit.path if unit else ()
    return access.decide(caller, permission, path, outside.clock.now())


def who_sees_me(outside: Outside, caller: Caller) -> Document:
    """Who may see the caller's own units' members or access today: the units and roles, for the person concerned."""
    mine = outside.store.grants_of(caller.account_id)
    above = outside.store.with_chains(mine)
    units = {g.unit_path for g in mine if rules.why_not(g, above, outside.clock.today()) is None}
    found: dict[str, Grant] = {}
    for path in sorted(units):
        held = outside.store.grants_over(path)
        for permission in ("members:read", "access:read", "audit:read"):
            found |= {grant.id: grant for grant in allowing(outside, held, permission, path)}
    return {"items": show_grants(outside, list(found.values()))}


def note_export(outside: Outside, caller: Caller, unit_id: str, sought: Mapping[str, str]) -> None:
    """Writes down that audit entries are taken along, before they are. Raises SignInTooOld and the like."""
    now = outside.clock.now()
    if unit_id:
        paths = [unit_within(outside, caller, unit_id, "audit:export")]
    else:
        paths = [right.unit_path for right in access.reach_roots(caller, "audit:export")]
        for path in paths:
            access.require(caller, "audit:export", path, now)
    details = {"sought": {name: value for name, value in sought.items() if value}}
    outside.store.notes.record(
        *(
            AuditEntry("audit.exported", path[-1], path, record_type="audit", details=details)
            for path in paths
        )
    )


def allowing(outside: Outside, held: list[Grant], permission: str, path: tuple[str, ...]) -> list[Grant]:
    """Of these grants those that allow the permission in the unit today."""
    above, clock = outside.store.with_chains(held), outside.clock
    return rules.allowing(held, above, outside.roles, permission, path, clock.today(), clock.now())


def what_would_allow(outside: Outside, caller: Caller, role_key: str, unit_id: str) -> Document:
    """What a grant of this role in this unit would let its holder do, before it is given."""
    role = outside.roles.roles.get(role_key)
    if role is None:
        raise RoleUnknown(field="role")
    unit_within(outside, caller, unit_id, "access:read")
    return {
        "role": role_key,
        "unit_id": unit_id,
        "strong": role.strong,
        "permissions": role.allows(),
    }
