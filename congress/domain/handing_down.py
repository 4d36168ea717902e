"""Days that a unit sets for the levels below it when it takes the superior's plan over: before the plan's, never after.

They count below that unit only, for congresses that have not closed, and also for those that come later or move there.
Each congress is brought to what the units above it have set by now, and keeps since when: what it did until that day is
judged by the deadline of before. Of several units above the earliest day counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from congress.domain.extensions import deadline_of, planned_day
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.rollup import at_group, group_of
from congress.domain.rule_sets import under
from congress.domain.takings import Handed, Taking
from servicekit.refusals import Invalid
from servicekit.tree.rollup.figures import Counters, Groups
from servicekit.words import N_


class LevelNotBelow(Invalid):
    title = N_("Below this unit the plan has no deadline for this level: {level}.")


class DayBelowNotEarlier(Invalid):
    title = N_("A day for those below comes before the one that they have from above: {date}.")


class DayBelowPast(Invalid):
    title = N_("A day for those below must be later than today.")


class DayBelowBeforeOpening(Invalid):
    title = N_("A day for those below is not before the day the plan opens, {opens_on}.")


class StepBelowDueAlready(Invalid):
    title = N_(
        "With this day a step that is still open below would be due already. The first that leaves it time: {date}."
    )


class NoEarlierDayBelow(Invalid):
    title = N_(
        "No earlier day is possible here any more: a step that is still open below would be due already."
    )


@dataclass(frozen=True, slots=True)
class LevelBelow:
    """What a unit may set a day for. `day`: what counts there from above; `congresses`: how many there are of it."""

    level: str
    day: date
    congresses: int = 0


def levels_below(
    plan: Plan, congress: Congress, above: Sequence[Congress], levels: Collection[str], groups: Groups
) -> tuple[LevelBelow, ...]:
    """In the order of the plan, by its newest rules. `levels`: those of units below this one. `groups`: what this unit
    adds up. `above`: the congresses of the units above.
    """
    found = []
    for level, planned in plan.deadlines.items():
        if level not in levels:
            continue
        set_above = (one.takings[-1].below.get(level) for one in above if one.takings)
        day = min((planned, *(one for one in set_above if one)))
        number = sum(
            counters.get("total", 0) for key, counters in groups.items() if group_of(key)[0] == level
        )
        own = 1 if level == congress.unit.level else 0
        found.append(LevelBelow(level, day, max(0, number - own)))
    return tuple(found)


def refuse_days_below(
    plan: Plan,
    wanted: Mapping[str, date],
    stands: Mapping[str, date],
    levels: Sequence[LevelBelow],
    groups: Groups,
    today: date,
) -> None:
    """`stands`: what this unit has set before, which it may keep."""
    known = {one.level: one.day for one in levels}
    for level, until in wanted.items():
        place = f"below/{level}"
        if level not in known:
            raise LevelNotBelow(field=place, level=level)
        if until == stands.get(level):
            continue
        if until >= known[level]:
            raise DayBelowNotEarlier(field=place, date=known[level].isoformat())
        if until <= today:
            raise DayBelowPast(field=place)
        if until < plan.opens_on:
            raise DayBelowBeforeOpening(field=place, opens_on=plan.opens_on.isoformat())
        first = _first_day(plan, level, until, groups, today)
        if first is not None and first >= known[level]:
            raise NoEarlierDayBelow(field=place)
        if first is not None:
            raise StepBelowDueAlready(field=place, date=first.isoformat())


def _first_day(plan: Plan, level: str, until: date, groups: Groups, today: date) -> date | None:
    """By the sums: the first deadline that makes no step due that is open somewhere below and in time by now; None
    where `until` leaves them time. What is late already, or due by then anyway, binds nobody, and what has a later
    deadline of its own keeps that.
    """
    latest = None
    for key, counters in groups.items():
        of, deadline = group_of(key)
        by_rules = at_group(plan, key)
        if of != level or not until < deadline <= by_rules.deadlines.get(level, deadline):
            continue
        for milestone in by_rules.milestones:
            if milestone.due(deadline) < today or not _open(milestone.key, counters):
                continue
            first = min(today + timedelta(days=milestone.days_before_deadline + 1), deadline)
            if until < first:
                latest = max(latest or first, first)
    return latest


def _open(milestone: str, counters: Counters) -> int:
    over = sum(counters.get(f"{name}.{milestone}", 0) for name in ("done", "skipped", "left_out"))
    return counters.get("total", 0) - over


def said_since(takings: Sequence[Taking], level: str) -> datetime:
    """Since when the unit says of this level what it said last, a day or none: taken over again with the same, it is
    nothing new, told or not. `takings`: one at least.
    """
    last = takings[-1]
    run = takewhile(lambda one: one.below.get(level) == last.below.get(level), reversed(takings))
    return list(run)[-1].at


def set_above(congress: Congress, above: Sequence[Congress]) -> dict[str, date]:
    """What units above have set for it, by unit, as it is now. `above`: their congresses under the same plan."""
    found = ((one.unit.id, one.takings[-1].below.get(congress.unit.level)) for one in above if one.takings)
    return {unit_id: until for unit_id, until in found if until is not None}


def brought_down(
    plan: Plan, congress: Congress, above: Sequence[Congress], at: datetime, today: date
) -> Congress:
    """With what the units above have set by now, and the deadline that follows; itself where it is there already."""
    if plan.closing.key in congress.current:
        return congress
    stands = {one.above: one.until for one in congress.handed_down}
    # Whoever comes there after the day was not given the time until it.
    wanted = {
        unit_id: until
        for unit_id, until in set_above(congress, above).items()
        if until > today or stands.get(unit_id) == until
    }
    if stands == wanted:
        return congress
    changes = [
        Handed(one, wanted.get(one), today, at)
        for one in sorted(stands.keys() | wanted.keys())
        if stands.get(one) != wanted.get(one)
    ]
    now = replace(congress, handed=(*congress.handed, *changes))
    planned = planned_day(under(plan, now), now)
    return replace(now, deadline=deadline_of(planned, now.earlier_until, now.extended_to))
