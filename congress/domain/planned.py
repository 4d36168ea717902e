"""What follows for congresses from a plan and the tree of units, and from nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from congress.domain.extensions import deadline_of, planned_day
from congress.domain.history import Congress
from congress.domain.plan import Plan, is_planned
from congress.domain.progress import state_of
from congress.domain.rule_sets import at_version, rules_of
from servicekit.ids import id_from
from servicekit.tree.units import Unit

Counts = Mapping[str, Mapping[int, int]]  # live units by level and depth


def congress_id(plan_id: str, unit_id: str) -> str:
    """Always the same, so that what is done again makes nothing twice."""
    return id_from("congress", plan_id, unit_id)


def congresses_above(plan: Plan, unit: Unit) -> list[str]:
    """The ids that the congresses above have where there are any, nearest first."""
    return [congress_id(plan.id, ancestor) for ancestor in reversed(unit.path[:-1])]


def has_subordinates(plan: Plan, under: Counts) -> bool:
    """`under`: the units strictly below one; whether any of them has a congress by its level."""
    return any(level in plan.deadlines and any(depths.values()) for level, depths in under.items())


def planned_congress(plan: Plan, unit: Unit, *, subordinates: bool) -> Congress:
    return Congress(
        id=congress_id(plan.id, unit.id),
        plan_id=plan.id,
        unit=unit,
        deadline=plan.deadlines[unit.level],
        content_type=plan.content_types[0].key,
        has_subordinates=subordinates,
        rules=plan.rules,
        version=1,
    )


def planned_congresses(plan: Plan, units: Sequence[Unit]) -> list[Congress]:
    """One congress per unit of the plan's levels, superiors first. `units`: the plan's whole branch."""
    held = {unit.id: unit for unit in units if is_planned(plan, unit)}
    superiors = {ancestor for unit in held.values() for ancestor in unit.path[:-1]}
    return [
        planned_congress(plan, unit, subordinates=unit.id in superiors)
        for unit in sorted(held.values(), key=lambda unit: (len(unit.path), unit.code))
    ]


def following_the_tree(plan: Plan, congress: Congress, unit: Unit | None, under: Counts) -> Congress:
    """The congress with what it derives from its unit and the units below as they are now."""
    return replace(congress, unit=unit or congress.unit, has_subordinates=has_subordinates(plan, under))


def as_derived(plan: Plan, congress: Congress, unit: Unit | None, under: Counts) -> Congress:
    """The congress as it follows from plan, tree and entries; of an unknown unit as it stands."""
    now = following_the_tree(plan, congress, unit, under)
    rules = rules_of(plan, congress)
    planned = planned_day(at_version(plan, rules), now)
    deadline = deadline_of(planned, congress.earlier_until, congress.extended_to)
    return replace(now, rules=rules, deadline=deadline, state=state_of(plan, congress))


def without_a_congress(plan: Plan, units: Iterable[Unit], there: frozenset[str]) -> list[Unit]:
    return [unit for unit in units if is_planned(plan, unit) and congress_id(plan.id, unit.id) not in there]
