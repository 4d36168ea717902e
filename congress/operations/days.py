"""Each day keeps the figures with which it began, so that a page can say what a week has changed."""

from collections.abc import Iterator
from datetime import date, timedelta

from congress.context import Context
from congress.domain.course import DAILY, is_kept, to_keep
from congress.domain.plan import Plan, PlanState
from servicekit.tree.rollup.sums import groups_of

# A house that stood still for longer forgets at its next day only what it kept within this time.
LOOKED_BACK = 30


def keep_days(context: Context) -> Iterator[int]:
    """Of each open plan, once a day, some units at a time. Begun again after it was cut off it writes the same anew."""
    today = context.clock.today()
    for plan in context.plans.in_state(PlanState.OPEN):
        if not context.days.is_done(plan.id, today):
            yield from _keep(context, plan, today)


def _keep(context: Context, plan: Plan, today: date) -> Iterator[int]:
    for some in context.days.sums_of(plan.id):
        figures = {one["unit_id"]: kept for one in some if (kept := to_keep(groups_of(one)))}
        context.days.put(plan.id, today, figures)
        yield len(some)
    back = [today - DAILY - timedelta(days=days) for days in range(1, LOOKED_BACK)]
    context.days.forget(plan.id, [day for day in back if not is_kept(day, today)])
    context.days.put_done(plan.id, today)
