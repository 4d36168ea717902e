"""The grants of a unit and of those below it that somebody must confirm soon: a queue, the most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from identity.context import Context
from identity.domain import grant_dates
from identity.domain.grants import Grant
from identity.domain.tasks import left_to_others
from identity.listed import TO_CONFIRM
from identity.operations.grants import unit_within
from identity.operations.listing import page_of_soonest
from identity.operations.showing import GrantSeen, grants_for
from identity.store.documents import yearly_of
from servicekit.access.decision import Caller, UnknownHere
from servicekit.web.listing import Page, cursor

READ = "access:read"
# The list is walked from one of these days to the next, counted from today; nearer ones where more is due.
_STRETCHES = (*range(-60, 60, 10), grant_dates.RECERTIFY_NOTICE.days + 1)


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """`totals`: how many there are in all, and how many are this reader's to confirm; whatever is filtered."""

    page: Page[GrantSeen]
    totals: Mapping[str, int | None]


def to_recertify(
    context: Context,
    caller: Caller,
    unit_id: str,
    *,
    after: str,
    limit: int,
    mine: bool = False,
    overdue: bool = False,
    behind: str = "",
) -> ToConfirm:
    """`mine`: those that the caller may confirm, of whoever gives access from this unit or from one above it.

    `overdue`: those whose day is over. `behind`: the page begins behind this grant.
    """
    path, today, lists = (
        unit_within(context, caller, unit_id, READ),
        context.clock.today(),
        context.store.lists,
    )
    ends = yearly_days(context)
    others = _left_to_others(context, caller, path)
    whole = lists.count_soonest(TO_CONFIRM, unit_id, ends[-1], context.clock.now())
    own = 0 if others is None else whole - len(others) if whole is not None else None
    totals = {"all": whole, "mine": own}
    if mine and others is None:
        return ToConfirm(Page([], total=0), totals)
    if overdue:
        ends = [end for end in ends if end.date() <= today]
    left = others if mine and others else []
    without = [one.id for one in left if not overdue or (one.recertify_by or today) < today]
    begin = _behind(context, unit_id, behind) if behind else after
    read = context.store.grants_by_id
    page = page_of_soonest(context, TO_CONFIRM, unit_id, ends, begin, limit, read, without)
    return ToConfirm(page.map(lambda grants: grants_for(context, caller, grants)), totals)


def yearly_days(context: Context) -> list[datetime]:
    """Up to which days the yearly list is walked, one after the other."""
    today = context.clock.today()
    return [datetime.combine(today + timedelta(days), time(), UTC) for days in _STRETCHES]


def _left_to_others(context: Context, caller: Caller, path: Sequence[str]) -> list[Grant] | None:
    """Of the list of the last unit of the path, those that the caller cannot confirm: those in the unit from which they
    give access that do not hang on theirs, and their own. They are few, and none is looked for in the list. None for
    whoever gives access only further down, or nowhere.
    """
    giving = {right.unit_id for right in caller.rights if right.permission == "access:grant"}
    if not giving.intersection(path):
        return None
    store = context.store
    near = [
        *store.grants_in(path[-1]),
        *(one for account in caller.accounts for one in store.grants_of(account)),
    ]
    there = {one.id: one for one in near if path[-1] in one.unit_path}
    today = context.clock.today()
    due = [one for one in there.values() if grant_dates.to_recertify(one, today)]
    return left_to_others(due, caller.accounts, caller.rights)


def _behind(context: Context, unit_id: str, grant_id: str) -> str:
    """Where the list goes on behind this grant. Raises UnknownHere for one that is not in it."""
    grant = context.store.grants_by_id([grant_id]).get(grant_id)
    place = yearly_of(grant) if grant is not None else None
    if place is None or unit_id not in place.places:
        raise UnknownHere
    return cursor((place.order,))
