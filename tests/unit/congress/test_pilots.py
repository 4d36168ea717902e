"""Pilots: chosen from above, held earlier, and read by units of their level."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.domain.extensions import ask, deadline_of
from congress.domain.history import Congress
from congress.domain.overdue import Standing, standing_of
from congress.domain.pilots import (
    CHOICES_MOST,
    LESSONS_MOST,
    PILOTS_MOST,
    LaterDeadlineStands,
    LessonMissing,
    LessonTooLong,
    NoPilot,
    NotEarlier,
    StepDueAlready,
    TooManyLessons,
    TooManyPilotChoices,
    TooManyPilots,
    choose,
    read_by,
    refuse_one_more,
    taught_to,
    teach,
    whose_pilot,
)
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.planned import as_derived
from congress.domain.postponing import DayNotAhead, HeldAlready
from congress.domain.progress_refusals import BeforePlanOpens, CongressApproved, WaitingForApproval
from congress.domain.rollup import contribution, group_key
from congress.domain.wanted import Beside, Wanted
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import (
    DEADLINE,
    EVERY_LEVEL,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
)

PLAN = a_plan()
OWN = DEADLINE - timedelta(days=14)
N1 = a_unit("n1", ("root", "north", "n1"), "union")
SUPERIOR = by(account_id="superior")


def a_pilot(congress: Congress | None = None, until: date = OWN, day: date = TODAY) -> Congress:
    return choose(PLAN, congress or a_congress(), until, "root", by(day, "superior"))


def test_its_own_day_is_the_deadline_until_it_is_called_off() -> None:
    pilot = a_pilot()
    assert (pilot.deadline, pilot.pilot_until) == (OWN, OWN)
    moved = a_pilot(pilot, OWN + timedelta(days=1))
    assert (moved.deadline, len(moved.pilots)) == (OWN + timedelta(days=1), 2)
    off = choose(PLAN, pilot, None, "root", SUPERIOR)
    assert (off.deadline, off.pilot, len(off.pilots)) == (DEADLINE, None, 2)
    with pytest.raises(NoPilot):
        choose(PLAN, off, None, "root", SUPERIOR)


@pytest.mark.parametrize(
    ("planned", "earlier", "granted", "expected"),
    [
        (DEADLINE, None, None, DEADLINE),
        (DEADLINE, OWN, None, OWN),
        (OWN - timedelta(days=9), OWN, None, OWN - timedelta(days=9)),
        (DEADLINE, OWN, OWN + timedelta(days=3), OWN + timedelta(days=3)),
        (DEADLINE, None, DEADLINE + timedelta(days=3), DEADLINE + timedelta(days=3)),
        (DEADLINE, OWN, OWN - timedelta(days=3), OWN),
    ],
)
def test_which_deadline_counts(planned: date, earlier: date, granted: date, expected: date) -> None:
    assert deadline_of(planned, earlier, granted) == expected


@pytest.mark.parametrize("days", [-20, 40])
def test_the_recount_derives_the_same_deadline(days: int) -> None:
    moved = a_plan(deadlines={"centre": DEADLINE, "district": DEADLINE + timedelta(days=days)})
    assert as_derived(moved, a_pilot(), None, {}).deadline == min(OWN, DEADLINE + timedelta(days=days))


def test_what_was_done_before_it_was_chosen_is_judged_by_the_plans_day() -> None:
    """The drafts are due 60 days before the deadline."""
    drafts, day = PLAN.milestones[1], DEADLINE - timedelta(days=61)
    done = recorded(recorded(a_congress(), "plan_issued", day), "drafts", day)
    for chosen, expected in ((day + timedelta(days=1), Standing.ON_TIME), (day, Standing.LATE)):
        assert standing_of(PLAN, a_pilot(done, day=chosen), drafts, TODAY) is expected
    # Called off again before it was done, the plan's day counts.
    off = choose(PLAN, a_pilot(done, day=day - timedelta(days=1)), None, "root", by(day, "superior"))
    assert standing_of(PLAN, off, drafts, TODAY) is Standing.ON_TIME


def test_what_was_called_off_judges_nothing() -> None:
    """Not even what was done while it was chosen: a step on time by the plan's day is never late for good."""
    drafts, day = PLAN.milestones[1], DEADLINE - timedelta(days=61)
    done = recorded(recorded(a_congress(), "plan_issued", day), "drafts", day)
    pilot = a_pilot(done, day=day)
    assert standing_of(PLAN, pilot, drafts, TODAY) is Standing.LATE
    off = choose(PLAN, pilot, None, "root", by(day + timedelta(days=2), "superior"))
    assert standing_of(PLAN, off, drafts, TODAY) is Standing.ON_TIME
    assert "late.drafts" not in contribution(PLAN, off).counters
    # Chosen anew, only that choice counts.
    again = a_pilot(off, day=day + timedelta(days=3))
    assert standing_of(PLAN, again, drafts, TODAY) is Standing.ON_TIME


def test_no_day_by_which_an_open_step_would_be_due_already() -> None:
    """The drafts are due 60 days before the deadline, and 20 days are left."""
    today = DEADLINE - timedelta(days=80)
    issued = recorded(a_congress(), "plan_issued", today)
    first = today + timedelta(days=61)
    with pytest.raises(StepDueAlready) as refused:
        a_pilot(issued, first - timedelta(days=1), today)
    assert refused.value.params["date"] == first.isoformat()
    pilot = a_pilot(issued, first, today)
    assert not any(standing_of(PLAN, pilot, one, today) is Standing.OVERDUE for one in PLAN.milestones)
    # Done, or overdue by the plan's day, it bars no day; nor is a pilot kept from a later one.
    assert a_pilot(recorded(issued, "drafts", today), today + timedelta(days=10), today).pilot
    assert a_pilot(issued, OWN, DEADLINE - timedelta(days=59)).pilot
    assert a_pilot(pilot, first + timedelta(days=1), today + timedelta(days=1)).pilot


EXTENDED = ask(PLAN, a_congress(), DEADLINE + timedelta(days=9), "why", None, by(), "x")


@pytest.mark.parametrize(
    ("congress", "until", "refusal"),
    [
        (a_congress(), DEADLINE, NotEarlier),
        (a_congress(), TODAY, DayNotAhead),
        (EXTENDED, OWN, LaterDeadlineStands),
        (at("closed"), OWN, HeldAlready),
        (at("submitted"), OWN, WaitingForApproval),
        (at("approved"), OWN, CongressApproved),
        (a_congress(pilots=a_pilot().pilots * CHOICES_MOST), OWN, TooManyPilotChoices),
    ],
)
def test_what_cannot_be_chosen(congress: Congress, until: date, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        choose(PLAN, congress, until, "root", SUPERIOR)


def test_no_day_before_the_plan_opens() -> None:
    with pytest.raises(BeforePlanOpens):
        choose(a_plan(opens_on=OWN + timedelta(days=1)), a_congress(), OWN, "root", SUPERIOR)


def test_what_it_has_learnt_is_for_its_level_below_whoever_chose_it() -> None:
    assert taught_to(a_pilot()) is None
    pilot = teach(PLAN, a_pilot(), "Begin early.", by())
    key = taught_to(pilot)
    assert key is not None
    for path, level, reads in (
        (("root", "south"), "district", True),
        (("root", "south", "s1"), "union", False),
        (("elsewhere", "south"), "district", False),
    ):
        other = a_congress(unit=a_unit(path[-1], path, level))
        assert (key in read_by(other)) is reads
    assert key not in read_by(replace(pilot, plan_id="plan2"))
    assert taught_to(choose(PLAN, pilot, None, "root", SUPERIOR)) is None


def test_once_it_has_moved_away_its_new_neighbours_read_it_and_the_old_do_not() -> None:
    plan = a_plan(deadlines=EVERY_LEVEL)
    pilot = teach(plan, choose(plan, a_congress(unit=N1), OWN, "north", SUPERIOR), "Begin early.", by())
    assert (whose_pilot(pilot), taught_to(pilot)) == ("plan1|north", "plan1|north|union")
    moved = replace(pilot, unit=a_unit("n1", ("root", "south", "n1"), "union"))
    assert whose_pilot(moved) == "plan1|south"
    for unit, before, after in (("north", True, False), ("south", False, True)):
        keys = read_by(a_congress(unit=a_unit("u", ("root", unit, "u"), "union")))
        assert (taught_to(pilot) in keys, taught_to(moved) in keys) == (before, after)
    # Within the branch of whoever chose it, it stays theirs.
    whole = choose(plan, a_congress(unit=N1), OWN, "root", SUPERIOR)
    assert whose_pilot(replace(whole, unit=moved.unit)) == "plan1|root"
    assert whose_pilot(replace(whole, unit=a_unit("n1", ("n1",)))) is None


def test_a_unit_chooses_so_many_and_gives_each_of_them_another_day() -> None:
    refuse_one_more(a_congress(), "root", PILOTS_MOST - 1)
    refuse_one_more(a_pilot(), "root", PILOTS_MOST)
    for congress, above in ((a_congress(), "root"), (a_pilot(), "north")):
        with pytest.raises(TooManyPilots):
            refuse_one_more(congress, above, PILOTS_MOST)


def test_it_may_be_written_after_the_approval_and_by_pilots_alone() -> None:
    pilots = a_pilot().pilots
    assert teach(PLAN, at("approved", pilots=pilots), "Begin early.", by()).lessons
    cases: tuple[tuple[Congress, str, type[Refusal]], ...] = (
        (a_congress(), "x", NoPilot),
        (a_pilot(), " ", LessonMissing),
        (a_pilot(), "x" * 4001, LessonTooLong),
        (
            replace(a_pilot(), lessons=teach(PLAN, a_pilot(), "x", by()).lessons * LESSONS_MOST),
            "x",
            TooManyLessons,
        ),
    )
    for congress, text, refusal in cases:
        with pytest.raises(refusal):
            teach(PLAN, congress, text, by())


def test_under_a_closed_plan_nothing_is_chosen_or_written() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    with pytest.raises(PlanIsClosed):
        choose(closed, a_congress(), OWN, "root", SUPERIOR)
    with pytest.raises(PlanIsClosed):
        teach(closed, a_pilot(), "x", by())


@pytest.mark.parametrize(("congress", "number"), [(a_congress(), 0), (a_pilot(), 1)])
def test_it_is_counted_and_listed(congress: Congress, number: int) -> None:
    found, wanted = contribution(PLAN, congress), Wanted(beside=Beside.PILOT)
    assert found.group == group_key("district", congress.deadline)
    assert wanted.count(PLAN, congress.deadline, found.counters, TODAY) == number
    assert wanted.fits(PLAN, congress, TODAY) == number


def test_it_is_kept_and_read_as_it_was_and_older_documents_have_none() -> None:
    congress = teach(PLAN, a_pilot(), "Begin early.", by())
    document = {**congress_document(congress), "version": 1}
    assert congress_of(document) == congress
    assert (document["pilot_until"], document["taught_to"]) == (OWN.isoformat(), "plan1|root|district")
    older = {**congress_document(a_congress()), "version": 1}
    for name in ("pilots", "lessons", "pilot_until", "taught_to"):
        del older[name]
    assert congress_of(older) == a_congress()
