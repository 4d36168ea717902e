"""A report is approved with stated gaps: owed by its unit, supplied, closed by its superior."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.domain import gaps
from congress.domain.attachments import refuse_adding
from congress.domain.decisions import contributors
from congress.domain.gaps import (
    GapNotAhead,
    GivenBackTooOften,
    NoGapOpen,
    NoGapOwed,
    NoSuchGap,
    NotSupplied,
    Stated,
    SuppliedMissing,
    SuppliedOtherwise,
    TooManyGaps,
)
from congress.domain.history import By, Congress, State
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.progress_refusals import CongressApproved, ReasonNeeded, UnknownField
from congress.domain.reopening import reopen
from congress.domain.rollup import Rollup, answer, contribution
from congress.domain.stated import GapState
from congress.domain.tasks import gap_task
from congress.domain.undoing import undo_approval
from congress.domain.wanted import Beside, Wanted
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import EVERY_LEVEL, OPENS, TODAY, a_plan, at, by

PLAN = a_plan(deadlines=EVERY_LEVEL)
SOON = TODAY + timedelta(days=10)
STATED = (
    Stated("women", "The number of women is not in it.", SOON),
    Stated("document", "The minutes are not signed.", SOON + timedelta(days=5)),
    Stated("credentials", "When were they checked?", SOON + timedelta(days=6)),
)


def later(minutes: float, account: str = "superior") -> By:
    first = by(account_id=account)
    return replace(first, at=first.at + timedelta(minutes=minutes))


def approved(*stated: Stated) -> Congress:
    ids = [f"g{place}" for place in range(len(stated))]
    return gaps.approve_with_gaps(
        PLAN, at("submitted"), stated or STATED, later(1), "a1", ids or ["g0", "g1", "g2"]
    )


def supplied(gap: str = "g0", value: float | None = 41, day: date | None = None) -> Congress:
    return gaps.supply(PLAN, approved(), gap, "Counted.", value, day, later(20, "clerk"))


def closed(congress: Congress, gap: str = "g0", remark: str = "") -> Congress:
    return gaps.close(PLAN, congress, gap, closed=True, remark=remark, by=later(30), entry_id="c1")


def states(congress: Congress) -> list[GapState]:
    return [one.state for one in gaps.gaps_of(congress)]


def test_it_is_approved_and_locked_and_what_is_missing_is_owed() -> None:
    congress = approved()
    assert congress.state is State.APPROVED
    assert states(congress) == [GapState.OWED] * 3
    assert congress.acts[-1].reasons == {one.of: one.text for one in STATED}
    assert [one.id for one in gaps.owed(congress)] == ["g0", "g1", "g2"]
    assert congress_of({**congress_document(congress), "version": congress.version}) == congress
    task = gap_task(PLAN, congress)
    assert task is not None
    assert (task.key, task.due, task.link) == ("gap", SOON, "/congresses/congress1/gaps/g0")
    # A document that is missing can be hung on it, and nothing else that is locked.
    refuse_adding(PLAN, congress)
    with pytest.raises(CongressApproved):
        refuse_adding(PLAN, approved(STATED[0]))


def test_a_figure_counts_once_the_gap_is_closed() -> None:
    waits = supplied()
    assert states(waits) == [GapState.SUPPLIED, GapState.OWED, GapState.OWED]
    assert "women" not in (waits.results or {})
    assert congress_of({**congress_document(waits), "version": waits.version}) == waits
    done = closed(waits)
    assert (done.state, (done.results or {})["women"]) == (State.APPROVED, 41)
    assert done.result_entries[-1].by == "clerk"
    assert states(done)[0] is GapState.CLOSED
    assert done.acts == waits.acts


def test_what_the_register_said_of_the_other_figures_stays_with_them() -> None:
    waits = supplied()
    (*_, last) = waits.result_entries
    waits = replace(waits, result_entries=(replace(last, members=30, asked=True),))
    done = closed(waits).result_entries[-1]
    assert (done.figures["women"], done.members, done.asked) == (41, 30, True)


def test_a_milestone_counts_once_the_gap_is_closed() -> None:
    day = OPENS + timedelta(days=10)
    waits = supplied("g2", None, day)
    assert "credentials" not in waits.current
    done = closed(waits, "g2")
    assert (done.state, done.current["credentials"].date) == (State.APPROVED, day)


def test_it_is_given_back_and_supplied_again_and_whoever_supplied_does_not_close_it() -> None:
    waits = supplied()
    back = gaps.close(PLAN, waits, "g0", closed=False, remark="Of whom?", by=later(25), entry_id="c0")
    assert states(back)[0] is GapState.OWED
    again = gaps.supply(PLAN, back, "g0", "", 40, None, later(28, "another"))
    assert states(again)[0] is GapState.SUPPLIED
    assert "another" in contributors(again)
    assert closed(again).results is not None


def given_back(congress: Congress, turn: int) -> Congress:
    back = gaps.close(
        PLAN, congress, "g0", closed=False, remark=f"Why {turn}?", by=later(30 + 2 * turn), entry_id="c"
    )
    return gaps.supply(PLAN, back, "g0", "", 40 + turn, None, later(31 + 2 * turn, f"clerk{turn}"))


def test_what_was_supplied_before_and_why_it_came_back_stays_and_has_its_bound() -> None:
    congress = supplied()
    for turn in range(gaps.ROUNDS_MOST):
        congress = given_back(congress, turn)
    gap = congress.gaps[0]
    assert [one.answer.remark for one in gap.earlier] == [f"Why {turn}?" for turn in range(gaps.ROUNDS_MOST)]
    assert [one.value for one in gap.all_supplied] == [41, *range(40, 40 + gaps.ROUNDS_MOST)]
    assert congress_of({**congress_document(congress), "version": congress.version}) == congress
    # Whoever supplied any of it has a part in it.
    assert {"clerk", "clerk0", "clerk19"} <= contributors(congress)
    with pytest.raises(GivenBackTooOften):
        given_back(congress, gaps.ROUNDS_MOST)
    assert states(gaps.close(PLAN, congress, "g0", closed=True, remark="", by=later(99), entry_id="c1"))[
        0
    ] is (GapState.CLOSED)


def test_closed_after_it_came_back_the_reason_for_that_stays() -> None:
    back = gaps.close(PLAN, supplied(), "g0", closed=False, remark="Of whom?", by=later(25), entry_id="c0")
    (gap, *_) = closed(back, "g0", "By post.").gaps
    assert (gap.state, gap.supplied, gap.answer and gap.answer.remark) == (GapState.CLOSED, None, "By post.")
    assert [(one.supplied.value, one.answer.remark) for one in gap.earlier] == [(41, "Of whom?")]


def test_a_gap_that_was_seen_to_otherwise_is_closed_with_a_remark() -> None:
    with pytest.raises(ReasonNeeded):
        closed(approved(), "g1")
    assert states(closed(approved(), "g1", "It came by post."))[1] is GapState.CLOSED


def test_gaps_are_of_one_approval() -> None:
    back = undo_approval(PLAN, approved(), None, later(3), "u1")
    assert (gaps.gaps_of(back), gaps.counted(PLAN, back)) == ((), {})
    again = gaps.approve_with_gaps(PLAN, back, STATED[:1], later(5), "a2", ["h0"])
    assert [one.id for one in gaps.gaps_of(again)] == ["h0"]
    with pytest.raises(NoSuchGap):
        gaps.supply(PLAN, again, "g0", "x", None, None, later(6))
    assert gaps.gaps_of(reopen(PLAN, approved(), "why", later(4), "o1")) == ()


@pytest.mark.parametrize(
    ("stated", "refusal"),
    [
        ((Stated("nonsense", "x", SOON),), UnknownField),
        ((Stated("women", " ", SOON),), ReasonNeeded),
        ((Stated("women", "x", TODAY),), GapNotAhead),
        ((Stated("women", "x", TODAY + timedelta(days=gaps.OWED_MOST + 1)),), GapNotAhead),
        (STATED[:1] * (gaps.GAPS_MOST + 1), TooManyGaps),
    ],
)
def test_what_can_be_stated(stated: tuple[Stated, ...], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        approved(*stated)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda: gaps.supply(PLAN, approved(), "g9", "x", None, None, later(9)), NoSuchGap),
        (lambda: gaps.supply(PLAN, approved(), "g0", " ", None, None, later(9)), SuppliedMissing),
        (lambda: gaps.supply(PLAN, approved(), "g1", "x", 4, None, later(9)), SuppliedOtherwise),
        (lambda: gaps.supply(PLAN, approved(), "g0", "x", None, TODAY, later(9)), SuppliedOtherwise),
        (lambda: gaps.supply(PLAN, supplied(), "g0", "x", None, None, later(9)), NoGapOwed),
        # What the rules would refuse of a report, they refuse of what is supplied.
        (lambda: supplied("g0", 4000), Refusal),
        (lambda: supplied("g2", None, TODAY + timedelta(days=1)), Refusal),
        (lambda: closed(closed(supplied())), NoGapOpen),
        (
            lambda: gaps.close(PLAN, approved(), "g0", closed=False, remark="x", by=later(9), entry_id="c"),
            NotSupplied,
        ),
        (
            lambda: gaps.close(PLAN, supplied(), "g0", closed=False, remark="", by=later(9), entry_id="c"),
            ReasonNeeded,
        ),
        (lambda: gaps.refuse_supplying(PLAN, at("approved")), NoGapOwed),
        (lambda: gaps.refuse_closing(PLAN, at("approved")), NoGapOpen),
        (lambda: gaps.refuse_closing(replace(PLAN, state=PlanState.CLOSED), approved()), PlanIsClosed),
    ],
)
def test_what_is_refused(act: Callable[[], object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        act()


@pytest.mark.parametrize(
    ("congress", "with_gaps", "given"),
    [
        (at("approved"), 0, 0),
        (approved(), 1, 0),
        (supplied(), 1, 1),
        (closed(supplied()), 1, 0),
        (closed(approved(STATED[0]), "g0", "Seen."), 0, 0),
        # Of a unit that has ended, or left the plan, nobody can close anything.
        (replace(supplied(), unit=replace(supplied().unit, valid_to=TODAY)), 0, 0),
        (replace(supplied(), unit=replace(supplied().unit, path=("elsewhere", "north"))), 0, 0),
    ],
)
def test_it_is_approved_and_counted_apart(congress: Congress, with_gaps: int, given: int) -> None:
    added = contribution(PLAN, congress)
    unit = congress.unit
    sums = Rollup(
        "plan1", unit.id, unit.code, unit.names, unit.level, unit.path, {added.group: added.counters}
    )
    found = answer(sums, (), PLAN, TODAY, later(0).at)
    assert found.states == {"approved": 1}
    assert (found.with_gaps, found.gaps_supplied) == (with_gaps, given)
    for beside, number in ((Beside.WITH_GAPS, with_gaps), (Beside.GAPS_SUPPLIED, given)):
        wanted = Wanted(beside=beside)
        assert wanted.count(PLAN, congress.deadline, added.counters, TODAY) == number
        assert wanted.fits(PLAN, congress, TODAY) is bool(number)
