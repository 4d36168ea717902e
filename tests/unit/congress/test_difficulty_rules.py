"""Difficulties: which act is done in which state and by whom, who reads them, where they lie, and until when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain import difficulties as rules
from congress.domain.difficulties import (
    STEPS_TO_GO_ON,
    UNFINISHED_MOST,
    Difficulty,
    DifficultyOver,
    DifficultyStepsFull,
    Kind,
    NobodyAbove,
    NotAnswered,
    NothingAskedBack,
    NotOpen,
    OwnDifficulty,
    Said,
    State,
    StepKind,
    TooManyDifficulties,
    Urgency,
    WhyNotSolved,
)
from congress.domain.difficulty_acts import (
    APPROVE,
    READ,
    REPORT,
    LiesElsewhere,
    acts_of,
    require_answering,
    require_reading,
    tells_names,
)
from congress.domain.difficulty_clocks import Clocks, ClocksUnreadable, clocks_of
from congress.domain.history import By
from servicekit.access.decision import Caller, PermissionMissing, Reach, Right, SignInTooOld, UnknownHere
from servicekit.calendar.days import Calendar
from servicekit.refusals import Refusal
from servicekit.tree.units import Unit, UnitEnded
from tests.unit.congress.builders import TODAY, a_unit

PATH = ("root", "north", "up", "n1")
UNITS = {
    one: a_unit(one, PATH[: number + 1], level)
    for number, (one, level) in enumerate(zip(PATH, ("centre", "district", "upazila", "union"), strict=True))
}
UNIT = UNITS["n1"]
DUE = TODAY + timedelta(days=5)
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
CLERK, SUPERIOR = By("clerk", NOW, TODAY, name="C."), By("superior", NOW, TODAY)


def raised(unit: Unit = UNIT, by: By = CLERK, unfinished: int = 0) -> Difficulty:
    said = Said(Kind.PERSONNEL, Urgency.SOON, "Nobody stands for secretary.")
    above = rules.next_above(unit.path, unit.id, UNITS)
    return rules.raise_difficulty(unit, said, above, DUE, unfinished, by, "d1")


def forwarded(difficulty: Difficulty) -> Difficulty:
    above = rules.next_above(difficulty.unit.path, difficulty.place, UNITS)
    return rules.forward(difficulty, "Please look.", above, DUE, SUPERIOR)


OPEN = raised()
ASKED = rules.ask_back(OPEN, "Which one?", SUPERIOR)
ANSWERED = rules.answer(OPEN, "Take the deputy.", SUPERIOR)
SOLVED = rules.confirm_solved(ANSWERED, "", CLERK)
WITHDRAWN = rules.withdraw(OPEN, "", CLERK)

Act = Callable[[Difficulty], Difficulty]
ACTS: dict[str, Act] = {
    "answer": lambda one: rules.answer(one, "So.", SUPERIOR),
    "ask-back": lambda one: rules.ask_back(one, "So?", SUPERIOR),
    "forward": forwarded,
    "climb": lambda one: rules.climb(one, UNITS["north"], DUE, NOW),
    "reply": lambda one: rules.reply(one, "So.", DUE, CLERK),
    "solved": lambda one: rules.confirm_solved(one, "", CLERK),
    "not-solved": lambda one: rules.say_not_solved(one, "Nobody would.", DUE, CLERK),
    "withdraw": lambda one: rules.withdraw(one, "", CLERK),
}
FOR_SUPERIOR = ("answer", "ask-back", "forward", "climb")
WITH_UNIT = {"reply": NothingAskedBack, "solved": NotAnswered, "not-solved": NotAnswered}
STATES = {
    State.OPEN: OPEN,
    State.ASKED_BACK: ASKED,
    State.ANSWERED: ANSWERED,
    State.SOLVED: SOLVED,
    State.WITHDRAWN: WITHDRAWN,
}


def expected(state: State, act: str) -> type[Refusal] | State:
    if state in (State.SOLVED, State.WITHDRAWN):
        return DifficultyOver
    if act == "withdraw":
        return State.WITHDRAWN
    if act in FOR_SUPERIOR:
        led_to = {"answer": State.ANSWERED, "ask-back": State.ASKED_BACK}.get(act, State.OPEN)
        return led_to if state is State.OPEN else NotOpen
    if act == "reply":
        return State.OPEN if state is State.ASKED_BACK else WITH_UNIT[act]
    if state is State.ANSWERED:
        return State.SOLVED if act == "solved" else State.OPEN
    return WITH_UNIT[act]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_each_act_is_done_in_its_state_and_refused_by_name_in_any_other(state: State, act: str) -> None:
    leads = expected(state, act)
    if isinstance(leads, State):
        before, after = STATES[state], ACTS[act](STATES[state])
        assert after.state is leads
        assert len(after.steps) == len(before.steps) + 1
        # A clock runs where a superior is awaited, and nowhere else.
        assert (after.due is None) == (leads is not State.OPEN)
    else:
        with pytest.raises(leads):
            ACTS[act](STATES[state])


@pytest.mark.parametrize("act", ACTS)
def test_with_the_end_of_its_unit_it_ends(act: str) -> None:
    for one in (OPEN, ASKED, ANSWERED):
        ended = replace(one, unit=replace(UNIT, valid_to=TODAY))
        with pytest.raises(UnitEnded):
            ACTS[act](ended)
        assert (ended.standing, ended.waits_with) == ("ended", "")


def test_it_lies_with_the_superior_and_then_with_each_further_one_up_to_the_topmost() -> None:
    assert (OPEN.place, OPEN.chain, OPEN.waits_with) == ("up", ("up", "n1"), "up")
    further = forwarded(OPEN)
    assert (further.place, further.chain) == ("north", ("north", "up", "n1"))
    top = forwarded(further)
    assert (top.place, top.chain) == ("root", PATH)
    with pytest.raises(NobodyAbove):
        forwarded(top)
    assert [(one.kind, one.unit_id, one.to) for one in top.steps] == [
        (StepKind.RAISED, "n1", "up"),
        (StepKind.FORWARDED, "up", "north"),
        (StepKind.FORWARDED, "north", "root"),
    ]
    assert rules.next_above(PATH, "n1", {**UNITS, "up": replace(UNITS["up"], valid_to=TODAY)}).id == "north"


def test_not_solved_it_is_open_again_where_it_was_answered() -> None:
    answered = rules.answer(forwarded(OPEN), "So.", SUPERIOR)
    assert answered.waits_with == "n1"
    again = rules.say_not_solved(answered, "No.", DUE, CLERK)
    assert (again.state, again.place, again.steps[-1].to) == (State.OPEN, "north", "north")
    for nothing in ("", " \n"):
        with pytest.raises(WhyNotSolved):
            rules.say_not_solved(answered, nothing, DUE, CLERK)


def test_what_the_clock_took_up_is_overdue_until_the_unit_opens_it_anew() -> None:
    climbed = rules.climb(OPEN, UNITS["north"], DUE, NOW)
    assert (climbed.standing, climbed.place, climbed.steps[-1].by) == ("overdue", "north", "")
    answered = rules.answer(climbed, "So.", SUPERIOR)
    assert answered.standing == "answered"
    assert rules.say_not_solved(answered, "No.", DUE, CLERK).standing == "open"
    asked = rules.ask_back(climbed, "What?", SUPERIOR)
    assert rules.reply(asked, "This.", DUE, CLERK).standing == "overdue"
    assert rules.stay_overdue(OPEN).standing == "overdue"


def test_nobody_raises_without_bounds_from_the_top_or_for_a_unit_that_has_ended() -> None:
    assert raised(unfinished=UNFINISHED_MOST - 1)
    with pytest.raises(TooManyDifficulties):
        raised(unfinished=UNFINISHED_MOST)
    with pytest.raises(UnitEnded):
        raised(replace(UNIT, valid_to=TODAY))
    with pytest.raises(NobodyAbove):
        raised(UNITS["root"])


def test_to_and_fro_ends_and_leaves_room_for_what_ends_it() -> None:
    full = replace(OPEN, steps=OPEN.steps * STEPS_TO_GO_ON)
    for act in ("ask-back", "not-solved"):
        with pytest.raises(DifficultyStepsFull):
            ACTS[act](replace(full, state=State.OPEN if act == "ask-back" else State.ANSWERED))
    assert ACTS["answer"](full).state is State.ANSWERED
    assert ACTS["forward"](full).place == "north"


# Who


def caller(*rights: tuple[str, str, Reach], account: str = "s", **more: object) -> Caller:
    held = tuple(
        Right(name, unit, UNITS[unit].path, reach, max_age=300 if name == APPROVE else None)
        for name, unit, reach in rights
    )
    return replace(Caller(account, rights=held, assurance=2, auth_time=NOW), **more)  # type: ignore[arg-type]


def at(unit: str, **more: object) -> Caller:
    rights = (READ, unit, Reach.BELOW), (APPROVE, unit, Reach.UNDER)
    return caller(*rights, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "difficulty", "reads"),
    [
        ("n1", OPEN, True),
        ("up", OPEN, True),
        ("north", OPEN, False),
        ("root", OPEN, False),
        ("north", forwarded(OPEN), True),
        ("root", forwarded(OPEN), False),
        ("root", forwarded(forwarded(OPEN)), True),
        ("up", forwarded(forwarded(OPEN)), True),
        # It went up, and whoever has seen it goes on seeing it.
        ("north", rules.withdraw(forwarded(OPEN), "", CLERK), True),
    ],
)
def test_it_is_read_by_its_chain_and_not_there_for_anybody_else(
    unit: str, difficulty: Difficulty, reads: bool
) -> None:
    reader = caller((READ, unit, Reach.BELOW))
    if reads:
        require_reading(difficulty, reader, NOW)
    else:
        with pytest.raises(UnknownHere):
            require_reading(difficulty, reader, NOW)


def test_a_right_elsewhere_or_over_a_unit_alone_opens_nothing() -> None:
    aside = Caller("x", rights=(Right(READ, "south", ("root", "south"), Reach.BELOW),), assurance=2)
    for one in (aside, caller((READ, "up", Reach.OWN)), caller((REPORT, "n1", Reach.OWN))):
        with pytest.raises(UnknownHere):
            require_reading(OPEN, one, NOW)


def test_it_is_answered_where_it_lies_and_by_nobody_who_wrote_for_the_unit() -> None:
    require_answering(OPEN, at("up"), NOW)
    require_answering(forwarded(OPEN), at("north"), NOW)
    for unit, difficulty in (("north", OPEN), ("up", forwarded(OPEN)), ("n1", OPEN)):
        with pytest.raises(LiesElsewhere):
            require_answering(difficulty, at(unit), NOW)
    with pytest.raises(PermissionMissing):
        require_answering(OPEN, caller((READ, "up", Reach.BELOW)), NOW)
    with pytest.raises(SignInTooOld):
        require_answering(OPEN, at("up", auth_time=NOW - timedelta(hours=1)), NOW)
    own: tuple[dict[str, object], ...] = ({"account": "clerk"}, {"also": ("clerk",)}, {"kept_by": "clerk"})
    for one in own:
        with pytest.raises(OwnDifficulty):
            require_answering(OPEN, at("up", **one), NOW)
    machine = raised(by=By("machine", NOW, TODAY, kept_by="keeper"))
    replied = rules.reply(ASKED, "So.", DUE, By("second", NOW, TODAY))
    for difficulty, account in ((machine, "keeper"), (replied, "second"), (replied, "clerk")):
        with pytest.raises(OwnDifficulty):
            require_answering(difficulty, at("up", account=account), NOW)


def test_names_are_told_to_those_who_report_or_decide_alone() -> None:
    assert tells_names(OPEN, at("up"), NOW)
    assert tells_names(OPEN, caller((REPORT, "n1", Reach.OWN)), NOW)
    assert not tells_names(OPEN, caller((READ, "n1", Reach.BELOW)), NOW)
    assert not tells_names(OPEN, at("north"), NOW)


UNIT_ACTS = {"reply", "confirm", "withdraw"}


@pytest.mark.parametrize(
    ("difficulty", "who", "offered"),
    [
        (OPEN, at("up"), {"answer", "ask-back", "forward"}),
        (OPEN, at("north"), set()),
        (OPEN, caller((REPORT, "n1", Reach.OWN)), {"withdraw"}),
        (ASKED, caller((REPORT, "n1", Reach.OWN)), {"reply", "withdraw"}),
        (ASKED, at("up"), set()),
        (ANSWERED, caller((REPORT, "n1", Reach.OWN)), {"confirm", "withdraw"}),
        (SOLVED, caller((REPORT, "n1", Reach.OWN)), set()),
        (OPEN, caller((READ, "n1", Reach.BELOW)), set()),
    ],
)
def test_what_is_offered_is_what_is_allowed(difficulty: Difficulty, who: Caller, offered: set[str]) -> None:
    acts = acts_of(difficulty, False, who, NOW)
    assert {name for name, refusal in acts.items() if refusal is None} == offered


def test_with_the_topmost_nothing_is_forwarded_and_an_old_sign_in_is_the_last_reason() -> None:
    assert isinstance(acts_of(OPEN, True, at("up"), NOW)["forward"], NobodyAbove)
    old = at("up", auth_time=NOW - timedelta(hours=1))
    assert isinstance(acts_of(OPEN, False, old, NOW)["answer"], SignInTooOld)
    assert isinstance(acts_of(ASKED, False, old, NOW)["answer"], NotOpen)


# Units that move

WAYS = st.sampled_from(
    [("root", "n1"), ("root", "south", "n1"), ("root", "north", "n1"), ("root", "a", "b", "c", "n1"), PATH]
)


def moved_to(difficulty: Difficulty, unit: Unit) -> Difficulty:
    return rules.moved(difficulty, unit, LATER, lambda place: ANEW[place])


LATER = NOW + timedelta(days=1)
ANEW = {
    one: TODAY + timedelta(days=30 + number)
    for number, one in enumerate(["n1", "a", "b", "c", "other", "south", "north", "up", "root"])
}


def test_with_another_unit_it_begins_anew_and_with_the_same_goes_on() -> None:
    there = moved_to(OPEN, a_unit("n1", ("root", "south", "other", "n1"), "union"))
    assert (there.due, there.steps[-1].kind, there.steps[-1].to) == (ANEW["other"], StepKind.MOVED, "other")
    higher = forwarded(forwarded(OPEN))
    same = moved_to(higher, a_unit("n1", ("root", "south", "other", "n1"), "union"))
    assert (same.place, same.due, same.steps) == ("root", higher.due, higher.steps)
    waits = moved_to(ANSWERED, a_unit("n1", ("root", "south", "other", "n1"), "union"))
    assert (waits.place, waits.due, waits.steps[-1].kind) == ("other", None, StepKind.MOVED)
    over = moved_to(SOLVED, a_unit("n1", ("root", "south", "other", "n1"), "union"))
    assert over.steps == SOLVED.steps


@given(WAYS, st.integers(0, 2))
def test_wherever_its_unit_moves_it_lies_above_it_and_its_chain_holds_its_place(
    path: tuple[str, ...], times: int
) -> None:
    difficulty = OPEN
    for _ in range(times):
        difficulty = forwarded(difficulty)
    moved = moved_to(difficulty, a_unit("n1", path, "union"))
    assert moved.place in path[:-1]
    assert {moved.place, "n1"} <= set(moved.chain) <= set(path)
    if difficulty.place in path:
        assert moved.place == difficulty.place


def test_a_level_that_goes_leaves_it_as_high_as_it_was_and_the_topmost_stays_the_topmost() -> None:
    beside = a_unit("n1", ("root", "south", "other", "n1"), "union")
    assert moved_to(OPEN, beside).place == "other"
    assert moved_to(forwarded(OPEN), beside).place == "south"
    without = a_unit("n1", ("root", "north", "n1"), "union")
    assert moved_to(OPEN, without).place == "north"
    assert moved_to(forwarded(forwarded(OPEN)), without).place == "root"


def test_a_unit_that_becomes_the_topmost_itself_breaks_nothing() -> None:
    alone = moved_to(OPEN, a_unit("n1", ("n1",), "centre"))
    assert (alone.place, alone.chain) == ("n1", ("n1",))


# Clocks

FRIDAY = date(2026, 6, 5)
WEEK = Calendar(frozenset({4, 5}))  # Friday and Saturday are free


@pytest.mark.parametrize(
    ("level", "urgency", "expected"),
    [
        ("union", Urgency.URGENT, date(2026, 6, 7)),
        ("union", Urgency.SOON, date(2026, 6, 9)),
        ("union", Urgency.ORDINARY, date(2026, 6, 11)),
        ("centre", Urgency.ORDINARY, date(2026, 6, 8)),
        ("centre", Urgency.URGENT, date(2026, 6, 7)),
    ],
)
def test_a_clock_counts_working_days_by_urgency_and_level(
    level: str, urgency: Urgency, expected: date
) -> None:
    clocks = clocks_of({"levels": {"centre": {"ordinary": 2}}})
    assert clocks.due(level, urgency, FRIDAY, WEEK) == expected
    assert Clocks() == clocks_of({})


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": {}},
        {"days": 3},
        {"days": {"at_once": 1}},
        {"days": {"soon": 0}},
        {"days": {"soon": 61}},
        {"days": {"soon": "3"}},
        {"days": {"soon": True}},
        {"levels": {"centre": 2}},
        {"levels": {"centre": {"soon": 1.5}}},
    ],
)
def test_clocks_that_cannot_be_read_say_so(wrong: dict[str, object]) -> None:
    with pytest.raises(ClocksUnreadable):
        clocks_of(wrong)
