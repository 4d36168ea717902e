"""A congress that is blocked by a difficulty: until that is over nothing that waits for it is overdue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from congress.domain.blocking import (
    BLOCKS_MOST,
    BlockedAlready,
    DifficultyNotOpen,
    NotBlocked,
    NothingHeldUp,
    NotItsDifficulty,
    TooManyBlocks,
    block,
    block_of,
    end_with,
    is_blocked,
    is_named,
    unblock,
)
from congress.domain.course import course_of, to_keep
from congress.domain.difficulties import Blocked, Difficulty, Kind, State, Urgency
from congress.domain.explanations import ExplainFirst, counted, owed_in, owes, refuse_unexplained
from congress.domain.history import Congress
from congress.domain.overdue import Standing, awaited, standing_of
from congress.domain.plan import PlanState, Reach
from congress.domain.plan_refusals import PlanIsClosed
from congress.domain.postponing import postpone
from congress.domain.progress import submit
from congress.domain.progress_refusals import (
    CongressApproved,
    ReasonNeeded,
    ReasonTooLong,
    WaitingForApproval,
)
from congress.domain.reminders import is_reminded
from congress.domain.rollup import Rollup, answer, contribution, group_of, is_put_off
from congress.domain.rule_effects import effects_of
from congress.domain.rule_sets import Edit
from congress.domain.wanted import STANDINGS, Beside, Wanted
from congress.rendering.tables import rollup_rows, rollup_table
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from servicekit.tree.rollup.figures import recount
from tests.unit.congress.builders import DEADLINE, TODAY, a_congress, a_plan, a_unit, at, by, recorded

PLAN = a_plan()
LATE = DEADLINE + timedelta(days=3)
NOW = by(LATE).at


def a_difficulty(milestone: str = "", **changes: Any) -> Difficulty:
    said = (Kind.VENUE_OR_DISASTER, Urgency.SOON, "The hall is under water.", "root", NOW, NOW)
    blocks = Blocked("congress1", "plan1", milestone)
    return replace(Difficulty("d1", a_unit(), *said, blocks=blocks), **changes)


def blocked(congress: Congress | None = None, milestone: str = "", day: date = LATE) -> Congress:
    return block(PLAN, congress or a_congress(), a_difficulty(milestone), "No hall.", by(day), "b1")


def standings(congress: Congress, day: date = LATE) -> dict[str, str]:
    return {one.key: str(standing_of(PLAN, congress, one, day)) for one in PLAN.milestones}


@pytest.mark.parametrize(
    ("milestone", "waiting"),
    [
        ("", {one.key for one in PLAN.milestones}),
        ("opened", {"opened", "election", "closed", "dossier", "approval", "programme"}),
        # Nothing needs what is optional.
        ("credentials", {"credentials"}),
    ],
)
def test_what_waits_for_the_difficulty_is_blocked_and_all_else_is_as_ever(
    milestone: str, waiting: set[str]
) -> None:
    found, free = standings(blocked(milestone=milestone)), standings(a_congress())
    assert {key for key, one in found.items() if one == Standing.BLOCKED} == waiting
    assert {key: one for key, one in found.items() if key not in waiting} == {
        key: one for key, one in free.items() if key not in waiting
    }
    assert blocked(milestone=milestone).deadline == DEADLINE


def test_when_the_difficulty_is_over_or_it_goes_on_it_is_overdue_again() -> None:
    congress = blocked()
    assert awaited(PLAN, congress, "closed") == PLAN.closing
    assert is_named(congress, "d1") is True
    assert is_named(congress, "d2") is False
    over, on = end_with(congress, NOW), unblock(PLAN, congress, by(LATE))
    assert (over.blocks[0].ended_by, on.blocks[0].ended_by) == ("", "clerk")
    for one in (over, on):
        assert (block_of(PLAN, one), is_named(one, "d1")) == (None, False)
        assert standings(one) == standings(a_congress())
        with pytest.raises(NotBlocked):
            unblock(PLAN, one, by(LATE))
    # Said again, and both are kept.
    assert [one.ended_at is None for one in blocked(over).blocks] == [False, True]


def test_what_is_recorded_all_the_same_ends_it_and_withdrawn_it_is_blocked_again() -> None:
    congress = recorded(blocked(milestone="plan_issued"), "plan_issued", TODAY)
    assert is_blocked(PLAN, congress) is False
    assert standings(congress)["closed"] == Standing.OVERDUE
    withdrawal = replace(congress.entries[0], id="e1", date=None, corrects="e0")
    assert is_blocked(PLAN, replace(congress, entries=(*congress.entries, withdrawal))) is True


SIDES = [
    a_congress(),
    blocked(),
    blocked(milestone="opened"),
    blocked(milestone="credentials"),
    blocked(recorded(a_congress(), "plan_issued"), "drafts"),
    unblock(PLAN, blocked(), by(LATE)),
    postpone(PLAN, blocked(), LATE + timedelta(days=10), "Flood.", by(LATE), "p1"),
    replace(blocked(), unit=replace(a_unit(), valid_to=LATE)),
]


@pytest.mark.parametrize("day", [DEADLINE - timedelta(days=1), LATE, LATE + timedelta(days=11)])
@pytest.mark.parametrize("congress", SIDES)
def test_sums_lists_and_the_congress_itself_say_the_same_on_each_day(congress: Congress, day: date) -> None:
    found = contribution(PLAN, congress)
    _, deadline = group_of(found.group)
    put_off = is_put_off(found.group, day)
    wanted = [
        *(Wanted(milestone=one.key, standing=standing) for one in PLAN.milestones for standing in STANDINGS),
        *(
            Wanted(milestone=one.key, standing=standing, actor=actor)
            for one in PLAN.milestones
            for standing in (Standing.OVERDUE, Standing.TO_COME)
            for actor in ("unit", "superior")
        ),
        *(Wanted(beside=beside) for beside in Beside),
        *(Wanted(overdue=True), Wanted(overdue=True, actor="unit"), Wanted(overdue=True, actor="superior")),
    ]
    for one in wanted:
        counted_so = one.count(PLAN, deadline, found.counters, day, put_off=put_off)
        assert counted_so == one.fits(PLAN, congress, day), one


def test_the_sums_of_a_unit_count_them_apart_and_in_what_a_day_kept() -> None:
    groups = recount([contribution(PLAN, one) for one in (blocked(), a_congress(id="c2"))])["north"]
    rollup = Rollup("plan1", "north", "N", {}, "district", ("root", "north"), groups)
    told = answer(rollup, [], PLAN, LATE, NOW)
    closed = next(one.count for one in told.milestones if one.key == "closed")
    assert (told.blocked, told.postponed, told.total) == (1, 0, 2)
    assert (closed.blocked, closed.overdue, closed.to_come) == (1, 1, 0)
    kept = course_of(PLAN, PLAN.closing, rollup, {LATE: to_keep(groups)}, LATE).points[0].count
    assert (kept.blocked, kept.overdue) == (1, 1)
    row = dict(
        zip(
            [one.key for one in rollup_table(PLAN, told).columns],
            next(iter(rollup_rows(PLAN, told))),
            strict=True,
        )
    )
    assert (row["closed.blocked"], row["closed.overdue"]) == (1, 1)
    after = answer(rollup, [], replace(PLAN, state=PlanState.CLOSED), LATE, NOW)
    assert (after.blocked, after.steps.blocked, after.steps.overdue) == (0, 0, 0)
    edit = Edit(lateness={"explained_after": 9}, deadlines={"district": LATE + timedelta(days=9)})
    effect = next(one for one in effects_of(PLAN, edit, Reach.NOT_CLOSED, groups, LATE) if one.moves)
    assert (effect.reached, effect.no_longer_overdue) == (2, 1)
    (fresh,) = [one for one in effects_of(PLAN, edit, Reach.NOT_BEGUN, groups, LATE) if one.moves]
    assert (fresh.reached, fresh.no_longer_overdue) == (2, 1)


def test_while_its_closing_waits_no_explanation_is_owed_and_one_that_is_owed_comes_first() -> None:
    day = DEADLINE + timedelta(days=46)
    congress = blocked(day=DEADLINE + timedelta(days=45))
    assert (owes(PLAN, a_congress(), day), owes(PLAN, congress, day)) == (True, False)
    assert owes(PLAN, end_with(congress, NOW), day) is True
    for one in (congress, a_congress(), blocked(milestone="credentials")):
        found = contribution(PLAN, one)
        assert owed_in(PLAN, DEADLINE, found.counters, day) == owes(PLAN, one, day)
    assert counted(PLAN, congress) == {"explain.spared": 1}
    with pytest.raises(ExplainFirst):
        refuse_unexplained(PLAN, a_congress(), day)


@pytest.mark.parametrize(
    ("congress", "reminded"),
    [
        (a_congress(), True),
        (blocked(), False),
        (end_with(blocked(), NOW), True),
        (postpone(PLAN, a_congress(), LATE + timedelta(days=5), "x", by(LATE), "p"), False),
        (postpone(PLAN, a_congress(), LATE, "x", by(DEADLINE), "p"), True),
    ],
)
def test_nobody_is_reminded_while_the_day_does_not_tell(congress: Congress, reminded: bool) -> None:
    assert is_reminded(PLAN, congress, LATE + timedelta(days=1)) is reminded


ELSEWHERE = Blocked("congress2", "plan1", "closed")


def test_in_the_list_of_what_is_overdue_stands_only_what_nothing_is_in_the_way_of() -> None:
    wanted = Wanted(overdue=True)
    for congress, expected in ((blocked(), False), (blocked(milestone="opened"), True)):
        found = contribution(PLAN, congress).counters
        assert wanted.fits(PLAN, congress, LATE) is expected
        assert wanted.count(PLAN, DEADLINE, found, LATE) == expected


def test_what_has_been_sent_up_waits_for_its_superior_and_not_for_a_difficulty() -> None:
    congress = blocked(at("results"), "credentials")
    assert is_blocked(PLAN, congress) is True
    assert is_blocked(PLAN, submit(PLAN, congress, by(LATE), "s")) is False


@pytest.mark.parametrize(
    ("congress", "difficulty", "reason", "refusal"),
    [
        (a_congress(), None, "why", NotItsDifficulty),
        (a_congress(), a_difficulty(blocks=ELSEWHERE), "why", NotItsDifficulty),
        (a_congress(), a_difficulty(blocks=Blocked()), "why", NotItsDifficulty),
        (a_congress(), a_difficulty(state=State.SOLVED), "why", DifficultyNotOpen),
        (a_congress(), a_difficulty(state=State.WITHDRAWN), "why", DifficultyNotOpen),
        (a_congress(), a_difficulty(), " ", ReasonNeeded),
        (a_congress(), a_difficulty(), "x" * 1001, ReasonTooLong),
        (at("drafts"), a_difficulty("drafts"), "why", NothingHeldUp),
        (a_congress(), a_difficulty("gone"), "why", NothingHeldUp),
        (at("closed"), a_difficulty(), "why", NothingHeldUp),
        (blocked(), a_difficulty(), "why", BlockedAlready),
        (at("submitted"), a_difficulty("dossier"), "why", WaitingForApproval),
        (at("approved"), a_difficulty("programme"), "why", CongressApproved),
        (
            a_congress(blocks=end_with(blocked(), NOW).blocks * BLOCKS_MOST),
            *(a_difficulty(), "why", TooManyBlocks),
        ),
    ],
)
def test_what_cannot_be_blocked(
    congress: Congress, difficulty: Difficulty | None, reason: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        block(PLAN, congress, difficulty, reason, by(LATE), "b2")


def test_what_is_answered_and_not_yet_confirmed_still_blocks() -> None:
    assert block(PLAN, a_congress(), a_difficulty(state=State.ANSWERED), "why", by(LATE), "b").blocks


def test_of_a_closed_plan_nothing_is_blocked() -> None:
    closed = replace(PLAN, state=PlanState.CLOSED)
    assert is_blocked(closed, blocked()) is False
    acts: tuple[Callable[[], Congress], ...] = (
        lambda: block(closed, a_congress(), a_difficulty(), "why", by(LATE), "x"),
        lambda: unblock(closed, blocked(), by(LATE)),
    )
    for act in acts:
        with pytest.raises(PlanIsClosed):
            act()


def test_it_is_kept_and_read_as_it_was_and_older_documents_have_none() -> None:
    for congress in (blocked(), unblock(PLAN, blocked(), by(LATE)), end_with(blocked(), NOW)):
        kept: dict[str, Any] = {**congress_document(congress), "version": 1}
        assert congress_of(kept) == congress
    older = {**congress_document(a_congress()), "version": 1}
    del older["blocks"]
    assert congress_of(older) == a_congress()
