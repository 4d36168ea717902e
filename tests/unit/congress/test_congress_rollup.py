"""Adding differences, in whatever order, gives what a recount gives."""

import csv
import io
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congress.domain import rollup
from congress.domain.decisions import approve, send_back
from congress.domain.history import Congress, ResultEntry, State
from congress.domain.level_results import LevelResults
from congress.domain.plan import Plan, PlanState
from congress.domain.progress import Report, choose_content_type, record_milestone, report_results, submit
from congress.domain.reopening import reopen
from congress.domain.results import SUMMED
from congress.domain.rollup import (
    Rollup,
    contribution,
    percent,
)
from congress.rendering.tables import congress_rows, congress_table, rollup_rows, rollup_table
from congress.routes.rollup_views import rollup_view
from servicekit.out.exports.formats import CSV
from servicekit.out.exports.tables import Reader
from servicekit.refusals import Refusal
from servicekit.tree.rollup import figures
from servicekit.tree.rollup.figures import Contribution, apply, difference, recount
from servicekit.tree.units import Unit
from tests.unit.congress.builders import (
    DEADLINE,
    EVERY_LEVEL,
    FIGURES_THAT_ADD_UP,
    MILESTONES,
    OPENS,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
)

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
GROUP = f"district|{DEADLINE.isoformat()}"


def test_one_congress_contributes_what_it_has_done() -> None:
    line = contribution(a_plan(), at("submitted"))
    assert (line.path, line.group) == (("root", "north"), GROUP)
    assert line.counters["total"] == line.counters["state.submitted"] == line.counters["reported"] == 1
    assert {name for name in line.counters if name.startswith("done.")} == {
        "done.plan_issued", "done.drafts", "done.opened", "done.election", "done.closed", "done.dossier"
    }  # fmt: skip
    assert line.counters["results.summoned"] == 100
    assert "results.committee_lowest_votes" not in line.counters


def test_done_after_the_due_day_is_late() -> None:
    due = MILESTONES[0].due(DEADLINE)
    for day, late in ((due, 0), (due + timedelta(days=1), 1)):
        congress = record_milestone(a_plan(), a_congress(), Report("plan_issued", day), None, by(), "e")
        assert contribution(a_plan(), congress).counters.get("late.plan_issued", 0) == late


def test_a_skipped_election_is_not_missing() -> None:
    merged = choose_content_type(a_plan(), at("opened"), "2", by())
    line = contribution(a_plan(), merged)
    assert line.counters["skipped.election"] == 1
    found = answered([line], DEADLINE + timedelta(days=99))
    count = {milestone.key: milestone.count for milestone in found.milestones}["election"]
    assert (count.total, count.held, count.overdue, count.percent) == (1, 0, 0, 0.0)


def answered(lines: list[Contribution], today: date, plan: Plan | None = None) -> rollup.Answer:
    groups = recount(lines).get("root", {})
    top = Rollup("plan1", "root", "R", {"en": "Root"}, "centre", ("root",), groups)
    return rollup.answer(top, [], plan or a_plan(), today, AS_OF)


def test_overdue_comes_with_the_calendar_and_without_a_write() -> None:
    lines = [contribution(a_plan(), at("drafts")), contribution(a_plan(), a_congress(id="c2"))]
    due = MILESTONES[3].due(DEADLINE)
    for today, overdue in ((due, 0), (due + timedelta(days=1), 2)):
        opened = answered(lines, today).milestones[3]
        assert (opened.key, opened.count.overdue, opened.count.done) == ("opened", overdue, 0)


def test_an_answer_adds_up_over_levels_states_and_results() -> None:
    district = contribution(a_plan(), at("submitted"))
    centre = contribution(a_plan(), a_congress(unit=a_unit("root", ("root",), "centre")))
    found = answered([district, district, centre], TODAY)
    assert (found.total, found.reported) == (3, 2)
    assert found.states == {"submitted": 2, "planned": 1}
    twice = {key: 2 * value for key, value in FIGURES_THAT_ADD_UP.items()}
    assert found.results == {"centre": LevelResults(1, 0, {}), "district": LevelResults(2, 2, twice)}
    first = found.milestones[0]
    assert (first.count.done, first.count.total, first.count.percent) == (2, 3, 66.7)
    assert {level: count.total for level, count in first.by_level.items()} == {"centre": 1, "district": 2}
    assert found.steps.done == 12


def test_what_is_approved_stands_beside_what_is_reported() -> None:
    known = FIGURES_THAT_ADD_UP
    lines = [contribution(a_plan(), at(stage)) for stage in ("results", "submitted", "approved")]
    thrice = {key: 3 * value for key, value in known.items()}
    found = answered(lines, TODAY).results
    assert found == {"district": LevelResults(3, 3, thrice, approved=1, approved_figures=dict(known))}
    # Reopened, it is reported still and approved no more; the topmost unit's is final as it is sent.
    again = contribution(a_plan(), replace(at("approved"), state=State.REOPENED))
    assert answered([again], TODAY).results["district"].approved_figures == {}
    top = replace(at("submitted"), unit=a_unit("root", ("root",), "centre"))
    assert answered([contribution(a_plan(), top)], TODAY).results["centre"].approved == 1
    shown = rollup_view(answered(lines, TODAY))["results"]["district"]
    assert (shown["figures"]["present"], shown["approved_figures"]["present"]) == (291, 97)


def test_members_that_every_level_counts_are_never_added_up_over_levels() -> None:
    """An upazila reports the same 1,214 members that its unions have reported."""
    unions = [
        reported_of(f"u{n}", ("root", "north", f"u{n}"), "union", {"members": members})
        for n, members in enumerate((600, 614))
    ]
    upazila = reported_of("north", ("root", "north"), "upazila", {"members": 1214})
    found = answered([*unions, upazila], TODAY)
    assert found.results["union"] == LevelResults(2, 2, {"members": 1214})
    assert found.results["upazila"] == LevelResults(1, 1, {"members": 1214})
    shown = rollup_view(found)
    assert shown["sums_over"] == {"members": "level"}
    assert 2428 not in [value for one in shown["results"].values() for value in one["figures"].values()]


def test_every_line_of_the_table_with_figures_is_of_one_level() -> None:
    lines = [
        reported_of("u1", ("root", "north", "u1"), "union", {"members": 1214}),
        reported_of("north", ("root", "north"), "upazila", {"members": 1214}),
    ]
    plan, found = a_plan(), answered(lines, TODAY)
    out = io.BytesIO()
    CSV.write(rollup_table(plan, found), rollup_rows(plan, found), Reader(), out, {})
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    told = [
        (row["Level of the unit"], row["Level of the congresses"], row["Members represented"]) for row in rows
    ]
    assert told == [("centre", "union", "1214"), ("centre", "upazila", "1214")]


def test_a_unit_without_a_congress_has_a_row_all_the_same() -> None:
    plan, found = a_plan(), answered([], TODAY)
    [row] = rollup_rows(plan, found)
    assert (row[0], row[3], row[6], row[7], row[8]) == ("R", None, 0, 0, 0)


def test_a_share_can_be_computed_again_from_its_row_which_says_what_it_covers() -> None:
    gone = a_congress(unit=replace(a_unit("old", ("root", "old")), valid_to=TODAY))
    lines = [contribution(a_plan(), one) for one in (at("drafts"), at("submitted"), gone)]
    plan, found = a_plan(), answered(lines, TODAY)
    out = io.BytesIO()
    CSV.write(rollup_table(plan, found), rollup_rows(plan, found), Reader(), out, {})
    [row] = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert row["Counted in this row"] == "the unit and all below it"
    assert (row["Congresses"], row["Not counted: unit ended or left the plan"]) == ("2", "1")
    for key in ("drafts", "credentials", "election"):
        held = int(row["Congresses"]) - int(row[f"{key}: not held"])
        assert percent(int(row[f"{key}: done"]), held) == float(row[f"{key}: %"])
        rest = sum(int(row[f"{key}: {name}"]) for name in ("done", "overdue", "left out"))
        assert rest <= held


@pytest.mark.parametrize("language", ["en", "bn", "vi"])
def test_congresses_are_a_row_each_with_the_days_of_their_steps_and_their_figures(language: str) -> None:
    plan = a_plan()
    congresses = [at("submitted"), a_congress(id="c2")]
    out = io.BytesIO()
    reader = Reader(language, levels={"district": {"en": "District", "bn": "জেলা", "vi": "Huyện"}})
    CSV.write(congress_table(plan, "t"), congress_rows(plan, congresses), reader, out, {})
    head, *rows = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert (len(rows), {len(row) for row in rows}) == (2, {len(head)})
    assert {row[2] for row in rows} == {reader.level("district")}
    assert rows[0][4] == congresses[0].deadline.isoformat()
    current = congresses[0].current
    assert rows[0][6 : 6 + len(plan.milestones)] == [
        str(current[one.key].date or "") if one.key in current else "" for one in plan.milestones
    ]
    assert set(rows[1][6:]) == {""}


def reported_of(unit_id: str, path: tuple[str, ...], level: str, figures: dict[str, int]) -> Contribution:
    entry = ResultEntry("r", figures, AS_OF, "clerk")
    return contribution(
        a_plan(deadlines=EVERY_LEVEL), a_congress(unit=a_unit(unit_id, path, level), result_entries=(entry,))
    )


@pytest.mark.parametrize(
    ("stage", "key", "overdue", "left_out"),
    [
        ("closed", "credentials", 1, 0),  # passed over, and can still be recorded
        ("submitted", "credentials", 0, 1),  # locked while the report waits
        ("submitted", "approval", 1, 0),  # the superior can still approve
        ("approved", "credentials", 0, 1),
        ("approved", "programme", 0, 1),  # optional, of an approved congress
        (None, "programme", 1, 0),
    ],
)
def test_only_what_can_still_be_done_is_overdue(
    stage: str | None, key: str, overdue: int, left_out: int
) -> None:
    congress = at(stage) if stage else a_congress()
    late = DEADLINE + timedelta(days=400)
    (count,) = [
        one.count for one in answered([contribution(a_plan(), congress)], late).milestones if one.key == key
    ]
    assert (count.overdue, count.left_out) == (overdue, left_out)


def test_what_a_plan_requires_behind_the_approval_is_overdue_of_approved_congresses_too() -> None:
    milestones = (*MILESTONES[:-1], replace(MILESTONES[-1], required=True))
    plan = a_plan(milestones=milestones)
    found = answered([contribution(plan, at("approved"))], DEADLINE + timedelta(days=400), plan)
    assert found.milestones[-1].count.overdue == 1


def test_nothing_is_overdue_under_a_closed_plan() -> None:
    plan = a_plan(state=PlanState.CLOSED)
    found = answered([contribution(plan, a_congress())], DEADLINE + timedelta(days=400), plan)
    assert (found.steps.overdue, found.steps.left_out) == (0, found.steps.held)


def test_laggards_come_first() -> None:
    def child(unit_id: str, stage: str | None) -> Rollup:
        unit = a_unit(unit_id, ("root", unit_id))
        congress = at(stage, unit=unit) if stage else a_congress(unit=unit)
        groups = recount([contribution(a_plan(), congress)])[unit_id]
        return Rollup("plan1", unit_id, unit_id, {}, "district", ("root", unit_id), groups)

    children = [
        child("ahead", "approved"),
        child("behind", None),
        child("middle", "drafts"),
        child("beside", "drafts"),
    ]
    top = Rollup("plan1", "root", "R", {}, "centre", ("root",), {})
    found = rollup.answer(top, children, a_plan(), TODAY, AS_OF)
    assert [line.rollup.code for line in found.children] == ["behind", "beside", "middle", "ahead"]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, 0.0),
        (0, 9, 0.0),
        (1, 3, 33.3),
        (2, 3, 66.7),
        (1, 8, 12.5),
        (51_985, 52_105, 99.8),
        (52_105, 52_105, 100.0),
        (52_104, 52_105, 99.9),
        (1, 100_000, 0.1),
        (3, 2000, 0.2),
    ],
)
def test_a_percentage_is_whole_only_when_all_is_done(part: int, whole: int, shown: float) -> None:
    assert percent(part, whole) == shown


def test_what_differs_is_named() -> None:
    counted = recount([contribution(a_plan(), at("drafts"))])
    stored = {unit: dict(groups) for unit, groups in counted.items()}
    stored["north"] = {GROUP: {**counted["north"][GROUP], "done.drafts": 4}}
    (found,) = figures.compare("plan1", stored, counted)
    assert (found.unit_id, found.counter, found.stored, found.counted) == ("north", "done.drafts", 4, 1)
    assert figures.compare("plan1", counted, counted) == []
    assert len(figures.compare("plan1", {}, counted)) == 2 * len(counted["root"][GROUP])


def test_a_contribution_that_was_remembered_wrongly_is_named() -> None:
    line = contribution(a_plan(), at("drafts"))
    moved = replace(line, path=("root", "east", "north"))
    assert figures.compare_contributions("plan1", "c", line, line) == []
    assert [found.counter for found in figures.compare_contributions("plan1", "c", moved, line)] == ["path"]
    assert figures.compare_contributions("plan1", "c", None, line)


# ---------------------------------------------------------------- the property

PATHS = [("root", "north", unit) for unit in ("n1", "n2", "n3")] + [
    ("root", "south", unit) for unit in ("s1", "s2")
]
ACTS = (
    "milestone",
    "correct",
    "withdraw",
    "content",
    "results",
    "submit",
    "approve",
    "return",
    "reopen",
    "move",
    "deadline",
)


@st.composite
def writes(draw: st.DrawFn) -> list[tuple[int, str, int, int]]:
    """(which congress, what, a choice, a number of days)"""
    one = st.tuples(st.integers(0, 4), st.sampled_from(ACTS), st.integers(0, 8), st.integers(0, 150))
    return draw(st.lists(one, max_size=60))


def changed(plan: Plan, congress: Congress, act: str, choice: int, days: int, number: int) -> Congress:
    """The congress after an act, or a refusal."""
    day = OPENS + timedelta(days=days)
    key = plan.milestones[choice].key
    standing = congress.current.get(key)
    if act == "milestone":
        return record_milestone(plan, congress, Report(key, day), None, by(), f"e{number}")
    if act in ("correct", "withdraw"):
        report = Report(key, day if act == "correct" else None, corrects=standing.id if standing else "none")
        return record_milestone(plan, congress, report, None, by(), f"e{number}")
    if act == "content":
        return choose_content_type(plan, congress, "432"[choice % 3], by())
    if act == "results":
        figures = {"summoned": days, "present": days} if choice % 2 else FIGURES_THAT_ADD_UP
        return report_results(plan, congress, figures, by(), f"e{number}")
    if act == "submit":
        return submit(plan, congress, by(), f"e{number}")
    if act == "approve":
        return approve(plan, congress, by(), f"e{number}")
    if act == "return":
        return send_back(plan, congress, {"results": "see"}, by(), f"e{number}")
    if act == "reopen":
        return reopen(plan, congress, "see", by(), f"e{number}")
    if act == "deadline":
        return replace(congress, deadline=DEADLINE - timedelta(days=choice))
    path = (*PATHS[choice % 5][:2], congress.unit.id)
    return replace(
        congress, unit=Unit(congress.unit.id, "C", {}, ("union", "cell")[choice % 2], path[-2], path)
    )


@settings(max_examples=150, deadline=None)
@given(writes(), st.randoms(use_true_random=False))
def test_differences_added_in_any_order_equal_a_recount(
    written: list[tuple[int, str, int, int]],
    dice: random.Random,
) -> None:
    """Writes, corrections and moves go on while the projector takes congresses up whenever it likes."""
    plan = a_plan(deadlines=EVERY_LEVEL)
    congresses = {
        index: a_congress(id=f"c{index}", unit=Unit(path[-1], "C", {}, "union", path[-2], path))
        for index, path in enumerate(PATHS)
    }
    held: dict[int, Contribution] = {}
    sums: dict[str, figures.Groups] = {}
    waiting = set(congresses)

    def project(indexes: list[int]) -> None:
        lines = {index: contribution(plan, congresses[index]) for index in indexes}
        total = figures.together(difference(held.get(index), line) for index, line in lines.items())
        for unit_id, change in total.items():
            sums[unit_id] = apply(sums.get(unit_id, {}), change)
        held.update(lines)
        waiting.difference_update(indexes)

    for number, (index, act, choice, days) in enumerate(written):
        try:
            congresses[index] = changed(plan, congresses[index], act, choice, days, number)
        except Refusal:
            continue
        waiting.add(index)
        if dice.random() < 0.3:
            some = [one for one in waiting if dice.random() < 0.5]
            dice.shuffle(some)
            project(some)
            assert figures.compare("plan1", sums, recount(held.values())) == []
    project(list(waiting))
    assert figures.compare("plan1", sums, recount(contribution(plan, c) for c in congresses.values())) == []
    top = Rollup("plan1", "root", "R", {}, "centre", ("root",), sums.get("root", {}))
    found = rollup.answer(top, [], plan, TODAY, AS_OF)
    assert {level: one.figures for level, one in found.results.items()} == reported_by_level(
        congresses.values()
    )


def reported_by_level(congresses: Iterable[Congress]) -> dict[str, dict[str, int]]:
    """From the congresses themselves, by the plainest means."""
    by_level: dict[str, dict[str, int]] = {}
    for congress in congresses:
        figures = by_level.setdefault(congress.unit.level, {})
        for key, value in (congress.results or {}).items():
            if value and key in SUMMED:
                figures[key] = figures.get(key, 0) + int(value)
    return by_level


@given(writes())
def test_a_difference_and_its_opposite_leave_nothing(written: list[tuple[int, str, int, int]]) -> None:
    congress = a_congress()
    first = contribution(a_plan(deadlines=EVERY_LEVEL), congress)
    for number, (_, act, choice, days) in enumerate(written):
        try:
            congress = changed(a_plan(deadlines=EVERY_LEVEL), congress, act, choice, days, number)
        except Refusal:
            continue
    last = contribution(a_plan(deadlines=EVERY_LEVEL), congress)
    there, back = difference(first, last), difference(last, first)
    for unit_id in there.keys() | back.keys():
        assert figures.without_zeros(apply(there.get(unit_id, {}), back.get(unit_id, {}))) == {}
    assert difference(first, first) == {}
    assert difference(None, None) == {}


@pytest.mark.parametrize("stage", ["plan_issued", "closed", "results"])
def test_a_congress_whose_unit_ended_before_it_was_sent_up_counts_as_ended_alone(stage: str) -> None:
    gone = replace(a_unit(), valid_to=TODAY)
    assert contribution(a_plan(), at(stage)).counters["total"] == 1
    assert contribution(a_plan(), replace(at(stage), unit=gone)).counters == {"ended": 1}


@pytest.mark.parametrize("stage", ["submitted", "approved"])
def test_one_that_was_sent_up_before_counts_as_far_as_it_came(stage: str) -> None:
    gone = replace(at(stage), unit=replace(a_unit(), valid_to=TODAY))
    counters = contribution(a_plan(), gone).counters
    assert counters[f"state.{stage}"] == 1
    assert counters["done.opened"] == 1
    assert counters["skipped.programme"] == 1  # nobody is left to do it: neither open nor overdue


@pytest.mark.parametrize("key", ["code", "unit", "state", "members", "milestone"])
def test_a_step_named_like_another_column_takes_nothing_from_it(key: str) -> None:
    first = replace(a_plan().milestones[0], key=key)
    plan = a_plan(milestones=(first, *a_plan().milestones[1:]), results_fields=("members",))
    keys = [column.key for column in congress_table(plan, "t").columns]
    assert len(keys) == len(set(keys))
    assert {"code", "unit", "state", "members", f"milestone.{key}"} <= set(keys)
