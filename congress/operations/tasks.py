"""What waits for the caller in their congresses and in those below, and how far the latter have come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from congress.context import Context
from congress.domain import tasks as rules
from congress.domain.plan import Plan, PlanState
from congress.domain.rollup import Rollup, at_group, group_of, is_put_off
from congress.domain.rule_sets import under
from congress.domain.wanted import ASKED, Beside, Wanted
from congress.operations.listing import Shown, list_congresses_below
from congress.operations.reminding import last_reminder
from congress.operations.rollups import READ, course_of, rollup_of
from congress.operations.seen import APPROVE
from congress.store.difficulties import WAITS
from servicekit.access.decision import Caller, decide
from servicekit.calendar.waiting import Task, Waiting
from servicekit.tasks.acting import UNITS_MOST, left_out, units_with

REPORT = "congress:report"
SENT, FOR_SUPERIOR, EXTENSIONS, EXPLANATIONS, LONG_LATE, GAPS = (
    Wanted("submitted"),
    Wanted(waits_for_superior=True),
    Wanted(extension=ASKED),
    Wanted(beside=Beside.EXPLANATION_WAITING),
    Wanted(beside=Beside.LONG_LATE),
    Wanted(beside=Beside.GAPS_SUPPLIED),
)
HEAD_SHOWN = 3
WRITTEN_FOR = timedelta(days=7)


def waiting(context: Context, caller: Caller, unit_id: str) -> Waiting:
    held = {name: units_with(caller, name, unit_id) for name in (REPORT, APPROVE, READ)}
    if not held[READ]:
        return Waiting()
    own = [one for unit in held[REPORT][:UNITS_MOST] for one in context.congresses.of_unit(unit)]
    plans = context.plans.opened_among({one.plan_id for one in own})
    today = context.clock.today()
    reports = [
        task
        for one in own
        if (newest := plans.get(one.plan_id)) and (plan := under(newest, one))
        for task in (
            rules.report_task(plan, one),
            rules.explain_task(plan, one, today),
            rules.gap_task(plan, one),
        )
    ]
    decisions = [
        task
        for unit in held[APPROVE][:UNITS_MOST]
        if _reads(context, caller, unit)
        for plan in _plans_at(context, unit)
        if plan.state is PlanState.OPEN
        for task in _decisions(context, caller, plan, unit)
    ]
    difficulties = [
        task
        for permission, keys in rules.DIFFICULTIES.items()
        for unit in held[permission][:UNITS_MOST]
        if unit in held[READ]
        for task in _difficulties(context, unit, keys)
    ]
    watched = [
        _watched(context, plan, unit)
        for unit in held[READ][:1]
        for plan in rules.watched(_plans_at(context, unit))
    ]
    found = Waiting(
        tuple(task for task in (*reports, *decisions, *difficulties) if task is not None),
        units_left_out=left_out((held[REPORT], held[APPROVE])),
    )
    return found.and_more(watched)


def _plans_at(context: Context, unit_id: str) -> list[Plan]:
    """Those with a congress at or below a unit."""
    return sorted(
        context.plans.opened_among(context.rollups.plans_at(unit_id)).values(), key=rules.newest_first
    )


def _reads(context: Context, caller: Caller, unit_id: str) -> bool:
    unit = context.units.find(unit_id)
    return unit is not None and decide(caller, READ, unit.path, context.clock.now()).allowed


def _decisions(context: Context, caller: Caller, plan: Plan, unit_id: str) -> Iterator[Task | None]:
    """The lists below are walked only where the sums say that there is something in them."""
    rollup = context.rollups.find(plan.id, unit_id)
    if rollup is None:
        return
    today = context.clock.today()
    for wanted, shown in (
        (SENT, HEAD_SHOWN),
        *((one, 1) for one in (FOR_SUPERIOR, EXTENSIONS, EXPLANATIONS, LONG_LATE, GAPS)),
    ):
        if not _any(rollup, plan, wanted, today):
            continue
        if wanted is LONG_LATE and _written_lately(context, plan, unit_id):
            continue
        page = list_congresses_below(
            context, caller, unit_id, plan.id, wanted, "", shown, Shown(direct=True)
        ).page
        if wanted is FOR_SUPERIOR:
            yield rules.step_task(plan, rollup, page.total or 0)
        elif wanted is EXTENSIONS:
            yield rules.extension_task(plan, rollup, page.total or 0)
        elif wanted is EXPLANATIONS:
            yield rules.explanation_task(plan, rollup, page.total or 0)
        elif wanted is GAPS:
            yield rules.gaps_task(plan, rollup, page.total or 0)
        elif wanted is LONG_LATE:
            yield rules.long_late_task(plan, rollup, page.total or 0)
        else:
            head = tuple((one.congress, len(one.cautions)) for one in page.items)
            yield rules.approval_task(plan, rollup, page.total or 0, head)


def _written_lately(context: Context, plan: Plan, unit_id: str) -> bool:
    """Whoever has written to all of them has done it, and is asked again a while later."""
    last = last_reminder(context, plan.id, unit_id, LONG_LATE)
    return last is not None and context.clock.now() - last.at < WRITTEN_FOR


def _difficulties(context: Context, unit_id: str, keys: Mapping[str, Sequence[str]]) -> Iterator[Task | None]:
    unit, now = context.units.find(unit_id), context.clock.now()
    if unit is None:
        return
    for key, standings in keys.items():
        count = context.difficulties.count(WAITS, unit_id, standings, now)
        # More than are counted while too many have changed just now.
        first = context.difficulties.waiting(unit_id, standings, "", 1, now) if count != 0 else []
        since = next((one.since for one in context.difficulties.many([line.id for line in first])), None)
        yield rules.difficulty_task(key, unit, len(first) if count is None else count, since)


def _any(rollup: Rollup, plan: Plan, wanted: Wanted, today: date) -> bool:
    return any(
        wanted.count(at_group(plan, key), group_of(key)[1], counters, today, put_off=is_put_off(key, today))
        for key, counters in rollup.groups.items()
    )


def _watched(context: Context, plan: Plan, unit_id: str) -> Waiting:
    """The figure of one unit, with what a week has changed, and who of those right below it is furthest behind."""
    _, answer = rollup_of(context, plan.id, unit_id, "")
    course = course_of(context, plan, answer, plan.closing.key)
    figure = rules.figure_of(plan, answer, course.week_ago if course else None)
    worst = rules.worst_of(plan, answer)
    return Waiting(figures=(figure,) if figure else (), lists=(worst,) if worst else ())
