"""A later deadline: asked for in time, answered from above, and by what day what was done is judged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain import extensions
from congress.domain.extensions import (
    EXTENSIONS_MOST,
    AskedTooLate,
    ExtensionWaits,
    MoreThanAsked,
    NothingAsked,
    NotLater,
    OwnRequest,
    PastSuperiors,
    TooManyExtensions,
    ask,
    deadline_of,
    decide,
    waits,
    withdraw,
)
from congress.domain.history import By, Congress, ExtensionState
from congress.domain.overdue import Standing, standing_of
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import DateOutOfRange, PlanIsClosed
from congress.domain.planned import as_derived
from congress.domain.progress_refusals import (
    CongressApproved,
    ReasonNeeded,
    ReasonTooLong,
    WaitingForApproval,
)
from congress.domain.reopening import reopen
from congress.domain.rollup import contribution, group_key
from congress.domain.wanted import ASKED, GRANTED, Wanted
from congress.store.documents import congress_document, congress_of
from servicekit.access.decision import Caller
from tests.unit.congress.builders import (
    DEADLINE,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
    the_top,
)

PLAN = a_plan()
ABOVE = replace(the_top(), deadline=DEADLINE + timedelta(days=60))
UNTIL = DEADLINE + timedelta(days=20)
SUPERIOR = by(TODAY + timedelta(days=2), "superior")


def asked(congress: Congress | None = None, until: date = UNTIL, who: By | None = None) -> Congress:
    return ask(PLAN, congress or a_congress(), until, "Flood.", ABOVE, who or by(), "x1")


def granted(until: date = UNTIL, day: date = TODAY, congress: Congress | None = None) -> Congress:
    reason = "" if until == UNTIL else "As long as the hall is there."
    return decide(PLAN, asked(congress, who=by(day)), until, reason, ABOVE, SUPERIOR)


def test_what_is_granted_is_the_deadline_and_what_was_asked_and_answered_stays() -> None:
    congress = granted()
    (one,) = congress.extensions
    assert (congress.deadline, congress.extended_to, one.state) == (UNTIL, UNTIL, ExtensionState.GRANTED)
    assert (one.until, one.reason, one.day, one.by) == (UNTIL, "Flood.", TODAY, "clerk")
    assert one.answer is not None
    assert (one.answer.until, one.answer.by) == (UNTIL, "superior")
    assert extensions.asked(congress) is None


def test_a_shorter_one_or_none_says_why() -> None:
    shorter = UNTIL - timedelta(days=5)
    assert granted(shorter).deadline == shorter
    refused = decide(PLAN, asked(), None, "The centre waits.", ABOVE, SUPERIOR)
    assert (refused.deadline, refused.extensions[0].state) == (DEADLINE, ExtensionState.REFUSED)
    for until in (shorter, None):
        with pytest.raises(ReasonNeeded):
            decide(PLAN, asked(), until, " ", ABOVE, SUPERIOR)
        with pytest.raises(ReasonTooLong):
            decide(PLAN, asked(), until, "x" * 1001, ABOVE, SUPERIOR)


def test_who_withdraws_may_ask_again_and_nobody_else_can_answer_it() -> None:
    congress = withdraw(PLAN, asked(), by())
    assert congress.extensions[0].state is ExtensionState.WITHDRAWN
    assert congress.deadline == DEADLINE
    with pytest.raises(NothingAsked):
        decide(PLAN, congress, UNTIL, "", ABOVE, SUPERIOR)
    assert len(asked(congress).extensions) == 2


@pytest.mark.parametrize(
    ("congress", "until", "reason", "refusal"),
    [
        (a_congress(), DEADLINE, "why", NotLater),
        (a_congress(), DEADLINE - timedelta(days=1), "why", NotLater),
        (a_congress(), ABOVE.deadline + timedelta(days=1), "why", PastSuperiors),
        # Days that follow from it must still be days.
        (a_congress(), date(2200, 1, 1), "why", DateOutOfRange),
        (a_congress(), UNTIL, " ", ReasonNeeded),
        (a_congress(), UNTIL, "x" * 1001, ReasonTooLong),
        (asked(), UNTIL, "why", ExtensionWaits),
        (at("submitted"), UNTIL, "why", WaitingForApproval),
        (at("approved"), UNTIL, "why", CongressApproved),
        (a_congress(extensions=granted().extensions * EXTENSIONS_MOST), UNTIL, "why", TooManyExtensions),
    ],
)
def test_what_cannot_be_asked_for(
    congress: Congress, until: date, reason: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask(PLAN, congress, until, reason, ABOVE, by(), "x2")


def test_it_is_asked_for_on_the_last_day_and_not_after() -> None:
    assert asked(who=by(DEADLINE)).extensions
    with pytest.raises(AskedTooLate):
        asked(who=by(DEADLINE + timedelta(days=1)))
    assert ask(PLAN, a_congress(), ABOVE.deadline, "why", ABOVE, by(), "x").extensions
    assert ask(PLAN, a_congress(), ABOVE.deadline + timedelta(days=99), "why", None, by(), "x").extensions


@pytest.mark.parametrize(
    ("until", "above", "refusal"),
    [
        (UNTIL + timedelta(days=1), ABOVE, MoreThanAsked),
        (DEADLINE, ABOVE, NotLater),
        # The superior's own date came nearer meanwhile.
        (UNTIL, replace(ABOVE, deadline=UNTIL - timedelta(days=1)), PastSuperiors),
    ],
)
def test_what_cannot_be_granted(until: date, above: Congress, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        decide(PLAN, asked(), until, "", above, SUPERIOR)


def test_in_a_closed_plan_nothing_is_asked_answered_or_withdrawn() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    acts: tuple[Callable[[], Congress], ...] = (
        lambda: ask(closed, a_congress(), UNTIL, "why", ABOVE, by(), "x"),
        lambda: decide(closed, asked(), UNTIL, "", ABOVE, SUPERIOR),
        lambda: withdraw(closed, asked(), by()),
    )
    for act in acts:
        with pytest.raises(PlanIsClosed):
            act()


def test_whoever_asked_does_not_answer_by_whatever_account() -> None:
    for account in ("clerk", "other"):
        caller = Caller(account, also=("clerk",)) if account == "other" else Caller(account)
        with pytest.raises(OwnRequest):
            extensions.refuse_own_request(asked(), caller)
    of_a_program = replace(by(), account_id="program", kept_by="keeper")
    with pytest.raises(OwnRequest):
        extensions.refuse_own_request(asked(who=of_a_program), Caller("keeper"))
    extensions.refuse_own_request(asked(), Caller("superior"))


def test_what_was_late_before_it_was_asked_for_stays_late_and_what_came_after_is_judged_by_the_new_day() -> (
    None
):
    """The drafts were due 60 days before the deadline, on the first of May."""
    drafts = PLAN.milestones[1]
    due = drafts.due(DEADLINE)
    day = due + timedelta(days=3)
    late = recorded(recorded(a_congress(), "plan_issued", due), "drafts", day)
    assert standing_of(PLAN, late, drafts, TODAY) is Standing.LATE
    for asking, expected in ((day + timedelta(days=1), Standing.LATE), (day, Standing.ON_TIME)):
        congress = granted(day=asking, congress=late)
        assert standing_of(PLAN, congress, drafts, TODAY) is expected
        assert (f"late.{drafts.key}" in contribution(PLAN, congress).counters) is (expected is Standing.LATE)


def test_granted_after_the_day_counts_as_asked() -> None:
    after = by(DEADLINE + timedelta(days=5), "superior")
    congress = decide(PLAN, asked(who=by(DEADLINE)), UNTIL, "", ABOVE, after)
    closing = PLAN.closing
    assert standing_of(PLAN, congress, closing, DEADLINE + timedelta(days=6)) is Standing.TO_COME
    assert standing_of(PLAN, congress, closing, UNTIL + timedelta(days=1)) is Standing.OVERDUE


def test_a_report_that_was_sent_up_meanwhile_is_still_answered() -> None:
    sent = replace(at("submitted"), extensions=asked().extensions)
    assert decide(PLAN, sent, UNTIL, "", ABOVE, SUPERIOR).deadline == UNTIL


def test_of_a_report_that_is_approved_nothing_is_answered_and_nothing_waits_until_it_is_reopened() -> None:
    approved = replace(at("approved"), extensions=asked().extensions)
    acts: tuple[Callable[[], Congress], ...] = (
        lambda: decide(PLAN, approved, UNTIL, "", ABOVE, SUPERIOR),
        lambda: withdraw(PLAN, approved, by()),
    )
    for act in acts:
        with pytest.raises(CongressApproved):
            act()
    assert "extension.asked" not in contribution(PLAN, approved).counters
    reopened = reopen(PLAN, approved, "See.", SUPERIOR, "o1")
    assert decide(PLAN, reopened, UNTIL, "", ABOVE, SUPERIOR).deadline == UNTIL


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
)
def test_the_later_of_both_days_counts(planned: date, extended: date | None) -> None:
    assert deadline_of(planned, None, extended) == max(one for one in (planned, extended) if one)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (DEADLINE + timedelta(days=40), DEADLINE + timedelta(days=40)),
        (DEADLINE - timedelta(days=10), UNTIL),
    ],
)
def test_the_recount_derives_the_same_deadline(moved: date, expected: date) -> None:
    plan = a_plan(deadlines={"centre": DEADLINE, "district": moved})
    congress = granted()
    derived = as_derived(plan, congress, None, {})
    assert derived.deadline == expected
    assert extensions.runs_extended(plan, derived) is (expected == UNTIL)


@pytest.mark.parametrize(
    ("congress", "counters", "wanted"),
    [
        (a_congress(), {}, ""),
        (asked(), {"extension.asked": 1}, ASKED),
        (granted(), {"extension.granted": 1}, GRANTED),
        (decide(PLAN, asked(), None, "No.", ABOVE, SUPERIOR), {}, ""),
    ],
)
def test_it_is_counted_and_listed(congress: Congress, counters: dict[str, int], wanted: str) -> None:
    found = contribution(PLAN, congress)
    assert {key: value for key, value in found.counters.items() if key.startswith("extension.")} == counters
    assert found.group == group_key("district", congress.deadline)
    for one in (ASKED, GRANTED):
        listed = Wanted(extension=one)
        assert listed.fits(PLAN, congress, TODAY) is (one == wanted)
        assert listed.count(PLAN, congress.deadline, found.counters, TODAY) == (one == wanted)


def test_of_an_abandoned_congress_nothing_waits_and_of_a_closed_plan_neither() -> None:
    ended: Any = replace(a_unit(), valid_to=TODAY)
    assert contribution(PLAN, replace(asked(), unit=ended)).counters == {"ended": 1}
    # What it sent up still counts, yet nobody can answer what was asked for.
    sent = replace(at("submitted", extensions=asked().extensions), unit=ended)
    assert "extension.asked" not in contribution(PLAN, sent).counters
    assert not waits(PLAN, sent)
    counters = contribution(PLAN, asked()).counters
    assert (
        Wanted(extension=ASKED).count(replace(PLAN, state=PlanState.CLOSED), DEADLINE, counters, TODAY) == 0
    )


def test_it_is_kept_and_read_as_it_was_and_older_documents_have_none() -> None:
    congress = replace(granted(UNTIL - timedelta(days=1)), version=3)
    document = {**congress_document(congress), "version": 3}
    assert congress_of(document) == congress
    assert document["extended_to"] == (UNTIL - timedelta(days=1)).isoformat()
    older = {**congress_document(a_congress()), "version": 1}
    del older["extensions"], older["extended_to"]
    assert congress_of(older) == a_congress()
