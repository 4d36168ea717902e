"""A unit tree as a table: reading the file, each error with its row and column.

Row numbers are those of a spreadsheet: the header is row 1.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from membership.domain.names import has_controls, tidy
from membership.domain.units import LANGUAGE_KEY
from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_

HEADER_ROW = 1
LONGEST_CODE = 64
LONGEST_TEXT = 200
NAME_COLUMN = re.compile(r"name_(.+)")
ATTRIBUTE_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")
REQUIRED = ("code", "parent_code", "level")
# What `errors="surrogateescape"` makes of a byte that is not UTF-8.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


class FileEmpty(Invalid):
    title = N_("The file holds no units.")


class ColumnMissing(Invalid):
    title = N_("The column {column} is missing.")


class NameColumnMissing(Invalid):
    title = N_("There is no column of names, such as name_en.")


class ColumnTwice(Invalid):
    title = N_("The column {column} is there twice.")


class ColumnNameUnusable(Invalid):
    title = N_("A column cannot be called {column!r}: small letters, digits and underscores are possible.")


class NotUtf8(Invalid):
    title = N_("This row is not UTF-8 text.")


class RowUnreadable(Invalid):
    title = N_("This row cannot be read; look at its quotation marks. Reading stopped here.")


class TooManyCells(Invalid):
    title = N_("This row has more cells than the header.")


class CodeMissing(Invalid):
    title = N_("The code is missing.")


class CodeTwice(Invalid):
    title = N_("The code {code} is already in row {first}.")


class NameMissing(Invalid):
    title = N_("The name is missing.")


class TextTooLong(Invalid):
    title = N_("This is longer than {most} characters.")


class TextUnprintable(Invalid):
    title = N_("This holds control characters.")


@dataclass(frozen=True, slots=True)
class RowError:
    row: int
    column: str | None
    fault: Refusal

    @property
    def message(self) -> str:
        return str(self.fault)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    code: str
    parent_code: str  # empty for the root
    level: str
    names: Mapping[str, str]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read. `seen` holds every code of it, also those of rows in error."""

    rows: tuple[Row, ...]
    errors: tuple[RowError, ...]
    languages: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


def read_table(data: bytes) -> Table:
    """The rows of a CSV file (UTF-8; comma, semicolon or tab), each error with its row and column."""
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")
    lines = _numbered(text)
    header = next(lines, None)
    if header is None:
        return Table((), (RowError(HEADER_ROW, None, FileEmpty()),))
    if isinstance(header, RowError):
        return Table((), (header,))
    columns = [cell.strip().casefold() for cell in header[1]]
    if faults := tuple(_header_errors(columns)):
        return Table((), faults)
    return _read_rows(columns, lines)


def _numbered(text: str) -> Iterator[tuple[int, list[str]] | RowError]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield RowError(number, None, RowUnreadable())
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)  # the first of equals: a comma


def _header_errors(columns: list[str]) -> Iterator[RowError]:
    if _NOT_UTF8.search("".join(columns)):
        yield RowError(HEADER_ROW, None, NotUtf8())
        return
    for column in REQUIRED:
        if column not in columns:
            yield RowError(HEADER_ROW, column, ColumnMissing(column=column))
    if not any(_language(column) for column in columns):
        yield RowError(HEADER_ROW, None, NameColumnMissing())
    for position, column in enumerate(columns):
        if column in columns[:position]:
            yield RowError(HEADER_ROW, column, ColumnTwice(column=column))
        elif not ATTRIBUTE_COLUMN.fullmatch(column):
            yield RowError(HEADER_ROW, column, ColumnNameUnusable(column=column))


def _language(column: str) -> str | None:
    found = NAME_COLUMN.fullmatch(column)
    return found[1] if found and LANGUAGE_KEY.fullmatch(found[1]) else None


def _read_rows(columns: list[str], lines: Iterable[tuple[int, list[str]] | RowError]) -> Table:
    languages = {column: language for column in columns if (language := _language(column))}
    others = tuple(c for c in columns if c not in REQUIRED and c not in languages)
    main_language = next(iter(languages))
    rows: list[Row] = []
    errors: list[RowError] = []
    first_row: dict[str, int] = {}
    for line in lines:
        if isinstance(line, RowError):
            errors.append(line)
            break
        number, raw = line
        if len(raw) > len(columns):
            errors.append(RowError(number, None, TooManyCells()))
            continue
        cells = dict.fromkeys(columns, "") | {c: tidy(cell) for c, cell in zip(columns, raw, strict=False)}
        code = cells["code"]
        faults = list(_cell_errors(number, cells, main_language))
        if code and code in first_row:
            faults.append(RowError(number, "code", CodeTwice(code=code, first=first_row[code])))
        elif code:
            first_row[code] = number
        if faults:
            errors.extend(faults)
            continue
        names = {language: cells[column] for column, language in languages.items() if cells[column]}
        attributes = {column: cells[column] for column in others if cells[column]}
        rows.append(Row(number, code, cells["parent_code"], cells["level"], names, attributes))
    if not rows and not errors:
        errors.append(RowError(HEADER_ROW, None, FileEmpty()))
    return Table(
        tuple(rows), tuple(errors), frozenset(languages.values()), frozenset(others), frozenset(first_row)
    )


def _cell_errors(number: int, cells: dict[str, str], main: str) -> Iterator[RowError]:
    line = "".join(cells.values())
    if _NOT_UTF8.search(line):
        bad = next(column for column, cell in cells.items() if _NOT_UTF8.search(cell))
        yield RowError(number, bad, NotUtf8())
        return
    if has_controls(line):
        bad = next(column for column, cell in cells.items() if has_controls(cell))
        yield RowError(number, bad, TextUnprintable())
    if not cells["code"]:
        yield RowError(number, "code", CodeMissing())
    if not cells[main]:
        yield RowError(number, main, NameMissing())
    if len(cells["code"]) > LONGEST_CODE:
        yield RowError(number, "code", TextTooLong(most=LONGEST_CODE))
    if len(line) > LONGEST_TEXT:
        for column, cell in cells.items():
            if len(cell) > LONGEST_TEXT:
                yield RowError(number, column, TextTooLong(most=LONGEST_TEXT))
