"""The roll-out below a unit: how far units have come, and the rows behind each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from identity.context import Context, UnitUnknown
from identity.domain import rollout as rules
from identity.domain.grants import Grant, why_not
from identity.domain.roles import Role
from identity.domain.rollout import Reached, Wanted
from identity.operations.grants import unit_within
from identity.operations.offices import HolderSeen, holder_seen, is_in_line
from identity.operations.rollout_counting import counted_until, take_in
from servicekit.access import decision as access
from servicekit.access.decision import Caller, Why
from servicekit.tree.rollup.figures import Groups
from servicekit.tree.rollup.walking import Found, Place, Walk, place_in
from servicekit.tree.units import Unit
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from, page_of

READ, GIVE = "access:read", "access:grant"
HOLDERS_SHOWN = 3
# A fresh sign-in is asked for when it is given, not before it is offered.
_MAY = (Why.ALLOWED, Why.SIGN_IN_TOO_OLD, Why.ASSURANCE_TOO_LOW)


@dataclass(frozen=True, kw_only=True)
class LevelReached(Reached):
    level: str


@dataclass(frozen=True, kw_only=True)
class UnitReached(LevelReached):
    """With all that is below it."""

    unit_id: str
    unit_names: Mapping[str, str]


@dataclass(frozen=True)
class RolloutSeen:
    """`all` and `levels`: of the unit and all below it; `children`: a page of the units right below.

    Everything that was written before `as_of` is counted.
    """

    unit_id: str
    unit_path: Sequence[str]
    unit_names: Mapping[str, str]
    as_of: datetime
    all: Reached
    levels: Sequence[LevelReached]
    children: Sequence[UnitReached]
    next: str | None
    total: int | None


@dataclass(frozen=True)
class RolloutUnit:
    """`since`: None where that is not known. `further`: how many hold access beside `holders`."""

    unit_id: str
    unit_code: str
    unit_names: Mapping[str, str]
    level: str
    parent_id: str | None
    parent_names: Mapping[str, str]
    state: str
    since: datetime | None
    roles: Sequence[Role]
    holders: Sequence[HolderSeen]
    further: int
    may_give: bool


@dataclass(frozen=True)
class RolloutUnits:
    """`levels`: of all units at and below, whichever are asked for."""

    items: Sequence[RolloutUnit]
    levels: Sequence[str]
    next: str | None
    total: int | None


def read_rollout(context: Context, caller: Caller, unit_id: str, after: str, limit: int) -> RolloutSeen:
    """The figures of a unit with all below it, by level, and of a page of the units right below."""
    path = unit_within(context, caller, unit_id, READ)
    access.require(caller, READ, (*path, "below"), context.clock.now())
    take_in(context)
    store = context.store
    children = [unit for unit in store.units.many(_children(context, unit_id)).values() if unit.live]
    page = page_of(children, lambda unit: (unit.code, unit.id), after, limit)
    unit = store.units.find(unit_id)
    sums = store.rollout.sums([unit_id, *(one.id for one in page.items)])
    whole = sums.get(unit_id, {})
    return RolloutSeen(
        unit_id=unit_id,
        unit_path=path,
        unit_names=unit.names if unit else {},
        as_of=counted_until(context),
        all=rules.of_all(whole),
        levels=[LevelReached(**asdict(one), level=level) for level, one in rules.by_level(whole).items()],
        children=[
            UnitReached(
                **asdict(rules.of_all(sums.get(one.id, {}))),
                level=one.level,
                unit_id=one.id,
                unit_names=one.names,
            )
            for one in page.items
        ],
        next=page.next,
        total=page.total,
    )


# ---------------------------------------------------------------- the rows behind a figure


def list_rollout(
    context: Context, caller: Caller, unit_id: str, state: str, level: str, after: str, limit: int
) -> RolloutUnits:
    """A page of the units at and below one that stand so, in the order of their places in the tree."""
    path = unit_within(context, caller, unit_id, READ)
    access.require(caller, READ, (*path, "below"), context.clock.now())
    wanted, behind = Wanted(rules.LISTS[state], level), _place_of(after) if after else None
    take_in(context)
    begin = context.store.units.find(unit_id)
    if begin is None:
        raise UnitUnknown

    walk = Walk(context.store.units, context.store.rollout.sums, wanted.count, wanted.own)

    def look() -> tuple[Page[Found], Groups]:
        groups = context.store.rollout.sums([unit_id]).get(unit_id, {})
        found = list(islice(walk.over(begin, groups, behind), limit + 1))
        return page_from(found, lambda row: (row.text,), limit, wanted.count(groups)), groups

    # The figure and its rows are of one instant.
    page, groups = context.store.database.in_transaction(look)
    items = _show(context, caller, page.items)
    return RolloutUnits(items, list(rules.by_level(groups)), page.next, page.total)


def _children(context: Context, unit_id: str) -> Sequence[str]:
    return context.store.units.children_of([unit_id]).get(unit_id, ())


def _place_of(after: str) -> Place:
    """Raises CursorUnknown."""
    (text,) = key_of(after, 1)
    try:
        return place_in(text)
    except ValueError as error:
        raise CursorUnknown(field="after") from error


def _show(context: Context, caller: Caller, rows: Sequence[Found]) -> list[RolloutUnit]:
    store, now = context.store, context.clock.now()
    ids = [row.unit.id for row in rows]
    parents = store.units.many(row.unit.parent_id for row in rows if row.unit.parent_id)
    stands = store.rollout.by_id(ids)
    holders = _holders(context, ids)
    accounts = store.accounts_by_id(
        grant.account_id or "" for grants in holders.values() for grant in grants[:HOLDERS_SHOWN]
    )

    def shown(unit: Unit) -> RolloutUnit:
        parent, one, held = parents.get(unit.parent_id or ""), stands.get(unit.id), holders.get(unit.id, [])
        in_line = is_in_line(caller, unit.path)
        known = [
            accounts[grant.account_id or ""] for grant in held[:HOLDERS_SHOWN] if grant.account_id in accounts
        ]
        return RolloutUnit(
            unit_id=unit.id,
            unit_code=unit.code,
            unit_names=unit.names,
            level=unit.level,
            parent_id=parent.id if parent else None,
            parent_names=parent.names if parent else {},
            state=one.stage if one else "",
            since=one.since if one else None,
            roles=[context.roles.roles[key] for key in dict.fromkeys(grant.role for grant in held)],
            # Whoever reads access reads the names of its holders; what they released is for those above.
            holders=[holder_seen(context, account, in_line=in_line) for account in known],
            further=max(0, len(held) - HOLDERS_SHOWN),
            may_give=access.decide(caller, GIVE, unit.path, now).why in _MAY,
        )

    return [shown(row.unit) for row in rows]


def _holders(context: Context, unit_ids: Sequence[str]) -> dict[str, list[Grant]]:
    """By unit: the grants of persons that count today, the oldest first; one of each person."""
    store, today = context.store, context.clock.today()
    held = store.grants_of_units(unit_ids)
    above = store.with_chains(held)
    people = store.people_of(grant.account_id for grant in held if grant.account_id)
    found: dict[str, dict[str, Grant]] = {}
    for grant in sorted(held, key=lambda one: (one.given_at, one.id)):
        if grant.account_id in people and why_not(grant, above, today) is None:
            found.setdefault(grant.unit_id, {}).setdefault(grant.account_id or "", grant)
    return {unit_id: list(grants.values()) for unit_id, grants in found.items()}
