"""Lists of congresses below a unit: what is wanted, how many there are by the sums, and where they stand.

A list is walked from above, unit by unit, and only into branches whose sums say that there is something in them: a page
reads as much as it shows, however large the tree. Its order is the deadline, then the place in the tree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from congress.domain import explanations, gaps
from congress.domain.blocking import is_blocked
from congress.domain.extensions import counted
from congress.domain.history import Congress
from congress.domain.overdue import Standing, first_free, standing_of
from congress.domain.owners import Actor, waits_for_superior, who_acts
from congress.domain.plan import Plan, PlanState
from congress.domain.postponing import is_postponed
from congress.domain.progress import is_abandoned
from congress.domain.reminders import is_long_late, long_late_in
from congress.domain.rollup import Rollup, at_group, count_at, group_of, is_put_off
from congress.domain.rule_sets import under
from servicekit.tree.rollup.figures import Counters

# The codes and ids of units from where the list begins down to one in it.
Place = tuple[tuple[str, str], ...]
Children = Callable[[Rollup], Iterable[Rollup]]
DONE = "done"  # on time or late
STANDINGS = (DONE, *map(str, Standing))
_OPEN = (Standing.OVERDUE, Standing.TO_COME)
ASKED, GRANTED = "asked", "granted"
EXTENSIONS = (ASKED, GRANTED)


class Beside(StrEnum):
    """What stands beside the course of a congress."""

    EXPLANATION_OWED = "explanation_owed"
    EXPLANATION_WAITING = "explanation_waiting"
    LONG_LATE = "long_late"
    POSTPONED = "postponed"
    BLOCKED = "blocked"
    PILOT = "pilot"
    WITH_GAPS = "with_gaps"
    GAPS_SUPPLIED = "gaps_supplied"


@dataclass(frozen=True, slots=True)
class Wanted:
    """All congresses, or those in a state, that wait for a step of their superior, or that are overdue.

    Of these, where it is said, those of one level, and those whose deadline has `passed`. `milestone` with `standing`:
    those of which this milestone stands so, or is done, whenever. `actor`: of what is overdue or to come, what waits
    for an act of that side. `extension`: `asked`, a later deadline waits for its answer, or `granted`, it runs on one.
    `beside`: one of Beside.
    """

    state: str = ""
    waits_for_superior: bool = False
    overdue: bool = False
    level: str = ""
    passed: bool = False
    milestone: str = ""
    standing: str = ""
    actor: str = ""
    extension: str = ""
    beside: str = ""

    @property
    def is_nearest(self) -> bool:
        """A list of each superior's own: those right below it, between which and the unit no other congress stands."""
        return self.beside == Beside.LONG_LATE

    def takes(self, level: str, deadline: date, today: date) -> bool:
        return self.level in ("", level) and not (self.passed and deadline >= today)

    def count(
        self, plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool = False
    ) -> int:
        """Of one group of sums, which is of one level. `put_off`: its congresses are postponed today."""
        if self.state:
            return counters.get(f"state.{self.state}", 0)
        closed = plan.state is PlanState.CLOSED
        if self.waits_for_superior:
            return 0 if closed else counters.get("waits.superior", 0)
        if self.overdue:
            due = [one.key for one in plan.milestones if one.due(deadline) < today]
            over = sum(self._by_actor(counters, "next", "next_above", key) for key in due)
            return 0 if closed or put_off else over
        if self.standing:
            return self._standing(plan, deadline, counters, today, put_off=put_off)
        if self.extension:
            return 0 if closed and self.extension == ASKED else counters.get(f"extension.{self.extension}", 0)
        if self.beside:
            return self._beside(plan, deadline, counters, today, put_off=put_off)
        return counters.get("total", 0) + counters.get("ended", 0)

    def _beside(self, plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool) -> int:
        if self.beside == Beside.PILOT:
            return counters.get("pilot", 0)
        if self.beside == Beside.WITH_GAPS:
            return counters.get("gaps.open", 0)
        if self.beside == Beside.GAPS_SUPPLIED:
            return 0 if plan.state is PlanState.CLOSED else counters.get("gaps.supplied", 0)
        if self.beside == Beside.POSTPONED:
            return counters.get("total", 0) if put_off and plan.state is not PlanState.CLOSED else 0
        if self.beside == Beside.BLOCKED:
            return 0 if put_off or plan.state is PlanState.CLOSED else counters.get("side.blocked", 0)
        if self.beside == Beside.EXPLANATION_OWED:
            return explanations.owed_in(plan, deadline, counters, today, put_off=put_off)
        if self.beside == Beside.LONG_LATE:
            return long_late_in(plan, deadline, counters, today, put_off=put_off)
        return explanations.waiting_in(plan, counters)

    def _by_actor(self, counters: Counters, name: str, above: str, key: str) -> int:
        whole, superiors = counters.get(f"{name}.{key}", 0), counters.get(f"{above}.{key}", 0)
        if not self.actor:
            return whole
        return superiors if self.actor == Actor.SUPERIOR else whole - superiors

    def _standing(self, plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool) -> int:
        count = count_at(plan, self.milestone, deadline, counters, today, put_off=put_off)
        still = count.overdue if self.standing == Standing.OVERDUE else count.to_come
        if self.standing in _OPEN and self.actor:
            superiors = counters.get(f"above.{self.milestone}", 0) if still else 0
            return superiors if self.actor == Actor.SUPERIOR else still - superiors
        return {
            DONE: count.done,
            Standing.ON_TIME: count.on_time,
            Standing.LATE: count.late,
            Standing.OVERDUE: count.overdue,
            Standing.TO_COME: count.to_come,
            Standing.POSTPONED: count.postponed,
            Standing.BLOCKED: count.blocked,
            Standing.LEFT_OUT: count.left_out,
            Standing.SKIPPED: count.skipped,
        }[self.standing]

    def fits(self, plan: Plan, congress: Congress, today: date) -> bool:
        plan = under(plan, congress)
        if not self.takes(congress.unit.level, congress.deadline, today):
            return False
        if self.state:
            return congress.state == self.state
        if self.waits_for_superior:
            return waits_for_superior(plan, congress)
        if self.overdue:
            late = first_free(plan, congress)
            over = late is not None and late.due(congress.deadline) < today
            return over and not is_postponed(plan, congress, today) and self._acts(plan, congress)
        if self.standing:
            return self._stands(plan, congress, today)
        if self.extension:
            return f"extension.{self.extension}" in counted(plan, congress)
        return not self.beside or self._stands_beside(plan, congress, today)

    def _stands_beside(self, plan: Plan, congress: Congress, today: date) -> bool:
        if self.beside == Beside.PILOT:
            return congress.pilot is not None and not is_abandoned(plan, congress)
        if self.beside == Beside.WITH_GAPS:
            return "gaps.open" in gaps.counted(plan, congress)
        if self.beside == Beside.GAPS_SUPPLIED:
            return plan.state is not PlanState.CLOSED and "gaps.supplied" in gaps.counted(plan, congress)
        if self.beside == Beside.POSTPONED:
            return is_postponed(plan, congress, today)
        if self.beside == Beside.BLOCKED:
            return is_blocked(plan, congress) and not is_postponed(plan, congress, today)
        if self.beside == Beside.EXPLANATION_OWED:
            return explanations.owes(plan, congress, today)
        if self.beside == Beside.LONG_LATE:
            return is_long_late(plan, congress, today)
        return explanations.waits(plan, congress)

    def _acts(self, plan: Plan, congress: Congress) -> bool:
        return not self.actor or who_acts(plan, congress) == self.actor

    def _stands(self, plan: Plan, congress: Congress, today: date) -> bool:
        position = plan.index(self.milestone)
        if is_abandoned(plan, congress):
            return False
        if position is None:
            return self.standing == Standing.SKIPPED
        found = standing_of(plan, congress, plan.milestones[position], today)
        if self.standing == DONE:
            return found in (Standing.ON_TIME, Standing.LATE)
        return found == self.standing and (found not in _OPEN or self._acts(plan, congress))


@dataclass(frozen=True, slots=True)
class Walk:
    """The units with a congress of one deadline, or of any, in the list, in the order of their places.

    `direct`: only those that no unit with a congress stands above, below the one where the list begins.
    """

    wanted: Wanted
    plan: Plan
    today: date
    deadline: date | None
    children: Children
    sees: Callable[[tuple[str, ...]], bool] = lambda _: True  # whether the reader may, by a unit's path
    direct: bool = False

    def count(self, rollup: Rollup) -> int:
        """At and below a unit."""
        return self._at_levels(rollup, lambda _: True)

    def own(self, rollup: Rollup) -> int:
        """Of the unit itself: 1, or 0."""
        mine = self._at_levels(rollup, lambda level: level == rollup.level)
        if mine == 0 or self._total(rollup) == 1:
            return mine
        # A level that stands below itself: only the difference tells.
        return self.count(rollup) - sum(map(self.count, self.children(rollup)))

    def number(self, units: Iterable[Rollup]) -> int:
        """How many there are in the whole list that begins with these units."""
        return sum(self._seen(unit) for unit in units)

    def _seen(self, unit: Rollup) -> int:
        own = self.own(unit)
        mine = own if self.sees(unit.path) else 0
        if self.count(unit) == own or not self.sees((*unit.path, "below")):
            return mine
        if not self.direct:
            return mine + self.count(unit) - own
        if self._stops(unit):
            return mine
        return mine + self.number(self.children(unit))

    def _stops(self, unit: Rollup) -> bool:
        return self.direct and unit.level in self.plan.deadlines

    def before(self, units: Iterable[Rollup], place: Place) -> int | None:
        """How many stand in front of a place in the list that begins with these units; None where it is not in it."""
        count, found = 0, None
        for unit in units:
            if _key(unit) < place[0]:
                count += self._seen(unit)
            elif _key(unit) == place[0]:
                found = self._before_in(unit, place[1:])
        return None if found is None else count + found

    def _before_in(self, unit: Rollup, rest: Place) -> int | None:
        own = self.own(unit)
        mine = own if self.sees(unit.path) else 0
        if not rest:
            return 0 if mine else None
        if self.count(unit) == own or not self.sees((*unit.path, "below")) or self._stops(unit):
            return None
        found = self.before(self.children(unit), rest)
        return None if found is None else mine + found

    def places(
        self, units: Iterable[Rollup], after: Place | None = None, above: Place = ()
    ) -> Iterator[tuple[Place, Rollup]]:
        for unit in sorted(units, key=_key):
            if after and _key(unit) < after[0]:
                continue
            rest = after[1:] if after and _key(unit) == after[0] else None
            place, own = (*above, _key(unit)), self.own(unit)
            if own > 0 and rest is None and self.sees(unit.path):
                yield place, unit
            below = self.count(unit) > own and self.sees((*unit.path, "below"))
            if below and not self._stops(unit):
                yield from self.places(self.children(unit), rest, place)

    def _total(self, rollup: Rollup) -> int:
        """Of the unit's own level, whatever is wanted."""
        return sum(
            counters.get("total", 0) + counters.get("ended", 0)
            for key, counters in rollup.groups.items()
            if group_of(key)[0] == rollup.level
        )

    def _at_levels(self, rollup: Rollup, holds: Callable[[str], bool]) -> int:
        return sum(
            self.wanted.count(at_group(self.plan, key), deadline, counters, self.today, put_off=put_off)
            for key, (level, deadline), put_off, counters in (
                (key, group_of(key), is_put_off(key, self.today), found)
                for key, found in rollup.groups.items()
            )
            if self.deadline in (None, deadline)
            and holds(level)
            and self.wanted.takes(level, deadline, self.today)
        )


def deadlines_of(rollups: Iterable[Rollup]) -> list[date]:
    """Of those that are there: a group that all have left stays as zeros."""
    return sorted(
        {
            group_of(key)[1]
            for rollup in rollups
            for key, counters in rollup.groups.items()
            if counters.get("total") or counters.get("ended")
        }
    )


def _key(rollup: Rollup) -> tuple[str, str]:
    return rollup.code, rollup.unit_id


def unplaced(told: Sequence[object]) -> Place | None:
    """A place as a cursor has it, or None where it is none."""
    if all(isinstance(one, list) and [type(part) for part in one] == [str, str] for one in told):
        return tuple((str(one[0]), str(one[1])) for one in told if isinstance(one, list))
    return None
