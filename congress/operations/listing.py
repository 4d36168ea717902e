"""Congresses listed: of one unit, or of a unit and those below it, in pages that read as much as they show."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from itertools import islice

from congress.context import Context
from congress.domain import ordering
from congress.domain.history import Congress, State
from congress.domain.ordering import LISTED, Order, is_named, refuse_too_many
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.rollup import Rollup, group_of
from congress.domain.wanted import Place, Walk, Wanted, deadlines_of, unplaced
from congress.operations.congresses import READ
from congress.operations.ordered import Sent
from congress.operations.plans import may_look_up
from congress.operations.reminding import last_reminder
from congress.operations.seen import CongressView, seen_by, seen_in_brief, seen_under
from congress.store.reminders import ListReminded
from servicekit.access.decision import Caller, UnknownHere, decide, reach_roots, require
from servicekit.calendar.order import newest_first
from servicekit.tree.rollup.figures import Groups, apply
from servicekit.web.listing import CursorUnknown, Page, cursor, key_of, page_of

Key = tuple[str, str, str]  # deadline or nothing, plan, and the place as JSON, which ends in the unit's id
AT_ONCE = 50  # congresses read together
PENDING_MOST = 100  # of what waits to be counted; with more than this the projector has the word


@dataclass(frozen=True, slots=True)
class Found:
    """`position`: the place in the whole list of the congress behind which it was begun, if it is in it.

    `totals`: how many there are in states below the unit, where that was asked for.
    """

    page: Page[CongressView]
    position: int | None = None
    totals: Mapping[str, int] | None = None
    reminded: ListReminded | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """How a list below a unit is shown: see CongressQuery."""

    direct: bool = False
    behind: str = ""
    search: str = ""
    order: Order = Order.DEADLINE
    totals: bool = False
    brief: bool = False

    @property
    def is_ordered(self) -> bool:
        return bool(self.search) or self.order not in (Order.DEADLINE, Order.PLACE)

    @property
    def is_by_place(self) -> bool:
        return self.order is Order.PLACE and not self.is_ordered


def find_congresses(
    context: Context,
    caller: Caller,
    *,
    unit_id: str,
    below: str,
    plan_id: str,
    state: str,
    direct: bool,
    waits_for: str,
    overdue: bool,
    milestone: str,
    standing: str,
    who_acts: str,
    behind: str,
    level: str,
    passed: bool,
    extension: str,
    beside: str,
    search: str,
    sort: str,
    totals: bool,
    brief: bool,
    after: str,
    limit: int,
) -> Found:
    """Those of one unit where `unit_id` is given, else those of `below` and all below it, or `direct`ly below."""
    if unit_id:
        found = list_congresses(context, caller, unit_id, plan_id, state)
        page = page_of(found, lambda view: (newest_plan_first(view.plan), view.congress.id), after, limit)
        return Found(page.map(partial(_seen, context, caller, brief)))
    late = (level, passed, milestone, standing, who_acts)
    wanted = Wanted(state, bool(waits_for), overdue, *late, extension, beside)
    shown = Shown(direct or (wanted.is_nearest and bool(plan_id)), behind, search, Order(sort), totals, brief)
    return list_congresses_below(context, caller, below, plan_id, wanted, after, limit, shown)


def _seen(context: Context, caller: Caller, brief: bool, views: Sequence[CongressView]) -> list[CongressView]:
    return seen_in_brief(context, caller, views) if brief else seen_by(context, caller, views)


def newest_plan_first(plan: Plan) -> str:
    return newest_first(datetime.combine(plan.opens_on, time()))


def list_congresses(
    context: Context, caller: Caller, unit_id: str, plan_id: str, state: str
) -> list[CongressView]:
    """Those of one unit, of plans that the reader may look up."""
    _may_read(context, caller, unit_id)
    found = list(context.congresses.of_unit(unit_id, plan_id))
    plans = context.plans.opened_among({congress.plan_id for congress in found})
    return [
        seen_under(plan, congress)
        for congress in found
        if state in ("", congress.state)
        and (plan := plans.get(congress.plan_id)) is not None
        and may_look_up(context, caller, plan)
    ]


def congresses_by_id(context: Context, caller: Caller, ids: Sequence[str]) -> list[CongressView]:
    """Those that the caller may read, in the order of the ids: for what was picked out of a list."""
    now = context.clock.now()
    found = [
        congress
        for congress in context.congresses.many(list(dict.fromkeys(ids)))
        if decide(caller, READ, congress.unit.path, now).allowed
    ]
    plans = {plan_id: context.plans.get(plan_id) for plan_id in {one.plan_id for one in found}}
    return seen_by(context, caller, [seen_under(plans[one.plan_id], one) for one in found])


def list_congresses_below(
    context: Context,
    caller: Caller,
    unit_id: str,
    plan_id: str,
    wanted: Wanted,
    after: str,
    limit: int,
    shown: Shown = Shown(),
) -> Found:
    """Those of a unit and all below it.

    By deadline, then by place in the tree; all at one instant. `behind`: the list begins behind the place of this
    congress, whether it is in it or was.
    """
    return context.database.in_transaction(
        lambda: _listed(context, caller, unit_id, plan_id, wanted, after, limit, shown)
    )


def _listed(
    context: Context,
    caller: Caller,
    unit_id: str,
    plan_id: str,
    wanted: Wanted,
    after: str,
    limit: int,
    shown: Shown,
) -> Found:
    _may_read(context, caller, unit_id)
    plans = context.plans.opened_among([plan_id] if plan_id else context.rollups.plans_at(unit_id))
    if (shown.direct or shown.totals or shown.is_ordered) and plan_id not in plans:
        raise UnknownHere()
    pending = context.rollups.engine.pending(PENDING_MOST)
    below = _Below(context, caller, unit_id, wanted, shown.direct, shown.is_by_place, pending)
    walks = [walk for plan in plans.values() for walk in below.walks(plan)]
    walks.sort(key=lambda walk: walk.key)
    totals = _totals(below, plans[plan_id]) if shown.totals else None
    if not shown.is_ordered:
        found = _in_the_tree(below, walks, after, limit, shown.behind)
    elif sent := below.sent(plans[plan_id], shown):
        found = _by_waiting(below, sent, sum(walk.number for walk in walks), after, limit, shown.behind)
    else:
        found = _in_order(below, walks, after, limit, shown)
    page = found.page.map(partial(_seen, context, caller, shown.brief))
    reminded = last_reminder(context, plan_id, unit_id, wanted) if plan_id else None
    return Found(page, found.position, totals, reminded)


def _totals(below: "_Below", plan: Plan) -> dict[str, int]:
    """Whatever is filtered: of what waits for a superior's step, else of reports."""
    if below.wanted.waits_for_superior:
        steps = Wanted(waits_for_superior=True)
        asked = {"steps": (steps, False), "steps_direct": (steps, True)}
    else:
        states = (State.SUBMITTED, State.RETURNED, State.APPROVED)
        asked = {state.value: (Wanted(state.value), False) for state in states}
        asked["direct"] = (Wanted(State.SUBMITTED.value), True)
    parts = {name: replace(below, wanted=wanted, direct=direct) for name, (wanted, direct) in asked.items()}
    return {name: sum(walk.number for walk in part.walks(plan)) for name, part in parts.items()}


def _by_waiting(below: "_Below", sent: Sent, total: int, after: str, limit: int, behind: str) -> Found:
    position = None
    if behind:
        page, position = sent.behind(below.congress_behind(behind), limit, total)
    else:
        page = sent.page(after, limit, total)
    return Found(page.map(lambda found: [seen_under(sent.plan, one) for one in found]), position)


def _in_order(below: "_Below", walks: Sequence["_Walk"], after: str, limit: int, shown: Shown) -> Found:
    """Read as a whole, searched and put in order. Raises TooManyToOrder."""
    refuse_too_many(sum(walk.number for walk in walks))
    there = [view for walk in walks for _, view in below.views(walk, None)]
    found = [view for view in there if not shown.search or is_named(shown.search, view.congress)]

    def key(view: CongressView) -> tuple[str, ...]:
        return ordering.key_of(shown.order, view.congress, below.wanted.state)

    if not shown.behind:
        return Found(page_of(found, key, after, limit))
    one = below.congress_behind(shown.behind)
    place = ordering.key_of(shown.order, one, below.wanted.state)
    keys = sorted(map(key, found))
    position = keys.index(place) + 1 if place in keys else None
    return Found(page_of(found, key, cursor(place), limit), position)


def _in_the_tree(below: "_Below", walks: Sequence["_Walk"], after: str, limit: int, behind: str) -> Found:
    seen = _key_of(after) if after else below.key_of(walks, behind) if behind else None
    found: list[tuple[Key, CongressView]] = []
    for walk in walks:
        if len(found) <= limit and (seen is None or walk.key >= seen[:2]):
            place = _place_of(seen) if seen and walk.key == seen[:2] else None
            found += islice(below.views(walk, place), limit + 1 - len(found))
    more = len(found) > limit
    following = cursor(found[limit - 1][0]) if more else None
    total = sum(walk.number for walk in walks)
    position = _position(walks, seen) if behind and seen else None
    return Found(Page([view for _, view in found[:limit]], following, total), position)


def _position(walks: Iterable["_Walk"], seen: Key) -> int | None:
    own = next((walk for walk in walks if walk.key == seen[:2]), None)
    before = own.rule.before(own.units, _place_of(seen)) if own else None
    if before is None:
        return None
    return sum(walk.number for walk in walks if walk.key < seen[:2]) + before + 1


@dataclass(frozen=True, slots=True)
class _Walk:
    rule: Walk
    units: list[Rollup]  # where it begins

    @property
    def key(self) -> tuple[str, str]:
        return _first_of_key(self.rule.deadline), self.rule.plan.id

    @property
    def number(self) -> int:
        return self.rule.number(self.units)


@dataclass(frozen=True, slots=True)
class _Below:
    context: Context
    caller: Caller
    unit_id: str
    wanted: Wanted
    direct: bool
    by_place: bool
    pending: Mapping[str, Mapping[str, Groups]]  # by plan and unit: what is not counted yet

    def walks(self, plan: Plan) -> Iterator[_Walk]:
        units = self._tops(plan)
        children, today = partial(self._children, plan.id), self.context.clock.today()
        for deadline in (None,) if self.by_place else deadlines_of(units):
            rule = Walk(self.wanted, plan, today, deadline, children, self._sees, self.direct)
            yield _Walk(rule, units)

    def sent(self, plan: Plan, shown: Shown) -> Sent | None:
        """How its reports are listed by since when they are in their state; None for what is not listed so."""
        if shown.search or self.wanted.state not in LISTED:
            return None
        units = self._tops(plan)
        whole = [unit for unit in units if self._sees((*unit.path, "below"))]
        branches = [unit.unit_id for unit in whole if not {one.unit_id for one in whole} & {*unit.path[:-1]}]
        alone = [unit.unit_id for unit in units if unit not in whole and self._sees(unit.path)]
        if self.direct and len(whole) < len(units):
            return None
        # The lines of a place have the report of its unit among them, which a reach below does not open.
        if any(not self._sees(unit.path) for unit in whole):
            return None
        if self.direct:
            branches, alone = [self.unit_id], []
        levels = None
        if self.wanted.level or self.wanted.passed:
            today, groups = self.context.clock.today(), {key for unit in units for key in unit.groups}
            levels = sorted(
                {level for level, day in map(group_of, groups) if self.wanted.takes(level, day, today)}
            )
        oldest = shown.order is Order.LONGEST
        return Sent(self.context, plan, self.wanted, branches, alone, levels, self.direct, oldest)

    def congress_behind(self, congress_id: str) -> Congress:
        """One that the reader may read, at or below the unit."""
        congress = self.context.congresses.find(congress_id)
        if congress is None or self.unit_id not in congress.unit.path:
            raise UnknownHere()
        require(self.caller, READ, congress.unit.path, self.context.clock.now())
        return congress

    def key_of(self, walks: Iterable[_Walk], congress_id: str) -> Key:
        """Where a congress stands or stood; one that has no place here is unknown here."""
        congress = self.congress_behind(congress_id)
        path, plan_id = congress.unit.path, congress.plan_id
        begins = {unit.unit_id for walk in walks if walk.rule.plan.id == plan_id for unit in walk.units}
        # Of parts within each other the inner one leads to it.
        start = max((depth for depth, unit_id in enumerate(path) if unit_id in begins), default=None)
        if start is None:
            raise UnknownHere()
        way = [(plan_id, unit_id) for unit_id in path[start:]]
        sums = self.context.rollups.many(way)
        if not sums.keys() >= set(way):
            raise UnknownHere()
        place = [(sums[step].code, step[1]) for step in way]
        first = _first_of_key(None if self.by_place else congress.deadline)
        return first, plan_id, json.dumps(place, ensure_ascii=False)

    def views(self, walk: _Walk, after: Place | None) -> Iterator[tuple[Key, CongressView]]:
        """Those that still are as they were counted."""
        plan, today = walk.rule.plan, walk.rule.today
        places = walk.rule.places(walk.units, after)
        while some := list(islice(places, AT_ONCE)):
            ids = [congress_id(plan.id, unit.unit_id) for _, unit in some]
            there = {one.id: one for one in self.context.congresses.many(ids)}
            for (place, _), one_id in zip(some, ids, strict=True):
                congress = there.get(one_id)
                if congress is not None and self.wanted.fits(plan, congress, today):
                    yield (*walk.key, json.dumps(place, ensure_ascii=False)), seen_under(plan, congress)

    def _tops(self, plan: Plan) -> list[Rollup]:
        """The unit, or what is right below it; for who reads only parts of its branch, where those begin."""
        top = self._find(plan.id, self.unit_id)
        if top is None:
            return []
        if self.direct:
            return self._children(plan.id, top)
        if self._sees((*top.path, "below")):
            return [top]
        parts = [
            right.unit_id for right in reach_roots(self.caller, READ) if self.unit_id in right.unit_path[:-1]
        ]
        return [top, *(found for part in dict.fromkeys(parts) if (found := self._find(plan.id, part)))]

    def _children(self, plan_id: str, unit: Rollup) -> list[Rollup]:
        found = self.context.rollups.children(plan_id, unit.unit_id)
        return [self._of_now(one) for one in found]

    def _find(self, plan_id: str, unit_id: str) -> Rollup | None:
        found = self.context.rollups.find(plan_id, unit_id)
        return self._of_now(found) if found else None

    def _of_now(self, rollup: Rollup) -> Rollup:
        change = self.pending.get(rollup.plan_id, {}).get(rollup.unit_id)
        return replace(rollup, groups=apply(rollup.groups, change)) if change else rollup

    def _sees(self, path: tuple[str, ...]) -> bool:
        return decide(self.caller, READ, path, self.context.clock.now()).allowed


def _first_of_key(deadline: date | None) -> str:
    return deadline.isoformat() if deadline else ""


def _key_of(after: str) -> Key:
    deadline, plan_id, place = key_of(after, 3)
    _place_of((deadline, plan_id, place))
    return deadline, plan_id, place


def _place_of(key: Key) -> Place:
    try:
        told = json.loads(key[2])
    except (ValueError, RecursionError) as error:
        raise CursorUnknown(field="after") from error
    place = unplaced(told) if isinstance(told, list) else None
    if not place:
        raise CursorUnknown(field="after")
    return place


def _may_read(context: Context, caller: Caller, unit_id: str) -> None:
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    require(caller, READ, unit.path, context.clock.now())
