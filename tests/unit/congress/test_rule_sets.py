"""Versions of a plan's rules: whom each reaches, by which what was done is judged, and what a new one would mean."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.course import course_of, to_keep
from congress.domain.explanations import owed_in, owes
from congress.domain.extensions import due_on
from congress.domain.history import By, Congress, Entry
from congress.domain.overdue import Standing, standing_of
from congress.domain.plan import Plan, Reach, Targets
from congress.domain.planned import as_derived, planned_congress
from congress.domain.progress import report_results
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong, UnknownMilestone
from congress.domain.rollup import Rollup, answer, at_group, contribution, group_of, is_put_off, rules_in
from congress.domain.rule_effects import effects_of
from congress.domain.rule_sets import (
    VERSIONS_MOST,
    Edit,
    LevelNotPlanned,
    NoFigures,
    NothingChanges,
    TooManyVersions,
    add_version,
    at_version,
    ever_asked,
    held_on,
    rules_of,
    under,
    versions,
)
from congress.domain.rule_steps import StepRules
from congress.domain.wanted import STANDINGS, Beside, Wanted
from congress.store.documents import congress_document, congress_of, plan_document, plan_of
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import (
    DEADLINE,
    FIGURES_THAT_ADD_UP,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
)

PLAN = a_plan()
LATER = DEADLINE + timedelta(days=31)
NEARER = DEADLINE - timedelta(days=20)
MADE = TODAY + timedelta(days=5)


def made(plan: Plan = PLAN, day: date = MADE, reach: Reach = Reach.NOT_CLOSED, **edit: Any) -> Plan:
    wanted = Edit(**(edit or {"deadlines": {"district": LATER}}))
    return add_version(plan, wanted, reach, "A flood.", by(day, "organiser"))


def derived(plan: Plan, congress: Congress) -> Congress:
    return as_derived(plan, congress, congress.unit, {})


def test_a_version_is_the_plan_with_other_rules_and_says_who_why_and_for_whom() -> None:
    plan = made()
    assert (plan.rules, plan.deadlines["district"], plan.deadlines["centre"]) == (2, LATER, DEADLINE)
    first, second = plan.rule_sets
    assert (first.number, first.deadlines, first.at, first.by) == (1, PLAN.deadlines, None, "")
    assert (second.number, second.reason, second.by, second.day) == (2, "A flood.", "organiser", MADE)
    assert second.reach is Reach.NOT_CLOSED
    assert [(one.level, one.before, one.after) for one in plan.deadline_changes] == [
        ("district", DEADLINE, LATER)
    ]
    assert plan.spreading
    third = made(plan, MADE + timedelta(days=1), targets={"women": 30})
    assert [one.number for one in versions(third)] == [3, 2, 1]
    assert [one.targets.women for one in versions(third)] == [30, 15, 15]
    assert len(third.deadline_changes) == 1
    assert at_version(third, 1).deadlines == PLAN.deadlines
    assert at_version(third, 2).targets == Targets()


def test_a_version_without_any_figure_is_refused_by_name() -> None:
    with pytest.raises(NoFigures) as refused:
        made(results_fields=())
    assert refused.value.field == "results_fields"


def test_what_is_changed_with_the_plan_itself_is_of_its_newest_version() -> None:
    plan = replace(made(), targets=Targets(women=40))
    assert [one.targets.women for one in versions(plan)] == [40, 15]
    after = made(plan, MADE + timedelta(days=1), lateness={"explained_after": 10})
    assert [one.targets.women for one in versions(after)] == [40, 40, 15]


def as_of(congress: Congress, moment: datetime) -> Congress:
    """The same, all of it recorded at one moment."""
    return replace(congress, entries=tuple(replace(one, at=moment) for one in congress.entries))


BEFORE, AFTER = by(MADE).at - timedelta(hours=1), by(MADE).at + timedelta(hours=1)


@pytest.mark.parametrize(
    ("congress", "not_closed", "not_begun"),
    [
        (a_congress(), 2, 2),
        (as_of(at("plan_issued"), BEFORE), 2, 1),
        (as_of(at("plan_issued"), AFTER), 2, 2),
        (as_of(at("closed"), BEFORE), 1, 1),
        (as_of(at("closed"), by(MADE).at), 1, 1),
        (as_of(at("closed"), AFTER), 2, 2),
        (as_of(at("approved"), BEFORE), 1, 1),
    ],
)
def test_whom_a_version_reaches_by_how_it_stood_when_it_was_made(
    congress: Congress, not_closed: int, not_begun: int
) -> None:
    for reach, expected in ((Reach.NOT_CLOSED, not_closed), (Reach.NOT_BEGUN, not_begun)):
        plan = made(reach=reach)
        found = derived(plan, congress)
        assert found.rules == rules_of(plan, congress) == expected
        assert found.deadline == (LATER if expected == 2 else DEADLINE)
        # Derived again, and of what another version has left behind, it is the same.
        assert derived(plan, found) == found
        assert derived(plan, replace(congress, rules=2, deadline=LATER)) == found


def test_a_closing_that_was_withdrawn_before_had_not_closed_and_one_withdrawn_after_had() -> None:
    closed = as_of(at("closed"), BEFORE - timedelta(days=1))
    last = closed.entries[-1]
    for when, expected in ((BEFORE, 2), (AFTER, 1)):
        withdrawal = Entry("w", last.milestone, None, "", when, "clerk", corrects=last.id)
        assert rules_of(made(), replace(closed, entries=(*closed.entries, withdrawal))) == expected


def test_a_later_version_may_reach_what_an_earlier_one_has_not_and_new_congresses_stand_under_the_newest() -> (
    None
):
    begun = as_of(at("plan_issued"), BEFORE)
    plan = made(made(reach=Reach.NOT_BEGUN), MADE + timedelta(days=1), lateness={"explained_after": 10})
    assert [rules_of(plan, one) for one in (a_congress(), begun, as_of(at("closed"), BEFORE))] == [3, 3, 1]
    assert planned_congress(plan, a_unit(), subordinates=False).rules == 3
    assert derived(plan, planned_congress(plan, a_unit(), subordinates=False)).rules == 3


def test_what_was_done_is_judged_by_the_version_of_its_day() -> None:
    opened, day = "opened", MADE
    nearer = made(deadlines={"district": NEARER})
    congress = derived(nearer, a_congress())
    milestone = PLAN.milestones[PLAN.index(opened) or 0]
    rules = under(nearer, congress)
    assert congress.deadline == NEARER
    dues = [due_on(rules, congress, milestone, day + timedelta(days=days)) for days in (-1, 0, 1)]
    # On the day itself both hold, and the later one counts.
    assert dues == [milestone.due(DEADLINE), milestone.due(DEADLINE), milestone.due(NEARER)]
    assert [held_on(nearer, congress, day + timedelta(days=days)) for days in (-1, 0, 1)] == [
        (1,),
        (1, 2),
        (2,),
    ]


def test_what_was_on_time_stays_so_and_what_was_late_stays_late() -> None:
    issued = at("plan_issued")  # 10 days after the opening; due 120 days before the deadline
    day = issued.entries[0].date
    assert day is not None
    drafts = recorded(issued, "drafts", DEADLINE - timedelta(days=58))
    for deadline in (NEARER, LATER):
        plan = made(day=DEADLINE - timedelta(days=50), deadlines={"district": deadline})
        congress = derived(plan, drafts)
        assert (congress.rules, congress.deadline) == (2, deadline)
        found = contribution(plan, congress).counters
        assert ("late.plan_issued" in found, found["late.drafts"]) == (False, 1)


def test_an_extension_and_a_day_of_a_pilot_stand_beside_each_version() -> None:
    congress = replace(a_congress(), rules=1)
    plan = made()
    assert derived(plan, congress).deadline == LATER


STEPS = {"closed": StepRules(days_before_deadline=10), "drafts": StepRules(required=False)}
# What had begun by then keeps the closing of before.
STEPPED = made(reach=Reach.NOT_BEGUN, milestones=STEPS)
MANY = made(
    STEPPED,
    MADE + timedelta(days=1),
    lateness={"explained_after": 5},
    deadlines={"district": LATER},
)


@pytest.mark.parametrize(
    "day",
    [
        MADE + timedelta(days=1),
        DEADLINE - timedelta(days=5),
        LATER + timedelta(days=2),
        LATER + timedelta(days=9),
    ],
)
@pytest.mark.parametrize("plan", [STEPPED, MANY])
@pytest.mark.parametrize(
    "congress",
    [
        a_congress(),
        as_of(at("plan_issued"), BEFORE),
        as_of(at("closed"), BEFORE),
        as_of(at("results"), BEFORE),
    ],
)
def test_sums_lists_and_the_congress_itself_say_the_same_under_each_version(
    plan: Plan, congress: Congress, day: date
) -> None:
    congress = derived(plan, congress)
    found = contribution(plan, congress)
    assert rules_in(found.group) == congress.rules
    level, deadline = group_of(found.group)
    assert (level, deadline) == ("district", congress.deadline)
    put_off, rules = is_put_off(found.group, day), at_group(plan, found.group)
    wanted = [
        *(Wanted(milestone=one.key, standing=standing) for one in PLAN.milestones for standing in STANDINGS),
        *(Wanted(beside=beside) for beside in Beside),
        *(Wanted(overdue=True), Wanted(overdue=True, actor="unit")),
    ]
    for one in wanted:
        counted = one.count(rules, deadline, found.counters, day, put_off=put_off)
        assert counted == one.fits(plan, congress, day), one
    assert owed_in(rules, deadline, found.counters, day) == owes(under(plan, congress), congress, day)
    rollup = Rollup("plan1", "north", "N", {}, "district", ("root", "north"), recount([found])["north"])
    told = {one.key: one.count for one in answer(rollup, [], plan, day, by(day).at).milestones}
    for milestone in under(plan, congress).milestones:
        standing = standing_of(under(plan, congress), congress, milestone, day)
        assert told[milestone.key].overdue == (standing is Standing.OVERDUE), milestone.key
        kept = {day: to_keep({**rollup.groups, "cell|2026-01-01": {"total": 1}})}
        point = course_of(plan, plan.milestones[plan.index(milestone.key) or 0], rollup, kept, day).points[0]
        alone = 1 if milestone.due(date(2026, 1, 1)) < day else 0
        assert point.count.overdue - alone <= told[milestone.key].overdue


def a_tree(number: int) -> list[Congress]:
    kinds = [a_congress(), as_of(at("plan_issued"), BEFORE), as_of(at("closed"), BEFORE)]
    return [replace(kinds[at_ % 3], id=f"c{at_}") for at_ in range(number)]


@given(
    number=st.integers(1, 7),
    ahead=st.integers(-40, 40),
    today=st.integers(-45, 45),
    closing=st.integers(0, 30),
    reach=st.sampled_from(list(Reach)),
)
def test_the_preview_is_what_happens_then(
    number: int, ahead: int, today: int, closing: int, reach: Reach
) -> None:
    day, edit = (
        DEADLINE + timedelta(days=today),
        Edit(
            deadlines={"district": DEADLINE + timedelta(days=ahead)},
            milestones={"closed": StepRules(days_before_deadline=closing)},
            targets={"women": 20},
        ),
    )
    congresses = a_tree(number)
    groups = recount([contribution(PLAN, one) for one in congresses])["root"]
    effects = {one.level: one for one in effects_of(PLAN, edit, reach, groups, day)}
    plan = add_version(PLAN, edit, reach, "x", By("organiser", by(MADE).at, day))
    after = [derived(plan, one) for one in congresses]

    def overdue(of: Plan, one: Congress) -> bool:
        rules = under(of, one)
        return standing_of(rules, one, rules.closing, day) is Standing.OVERDUE

    pairs = [(overdue(PLAN, one), overdue(plan, then)) for one, then in zip(congresses, after, strict=True)]
    found = effects["district"]
    assert (found.congresses, found.reached) == (number, sum(one.rules == 2 for one in after))
    assert found.becoming_overdue == sum(then and not now for now, then in pairs)
    assert found.no_longer_overdue == sum(now and not then for now, then in pairs)


def test_the_preview_leaves_a_longer_extension_and_an_earlier_pilot_where_they_are() -> None:
    extended = replace(a_congress(), deadline=LATER, id="c1")
    pilot = replace(a_congress(), deadline=NEARER, id="c2")
    groups = recount([contribution(PLAN, one) for one in (extended, pilot)])["root"]
    edit, day = Edit(deadlines={"district": NEARER + timedelta(days=5)}), LATER
    found = next(one for one in effects_of(PLAN, edit, Reach.NOT_CLOSED, groups, day) if one.moves)
    assert (found.reached, found.becoming_overdue, found.no_longer_overdue) == (2, 0, 0)


def test_which_figures_are_asked_for_is_said_by_the_version_of_the_congress() -> None:
    plan = made(results_fields=("summoned", "present"))
    closed, fresh = derived(plan, as_of(at("closed"), BEFORE)), derived(plan, a_congress())
    assert under(plan, closed).results_fields == PLAN.results_fields
    assert under(plan, fresh).results_fields == ("summoned", "present")
    assert ever_asked(plan) == frozenset(PLAN.results_fields)
    later = derived(plan, as_of(at("closed"), AFTER))
    reported = report_results(under(plan, later), later, {"summoned": 50, "present": 50}, by(), "r")
    assert reported.results == {"summoned": 50, "present": 50}
    with pytest.raises(Refusal):
        report_results(under(plan, later), later, FIGURES_THAT_ADD_UP, by(), "r")
    assert report_results(under(plan, closed), closed, FIGURES_THAT_ADD_UP, by(), "r").results


@pytest.mark.parametrize(
    ("edit", "reason", "refusal", "place"),
    [
        (Edit(), "x", NothingChanges, "deadlines"),
        (Edit(deadlines={"district": DEADLINE}), "x", NothingChanges, "deadlines"),
        (Edit(deadlines={"union": LATER}), "x", LevelNotPlanned, "deadlines/union"),
        (Edit(milestones={"none": StepRules(3)}), "x", UnknownMilestone, "milestones/none"),
        (Edit(milestones={"closed": StepRules()}), "x", NothingChanges, "deadlines"),
        (Edit(deadlines={"district": LATER}), " ", ReasonNeeded, "reason"),
        (Edit(deadlines={"district": LATER}), "x" * 1001, ReasonTooLong, "reason"),
    ],
)
def test_a_version_that_says_nothing_is_refused(
    edit: Edit, reason: str, refusal: type[Refusal], place: str
) -> None:
    with pytest.raises(refusal) as caught:
        add_version(PLAN, edit, Reach.NOT_CLOSED, reason, by())
    assert caught.value.field == place


def test_versions_are_few() -> None:
    plan = PLAN
    for number in range(VERSIONS_MOST - 1):
        plan = made(plan, targets={"women": 20 + number})
    with pytest.raises(TooManyVersions):
        made(plan)


def test_they_are_kept_and_read_as_they_were_and_older_documents_have_the_first() -> None:
    kept: dict[str, Any] = {**plan_document(MANY), "version": 0}
    assert plan_of(kept) == MANY
    older = plan_document(PLAN)
    del older["rule_sets"]
    assert plan_of({**older, "version": 0}) == PLAN
    congress = {**congress_document(a_congress()), "version": 1}
    del congress["rules"]
    assert congress_of(congress).rules == 1
