"""The roll-out below a unit: how far units have come, and the rows behind each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import islice

from identity.context import Context, Document, UnitUnknown
from identity.domain import rollout as rules
from identity.domain.accounts import Account
from identity.domain.grants import Grant, why_not
from identity.domain.rollout import Reached, UnitStands, Wanted
from identity.operations.grants import unit_within
from identity.operations.offices import is_in_line, released
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


def read_rollout(context: Context, caller: Caller, unit_id: str, after: str, limit: int) -> Document:
    """The figures of a unit with all below it, by level, and of a page of the units right below."""
    path = unit_within(context, caller, unit_id, READ)
    access.require(caller, READ, (*path, "below"), context.clock.now())
    take_in(context)
    store = context.store
    children = [unit for unit in store.units.many(_children(context, unit_id)).values() if unit.live]
    page = page_of(children, lambda unit: (unit.code, unit.id), after, limit)
    unit = store.units.find(unit_id)
    sums = store.rollout.sums([unit_id, *(one.id for one in page.items)])
    return {
        "unit_id": unit_id,
        "unit_path": list(path),
        "unit_names": dict(unit.names) if unit else {},
        "as_of": counted_until(context),
        "all": _figures(rules.of_all(sums.get(unit_id, {}))),
        "levels": [
            {"level": level, **_figures(one)} for level, one in rules.by_level(sums.get(unit_id, {})).items()
        ],
        "children": [
            {
                "unit_id": one.id,
                "unit_names": dict(one.names),
                "level": one.level,
                **_figures(rules.of_all(sums.get(one.id, {}))),
            }
            for one in page.items
        ],
        "next": page.next,
        "total": page.total,
    }


def _figures(reached: Reached) -> Document:
    return {**asdict(reached), "units": reached.units, "without": reached.without}


# ---------------------------------------------------------------- the rows behind a figure


def list_rollout(
    context: Context, caller: Caller, unit_id: str, state: str, level: str, after: str, limit: int
) -> Document:
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
    return {
        "items": _show(context, caller, page.items),
        "levels": list(rules.by_level(groups)),
        "next": page.next,
        "total": page.total,
    }


def _children(context: Context, unit_id: str) -> Sequence[str]:
    return context.store.units.children_of([unit_id]).get(unit_id, ())


def _place_of(after: str) -> Place:
    """Raises CursorUnknown."""
    (text,) = key_of(after, 1)
    try:
        return place_in(text)
    except ValueError as error:
        raise CursorUnknown(field="after") from error


def _show(context: Context, caller: Caller, rows: Sequence[Found]) -> list[Document]:
    store, now = context.store, context.clock.now()
    ids = [row.unit.id for row in rows]
    parents = store.units.many(row.unit.parent_id for row in rows if row.unit.parent_id)
    stands = store.rollout.by_id(ids)
    holders = _holders(context, ids)
    accounts = store.accounts_by_id(
        grant.account_id or "" for grants in holders.values() for grant in grants[:HOLDERS_SHOWN]
    )
    return [
        {
            **_place(row.unit, parents),
            **_standing(stands.get(row.unit.id)),
            "roles": [
                {"key": key, "names": dict(context.roles.roles[key].names)}
                for key in dict.fromkeys(grant.role for grant in holders.get(row.unit.id, ()))
            ],
            "holders": [
                _holder(context, accounts[one], in_line=is_in_line(caller, row.unit.path))
                for grant in holders.get(row.unit.id, ())[:HOLDERS_SHOWN]
                if (one := grant.account_id or "") in accounts
            ],
            "further": max(0, len(holders.get(row.unit.id, ())) - HOLDERS_SHOWN),
            "may_give": access.decide(caller, GIVE, row.unit.path, now).why in _MAY,
        }
        for row in rows
    ]


def _place(unit: Unit, parents: Mapping[str, Unit]) -> Document:
    parent = parents.get(unit.parent_id or "")
    return {
        "unit_id": unit.id,
        "unit_code": unit.code,
        "unit_names": dict(unit.names),
        "level": unit.level,
        "parent_id": parent.id if parent else None,
        "parent_names": dict(parent.names) if parent else {},
    }


def _standing(stands: UnitStands | None) -> Document:
    return {"state": stands.stage if stands else "", "since": stands.since if stands else None}


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


def _holder(context: Context, account: Account, *, in_line: bool) -> Document:
    """Whoever reads access reads the names of its holders; what they released is for those above."""
    reach = released(context, account) if in_line else {"office_phone": "", "office_email": ""}
    return {"account_id": account.id, "name": account.name, **reach}
