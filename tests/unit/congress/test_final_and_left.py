"""A plan that is closed takes nothing more; a unit that has left its plan is neither open nor overdue under it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain import approval, attachments
from congress.domain.decisions import approve, contributors, refuse_contributors, send_back
from congress.domain.history import Congress
from congress.domain.overdue import first_open
from congress.domain.plan import Plan, PlanState
from congress.domain.plan_refusals import PlanIsClosed, PlanNotOpen, UnitNotPlanned
from congress.domain.progress import (
    Report,
    choose_content_type,
    is_abandoned,
    is_held,
    record_milestone,
    report_results,
    submit,
)
from congress.domain.progress_refusals import OwnReport
from congress.domain.reopening import reopen
from congress.domain.rollup import Rollup, answer, contribution
from congress.domain.steps import next_steps
from congress.store.documents import congress_document, congress_of
from servicekit.access.decision import Caller, Reach, Right
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from servicekit.tree.units import Unit
from tests.unit.congress.builders import (
    DEADLINE,
    FIGURES_THAT_ADD_UP,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
)

Act = Callable[[Plan, Congress], object]
STAGES = ("plan_issued", "drafts", "opened", "election", "closed", "results", "submitted", "approved")
BY_THE_UNIT: dict[str, Act] = {
    "record": lambda plan, one: record_milestone(plan, one, Report("drafts", TODAY), None, by(), "e"),
    "choose": lambda plan, one: choose_content_type(plan, one, "4", by()),
    "report": lambda plan, one: report_results(plan, one, FIGURES_THAT_ADD_UP, by(), "e"),
    "submit": lambda plan, one: submit(plan, one, by(), "e"),
    "attach": lambda plan, one: attachments.attach(plan, one, "f1", by()),
    "detach": lambda plan, one: attachments.detach(plan, one, "f1", by()),
}
FROM_ABOVE: dict[str, Act] = {
    "approve": lambda plan, one: approve(plan, one, by(), "e"),
    "send back": lambda plan, one: send_back(plan, one, {"results": "see"}, by(), "e"),
    "reopen": lambda plan, one: reopen(plan, one, "see", by(), "e"),
}
EVERY_ACT = BY_THE_UNIT | FROM_ABOVE


@pytest.mark.parametrize(
    ("state", "refusal"), [(PlanState.CLOSED, PlanIsClosed), (PlanState.DRAFT, PlanNotOpen)]
)
@pytest.mark.parametrize("act", EVERY_ACT)
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_changes_under_a_plan_that_does_not_run(
    stage: str, act: str, state: PlanState, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        EVERY_ACT[act](a_plan(state=state), at(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_a_closed_plan_has_no_next_step(stage: str) -> None:
    assert next_steps(a_plan(), at(stage))
    assert next_steps(a_plan(state=PlanState.CLOSED), at(stage)) == ()


def left(stage: str = "") -> list[Congress]:
    """It moved out of the plan's branch; and it is of a level now that the plan does not name."""
    congress = at(stage) if stage else a_congress()
    elsewhere = a_unit("north", ("root", "other", "north"))
    regraded = a_unit("north", ("root", "branch", "north"), "club")
    return [replace(congress, unit=elsewhere), replace(congress, unit=regraded)]


BRANCH = a_plan(unit_id="branch", unit_path=("root", "branch"))


@pytest.mark.parametrize("congress", [*left(), *left("closed")])
def test_a_unit_that_left_its_plan_is_neither_open_nor_overdue(congress: Congress) -> None:
    assert is_abandoned(BRANCH, congress)
    assert first_open(BRANCH, congress) is None
    assert next_steps(BRANCH, congress) == ()
    assert contribution(BRANCH, congress).counters == {"ended": 1}
    missing = [one for one in BRANCH.milestones if one.key not in congress.current]
    assert not any(is_held(BRANCH, congress, one) for one in missing)
    for act in BY_THE_UNIT.values():
        with pytest.raises(UnitNotPlanned):
            act(BRANCH, congress)


def test_what_it_had_sent_up_is_still_decided_but_not_given_back() -> None:
    for congress in left("submitted"):
        assert not is_abandoned(BRANCH, congress)
        assert approve(BRANCH, congress, by(), "e").is_final
        with pytest.raises(UnitNotPlanned):
            send_back(BRANCH, congress, {"results": "see"}, by(), "e")
    for congress in left("approved"):
        with pytest.raises(UnitNotPlanned):
            reopen(BRANCH, congress, "see", by(), "e")


def test_it_is_held_again_from_the_day_it_comes_back() -> None:
    back = replace(left()[0], unit=a_unit("north", ("root", "branch", "north")))
    assert not is_abandoned(BRANCH, back)
    assert next_steps(BRANCH, back)


def test_a_superior_without_a_congress_of_the_plan_does_not_act_over_anybody() -> None:
    """The new superior is of a level that the plan names, and still holds nothing of it."""
    above = [
        Unit("root", "R", {}, "centre", None, ("root",)),
        Unit("other", "O", {}, "district", "root", ("root", "other")),
    ]
    caller = Caller("a", rights=(Right("congress:approve", "root", ("root",), Reach.UNDER, assurance=2),))
    moved = left("submitted")[0]
    assert approval.levels_between(BRANCH, moved, above, caller, "congress:approve") == 0


def test_where_nothing_is_held_nobody_lags() -> None:
    def line(unit_id: str, *congresses: Congress) -> Rollup:
        groups = recount(contribution(a_plan(), one) for one in congresses).get(unit_id, {})
        return Rollup("plan1", unit_id, unit_id.upper(), {}, "district", ("root", unit_id), groups)

    gone = replace(a_unit("away", ("root", "away")), valid_to=TODAY)
    lines = [line("away", a_congress(unit=gone)), line("empty"), line("north", at("drafts"))]
    top = Rollup("plan1", "root", "R", {}, "centre", ("root",), {})
    for today in (TODAY, DEADLINE + timedelta(days=90)):
        found = answer(top, lines, a_plan(), today, by().at)
        assert [(one.rollup.unit_id, one.ended) for one in found.children] == [
            ("north", 0),
            ("away", 1),
            ("empty", 0),
        ]


# Files that were taken off again


def with_minutes(*, removed_by: str) -> Congress:
    added = attachments.attach(a_plan(), at("results"), "minutes", by(account_id="keeper"))
    return attachments.detach(a_plan(), added, "minutes", by(account_id=removed_by))


def test_whoever_added_or_removed_a_file_does_not_decide() -> None:
    sent = submit(a_plan(), with_minutes(removed_by="remover"), by(), "s1")
    assert sent.attachments == ()
    assert {"keeper", "remover"} <= contributors(sent)
    for account in ("keeper", "remover"):
        with pytest.raises(OwnReport):
            refuse_contributors(sent, Caller(account))


def test_a_removed_file_stays_in_the_history_as_it_is_stored() -> None:
    congress = with_minutes(removed_by="remover")
    document = {**congress_document(congress), "version": 1}
    assert congress_of(document) == replace(congress, version=1)
    before = {name: value for name, value in document.items() if name != "removals"}
    assert congress_of(before).removals == ()  # of a record of an earlier version


def test_the_history_of_removals_has_an_end() -> None:
    congress = with_minutes(removed_by="remover")
    full = replace(congress, removals=congress.removals * attachments.REMOVALS_MOST)
    with pytest.raises(attachments.TooManyRemovals):
        attachments.refuse_removing(a_plan(), full)
