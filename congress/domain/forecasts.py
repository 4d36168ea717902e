"""When nearly all congresses of a unit will have closed, as the days so far let one expect.

Of each level apart, because each has its own deadline, and of the unit as a whole. What comes of the days is reckoned
by `congress.forecasting`, in a process of its own; here stands what it is given, and where nothing can be said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from congress.domain.course import planned_of
from congress.domain.plan import Plan
from congress.domain.rollup import Count, at_group, count_of, group_of, is_put_off
from servicekit.tree.rollup.figures import Groups

# "Nearly all": of those that hold it, in percent.
NEARLY_ALL = 95
LEAST_OPEN = 30
# Earlier than this, in percent, nothing tells how fast they will come.
LEAST_DONE = 10
LEAST_DAYS = timedelta(days=14)
# In percent: by fewer that come or leave a pace is not told wrong.
CAME_AND_LEFT = 2
STANDS_STILL = timedelta(days=28)
# Whoever looks further has no forecast any more.
FURTHEST = timedelta(days=365)
# Older ones are of another time.
HOLDS = timedelta(days=2)


class Silence(StrEnum):
    """Why there is no forecast."""

    DONE = "done"  # nearly all are
    FEW = "few"  # open: each of them decides
    EARLY = "early"
    SHORT = "short"  # not kept for long enough
    STILL = "still"  # none was done for weeks
    FAR = "far"  # not within what can be foreseen
    UNREADABLE = "unreadable"  # no pace comes of the figures


@dataclass(frozen=True, slots=True)
class Series:
    """Of one level: how many were done when each kept day began. `due`: the day by which all are planned."""

    level: str
    held: int
    due: date
    points: tuple[tuple[date, int], ...]

    @property
    def done(self) -> int:
        return self.points[-1][1] if self.points else 0


@dataclass(frozen=True, slots=True)
class Range:
    """Four times in five between `low` and `high`; half the time not more than `middle`."""

    day: date
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The day on which nearly all will be done, of which half the time it is not later; one time in ten it is earlier
    than `earliest`, and one in ten later than `latest`, which is None where that is beyond what can be foreseen.
    """

    day: date
    earliest: date
    latest: date | None


Expected = Forecast | Silence


@dataclass(frozen=True, slots=True)
class Outlook:
    """`made_on`: it began with the figures of this day. `way`: how many will be done, week by week."""

    made_on: date
    whole: Expected
    levels: Mapping[str, Expected]
    way: tuple[Range, ...] = ()


def series_of(plan: Plan, days: Mapping[date, Groups]) -> tuple[Series, ...]:
    """Of the closing, by level, as far as days are kept."""
    if not days:
        return ()
    newest = days[max(days)]
    counts = {day: _by_level(plan, groups, day) for day, groups in sorted(days.items())}
    found = []
    for level, count in counts[max(days)].items():
        of_level = {key: one for key, one in newest.items() if group_of(key)[0] == level}
        planned = tuple(planned_of(plan, plan.closing, of_level))
        if planned:
            since = _unchanged_since(level, counts)
            points = tuple(
                (day, by[level].done) for day, by in counts.items() if day >= since and level in by
            )
            found.append(Series(level, count.held, planned[-1][0], points))
    return tuple(found)


def _unchanged_since(level: str, counts: Mapping[date, Mapping[str, Count]]) -> date:
    """The day from which on about as many held it as now: units that came, or left, bring what they did elsewhere."""
    newest = max(counts)
    now, since = counts[newest][level].held, newest
    for day in sorted(counts, reverse=True):
        if abs(counts[day].get(level, Count()).held - now) * 100 > CAME_AND_LEFT * now:
            break
        since = day
    return since


def _by_level(plan: Plan, groups: Groups, day: date) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for key, counters in groups.items():
        level, deadline = group_of(key)
        rules = at_group(plan, key)
        count = count_of(rules, rules.closing, deadline, counters, day, put_off=is_put_off(key, day))
        found[level] = found.get(level, Count()).plus(count)
    return found


def needed(held: int) -> int:
    """How many of them nearly all are."""
    return -(-held * NEARLY_ALL // 100)


def silence_of(series: Series) -> Silence | None:
    """Why nothing can be said of one level, if so."""
    done, points = series.done, series.points
    if done >= needed(series.held):
        return Silence.DONE
    if series.held - done < LEAST_OPEN:
        return Silence.FEW
    if done * 100 < LEAST_DONE * series.held:
        return Silence.EARLY
    last = points[-1][0]
    if last - points[0][0] < LEAST_DAYS:
        return Silence.SHORT
    if all(one == done for day, one in points if last - day <= STANDS_STILL):
        return Silence.STILL
    return None


def silence_of_all(levels: Sequence[Series]) -> Silence | None:
    """Of the unit as a whole: where nothing can be said of a level, as many as are needed may still be elsewhere."""
    held, done = sum(one.held for one in levels), sum(one.done for one in levels)
    if done >= needed(held):
        return Silence.DONE
    if held - done < LEAST_OPEN:
        return Silence.FEW
    told = [one for one in levels if silence_of(one) is None]
    if not told:
        largest = max(levels, key=lambda one: one.held - one.done)
        return silence_of(largest)
    if done + sum(one.held - one.done for one in told) < needed(held):
        return Silence.EARLY
    return None


def is_worth_asking(levels: Sequence[Series]) -> bool:
    """Whether anything will be told of any of them: whoever has fewer is neither asked for nor kept."""
    return any(one.held - one.done >= LEAST_OPEN for one in levels)


def expected_in(made_on: date, after: Sequence[int | None]) -> Expected:
    """Of days after that of the figures: the tenth, the half, and nine tenths; None beyond what can be foreseen."""
    earliest, middle, latest = after
    if earliest is None or middle is None:
        return Silence.FAR
    return Forecast(
        made_on + timedelta(days=middle),
        made_on + timedelta(days=earliest),
        None if latest is None else made_on + timedelta(days=latest),
    )


def still_holds(outlook: Outlook, today: date) -> bool:
    return today - outlook.made_on <= HOLDS
