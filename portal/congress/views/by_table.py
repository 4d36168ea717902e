"""Results for many congresses by a table: its first row names the figures, each other row is of one unit."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.frame.forms import Fault, fault_of
from portal.shared.clients.answers import Document
from portal.shared.units import Names
from servicekit.words import N_, numbers, text

# What people write in a cell for what was not counted.
NOTHING = frozenset({"", "-", "–", "—"})
CODE_LONGEST = 64
UNKNOWN_COLUMN = N_("No figure is called “{column}”.")
COLUMN_TWICE = N_("Two columns are called “{column}”.")
NO_COLUMNS = N_("The first line names the columns: the code of the unit, then the figures.")
NO_CODE = N_("The line names no unit.")
TOO_MANY_CELLS = N_("The line has more cells than there are columns.")
NO_FIGURE = N_("“{key}” is no number.")


class TableFaulty(ValueError):
    """It cannot be taken apart into columns and rows; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it was typed. `fault`: why it cannot be sent."""

    line: int
    unit_code: str
    figures: Mapping[str, int | float]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the preview, or of what became of it. `version`: of the congress; 0 where it is left out."""

    line: int
    unit_code: str
    unit: Names
    link: str
    number: int  # of figures
    why: Fault | None
    against: bool
    same: bool
    version: int


def typed_results(
    pasted: str, figures: Sequence[Document], asked: Sequence[str], grouping: str, unreadable: str
) -> list[Typed]:
    """`figures`: all with their titles; `asked`: those the plan asks for. Raises TableFaulty."""
    try:
        rows = list(text.rows_of(pasted))
    except csv.Error as error:
        raise TableFaulty(Fault(unreadable)) from error
    if not rows:
        return []
    keys = _columns(rows[0][1], figures, asked)
    return [_typed(line, cells, keys, grouping) for line, cells in rows[1:]]


def _columns(cells: Sequence[str], figures: Sequence[Document], asked: Sequence[str]) -> list[str]:
    """Figures by their key, or by their title as the reader reads it."""
    known = {str(one["title"]).casefold(): str(one["key"]) for one in figures}
    known |= {str(one["key"]).casefold(): str(one["key"]) for one in figures}
    said = [text.line(cell) for cell in cells]
    while said and not said[-1]:
        said.pop()
    if len(said) < 2:
        raise TableFaulty(Fault(NO_COLUMNS))
    keys = list[str]()
    for column in said[1:]:
        key = known.get(column.casefold(), "")
        if key not in asked:
            raise TableFaulty(Fault(UNKNOWN_COLUMN, {"column": column[:80]}))
        if key in keys:
            raise TableFaulty(Fault(COLUMN_TWICE, {"column": column[:80]}))
        keys.append(key)
    return keys


def _typed(line: int, cells: Sequence[str], keys: Sequence[str], grouping: str) -> Typed:
    code, *said = (text.line(cell) for cell in cells)
    found = dict[str, int | float]()
    fault = None
    for key, cell in zip(keys, said, strict=False):
        value = _figure(cell, grouping) if cell not in NOTHING else None
        if value is not None:
            found[key] = value
        elif cell not in NOTHING:
            fault = fault or Fault(NO_FIGURE, {"key": cell[:40]})
    if any(said[len(keys) :]):
        fault = Fault(TOO_MANY_CELLS)
    if not code or len(code) > CODE_LONGEST or text.has_controls(code):
        fault = Fault(NO_CODE)
    return Typed(line, code[:CODE_LONGEST], found, fault)


def _figure(cell: str, grouping: str) -> int | float | None:
    try:
        return numbers.whole(cell, grouping)
    except numbers.NotWhole:
        pass
    try:
        return float(numbers.decimal(cell))
    except numbers.NotDecimal:
        return None


def sendable(rows: Sequence[Typed]) -> list[Document]:
    return [
        {"line": row.line, "unit_code": row.unit_code, "figures": dict(row.figures)}
        for row in rows
        if row.fault is None
    ]


VERSION, OVER = "version-", "over-"


def as_seen(rows: Sequence[Typed], values: Mapping[str, str]) -> list[Document]:
    """Those that were foreseen, each by the version that was shown, and over other figures only where it is ticked."""
    return list(_as_seen(sendable(rows), values))


def _as_seen(rows: Sequence[Document], values: Mapping[str, str]) -> Iterator[Document]:
    for row in rows:
        try:
            version = numbers.whole(values.get(f"{VERSION}{row['line']}", ""))
        except numbers.NotWhole:
            continue
        if version > 0:
            yield {**row, "version": version, "over": bool(values.get(f"{OVER}{row['line']}"))}


def rows_of(rows: Sequence[Typed], answers: Sequence[Document]) -> list[Row]:
    by_line = {one["line"]: one for one in answers}
    return [_row(row, by_line.get(row.line)) for row in rows]


def _row(row: Typed, answer: Document | None) -> Row:
    if answer is None:
        return Row(row.line, row.unit_code, {}, "", len(row.figures), row.fault, False, False, 0)
    why = fault_of(answer["why"]) if answer["why"] else None
    return Row(
        row.line,
        row.unit_code,
        answer["unit"]["names"] if answer["unit"] else {},
        f"/congresses/{answer['congress_id']}" if answer["congress_id"] else "",
        len(row.figures),
        why,
        answer["against"],
        answer["same"],
        answer["version"] if answer["version"] and why is None else 0,
    )
