"""A column of a spreadsheet, as it is pasted: a row for each figure of the form, in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What people write in a cell for what was not counted.
_NOTHING = frozenset({"", "-", "–", "—"})


@dataclass(frozen=True, slots=True)
class Pasted:
    """`values`: of the fields with a row of their own. `beyond`: rows left over; `missing`: fields without a row."""

    values: Mapping[str, str]
    beyond: tuple[str, ...]
    missing: tuple[str, ...]


def pasted_into(names: Sequence[str], column: str) -> Pasted:
    """Of a row with several cells the last one counts; a row that says nothing leaves its field as it is."""
    rows = [row.split("\t")[-1].strip() for row in column.rstrip().splitlines()]
    cells = dict(zip(names, rows, strict=False))
    return Pasted(
        values={name: cell for name, cell in cells.items() if cell not in _NOTHING},
        beyond=tuple(cell for cell in rows[len(names) :] if cell not in _NOTHING),
        missing=tuple(names[len(rows) :]),
    )
