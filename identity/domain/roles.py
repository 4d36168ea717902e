"""Roles: bundles of permissions with a reach each, read from data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from servicekit.access.decision import Reach

# What each reach includes, at one and the same unit.
INCLUDES = {
    Reach.OWN: {Reach.OWN},
    Reach.UNDER: {Reach.UNDER},
    Reach.BELOW: {Reach.OWN, Reach.UNDER, Reach.BELOW},
}


@dataclass(frozen=True)
class Permission:
    """What using it needs: assurance level (1 to 3), and max_age in seconds since the sign-in, if any.

    `fallback`: for what a sign-in by a sealed code, while the eID is down, may use it (see domain/fallback.py).
    `decides`: False for what changes nothing; a machine may hold a role with it, and is refused just this.
    `topmost`: a role gives it over the topmost unit alone, for it is about the whole house.
    """

    key: str
    assurance: int
    max_age: int | None
    fallback: frozenset[str] = frozenset()
    decides: bool = True
    topmost: bool = False

    def counts_in(self, unit_path: tuple[str, ...]) -> bool:
        """Whether a role over that unit gives it."""
        return not self.topmost or len(unit_path) == 1

    @property
    def needs_person(self) -> bool:
        """Whether no machine may hold a role with it: it decides something, and asks for a fresh sign-in."""
        return self.decides and self.max_age is not None


@dataclass(frozen=True)
class Allowed:
    """`use`: by whoever holds it; else it can only be handed on."""

    permission: str
    reach: Reach
    use: bool


@dataclass(frozen=True)
class Role:
    """`withdrawn`: nobody is given it any more, and it gives nothing; it has a name for what was given before."""

    key: str
    names: Mapping[str, str]
    strong: bool
    deputies: bool
    use: Mapping[str, Reach]
    pass_on: Mapping[str, Reach]
    withdrawn: bool = False

    def allows(self) -> list[Allowed]:
        """What a holder may do, and what they may only hand on: for people to read."""
        return [
            Allowed(permission, reach, use=part is self.use)
            for part in (self.use, self.pass_on)
            for permission, reach in part.items()
        ]

    def held(self) -> dict[str, set[Reach]]:
        """Everything that a holder may hand on, used or not."""
        held: dict[str, set[Reach]] = {}
        for part in (self.use, self.pass_on):
            for permission, reach in part.items():
                held.setdefault(permission, set()).add(reach)
        return held


@dataclass(frozen=True)
class RoleTable:
    roles: Mapping[str, Role]
    permissions: Mapping[str, Permission]

    def given(self, key: str) -> Role | None:
        """The role, if it may be given."""
        role = self.roles.get(key)
        return None if role is None or role.withdrawn else role


@dataclass(frozen=True)
class RoleSet:
    """The roles that two people have changed, added or withdrawn, each in place of the file's of the same key.

    `version`: which set of them is in force; 0 where nobody has changed any.
    """

    roles: tuple[Role, ...] = ()
    version: int = 0


class RoleTableFaulty(ValueError):
    """The role table names what it does not define; it is refused when the service starts."""


def role_table(data: Mapping[str, Any]) -> RoleTable:
    """From the parsed TOML; raises RoleTableFaulty."""
    permissions = {
        key: Permission(
            key,
            int(value["assurance"]),
            value.get("max_age"),
            frozenset(value.get("fallback", ())),
            bool(value.get("decides", True)),
            bool(value.get("topmost", False)),
        )
        for key, value in data["permissions"].items()
    }
    roles = {}
    for entry in data["roles"]:
        role = Role(
            key=entry["key"],
            names=dict(entry["names"]),
            strong=bool(entry["strong"]),
            deputies=bool(entry["deputies"]),
            use={p: Reach(r) for p, r in entry["use"].items()},
            pass_on={p: Reach(r) for p, r in entry["pass_on"].items()},
        )
        unknown = (set(role.use) | set(role.pass_on)) - set(permissions)
        if unknown:
            raise RoleTableFaulty(f"role {role.key} names unknown permissions: {sorted(unknown)}")
        if role.key in roles:
            raise RoleTableFaulty(f"role {role.key} stands twice")
        roles[role.key] = role
    return RoleTable(roles, permissions)


def in_force(file: RoleTable, own: RoleSet) -> RoleTable:
    """What the file says, and the house's own roles in place of its; permissions are the file's alone.

    A permission that the file does not know any more gives nothing.
    """
    known = {role.key: _of_known(role, file.permissions) for role in own.roles}
    return RoleTable({**file.roles, **known}, file.permissions)


def withdrawn(role: Role) -> Role:
    return replace(role, use={}, pass_on={}, withdrawn=True)


def _of_known(role: Role, permissions: Iterable[str]) -> Role:
    known = set(permissions)
    use = {key: reach for key, reach in role.use.items() if key in known}
    return replace(role, use=use, pass_on={k: r for k, r in role.pass_on.items() if k in known})


def includes(one: Reach | None, other: Reach) -> bool:
    """Whether the one reach includes the other, at one and the same unit."""
    return one is not None and other in INCLUDES[one]


def exceeds(given: Role, giver: Role, *, same_unit: bool) -> set[str]:
    """The permissions of `given` that `giver` does not hold far enough to hand on.

    Strictly below the giver's unit only what reaches down counts; at the giver's own unit reach is compared as it is.
    """
    held = giver.held()
    beyond = set()
    for permission, reaches in given.held().items():
        for reach in reaches:
            if same_unit:
                fits = any(reach in INCLUDES[mine] for mine in held.get(permission, ()))
            else:
                fits = any(mine in (Reach.BELOW, Reach.UNDER) for mine in held.get(permission, ()))
            if not fits:
                beyond.add(permission)
    return beyond
