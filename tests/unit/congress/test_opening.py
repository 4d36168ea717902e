"""A report that was sent up is withdrawn by its unit until the superior has opened it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.decisions import approve, contributors, send_back
from congress.domain.history import By, Congress, State
from congress.domain.opening import (
    WITHDRAWALS_MOST,
    FinalAsSent,
    Opened,
    TooManyWithdrawals,
    refuse_opening,
    sending_id,
    withdraw,
)
from congress.domain.ordering import listed_since
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.progress import submit
from congress.domain.progress_refusals import CongressApproved, NothingSubmitted
from congress.domain.reopening import reopen
from congress.domain.undoing import undo_approval
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import EVERY_LEVEL, TODAY, a_plan, a_unit, at, by

PLAN = a_plan(deadlines=EVERY_LEVEL)


def later(minutes: float, account: str = "clerk") -> By:
    first = by(account_id=account)
    return replace(first, at=first.at + timedelta(minutes=minutes))


def back(congress: Congress, minutes: float = 5, account: str = "other") -> Congress:
    return withdraw(PLAN, congress, later(minutes, account), "w0", opened=False)


def test_it_is_as_if_it_had_not_been_sent_and_the_history_keeps_both() -> None:
    before, sent = at("results"), at("submitted")
    withdrawn = back(sent)
    assert (withdrawn.state, withdrawn.acts) == (State.CLOSED, ())
    assert withdrawn.current.keys() == before.current.keys()
    assert [(one.act.kind, one.act.by, one.by) for one in withdrawn.undone] == [
        (State.SUBMITTED, "clerk", "other")
    ]
    assert listed_since(PLAN, withdrawn) is None
    assert congress_of({**congress_document(withdrawn), "version": withdrawn.version}) == withdrawn
    again = submit(PLAN, withdrawn, later(9, "third"), "s1")
    assert again.state is State.SUBMITTED
    assert len({sending_id(one) for one in (sent, withdrawn, again)}) == 2
    assert sending_id(again) != sending_id(sent)
    # Whoever sent it first, and whoever withdrew it, have a part in it until it is decided.
    assert {"clerk", "other", "third"} <= contributors(again)


def test_it_is_not_sent_and_withdrawn_without_end() -> None:
    congress = at("submitted")
    for turn in range(WITHDRAWALS_MOST):
        congress = submit(PLAN, back(congress, 2 * turn + 1), later(2 * turn + 2), f"s{turn}")
    with pytest.raises(TooManyWithdrawals):
        back(congress, 90)
    # Approvals that were taken back are no withdrawals of the unit's.
    approver = later(91, "superior")
    others = at("submitted")
    for turn in range(WITHDRAWALS_MOST):
        others = undo_approval(PLAN, approve(PLAN, others, approver, f"a{turn}"), None, approver, f"u{turn}")
    assert back(others, 95).state is State.CLOSED


def test_what_came_back_before_is_to_be_corrected_still() -> None:
    returned = send_back(PLAN, at("submitted"), {"present": "why"}, later(1, "superior"), "r1")
    sent = submit(PLAN, returned, later(2), "s1")
    withdrawn = back(sent)
    assert (withdrawn.state, withdrawn.acts) == (State.RETURNED, returned.acts)
    assert withdrawn.current.keys() == returned.current.keys()


def test_what_was_sent_before_it_was_reopened_stays_sent_then() -> None:
    approved = approve(PLAN, at("submitted"), later(1, "superior"), "a1")
    reopened = reopen(PLAN, approved, "why", later(2, "superior"), "o1")
    withdrawn = back(submit(PLAN, reopened, later(3), "s1"))
    assert withdrawn.state is State.REOPENED
    assert withdrawn.current["dossier"] == reopened.current["dossier"]
    # Nothing was recorded by it, and it is a part all the same.
    assert "other" in contributors(submit(PLAN, withdrawn, later(9), "s2"))


def test_the_sending_stays_the_same_when_an_approval_is_taken_back() -> None:
    sent = at("submitted")
    approver = later(1, "superior")
    waits = undo_approval(PLAN, approve(PLAN, sent, approver, "a1"), None, later(2, "superior"), "u1")
    assert sending_id(waits) == sending_id(sent)


TOP = replace(at("submitted"), unit=replace(a_unit("root", ("root",), "centre"), parent_id=None))


@pytest.mark.parametrize(
    ("congress", "opened", "refusal"),
    [
        (at("results"), False, NothingSubmitted),
        (at("submitted"), True, Opened),
        (at("approved"), False, CongressApproved),
        (at("approved"), True, CongressApproved),
        (TOP, False, FinalAsSent),
        (send_back(PLAN, at("submitted"), {"present": "why"}, later(1), "r"), True, NothingSubmitted),
    ],
)
def test_when_it_cannot_be_withdrawn(congress: Congress, opened: bool, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        withdraw(PLAN, congress, later(5), "w0", opened=opened)


@pytest.mark.parametrize(
    ("congress", "refusal"),
    [
        (at("results"), NothingSubmitted),
        (at("submitted"), None),
        (at("approved"), CongressApproved),
        (TOP, FinalAsSent),
    ],
)
def test_what_can_be_opened(congress: Congress, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        refuse_opening(PLAN, congress)
        return
    with pytest.raises(refusal):
        refuse_opening(PLAN, congress)


def test_a_closed_plan_and_a_unit_that_ended_are_refused() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    for refused in (
        lambda: withdraw(closed, at("submitted"), later(1), "w", opened=False),
        lambda: refuse_opening(closed, at("submitted")),
    ):
        with pytest.raises(PlanIsClosed):
            refused()
    ended = replace(at("submitted"), unit=replace(at("submitted").unit, valid_to=TODAY))
    with pytest.raises(Refusal):
        back(ended)
    # What was sent up before the end is decided.
    refuse_opening(PLAN, ended)
