"""A change of a role: one asks for it, a second, independent person confirms it, and neither gives what they lack.

Permissions, and what using each of them needs, are the file's. A change says which role gives which of them, and how
far. Whether and where a role gives access is said when it is made and never after: whoever holds it became an
administrator, or did not, by the rules for that.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from identity.domain.grant_refusals import NotProposed, RoleUnknown
from identity.domain.grants import PROPOSAL_LIFE, Acting
from identity.domain.roles import INCLUDES, Role, RoleSet, RoleTable, exceeds, in_force, includes, withdrawn
from identity.domain.together import State, refuse_unless_asked
from servicekit.access.decision import Reach
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.words import N_

GIVE = "access:grant"
# Whoever gives access sees where they do, and to whom.
WITH_GIVING = ("access:read", "unit:read")
# Each role is a column of the page, and all of them are read with each change.
MOST_ROLES = 40
# Of one who asks.
MOST_WAITING = 5


class Act(StrEnum):
    ADD = "add"
    CHANGE = "change"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a role. `after`: None for one that is withdrawn."""

    act: Act
    key: str
    after: Role | None = None


@dataclass(frozen=True)
class RoleChange:
    """`seen`: the version of the set that whoever asked saw. `unit_id`: the topmost unit whose administrators decide.

    `before`: None for one that is added. `after`: None for one that is withdrawn.
    """

    id: str
    act: Act
    before: Role | None
    after: Role | None
    seen: int
    unit_id: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    reason: str
    state: State = State.ASKED
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> str:
        role = self.after or self.before
        return role.key if role else ""

    @property
    def until(self) -> datetime:
        return self.asked_at + PROPOSAL_LIFE


@dataclass(frozen=True)
class Held:
    """Who has the role that is changed: anybody, a machine, one of the two who change it; or may have it, if they say
    yes to what waits for them."""

    by_anybody: bool = False
    by_machine: bool = False
    by_changer: bool = False
    giving: frozenset[str] = frozenset()  # roles by which anybody gives access at the top and all below


@dataclass(frozen=True, slots=True)
class Part:
    """One permission of a role. `use`: its holder may use it, not only hand it on."""

    permission: str
    reach: Reach
    use: bool


class RoleKeyTaken(Conflict):
    title = N_("There is, or was, a role with this key. Choose another one.")


class RoleNameTaken(Conflict):
    title = N_("Another role has this name.")


class RoleEmpty(Invalid):
    title = N_("A role allows at least one thing.")


class PermissionUnknown(Invalid):
    title = N_("There is no such permission.")


class TooManyRoles(Conflict):
    title = N_("There are {most} roles at the most.")


class RoleUnchanged(Invalid):
    title = N_("This changes nothing.")


class RoleNeeded(Conflict):
    title = N_("Without this role nobody could administer the house. It is not withdrawn.")


class RoleHeld(Conflict):
    title = N_(
        "Somebody holds this role, or has been offered it. End that first, or give another role in its place."
    )


class GivesAccessAsMade(Conflict):
    title = N_("Whether and where a role gives access stays as it was made. Add another role for it.")


class GivesAccessAlone(Invalid):
    title = N_(
        "A role that gives access takes a second person, and sees the units and the access where it gives it."
    )


class NobodyCouldGive(Conflict):
    title = N_("After this nobody could give anybody any more: {permissions}.")


class MoreForOneself(Conflict):
    title = N_(
        "Nobody gives more to themselves: one of you who decide this holds the role, or has been offered it."
    )


class MoreForMachine(Conflict):
    title = N_("A machine holds this role, and gets no more by a change of it. Add another role.")


class MoreThanBothHold(Forbidden):
    title = N_("You cannot put into a role what you do not hold at the top: {permissions}.")


class RolesChangedMeanwhile(Conflict):
    title = N_("Roles have been changed since this was looked at. Look at it anew.")


class RoleChangeWaits(Conflict):
    title = N_("A change of this role that you asked for waits already. Take it back first.")


class TooManyRoleChanges(Conflict):
    title = N_("Too many changes of roles that you asked for wait already. Take some of them back first.")


def role_after(act: Act, before: Role | None, after: Role | None) -> Role:
    """As the role is when the change is done."""
    role = withdrawn(before) if act is Act.WITHDRAW and before else after
    if role is None:
        raise RoleUnknown(field="key")
    return role


def added(before: Role | None, after: Role) -> Role:
    """What the role gives, and gave not before: to use, or to hand on."""
    use, pass_on, held = (before.use, before.pass_on, before.held()) if before else ({}, {}, {})
    return replace(
        after,
        use={p: r for p, r in after.use.items() if not includes(use.get(p), r)},
        # Who may use it hands it on as well.
        pass_on={
            p: r
            for p, r in after.pass_on.items()
            if not includes(pass_on.get(p), r) and not any(includes(mine, r) for mine in held.get(p, ()))
        },
    )


def parts_of(role: Role) -> tuple[Part, ...]:
    return tuple(
        Part(permission, reach, use)
        for permissions, use in ((role.use, True), (role.pass_on, False))
        for permission, reach in sorted(permissions.items())
    )


def check(
    act: Act, before: Role | None, after: Role | None, own: RoleSet, file: RoleTable, held: Held
) -> None:
    """Raises what stands against it, whoever asks. `own`: the set in force, and `before` as it stands there."""
    if act is Act.ADD:
        _check_new(after, own, file, held)
    elif before is None or before.withdrawn:
        raise RoleUnknown(field="key")
    elif act is Act.WITHDRAW:
        _check_withdrawn(before, own, file, held)
    elif after == before:
        raise RoleUnchanged
    if act is Act.WITHDRAW or after is None:
        return
    _check_itself(after, own, file)
    if before is not None:
        _check_changed(before, after, own, file, held)


def _check_new(after: Role | None, own: RoleSet, file: RoleTable, held: Held) -> None:
    known = {*file.roles, *(role.key for role in own.roles)}
    if after is None or after.key in known:
        raise RoleKeyTaken(field="key")
    # What was given under this key in earlier days would come to life.
    if held.by_anybody:
        raise RoleHeld(field="key")
    if len(known) >= MOST_ROLES:
        raise TooManyRoles(most=MOST_ROLES)


def _check_withdrawn(before: Role, own: RoleSet, file: RoleTable, held: Held) -> None:
    written = file.roles.get(before.key)
    if written is not None and GIVE in written.use:
        raise RoleNeeded
    if held.by_anybody:
        raise RoleHeld
    _check_all_can_be_given(before, withdrawn(before), own, file, held.giving)


def _check_itself(role: Role, own: RoleSet, file: RoleTable) -> None:
    unknown = ({*role.use, *role.pass_on}) - set(file.permissions)
    if unknown:
        raise PermissionUnknown(field="role/permissions", permissions=", ".join(sorted(unknown)))
    if not role.use:
        raise RoleEmpty(field="role/permissions")
    names = {
        (language, name.casefold())
        for other in {**file.roles, **{one.key: one for one in own.roles}}.values()
        if other.key != role.key and not other.withdrawn
        for language, name in other.names.items()
    }
    for language, name in role.names.items():
        if (language, name.casefold()) in names:
            raise RoleNameTaken(field=f"role/names/{language}")
    reach = role.use.get(GIVE)
    if reach is None:
        return
    if not role.strong or not all(includes(role.use.get(one), reach) for one in WITH_GIVING):
        raise GivesAccessAlone(field="role/permissions")


def _check_changed(before: Role, after: Role, own: RoleSet, file: RoleTable, held: Held) -> None:
    if before.use.get(GIVE) != after.use.get(GIVE):
        raise GivesAccessAsMade(field="role/permissions")
    _check_all_can_be_given(before, after, own, file, held.giving)
    more = added(before, after)
    if held.by_changer and parts_of(more):
        raise MoreForOneself
    if held.by_machine and more.use:
        raise MoreForMachine


def _check_all_can_be_given(
    before: Role, after: Role, own: RoleSet, file: RoleTable, giving: Collection[str]
) -> None:
    """Nobody could put it back: two give only what they hold."""
    by = {*giving, before.key}
    lost = _to_give(own, file, before, by) - _to_give(own, file, after, by)
    if lost:
        named = sorted({permission for permission, _ in lost})
        raise NobodyCouldGive(field="role/permissions", permissions=", ".join(named))


def _to_give(own: RoleSet, file: RoleTable, role: Role, giving: Collection[str]) -> set[tuple[str, Reach]]:
    """What those who have a role by which they give access at the top and below could give, and how far, were this
    role as it is said. `giving`: the roles that somebody has there. A role that nobody has gives nothing back.
    """
    table = {**in_force(file, own).roles, role.key: role}
    return {
        (permission, reach)
        for key, one in table.items()
        if key in giving and one.use.get(GIVE) is Reach.BELOW
        for permission, mine in one.held().items()
        for have in mine
        for reach in INCLUDES[have]
    }


def check_may_give(more: Role, giving: Iterable[Role]) -> None:
    """Of the roles by which somebody gives access at the top, one has all of it. Raises MoreThanBothHold."""
    # Whoever has the role may have it anywhere, so it must be theirs to give in their own unit and below it.
    beyond = [exceeds(more, role, same_unit=True) | exceeds(more, role, same_unit=False) for role in giving]
    if not beyond or min(map(len, beyond)):
        missing = min(beyond, key=len, default={part.permission for part in parts_of(more)})
        raise MoreThanBothHold(field="role/permissions", permissions=", ".join(sorted(missing)))


def state_of(change: RoleChange, now: datetime) -> State:
    return State.LAPSED if change.state is State.ASKED and now > change.until else change.state


def confirm(change: RoleChange, by: Acting, name: str, now: datetime) -> RoleChange:
    """The second person's yes; that they are independent of the first is for the caller to know."""
    refuse_unless_asked(state_of(change, now))
    if change.asked_by in by:
        raise SecondPersonNeeded
    return replace(change, state=State.DONE, answered_by=by[0], answered_by_name=name, answered_at=now)


def withdraw(change: RoleChange, by: Acting, name: str, now: datetime) -> RoleChange:
    """The second person's no, or the first one's change of mind."""
    refuse_unless_asked(state_of(change, now))
    return replace(change, state=State.WITHDRAWN, answered_by=by[0], answered_by_name=name, answered_at=now)


def lapse(change: RoleChange, now: datetime) -> RoleChange:
    """Nobody answered in time. Raises NotProposed for one that is not over by that."""
    if state_of(change, now) is not State.LAPSED:
        raise NotProposed
    return replace(change, state=State.LAPSED, answered_at=now)


def carried_out(own: RoleSet, file: RoleTable, change: RoleChange) -> RoleSet:
    """Raises RolesChangedMeanwhile: by others who decided first, or by another file."""
    if own.version != change.seen or in_force(file, own).roles.get(change.key) != change.before:
        raise RolesChangedMeanwhile
    role = role_after(change.act, change.before, change.after)
    roles: Mapping[str, Role] = {**{one.key: one for one in own.roles}, role.key: role}
    return RoleSet(tuple(roles.values()), own.version + 1)


def restored(own: RoleSet, wanted: RoleSet, file: RoleTable) -> RoleSet:
    """An earlier set in force again; what was added since is withdrawn, so that what was given by it keeps a name.

    Roles of the file that an earlier set does not name are as the file says.
    """
    kept = {one.key: one for one in wanted.roles}
    gone = [withdrawn(one) for one in own.roles if one.key not in kept and one.key not in file.roles]
    return RoleSet((*wanted.roles, *gone), own.version + 1)


def giving_lost(own: RoleSet, new: RoleSet, file: RoleTable) -> tuple[str, ...]:
    """The roles that gave access and would not any more, or elsewhere."""
    before, after = in_force(file, own).roles, in_force(file, new).roles
    return tuple(
        key
        for key, role in sorted(before.items())
        if role.use.get(GIVE) != after.get(key, withdrawn(role)).use.get(GIVE)
    )


def differences(own: RoleSet, new: RoleSet, file: RoleTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles that say something else in the new set, and those of them that it withdraws."""
    before, after = in_force(file, own).roles, in_force(file, new).roles
    changed = sorted(key for key, role in after.items() if role != before.get(key))
    gone = tuple(key for key in changed if after[key].withdrawn)
    return tuple(key for key in changed if key not in gone), gone
