"""Difficulties that the topmost unit answers together: which are joined, and how one is taken out again."""

from dataclasses import replace

import pytest

from congress.domain.difficulties import (
    STEPS_TO_GO_ON,
    Difficulty,
    DifficultyOver,
    DifficultyStepsFull,
    NotOpen,
    StepKind,
    answer,
    confirm_solved,
)
from congress.domain.difficulty_acts import acts_of
from congress.domain.difficulty_joining import NotJoined, join, joined_as, separate
from servicekit.refusals import Refusal
from tests.unit.congress.test_difficulty_rules import CLERK, NOW, OPEN, SUPERIOR, at, forwarded

AT_THE_TOP = forwarded(forwarded(OPEN))
FULL = (AT_THE_TOP.steps[0],) * STEPS_TO_GO_ON


def group_of(number: int) -> list[Difficulty]:
    some = [replace(AT_THE_TOP, id=f"d{one}") for one in range(number)]
    return join(some, joined_as(some, "g"), 0, SUPERIOR)


def kinds(one: Difficulty) -> list[StepKind]:
    return [step.kind for step in one.steps[-2:]]


def test_one_is_taken_out_with_its_own_day_and_those_that_stay_are_told() -> None:
    first, *others = group_of(3)
    own, *left = separate(first, [first, *others], "This is another one.", SUPERIOR)
    assert (own.id, own.joined, own.due, own.state) == ("d0", "", first.due, first.state)
    assert kinds(own) == [StepKind.JOINED, StepKind.SEPARATED]
    assert own.steps[-1].text == "This is another one."
    assert [(one.id, one.joined, kinds(one)) for one in left] == [
        (name, "g", [StepKind.JOINED, StepKind.OTHER_SEPARATED]) for name in ("d1", "d2")
    ]
    # Of the one that was taken out the others learn nothing.
    assert {step.text for one in left for step in one.steps[-1:]} == {""}


def test_a_single_one_that_is_left_is_joined_with_nobody() -> None:
    first, second, third = group_of(3)
    over = confirm_solved(answer(third, "So.", SUPERIOR), "", CLERK)
    _own, *left = separate(first, [first, second, over], "", SUPERIOR)
    assert [(one.id, one.joined) for one in left] == [("d1", "")]


def test_whose_way_is_full_is_not_told_and_a_full_one_is_not_moved_about() -> None:
    first, second, third = group_of(3)
    _own, *left = separate(first, [first, replace(second, steps=FULL), third], "", SUPERIOR)
    assert [(len(one.steps) > STEPS_TO_GO_ON, kinds(one)[-1]) for one in left] == [
        (False, StepKind.RAISED),
        (False, StepKind.OTHER_SEPARATED),
    ]
    with pytest.raises(DifficultyStepsFull):
        separate(replace(first, steps=FULL), [second, third], "", SUPERIOR)
    with pytest.raises(DifficultyStepsFull):
        join([replace(one, steps=FULL) for one in (first, second)], "other", 0, SUPERIOR)


@pytest.mark.parametrize(
    ("one", "refusal"),
    [
        (AT_THE_TOP, NotJoined),
        (answer(group_of(2)[0], "So.", SUPERIOR), NotOpen),
        (confirm_solved(answer(group_of(2)[0], "So.", SUPERIOR), "", CLERK), DifficultyOver),
    ],
)
def test_only_what_is_joined_and_open_is_taken_out(one: Difficulty, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        separate(one, group_of(2), "", SUPERIOR)
    assert isinstance(acts_of(one, True, at("root"), NOW)["separate"], refusal)


def test_it_is_offered_to_whoever_answers_there() -> None:
    (first, _) = group_of(2)
    assert acts_of(first, True, at("root"), NOW)["separate"] is None
    assert acts_of(first, True, at("north"), NOW)["separate"] is not None
