"""Finding by name who holds an office, as far as the reader may know who holds what where."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from identity.context import Context
from identity.domain import grants as rules
from identity.domain.accounts import Account
from identity.domain.grants import Grant
from identity.domain.roles import Role
from identity.listed import GRANTS
from identity.operations.offices import HolderSeen, holder_seen, is_in_line, lines_of
from servicekit.access import decision as access
from servicekit.access.decision import Caller, reach_roots
from servicekit.tree.units import Unit
from servicekit.web.listing import page_of
from servicekit.words.names import fit, folded
from servicekit.words.near import wrong_letters

READ = "access:read"
# Where a name is borne by more people than are looked at, so many who hold something within the reader's reach are.
IN_REACH = 1_000
ROOTS_MOST = 50
# Of so many people of a name it is looked up together what they hold.
PEOPLE_AT_ONCE = 200
MOST_MEANT = 20


@dataclass(frozen=True, slots=True)
class HolderFound:
    """Somebody, and what they hold in one unit. `reads_access`: the reader may look at the access given there."""

    holder: HolderSeen
    unit: Unit
    roles: Sequence[Role]
    reads_access: bool


@dataclass(frozen=True, slots=True)
class HoldersFound:
    """`total`: None where more fit than are looked at. `meant`: nobody is named so; these are named nearly so."""

    items: Sequence[HolderFound] = ()
    next: str | None = None
    total: int | None = 0
    meant: bool = False


Rank = Callable[[str, Sequence[str]], int | None]


@dataclass(frozen=True, slots=True)
class _Ranked:
    rank: int
    account: Account
    unit: Unit
    roles: Sequence[Role]

    @property
    def key(self) -> tuple[str, ...]:
        """The better the name fits, the higher the unit."""
        place = f"{self.rank:03} {len(self.unit.path):03}"
        return place, folded(self.account.name), self.account.id, self.unit.id


def find_holders(context: Context, caller: Caller, query: str, after: str, limit: int) -> HoldersFound:
    """Whoever holds something in force where the reader reads who does, or stands in the line above.

    For all others nobody of the name is here, whether there is somebody or not; so it is for a sealed code.
    """
    roots = _roots(caller)
    if caller.fallback or not roots:
        return HoldersFound()
    people, whole = context.store.people_named(query)
    if not whole:
        # Whether those in reach are all there is says nothing of whoever is beyond it.
        reached, whole = _in_reach(context, roots)
        people = {**reached, **people}
    found = _ranked(context, caller, query, people, fit)
    if found:
        return _page(context, caller, found, after, limit, whole=whole)
    # As if nobody were of that name, also where somebody is whom this reader does not find.
    people = context.store.people_nearly_named(query)
    nearly = _ranked(context, caller, query, people, wrong_letters)
    best = sorted(nearly, key=lambda one: one.key)[:MOST_MEANT]
    return _page(context, caller, best, after, limit, meant=bool(best))


def _roots(caller: Caller) -> list[str]:
    """The units where the reach of this search begins, the highest first."""
    paths = {right.unit_id: right.unit_path for right in (*reach_roots(caller, READ), *lines_of(caller))}
    return sorted(paths, key=lambda one: (len(paths[one]), one))[:ROOTS_MOST]


def _in_reach(context: Context, roots: Sequence[str]) -> tuple[dict[str, Account], bool]:
    """Of the newest grants in reach, whose they are; and whether there are no more grants there."""
    lines = context.store.lists.page(GRANTS, roots, "active", "", IN_REACH, context.clock.now())
    grants = context.store.grants_by_id(line.id for line in lines)
    people = context.store.accounts_by_id(one.account_id or "" for one in grants.values())
    return people, len(lines) < IN_REACH


def _ranked(
    context: Context, caller: Caller, query: str, people: Mapping[str, Account], rank: Rank
) -> list[_Ranked]:
    """What those whose name fits hold where the reader may know it."""
    ranks = {key: place for key, one in people.items() if (place := rank(query, [one.name])) is not None}
    named = sorted(ranks, key=ranks.__getitem__)
    held = [
        one
        for start in range(0, len(named), PEOPLE_AT_ONCE)
        for one in context.store.grants_held_by(named[start : start + PEOPLE_AT_ONCE])
        if one.account_id
    ]
    above, today, now = context.store.with_chains(held), context.clock.today(), context.clock.now()
    by_place: dict[tuple[str, str], list[Grant]] = {}
    for grant in held:
        seen = (
            is_in_line(caller, grant.unit_path) or access.decide(caller, READ, grant.unit_path, now).allowed
        )
        if seen and rules.why_not(grant, above, today) is None:
            by_place.setdefault((grant.account_id or "", grant.unit_id), []).append(grant)
    units = context.store.units.many({unit_id for _, unit_id in by_place})
    return [
        _Ranked(ranks[account_id], people[account_id], units[unit_id], _roles(context, grants))
        for (account_id, unit_id), grants in by_place.items()
        if unit_id in units
    ]


def _roles(context: Context, grants: Iterable[Grant]) -> list[Role]:
    known = context.roles.roles
    return [known[key] for key in sorted({grant.role for grant in grants}) if key in known]


def _page(
    context: Context,
    caller: Caller,
    found: Sequence[_Ranked],
    after: str,
    limit: int,
    *,
    whole: bool = True,
    meant: bool = False,
) -> HoldersFound:
    page, now = page_of(found, lambda one: one.key, after, limit), context.clock.now()
    shown = [
        HolderFound(
            holder_seen(context, one.account, in_line=is_in_line(caller, one.unit.path)),
            one.unit,
            one.roles,
            access.decide(caller, READ, one.unit.path, now).allowed,
        )
        for one in page.items
    ]
    return HoldersFound(shown, page.next, page.total if whole else None, meant)
