"""The recount: whether what is kept is what its first sources say, which are plans, units, and entries of people.

Some units at a time, deepest first, each part at one instant. What waits for the projector counts as it was counted
last: lag is not drift.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from congress.context import Context
from congress.domain import blocking, planned
from congress.domain.difficulties import OVER
from congress.domain.history import Congress
from congress.domain.plan import Plan, PlanState
from congress.domain.rollup import group_key
from congress.operations import handing_down
from congress.operations.plans import audit_of
from congress.operations.queueing import lines_of
from servicekit.tree.listed import Listed
from servicekit.tree.rollup.engine import Errors
from servicekit.tree.rollup.engine import Findings as Figures
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named
from servicekit.tree.rollup.verifying import Check
from servicekit.tree.units import Unit


def verify_rollups(context: Context, plan_id: str | None = None) -> list[Difference]:
    """Derives congresses and roll-ups afresh and names everything that differs."""
    return check_of(context, plan_id or "").verify() + context.database.in_transaction(
        lambda: verify_units(context)
    )


def check_of(context: Context, plan_id: str = "") -> Check["Findings"]:
    return Check(
        context.database,
        context.rollups.engine,
        look=lambda part, errors: look(context, part, errors, plan_id),
        mend=partial(_mend, context),
        note=partial(_note, context),
        scope=plan_id,
    )


def verify_copy(context: Context, units: Iterable[Unit]) -> list[Difference]:
    """Where the copy of the tree is not the tree; `units` are membership's own."""
    owned = {unit.id: unit for unit in units}
    kept = context.units.many(owned)
    found = [
        Difference("", unit_id, "units", "copy", _told(kept.get(unit_id)), _told(unit))
        for unit_id, unit in owned.items()
        if kept.get(unit_id) != unit
    ]
    strange = context.units.count() - len(kept)
    return [*found, *([Difference("", "", "units", "unknown", strange, 0)] if strange else [])]


def _told(unit: Unit | None) -> str:
    if unit is None:
        return "missing"
    ended = f" ended {unit.valid_to}" if unit.valid_to else ""
    return f"{unit.code} {unit.level} {'/'.join(unit.path)}{ended} {' '.join(unit.names.values())}"


@dataclass
class Findings:
    """What a look at some units found: what differs, and what it takes to make it right."""

    figures: Figures
    differences: list[Difference] = field(default_factory=list)
    wrong: list[Congress] = field(default_factory=list)  # as they should be
    lines: list[Listed] = field(
        default_factory=list
    )  # of reports that stand elsewhere in lists, as they should
    missing: list[Congress] = field(default_factory=list)


def look(context: Context, unit_ids: Sequence[str], errors: Errors, plan_id: str = "") -> Findings:
    """Within a transaction: all at one instant."""
    units, under = context.units.many(unit_ids), context.units.levels_under(unit_ids)
    congresses = list(context.congresses.at(unit_ids))
    plans = _plans_of(context, units.values(), (congress.plan_id for congress, _ in congresses), plan_id)
    handed = _handed(context, plans, [one for one, waits in congresses if not waits], units)
    found = Findings(context.rollups.engine.look(unit_ids, errors, plan_id))
    there: set[str] = set()
    listed: dict[str, list[Congress]] = {}
    for congress, waits in congresses:
        there.add(congress.id)
        plan = plans.get(congress.plan_id)
        if plan is None or waits:
            continue
        place = congress.unit.id
        as_set = handed.get(congress.id, congress)
        true = planned.as_derived(plan, as_set, units.get(place), under[place])
        true = _blocked_still(context, true)
        listed.setdefault(plan.id, []).append(true)
        if wrong := list(_facts(plan, congress, true)):
            found.wrong.append(true)
            found.differences += wrong
    for one, congresses_of in listed.items():
        lines = lines_of(context, plans[one], congresses_of)
        if wrong_lines := context.lists.look(lines, context.clock.now()):
            found.lines += lines
            found.differences += [replace(line, scope=one) for line in wrong_lines]
    for plan in plans.values():
        if plan.state is PlanState.OPEN:
            missing = [
                planned.planned_congress(
                    plan, unit, subordinates=planned.has_subordinates(plan, under[unit.id])
                )
                for unit in planned.without_a_congress(plan, units.values(), frozenset(there))
            ]
            found.missing += handing_down.as_set_above(context, plan, missing)
    found.differences += map(_missing, found.missing)
    found.differences += found.figures.differences
    return found


def _handed(
    context: Context, plans: Mapping[str, Plan], congresses: Sequence[Congress], units: Mapping[str, Unit]
) -> dict[str, Congress]:
    """As units above have set it, but where that is being brought down just now: lag is not drift."""
    # What has been closed stays as it was graded.
    known = context.handings.plans_among(one for one in plans if plans[one].state is not PlanState.CLOSED)
    still = known - context.handings.waits(known) if known else known
    found: dict[str, Congress] = {}
    for plan_id in still:
        some = [
            replace(one, unit=units[one.unit.id])
            for one in congresses
            if one.plan_id == plan_id and one.unit.id in units and units[one.unit.id].live
        ]
        found |= {one.id: one for one in handing_down.brought_down(context, plans[plan_id], some)}
    return found


def _blocked_still(context: Context, congress: Congress) -> Congress:
    """Without what a difficulty blocks that is over; few congresses are blocked."""
    last = congress.blocks[-1] if congress.blocks else None
    if last is None or last.ended_at is not None:
        return congress
    difficulty = context.difficulties.find(last.difficulty_id)
    over = difficulty is None or difficulty.state in OVER
    return blocking.end_with(congress, context.clock.now()) if over else congress


def _plans_of(
    context: Context, units: Iterable[Unit], of_congresses: Iterable[str], plan_id: str
) -> dict[str, Plan]:
    """Those that give these units congresses, or did; only this one if it is named."""
    above = {unit_id for unit in units for unit_id in unit.path}
    giving = {plan.id: plan for plan in context.plans.opened_of(above)}
    plans = {**giving, **context.plans.opened_among({*of_congresses} - giving.keys())}
    return {one: plan for one, plan in plans.items() if plan_id in ("", one)}


def _mend(context: Context, found: Findings) -> None:
    """What a congress derives is put right, and counted once more by the projector."""
    context.plans.hold({one.scope for one in found.differences})
    context.congresses.put_derived(found.wrong)
    context.lists.put(found.lines)
    context.congresses.insert_uncounted(found.missing)
    context.rollups.engine.mend(found.figures)


def _note(context: Context, differences: Sequence[Difference]) -> None:
    for plan_id in sorted({one.scope for one in differences}):
        of_plan = [one for one in differences if one.scope == plan_id]
        entry = audit_of("rollup.mended", context.plans.get(plan_id), **named(of_plan))
        context.mends.note(context.new_id(), plan_id, of_plan, [entry])


def _missing(one: Congress) -> Difference:
    group = group_key(one.unit.level, one.deadline)
    return Difference(one.plan_id, one.unit.id, group, "congress", "missing", one.id)


def _facts(plan: Plan, congress: Congress, true: Congress) -> Iterator[Difference]:
    group = group_key(congress.unit.level, congress.deadline)
    for name in ("unit", "has_subordinates", "handed", "deadline", "rules", "state", "blocks"):
        stored, derived = getattr(congress, name), getattr(true, name)
        if stored != derived:
            texts = (_told(stored), _told(derived)) if name == "unit" else (str(stored), str(derived))
            yield Difference(plan.id, congress.id, group, name, *texts)


def verify_units(context: Context) -> list[Difference]:
    """The counts by level against the units."""
    kept, counted = context.units.counted(), context.units.counted_afresh()
    return [
        Difference("", unit_id, "units", f"{level} at {depth}", stored, true)
        for unit_id in sorted(kept.keys() | counted.keys())
        for level, depth, stored, true in _unequal(kept.get(unit_id, {}), counted.get(unit_id, {}))
    ]


def _unequal(kept: planned.Counts, counted: planned.Counts) -> Iterator[tuple[str, int, int, int]]:
    nothing: Mapping[int, int] = {}
    for level in sorted(kept.keys() | counted.keys()):
        left, right = kept.get(level, nothing), counted.get(level, nothing)
        for depth in sorted(left.keys() | right.keys()):
            if left.get(depth, 0) != right.get(depth, 0):
                yield level, depth, left.get(depth, 0), right.get(depth, 0)
