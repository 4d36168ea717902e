"""A table of people as it was pasted: into rows, with what cannot be sent marked at its row."""

from datetime import date

import pytest

from portal.access.views.grants import Role
from portal.access.views.many import TableUnreadable, Typed, sendable, typed_rows
from servicekit.files.checking.tables import table_from
from servicekit.files.refusals import WorkbookUnreadable
from tests.papers import a_workbook

ROLES = {
    "clerk": Role("clerk", {"en": "Clerk", "bn": "করণিক"}, ()),
    "reader": Role("reader", {"en": "Reader"}, ()),
}
UNTIL = "2027-11-28"


def rows(pasted: str) -> list[Typed]:
    return typed_rows(pasted, ROLES, UNTIL)


def told(pasted: str) -> list[tuple[str, ...]]:
    return [
        (one.unit_code, one.national_number, one.role, one.valid_to, one.label, one.fault)
        for one in rows(pasted)
    ]


@pytest.mark.parametrize("between", ["\t", ",", ";"])
def test_cells_come_from_any_spreadsheet(between: str) -> None:
    line = between.join(["BD-N1", "123 456 7890", "clerk", "31/03/2027", "A. One"])
    assert told(line) == [("BD-N1", "123 456 7890", "clerk", "2027-03-31", "A. One", "")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("BD-N1\t123\tClerk", ("BD-N1", "123", "clerk", UNTIL, "", "")),
        ("BD-N1\t১২৩\tকরণিক\t৩১/০৩/২০২৭", ("BD-N1", "১২৩", "clerk", "2027-03-31", "", "")),
        ("BD-N1\t\treader\t\tWhoever", ("BD-N1", "", "reader", UNTIL, "Whoever", "")),
        ("BD-N1\t123\tchief", ("BD-N1", "123", "chief", UNTIL, "", "role")),
        ("\t123\tclerk", ("", "123", "clerk", UNTIL, "", "unit")),
        ("BD-N1\t123\tclerk\tsoon", ("BD-N1", "123", "clerk", "soon", "", "day")),
        (
            "BD-N1\t123\tclerk\t\tA\tmore\tand more",
            ("BD-N1", "123", "clerk", UNTIL, "A", "cells"),
        ),
        ("BD-N1\t123\tclerk\t\tbell \x07", ("BD-N1", "123", "clerk", UNTIL, "bell \x07", "signs")),
        (f"{'x' * 65}\t123\tclerk", ("x" * 65, "123", "clerk", UNTIL, "", "long")),
        ("\u200bBD-N1\u200b\t123\tclerk", ("BD-N1", "123", "clerk", UNTIL, "", "")),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, found: tuple[str, ...]) -> None:
    assert told(line) == [found]


def test_a_workbook_says_what_its_cells_would_say_when_they_are_pasted() -> None:
    cells = {
        (0, 0): "unit, as listed, by code", (0, 1): "number",
        (2, 0): "BD-N1", (2, 1): 9990000000011, (2, 2): "Clerk", (2, 3): date(2027, 3, 31), (2, 4): "One, A.",
        (3, 0): "BD-N2", (3, 2): "chief",
    }  # fmt: skip
    assert [(one.line, one.unit_code, one.fault) for one in rows(table_from(a_workbook(cells)))] == [
        (3, "BD-N1", ""),
        (4, "BD-N2", "role"),
    ]
    assert told(table_from(a_workbook(cells)))[0][1:5] == ("9990000000011", "clerk", "2027-03-31", "One, A.")


def test_a_table_in_a_file_is_told_by_its_content() -> None:
    assert table_from("\ufeffBD-N1,123,clerk".encode()) == "BD-N1,123,clerk"
    with pytest.raises(UnicodeDecodeError):
        table_from("BD-N1;123;ক".encode("utf-16"))
    with pytest.raises(WorkbookUnreadable):
        table_from(b"PK\x03\x04 and nothing else")


def test_titles_and_empty_lines_are_no_rows_and_lines_are_counted_as_seen() -> None:
    pasted = "unit\tnumber\trole\tuntil\tname\n\nBD-N1\t123\tclerk\n   \nBD-N2\t124\tclerk\n"
    assert [(one.line, one.unit_code) for one in rows(pasted)] == [(3, "BD-N1"), (5, "BD-N2")]
    # A first row that names a role, or has digits, is a person.
    assert [one.line for one in rows("north\t\tclerk\nsouth\t\tclerk")] == [1, 2]
    assert rows("") == []
    assert rows("\n \n") == []


def test_what_is_no_table_is_said_to_be_none() -> None:
    with pytest.raises(TableUnreadable):
        rows('"BD-N1\t123')


def test_a_day_that_is_none_is_none_whatever_else_is_wrong() -> None:
    """The page shows a day by the reader's locale, and what is no day as it was typed."""
    faulty = rows("BD-N1\t123\tchief\tsoon\nBD-N2\t124\tchief\t31/03/2027")
    assert [(one.fault, one.until, one.valid_to) for one in faulty] == [
        ("role", "", "soon"),
        ("role", "2027-03-31", "2027-03-31"),
    ]


def test_only_what_has_no_fault_is_sent() -> None:
    sent = sendable(rows("BD-N1\t123\tclerk\nBD-N2\t124\tchief"), "2026-11-28")
    assert [one["line"] for one in sent] == [1]
    assert sent[0] == {
        "line": 1,
        "unit_code": "BD-N1",
        "national_number": "123",
        "role": "clerk",
        "valid_from": "2026-11-28",
        "valid_to": UNTIL,
        "label": "",
    }
