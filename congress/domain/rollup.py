"""Roll-ups: what one congress adds to every unit above it, and what a unit answers from the sum.

A congress contributes counters. A roll-up document holds the sums of them in groups, one per level and deadline,
because "overdue" changes with the calendar: the group knows its deadline, so it is found when it is read and
nothing is written when time passes. Those that are postponed stand in groups that know their next date as well: until
then nothing in them is overdue; and those under a later version of the rules in groups that know it.
Counters are named by dotted paths:

    total · reported · state.<state> · done.<milestone> · late.<milestone> · skipped.<milestone> ·
    left_out.<milestone> · results.<figure>, finals, final.<figure>: see level_results ·
    next.<milestone>, of what is due first and not blocked · waits.superior ·
    side.blocked, by a difficulty · blocked.<milestone>, of what is open and waits for that ·
    above.<milestone>, of what is open and not blocked while the superior must act ·
    next_above.<milestone>, as next.<milestone> ·
    extension.asked, a later deadline that waits for its answer · extension.granted, one that counts ·
    pilot · explain.late, explain.spared, explain.waiting: see explanations · gaps.open, gaps.supplied: see gaps ·
    fresh.shut, not begun, and its closing cannot be overdue

Figures of results are answered level by level and never over levels: see domain.results.Sums.
Of a unit that ended, or left the plan, before its report was sent up only `ended` is counted, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from congress.domain import explanations, extensions, gaps, level_results
from congress.domain.blocking import holds_up, is_blocked
from congress.domain.history import Congress, State
from congress.domain.level_results import LevelResults
from congress.domain.overdue import first_free, is_left_out
from congress.domain.owners import Actor, waits_for_superior, who_acts
from congress.domain.plan import Milestone, Plan, PlanState
from congress.domain.postponing import postponed_until
from congress.domain.progress import is_abandoned, is_held
from congress.domain.rule_sets import at_version, under
from congress.domain.rule_steps import steps_ever
from servicekit.refusals import NotFound
from servicekit.tree.rollup.figures import Contribution, Counters, GroupKey, Groups
from servicekit.tree.units import Names
from servicekit.words import N_

# Grows when the same congress contributes something else than before: what was counted by an older one is
# counted again.
COUNTING = 13
# Between a level and the next date of congresses that are postponed. The version before reads it as another level.
_UNTIL = "~"
# Between a level and a later version of the rules.
_RULES = "@"


class NoRollup(NotFound):
    # The unit is within sight: nothing is told of it that its reader does not know.
    tells_why = True
    title = N_("There are no congresses of this plan at or below this unit.")


def group_key(level: str, deadline: date, until: date | None = None, rules: int = 1) -> GroupKey:
    """`until`: the next date of those that are postponed. `rules`: the version under which they stand."""
    whose = f"{level}{_RULES}{rules}" if rules > 1 else level
    place = f"{whose}{_UNTIL}{until.isoformat()}" if until else whose
    return f"{place}|{deadline.isoformat()}"


def group_of(key: GroupKey) -> tuple[str, date]:
    place, _, deadline = key.rpartition("|")
    return place.partition(_UNTIL)[0].partition(_RULES)[0], date.fromisoformat(deadline)


def at_group(plan: Plan, key: GroupKey) -> Plan:
    """The plan by the rules under which those of a group stand."""
    return at_version(plan, rules_in(key))


def rules_in(key: GroupKey) -> int:
    """The version under which those of a group stand."""
    return int(key.rpartition("|")[0].partition(_UNTIL)[0].partition(_RULES)[2] or 1)


def is_put_off(key: GroupKey, today: date) -> bool:
    """Whether those of a group are postponed today."""
    until = key.rpartition("|")[0].partition(_UNTIL)[2]
    return bool(until) and today <= date.fromisoformat(until)


def contribution(plan: Plan, congress: Congress) -> Contribution:
    """The same whether the plan is open or closed: what that means for a figure is said when it is read."""
    by_rules, plan = at_version(plan, congress.rules), replace(under(plan, congress), state=PlanState.OPEN)
    put_off = postponed_until(plan, congress)
    group = group_key(congress.unit.level, congress.deadline, put_off, congress.rules)
    if is_abandoned(plan, congress):
        return Contribution(congress.unit.path, group, {"ended": 1})
    counters = {"total": 1, f"state.{congress.state}": 1}
    # What its version has put in before that is not asked of it.
    counters |= {f"skipped.{one.key}": 1 for one in by_rules.milestones if plan.index(one.key) is None}
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
        elif holds_up(plan, congress, milestone):
            counters[f"blocked.{milestone.key}"] = 1
        elif above:
            counters[f"above.{milestone.key}"] = 1
    if following := first_free(plan, congress):
        counters[f"next.{following.key}"] = 1
        if above:
            counters[f"next_above.{following.key}"] = 1
    if waits_for_superior(plan, congress):
        counters["waits.superior"] = 1
    if is_blocked(plan, congress):
        counters["side.blocked"] = 1
    closing = plan.closing
    if congress.state is State.PLANNED and not (
        is_held(plan, congress, closing) and not holds_up(plan, congress, closing)
    ):
        counters["fresh.shut"] = 1
    counters.update({**extensions.counted(plan, congress), **explanations.counted(plan, congress)})
    counters.update(gaps.counted(plan, congress))
    if congress.pilot is not None:
        counters["pilot"] = 1
    counters.update(level_results.counted(congress))
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
    cannot, it is `left_out`. `postponed`: not done, of congresses that are postponed. `blocked`: not done, of others
    in whose way a difficulty is. `percent` is of those that hold it.
    """

    total: int = 0
    skipped: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    left_out: int = 0
    postponed: int = 0
    blocked: int = 0

    @property
    def on_time(self) -> int:
        return self.done - self.late

    @property
    def held(self) -> int:
        return self.total - self.skipped

    @property
    def to_come(self) -> int:
        return self.held - self.done - self.overdue - self.left_out - self.postponed - self.blocked

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
            self.postponed + other.postponed,
            self.blocked + other.blocked,
        )


@dataclass(frozen=True, slots=True)
class MilestoneAnswer:
    key: str
    count: Count
    by_level: Mapping[str, Count]


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
    postponed: int = 0
    # By a difficulty, and not postponed.
    blocked: int = 0
    pilots: int = 0
    # Approved with stated gaps that are open, and of these those whose superior must look at what was supplied.
    with_gaps: int = 0
    gaps_supplied: int = 0
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
    groups = [
        _Group(*group_of(key), found, is_put_off(key, today), at_group(plan, key))
        for key, found in sorted(rollup.groups.items())
    ]
    ended = sum(one.counters.get("ended", 0) for one in groups)
    results = level_results.results_by_level((one.level, one.counters) for one in groups)
    groups = [one for one in groups if one.counters.get("total")]
    milestones = tuple(line for one in steps_ever(plan) if (line := _milestone(plan, groups, one.key, today)))
    closed = plan.state is PlanState.CLOSED
    steps = Count()
    for line in milestones:
        steps = steps.plus(line.count)
    states: dict[str, int] = {}
    for one in groups:
        for state, value in _named("state", one.counters):
            states[state] = states.get(state, 0) + value
    return Answer(
        rollup=rollup,
        as_of=as_of,
        total=_summed("total", groups),
        reported=_summed("reported", groups),
        steps=steps,
        milestones=milestones,
        states=states,
        results=results,
        extensions_asked=_summed("extension.asked", groups),
        extended=_summed("extension.granted", groups),
        explanations_owed=sum(
            explanations.owed_in(one.plan, one.deadline, one.counters, today, put_off=one.put_off)
            for one in groups
        ),
        explanations_waiting=sum(explanations.waiting_in(plan, one.counters) for one in groups),
        pilots=_summed("pilot", groups),
        with_gaps=_summed("gaps.open", groups),
        gaps_supplied=0 if closed else _summed("gaps.supplied", groups),
        postponed=0 if closed else _summed("total", (one for one in groups if one.put_off)),
        blocked=0 if closed else _summed("side.blocked", (one for one in groups if not one.put_off)),
        ended=ended,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """`put_off`: its congresses are postponed today. `plan`: by the rules under which they stand."""

    level: str
    deadline: date
    counters: Counters
    put_off: bool
    plan: Plan


def _summed(name: str, groups: Iterable[_Group]) -> int:
    return sum(one.counters.get(name, 0) for one in groups)


def _named(kind: str, counters: Counters) -> list[tuple[str, int]]:
    return [
        (name.removeprefix(f"{kind}."), value)
        for name, value in counters.items()
        if value and name.startswith(f"{kind}.")
    ]


def _milestone(plan: Plan, groups: list[_Group], key: str, today: date) -> MilestoneAnswer | None:
    """Of one that only earlier versions have: None where nobody holds it any more."""
    by_level: dict[str, Count] = {}
    count = Count()
    for one in groups:
        line = count_at(one.plan, key, one.deadline, one.counters, today, put_off=one.put_off)
        by_level[one.level] = by_level[one.level].plus(line) if one.level in by_level else line
        count = count.plus(line)
    return MilestoneAnswer(key, count, by_level) if count.held or plan.index(key) is not None else None


def count_at(
    plan: Plan, key: str, deadline: date, counters: Counters, today: date, *, put_off: bool = False
) -> Count:
    """Of one group, by its rules: where those have no such milestone any more, whoever had reached it has kept it."""
    position = plan.index(key)
    if position is not None:
        return count_of(plan, plan.milestones[position], deadline, counters, today, put_off=put_off)
    total, done = counters.get("total", 0), counters.get(f"done.{key}", 0)
    return Count(total, total - done, done, counters.get(f"late.{key}", 0))


def count_of(
    plan: Plan,
    milestone: Milestone,
    deadline: date,
    counters: Counters,
    today: date,
    *,
    put_off: bool = False,
) -> Count:
    """Of the congresses of one group."""
    total, skipped = counters.get("total", 0), counters.get(f"skipped.{milestone.key}", 0)
    done, late = counters.get(f"done.{milestone.key}", 0), counters.get(f"late.{milestone.key}", 0)
    missing = total - skipped - done
    left_out = missing if plan.state is PlanState.CLOSED else counters.get(f"left_out.{milestone.key}", 0)
    still = missing - left_out
    if put_off:
        return Count(total, skipped, done, late, 0, left_out, still)
    blocked = 0 if plan.state is PlanState.CLOSED else counters.get(f"blocked.{milestone.key}", 0)
    overdue = still - blocked if milestone.due(deadline) < today else 0
    return Count(total, skipped, done, late, overdue, left_out, blocked=blocked)
