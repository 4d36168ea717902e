"""Results from a table: which column is which figure, what a row says, and what is sent of it."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views import by_table
from portal.congress.views.by_table import TableFaulty, as_seen, rows_of, sendable, typed_results
from portal.frame.forms import Fault, Form
from servicekit.words import numbers
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

FIGURES = [
    {"key": "summoned", "title": "Delegates summoned"},
    {"key": "present", "title": "Present"},
    {"key": "age_mean", "title": "Mean age of the delegates"},
    {"key": "women", "title": "Women among the delegates"},
]
ASKED = ("summoned", "present", "age_mean")


def typed(pasted: str) -> list[by_table.Typed]:
    return typed_results(pasted, FIGURES, ASKED, numbers.EITHER, "No table.")


def test_columns_are_named_by_title_or_key_and_an_empty_cell_says_nothing() -> None:
    first, second = typed(
        "Code\tpresent\tDelegates summoned\tMEAN AGE of the delegates\nN1\t47\t৫০\t41.5\n\nN2\t–\t60\t\n"
    )
    assert (first.line, first.unit_code, first.figures) == (
        2,
        "N1",
        {"present": 47, "summoned": 50, "age_mean": 41.5},
    )
    assert (second.line, second.unit_code, second.figures) == (4, "N2", {"summoned": 60})
    assert (first.fault, second.fault) == (None, None)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("Code", Fault(by_table.NO_COLUMNS)),
        ("Code\t\t", Fault(by_table.NO_COLUMNS)),
        ("Code\tPresents", Fault(by_table.UNKNOWN_COLUMN, {"column": "Presents"})),
        # What the plan does not ask for is no figure of it.
        ("Code\twomen", Fault(by_table.UNKNOWN_COLUMN, {"column": "women"})),
        ("Code\tpresent\tPresent", Fault(by_table.COLUMN_TWICE, {"column": "Present"})),
    ],
)
def test_a_table_whose_columns_nobody_knows_is_read_no_further(header: str, fault: Fault) -> None:
    with pytest.raises(TableFaulty) as caught:
        typed(f"{header}\nN1\t1")
    assert caught.value.fault == fault


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("\t47", Fault(by_table.NO_CODE)),
        ("N" * 65 + "\t47", Fault(by_table.NO_CODE)),
        ("N1\tmany", Fault(by_table.NO_FIGURE, {"key": "many"})),
        ("N1\t47\t48", Fault(by_table.TOO_MANY_CELLS)),
    ],
)
def test_a_row_that_cannot_be_sent_says_why_and_leaves_the_others(row: str, fault: Fault) -> None:
    wrong, right = typed(f"Code\tpresent\n{row}\nN2\t5")
    assert wrong.fault == fault
    assert sendable([wrong, right]) == [{"line": 3, "unit_code": "N2", "figures": {"present": 5}}]


def test_no_row_is_no_table_of_rows() -> None:
    assert typed("") == typed("Code\tpresent") == []


def test_what_was_not_foreseen_is_not_sent_and_nothing_goes_over_figures_unticked() -> None:
    rows = typed("Code\tpresent\nN1\t1\nN2\t2\nN3\t3\nN4\t4")
    values = {"version-2": "7", "version-3": "8", "over-3": "1", "version-4": "x", "over-5": "1"}
    assert [(one["line"], one["version"], one["over"]) for one in as_seen(rows, values)] == [
        (2, 7, False),
        (3, 8, True),
    ]


def an_answer(line: int, **changes: Any) -> dict[str, Any]:
    unit = {"code": "N1", "names": {"en": "<b>North</b>"}, "level": "union"}
    return {
        "line": line, "unit_code": "N1", "congress_id": "c1", "version": 4, "unit": unit, "why": None,
        "against": False, "same": False, **changes,
    }  # fmt: skip


def test_the_preview_offers_what_can_be_done_and_ticks_nothing(language: str) -> None:  # noqa: F811
    rows = typed("Code\tpresent\nN1\t1\nN2\t2\nN3\t3\nN4\t4\nN5\tmany")
    refusal = {"type": "/problems/stale", "title": "No.", "message": "", "params": {}}
    answers = [
        an_answer(2),
        an_answer(3, against=True),
        an_answer(4, same=True),
        an_answer(5, why=refusal),
    ]
    found = rows_of(rows, answers)
    assert [row.version for row in found] == [4, 4, 4, 0, 0]
    around: dict[str, Any] = {
        "plan": {"id": "p", "name": "P", "names": {}},
        "trail": (),
        "form": Form({"table": "x"}),
    }
    page = render_template("by_table_preview.html", rows=found, good=2, action="/a", change="/c", **around)
    assert page.count('name="version-') == 2
    assert 'name="over-3" value="1"' in page
    assert " checked" not in page
    assert "<b>" not in page
    done = render_template("by_table_done.html", rows=found[:1], left=found[1:], good=1, back="/b", **around)
    assert done.count("<tr role=") == 6
    asked = render_template("by_table.html", figures=FIGURES, most=100, action="/a", back="/b", **around)
    assert "<code>summoned</code>" in asked
