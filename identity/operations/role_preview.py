"""Changes of roles as those who decide them see them: what is given and taken, whom it touches, who could say yes."""

from dataclasses import dataclass
from functools import partial

from identity import listed
from identity.context import Context
from identity.domain import grants as grant_rules
from identity.domain import role_changes as rules
from identity.domain.grants import Grant, Status
from identity.domain.questions import about_role_change
from identity.domain.role_changes import GIVE, Act, Part, RoleChange
from identity.domain.roles import Role, RoleSet, RoleTable, in_force
from identity.operations.hands import hand_of
from identity.operations.second import seconds_for
from servicekit.access.decision import Caller, Reach
from servicekit.access.second_person import Question
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry
from servicekit.tree.listed import COUNTED
from servicekit.tree.units import Unit


@dataclass(frozen=True)
class RolesNow:
    """Roles as they are in this transaction."""

    own: RoleSet
    table: RoleTable

    def before(self, act: Act, key: str) -> Role | None:
        return None if act is Act.ADD else self.table.roles.get(key)


def roles_now(context: Context) -> RolesNow:
    own = context.store.roles.current()
    return RolesNow(own, in_force(context.roles_file, own))


def tops(context: Context) -> list[Unit]:
    """The topmost live units: one, where the house is one organisation's."""
    return [unit for unit in context.store.units.roots() if len(unit.path) == 1]


def giving_at_top(context: Context, account_id: str) -> list[Grant]:
    """Their grants of today by which they give access at the top."""
    held, today = context.store.grants_of(account_id), context.clock.today()
    above, table = context.store.with_chains(held), context.roles
    return [
        one
        for one in held
        if len(one.unit_path) == 1
        and grant_rules.why_not(one, above, today) is None
        and (role := table.given(one.role)) is not None
        and role.use.get(GIVE) is Reach.BELOW
    ]


def all_giving_at_top(context: Context) -> list[Grant]:
    """The same of everybody."""
    ids = [unit.id for unit in tops(context)]
    accounts = {one.account_id for one in context.store.grants_of_units(ids) if one.status is Status.ACTIVE}
    return [grant for one in sorted(filter(None, accounts)) for grant in giving_at_top(context, one)]


def seconds_of(context: Context, question: Question) -> int:
    """How many people could confirm it today."""
    return len(seconds_for(context, question, all_giving_at_top(context)))


def change_entry(what: str, change: RoleChange, **details: object) -> AuditEntry:
    after = rules.role_after(change.act, change.before, change.after)
    more, less = rules.parts_of(rules.added(change.before, after)), taken(change)
    return AuditEntry(
        *(what, change.unit_id, (change.unit_id,), "role_change", change.id),
        details={
            "role": change.key,
            "act": str(change.act),
            "reason": change.reason,
            "added": ", ".join(map(_said, more)),
            "taken": ", ".join(map(_said, less)),
            **details,
        },
    )


def taken(change: RoleChange) -> tuple[Part, ...]:
    """What the role gave, and gives no more."""
    if change.before is None:
        return ()
    after = rules.role_after(change.act, change.before, change.after)
    return rules.parts_of(rules.added(after, change.before))


def _said(part: Part) -> str:
    return f"{part.permission} {part.reach}" if part.use else f"{part.permission} {part.reach} (hand on)"


def head_of(context: Context, caller: Caller, change: RoleChange) -> Document:
    return {
        "id": change.id,
        "version": change.version,
        "act": str(change.act),
        "key": change.key,
        "names": dict((change.after or change.before or _NO_ROLE).names),
        "status": str(rules.state_of(change, context.clock.now())),
        "asked_by": change.asked_by,
        "asked_by_name": change.asked_by_name,
        "asked_at": change.asked_at,
        "until": change.until,
        "reason": change.reason,
        "own": change.asked_by in caller.accounts,
        "answered_by_name": change.answered_by_name,
    }


_NO_ROLE = Role("", {}, strong=False, deputies=False, use={}, pass_on={})


def show_change(context: Context, caller: Caller, change: RoleChange) -> Document:
    now = roles_now(context)
    return {**head_of(context, caller, change), **foreseen(context, change, now)}


def foreseen(context: Context, change: RoleChange, now: RolesNow) -> Document:
    """`stale`: other roles were changed since it was asked for, so that it is not done any more."""
    after = rules.role_after(change.act, change.before, change.after)
    question = about_role_change(change, hand_of(context, [change.asked_by]))
    return {
        "seen": change.seen,
        "stale": now.own.version != change.seen,
        "before": show_role(change.before) if change.before else None,
        "after": show_role(change.after) if change.after else None,
        "added": _parts(rules.parts_of(rules.added(change.before, after))),
        "taken": _parts(taken(change)),
        "seconds": seconds_of(context, question),
        **touched(context, change.key),
    }


def show_role(role: Role) -> Document:
    return {
        "key": role.key,
        "names": dict(role.names),
        "strong": role.strong,
        "deputies": role.deputies,
        "withdrawn": role.withdrawn,
        "permissions": role.allows(),
    }


def _parts(parts: tuple[Part, ...]) -> list[Document]:
    return [{"permission": one.permission, "reach": str(one.reach), "use": one.use} for one in parts]


def touched(context: Context, key: str) -> Document:
    """How many have the role or have been offered it, at which levels; None for more than are counted just now.

    People are counted up to a thousand grants.
    What was given under the role as it was follows the role.
    """
    store, now = context.store, context.clock.now()
    count = partial(store.lists.count, listed.OF_ROLE, state="", now=now)
    grants = count(places=[key])
    people = None
    if grants is not None and grants <= COUNTED:
        lines = store.lists.page(listed.OF_ROLE, [key], "", "", COUNTED, now)
        found = store.grants_by_id(line.id for line in lines).values()
        people = len({one.account_id for one in found if one.account_id and one.accepted_at})
    levels: dict[int, set[str]] = {}
    for top in tops(context):
        for level, depths in store.units.levels_below(top.id).items():
            for depth in depths:
                levels.setdefault(depth, set()).add(level)
    return {
        "grants": grants,
        "people": people,
        "by_level": [
            {"levels": sorted(levels[depth]), "grants": at}
            for depth in sorted(levels)
            if (at := count(places=[listed.at_depth(key, depth)])) != 0
        ],
    }
