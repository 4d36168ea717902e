"""What an answer says may be done with a congress is what happens when it is done, for everybody and at every stage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.domain.acts import acts_of
from congress.domain.approval import SubordinatesOpen
from congress.domain.decisions import approve, send_back
from congress.domain.history import By, Congress, State
from congress.domain.owners import record
from congress.domain.plan import OpenBelow, Owner, Plan, PlanState
from congress.domain.progress import Report, choose_content_type, report_results, submit
from congress.domain.reopening import reopen
from servicekit.access.decision import Caller, Reach, Right
from servicekit.refusals import Refusal, why_not
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
    the_top,
)
from tests.unit.congress.builders import by as made_by

BY = made_by(account_id="asker")
THAT_DAY = OPENS + timedelta(days=10)  # on which all that is recorded was
CLERK = Right("congress:report", "north", ("root", "north"), Reach.OWN)
APPROVER = Right("congress:approve", "root", ("root",), Reach.UNDER, max_age=300)
MANAGER = Right("plan:manage", "root", ("root",), Reach.BELOW)

STAGES: dict[str, Congress] = {
    "planned": a_congress(),
    **{stage: at(stage) for stage in ("plan_issued", "opened", "closed", "results", "submitted", "approved")},
    "returned": send_back(
        a_plan(), at("submitted"), {"results": "again"}, made_by(account_id="approver"), "b"
    ),
    "reopened": reopen(a_plan(), at("approved"), "again", made_by(account_id="approver"), "o"),
    "ended": replace(at("results"), unit=replace(at("results").unit, valid_to=TODAY - timedelta(days=9))),
}
SUPERIORS = tuple(
    a_milestone("drafts", 60, owner=Owner.SUPERIOR) if one.key == "drafts" else one for one in MILESTONES
)
PLANS: dict[str, Plan] = {
    "open": a_plan(deadlines=EVERY_LEVEL),
    "closed": a_plan(deadlines=EVERY_LEVEL, state=PlanState.CLOSED),
    "superior": a_plan(deadlines=EVERY_LEVEL, milestones=SUPERIORS),
}


def caller(*rights: Right, **changes: Any) -> Caller:
    return Caller("asker", **{"rights": rights, "assurance": 2, "auth_time": BY.at, **changes})


EVERYTHING = caller(CLERK, APPROVER, MANAGER)


def told(plan: Plan, congress: Congress, who: Caller = EVERYTHING, between: int = 0, below: int = 0) -> Any:
    acts, steps = acts_of(plan, congress, who, BY, between, below)
    return {name: type(one).slug() if one else "" for name, one in acts.items()}, {
        key: type(one["record"]).slug() if one["record"] else "" for key, one in steps.items()
    }


def slug(refusal: Refusal | None) -> str:
    return refusal.slug() if refusal else ""


DONE: dict[str, Callable[[Plan, Congress, By], object]] = {
    "results": lambda plan, one, by: report_results(plan, one, FIGURES_THAT_ADD_UP, by, "n"),
    "content-type": lambda plan, one, by: choose_content_type(plan, one, "4", by),
    "submit": lambda plan, one, by: submit(plan, one, by, "n"),
    "approve": lambda plan, one, by: approve(plan, one, by, "n"),
    "return": lambda plan, one, by: send_back(plan, one, {"results": "why"}, by, "n"),
    "reopen": lambda plan, one, by: reopen(plan, one, "why", by, "n"),
}


@pytest.mark.parametrize("act", DONE)
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_it_is_allowed_exactly_where_doing_it_is_not_refused(plan: str, stage: str, act: str) -> None:
    done = why_not(lambda: DONE[act](PLANS[plan], STAGES[stage], BY))
    assert told(PLANS[plan], STAGES[stage])[0][act] == slug(done)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_each_milestone_is_recorded_or_corrected_exactly_where_that_is_not_refused(
    plan: str, stage: str
) -> None:
    on, congress = PLANS[plan], STAGES[stage]
    for milestone in on.milestones:
        standing = congress.current.get(milestone.key)
        report = Report(
            milestone.key,
            standing.date if standing else TODAY if milestone.key == "programme" else THAT_DAY,
            corrects=standing.id if standing else None,
        )
        owner = Owner.SUPERIOR if milestone.is_superiors else Owner.UNIT
        done = why_not(lambda: record(on, congress, report, the_top(), BY, "n", owner))  # noqa: B023
        assert told(on, congress)[1][milestone.key] == slug(done), milestone.key


def test_who_lacks_the_access_is_told_that_first() -> None:
    acts, steps = told(PLANS["open"], STAGES["submitted"], caller(CLERK))
    assert (acts["approve"], acts["reopen-topmost"]) == ("permission-missing", "permission-missing")
    assert acts["results"] == "waiting-for-approval"
    stranger, _ = told(PLANS["open"], STAGES["submitted"], caller())
    assert set(stranger.values()) == {"unknown-here"}
    assert told(PLANS["superior"], STAGES["plan_issued"], caller(CLERK))[1]["drafts"] == "permission-missing"
    assert steps["opened"] == "waiting-for-approval"


def test_that_the_eid_must_see_them_again_is_the_last_reason() -> None:
    late = replace(EVERYTHING, auth_time=BY.at - timedelta(hours=1))
    assert told(PLANS["open"], STAGES["submitted"], late)[0]["approve"] == "sign-in-too-old"
    assert told(PLANS["open"], STAGES["approved"], late)[0]["approve"] == "congress-approved"
    own = replace(late, also=("clerk",))
    assert told(PLANS["open"], STAGES["submitted"], own)[0]["approve"] == "own-report"


def test_over_units_between_it_takes_more_than_a_click() -> None:
    acts, _ = told(PLANS["open"], STAGES["submitted"], between=2)
    assert {acts[act] for act in ("approve", "return")} == {"nearer-superior"}


def test_congresses_below_stand_against_an_approval_where_the_plan_says_so() -> None:
    first = replace(PLANS["open"], open_below=OpenBelow.REFUSE)
    acts, _ = told(first, STAGES["submitted"], below=3)
    assert (acts["approve"], acts["return"]) == (SubordinatesOpen.slug(), "")


def test_the_topmost_report_is_reopened_by_whoever_manages_the_plan() -> None:
    assert told(PLANS["open"], STAGES["approved"])[0]["reopen-topmost"] == "reopened-by-superior"
    top = replace(STAGES["submitted"], unit=a_unit("root", ("root",), "centre"), state=State.SUBMITTED)
    assert told(PLANS["open"], top)[0]["reopen-topmost"] == ""
    assert told(PLANS["open"], top, replace(EVERYTHING, also=("clerk",)))[0]["reopen-topmost"] == "own-report"
