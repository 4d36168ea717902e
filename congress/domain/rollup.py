"""Roll-ups: what one congress adds to every unit above it, and what a unit answers from the sum.

A congress contributes counters. A roll-up document holds the sums of them in groups, one per level and deadline,
because "overdue" changes with the calendar: the group knows its deadline, so it is found when it is read and
nothing is written when time passes. Counters are named by dotted paths:

    total · reported · state.<state> · done.<milestone> · late.<milestone> · skipped.<milestone> ·
    left_out.<milestone> · results.<figure> · next.<milestone>, of what is due first · waits.superior ·
    above.<milestone>, of what is open while the superior must act · next_above.<milestone>, as next.<milestone> ·
    extension.asked, a later deadline that waits for its answer · extension.granted, one that counts ·
    explain.late, explain.spared, explain.waiting: see explanations

Figures of results are answered level by level and never over levels: see domain.results.Sums.
Of a unit that ended, or left the plan, before its report was sent up only `ended` is counted, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from congress.domain import explanations, extensions
from congress.domain.history import Congress
from congress.domain.overdue import first_open, is_left_out
from congress.domain.owners import Actor, waits_for_superior, who_acts
from congress.domain.plan import Milestone, Plan, PlanState
from congress.domain.progress import is_abandoned, is_held
from congress.domain.results import SUMMED
from servicekit.refusals import NotFound
from servicekit.tree.rollup.figures import Contribution, Counters, GroupKey, Groups
from servicekit.tree.units import Names
from servicekit.words import N_

_SUMMED = frozenset(SUMMED)
# Grows when the same congress contributes something else than before: what was counted by an older one is
# counted again.
COUNTING = 7


class NoRollup(NotFound):
    # The unit is within sight: nothing is told of it that its reader does not know.
    tells_why = True
    title = N_("There are no congresses of this plan at or below this unit.")


def group_key(level: str, deadline: date) -> GroupKey:
    return f"{level}|{deadline.isoformat()}"


def group_of(key: GroupKey) -> tuple[str, date]:
    level, _, deadline = key.rpartition("|")
    return level, date.fromisoformat(deadline)


def contribution(plan: Plan, congress: Congress) -> Contribution:
    """The same whether the plan is open or closed: what that means for a figure is said when it is read."""
    plan = replace(plan, state=PlanState.OPEN)
    group = group_key(congress.unit.level, congress.deadline)
    if is_abandoned(plan, congress):
        return Contribution(congress.unit.path, group, {"ended": 1})
    counters = {"total": 1, f"state.{congress.state}": 1}
    current, above = congress.current, who_acts(plan, congress) is Actor.SUPERIOR
    for milestone in plan.milestones:
        entry = current.get(milestone.key)
        if not is_held(plan, congress, milestone):
            counters[f"skipped.{milestone.key}"] = 1
        elif entry is not None and entry.date is not None:
            counters[f"done.{milestone.key}"] = 1
            if entry.date > extensions.due_on(plan, congress, milestone, entry.date):
                counters[f"late.{milestone.key}"] = 1
        elif is_left_out(plan, congress, milestone):
            counters[f"left_out.{milestone.key}"] = 1
        elif above:
            counters[f"above.{milestone.key}"] = 1
    if following := first_open(plan, congress):
        counters[f"next.{following.key}"] = 1
        if above:
            counters[f"next_above.{following.key}"] = 1
    if waits_for_superior(plan, congress):
        counters["waits.superior"] = 1
    counters.update({**extensions.counted(plan, congress), **explanations.counted(plan, congress)})
    if congress.results is not None:
        counters["reported"] = 1
        for figure, value in congress.results.items():
            if figure in _SUMMED and value:
                counters[f"results.{figure}"] = int(value)  # what is summed is a count
    return Contribution(congress.unit.path, group, counters)


@dataclass(frozen=True, slots=True)
class Rollup:
    """The sums of one unit under one plan, with what is needed to name the unit."""

    plan_id: str
    unit_id: str
    code: str
    names: Names
    level: str
    path: tuple[str, ...]
    groups: Groups


def holds_any(rollup: Rollup) -> bool:
    """Whether there is any congress at or below the unit, ended ones among them."""
    return any(counters.get("total") or counters.get("ended") for counters in rollup.groups.values())


@dataclass(frozen=True, slots=True)
class Count:
    """`late`: done after the due day. `overdue`: due, held, not done today, and it can still be done; where it
    cannot, it is `left_out`. `percent` is of those that hold it.
    """

    total: int = 0
    skipped: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    left_out: int = 0

    @property
    def on_time(self) -> int:
        return self.done - self.late

    @property
    def held(self) -> int:
        return self.total - self.skipped

    @property
    def to_come(self) -> int:
        return self.held - self.done - self.overdue - self.left_out

    @property
    def percent(self) -> float:
        return percent(self.done, self.held)

    def plus(self, other: "Count") -> "Count":
        return Count(
            self.total + other.total,
            self.skipped + other.skipped,
            self.done + other.done,
            self.late + other.late,
            self.overdue + other.overdue,
            self.left_out + other.left_out,
        )


@dataclass(frozen=True, slots=True)
class MilestoneAnswer:
    key: str
    count: Count
    by_level: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class LevelResults:
    """The figures of the congresses of one level, `reported` of `total` of which have any."""

    total: int
    reported: int
    figures: Mapping[str, int]
    ended: int = 0  # not among `total`


@dataclass(frozen=True, slots=True)
class Answer:
    """`steps` counts all milestones of all congresses together. `children`: laggards first."""

    rollup: Rollup
    as_of: datetime
    total: int
    reported: int
    steps: Count
    milestones: tuple[MilestoneAnswer, ...]
    states: Mapping[str, int]
    results: Mapping[str, LevelResults]
    # Congresses whose unit has asked for a later deadline, and those on one beyond the plan's.
    extensions_asked: int = 0
    extended: int = 0
    # Explanations that are owed, and those that wait for the superior.
    explanations_owed: int = 0
    explanations_waiting: int = 0
    # Congresses, not among `total`, of units that ended, or left the plan, before their report was sent up.
    ended: int = 0
    children: tuple["Answer", ...] = ()


def percent(part: int, whole: int) -> float:
    """To one decimal, half up; 100 only when all is done, and 0 only when nothing is."""
    if whole <= 0:
        return 0.0
    tenths = (part * 2000 + whole) // (2 * whole)
    if part < whole:
        tenths = min(tenths, 999)
    if part > 0:
        tenths = max(tenths, 1)
    return tenths / 10


def answer(rollup: Rollup, children: Iterable[Rollup], plan: Plan, today: date, as_of: datetime) -> Answer:
    """The answer of one unit and of those right below it; whoever is furthest behind comes first."""
    below = sorted((_answer(child, plan, today, as_of) for child in children), key=_laggards_first)
    return replace(_answer(rollup, plan, today, as_of), children=tuple(below))


def _laggards_first(line: Answer) -> tuple[float, float, str]:
    """By the share of steps overdue, then by the share done, then by code so that the order is always the same.

    Where nothing is held nobody lags: those come last.
    """
    held = line.steps.held
    if not held:
        return (1, 0, line.rollup.code)
    return (-line.steps.overdue / held, line.steps.done / held, line.rollup.code)


def _answer(rollup: Rollup, plan: Plan, today: date, as_of: datetime) -> Answer:
    groups = [(*group_of(key), counters) for key, counters in sorted(rollup.groups.items())]
    ended = sum(counters.get("ended", 0) for _, _, counters in groups)
    results = _results(groups)
    groups = [group for group in groups if group[2].get("total")]
    milestones = tuple(_milestone(plan, milestone, groups, today) for milestone in plan.milestones)
    steps = Count()
    for line in milestones:
        steps = steps.plus(line.count)
    states: dict[str, int] = {}
    for _, _, counters in groups:
        for state, value in _named("state", counters):
            states[state] = states.get(state, 0) + value
    return Answer(
        rollup=rollup,
        as_of=as_of,
        total=sum(counters["total"] for _, _, counters in groups),
        reported=sum(counters.get("reported", 0) for _, _, counters in groups),
        steps=steps,
        milestones=milestones,
        states=states,
        results=results,
        extensions_asked=_summed("extension.asked", groups),
        extended=_summed("extension.granted", groups),
        explanations_owed=sum(explanations.owed_in(plan, day, found, today) for _, day, found in groups),
        explanations_waiting=sum(explanations.waiting_in(plan, found) for _, _, found in groups),
        ended=ended,
    )


def _summed(name: str, groups: Iterable[tuple[str, date, Counters]]) -> int:
    return sum(counters.get(name, 0) for _, _, counters in groups)


def _named(kind: str, counters: Counters) -> list[tuple[str, int]]:
    return [
        (name.removeprefix(f"{kind}."), value)
        for name, value in counters.items()
        if value and name.startswith(f"{kind}.")
    ]


def _results(groups: Iterable[tuple[str, date, Counters]]) -> dict[str, LevelResults]:
    by_level: dict[str, LevelResults] = {}
    for level, _, counters in groups:
        held = by_level.get(level, LevelResults(0, 0, {}))
        figures = dict(held.figures)
        for key, value in _named("results", counters):
            if key in _SUMMED:
                figures[key] = figures.get(key, 0) + value
        by_level[level] = LevelResults(
            held.total + counters.get("total", 0),
            held.reported + counters.get("reported", 0),
            figures,
            held.ended + counters.get("ended", 0),
        )
    return {level: found for level, found in by_level.items() if found.total or found.ended}


def _milestone(
    plan: Plan, milestone: Milestone, groups: list[tuple[str, date, Counters]], today: date
) -> MilestoneAnswer:
    by_level: dict[str, Count] = {}
    count = Count()
    for level, deadline, counters in groups:
        line = count_of(plan, milestone, deadline, counters, today)
        by_level[level] = by_level[level].plus(line) if level in by_level else line
        count = count.plus(line)
    return MilestoneAnswer(milestone.key, count, by_level)


def count_of(plan: Plan, milestone: Milestone, deadline: date, counters: Counters, today: date) -> Count:
    """Of the congresses of one group."""
    total, skipped = counters.get("total", 0), counters.get(f"skipped.{milestone.key}", 0)
    done, late = counters.get(f"done.{milestone.key}", 0), counters.get(f"late.{milestone.key}", 0)
    missing = total - skipped - done
    left_out = missing if plan.state is PlanState.CLOSED else counters.get(f"left_out.{milestone.key}", 0)
    overdue = missing - left_out if milestone.due(deadline) < today else 0
    return Count(total, skipped, done, late, overdue, left_out)
