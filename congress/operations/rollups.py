"""Roll-ups: what a unit answers."""

from collections.abc import Mapping
from datetime import UTC, datetime

from congress.context import Context
from congress.domain import course
from congress.domain import rollup as rules
from congress.domain.course import Course
from congress.domain.plan import Plan
from congress.domain.rollup import Answer, NoRollup
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry
from servicekit.exporting.declared import AT_ONCE_ROWS
from servicekit.exporting.operations import ExportTooLong
from servicekit.tree.units import Names

READ = "congress:read"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read_rollup(
    context: Context, caller: Caller, plan_id: str, unit_id: str, level: str = ""
) -> tuple[Plan, Answer]:
    """Raises ExportTooLong, before any of them is read, where there are more than fit into one answer."""
    rollup = context.rollups.find(plan_id, unit_id)
    unit = rollup or context.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    require(caller, READ, unit.path, context.clock.now())
    if context.rollups.more_below(AT_ONCE_ROWS, plan_id, unit_id, level):
        raise ExportTooLong
    return rollup_of(context, plan_id, unit_id, level)


def rollup_of(context: Context, plan_id: str, unit_id: str, level: str) -> tuple[Plan, Answer]:
    """One read for the unit and one for those right below it, or for all of one level below it. Raises NoRollup."""
    as_of = counted_until(context)
    rollups, plan = context.rollups, context.plans.find(plan_id)
    rollup = rollups.find(plan_id, unit_id)
    if rollup is None or plan is None:
        raise NoRollup()
    children = rollups.below(plan_id, unit_id, level) if level else rollups.children(plan_id, unit_id)
    return plan, rules.answer(rollup, children, plan, context.clock.today(), as_of)


def course_of(context: Context, plan: Plan, answer: Answer, milestone: str) -> Course | None:
    """Of one that the plan has. Whoever was answered may read it."""
    position = plan.index(milestone) if milestone else None
    if position is None:
        return None
    rollup = answer.rollup
    days = context.days.of(plan.id, rollup.unit_id)
    return course.course_of(plan, plan.milestones[position], rollup, days, context.clock.today())


def counted_until(context: Context) -> datetime:
    """Everything saved before this instant is in the figures that are read from now on."""
    return context.rollups.engine.counted_until(context.clock.now(), LONG_AGO)


def take_rollup(
    context: Context, caller: Caller, plan_id: str, unit_id: str, level: str, kind: str
) -> tuple[Plan, Answer]:
    """The same, to be taken along as a file of that kind, which is written down."""
    plan, answer = read_rollup(context, caller, plan_id, unit_id, level)
    rollup = answer.rollup
    told = {"export": "rollup", "as": kind, "plan_id": plan_id, "level": level}
    context.reads.record(AuditEntry("export.taken", unit_id, rollup.path, "unit", unit_id, details=told))
    return plan, answer


def level_names(context: Context) -> Mapping[str, Names]:
    """By key; nothing where the register does not say them just now."""
    return context.membership.level_names() if context.membership else {}
