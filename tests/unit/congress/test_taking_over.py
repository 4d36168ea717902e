"""The superior's plan taken over: recorded, with an own day before the plan's, and never graded anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.domain import taking_over as rules
from congress.domain.extensions import ask, deadline_of
from congress.domain.history import By, Congress
from congress.domain.overdue import Standing, standing_of
from congress.domain.pilots import LaterDeadlineStands, StepDueAlready, choose
from congress.domain.plan import ISSUED, Owner, PlanState, issuing
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.planned import as_derived
from congress.domain.progress_refusals import (
    BeforeParentsPlan,
    BeforePlanOpens,
    CongressApproved,
    DateInFuture,
    NoteTooLong,
    WaitingForApproval,
)
from congress.domain.rollup import contribution, group_key
from congress.domain.taking_over import TAKINGS_MOST, take_over, taken_by
from congress.domain.tasks import report_task
from congress.domain.wanted import Wanted
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import (
    DEADLINE,
    EVERY_LEVEL,
    OPENS,
    TODAY,
    a_congress,
    a_milestone,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
    the_top,
)

PLAN = a_plan()
DAY = timedelta(days=1)
OWN = DEADLINE - timedelta(days=14)
EARLY = date(2026, 1, 20)


def taken(
    congress: Congress | None = None,
    until: date | None = None,
    note: str = "",
    today: date = TODAY,
    day: date | None = None,
    above: Congress | None = None,
) -> Congress:
    above = above or the_top()
    return take_over(PLAN, congress or a_congress(), day, until, note, above, by(today), "e-new")


def test_it_records_that_the_plan_is_issued_once() -> None:
    first = taken(note="So be it.")
    assert (first.current[ISSUED].date, first.current[ISSUED].id) == (TODAY, "e-new")
    assert (first.takings[-1].note, first.own_until, first.deadline) == ("So be it.", None, DEADLINE)
    again = taken(first, OWN, "Sooner.", TODAY + DAY)
    assert again.entries == first.entries
    assert [one.until for one in again.takings] == [None, OWN]
    assert taken(day=EARLY).current[ISSUED].date == EARLY


def test_an_own_day_is_the_deadline_and_can_be_named_anew_or_given_up() -> None:
    first = taken(until=OWN)
    assert (first.deadline, first.own_until) == (OWN, OWN)
    earlier = taken(first, OWN - DAY)
    assert earlier.deadline == OWN - DAY
    assert taken(earlier, None).deadline == DEADLINE
    # The earliest day counts, whoever set it.
    pilot = choose(PLAN, first, OWN - DAY, "root", by(TODAY, "superior"))
    assert pilot.deadline == OWN - DAY
    assert choose(PLAN, pilot, None, "root", by(TODAY, "superior")).deadline == OWN


def test_the_plans_day_bounds_it_whichever_way_that_moves() -> None:
    own = taken(until=OWN)
    sooner, later = (
        a_plan(deadlines=dict.fromkeys(PLAN.deadlines, day)) for day in (OWN - DAY, DEADLINE + DAY)
    )
    under = {"district": {2: 1}}
    assert as_derived(sooner, own, own.unit, under).deadline == OWN - DAY
    assert as_derived(later, own, own.unit, under).deadline == OWN
    assert deadline_of(DEADLINE, own.earlier_until, None) == OWN


def test_what_was_done_until_then_is_judged_by_the_deadline_of_before() -> None:
    due = DEADLINE - timedelta(days=120)
    first = take_over(PLAN, a_congress(), None, None, "", the_top(), by(due), "e0")
    drafts = recorded(first, "drafts", DEADLINE - timedelta(days=60))
    sooner = taken(drafts, OWN)
    milestones = {one.key: one for one in PLAN.milestones}
    for key in (ISSUED, "drafts"):
        assert standing_of(PLAN, sooner, milestones[key], TODAY) is Standing.ON_TIME
    late = recorded(sooner, "opened", OWN + DAY)
    assert standing_of(PLAN, late, milestones["opened"], OWN + DAY) is Standing.LATE


def test_taking_over_does_not_make_itself_late() -> None:
    due = DEADLINE - timedelta(days=120)
    own = take_over(PLAN, a_congress(), None, OWN, "", the_top(), by(due), "e0")
    milestone = issuing(PLAN)
    assert milestone is not None
    assert standing_of(PLAN, own, milestone, due) is Standing.ON_TIME


def test_it_stands_in_the_sums_under_its_own_day_with_the_milestone_done() -> None:
    made = contribution(PLAN, taken(until=OWN))
    assert made.group == group_key("district", OWN)
    done = Wanted(milestone=ISSUED, standing="done")
    assert done.count(PLAN, OWN, made.counters, TODAY) == 1
    assert done.fits(PLAN, taken(until=OWN), TODAY)


def test_it_is_kept_and_read_as_it_was() -> None:
    own = taken(until=OWN, note="Sooner.")
    document = congress_document(own)
    assert document["own_until"] == OWN.isoformat()
    assert congress_of({**document, "version": 0}) == replace(own, version=0)
    del document["takings"], document["own_until"]
    assert congress_of({**document, "version": 0}).takings == ()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda: taken(replace(a_congress(), unit=a_unit("root", ("root",)))), rules.OwnPlan),
        (lambda: taken(at("closed")), rules.ClosedBeforeTaking),
        (lambda: taken(at("submitted")), WaitingForApproval),
        (lambda: taken(at("approved")), CongressApproved),
        (lambda: taken(note="x" * 2001), NoteTooLong),
        (lambda: taken(day=TODAY + DAY), DateInFuture),
        (lambda: taken(day=OPENS - DAY), BeforePlanOpens),
        (lambda: taken(above=replace(the_top(), entries=())), BeforeParentsPlan),
        (lambda: taken(until=TODAY), rules.OwnDayPast),
        (lambda: taken(until=DEADLINE), rules.OwnDayNotEarlier),
        (lambda: taken(until=DEADLINE + DAY), rules.OwnDayNotEarlier),
        # Opened is due one day before, and the drafts sixty: these are late already and bind nobody.
        (lambda: taken(until=TODAY + DAY), StepDueAlready),
    ],
)
def test_what_is_refused(given: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        given()  # type: ignore[operator]


def test_no_own_day_beside_a_later_deadline() -> None:
    asking = ask(PLAN, taken(), DEADLINE + DAY, "Floods.", None, by(), "x1")
    with pytest.raises(LaterDeadlineStands):
        taken(asking, OWN)
    assert taken(asking, None, "A note alone.").takings[-1].note == "A note alone."


def test_a_plan_that_is_over_or_has_no_such_milestone_is_not_taken_over() -> None:
    for plan, refusal in (
        (a_plan(state=PlanState.CLOSED), PlanIsClosed),
        (a_plan(milestones=PLAN.milestones[1:]), rules.NothingToTakeOver),
    ):
        with pytest.raises(refusal):
            take_over(plan, a_congress(), None, None, "", None, by(), "e0")


def test_it_is_taken_over_so_often_and_no_more() -> None:
    full = replace(a_congress(), takings=taken().takings * TAKINGS_MOST)
    with pytest.raises(rules.TooManyTakings):
        taken(full)


def test_which_milestone_says_so() -> None:
    assert taken_by(PLAN, a_congress()) == ISSUED
    waiting = a_milestone("begun", 9, waits_for_parent=True)
    assert issuing(a_plan(milestones=(a_milestone("first"), waiting))) == waiting
    above = replace(waiting, owner=Owner.SUPERIOR)
    assert issuing(a_plan(milestones=(above, a_milestone("first")))) is None


def test_it_is_a_task_of_its_own_and_not_for_whoever_made_the_plan() -> None:
    task = report_task(PLAN, a_congress())
    assert task is not None
    assert (task.key, task.link) == ("take-over", "/congresses/congress1/take-over")
    top = replace(a_congress(), unit=a_unit("root", ("root",), "centre"))
    made = report_task(a_plan(deadlines=EVERY_LEVEL), top)
    assert made is not None
    assert made.key == "milestone"


def set_below(congress: Congress, below: dict[str, date], who: By | None = None) -> Congress:
    return take_over(PLAN, congress, None, None, "", the_top(), who or by(), "e-new", below)


def test_days_for_those_below_are_given_up_however_often_it_was_taken_over() -> None:
    both = {"union": OWN, "cell": OWN}
    full = replace(a_congress(), takings=set_below(a_congress(), both).takings * TAKINGS_MOST)
    rules.refuse_taking_over(PLAN, full)
    fewer = set_below(full, {"union": OWN})
    assert fewer.takings[-1].below == {"union": OWN}
    none = set_below(fewer, {})
    for congress, below in ((full, both), (none, {}), (none, both)):
        with pytest.raises(rules.TooManyTakings):
            set_below(congress, below)
    with pytest.raises(rules.TooManyTakings):
        rules.refuse_taking_over(PLAN, none)


def test_days_for_those_below_are_not_changed_by_code() -> None:
    stands, code = set_below(a_congress(), {"union": OWN}), replace(by(), by_code=True)
    for below in ({}, {"union": OWN - DAY}, {"union": OWN, "cell": OWN}):
        with pytest.raises(rules.DaysBelowByCode):
            set_below(stands, below, code)
    assert set_below(stands, {"union": OWN}, code).takings[-1].by_code
