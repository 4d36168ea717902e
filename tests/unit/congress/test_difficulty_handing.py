"""Difficulties of a unit that has ended: whose they are then, where they lie, and whether their day goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.difficulties import NOTHING_BLOCKED, Difficulty, State, StepKind
from congress.domain.difficulty_handing import hand_over, heir_of, is_to_hand_over
from servicekit.tree.units import Unit
from tests.unit.congress.builders import TODAY, a_unit
from tests.unit.congress.test_difficulty_rules import (
    ANEW,
    ANSWERED,
    ASKED,
    LATER,
    OPEN,
    SOLVED,
    UNITS,
    forwarded,
)


def ended(unit: str, *successors: str, path: tuple[str, ...] = ()) -> Unit:
    made = a_unit(unit, path or ("root", "north", "up", unit), "union")
    return replace(made, valid_to=TODAY, successors=successors)


TREE = {
    **UNITS,
    "n2": a_unit("n2", ("root", "north", "up", "n2"), "union"),
    "s1": a_unit("s1", ("root", "south", "s1"), "union"),
    "gone": ended("gone", "n2"),
    "split": ended("split", "n2", "s1"),
    "round": ended("round", "again"),
    "again": ended("again", "round"),
    "up2": ended("up2", path=("root", "north", "up2")),
}


@pytest.mark.parametrize(
    ("unit", "heir"),
    [
        (ended("n1", "n2"), "n2"),
        (ended("n1", "s1"), "s1"),
        (ended("n1", "gone"), "n2"),
        # Several or none: the nearest above that has not ended.
        (ended("n1"), "up"),
        (ended("n1", "n2", "s1"), "up"),
        (ended("n1", "split"), "up"),
        (ended("n1", path=("root", "north", "up2", "n1")), "north"),
        (ended("n1", "round"), "up"),
        # One that has not been told of is waited for; and nobody stands above the topmost.
        (ended("n1", "unknown"), None),
        (ended("north", path=("root", "north")), None),
        (ended("root", path=("root",)), None),
    ],
)
def test_whose_it_is_then(unit: Unit, heir: str | None) -> None:
    found = heir_of(unit, TREE.get)
    assert (found.id if found else None) == heir


@pytest.mark.parametrize(
    ("one", "is_one"),
    [(OPEN, False), (replace(OPEN, unit=ended("n1")), True), (replace(SOLVED, unit=ended("n1")), False)],
)
def test_only_what_is_not_over_goes_over_and_only_of_a_unit_that_ended(one: Difficulty, is_one: bool) -> None:
    assert is_to_hand_over(one) is is_one


def handed(one: Difficulty, heir: Unit) -> Difficulty:
    late = replace(one, unit=ended("n1"))
    return hand_over(late, heir, NOTHING_BLOCKED, LATER, lambda place: ANEW[place])


@pytest.mark.parametrize(
    ("one", "heir", "place", "due"),
    [
        # Where it goes on lying its day goes on.
        (OPEN, "n2", "up", OPEN.due),
        (forwarded(OPEN), "s1", "root", ANEW["root"]),
        (OPEN, "s1", "south", ANEW["south"]),
        # Whoever was to answer it has it themselves now: the next one up answers.
        (OPEN, "up", "north", ANEW["north"]),
        (forwarded(OPEN), "up", "north", forwarded(OPEN).due),
        (forwarded(forwarded(OPEN)), "s1", "root", forwarded(forwarded(OPEN)).due),
        (ASKED, "n2", "up", None),
        (ANSWERED, "s1", "south", None),
    ],
)
def test_where_it_lies_and_until_when(one: Difficulty, heir: str, place: str, due: object) -> None:
    found = handed(one, TREE[heir])
    assert (found.unit.id, found.place, found.due, found.state) == (heir, place, due, one.state)
    steps = [step.kind for step in found.steps[len(one.steps) :]]
    assert steps == [StepKind.HANDED_OVER, *([StepKind.MOVED] if place != one.place else [])]
    step = found.steps[len(one.steps)]
    assert (step.unit_id, step.to) == ("n1", heir)


def test_what_was_late_stays_late_and_its_authors_its_authors() -> None:
    late = replace(OPEN, overdue=True, due=TODAY + timedelta(days=1))
    found = handed(late, TREE["s1"])
    assert (found.overdue, found.authors, found.text, found.standing) == (
        *(True, OPEN.authors, OPEN.text),
        "overdue",
    )


@given(
    st.sampled_from(
        [("root", "n9"), ("root", "a", "n9"), ("root", "north", "up", "n9"), ("root", "b", "a", "n9")]
    ),
    st.integers(0, 2),
)
def test_whoever_takes_it_over_it_lies_above_them(path: tuple[str, ...], times: int) -> None:
    one = OPEN
    for _ in range(times):
        one = forwarded(one)
    found = handed(one, a_unit("n9", path, "union"))
    assert found.place in path[:-1]
    assert {found.place, "n9"} <= set(found.chain) <= set(path)
    assert found.waits_with == found.place
    assert found.state is State.OPEN
