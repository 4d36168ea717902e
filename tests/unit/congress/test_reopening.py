"""The way back from an approved report, and the steps that are a superior's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain import approval, owners
from congress.domain.approval import OverOthers
from congress.domain.decisions import approve, refuse_contributors, send_back
from congress.domain.history import State
from congress.domain.owners import SuperiorsStep, UnitsOwnStep
from congress.domain.plan import Mark, OpenBelow, Owner, PlanState, milestone_of
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.progress import Report, record_milestone, report_results, state_of, submit
from congress.domain.progress_refusals import (
    CongressApproved,
    OwnReport,
    ReasonNeeded,
    ReasonsMissing,
    ReasonTooLong,
)
from congress.domain.reopening import NotApprovedYet, figures_at, reopen
from congress.domain.rollup import contribution
from congress.domain.steps import next_steps
from servicekit.access.decision import Caller, Reach, Right
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import (
    EVERY_LEVEL,
    FIGURES_THAT_ADD_UP,
    MILESTONES,
    OPENS,
    TODAY,
    a_congress,
    a_milestone,
    a_plan,
    a_unit,
    at,
    by,
)

LATER = TODAY + timedelta(days=90)


def test_an_approved_report_is_reopened_corrected_sent_and_approved_again() -> None:
    congress = reopen(a_plan(), at("approved"), "Wrong number.", by(LATER, "superior"), "o1")
    assert (congress.state, congress.is_final) == (State.REOPENED, False)
    named = reopen(
        a_plan(), at("approved"), "Wrong.", replace(by(LATER, "superior"), name="Sup", kept_by="k"), "o1"
    )
    assert (named.acts[-1].by_name, named.acts[-1].kept_by, named.acts[-1].by) == ("Sup", "k", "superior")
    assert "approval" not in congress.current
    assert congress.current["dossier"].date == TODAY  # it had been sent in time, and stays so
    corrected = {**FIGURES_THAT_ADD_UP, "members": 900}
    congress = report_results(a_plan(), congress, corrected, by(LATER), "r1")
    assert congress.state is State.REOPENED
    congress = approve(a_plan(), submit(a_plan(), congress, by(LATER), "s1"), by(LATER, "superior"), "a1")
    assert congress.state is State.APPROVED
    assert [act.kind for act in congress.acts] == [
        "submitted",
        "approved",
        "reopened",
        "submitted",
        "approved",
    ]
    first, last = congress.acts[1], congress.acts[-1]
    assert figures_at(congress, first) == FIGURES_THAT_ADD_UP
    assert figures_at(congress, last) == corrected
    assert contribution(a_plan(), congress).counters["results.members"] == 900


def test_what_was_recorded_behind_the_approval_does_not_stop_the_second_sending_up() -> None:
    plan = a_plan()
    report = Report("programme", TODAY + timedelta(days=1))
    congress = record_milestone(plan, at("approved"), report, None, by(TODAY + timedelta(days=2)), "p1")
    congress = submit(plan, reopen(plan, congress, "See.", by(LATER), "o1"), by(LATER), "s1")
    returned = send_back(plan, congress, {"results": "once more"}, by(LATER, "superior"), "b1")
    assert submit(plan, returned, by(LATER), "s2").state is State.SUBMITTED


def test_only_what_is_approved_is_reopened_with_a_reason_and_while_the_plan_runs() -> None:
    for stage in ("closed", "results", "submitted"):
        with pytest.raises(NotApprovedYet):
            reopen(a_plan(), at(stage), "why", by(LATER), "o")
    for reason, refusal in (("  ", ReasonsMissing), ("x" * 1001, ReasonTooLong)):
        with pytest.raises(refusal):
            reopen(a_plan(), at("approved"), reason, by(LATER), "o")
    with pytest.raises(PlanIsClosed):
        reopen(a_plan(state=PlanState.CLOSED), at("approved"), "why", by(LATER), "o")
    with pytest.raises(CongressApproved):
        report_results(a_plan(), at("approved"), FIGURES_THAT_ADD_UP, by(LATER), "r")


def test_the_topmost_report_is_reopened_by_another_than_its_sender() -> None:
    top = at("submitted", unit=a_unit("root", ("root",), "centre"))
    assert reopen(a_plan(), top, "why", by(LATER, "other"), "o").state is State.REOPENED
    with pytest.raises(OwnReport):
        refuse_contributors(top, Caller("clerk"))
    refuse_contributors(top, Caller("other"))


# ---------------------------------------------------------------- owners


def test_the_state_follows_from_what_was_recorded_and_decided_all_along_the_way() -> None:
    congress = reopen(a_plan(), at("approved"), "Wrong.", by(LATER, "superior"), "o1")
    corrected = {**FIGURES_THAT_ADD_UP, "members": 900}
    entered = report_results(a_plan(), congress, corrected, by(LATER), "r1")
    sent = submit(a_plan(), entered, by(LATER), "s1")
    returned = send_back(a_plan(), sent, {"results": "Still wrong."}, by(LATER, "superior"), "b1")
    for one in (congress, entered, sent, returned, approve(a_plan(), sent, by(LATER, "superior"), "a1")):
        assert state_of(a_plan(), replace(one, state=State.PLANNED)) is one.state


CLEARED = a_milestone("cleared", 50, owner=Owner.SUPERIOR)
OWNED = a_plan(milestones=(*MILESTONES[:2], CLEARED, *MILESTONES[2:]))


def test_a_superiors_step_is_refused_to_the_unit_and_the_units_to_the_superior() -> None:
    congress, day = at("drafts"), OPENS + timedelta(days=20)
    with pytest.raises(SuperiorsStep):
        owners.record(OWNED, congress, Report("cleared", day), None, by(), "e", Owner.UNIT)
    with pytest.raises(UnitsOwnStep):
        owners.record(OWNED, congress, Report("opened", day), None, by(), "e", Owner.SUPERIOR)
    cleared = owners.record(OWNED, congress, Report("cleared", day), None, by(), "e", Owner.SUPERIOR)
    assert cleared.current["cleared"].date == day
    assert owners.waits_for_superior(OWNED, congress)
    assert not owners.waits_for_superior(OWNED, cleared)
    assert [(step.milestone, step.superiors) for step in next_steps(OWNED, congress)] == [("cleared", True)]


def test_nobody_stands_above_the_topmost_unit_to_record_its_step() -> None:
    top = a_congress(unit=a_unit("root", ("root",), "centre"))
    assert contribution(OWNED, top).counters["skipped.cleared"] == 1


@pytest.mark.parametrize(
    ("key", "mark", "owner"),
    [
        ("personnel_approved", None, Owner.SUPERIOR),
        ("documents_approved", None, Owner.SUPERIOR),
        ("results_approved", "approved", Owner.SUPERIOR),
        ("personnel_prepared", None, Owner.UNIT),
        ("personnel_approved", "closed", Owner.UNIT),
    ],
)
def test_a_milestone_stored_before_milestones_had_owners_gets_the_one_it_speaks_of(
    key: str, mark: str | None, owner: Owner
) -> None:
    stored = {"key": key, "names": {"en": key}, "days_before_deadline": 1, "mark": mark}
    assert milestone_of(stored).owner is owner
    assert milestone_of({**stored, "owner": "unit"}).owner is Owner.UNIT
    assert milestone_of({**stored, "mark": Mark.APPROVED}).is_superiors


# ---------------------------------------------------------------- who decides, and when

UNION = a_congress(unit=a_unit("u1", ("root", "div", "north", "u1"), "union"))
ABOVE = (
    a_unit("root", ("root",), "centre"),
    a_unit("div", ("root", "div"), "division"),  # a grouping without a congress
    a_unit("north", ("root", "div", "north"), "district"),
)


def approver(*units: str) -> Caller:
    paths = {unit.id: unit.path for unit in ABOVE}
    rights = tuple(Right("congress:approve", unit, paths[unit], Reach.UNDER) for unit in units)
    return Caller("approver", rights=rights)


@pytest.mark.parametrize(
    ("units", "between"), [(("north",), 0), (("div",), 1), (("root",), 1), (("root", "north"), 0)]
)
def test_only_units_with_a_congress_stand_between(units: tuple[str, ...], between: int) -> None:
    found = approval.levels_between(a_plan(), UNION, ABOVE, approver(*units), "congress:approve")
    assert found == between


def test_acting_over_others_is_done_on_purpose() -> None:
    with pytest.raises(approval.NearerSuperior):
        approval.why_over_others(1, OverOthers(reason="closed"))
    with pytest.raises(ReasonNeeded):
        approval.why_over_others(1, OverOthers(on_purpose=True, reason=" "))
    with pytest.raises(ReasonTooLong):
        approval.why_over_others(1, OverOthers(on_purpose=True, reason="x" * 1001))
    assert approval.why_over_others(1, OverOthers(on_purpose=True, reason="closed")) == "closed"
    assert approval.why_over_others(0, OverOthers(on_purpose=True, reason="closed")) == ""


def test_open_congresses_below_are_a_caution_or_a_refusal_as_the_plan_says() -> None:
    plan = a_plan(deadlines=EVERY_LEVEL)
    north = at("submitted")
    below = [
        at("approved", unit=a_unit("u1", ("root", "north", "u1"), "union")),
        at("submitted", unit=a_unit("u2", ("root", "north", "u2"), "union")),
        a_congress(unit=a_unit("u3", ("root", "north", "u3"), "union")),
    ]
    groups = recount(contribution(plan, one) for one in (north, *below))["north"]
    count = approval.open_below(north, groups)
    assert count == 2
    (caution,) = approval.caution_of(plan, north, count)
    assert caution.params == {"count": 2}
    assert approval.caution_of(plan, replace(north, state=State.APPROVED), 2) == ()
    free = replace(plan, open_below=OpenBelow.FREE)
    assert approval.caution_of(free, north, count) == ()
    approval.refuse_before_subordinates(free, count)
    approval.refuse_before_subordinates(plan, count)
    strict = replace(plan, open_below=OpenBelow.REFUSE)
    with pytest.raises(approval.SubordinatesOpen):
        approval.refuse_before_subordinates(strict, count)
    approval.refuse_before_subordinates(strict, 0)
