"""An approval is taken back by whoever gave it, within minutes, while nothing above has built on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.decisions import approve, contributors
from congress.domain.history import By, Congress, State
from congress.domain.plan import PlanState
from congress.domain.reopening import reopen
from congress.domain.undoing import (
    WITHIN,
    ApprovalBuiltOn,
    ApprovedBySomebodyElse,
    ApprovedTooLongAgo,
    NotApproved,
    undo_approval,
)
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import EVERY_LEVEL, TODAY, a_plan, a_unit, at, by

PLAN = a_plan(deadlines=EVERY_LEVEL)
APPROVER = by(account_id="superior")


def later(minutes: float, account: str = "superior") -> By:
    return replace(APPROVER, account_id=account, at=APPROVER.at + timedelta(minutes=minutes))


def approved() -> Congress:
    return approve(PLAN, at("submitted"), APPROVER, "approval1")


def above(kind: State, minutes: float) -> Congress:
    congress = replace(at("submitted"), unit=a_unit("root", ("root",), "centre"), acts=())
    sent = approve(PLAN, at("submitted"), later(minutes), "x").acts[-1]
    return replace(congress, state=kind, acts=(replace(sent, kind=kind),))


def test_it_waits_again_as_if_it_had_not_been_approved_and_the_history_keeps_both() -> None:
    before, given = at("submitted"), approved()
    back = undo_approval(PLAN, given, None, later(9), "entry9")
    assert (back.state, back.acts) == (State.SUBMITTED, before.acts)
    assert back.current.keys() == before.current.keys()
    assert [(one.act.kind, one.act.by, one.by) for one in back.undone] == [
        (State.APPROVED, "superior", "superior")
    ]
    assert contributors(back) == contributors(before)
    again = approve(PLAN, back, later(12, "another"), "approval2")
    assert (again.state, again.acts[-1].by) == (State.APPROVED, "another")
    assert congress_of({**congress_document(again), "version": again.version}) == again


@pytest.mark.parametrize(
    ("congress", "minutes", "who", "upper", "refusal"),
    [
        (at("submitted"), 1, "superior", None, NotApproved),
        (approved(), 1, "another", None, ApprovedBySomebodyElse),
        (approved(), WITHIN.total_seconds() / 60, "superior", None, None),
        (approved(), WITHIN.total_seconds() / 60 + 0.1, "superior", None, ApprovedTooLongAgo),
        (approved(), 2, "superior", above(State.APPROVED, 1), ApprovalBuiltOn),
        (approved(), 2, "superior", above(State.APPROVED, -1), None),
        # The topmost unit's report is final as it is sent; another's is not.
        (approved(), 2, "superior", above(State.SUBMITTED, 1), ApprovalBuiltOn),
        (approved(), 2, "superior", above(State.RETURNED, 1), None),
        (reopen(PLAN, approved(), "why", later(1), "e"), 2, "superior", None, NotApproved),
    ],
)
def test_who_and_how_long(
    congress: Congress, minutes: float, who: str, upper: Congress | None, refusal: type[Refusal] | None
) -> None:
    upper = replace(upper, unit=replace(upper.unit, parent_id=None)) if upper else None
    if refusal is None:
        assert undo_approval(PLAN, congress, upper, later(minutes, who), "e9").state is State.SUBMITTED
        return
    with pytest.raises(refusal):
        undo_approval(PLAN, congress, upper, later(minutes, who), "e9")


def test_a_closed_plan_and_a_unit_that_ended_are_refused() -> None:
    with pytest.raises(Refusal):
        undo_approval(replace(PLAN, state=PlanState.CLOSED), approved(), None, later(1), "e")
    ended = replace(approved(), unit=replace(approved().unit, valid_to=TODAY))
    with pytest.raises(Refusal):
        undo_approval(PLAN, ended, None, later(1), "e")
