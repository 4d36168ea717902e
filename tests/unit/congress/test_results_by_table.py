"""Results for many by a table: a row is judged as if it were typed, and puts nothing over other figures unasked."""

from dataclasses import replace

import pytest

from congress.domain.history import Congress, State
from congress.domain.progress import report_results
from congress.domain.progress_refusals import ResultsTooEarly
from congress.domain.results import DoesNotAddUp, FigureMissing
from congress.domain.results_for_many import (
    FiguresThere,
    Row,
    filled,
    first_fault,
    said_before,
    says_the_same,
    stands_against,
)
from servicekit.refusals import Invalid, Refusal
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, a_plan, at, by

PLAN = a_plan()
CLOSED, REPORTED = at("closed"), at("results")
OTHER = {"present": 98, "absent_with_reason": 1}


def row(figures: dict[str, int], *, over: bool = False) -> Row:
    return Row(2, "N1", figures, 1, over)


@pytest.mark.parametrize(
    ("congress", "figures", "same", "against"),
    [
        (CLOSED, FIGURES_THAT_ADD_UP, False, False),
        (REPORTED, FIGURES_THAT_ADD_UP, True, False),
        # What a row leaves out stays as it was.
        (REPORTED, {"present": 97}, True, False),
        (REPORTED, {}, True, False),
        (REPORTED, OTHER, False, True),
        (REPORTED, {"women": 20}, False, True),
    ],
)
def test_what_stands_there_already(
    congress: Congress, figures: dict[str, int], same: bool, against: bool
) -> None:
    assert (says_the_same(congress, figures), stands_against(congress, figures)) == (same, against)


def test_what_the_register_said_of_the_figures_before_stays() -> None:
    compared = replace(REPORTED, result_entries=(replace(REPORTED.result_entries[0], members=9, asked=True),))
    done = filled(PLAN, compared, row(OTHER, over=True), by(), "r1").result_entries[-1]
    assert (done.members, done.asked) == (9, True)
    first = filled(PLAN, CLOSED, row(FIGURES_THAT_ADD_UP), by(), "r").result_entries[-1]
    assert (first.members, first.asked) == (None, False)


def test_a_draft_is_filled_and_not_sent_and_what_is_left_out_stays() -> None:
    first = filled(PLAN, CLOSED, row(FIGURES_THAT_ADD_UP), by(), "r")
    assert (first.results, first.state) == (FIGURES_THAT_ADD_UP, State.CLOSED)
    with pytest.raises(FiguresThere):
        filled(PLAN, REPORTED, row(OTHER), by(), "r")
    over = filled(PLAN, REPORTED, row(OTHER, over=True), by(account_id="table"), "r1")
    assert over.results == {**FIGURES_THAT_ADD_UP, **OTHER}
    # The earlier figures stay in the history, and who put these there has a part in the report.
    assert [entry.by for entry in over.result_entries] == [REPORTED.result_entries[0].by, "table"]


@pytest.mark.parametrize(
    ("congress", "figures", "refusal"),
    [
        (at("opened"), FIGURES_THAT_ADD_UP, ResultsTooEarly),
        (CLOSED, {**FIGURES_THAT_ADD_UP, "present": 90}, DoesNotAddUp),
        (CLOSED, {"summoned": 100}, FigureMissing),
        (at("submitted"), OTHER, Refusal),
        (at("approved"), OTHER, Refusal),
    ],
)
def test_what_typing_refuses_a_row_refuses(
    congress: Congress, figures: dict[str, int], refusal: type[Refusal]
) -> None:
    with pytest.raises(Refusal) as caught:
        filled(PLAN, congress, row(figures, over=True), by(), "r")
    assert isinstance(first_fault(caught.value), refusal)
    with pytest.raises(Refusal):
        report_results(PLAN, congress, figures, by(), "r")


def test_the_first_fault_of_several_is_told() -> None:
    fault = DoesNotAddUp(sum=1, whole="summoned", total=2)
    assert first_fault(Invalid.of_fields({"a": fault, "b": FigureMissing()})) is fault
    assert first_fault(fault) is fault


def test_a_unit_stands_in_one_row() -> None:
    rows = [
        replace(row({}), line=line, unit_code=code) for line, code in ((2, "A"), (3, "B"), (5, "A"), (9, "A"))
    ]
    assert said_before(rows) == {5: 2, 9: 2}
