"""What records add to the units above them: differences, sums from below, and what differs, by tables and chance."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.tree.rollup.figures import (
    Contribution,
    Difference,
    Groups,
    Sums,
    apply,
    compare,
    compare_contributions,
    difference,
    negative,
    recount,
    sums_from_below,
    together,
    without_zeros,
)

# r ─┬─ a ─┬─ a1
#    │     └─ a2
#    └─ b ─── b1
PATHS = {
    "r": ("r",),
    "a": ("r", "a"),
    "b": ("r", "b"),
    "a1": ("r", "a", "a1"),
    "a2": ("r", "a", "a2"),
    "b1": ("r", "b", "b1"),
}
CHILDREN = {"r": ("a", "b"), "a": ("a1", "a2"), "b": ("b1",)}


def a_line(unit: str, home: str = "", **counters: int) -> Contribution:
    return Contribution(PATHS[unit], "all", counters or {"total": 1}, home)


ONE: Groups = {"all": {"total": 1}}


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (None, None, {}),
        (None, a_line("a"), {"r": ONE, "a": ONE}),
        (a_line("a"), None, {"r": {"all": {"total": -1}}, "a": {"all": {"total": -1}}}),
        (a_line("a"), a_line("a"), {}),
        # Moved: whoever stands above both places feels nothing.
        (a_line("a1"), a_line("b1"), {
            "a": {"all": {"total": -1}}, "a1": {"all": {"total": -1}}, "b": ONE, "b1": ONE,
        }),
        (a_line("a", done=2), a_line("a", done=5), {"r": {"all": {"done": 3}}, "a": {"all": {"done": 3}}}),
        (None, a_line("a", "own"), {"r": ONE, "a": {"all": {"total": 1}, "own": {"total": 1}}}),
        (a_line("a"), Contribution(PATHS["a"], "late", {"total": 1}), {
            unit: {"all": {"total": -1}, "late": {"total": 1}} for unit in ("r", "a")
        }),
    ],
)  # fmt: skip
def test_a_change_of_one_record_changes_the_sums_of_the_units_above_it(
    old: Contribution | None, new: Contribution | None, changes: Mapping[str, Groups]
) -> None:
    assert difference(old, new) == changes


lines = st.builds(
    a_line, st.sampled_from(sorted(PATHS)), st.just("own"), total=st.just(1), done=st.integers(0, 3)
)


@given(st.lists(st.tuples(st.integers(0, 4), lines), max_size=20))
def test_differences_one_after_the_other_are_what_a_recount_of_the_last_ones_is(
    written: list[tuple[int, Contribution]],
) -> None:
    held: dict[int, Contribution] = {}
    sums: dict[str, Sums] = {}
    for record, line in written:
        for unit_id, change in together([difference(held.get(record), line)]).items():
            sums[unit_id] = without_zeros(apply(sums.get(unit_id, {}), change))
        held[record] = line
    assert compare("", sums, recount(held.values())) == []


@given(st.lists(lines, max_size=12))
def test_the_sums_of_a_unit_are_its_own_records_and_the_sums_right_below(found: list[Contribution]) -> None:
    sums = {unit: without_zeros(groups) for unit, groups in recount(found).items()}
    for unit in PATHS:
        own = [line for line in found if line.path[-1] == unit]
        below = {child: sums.get(child, {}) for child in CHILDREN.get(unit, ())}
        assert sums_from_below(unit, own, below, home="own") == sums.get(unit, {})


@given(st.lists(lines, max_size=8), st.lists(lines, max_size=4))
def test_what_waits_after_a_move_is_no_drift(still: list[Contribution], moved: list[Contribution]) -> None:
    """a2 went below b, and its records are not counted anew yet: sums are as they were, the tree is as it is."""
    children = {"r": ("a", "b"), "a": ("a1",), "b": ("b1", "a2")}
    still = [line for line in still if "a2" not in line.path]
    waiting = [line for line in moved if "a2" in line.path]
    sums = {unit: without_zeros(groups) for unit, groups in recount([*still, *waiting]).items()}
    for unit in PATHS:
        own = [line for line in still if line.path[-1] == unit]
        below = {child: sums.get(child, {}) for child in children.get(unit, ())}
        assert sums_from_below(unit, own, below, waiting, "own") == sums.get(unit, {})


def test_a_record_remembered_otherwise_is_named() -> None:
    (found,) = compare_contributions("plan", "c1", a_line("a", total=2), a_line("a"))
    assert (found.scope, found.unit_id, found.counter, found.stored, found.counted) == (
        "plan", "c1", "total", 2, 1,
    )  # fmt: skip
    assert [one.counter for one in compare_contributions("plan", "c1", a_line("a1"), a_line("b1"))] == [
        "path"
    ]
    assert [one.counted for one in compare_contributions("plan", "c1", a_line("a"), None)] == [0]


def test_every_difference_is_told_with_its_place_and_both_values() -> None:
    assert compare_contributions("plan", "c1", a_line("a1"), a_line("b1", total=3)) == [
        Difference("plan", "c1", "all", "total", 1, 3),
        Difference("plan", "c1", "all", "path", "r/a/a1", "r/b/b1"),
    ]
    assert compare_contributions("plan", "c1", None, a_line("a")) == [
        Difference("plan", "c1", "all", "total", 0, 1)
    ]
    assert compare_contributions("plan", "c1", None, None) == []
    assert compare("plan", {"b": ONE, "a": ONE}, {"a": {"late": {"total": 2}, "all": {"done": 1}}}) == [
        Difference("plan", "a", "all", "done", 0, 1),
        Difference("plan", "a", "all", "total", 1, 0),
        Difference("plan", "a", "late", "total", 0, 2),
        Difference("plan", "b", "all", "total", 1, 0),
    ]


def test_a_counter_at_nothing_is_no_other_than_one_that_is_not_there() -> None:
    nothing: Groups = {"all": {"total": 0}}
    for left, right in (({}, nothing), (nothing, {}), ({"all": {}}, nothing)):
        assert compare("plan", {"a": left}, {"a": right}) == []
    assert without_zeros({"all": {"total": 0, "done": 1}, "late": {"total": 0}}) == {"all": {"done": 1}}


def test_what_is_taken_away_is_the_same_with_the_other_sign() -> None:
    assert negative({"all": {"total": 2, "done": -1}}) == {"all": {"total": -2, "done": 1}}
    assert apply(ONE, negative(ONE)) == {"all": {"total": 0}}


def test_adding_changes_neither_of_the_two_that_are_added() -> None:
    sums, change = {"all": {"total": 1}}, {"all": {"total": 2}, "late": {"total": 3}}
    assert apply(sums, change) == {"all": {"total": 3}, "late": {"total": 3}}
    assert (sums, change) == ({"all": {"total": 1}}, {"all": {"total": 2}, "late": {"total": 3}})
    assert together([{"a": sums}, {"a": change, "b": sums}]) == {
        "a": {"all": {"total": 3}, "late": {"total": 3}},
        "b": {"all": {"total": 1}},
    }
    assert sums == {"all": {"total": 1}}


def test_what_waits_is_counted_as_it_was_where_it_stood() -> None:
    assert sums_from_below("a", [], {"a1": ONE}, [a_line("a", done=2)]) == {"all": {"total": 1, "done": 2}}
    # Counted already below, and gone from below to elsewhere.
    assert sums_from_below("a", [], {"a1": ONE}, [a_line("a1", done=2)]) == ONE
    assert sums_from_below("b", [], {"a1": {"all": {"done": 2, "total": 1}}}, [a_line("a1", done=2)]) == ONE
    # What a unit counts as its own is nobody's above it.
    own: Groups = {"own": {"total": 1}, **ONE}
    assert sums_from_below("a", [a_line("a", "own")], {"a1": own}, home="own") == {
        "all": {"total": 2},
        "own": {"total": 1},
    }
    assert sums_from_below("a", [], {}, [a_line("a", "own")], "own") == {**ONE, "own": {"total": 1}}
    assert sums_from_below("r", [], {}, [a_line("a", "own")], "own") == ONE
