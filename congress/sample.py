"""A sample plan half-way through its cycle, so that a new system has something to show.

Built through the rules; the same seed gives the same picture, whatever the day. No person appears in it.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from congress.context import Context
from congress.domain.decisions import send_back
from congress.domain.explanations import decide, explain, owes
from congress.domain.history import By, Congress
from congress.domain.pilots import choose, teach
from congress.domain.plan import Lateness, Mark, Plan, PlanState
from congress.domain.plan_checks import check_plan
from congress.domain.planned import congresses_above, planned_congresses
from congress.domain.postponing import postpone
from congress.domain.progress import (
    Report,
    choose_content_type,
    content_of,
    is_held,
    record_milestone,
    report_results,
    submit,
)
from congress.domain.results import FIGURE_KEYS, FIGURES, majority
from congress.operations.projection import add_congresses, note_as_given
from congress.sample_gaps import approved
from congress.store.plans import Cascade
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from
from servicekit.tree.units import Unit
from servicekit.words import N_
from servicekit.words.i18n import translate

REPORTER, DECIDER = "sample-clerk", "sample-approver"
LANGUAGE_NAMES = {
    "en": "Congresses at all levels",
    "bn": "সকল স্তরের সম্মেলন",
    "vi": "Đại hội các cấp",
}
# Days from today to the deadlines, lowest level first.
DEADLINES_FROM_TODAY = (-12, 26, 75, 110, 170)
OPENED_BEFORE_LOWEST = 190  # days
# Of a hundred units of a level: on time all along, somewhat late, far behind, not begun.
PACES: Mapping[str, int] = {"punctual": 78, "late": 15, "slow": 6, "silent": 1}
REGION_DEPTH = 2  # units of the third level differ in pace as a whole
# The sample is some weeks old: what is late for longer than this owes an explanation.
EXPLAINED_AFTER = 7
WHY_LATE = N_(
    "Two of the three halls were under repair. The congress is held as soon as one of them is free."
)
DECLARED = timedelta(days=2)  # after the deadline
POSTPONED = timedelta(days=14)
WHY_POSTPONED = N_("High water: the hall cannot be reached. A day was agreed on with the hall's keeper.")
EARLIER = timedelta(days=14)
LEARNT = N_("The doors opened late because nobody had the list of delegates. Print it two days before.")
REASONS: tuple[tuple[str, str], ...] = (
    ("committee_elected", N_("The number does not agree with the minutes of the election.")),
    ("present", N_("Please check the attendance list.")),
    ("closed", N_("The date differs from that in the resolution.")),
)


class ToDo(StrEnum):
    """What a unit of the sample still has to do."""

    CLOSE = "close"  # record the closing, then report the results
    CORRECT = "correct"  # a report that came back
    DECIDE = "decide"  # nothing more itself: its superior has to approve or return


class NoUnitsYet(Exception):
    """There is no unit tree to make a sample plan for."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a unit works: days added to each due day (drawn between the two), and how likely it stops at all."""

    least: int
    most: int
    stops: float


_PACES = {
    "punctual": Pace(-9, 0, 0.0),
    "late": Pace(-2, 9, 0.01),
    "slow": Pace(2, 24, 0.06),
    "silent": Pace(0, 0, 1.0),
}


def make_sample_plan(
    context: Context,
    today: date,
    seed: int = 1,
    to_do: Mapping[str, ToDo] | None = None,
    further: Callable[[Plan, Sequence[Congress]], None] = lambda plan, made: None,
) -> Plan:
    """The plan, cascaded to all units and worked on, with its roll-ups; called again, gives what is there.

    `to_do` leaves work for units by their codes; `further` is done with what was made. Interrupted, it goes on there.
    """
    root = _root(context)
    plan_id = id_from("sample-plan", root.id)
    known = context.plans.find(plan_id)
    if known is not None and known.state is PlanState.OPEN:
        return known
    units = sorted(context.units.below(root.id), key=lambda unit: (len(unit.path), unit.code))
    plan = known or _open(context, _plan(context, plan_id, root, units, today))
    there = context.congresses.ids_of_plan(plan_id)
    dice = random.Random(seed)  # noqa: S311 - a picture
    made = _worked_on(plan, planned_congresses(plan, units), today, dice, to_do or {})
    missing = [congress for congress in made if congress.id not in there]
    for _ in add_congresses(context, plan, missing):
        continue
    context.plans.put_cascade(plan_id, Cascade(len(made), len(made), "done"))
    further(plan, made)
    context.rollups.engine.store.put_counted_until(context.clock.now())
    note_as_given(context, plan_id, ((one.unit.level, one.deadline) for one in made), today)
    return context.plans.save(replace(plan, state=PlanState.OPEN), plan.version)


def _root(context: Context) -> Unit:
    roots = context.units.roots()
    if not roots:
        raise NoUnitsYet
    return roots[0]


def _plan(context: Context, plan_id: str, root: Unit, units: Iterable[Unit], today: date) -> Plan:
    depths: dict[str, int] = {}
    for unit in units:
        depths[unit.level] = min(len(unit.path), depths.get(unit.level, len(unit.path)))
    levels = sorted(depths, key=lambda level: -depths[level])
    days = [*DEADLINES_FROM_TODAY, *(DEADLINES_FROM_TODAY[-1] + 30 * n for n in range(1, len(levels)))]
    deadlines = {level: today + timedelta(days=day) for level, day in zip(levels, days, strict=False)}
    first, last = min(deadlines.values()), max(deadlines.values())
    plan = Plan(
        id=plan_id,
        name=LANGUAGE_NAMES["en"],
        names=LANGUAGE_NAMES,
        cycle=f"{first.year}–{last.year + 5}",
        unit_id=root.id,
        unit_path=root.path,
        opens_on=first - timedelta(days=OPENED_BEFORE_LOWEST),
        deadlines=deadlines,
        milestones=context.template.milestones,
        content_types=context.template.content_types,
        results_fields=tuple(figure.key for figure in FIGURES),
        targets=context.template.targets,
        lateness=Lateness(EXPLAINED_AFTER),
    )
    check_plan(plan, depths, FIGURE_KEYS)
    return plan


def _open(context: Context, plan: Plan) -> Plan:
    """Stored as a draft that nobody can touch: were it cascading, the projector would make its congresses."""
    told = {"sample": True}
    entry = AuditEntry("plan.created", plan.unit_id, plan.unit_path, "plan", plan.id, details=told)
    return context.plans.insert(plan, [entry])


# ---------------------------------------------------------------- the picture


def _worked_on(
    plan: Plan, congresses: Iterable[Congress], today: date, dice: random.Random, to_do: Mapping[str, ToDo]
) -> list[Congress]:
    """Every congress as far as its unit has come by today; superiors first, for their plans come first."""
    running = replace(plan, state=PlanState.OPEN)
    done: dict[str, Congress] = {}
    codes: dict[str, str] = {}
    for congress in congresses:
        above = next((done[one] for one in congresses_above(plan, congress.unit) if one in done), None)
        codes[congress.unit.id] = congress.unit.code
        region = next((codes.get(unit, "") for unit in congress.unit.path[REGION_DEPTH:]), "")
        left = to_do.get(congress.unit.code)
        worked = _Worker(running, _pilot(running, congress, left), above, region, today, dice, left).work()
        done[congress.id] = worked if left else _beside(running, worked, today - timedelta(days=1))
    return list(done.values())


def _drawn(what: str, congress: Congress, of: int) -> int:
    """Always the same, whatever else is drawn: a number below `of`."""
    return sum(id_from(what, congress.id).encode()) % of


def _pilot(plan: Plan, congress: Congress, left: ToDo | None) -> Congress:
    """One of forty is held two weeks earlier."""
    parent = congress.unit.parent_id
    if left or parent is None or _drawn("pilot", congress, 40):
        return congress
    by = By(DECIDER, datetime.combine(plan.opens_on, time(9), UTC), plan.opens_on)
    return choose(plan, congress, congress.deadline - EARLIER, parent, by)


def _beside(plan: Plan, congress: Congress, day: date) -> Congress:
    """Some that are late are postponed, others explain it; pilots that have closed say what they have learnt."""
    late = congress.deadline < day and plan.closing.key not in congress.current
    if late and _drawn("postponed", congress, 5) == 0:
        # Before an explanation was owed: then that comes first.
        day = min(day, congress.deadline + DECLARED)
        by = By(REPORTER, datetime.combine(day, time(9), UTC), day)
        why = said_there(WHY_POSTPONED, congress.unit)
        return postpone(plan, congress, day + POSTPONED, why, by, f"{congress.id}p1")
    if congress.pilot and plan.closing.key in congress.current:
        by = By(REPORTER, datetime.combine(day, time(9), UTC), day)
        return teach(plan, congress, said_there(LEARNT, congress.unit), by)
    return _explained(plan, congress, day)


def said_there(text: str, unit: Unit) -> str:
    """As people there write: in the language that their unit is named in besides English."""
    return translate(text, next((key for key in unit.names if key != "en"), "en"))


def _explained(plan: Plan, congress: Congress, day: date) -> Congress:
    """Of those that are very late a quarter has said why, and was accepted; another waits for its superior."""
    which = _drawn("explained", congress, 4)
    if which > 1 or not owes(plan, congress, day):
        return congress
    at = datetime.combine(day, time(9), UTC)
    why = said_there(WHY_LATE, congress.unit)
    written = explain(plan, congress, why, By(REPORTER, at, day), f"{congress.id}e1")
    above = By(DECIDER, at + timedelta(hours=4), day)
    return decide(plan, written, accepted=True, remark="", by=above) if which else written


def _weights(region: str) -> list[int]:
    """Whole regions are ahead or behind, as they are in life: of punctual units some are late or slow instead."""
    weights = dict(PACES)
    if region:
        moved = int(id_from(region), 36) % 45 - 10
        weights["punctual"] -= moved
        weights["late"] = max(2, weights["late"] + moved * 2 // 3)
        weights["slow"] = max(1, weights["slow"] + moved // 3)
    return list(weights.values())


class _Worker:
    """One unit at work on its congress."""

    def __init__(
        self,
        plan: Plan,
        congress: Congress,
        above: Congress | None,
        region: str,
        today: date,
        dice: random.Random,
        to_do: ToDo | None,
    ) -> None:
        self._plan = plan
        self._congress = congress
        self._above = above
        self._today = today
        self._dice = dice
        pace = dice.choices(list(PACES), weights=_weights(region))[0]
        self._pace = _PACES[pace if to_do is None else "punctual"]
        self._to_do = to_do
        self._count = 0

    def work(self) -> Congress:
        self._choose_content()
        day = self._plan.opens_on
        for milestone in self._plan.milestones:
            if milestone.mark in (Mark.SUBMITTED, Mark.APPROVED):
                break
            if milestone.mark is Mark.CLOSED and self._to_do is ToDo.CLOSE:
                return self._congress
            skips = not milestone.required and self._dice.random() < 0.07
            if skips or not is_held(self._plan, self._congress, milestone):
                continue
            wanted = milestone.due(self._congress.deadline) + self._delay()
            if milestone.waits_for_parent:
                wanted = self._after_parent(milestone.key, wanted)
            day = max(day, wanted)
            if day > self._today or self._dice.random() < self._pace.stops:
                return self._congress
            report = Report(milestone.key, day)
            who = DECIDER if milestone.is_superiors else REPORTER
            self._congress = record_milestone(
                self._plan, self._congress, report, self._above, self._by(who, day), self._id()
            )
            if milestone.mark is Mark.CLOSED:
                self._report_results(day)
        self._finish(day)
        return self._congress

    def _choose_content(self) -> None:
        """The first kind for most, the others for some."""
        if self._dice.random() < 0.1:
            kind = self._dice.choice(self._plan.content_types)
            self._congress = choose_content_type(
                self._plan, self._congress, kind.key, self._by(REPORTER, self._plan.opens_on)
            )

    def _delay(self) -> timedelta:
        return timedelta(days=self._dice.randint(self._pace.least, self._pace.most))

    def _after_parent(self, key: str, wanted: date) -> date:
        """The topmost unit issues its plan on the first day, and each below some days after its superior."""
        if self._above is None:
            return self._plan.opens_on
        entry = self._above.current.get(key)
        issued = entry.date if entry and entry.date else self._today + timedelta(days=1)
        return max(issued, min(wanted, issued + timedelta(days=self._dice.randint(1, 6))))

    def _by(self, account_id: str, day: date) -> By:
        hour = time(9 + self._dice.randrange(8), self._dice.randrange(60))
        return By(account_id, datetime.combine(day, hour, UTC), min(day, self._today))

    def _id(self) -> str:
        self._count += 1
        return f"{self._congress.id}{self._count:02}"

    def _at_last(self, day: date) -> date:
        """Who has something to do has come as far as that by today."""
        return min(day, self._today) if self._to_do is not None else day

    def _report_results(self, day: date) -> None:
        figures = _figures(self._dice, content_of(self._plan, self._congress).key, self._plan, self._congress)
        by = self._by(REPORTER, day)
        self._congress = report_results(self._plan, self._congress, figures, by, self._id())

    def _finish(self, day: date) -> None:
        """Sent up some days after it closed; approved, returned, or still waiting."""
        sent = self._at_last(day + timedelta(days=self._dice.randint(1, 9)))
        if sent > self._today:
            return
        self._congress = submit(self._plan, self._congress, self._by(REPORTER, sent), self._id())
        decided = self._at_last(sent + timedelta(days=self._dice.randint(1, 8)))
        if decided > self._today or self._congress.unit.parent_id is None:
            return
        if self._to_do is ToDo.DECIDE:
            return
        by = self._by(DECIDER, decided)
        if self._dice.random() < 0.04 or self._to_do is ToDo.CORRECT:
            name, reason = self._dice.choice(REASONS)
            reasons = {name: said_there(reason, self._congress.unit)}
            self._congress = send_back(self._plan, self._congress, reasons, by, self._id())
        else:
            self._congress = approved(self._plan, self._congress, by, self._id(), said_there)


def _figures(dice: random.Random, content_type: str, plan: Plan, congress: Congress) -> dict[str, int]:
    kind = plan.content_type(content_type) or plan.content_types[0]
    size = {0: 320, 1: 250, 2: 180, 3: 120}.get(len(congress.unit.path) - 1, 60)
    summoned = dice.randint(size * 3 // 4, size * 5 // 4)
    absent = dice.randint(0, summoned // 20)
    without = dice.randint(0, absent // 3)
    ex_officio = summoned * dice.randint(10, 25) // 100
    appointed = 0 if kind.elects_delegates else summoned - ex_officio
    seats = 9 + 2 * dice.randint(0, 9)
    young, old = summoned * dice.randint(12, 30) // 100, summoned * dice.randint(15, 30) // 100
    school, higher = summoned * dice.randint(20, 45) // 100, summoned * dice.randint(3, 12) // 100
    figures = {
        "summoned": summoned,
        "present": summoned - absent,
        "absent_with_reason": absent - without,
        "absent_without_reason": without,
        "ex_officio": ex_officio,
        "elected": summoned - ex_officio - appointed,
        "appointed": appointed,
        "women": summoned * dice.randint(14, 38) // 100,
        "minority": summoned * dice.randint(0, 12) // 100,
        "young": young,
        "age_under_36": young,
        "age_36_to_50": summoned - young - old,
        "age_over_50": old,
        "education_school": school,
        "education_degree": summoned - school - higher,
        "education_higher": higher,
        "members": summoned * dice.randint(4, 9),
        "committee_seats": seats,
        "committee_women": seats * dice.randint(8, 35) // 100,
        "committee_young": seats * dice.randint(6, 22) // 100,
        "committee_first_time": seats * dice.randint(20, 45) // 100,
    }
    if kind.elects_delegates:
        figures["delegates_up"] = dice.randint(2, 12)
    if kind.elects_committee:
        figures |= {
            "committee_listed": seats + max(1, seats * dice.randint(9, 16) // 100),
            "committee_elected": seats,
            "ballots_issued": summoned - absent,
            "ballots_valid": summoned - absent - dice.randint(0, 2),
            "ballots_invalid": 0,
            "committee_lowest_votes": dice.randint(majority(summoned), summoned - absent - 2),
        }
    else:
        figures["committee_appointed"] = seats
    return figures
