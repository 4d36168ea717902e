"""How the copy of a unit is kept, and how it was kept before."""

from datetime import date
from typing import Any

import pytest

from servicekit.tree.units import LONG_AGO, Unit
from servicekit.tree.units_copy import _document, _unit

ENDED = Unit("u", "C1", {"en": "U"}, "union", "p", ("r", "p", "u"), date(2026, 3, 1), ("s", "t"))
KEPT = {
    "code": "C1",
    "names": {"en": "U"},
    "level": "union",
    "parent_id": "p",
    "path": ["r", "p", "u"],
    "valid_to": "2026-03-01",
    "successors": ["s", "t"],
}
PLACED = {
    "_id": "u",
    "code": "C1",
    "names": {"en": "U"},
    "level": "union",
    "parent_id": "p",
    "path": ["p", "u"],
}


def test_the_copy_of_a_unit_is_kept_so_and_read_back() -> None:
    assert _document(ENDED) == KEPT
    assert _unit({"_id": "u", "revision": 7, **KEPT}) == ENDED


@pytest.mark.parametrize(
    ("found", "unit"),
    [
        ({"_id": "u", "names": {"en": "U"}}, Unit("u", "", {"en": "U"}, "", None, ("u",))),
        (PLACED, Unit("u", "C1", {"en": "U"}, "union", "p", ("p", "u"))),
        (
            {**PLACED, "ended": False, "valid_to": None},
            Unit("u", "C1", {"en": "U"}, "union", "p", ("p", "u")),
        ),
        ({**PLACED, "ended": True}, Unit("u", "C1", {"en": "U"}, "union", "p", ("p", "u"), LONG_AGO)),
        (
            {**PLACED, "ended": True, "valid_to": "2026-03-01"},
            Unit("u", "C1", {"en": "U"}, "union", "p", ("p", "u"), date(2026, 3, 1)),
        ),
    ],
)
def test_a_copy_of_before_is_read(found: dict[str, Any], unit: Unit) -> None:
    assert _unit(found) == unit
