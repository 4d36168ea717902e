"""Small counts of people: which cells are hidden, and that no hidden cell follows from those that are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.hiding import LEAST, TRAITS, hidden

AGES = ("age_under_36", "age_36_to_50", "age_over_50")
ALL_AGES = set(AGES)
DELEGATES = {"summoned": 100, "present": 97, "women": 20, "minority": 10}


def hidden_of(**changes: int) -> set[str]:
    return {key for _, key in hidden({"approved": {**DELEGATES, **changes}})}


@pytest.mark.parametrize(
    ("changes", "closed"),
    [
        ({}, set()),
        ({"women": 0}, set()),
        ({"women": 5}, set()),
        ({"women": 4}, {"women"}),
        ({"women": 1, "minority": 2}, {"women", "minority"}),
        ({"women": 97}, {"women"}),  # three men
        ({"women": 95}, set()),
        ({"women": 100}, set()),
        ({"age_under_36": 3, "age_36_to_50": 40, "age_over_50": 57}, {"age_under_36", "age_36_to_50"}),
        # Nobody hides nobody: beside a small one somebody is hidden.
        ({"age_under_36": 3, "age_36_to_50": 0, "age_over_50": 97}, {"age_under_36", "age_over_50"}),
        ({"age_under_36": 3, "age_36_to_50": 2, "age_over_50": 95}, {"age_under_36", "age_36_to_50"}),
        # Two of one each are told by their sum.
        ({"age_under_36": 1, "age_36_to_50": 1, "age_over_50": 98}, ALL_AGES),
        ({"summoned": 3, "age_under_36": 3}, ALL_AGES),
        ({"committee_elected": 8, "committee_appointed": 4, "committee_women": 8}, {"committee_women"}),
        ({"committee_elected": 8, "committee_appointed": 6, "committee_women": 8}, set()),
        ({"absent_with_reason": 2, "ballots_invalid": 1, "committee_elected": 3}, set()),
    ],
)
def test_few_people_are_hidden_and_whatever_would_tell_them(
    changes: dict[str, int], closed: set[str]
) -> None:
    assert hidden_of(**changes) == closed


def test_what_two_columns_tell_together_is_hidden() -> None:
    reported, approved = {"summoned": 100, "women": 20}, {"summoned": 90, "women": 18}
    waiting = {"summoned": 10, "women": 2}
    columns = {"reported": reported, "approved": approved, "waiting": waiting}
    assert hidden(columns, [("reported", "approved", "waiting")]) >= {("approved", "women")}
    assert hidden({"reported": reported, "approved": approved}) == set()


@given(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
)
def test_no_hidden_figure_is_what_is_left_of_those_that_are_told(
    approved: tuple[int, int, int], waiting: tuple[int, int, int]
) -> None:
    keys = AGES
    columns = {
        "approved": {"summoned": sum(approved), **dict(zip(keys, approved, strict=True))},
        "waiting": {"summoned": sum(waiting), **dict(zip(keys, waiting, strict=True))},
    }
    both = {key: columns["approved"][key] + columns["waiting"][key] for key in ("summoned", *keys)}
    columns = {"reported": both, **columns}
    closed = hidden(columns, [("reported", "approved", "waiting")])
    told_columns = [name for name in columns if any(columns[name][key] for key in keys)]
    for name in told_columns:
        small = [key for key in keys if 0 < columns[name][key] < LEAST]
        assert {(name, key) for key in small} <= closed
        unknown = [key for key in keys if (name, key) in closed]
        assert len(unknown) != 1
        together = sum(columns[name][key] for key in unknown)
        assert not unknown or together >= LEAST or len(unknown) == len(keys)
    for key in keys:
        unknown_columns = [name for name in told_columns if (name, key) in closed]
        assert len(unknown_columns) != 1 or len(told_columns) == 1
    assert {key for _, key in closed} <= TRAITS
