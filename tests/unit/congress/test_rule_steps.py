"""Milestones that come and go with a version of a plan's rules, and which of them a congress has."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from congress.domain.blocking import holds_up, is_blocked, unblock
from congress.domain.course import course_of
from congress.domain.history import Block, Congress, Entry, Postponement
from congress.domain.overdue import Standing, standing_of
from congress.domain.plan import MILESTONES_EVER, Applies, Mark, Milestone, Owner, Plan, Reach
from congress.domain.plan_refusals import KeyMalformed, KeyRepeated, TooManyMilestones
from congress.domain.planned import as_derived
from congress.domain.progress import Report, record_milestone
from congress.domain.progress_refusals import MilestoneOutOfOrder, UnknownMilestone
from congress.domain.rollup import Rollup, answer, at_group, contribution, group_of, is_put_off
from congress.domain.rule_effects import Turn, Turning, effects_of
from congress.domain.rule_sets import Edit, add_version, at_version, edited, under
from congress.domain.rule_steps import (
    NewStep,
    StepMeansElse,
    StepRules,
    StepStays,
    TakesTheActs,
    earlier_steps,
    steps_ever,
)
from congress.domain.steps import next_steps
from congress.domain.wanted import STANDINGS, Wanted
from congress.rendering.tables import rollup_rows, rollup_table
from congress.store.documents import plan_document, plan_of
from servicekit.out.exports.formats import CSV
from servicekit.out.exports.tables import Reader
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import DEADLINE, TODAY, a_congress, a_plan, at, by

PLAN = a_plan()
MADE = TODAY + timedelta(days=5)
KEYS = [one.key for one in PLAN.milestones]
NEW = Milestone("audited", {"en": "Audited", "bn": "নিরীক্ষিত", "vi": "Đã kiểm toán"}, 3)
GONE = "drafts"


def made(plan: Plan = PLAN, day: date = MADE, reach: Reach = Reach.NOT_CLOSED, **edit: Any) -> Plan:
    return add_version(plan, Edit(**edit), reach, "A flood.", by(day, "organiser"))


def with_new(plan: Plan = PLAN, after: str = "plan_issued", new: Milestone = NEW, **more: Any) -> Plan:
    return made(plan, added=(NewStep(new, after),), **more)


def without(plan: Plan = PLAN, key: str = GONE, **more: Any) -> Plan:
    return made(plan, milestones={key: StepRules(removed=True)}, **more)


def as_of(congress: Congress, moment: datetime) -> Congress:
    return replace(congress, entries=tuple(replace(one, at=moment) for one in congress.entries))


BEFORE, AFTER = by(MADE).at - timedelta(hours=1), by(MADE).at + timedelta(hours=1)


def derived(plan: Plan, congress: Congress) -> Congress:
    return as_derived(plan, congress, congress.unit, {})


def keys(plan: Plan, congress: Congress) -> list[str]:
    return [one.key for one in under(plan, derived(plan, congress)).milestones]


def test_a_version_puts_a_milestone_in_its_place_takes_one_out_and_gives_one_other_titles() -> None:
    titles = {"en": "Draft texts", "bn": "খসড়া", "vi": "Dự thảo"}
    plan = made(
        added=(
            NewStep(NEW, "plan_issued"),
            NewStep(replace(NEW, key="checked"), "plan_issued"),
            NewStep(replace(NEW, key="first")),
        ),
        milestones={GONE: StepRules(names=titles)},
    )
    there = [one.key for one in plan.milestones]
    place = there.index("plan_issued")
    assert there[0] == "first"
    assert there[place : place + 3] == ["plan_issued", "audited", "checked"]
    assert plan.milestones[plan.index(GONE) or 0].names == titles
    assert [one.key for one in at_version(plan, 1).milestones] == KEYS
    assert GONE not in [one.key for one in without().milestones]
    assert plan_of(plan_document(plan)) == plan


@pytest.mark.parametrize(
    ("edit", "refusal", "field"),
    [
        ({"milestones": {"nowhere": StepRules(removed=True)}}, UnknownMilestone, "milestones/nowhere"),
        ({"milestones": {"closed": StepRules(removed=True)}}, StepStays, "milestones/closed/removed"),
        (
            {"milestones": {"plan_issued": StepRules(removed=True)}},
            StepStays,
            "milestones/plan_issued/removed",
        ),
        ({"milestones": {"approval": StepRules(removed=True)}}, StepStays, "milestones/approval/removed"),
        ({"added": (NewStep(replace(NEW, key="No.dot")),)}, KeyMalformed, "added/0/key"),
        ({"added": (NewStep(replace(NEW, key="closed")),)}, KeyRepeated, "added/0/key"),
        ({"added": (NewStep(NEW, "closed"), NewStep(NEW, "closed"))}, KeyRepeated, "added/1/key"),
        ({"added": (NewStep(NEW, "nowhere"),)}, UnknownMilestone, "added/0/after"),
    ],
)
def test_what_is_refused(edit: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        made(**edit)
    assert refused.value.field == field


def test_nothing_new_becomes_the_milestone_on_which_acts_stand() -> None:
    unmarked = replace(PLAN, milestones=tuple(replace(one, mark=None) for one in PLAN.milestones))
    last = unmarked.milestones[-1].key
    with pytest.raises(TakesTheActs):
        with_new(unmarked, last)
    others = tuple(one for one in PLAN.milestones if one.key != "plan_issued")
    without_issuing = replace(PLAN, milestones=tuple(replace(one, waits_for_parent=False) for one in others))
    with pytest.raises(TakesTheActs):
        with_new(without_issuing, "", replace(NEW, waits_for_parent=True))


def test_a_milestone_comes_back_as_what_it_was_and_not_as_another() -> None:
    gone, was = without(), PLAN.milestones[PLAN.index(GONE) or 0]
    later = MADE + timedelta(days=1)
    for otherwise in (
        {"owner": Owner.SUPERIOR},
        {"applies": Applies.SUBORDINATES},
        {"waits_for_parent": True},
    ):
        with pytest.raises(StepMeansElse):
            with_new(gone, "plan_issued", replace(was, **otherwise), day=later)
    back = with_new(gone, "plan_issued", replace(was, names={"en": "Drafts again"}), day=later)
    assert (back.rules, earlier_steps(back)) == (3, ())


def test_there_are_not_endlessly_many_over_all_versions() -> None:
    plan, day, most = PLAN, MADE, MILESTONES_EVER - len(KEYS)
    for start in range(0, most, 20):
        some = [replace(NEW, key=f"n{number}") for number in range(start, min(start + 20, most))]
        plan = made(plan, day, added=tuple(NewStep(one, "plan_issued") for one in some))
        gone = {one.key: StepRules(removed=True) for one in some}
        plan, day = made(plan, day + timedelta(days=1), milestones=gone), day + timedelta(days=2)
    with pytest.raises(TooManyMilestones):
        with_new(plan, day=day)


@pytest.mark.parametrize(
    ("congress", "has"),
    [
        (a_congress(), False),
        (as_of(at("plan_issued"), BEFORE), False),
        (as_of(at(GONE), BEFORE), True),  # it was reached: it stays
        (as_of(at(GONE), AFTER), True),  # at the moment between the version and its coming there
        (as_of(at("opened"), BEFORE), True),
        (as_of(at("closed"), BEFORE), True),  # the version does not reach it at all
    ],
)
def test_what_a_congress_has_reached_it_keeps_and_what_it_has_not_it_is_no_longer_asked_for(
    congress: Congress, has: bool
) -> None:
    plan = without()
    assert (GONE in keys(plan, congress)) is has
    again = under(plan, derived(plan, congress))
    assert under(again, derived(plan, congress)).milestones == again.milestones


def test_what_is_kept_and_then_withdrawn_is_gone_and_nothing_waits_for_it() -> None:
    plan = without()
    congress = derived(plan, as_of(at(GONE), BEFORE))
    report = Report(GONE, None, corrects=congress.current[GONE].id)
    after = record_milestone(under(plan, congress), congress, report, None, by(MADE), "w")
    assert GONE not in keys(plan, after)
    # Also where the rules were those from before it was withdrawn.
    assert GONE not in [one.key for one in under(under(plan, congress), after).milestones]
    assert next_steps(under(plan, after), after)[0].milestone != GONE


def test_what_is_kept_holds_nothing_up_and_may_be_withdrawn_though_something_stands_behind_it() -> None:
    plan = without()
    congress = derived(plan, as_of(at("opened"), BEFORE))
    report = Report(GONE, None, corrects=congress.current[GONE].id)
    after = record_milestone(under(plan, congress), congress, report, None, by(MADE), "w")
    assert GONE not in keys(plan, after)
    assert "opened" in after.current


@pytest.mark.parametrize(
    ("congress", "asked"),
    [
        (a_congress(), True),
        (as_of(at("plan_issued"), BEFORE), True),
        (as_of(at(GONE), BEFORE), False),  # it was beyond that place
        (as_of(at(GONE), AFTER), True),  # not yet, when the version was made
        (as_of(at("closed"), BEFORE), False),  # the version does not reach it
    ],
)
def test_what_is_new_is_asked_of_those_that_have_not_gone_beyond_it(congress: Congress, asked: bool) -> None:
    plan = with_new()
    assert ("audited" in keys(plan, congress)) is asked


def test_what_a_version_put_in_that_did_not_reach_it_is_new_to_it_with_the_one_that_does() -> None:
    put_in = with_new(reach=Reach.NOT_BEGUN)
    later = MADE + timedelta(days=2)
    plan = made(put_in, later, lateness={"explained_after": 9})
    # It had begun, then passed the place under its own rules, and is reached by the third version alone.
    begun, beyond = as_of(at("plan_issued"), BEFORE), at(GONE)
    after = by(later).at - timedelta(hours=1)
    moments = [BEFORE if one.milestone == "plan_issued" else after for one in beyond.entries]
    passed = [replace(one, at=moment) for one, moment in zip(beyond.entries, moments, strict=True)]
    congress = derived(plan, replace(beyond, entries=tuple(passed)))
    assert (congress.rules, "audited" in keys(plan, congress)) == (3, False)
    assert next_steps(under(plan, congress), congress)[0].milestone not in ("audited", None)
    # Of one that stands still it is asked, and so it is of whom the second reached before the place was passed.
    assert "audited" in keys(plan, begun)
    late = by(later).at + timedelta(hours=1)
    assert "audited" in keys(plan, as_of(beyond, late))
    assert "audited" in keys(plan, as_of(beyond, after))


def test_what_is_kept_is_as_the_version_has_it_that_reached_it() -> None:
    moved = made(milestones={GONE: StepRules(days_before_deadline=1)}, reach=Reach.NOT_BEGUN)
    plan = without(moved, day=MADE + timedelta(days=1))
    congress = derived(plan, as_of(at(GONE), BEFORE))
    (kept,) = [one for one in under(plan, congress).milestones if one.key == GONE]
    assert kept.days_before_deadline == PLAN.milestones[PLAN.index(GONE) or 0].days_before_deadline


def test_what_is_new_and_required_comes_before_what_follows() -> None:
    plan = with_new()
    congress = derived(plan, as_of(at("plan_issued"), BEFORE))
    rules = under(plan, congress)
    assert next_steps(rules, congress)[0].milestone == "audited"
    following = rules.milestones[(rules.index("audited") or 0) + 1].key
    with pytest.raises(MilestoneOutOfOrder):
        record_milestone(rules, congress, Report(following, TODAY), None, by(MADE), "x")
    beyond = derived(plan, as_of(at(GONE), BEFORE))
    assert next_steps(under(plan, beyond), beyond)[0].milestone not in ("audited", None)


EVERY_KIND = [
    a_congress(id="fresh"),
    *(
        as_of(replace(at(step), id=f"{step}{number}"), moment)
        for number, moment in enumerate((BEFORE, AFTER))
        for step in ("plan_issued", GONE, "opened", "closed", "approved")
    ),
]


@pytest.mark.parametrize(
    "plan", [with_new(), without(), without(with_new(), day=MADE + timedelta(days=1), reach=Reach.NOT_BEGUN)]
)
@pytest.mark.parametrize("today", [TODAY, TODAY + timedelta(days=400)])
def test_figures_and_lists_of_each_milestone_there_ever_was_say_the_same(plan: Plan, today: date) -> None:
    congresses = [derived(plan, one) for one in EVERY_KIND]
    groups = _sums(plan, congresses)
    rollup = Rollup(plan.id, "d", "D", {}, "district", ("d",), groups)
    told = answer(rollup, (), plan, today, by(today).at)
    lines = {one.key: one.count for one in told.milestones}
    assert set(lines) == {one.key for one in steps_ever(plan)}
    for key, count in lines.items():
        for standing in STANDINGS:
            wanted = Wanted(milestone=key, standing=standing)
            listed = sum(wanted.fits(plan, one, today) for one in congresses)
            counted = _counted(wanted, plan, groups, today)
            assert (key, standing, counted) == (key, standing, listed)
        assert count.done == sum(key in one.current for one in congresses)


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("days", [-400, -21, -1, 0, 60])
def test_whom_a_version_turns_are_as_many_as_its_preview_counts(reach: Reach, days: int) -> None:
    beside = [
        replace(a_congress(id="later"), deadline=TODAY - timedelta(days=3)),
        replace(a_congress(id="pilot"), deadline=TODAY + timedelta(days=2)),
        replace(at("opened"), id="put off", postponements=(_postponed(TODAY + timedelta(days=4)),)),
        replace(
            at("opened"), id="blocked", blocks=(Block("b", "d1", "", "A flood.", by(TODAY).at, "clerk"),)
        ),
    ]
    congresses = [*EVERY_KIND, *beside]
    groups = _sums(PLAN, congresses)
    edit = Edit(deadlines={"district": TODAY + timedelta(days=days)})
    for today in (TODAY, TODAY + timedelta(days=45)):
        effect = next(one for one in effects_of(PLAN, edit, reach, groups, today) if one.level == "district")
        for turn, counted in (
            (Turn.OVERDUE, effect.becoming_overdue),
            (Turn.IN_TIME, effect.no_longer_overdue),
        ):
            wanted = Turning(level="district", changed=edited(PLAN, edit), reach=reach, turn=turn)
            assert sum(wanted.fits(PLAN, one, today) for one in congresses) == counted
            assert _counted(wanted, PLAN, groups, today) == counted


def _blocked(milestone: str) -> Congress:
    begun = as_of(at("plan_issued"), BEFORE)
    return replace(begun, blocks=(Block("b", "d1", milestone, "A flood.", by(TODAY).at, "clerk"),))


def test_a_difficulty_stays_in_the_way_of_what_waited_for_a_milestone_that_is_left_out() -> None:
    plan, congress = without(), derived(without(), _blocked(GONE))
    rules, before = under(plan, congress), [one for one in PLAN.milestones if holds_up(PLAN, congress, one)]
    still = [one for one in rules.milestones if holds_up(rules, congress, one)]
    assert [one.key for one in still] == [one.key for one in before if one.key != GONE]
    assert PLAN.closing in still
    # So the preview is right that it turns nobody.
    today = DEADLINE + timedelta(days=3)
    edit = Edit(milestones={GONE: StepRules(removed=True)})
    (effect,) = [
        one
        for one in effects_of(PLAN, edit, Reach.NOT_CLOSED, _sums(PLAN, [_blocked(GONE)]), today)
        if one.reached
    ]
    assert (effect.becoming_overdue, standing_of(rules, congress, rules.closing, today)) == (
        0,
        Standing.BLOCKED,
    )
    # What is recorded behind it says that it goes on.
    (following, *_rest) = [one.key for one in still]
    on = record_milestone(rules, congress, Report(following, TODAY), None, by(MADE), "x")
    assert is_blocked(under(plan, on), on) is False
    assert is_blocked(rules, unblock(rules, congress, by(MADE))) is False


def test_nothing_waits_for_what_is_left_out_and_was_optional_or_stood_behind_it() -> None:
    today = DEADLINE + timedelta(days=3)
    for key in ("credentials", "programme"):
        plan = without(key=key)
        congress = derived(plan, _blocked(key))
        rules = under(plan, congress)
        assert key not in keys(plan, congress)
        assert standing_of(rules, congress, rules.closing, today) == Standing.OVERDUE


def _postponed(until: date) -> Postponement:
    return Postponement("p", until, "A flood.", by(TODAY).at, "clerk")


def _sums(plan: Plan, congresses: list[Congress]) -> Any:
    return next(iter(recount(contribution(plan, one) for one in congresses).values()))


def _counted(wanted: Wanted, plan: Plan, groups: Any, today: date) -> int:
    return sum(
        wanted.count(at_group(plan, key), group_of(key)[1], counters, today, put_off=is_put_off(key, today))
        for key, counters in groups.items()
    )


def test_a_milestone_that_only_earlier_versions_have_is_shown_while_somebody_holds_it() -> None:
    plan, fresh = without(), [derived(without(), a_congress(id="fresh"))]
    rollup = Rollup(plan.id, "d", "D", {}, "district", ("d",), _sums(plan, fresh))
    assert GONE not in [one.key for one in answer(rollup, (), plan, TODAY, by(TODAY).at).milestones]
    kept = [*fresh, derived(plan, as_of(at(GONE), BEFORE))]
    rollup = replace(rollup, groups=_sums(plan, kept))
    (line,) = [one for one in answer(rollup, (), plan, TODAY, by(TODAY).at).milestones if one.key == GONE]
    assert (line.count.total, line.count.skipped, line.count.done, line.count.overdue) == (2, 1, 1, 0)
    step = next(one for one in steps_ever(plan) if one.key == GONE)
    course = course_of(plan, step, rollup, {TODAY: rollup.groups}, TODAY)
    assert (course.points[-1].count.done, course.planned[-1][1]) == (1, 1)


def test_every_row_of_the_table_has_what_anybody_of_the_unit_holds() -> None:
    plan = without()
    kept, fresh = derived(plan, as_of(at(GONE), BEFORE)), derived(plan, a_congress(id="fresh"))
    top = Rollup(plan.id, "d", "D", {}, "district", ("d",), _sums(plan, [kept, fresh]))
    below = [
        Rollup(plan.id, code.lower(), code, {}, "district", ("d", code.lower()), _sums(plan, [one]))
        for code, one in (("A", kept), ("B", fresh))
    ]
    found = answer(top, below, plan, TODAY, by(TODAY).at)
    out = io.BytesIO()
    CSV.write(rollup_table(plan, found), rollup_rows(plan, found), Reader(), out, {})
    rows = {row["Code"]: row for row in csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))}
    parts = ("done", "not held", "overdue", "%")
    told = {code: [row[f"{GONE}: {part}"] for part in parts] for code, row in rows.items()}
    assert told == {
        "D": ["1", "1", "0", "100.0"],
        "A": ["1", "0", "0", "100.0"],
        "B": ["0", "1", "0", "0.0"],
    }


def test_a_version_that_was_made_before_and_keeps_a_marked_one_keeps_its_mark() -> None:
    assert without().marked(Mark.CLOSED) == PLAN.marked(Mark.CLOSED)
    assert without().closing == PLAN.closing
    withdrawal = Entry("w", GONE, None, "", BEFORE, "clerk")
    assert GONE not in keys(without(), replace(a_congress(), entries=(withdrawal,)))
