"""Why a congress is very late: when an explanation is owed, who writes it, and who accepts it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from congress.domain import explanations
from congress.domain.explanations import (
    EXPLANATIONS_MOST,
    ExplainFirst,
    ExplanationAccepted,
    ExplanationMissing,
    ExplanationTooLong,
    ExplanationWaits,
    NoneOwed,
    NothingExplained,
    OwnExplanation,
    TooManyExplanations,
    days_late,
    decide,
    explain,
    owes,
)
from congress.domain.extensions import ask
from congress.domain.extensions import decide as answer
from congress.domain.history import Congress, ExplanationState
from congress.domain.overdue import Standing, standing_of
from congress.domain.plan import Lateness, PlanState
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.postponing import postpone
from congress.domain.progress_refusals import CongressApproved, ReasonNeeded, ReasonTooLong
from congress.domain.reopening import reopen
from congress.domain.rollup import contribution
from congress.domain.tasks import explain_task
from congress.domain.wanted import Beside, Wanted
from congress.store.documents import congress_document, congress_of, plan_document, plan_of
from servicekit.access.decision import Caller
from servicekit.refusals import Refusal
from servicekit.tree.units import UnitEnded
from tests.unit.congress.builders import (
    DEADLINE,
    EVERY_LEVEL,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
    the_top,
)

PLAN = a_plan()
LAST = DEADLINE + timedelta(days=45)  # the last day on which none is owed
OWED = LAST + timedelta(days=1)
SUPERIOR = by(OWED + timedelta(days=3), "superior")


def closed_on(day: date) -> Congress:
    congress = at("election")
    return recorded(congress, "closed", day)


def written(congress: Congress | None = None, day: date = OWED, **who: Any) -> Congress:
    return explain(PLAN, congress or a_congress(), "The hall burnt down.", replace(by(day), **who), "x1")


def returned() -> Congress:
    return decide(PLAN, written(), accepted=False, remark="By when?", by=SUPERIOR)


def accepted() -> Congress:
    return decide(PLAN, written(), accepted=True, remark="", by=SUPERIOR)


EXTENDED = answer(
    PLAN,
    ask(PLAN, a_congress(), DEADLINE + timedelta(days=20), "Flood.", None, by(), "e"),
    *(DEADLINE + timedelta(days=20), "", None, by(account_id="superior")),
)


USED_UP = replace(returned(), explanations=returned().explanations * EXPLANATIONS_MOST)
ENDED = replace(a_unit(), valid_to=DEADLINE)
EARLY = date(2025, 8, 13)  # 151 days before those of the builders close


@pytest.mark.parametrize(
    ("congress", "today", "late", "owed"),
    [
        (a_congress(), DEADLINE, 0, False),
        (a_congress(), LAST, 45, False),
        (a_congress(), OWED, 46, True),
        # Closed meanwhile, it is judged by that day, whatever day it is.
        (closed_on(DEADLINE), OWED, 0, False),
        (closed_on(LAST), OWED + timedelta(days=99), 45, False),
        (closed_on(OWED), OWED, 46, True),
        (closed_on(OWED), OWED + timedelta(days=99), 46, True),
        # By the deadline that counts.
        (EXTENDED, OWED, 26, False),
        (EXTENDED, OWED + timedelta(days=20), 46, True),
        (written(), OWED, 46, False),
        (accepted(), OWED + timedelta(days=99), 145, False),
        (returned(), OWED, 46, True),
        # Nobody stands above the topmost unit to read it.
        (the_top(), OWED, 46, False),
        (a_congress(unit=replace(a_unit(), valid_to=DEADLINE)), OWED, 0, False),
        # Nobody of an ended unit could write it, though its report still waits.
        (replace(at("submitted"), deadline=EARLY, unit=ENDED), OWED, 151, False),
        (USED_UP, OWED, 46, False),
    ],
)
def test_when_one_is_owed(congress: Congress, today: date, late: int, owed: bool) -> None:
    assert (days_late(PLAN, congress, today), owes(PLAN, congress, today)) == (late, owed)
    # Lists and sums say the same.
    found = contribution(PLAN, congress)
    for wanted, expected in (
        (Beside.EXPLANATION_OWED, owed),
        (Beside.EXPLANATION_WAITING, congress == written()),
    ):
        one = Wanted(beside=wanted)
        assert one.fits(PLAN, congress, today) is expected
        assert one.count(PLAN, congress.deadline, found.counters, today) == expected
    task = explain_task(PLAN, congress, today)
    assert (task is not None and task.key == "explain") is owed


def test_the_number_of_days_is_kept_with_the_plan() -> None:
    strict = a_plan(lateness=Lateness(explained_after=10))
    assert owes(strict, a_congress(), DEADLINE + timedelta(days=11))
    assert plan_of({**plan_document(strict), "_id": strict.id, "version": 0}).lateness == Lateness(10)
    older = {**plan_document(PLAN), "_id": PLAN.id, "version": 0}
    del older["lateness"]
    assert plan_of(older).lateness == Lateness(45)


def test_an_approved_report_owes_none_and_a_reopened_one_does_again() -> None:
    plan = a_plan(deadlines=EVERY_LEVEL | {"district": date(2025, 11, 1)})
    sent = replace(at("submitted"), deadline=date(2025, 11, 1))
    approved = replace(at("approved"), deadline=date(2025, 11, 1))
    again = reopen(plan, approved, "Wrong.", SUPERIOR, "r1")
    assert [owes(plan, one, OWED) for one in (sent, approved, again)] == [True, False, True]
    with pytest.raises(CongressApproved):
        explain(plan, approved, "Late.", by(OWED), "x")
    # It is no part of the report, and is written while that waits as well.
    waits = explain(plan, sent, "Late.", by(OWED), "x")
    assert decide(plan, waits, accepted=True, remark="", by=SUPERIOR).state == sent.state


def test_one_that_waits_is_left_where_its_unit_has_ended() -> None:
    """Nobody can answer it any more, so nobody is asked to, whatever state the report is in."""
    plan = a_plan(deadlines=EVERY_LEVEL | {"district": EARLY})
    sent = explain(plan, replace(at("submitted"), deadline=EARLY), "Late.", by(OWED), "x")
    ended = replace(sent, unit=ENDED)
    for congress, waits in ((sent, True), (ended, False)):
        counters = contribution(plan, congress).counters
        assert Wanted(beside=Beside.EXPLANATION_WAITING).count(plan, EARLY, counters, OWED) == waits
        assert explanations.waits(plan, congress) is waits
    with pytest.raises(UnitEnded):
        decide(plan, ended, accepted=True, remark="", by=SUPERIOR)


def test_no_next_date_takes_the_place_of_an_explanation_that_is_owed() -> None:
    for congress in (a_congress(), returned()):
        with pytest.raises(ExplainFirst):
            explanations.refuse_unexplained(PLAN, congress, OWED)
    # Nor is another date named for what was postponed before one was owed; it can be explained meanwhile.
    postponed = postpone(PLAN, a_congress(), OWED + timedelta(days=9), "Flood.", by(LAST), "p")
    assert not owes(PLAN, postponed, OWED)
    with pytest.raises(ExplainFirst):
        explanations.refuse_unexplained(PLAN, postponed, OWED)
    explained = explain(PLAN, postponed, "Flood.", by(OWED), "x")
    assert standing_of(PLAN, explained, PLAN.closing, OWED) is Standing.POSTPONED
    for congress in (explained, accepted(), written(), a_congress(), closed_on(OWED)):
        day = LAST if congress == a_congress() else OWED
        explanations.refuse_unexplained(PLAN, congress, day)
    # In time none can be written, postponed or not.
    with pytest.raises(NoneOwed):
        explain(PLAN, postponed, "Flood.", by(LAST), "x")


def test_of_a_closed_plan_none_is_owed_written_or_answered() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    assert not owes(closed, a_congress(), OWED)
    counters = contribution(PLAN, a_congress()).counters
    assert Wanted(beside=Beside.EXPLANATION_OWED).count(closed, DEADLINE, counters, OWED) == 0
    counters = contribution(PLAN, written()).counters
    assert Wanted(beside=Beside.EXPLANATION_WAITING).count(closed, DEADLINE, counters, OWED) == 0
    acts: tuple[Callable[[], Congress], ...] = (
        lambda: explain(closed, a_congress(), "Late.", by(OWED), "x"),
        lambda: decide(closed, written(), accepted=True, remark="", by=SUPERIOR),
    )
    for act in acts:
        with pytest.raises(PlanIsClosed):
            act()


@pytest.mark.parametrize(
    ("congress", "text", "refusal"),
    [
        (a_congress(), " ", ExplanationMissing),
        (a_congress(), "x" * 4001, ExplanationTooLong),
        (closed_on(DEADLINE), "Late.", NoneOwed),
        (written(), "Late.", ExplanationWaits),
        (accepted(), "Late.", ExplanationAccepted),
        (USED_UP, "Late.", TooManyExplanations),
    ],
)
def test_what_cannot_be_written(congress: Congress, text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        explain(PLAN, congress, text, by(OWED), "x2")


def test_what_comes_back_says_why_is_owed_again_and_stays() -> None:
    for remark, refusal in ((" ", ReasonNeeded), ("x" * 1001, ReasonTooLong)):
        with pytest.raises(refusal):
            decide(PLAN, written(), accepted=False, remark=remark, by=SUPERIOR)
    again = explain(PLAN, returned(), "By June.", by(OWED), "x2")
    assert [one.state for one in again.explanations] == [ExplanationState.RETURNED, ExplanationState.WRITTEN]
    assert again.explanations[0].answer is not None
    assert (again.explanations[0].days_late, again.explanations[0].answer.remark) == (46, "By when?")


def test_what_does_not_wait_is_not_answered() -> None:
    for congress in (a_congress(), accepted(), returned()):
        with pytest.raises(NothingExplained):
            decide(PLAN, congress, accepted=True, remark="", by=SUPERIOR)


def test_whoever_wrote_it_does_not_accept_it_by_whatever_account() -> None:
    for caller in (Caller("clerk"), Caller("other", also=("clerk",))):
        with pytest.raises(OwnExplanation):
            explanations.refuse_own_explanation(written(), caller)
    with pytest.raises(OwnExplanation):
        explanations.refuse_own_explanation(written(account_id="program", kept_by="keeper"), Caller("keeper"))
    explanations.refuse_own_explanation(written(), Caller("superior"))


def test_it_is_kept_and_read_as_it_was_and_older_documents_have_none() -> None:
    congress = replace(returned(), version=3)
    assert congress_of({**congress_document(congress), "version": 3}) == congress
    older = {**congress_document(a_congress()), "version": 1}
    del older["explanations"]
    assert congress_of(older) == a_congress()
