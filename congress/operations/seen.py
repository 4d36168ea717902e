"""What a reader is told of congresses besides what they hold: a handful of reads, however many congresses it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from congress.context import Context
from congress.domain import acts, approval, bounds
from congress.domain.cautions import Caution
from congress.domain.difficulties import Difficulty
from congress.domain.handing_down import LevelBelow
from congress.domain.history import By, Congress, State
from congress.domain.opening import Opening, sending_id
from congress.domain.plan import Plan
from congress.domain.rollup import Rollup
from congress.domain.rule_sets import under
from congress.domain.takings import Handed
from servicekit.access.decision import Caller, as_just_seen, decide
from servicekit.refusals import Acts, Refusal
from servicekit.tree.units import Unit

APPROVE, REPORT = "congress:approve", "congress:report"


@dataclass(frozen=True, slots=True)
class CongressView:
    """A congress with its plan, which is needed to say what comes next."""

    congress: Congress
    plan: Plan
    between: int = 0  # units with a congress between this one and the caller's nearest superior unit
    cautions: tuple[Caution, ...] = ()
    parent: Unit | None = None
    reminded_at: datetime | None = None
    acts: Acts | None = None  # what the caller may do with it; not told where they have just done something
    steps: Mapping[str, Acts] = field(default_factory=dict)  # likewise with its milestones, by key
    named: bool = False  # whether the caller is told the names of who sent, returned, approved
    refusal: Refusal | None = (
        None  # why the caller, though their access reaches it, may not decide what waits
    )
    last: "CongressView | None" = (
        None  # the unit's congress of the cycle before; told of one that is read alone
    )
    set_above: tuple[tuple[Handed, Unit], ...] = ()  # days that units above have set for it
    levels_below: tuple[LevelBelow, ...] = ()  # told to whoever may set days for them
    opened: tuple[Opening, Unit | None] | None = None  # by the superior, of what waits, and where
    difficulties: tuple[Difficulty, ...] = ()  # by which it can be blocked; told to its reporters alone


def seen_under(plan: Plan, congress: Congress) -> CongressView:
    """A congress is seen by the rules under which it stands."""
    return CongressView(congress, under(plan, congress))


def seen_alone(context: Context, caller: Caller, view: CongressView) -> CongressView:
    """One, with the unit's last congress besides: whoever may read the one may read the other, which is the unit's."""
    (seen,) = seen_by(context, caller, [view])
    last = bounds.last_before(view.congress, context.congresses.of_unit(view.congress.unit.id))
    if last is None:
        return seen
    return replace(seen, last=seen_under(context.plans.get(last.plan_id), last))


def seen_by(context: Context, caller: Caller, views: Sequence[CongressView]) -> list[CongressView]:
    """The same congresses, with all that stands around them."""
    units = context.units.many({unit_id for view in views for unit_id in view.congress.unit.path[:-1]})
    sums = context.rollups.many((view.plan.id, view.congress.unit.id) for view in views if _waits(view))
    opened = context.openings.of(sending_id(view.congress) for view in views if _waits(view))
    before = _of_the_same_units(context, views)
    by = by_caller(context, caller)
    reminded = context.reminders.last_of(view.congress.id for view in views)
    return [
        replace(
            _seen(context, caller, view, units, sums, before, by, opened.get(sending_id(view.congress))),
            reminded_at=reminded.get(view.congress.id),
        )
        for view in views
    ]


def seen_in_brief(context: Context, caller: Caller, views: Sequence[CongressView]) -> list[CongressView]:
    """For a line of a list: with the unit above each, and without what may be done with it."""
    above = context.units.many({view.congress.unit.parent_id or "" for view in views} - {""})
    reminded = context.reminders.last_of(view.congress.id for view in views)
    return [
        replace(
            view,
            parent=above.get(view.congress.unit.parent_id or ""),
            reminded_at=reminded.get(view.congress.id),
            named=_is_told_names(context, caller, view),
        )
        for view in views
    ]


def _seen(
    context: Context,
    caller: Caller,
    view: CongressView,
    units: dict[str, Unit],
    sums: dict[tuple[str, str], Rollup],
    before: dict[str, list[Congress]],
    by: By,
    opened: Opening | None,
) -> CongressView:
    between = _between(context, caller, view, units)
    rollup = sums.get((view.plan.id, view.congress.unit.id))
    open_below = approval.open_below(view.congress, rollup.groups) if rollup else 0
    mine, steps = acts.acts_of(
        view.plan, view.congress, caller, by, between, open_below, opened=opened is not None
    )
    return replace(
        view,
        between=between,
        cautions=(*approval.caution_of(view.plan, view.congress, open_below), *_beside_others(view, before)),
        parent=units.get(view.congress.unit.parent_id or ""),
        set_above=tuple((one, units[one.above]) for one in view.congress.handed_down if one.above in units),
        refusal=_refusal(context, caller, view),
        named=_is_told_names(context, caller, view),
        opened=(opened, units.get(opened.unit_id)) if opened else None,
        acts=mine,
        steps=steps,
    )


def by_caller(context: Context, caller: Caller, over_reason: str = "") -> By:
    return By(
        caller.account_id,
        context.clock.now(),
        context.clock.today(),
        caller.fallback,
        caller.kept_by,
        over_reason,
        caller.name,
    )


def levels_between(context: Context, caller: Caller, view: CongressView) -> int:
    return _between(context, caller, view, context.units.many(view.congress.unit.path[:-1]))


def beside_others(context: Context, view: CongressView) -> tuple[Caution, ...]:
    """What the figures say beside the register of members and the unit's last congress."""
    return _beside_others(view, _of_the_same_units(context, [view]))


def _between(context: Context, caller: Caller, view: CongressView, units: dict[str, Unit]) -> int:
    if not _decides(context, caller, view):
        return 0
    above = [units[unit_id] for unit_id in view.congress.unit.path[:-1] if unit_id in units]
    return approval.levels_between(view.plan, view.congress, above, caller, APPROVE)


def _is_told_names(context: Context, caller: Caller, view: CongressView) -> bool:
    return _decides(context, caller, view) or _may(context, caller, view, REPORT)


def _decides(context: Context, caller: Caller, view: CongressView) -> bool:
    """Whether reports of this unit are theirs to decide, however long ago the eID has seen them."""
    return _may(context, caller, view, APPROVE)


def _may(context: Context, caller: Caller, view: CongressView, permission: str) -> bool:
    path = view.congress.unit.path
    return decide(as_just_seen(caller), permission, path, context.clock.now()).allowed


def _waits(view: CongressView) -> bool:
    return view.congress.state is State.SUBMITTED


def _of_the_same_units(context: Context, views: Sequence[CongressView]) -> dict[str, list[Congress]]:
    ids = {view.congress.unit.id for view in views if view.congress.results is not None}
    found: dict[str, list[Congress]] = {unit_id: [] for unit_id in ids}
    for congress, _ in context.congresses.at(sorted(ids)) if ids else ():
        found[congress.unit.id].append(congress)
    return found


def _beside_others(view: CongressView, before: dict[str, list[Congress]]) -> tuple[Caution, ...]:
    congress = view.congress
    if congress.results is None:
        return ()
    return bounds.cautions_of(congress, bounds.last_before(congress, before[congress.unit.id]))


def _refusal(context: Context, caller: Caller, view: CongressView) -> Refusal | None:
    if not _waits(view):
        return None
    return approval.why_not_theirs(view.congress, caller, APPROVE, context.clock.now())
