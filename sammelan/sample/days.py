"""The days of the sample before its first: with which figures they would have begun, by the dates of its acts."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from congress.context import Context
from congress.domain.course import is_kept, to_keep
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.rollup import contribution
from servicekit.tree.rollup.figures import Groups

BACK = timedelta(weeks=9)
# Units with fewer congresses begin with no day, as they would: the sample would take as long again.
LARGE = 30
# By unit and group.
Dates = dict[str, dict[str, dict[str, list[date]]]]


def make_sample_days(context: Context, plan: Plan, congresses: Iterable[Congress]) -> None:
    """Called again, it makes the same."""
    today = context.clock.today()
    days = [day for day in _days(max(plan.opens_on, today - BACK), today) if is_kept(day, today)]
    totals, dates = _known(plan, congresses)
    for day in days:
        figures = {
            unit_id: kept
            for unit_id, groups in totals.items()
            if (kept := to_keep(_on(groups, dates[unit_id], day)))
        }
        context.days.put(plan.id, day, figures)


def _days(first: date, before: date) -> Iterator[date]:
    for back in range((before - first).days, 0, -1):
        yield before - timedelta(days=back)


def _known(plan: Plan, congresses: Iterable[Congress]) -> tuple[dict[str, dict[str, dict[str, int]]], Dates]:
    """What does not depend on the day, and the days of the acts, sorted; of units with many congresses."""
    totals: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    dates: Dates = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for congress in congresses:
        made = contribution(plan, congress)
        acts = {key: one.date for key, one in congress.current.items() if one.date is not None}
        for unit_id in made.path:
            total, of_unit = totals[unit_id][made.group], dates[unit_id][made.group]
            for name, value in made.counters.items():
                kind, _, milestone = name.partition(".")
                if kind in ("done", "late"):
                    of_unit[name].append(acts[milestone])
                elif kind in ("total", "skipped"):
                    total[name] += value
    for groups in dates.values():
        for names in groups.values():
            for found in names.values():
                found.sort()
    large = {unit_id: groups for unit_id, groups in totals.items() if _total(groups) >= LARGE}
    return large, dates


def _total(groups: Groups) -> int:
    return sum(counters.get("total", 0) for counters in groups.values())


def _on(groups: Groups, dates: dict[str, dict[str, list[date]]], day: date) -> Groups:
    """Done before it began."""
    return {
        key: {**counters, **{name: bisect_left(found, day) for name, found in dates[key].items()}}
        for key, counters in groups.items()
    }
