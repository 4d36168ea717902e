"""A column of a spreadsheet fills the fields of a report in their order; what does not fit is named."""

import pytest

from portal.congress.views.pasted import pasted_into

NAMES = ("a", "b", "c")


@pytest.mark.parametrize(
    ("column", "values", "beyond", "missing"),
    [
        ("1\n2\n3", {"a": "1", "b": "2", "c": "3"}, (), ()),
        ("১\r\n২\r\n৩\r\n", {"a": "১", "b": "২", "c": "৩"}, (), ()),
        ("Present\t47\nAbsent\t 3 \n", {"a": "47", "b": "3"}, (), ("c",)),
        ("1\n\n3", {"a": "1", "c": "3"}, (), ()),
        ("1\n–\n3\n4\n\n5\n-", {"a": "1", "c": "3"}, ("4", "5"), ()),
        ("many", {"a": "many"}, (), ("b", "c")),
        ("", {}, (), NAMES),
        (" \n\t\n", {}, (), NAMES),
    ],
)
def test_each_row_is_for_the_next_field(
    column: str, values: dict[str, str], beyond: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    pasted = pasted_into(NAMES, column)
    assert (pasted.values, pasted.beyond, pasted.missing) == (values, beyond, missing)
