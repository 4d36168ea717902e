"""A request reads as many documents in a tree of 11,111 units as in one of 1,111, as what the database sends says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import cast

import pytest

import congress.app
import congress.settings
import membership.app
import membership.settings
from congress.context import Context as CongressContext
from congress.domain import plan as plan_rules
from congress.domain.history import Act, Congress, State
from congress.domain.ordering import ORDERED_MOST, Order
from congress.domain.plan import Plan, PlanState, content_type_of, milestone_of
from congress.domain.planned import planned_congresses
from congress.domain.progress import Report
from congress.domain.rule_effects import Turn
from congress.domain.rule_sets import Edit
from congress.domain.rule_steps import StepRules
from congress.domain.wanted import Wanted
from congress.operations import (
    congresses,
    listing,
    plan_life,
    plans,
    rollups,
    rule_sets,
    rule_turns,
    tasks,
    verifying,
)
from congress.operations.following import units_changed
from congress.operations.listing import Shown
from congress.operations.projection import add_congresses
from congress.operations.queueing import lines_of
from membership import operations
from membership.context import Context as RegisterContext
from membership.domain.members import Details, Sex
from membership.domain.units import told
from membership.operations.leaving import move_member
from servicekit.access.decision import Caller, Reach, Right
from servicekit.calendar.waiting import Waiting
from servicekit.data.database import Database
from servicekit.exporting.operations import ExportTooLong
from servicekit.tree.units_copy import follow_units
from servicekit.work.clock import Clock
from tests.growth import LEVELS, METER, WIDTH, environment_of, units_of
from tests.processes import House

STEP = 500
PATIENT_MS = 60_000
PLAIN = Shown()


class Size:
    """Both services with a tree of so many levels, each unit with ten right below it."""

    def __init__(self, house: House, new_database: Callable[..., Database], levels: int) -> None:
        with environment_of(house):
            settings = congress.settings.read_program_settings()
            register = membership.settings.read_settings()
        self.units = list(units_of(levels))
        self.register: RegisterContext = membership.app.make_context(
            register, new_database("membership", PATIENT_MS)
        )
        self.register.prepare()
        for start in range(0, len(self.units), STEP):
            self.register.units.write(self.units[start : start + STEP], [])
        clock = Clock(settings.common.zone)
        self.congress: CongressContext = congress.app.make_context(
            settings, new_database("congress", PATIENT_MS), clock
        )
        self.congress.prepare()
        follow = follow_units(self.congress.units, partial(units_changed, self.congress))
        for start in range(0, len(self.units), STEP):
            event = {"data": {"units": [told(unit) for unit in self.units[start : start + STEP]]}}
            self.congress.database.in_transaction(partial(follow, event))
        self.plan = self._an_open_plan()
        self._plans_of_others(levels)

    def _plans_of_others(self, levels: int) -> None:
        """Of each unit above the lowest, but in one division: more than ten times as many in the larger tree."""
        for unit in self.units:
            if len(unit.path) == levels - 1 and unit.path[1] != "u0":
                own = replace(self.plan, id=f"plan-{unit.id}", unit_id=unit.id, unit_path=unit.path)
                self.congress.plans.insert(replace(own, cycle="2040"), [])

    def _an_open_plan(self) -> Plan:
        """Upazilas are late, thirty of them have sent their reports; nobody else is or has."""
        today = self.congress.clock.today()
        days = {level: today + timedelta(days=300) for level in LEVELS} | {
            "upazila": today - timedelta(days=5)
        }
        milestones = (
            milestone_of({"key": "opened", "names": {"en": "Opened"}, "days_before_deadline": 1}),
            milestone_of(
                {"key": "closed", "names": {"en": "Closed"}, "days_before_deadline": 0, "mark": "closed"}
            ),
        )
        plan = Plan(
            id="plan",
            name="Congresses",
            cycle="2026–2031",
            unit_id="u",
            unit_path=("u",),
            opens_on=today - timedelta(days=100),
            deadlines=days,
            milestones=milestones,
            content_types=(content_type_of({"key": "4", "names": {"en": "All elections"}}),),
            results_fields=(),
            state=PlanState.OPEN,
        )
        plan = self.congress.plans.insert(plan, [])
        planned = planned_congresses(plan, list(self.congress.units.below("u")))
        sent = {unit.id for unit in self.units if unit.level == "upazila"}
        sent = set(sorted(sent)[:60:2])
        # More than anybody reads as a whole, in another branch and list.
        again = {unit.id for unit in self.units if unit.level == "union" and unit.path[1] == "u9"}
        states = dict.fromkeys(sent, State.SUBMITTED) | dict.fromkeys(again, State.REOPENED)
        now = self.congress.clock.now()
        # No two at one instant.
        at = {unit: now - timedelta(hours=number) for number, unit in enumerate(sorted(states))}
        worked = [
            replace(one, state=state, acts=(Act(state, at[one.unit.id], "somebody", {}),)) if state else one
            for one in planned
            for state in [states.get(one.unit.id)]
        ]
        for _ in add_congresses(self.congress, plan, worked):
            pass
        there = [one for one in worked if one.acts]
        for start in range(0, len(there), STEP):
            self.congress.lists.put(lines_of(self.congress, plan, there[start : start + STEP]))
        return plan

    def of(self, unit_id: str) -> Congress:
        (found,) = self.congress.congresses.of_unit(unit_id)
        return found


@pytest.fixture(scope="module")
def sizes(house: House, new_database: Callable[..., Database]) -> tuple[Size, Size]:
    small, large = (Size(house, new_database, levels) for levels in (4, 5))
    assert (len(small.units), len(large.units)) == (1_111, 11_111)
    return small, large


def headquarters(*permissions: str) -> Caller:
    rights = tuple(Right(permission, "u", ("u",), Reach.BELOW) for permission in permissions)
    return Caller("hq", rights=rights, assurance=2)


READER = headquarters("congress:read", "congress:approve", "congress:report", "plan:manage", "unit:read")
KEEPER = Caller(
    "keeper",
    rights=tuple(
        Right(permission, unit[-1], unit, reach)
        for unit in (("u", "u0", "u00", "u000"), ("u", "u0", "u00", "u001"))
        for permission, reach in (
            ("unit:read", Reach.BELOW),
            ("members:read", Reach.OWN),
            ("members:write", Reach.OWN),
            ("members:count", Reach.BELOW),
        )
    ),
    assurance=2,
)
SECRETARY = Caller(
    "secretary",
    rights=tuple(
        Right(permission, "u00", ("u", "u0", "u00"), Reach.BELOW)
        for permission in ("congress:read", "plan:manage")
    ),
    assurance=2,
)
COUNTER = headquarters("unit:read", "members:count")


def a_list(wanted: Wanted, shown: Shown = PLAIN, *, pages: int = 1) -> Callable[[Size], object]:
    def ask(size: Size) -> object:
        after = ""
        for _ in range(pages):
            page = listing.list_congresses_below(
                size.congress, READER, "u", "plan", wanted, after, 20, shown
            ).page
            after = page.next or ""
        return [view.congress.unit.id for view in page.items], page.total

    return ask


def behind_one(size: Size, order: Order = Order.DEADLINE) -> object:
    shown = Shown(behind=size.of("u008").id, order=order)
    found = listing.list_congresses_below(
        size.congress, READER, "u", "plan", Wanted("submitted"), "", 1, shown
    )
    return [view.congress.unit.id for view in found.page.items], found.position, found.page.total


def without_a_plan_named(size: Size) -> object:
    """Of a district: the plans that concern it, and what it and those below it have of any."""
    context = size.congress
    found = listing.list_congresses_below(context, SECRETARY, "u00", "", Wanted("submitted"), "", 20, PLAIN)
    return (
        [view.plan.id for view in plans.list_plans(context, SECRETARY).items],
        [view.congress.unit.id for view in listing.list_congresses(context, SECRETARY, "u00", "", "")],
        ([view.congress.unit.id for view in found.page.items], found.page.total),
    )


def a_draft(size: Size) -> object:
    """Is compared with those that its units have already."""
    wanted = {"unit_id": "u00", "name": "Own", "cycle": "2050", "deadlines": later(size)}
    made = plans.create_plan(size.congress, SECRETARY, wanted).plan
    plan_life.delete_draft(size.congress, SECRETARY, made.id, made.version)
    return made.unit_id


def a_unit_renamed(size: Size) -> object:
    unit = next(unit for unit in size.units if unit.id == "u001")
    changed = replace(unit, names={"en": "Renamed"})
    follow = follow_units(size.congress.units, partial(units_changed, size.congress))
    size.congress.database.in_transaction(partial(follow, {"data": {"units": [told(changed)]}}))
    return size.of("u001").unit.names


def a_unit_recounted(size: Size) -> object:
    with_errors = verifying.look(size.congress, ["u001"], {})
    return len(with_errors.missing)


def a_milestone(size: Size) -> object:
    one = size.of("u11")
    report = Report("opened", size.congress.clock.today())
    return congresses.record_milestone(size.congress, READER, one.id, report, one.version).congress.state


def a_members_day(size: Size) -> object:
    context = size.register
    details = Details("Rahima Khatun", date(1980, 1, 1), Sex.FEMALE)
    made = operations.register_member(context, KEEPER, "u000", details)
    changed = operations.change_member(
        context, KEEPER, made.id, made.version, replace(details, name="Rahima Begum")
    )
    move_member(context, KEEPER, made.id, changed.version, "u001", "closer to home")
    counts = operations.count_members(context, COUNTER, "u")
    return counts.here.all.total, len(operations.read_history(context, KEEPER, made.id).items)


def kinds_waiting(found: Waiting) -> object:
    lines = [line.names for one in found.lists for line in one.lines]
    return [(one.key, one.link, one.lines) for one in found.tasks], lines


def later(size: Size) -> dict[str, date]:
    return {"upazila": size.congress.clock.today() + timedelta(days=30)}


def whom_it_turns(size: Size) -> object:
    """A step that is due long before makes all districts overdue that have not closed."""
    steps = {"closed": StepRules(days_before_deadline=400)}
    asked = ("plan", Edit(milestones=steps), plan_rules.Reach.NOT_CLOSED, "district", Turn.OVERDUE)
    page = rule_turns.list_turning(size.congress, READER, *asked, "", 3)
    assert page.items
    return [view.congress.unit.id for view in page.items], page.total


REQUESTS: dict[str, Callable[[Size], object]] = {
    "the figures of headquarters": lambda size: len(
        rollups.read_rollup(size.congress, READER, "plan", "u")[1].children
    ),
    "the figures of all districts": lambda size: len(
        rollups.read_rollup(size.congress, READER, "plan", "u", "district")[1].children
    ),
    "the figures of a district": lambda size: (
        rollups.read_rollup(size.congress, READER, "plan", "u00")[1].rollup.code
    ),
    "reports that wait below": a_list(Wanted("submitted")),
    "the second page of them": a_list(Wanted("submitted"), pages=2),
    "reports that wait right below": a_list(Wanted("submitted"), Shown(direct=True)),
    "those that wait longest first": a_list(Wanted("submitted"), Shown(order=Order.LONGEST)),
    "the second page of those that wait longest": a_list(
        Wanted("submitted"), Shown(order=Order.LONGEST), pages=2
    ),
    "the newest of a level": a_list(Wanted("submitted", level="upazila"), Shown(order=Order.NEWEST)),
    "the newest right below": a_list(Wanted("submitted"), Shown(direct=True, order=Order.NEWEST)),
    "the newest past their deadline": a_list(Wanted("submitted", passed=True), Shown(order=Order.NEWEST)),
    "the one behind another in order of waiting": lambda size: behind_one(size, Order.LONGEST),
    "those that are named so": a_list(Wanted("submitted"), Shown(search="u00")),
    "those of a level": a_list(Wanted("submitted", level="upazila")),
    "how many are in which state": a_list(Wanted("submitted"), Shown(totals=True)),
    "the one behind a report, and its place": behind_one,
    "what is overdue below": a_list(Wanted(overdue=True)),
    "what is overdue of a milestone, and waits for its unit": a_list(
        Wanted(milestone="closed", standing="overdue", actor="unit")
    ),
    "what is on time of one level": a_list(Wanted(milestone="opened", standing="to_come", level="district")),
    "what waits for a step": a_list(Wanted(waits_for_superior=True)),
    "what waits at headquarters": lambda size: kinds_waiting(tasks.waiting(size.congress, READER, "")),
    "one congress": lambda size: congresses.read_congress(size.congress, READER, size.of("u000").id).between,
    "what a district sees without naming a plan": without_a_plan_named,
    "a plan of its own": a_draft,
    "a milestone": a_milestone,
    "other deadlines, looked at before": lambda size: len(
        rule_sets.preview_rule_set(
            size.congress, READER, "plan", Edit(deadlines=later(size)), plan_rules.Reach.NOT_CLOSED
        )
    ),
    "whom other deadlines make overdue, a page": whom_it_turns,
    "a unit": lambda size: operations.read_unit(size.register, COUNTER, "u00").children_count,
    "what is right below it": lambda size: len(
        operations.list_children(size.register, COUNTER, "u00", "", 50).items
    ),
    "a search": lambda size: [
        unit.id
        for unit in operations.search_units(
            size.register, COUNTER, query="", code="U012", below="", limit=20
        ).items
    ],
    "a member registered, changed, moved and counted": a_members_day,
}


@pytest.mark.parametrize("what", sorted(REQUESTS))
def test_a_request_reads_no_more_in_a_larger_tree(sizes: tuple[Size, Size], what: str) -> None:
    read, answers = [], []
    for size in sizes:
        before = METER.documents
        answers.append(REQUESTS[what](size))
        read.append(METER.documents - before)
    assert answers[0] == answers[1]
    assert read[0] == read[1]
    assert 0 < read[0] <= 250


@pytest.mark.parametrize("order", [Order.LONGEST, Order.NEWEST])
def test_a_page_in_order_of_waiting_reads_what_it_shows_of_more_than_a_whole_may_be(
    sizes: tuple[Size, Size], order: Order
) -> None:
    _, large = sizes
    number = sum(1 for unit in large.units if unit.level == "union" and unit.path[1] == "u9")
    before = METER.documents
    units, total = cast(tuple[list[str], int], a_list(Wanted("reopened"), Shown(order=order), pages=3)(large))
    assert (total, len(units)) == (number, 20)
    assert number > ORDERED_MOST
    assert METER.documents - before <= 3 * 250


def test_a_page_of_all_congresses_reads_what_it_shows_and_what_stands_beside_it(
    sizes: tuple[Size, Size],
) -> None:
    read = []
    for size in sizes:
        before = METER.documents
        a_list(Wanted(), pages=3)(size)
        read.append(METER.documents - before)
    # One level more on the way down, for each of the pages.
    assert read[1] <= read[0] + 3 * 2 * WIDTH


@pytest.mark.parametrize("follow", [a_unit_renamed, a_unit_recounted])
def test_what_follows_of_one_unit_reads_no_plan_of_another_branch(
    sizes: tuple[Size, Size], follow: Callable[[Size], object]
) -> None:
    read = []
    for size in sizes:
        before = METER.documents
        follow(size)
        read.append(METER.documents - before)
    # In the larger tree ten units stand right below it; of the plans of others there are 810 more.
    assert read[1] <= read[0] + 2 * WIDTH + 2


@pytest.mark.parametrize("kind", ["", "csv"])
def test_more_units_of_a_level_than_fit_into_one_answer_are_refused_before_any_is_read(
    sizes: tuple[Size, Size], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "AT_ONCE_ROWS", 50)
    ask = partial(rollups.take_rollup, kind=kind) if kind else rollups.read_rollup
    for size in sizes:
        before = METER.documents
        with pytest.raises(ExportTooLong):
            ask(size.congress, READER, "plan", "u", "upazila")
        # What it takes to know, and the unit itself.
        assert METER.documents - before <= 50 + 2
