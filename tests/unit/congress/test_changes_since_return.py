"""What a sender corrected since the report came back."""

from dataclasses import replace
from datetime import timedelta

from congress.domain.changes import since_return
from congress.domain.decisions import approve, send_back
from congress.domain.history import State
from congress.domain.progress import Report, record_milestone, report_results, submit
from congress.domain.reopening import reopen
from congress.domain.tallied import with_teller
from tests.unit.congress.builders import (
    EVERY_LEVEL,
    FIGURES_THAT_ADD_UP,
    TODAY,
    a_plan,
    at,
    by,
    the_top,
)

PLAN = a_plan(deadlines=EVERY_LEVEL)
RETURNED = send_back(
    PLAN, at("submitted"), {"present": "One too many."}, by(TODAY + timedelta(days=1), "superior"), "b0"
)
LATER = by(TODAY + timedelta(days=2))


def test_nothing_came_back_nothing_is_marked() -> None:
    assert since_return(PLAN, at("submitted")) is None
    assert since_return(PLAN, at("approved")) is None


def test_what_came_back_is_unchanged_at_first_also_when_it_is_only_sent_again() -> None:
    for congress in (RETURNED, submit(PLAN, RETURNED, LATER, "s1")):
        found = since_return(PLAN, congress)
        assert found is not None
        assert (found.act.kind, found.act.reasons) == (State.RETURNED, {"present": "One too many."})
        assert (found.figures, found.milestones) == ({}, {})


def test_figures_and_days_that_are_otherwise_are_told_as_they_were() -> None:
    figures = {**FIGURES_THAT_ADD_UP, "present": 96, "absent_with_reason": 3, "members": 900}
    corrected = report_results(PLAN, RETURNED, figures, LATER, "r1")
    entry = corrected.current["closed"]
    day = entry.date or TODAY
    report = Report("closed", day + timedelta(days=1), corrects=entry.id)
    corrected = record_milestone(PLAN, corrected, report, the_top(), LATER, "e9")
    found = since_return(PLAN, submit(PLAN, corrected, LATER, "s1"))
    assert found is not None
    assert found.figures == {"present": 97, "absent_with_reason": 2, "members": None}
    assert found.milestones == {"closed": day}


def test_votes_that_were_entered_since_are_told() -> None:
    before = with_teller(at("submitted"), by(TODAY, "teller"))
    came = send_back(PLAN, before, {"present": "x"}, by(TODAY + timedelta(days=1), "superior"), "b0")
    assert since_return(PLAN, came).votes is False  # type: ignore[union-attr]
    again = with_teller(came, by(TODAY + timedelta(days=2), "teller"))
    assert since_return(PLAN, again).votes is True  # type: ignore[union-attr]


def test_what_was_put_right_again_is_no_change_and_after_an_approval_there_is_none() -> None:
    wrong = report_results(PLAN, RETURNED, {**FIGURES_THAT_ADD_UP, "members": 900}, LATER, "r1")
    again = report_results(PLAN, wrong, FIGURES_THAT_ADD_UP, by(TODAY + timedelta(days=3)), "r2")
    found = since_return(PLAN, again)
    assert found is not None
    assert found.figures == {}
    sent = submit(PLAN, again, by(TODAY + timedelta(days=4)), "s1")
    assert since_return(PLAN, approve(PLAN, sent, by(TODAY + timedelta(days=5), "superior"), "a1")) is None


def test_a_report_that_was_reopened_is_marked_as_well() -> None:
    opened = reopen(PLAN, at("approved"), "Wrong.", by(TODAY + timedelta(days=90), "superior"), "o1")
    changed = report_results(
        PLAN, opened, {**FIGURES_THAT_ADD_UP, "members": 900}, by(TODAY + timedelta(days=91)), "r1"
    )
    found = since_return(PLAN, replace(changed))
    assert found is not None
    assert (found.figures, found.milestones) == ({"members": None}, {})
