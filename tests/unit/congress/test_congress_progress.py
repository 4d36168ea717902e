"""How a congress goes from planned to approved, and what refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain import progress
from congress.domain.decisions import approve, refuse_own_report, send_back
from congress.domain.history import State
from congress.domain.plan import PlanState
from congress.domain.plan_refusals import PlanIsClosed, PlanNotOpen
from congress.domain.progress import Report, choose_content_type, record_milestone, report_results, submit
from congress.domain.progress_refusals import (
    AlreadyRecorded,
    BeforeParentsPlan,
    BeforePlanOpens,
    CongressApproved,
    DateAfterNext,
    DateBeforePrevious,
    DateInFuture,
    DateMissing,
    ElectionRecorded,
    LaterMilestoneStands,
    MilestoneOutOfOrder,
    NoteTooLong,
    NotHeldHere,
    NothingSubmitted,
    NothingToCorrect,
    OwnReport,
    ReasonsMissing,
    ReasonTooLong,
    RecordedByAct,
    ResultsMissing,
    ResultsTooEarly,
    SubmittedTooEarly,
    TooManyEntries,
    UnknownContentType,
    UnknownField,
    UnknownMilestone,
    WaitingForApproval,
)
from congress.domain.results import ElectionSkipped
from congress.domain.steps import next_steps
from servicekit.access.decision import Caller, Reach, Right
from servicekit.refusals import Invalid, Refusal
from tests.unit.congress.builders import (
    FIGURES_THAT_ADD_UP,
    MILESTONES,
    OPENS,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    the_top,
)

DAY = OPENS + timedelta(days=10)
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def record(congress: Any, milestone: str, day: date | None = TODAY, **more: Any) -> Any:
    report = Report(milestone, day, **more)
    return record_milestone(a_plan(), congress, report, the_top(), by(), "new")


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("plan_issued", State.UNDER_WAY),
        ("election", State.UNDER_WAY),
        ("closed", State.CLOSED),
        ("results", State.CLOSED),
        ("submitted", State.SUBMITTED),
        ("approved", State.APPROVED),
    ],
)
def test_a_congress_goes_through_its_states(stage: str, state: State) -> None:
    assert a_congress().state is State.PLANNED
    assert at(stage).state is state


@pytest.mark.parametrize(
    ("stage", "milestone", "day", "more", "refusal", "field"),
    [
        (None, "horoscope", TODAY, {}, UnknownMilestone, "milestone"),
        (None, "drafts", TODAY, {}, MilestoneOutOfOrder, "milestone"),
        ("plan_issued", "opened", TODAY, {}, MilestoneOutOfOrder, "milestone"),
        ("plan_issued", "drafts", DAY - timedelta(days=1), {}, DateBeforePrevious, "date"),
        ("opened", "credentials", TODAY, {}, DateAfterNext, "date"),
        ("plan_issued", "drafts", TODAY + timedelta(days=1), {}, DateInFuture, "date"),
        (None, "plan_issued", OPENS - timedelta(days=1), {}, BeforePlanOpens, "date"),
        ("plan_issued", "drafts", TODAY, {"note": "x" * 2001}, NoteTooLong, "note"),
        ("plan_issued", "plan_issued", TODAY, {}, AlreadyRecorded, "milestone"),
        ("plan_issued", "drafts", None, {}, DateMissing, "date"),
        ("plan_issued", "drafts", TODAY, {"corrects": "e9"}, NothingToCorrect, "corrects"),
        ("plan_issued", "drafts", TODAY, {"corrects": "e0"}, NothingToCorrect, "corrects"),
        ("drafts", "plan_issued", None, {"corrects": "e0"}, LaterMilestoneStands, "milestone"),
        ("closed", "dossier", TODAY, {}, RecordedByAct, "milestone"),
        ("closed", "approval", TODAY, {}, RecordedByAct, "milestone"),
        ("submitted", "credentials", DAY, {}, WaitingForApproval, None),
        ("approved", "credentials", DAY, {}, CongressApproved, None),
        ("approved", "closed", DAY, {"corrects": "e4"}, CongressApproved, None),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_name(
    stage: str | None,
    milestone: str,
    day: date | None,
    more: dict[str, str],
    refusal: type[Refusal],
    field: str | None,
) -> None:
    congress = at(stage) if stage else a_congress()
    with pytest.raises(refusal) as caught:
        record(congress, milestone, day, **more)
    assert type(caught.value) is refusal
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("state", "refusal"), [(PlanState.DRAFT, PlanNotOpen), (PlanState.CLOSED, PlanIsClosed)]
)
def test_nothing_is_recorded_under_a_plan_that_does_not_run(state: PlanState, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        record_milestone(
            a_plan(state=state), a_congress(), Report("plan_issued", TODAY), the_top(), by(), "new"
        )


def test_the_unit_above_issues_its_plan_first() -> None:
    not_yet = a_congress(id="congress0")
    report = Report("plan_issued", DAY)
    for above in (not_yet, the_top(DAY + timedelta(days=1))):
        with pytest.raises(BeforeParentsPlan):
            record_milestone(a_plan(), a_congress(), report, above, by(), "new")
    assert record_milestone(a_plan(), a_congress(), report, the_top(DAY), by(), "new").current


def test_two_milestones_may_fall_on_one_day() -> None:
    congress = record(at("plan_issued"), "drafts", DAY)
    assert [entry.date for entry in congress.entries] == [DAY, DAY]


def test_an_optional_milestone_may_be_passed_over_and_recorded_later() -> None:
    congress = record(at("opened"), "credentials", DAY)
    assert congress.current["credentials"].date == DAY


def test_a_correction_is_a_new_entry_and_the_old_one_stays() -> None:
    congress = record(at("drafts"), "drafts", DAY + timedelta(days=3), corrects="e1", note="misread")
    assert [(entry.id, entry.corrects) for entry in congress.entries] == [
        ("e0", None),
        ("e1", None),
        ("new", "e1"),
    ]
    assert congress.current["drafts"].id == "new"
    with pytest.raises(NothingToCorrect):
        record(congress, "drafts", DAY, corrects="e1")


def test_a_withdrawn_milestone_is_as_if_it_had_not_been() -> None:
    congress = record(at("plan_issued"), "plan_issued", None, corrects="e0")
    assert congress.state is State.PLANNED
    assert congress.current == {}
    assert record(congress, "plan_issued").state is State.UNDER_WAY


def test_a_closing_that_is_withdrawn_opens_the_congress_again() -> None:
    assert record(at("closed"), "closed", None, corrects="e4").state is State.UNDER_WAY


def test_history_has_an_end() -> None:
    congress = at("plan_issued")
    full = replace(congress, entries=congress.entries * 500)
    with pytest.raises(TooManyEntries):
        record(full, "drafts")


def test_what_comes_behind_the_approval_is_still_recorded_after_it() -> None:
    congress = record(at("approved"), "programme", TODAY)
    assert congress.state is State.APPROVED
    assert "programme" in congress.current


def test_results_wait_for_the_closing() -> None:
    with pytest.raises(ResultsTooEarly):
        report_results(a_plan(), at("election"), FIGURES_THAT_ADD_UP, by(), "r")
    congress = report_results(a_plan(), at("closed"), FIGURES_THAT_ADD_UP, by(), "r")
    again = report_results(a_plan(), congress, {**FIGURES_THAT_ADD_UP, "women": 40}, by(), "r2")
    assert again.results == {**FIGURES_THAT_ADD_UP, "women": 40}
    assert len(again.result_entries) == 2


@pytest.mark.parametrize("stage", ["submitted", "approved"])
def test_results_do_not_change_once_they_are_above(stage: str) -> None:
    with pytest.raises(WaitingForApproval if stage == "submitted" else CongressApproved):
        report_results(a_plan(), at(stage), FIGURES_THAT_ADD_UP, by(), "r")


def test_a_report_is_sent_up_whole() -> None:
    with pytest.raises(SubmittedTooEarly):
        submit(a_plan(), at("election"), by(), "s")
    with pytest.raises(ResultsMissing):
        submit(a_plan(), at("closed"), by(), "s")
    sent = submit(a_plan(), at("results"), by(), "s")
    assert sent.current["dossier"].date == TODAY
    with pytest.raises(WaitingForApproval):
        submit(a_plan(), sent, by(), "s")


def test_results_of_an_election_that_is_skipped_after_all_are_not_sent_up() -> None:
    plan = a_plan()
    congress = at("results")
    with pytest.raises(ElectionRecorded):
        choose_content_type(plan, congress, "2", by())
    without = choose_content_type(plan, congress, "3", by())
    with pytest.raises(Invalid) as caught:
        submit(plan, without, by(), "s")
    assert {type(fault) for _, fault in caught.value.fields} == {ElectionSkipped}


def test_a_congress_without_elections_does_not_hold_that_milestone() -> None:
    merged = choose_content_type(a_plan(), at("opened"), "2", by())
    with pytest.raises(NotHeldHere):
        record(merged, "election")
    assert record(merged, "closed").state is State.CLOSED
    with pytest.raises(UnknownContentType):
        choose_content_type(a_plan(), merged, "9", by())


def test_only_what_was_sent_up_is_approved_or_returned() -> None:
    for stage, refusal in (("results", NothingSubmitted), ("approved", CongressApproved)):
        with pytest.raises(refusal):
            approve(a_plan(), at(stage), by(), "a")
        with pytest.raises(refusal):
            send_back(a_plan(), at(stage), {"present": "look again"}, by(), "a")


@pytest.mark.parametrize(
    ("reasons", "refusal", "field"),
    [
        ({}, ReasonsMissing, "reasons"),
        ({"present": "  "}, ReasonsMissing, "reasons/present"),
        ({"weather": "bad"}, UnknownField, "reasons/weather"),
        ({"present": "x" * 1001}, ReasonTooLong, "reasons/present"),
    ],
)
def test_a_return_says_why_for_fields_that_exist(
    reasons: dict[str, str], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        send_back(a_plan(), at("submitted"), reasons, by(), "b")
    assert caught.value.field == field


def test_a_returned_report_is_corrected_and_sent_up_again() -> None:
    returned = send_back(a_plan(), at("submitted"), {"closed": "wrong day", "results": "see"}, by(), "b")
    assert returned.state is State.RETURNED
    assert "dossier" not in returned.current
    corrected = record(returned, "closed", DAY + timedelta(days=1), corrects="e4")
    assert corrected.state is State.RETURNED
    sent = submit(a_plan(), corrected, by(), "s2")
    assert (sent.state, sent.current["dossier"].id) == (State.SUBMITTED, "s2")
    assert [act.kind for act in sent.acts] == [State.SUBMITTED, State.RETURNED, State.SUBMITTED]


def test_the_topmost_unit_has_nobody_to_approve_it() -> None:
    top = a_unit("root", ("root",), "centre")
    sent = at("submitted", unit=top)
    assert sent.is_final
    assert next_steps(a_plan(), sent)[0].milestone == "programme"
    with pytest.raises(CongressApproved):
        record(sent, "closed", DAY, corrects="e4")


def approver(unit_id: str, path: tuple[str, ...], reach: Reach, account_id: str = "approver") -> Caller:
    right = Right("congress:approve", unit_id, path, reach, assurance=2)
    return Caller(account_id, rights=(right,), assurance=2, auth_time=NOW)


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (approver("root", ("root",), Reach.UNDER), True),
        (approver("root", ("root",), Reach.BELOW), True),
        (approver("north", ("root", "north"), Reach.BELOW), False),
        (approver("root", ("root",), Reach.OWN), False),
        (approver("root", ("root",), Reach.UNDER, account_id="clerk"), False),
        (replace(approver("root", ("root",), Reach.UNDER), also=("clerk",)), False),
    ],
)
def test_nobody_decides_on_their_own_report(caller: Caller, allowed: bool) -> None:
    congress = at("submitted")
    if allowed:
        refuse_own_report(congress, caller, "congress:approve", NOW)
    else:
        with pytest.raises(OwnReport):
            refuse_own_report(congress, caller, "congress:approve", NOW)


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        (None, [("milestone", "plan_issued")]),
        ("plan_issued", [("milestone", "drafts")]),
        ("drafts", [("milestone", "credentials"), ("milestone", "opened")]),
        ("opened", [("milestone", "election")]),
        ("closed", [("results", None)]),
        ("results", [("submit", None)]),
        ("submitted", [("decide", None)]),
        ("approved", [("milestone", "programme")]),
    ],
)
def test_the_next_step_is_told(stage: str | None, steps: list[tuple[str, str | None]]) -> None:
    found = next_steps(a_plan(), at(stage) if stage else a_congress())
    assert [(step.kind, step.milestone) for step in found] == steps


def test_a_returned_report_can_be_reported_anew_or_sent_up() -> None:
    returned = send_back(a_plan(), at("submitted"), {"results": "see"}, by(), "b")
    assert [step.kind for step in next_steps(a_plan(), returned)] == ["results", "submit"]


days = st.integers(min_value=-3, max_value=60).map(lambda offset: OPENS + timedelta(days=offset))
attempts = st.lists(
    st.tuples(st.sampled_from([milestone.key for milestone in MILESTONES]), st.none() | days, st.booleans()),
    max_size=25,
)


@given(attempts)
def test_whatever_is_tried_the_days_stay_in_order_and_nothing_is_lost(
    tried: list[tuple[str, date | None, bool]],
) -> None:
    congress = a_congress()
    for number, (milestone, day, corrects) in enumerate(tried):
        standing = congress.current.get(milestone)
        report = Report(milestone, day, corrects=standing.id if corrects and standing else None)
        before = congress.entries
        try:
            congress = record_milestone(a_plan(), congress, report, the_top(), by(), f"e{number}")
        except Refusal:
            continue
        assert congress.entries[:-1] == before
    plan, current = a_plan(), congress.current
    dates = [entry.date for m in plan.milestones if (entry := current.get(m.key)) and entry.date]
    assert dates == sorted(dates)
    assert all(OPENS <= day <= TODAY for day in dates)
    done = [index for index, milestone in enumerate(plan.milestones) if milestone.key in current]
    required = [
        index for index, m in enumerate(plan.milestones) if m.required and progress.is_held(plan, congress, m)
    ]
    assert all(index in done for index in required if done and index < max(done))


def bounds(congress: Any, milestone: str) -> tuple[date, date]:
    asked = next(one for one in MILESTONES if one.key == milestone)
    return progress.days_of(a_plan(), congress, asked, TODAY)


def test_the_days_of_a_milestone_are_said_before_one_is_typed() -> None:
    assert bounds(a_congress(), "plan_issued") == (OPENS, TODAY)
    opened = at("opened")
    assert bounds(opened, "closed") == (DAY, TODAY)
    # A correction stays between its neighbours.
    assert bounds(opened, "drafts") == (DAY, DAY)
    assert bounds(opened, "plan_issued") == (OPENS, DAY)


@pytest.mark.parametrize("milestone", ["plan_issued", "drafts", "opened", "election", "closed"])
def test_what_was_said_of_the_days_is_what_is_taken(milestone: str) -> None:
    congress = at("drafts") if milestone in ("plan_issued", "drafts") else at(_before(milestone))
    corrects = congress.current[milestone].id if milestone in congress.current else None
    first, last = bounds(congress, milestone)
    for day in (first, last):
        assert record(congress, milestone, day, corrects=corrects).current[milestone].date == day
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises((DateInFuture, BeforePlanOpens, DateBeforePrevious, DateAfterNext)):
            record(congress, milestone, day, corrects=corrects)


def _before(milestone: str) -> str:
    stages = ("drafts", "opened", "election", "closed")
    return stages[stages.index(milestone) - 1]
