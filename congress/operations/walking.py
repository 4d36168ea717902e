"""All congresses of a list, as they come, for what goes over the whole of it: files and reminders."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from congress.context import Context
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.rollup import Rollup
from congress.domain.wanted import Walk, Wanted, deadlines_of

AT_ONCE = 200


def number_below(context: Context, plan: Plan, unit_id: str, wanted: Wanted) -> int:
    """As the sums have it."""
    tops = _tops(context, plan, unit_id, wanted)
    return sum(walk.number(tops) for walk in _walks(context, plan, tops, wanted))


def walk_below(context: Context, plan: Plan, unit_id: str, wanted: Wanted) -> Iterator[list[Congress]]:
    """In the order of the list, some at a time. For whoever may read the whole branch."""
    tops = _tops(context, plan, unit_id, wanted)
    for walk in _walks(context, plan, tops, wanted):
        places = walk.places(tops)
        while some := [unit for _, unit in islice(places, AT_ONCE)]:
            found = context.congresses.many([congress_id(plan.id, unit.unit_id) for unit in some])
            yield [one for one in found if wanted.fits(plan, one, walk.today)]


def _tops(context: Context, plan: Plan, unit_id: str, wanted: Wanted) -> list[Rollup]:
    """Where the list begins: at the unit, or right below it."""
    top = context.rollups.find(plan.id, unit_id)
    if top is None:
        return []
    return _children(context, plan.id, top) if wanted.is_nearest else [top]


def _walks(context: Context, plan: Plan, tops: list[Rollup], wanted: Wanted) -> Iterator[Walk]:
    children = partial(_children, context, plan.id)
    today = context.clock.today()
    for deadline in deadlines_of(tops):
        yield Walk(wanted, plan, today, deadline, children, direct=wanted.is_nearest)


def _children(context: Context, plan_id: str, unit: Rollup) -> list[Rollup]:
    return context.rollups.children(plan_id, unit.unit_id)
