"""The recount: whether what is kept is what its first sources say, which are plans, units, and entries of people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from congress.domain import planned, rollup
from congress.domain.plan import Plan, PlanState
from congress.domain.progress import Congress, state_of
from congress.domain.rollup import Contribution, Difference, contribution, group_key, recount
from congress.operations.outside import Outside
from servicekit.units import Unit

RUNNING = (PlanState.OPEN, PlanState.CLOSED)


def verify_rollups(outside: Outside, plan_id: str | None = None) -> list[Difference]:
    """Derives each plan's congresses and roll-ups afresh, all at one instant, and names everything that differs.

    A congress that waits for the projector counts as it was counted last: lag is not drift.
    """
    plans = [plan for plan in outside.plans.all() if plan_id in (None, plan.id)]
    differences: list[Difference] = []
    for plan in plans:
        differences += outside.database.in_transaction(lambda plan=plan: _verify(outside, plan))  # type: ignore[misc]
    return differences + outside.database.in_transaction(lambda: _verify_units(outside))


def verify_copy(outside: Outside, units: Iterable[Unit]) -> list[Difference]:
    """Where the copy of the tree is not the tree; `units` are membership's own."""
    owned = {unit.id: unit for unit in units}
    kept = outside.units.many(owned)
    found = [
        Difference("", unit_id, "units", "copy", _told(kept.get(unit_id)), _told(unit))
        for unit_id, unit in owned.items()
        if kept.get(unit_id) != unit
    ]
    strange = outside.units.count() - len(kept)
    return [*found, *([Difference("", "", "units", "unknown", strange, 0)] if strange else [])]


def _told(unit: Unit | None) -> str:
    if unit is None:
        return "missing"
    ended = f" ended {unit.valid_to}" if unit.valid_to else ""
    return f"{unit.code} {unit.level} {'/'.join(unit.path)}{ended} {' '.join(unit.names.values())}"


def _verify(outside: Outside, plan: Plan) -> list[Difference]:
    counted = outside.rollups.contributions_of_plan(plan.id)
    stored = list(outside.congresses.of_plan(plan.id))
    units = outside.units.many({congress.unit.id for congress, _ in stored})
    wanted = planned.planned_congresses(plan, list(outside.units.below(plan.unit_id)))
    subordinates = {unit_id for one in wanted for unit_id in one.unit.path[:-1]}
    lines: list[Contribution] = []
    differences: list[Difference] = []
    for congress, waits in stored:
        known = counted.get(congress.id)
        line = known.contribution if known else None
        if waits:
            lines += [line] if line else []
            continue
        true = _true(plan, congress, units.get(congress.unit.id), subordinates)
        differences += _facts(plan, congress, true)
        now = contribution(plan, true)
        lines.append(now)
        if line != now:
            differences += rollup.compare_contributions(plan.id, congress.id, line, now)
    if plan.state in RUNNING[:1]:
        there = {congress.id for congress, _ in stored}
        differences += [
            Difference(
                plan.id, one.unit.id, group_key(one.unit.level, one.deadline), "congress", "missing", one.id
            )
            for one in wanted
            if one.id not in there
        ]
    differences += rollup.compare(plan.id, outside.rollups.all_of_plan(plan.id), recount(lines))
    return [*differences, *_places(outside, plan)]


def _true(plan: Plan, congress: Congress, unit: Unit | None, subordinates: set[str]) -> Congress:
    """The congress as it follows from plan, tree and entries; of an unknown unit as it stands."""
    unit = unit or congress.unit
    return replace(
        congress,
        unit=unit,
        has_subordinates=unit.id in subordinates,
        deadline=plan.deadlines.get(unit.level, congress.deadline),
        state=state_of(plan, congress),
    )


def _facts(plan: Plan, congress: Congress, true: Congress) -> Iterator[Difference]:
    group = group_key(congress.unit.level, congress.deadline)
    for name in ("unit", "has_subordinates", "deadline", "state"):
        stored, derived = getattr(congress, name), getattr(true, name)
        if stored != derived:
            texts = (_told(stored), _told(derived)) if name == "unit" else (str(stored), str(derived))
            yield Difference(plan.id, congress.id, group, name, *texts)


def _places(outside: Outside, plan: Plan) -> Iterator[Difference]:
    """Where a roll-up stands decides under whom it is shown and who may read it."""
    kept = outside.rollups.places_of_plan(plan.id)
    units = outside.units.many(kept)
    for unit_id, path in kept.items():
        unit = units.get(unit_id)
        if unit is not None and unit.path != path:
            yield Difference(plan.id, unit_id, "rollup", "path", "/".join(path), "/".join(unit.path))


def _verify_units(outside: Outside) -> list[Difference]:
    """The counts by level against the units."""
    kept, counted = outside.units.counted(), outside.units.counted_afresh()
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
