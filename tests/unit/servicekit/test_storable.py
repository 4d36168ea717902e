"""Names that may stand in a document, and cells that a spreadsheet program does not run."""

import csv
import io
from datetime import UTC, datetime

import pytest

from servicekit.data.events import AuditEntry, Event, Origin, outgoing
from servicekit.data.storable import (
    DEEPEST,
    LONGEST_NAME,
    MOST_DETAILS,
    DetailsTooLarge,
    NameUnstorable,
    require_storable,
)
from servicekit.out.spreadsheet import line, without_guard

ORIGIN = Origin(datetime.now(UTC), "somebody")


@pytest.mark.parametrize(
    "name", ["en", "committee_seats", "reasons/present", "উপস্থিত", "x" * LONGEST_NAME, "a b"]
)
def test_a_plain_name_is_stored(name: str) -> None:
    require_storable({"one": [{name: 1}]})


@pytest.mark.parametrize(
    "name", ["$ref", "$id", "a$b", "a.b", "", " ", " x", "x" * (LONGEST_NAME + 1), "a\x00", "\ud800", "a\nb"]
)
@pytest.mark.parametrize("place", [lambda d: d, lambda d: {"x": d}, lambda d: {"x": [1, [d]]}])
def test_a_name_that_means_something_to_the_database_is_refused_at_any_depth(
    name: str, place: object
) -> None:
    with pytest.raises(NameUnstorable):
        require_storable(place({name: "a"}))  # type: ignore[operator]


@pytest.mark.parametrize("name", [1, None, True, b"x", ("a",)])
def test_a_name_is_a_text(name: object) -> None:
    with pytest.raises(NameUnstorable):
        require_storable({name: "a"})


def test_what_is_nested_without_end_is_refused() -> None:
    deep: object = "x"
    for _ in range(DEEPEST + 1):
        deep = [deep]
    with pytest.raises(DetailsTooLarge):
        require_storable(deep)


def test_neither_an_audit_entry_nor_an_event_leaves_with_such_a_name() -> None:
    poison = {"sought": {"$ref": "a", "$id": "b"}}
    with pytest.raises(NameUnstorable):
        outgoing(ORIGIN, (), (AuditEntry("audit.exported", details=poison),))
    with pytest.raises(NameUnstorable):
        outgoing(ORIGIN, (Event("thing.told", poison),), ())
    with pytest.raises(DetailsTooLarge):
        outgoing(ORIGIN, (), (AuditEntry("thing.done", details={"x": "y" * MOST_DETAILS}),))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1+2", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\u00a0=1", "\u200b=1", "\ufeff=1",
        "\u202e=1", "＝1", "＋1", "－1", "＠x", '"=1', "'=1", ' "=1', "a;=1+1", "a;\t@x", "a\n=1", "a\r\n-1",
    ],
)  # fmt: skip
def test_no_cell_is_run_as_a_formula_whatever_separates_the_cells(text: str) -> None:
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(line([text, "x"])), delimiter=separator):
            if separator == ",":
                assert without_guard(row[0]) == text
            for cell in row:
                told = cell.strip(' "\u00a0\u200b\ufeff\u202e')
                assert not told.startswith(tuple("=+-@＝＋－＠")), (separator, row)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain", "plain"),
        ("a-b", "a-b"),
        (-5, "-5"),
        (2.5, "2.5"),
        (None, ""),
        ("Ông Đỗ", "Ông Đỗ"),
        ("", ""),
    ],
)
def test_what_is_no_formula_stays_as_it_is(cell: object, written: str) -> None:
    assert line([cell, "x"]) == f"{written},x\r\n"
