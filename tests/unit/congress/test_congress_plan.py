"""What a plan may say, what is odd, and what an open plan no longer takes."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from congress.domain import plan as rules
from congress.domain.plan import Mark, PlanState, Targets, change_plan, concerns
from congress.domain.plan_checks import cautions_of, check_plan
from congress.domain.plan_refusals import (
    CascadeIsRunning,
    DateOutOfRange,
    DaysOutOfRange,
    DeadlineBeforeOpening,
    FigureRepeated,
    KeyMalformed,
    KeyRepeated,
    MarkRepeated,
    NameMissing,
    NoContentTypes,
    NoDeadlines,
    NoMilestones,
    NoUnitsForPlan,
    PercentOutOfRange,
    PlanIsClosed,
    PlanIsOpen,
    TooManyMilestones,
    UnknownFigure,
    UnknownLevel,
)
from congress.domain.results import FIGURE_KEYS
from congress.domain.template import template_of
from servicekit.refusals import Invalid, Refusal
from tests.unit.congress.builders import DEADLINE, FULL, MILESTONES, OPENS, a_milestone, a_plan

DEPTHS = {"centre": 1, "district": 2}
FILE = Path(__file__).parents[3] / "examples" / "plan.toml"


def test_a_plain_plan_is_fine() -> None:
    check_plan(a_plan(), DEPTHS, FIGURE_KEYS)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"name": "  "}, NameMissing, "name"),
        ({"cycle": ""}, NameMissing, "cycle"),
        # Dates that would carry others out of the calendar.
        ({"opens_on": date.min}, DateOutOfRange, "opens_on"),
        ({"opens_on": date(1999, 12, 31)}, DateOutOfRange, "opens_on"),
        ({"deadlines": {"district": date(2200, 1, 1)}}, DateOutOfRange, "deadlines/district"),
        ({"deadlines": {"district": date.max}}, DateOutOfRange, "deadlines/district"),
        ({"milestones": ()}, NoMilestones, "milestones"),
        ({"milestones": (a_milestone("sent", mark=Mark.SUBMITTED),)}, NoMilestones, "milestones"),
        ({"milestones": tuple(a_milestone(f"m{i}") for i in range(61))}, TooManyMilestones, "milestones"),
        ({"milestones": (*MILESTONES, a_milestone("drafts"))}, KeyRepeated, "milestones/9/key"),
        ({"milestones": (a_milestone("Drafts.x"),)}, KeyMalformed, "milestones/0/key"),
        (
            {"milestones": (*MILESTONES, a_milestone("end", mark=Mark.CLOSED))},
            MarkRepeated,
            "milestones/9/mark",
        ),
        ({"milestones": (a_milestone("a", 3000),)}, DaysOutOfRange, "milestones/0/days_before_deadline"),
        ({"milestones": (replace(a_milestone("a"), names={"en": " "}),)}, NameMissing, "milestones/0/names"),
        ({"deadlines": {}}, NoDeadlines, "deadlines"),
        ({"deadlines": {"cell": DEADLINE}}, UnknownLevel, "deadlines/cell"),
        ({"deadlines": {"centre": OPENS - timedelta(days=1)}}, DeadlineBeforeOpening, "deadlines/centre"),
        ({"content_types": ()}, NoContentTypes, "content_types"),
        ({"content_types": (FULL, FULL)}, KeyRepeated, "content_types/1/key"),
        ({"results_fields": ("summoned", "horoscope")}, UnknownFigure, "results_fields/1"),
        ({"results_fields": ("women", "women")}, FigureRepeated, "results_fields/1"),
        ({"targets": Targets(women=101)}, PercentOutOfRange, "targets/women"),
    ],
)
def test_a_plan_that_no_congress_could_follow_is_refused(
    changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        check_plan(a_plan(**changes), DEPTHS, FIGURE_KEYS)
    assert caught.value.field == field


def test_several_faults_are_told_together() -> None:
    with pytest.raises(Invalid) as caught:
        check_plan(a_plan(name="", deadlines={}), DEPTHS, FIGURE_KEYS)
    assert [field for field, _ in caught.value.fields] == ["name", "deadlines"]


def test_a_lower_level_that_finishes_later_is_odd_but_allowed() -> None:
    plan = a_plan(deadlines={"centre": DEADLINE, "district": DEADLINE + timedelta(days=1)})
    check_plan(plan, DEPTHS, FIGURE_KEYS)
    assert [caution.kind for caution in cautions_of(plan, DEPTHS)] == ["lower-level-later"]


def test_milestones_whose_due_days_cross_are_odd_but_allowed() -> None:
    plan = a_plan(milestones=(a_milestone("first", 10), a_milestone("second", 20)))
    check_plan(plan, DEPTHS, FIGURE_KEYS)
    (caution,) = cautions_of(plan, DEPTHS)
    assert caution.field == "milestones/1/days_before_deadline"


def test_the_last_milestone_closes_a_congress_where_none_is_marked() -> None:
    assert a_plan(milestones=(a_milestone("a"), a_milestone("b"))).closing.key == "b"
    assert a_plan().closing.key == "closed"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"cycle": "2027–2032"}, "cycle"),
        ({"opens_on": OPENS - timedelta(days=9)}, "opens_on"),
        ({"milestones": MILESTONES[:6]}, "milestones"),
        ({"content_types": (FULL,)}, "content_types"),
        ({"results_fields": ("summoned",)}, "results_fields"),
    ],
)
def test_congresses_keep_what_they_were_planned_under(changes: dict[str, Any], part: str) -> None:
    with pytest.raises(PlanIsOpen) as caught:
        change_plan(a_plan(), a_plan(**changes))
    assert caught.value.field == part


def test_an_open_plan_may_be_renamed_and_its_deadlines_are_changed_by_themselves() -> None:
    changed = change_plan(a_plan(version=7), a_plan(name="Renamed", state=PlanState.DRAFT))
    assert (changed.name, changed.state, changed.version) == ("Renamed", PlanState.OPEN, 7)
    moved = {"centre": DEADLINE, "district": DEADLINE + timedelta(days=14)}
    with pytest.raises(PlanIsOpen):
        change_plan(a_plan(), a_plan(deadlines=moved))


def test_a_draft_changes_freely_but_keeps_its_unit() -> None:
    draft = a_plan(state=PlanState.DRAFT)
    changed = change_plan(
        draft, a_plan(unit_id="north", unit_path=("root", "north"), milestones=MILESTONES[:6])
    )
    assert (changed.unit_id, len(changed.milestones), changed.state) == ("root", 6, PlanState.DRAFT)


@pytest.mark.parametrize(
    ("state", "refusal"), [(PlanState.CLOSED, PlanIsClosed), (PlanState.CASCADING, CascadeIsRunning)]
)
def test_a_closed_plan_and_one_that_is_opening_do_not_change(
    state: PlanState, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        change_plan(a_plan(state=state), a_plan())


def test_a_plan_opens_when_there_are_units_for_it() -> None:
    assert rules.begin_cascade(a_plan(state=PlanState.DRAFT), 1).state is PlanState.CASCADING
    assert rules.end_cascade(a_plan(state=PlanState.CASCADING)).state is PlanState.OPEN
    with pytest.raises(NoUnitsForPlan):
        rules.begin_cascade(a_plan(state=PlanState.DRAFT), 0)
    with pytest.raises(PlanIsClosed):
        rules.begin_cascade(a_plan(state=PlanState.CLOSED), 1)


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        (("root",), True),
        (("root", "north"), True),
        (("root", "north", "n1"), True),
        (("root", "south"), False),
    ],
)
def test_a_plan_concerns_the_units_below_its_own_and_those_above(
    path: tuple[str, ...], concerned: bool
) -> None:
    plan = a_plan(unit_id="north", unit_path=("root", "north"))
    assert concerns(plan, path) is concerned


def test_the_set_that_is_shipped_is_complete_in_all_languages_and_its_days_are_in_order() -> None:
    template = template_of(tomllib.loads(FILE.read_text(encoding="utf-8")))
    assert len(template.milestones) == 18
    named = [milestone.names for milestone in template.milestones] + [
        kind.names for kind in template.content_types
    ]
    assert all(set(names) == {"en", "bn", "vi"} for names in named)
    plan = a_plan(
        milestones=template.milestones, content_types=template.content_types, targets=template.targets
    )
    check_plan(plan, DEPTHS, FIGURE_KEYS)
    assert cautions_of(plan, DEPTHS) == ()
    assert plan.closing.key == "closed"


def test_a_due_day_counts_back_from_the_deadline() -> None:
    assert a_milestone("a", 10).due(date(2026, 3, 5)) == date(2026, 2, 23)
    assert a_milestone("a", -10).due(date(2026, 2, 23)) == date(2026, 3, 5)
