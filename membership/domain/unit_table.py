"""A unit tree as a table: reading the file, each error with its row and column.

Row numbers are those of a spreadsheet: the header is row 1.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from membership.domain.spoiled import lost, spoiled
from membership.domain.units import LANGUAGE_KEY
from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_
from servicekit.words.text import bare, delimiter_of, has_controls, line

HEADER_ROW = 1
LONGEST_CODE = 64
LONGEST_TEXT = 200
NAME_COLUMN = re.compile(r"name_(.+)")
ALSO_COLUMN = re.compile(r"also_(.+)")
ALSO_APART = re.compile(r"[;\uff1b\u061b]")
MOST_ALSO = 10  # other names in one cell
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
    title = N_("The column {column} is there twice: it is column {first} and column {second}.")


class ColumnNameless(Invalid):
    title = N_("There is something in column {column}, which has no name in the first row.")


class ColumnNameUnusable(Invalid):
    title = N_("A column cannot be called {column!r}: small letters, digits and underscores are possible.")


class NotUtf8(Invalid):
    title = N_("This row is not UTF-8 text. Save the file as “CSV UTF-8” and import that.")


class OtherEncoding(Invalid):
    title = N_("The file is {encoding} text, not UTF-8. Save it as “CSV UTF-8” and import that.")


class NotATable(Invalid):
    title = N_("This is not a CSV file but an Excel workbook. Save the sheet as “CSV UTF-8” and import that.")


class RowUnreadable(Invalid):
    title = N_("This row cannot be read; look at its quotation marks. Reading stopped here.")


class TooManyCells(Invalid):
    title = N_("This row has more cells than the header.")


class SuccessorsUnreadable(Invalid):
    title = N_("Row {row} of the file of successors needs predecessor_code and successor_code, which differ.")


class SuccessorsFaulty(Invalid):
    title = N_("Row {row} of the file of successors: {why}")


class CodeMissing(Invalid):
    title = N_("The code is missing.")


class CodeTwice(Invalid):
    title = N_("The code {code} is already in row {first}.")


class NameMissing(Invalid):
    title = N_("The name is missing.")


class TextTooLong(Invalid):
    title = N_("This is longer than {most} characters.")


class TooManyNames(Invalid):
    title = N_("More than {most} other names in one cell.")


class CellTooLong(Invalid):
    title = N_("A cell of this row is too long, or a quotation mark is never closed. Reading stopped here.")


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
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read. `seen` holds every code of it, also those of rows in error."""

    rows: tuple[Row, ...]
    errors: tuple[RowError, ...]
    languages: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()


def read_table(data: bytes) -> Table:
    """The rows of a CSV file (UTF-8; comma, semicolon, tab or bar), each error with its row and column."""
    if other := _other_kind(data):
        return Table((), (RowError(HEADER_ROW, None, other),))
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")
    lines = _numbered(text)
    header = next(lines, None)
    if header is None:
        return Table((), (RowError(HEADER_ROW, None, FileEmpty()),))
    if isinstance(header, RowError):
        return Table((), (header,))
    columns = [_column(cell) for cell in header[1]]
    if faults := tuple(_header_errors(columns)):
        return Table((), faults)
    return _read_rows(columns, lines)


def _other_kind(data: bytes) -> Refusal | None:
    """A header begins with a Latin letter, of which UTF-16 makes one byte and a zero."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return NotATable()
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return OtherEncoding(encoding="UTF-32")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:4]:
        return OtherEncoding(encoding="UTF-16")
    return None


def _column(cell: str) -> str:
    """A header as it is meant: its letters are small, and what cannot be seen is not there."""
    return line(bare(cell)).casefold()


def read_successors(data: bytes) -> dict[str, tuple[str, ...]]:
    """Pairs of predecessor_code and successor_code, as {predecessor: successors}.

    Raises SuccessorsUnreadable, SuccessorsFaulty.
    """
    if other := _other_kind(data):
        raise other
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")
    found: dict[str, tuple[str, ...]] = {}
    columns: list[str] | None = None
    for read in _numbered(text):
        if isinstance(read, RowError):
            raise SuccessorsFaulty(row=read.row, why=read.message)
        number, raw = read
        if columns is None:
            columns = [_column(cell) for cell in raw]
            if not {"predecessor_code", "successor_code"} <= set(columns):
                raise SuccessorsUnreadable(row=number)
            for twice in _columns_twice(columns):
                raise SuccessorsFaulty(row=number, why=twice.message)
            continue
        if fault := _cell_astray(columns, raw) or next(filter(None, map(_unreadable, raw)), None):
            raise SuccessorsFaulty(row=number, why=str(fault))
        pair = dict(zip(columns, map(line, raw), strict=False))
        old, new = pair.get("predecessor_code", ""), pair.get("successor_code", "")
        if not old or not new or old == new:
            raise SuccessorsUnreadable(row=number)
        found[old] = tuple(dict.fromkeys((*found.get(old, ()), new)))
    if columns is None:
        raise SuccessorsFaulty(row=HEADER_ROW, why=str(FileEmpty()))
    return found


def _unreadable(cell: str) -> Refusal | None:
    if _NOT_UTF8.search(cell):
        return NotUtf8()
    return TextUnprintable() if has_controls(line(cell)) else spoiled(cell)


def _numbered(text: str) -> Iterator[tuple[int, list[str]] | RowError]:
    delimiter, text = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_long = "field limit" in str(error)
            yield RowError(number, None, CellTooLong() if too_long else RowUnreadable())
            return
        if any(line(cell) for cell in cells):
            yield number, cells


def _header_errors(columns: list[str]) -> Iterator[RowError]:
    if _NOT_UTF8.search("".join(columns)):
        yield RowError(HEADER_ROW, None, NotUtf8())
        return
    for column in REQUIRED:
        if column not in columns:
            yield RowError(HEADER_ROW, column, ColumnMissing(column=column))
    if not any(_language(column) for column in columns):
        yield RowError(HEADER_ROW, None, NameColumnMissing())
    yield from _columns_twice(columns)
    for column in dict.fromkeys(columns):
        if column and not ATTRIBUTE_COLUMN.fullmatch(column):
            yield RowError(HEADER_ROW, column, ColumnNameUnusable(column=column))


def _columns_twice(columns: list[str]) -> Iterator[RowError]:
    """A spreadsheet's empty columns have no name; what stands in one is told with its row."""
    for position, column in enumerate(columns):
        if column and column in columns[:position]:
            first, second = _letters(columns.index(column)), _letters(position)
            yield RowError(HEADER_ROW, column, ColumnTwice(column=column, first=first, second=second))


def _letters(position: int) -> str:
    """A column as spreadsheets name it: A, B, … Z, AA."""
    letters, left = "", position + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _language(column: str, kind: re.Pattern[str] = NAME_COLUMN) -> str | None:
    found = kind.fullmatch(column)
    return found[1] if found and LANGUAGE_KEY.fullmatch(found[1]) else None


def _read_rows(columns: list[str], lines: Iterable[tuple[int, list[str]] | RowError]) -> Table:
    languages = {column: language for column in columns if (language := _language(column))}
    also = {column: language for column in columns if (language := _language(column, ALSO_COLUMN))}
    others = tuple(c for c in columns if c and c not in REQUIRED and c not in languages and c not in also)
    main_language = next(iter(languages))
    rows: list[Row] = []
    errors: list[RowError] = []
    first_row: dict[str, int] = {}
    for read in lines:
        if isinstance(read, RowError):
            errors.append(read)
            break
        number, raw = read
        if (astray := _cell_astray(columns, raw)) is not None:
            errors.append(RowError(number, None, astray))
            continue
        unreadable = [
            RowError(number, column, fault)
            for column, cell in zip(columns, raw, strict=False)
            if column and (fault := _spoiled(column, cell))
        ]
        if unreadable:
            errors.extend(unreadable)
            continue
        cells = dict.fromkeys(columns, "") | {c: line(cell) for c, cell in zip(columns, raw, strict=False)}
        cells.pop("", None)
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
        known_as = {language: _apart(cells[column]) for column, language in also.items() if cells[column]}
        rows.append(Row(number, code, cells["parent_code"], cells["level"], names, attributes, known_as))
    if not rows and not errors:
        errors.append(RowError(HEADER_ROW, None, FileEmpty()))
    return Table(
        tuple(rows),
        tuple(errors),
        frozenset(languages.values()),
        frozenset(others),
        frozenset(first_row),
        frozenset(also.values()),
    )


def _apart(cell: str) -> tuple[str, ...]:
    """The names of one cell, each once."""
    names = (line(name) for name in ALSO_APART.split(cell))
    return tuple(dict.fromkeys(name for name in names if name))


def _spoiled(column: str, cell: str) -> Refusal | None:
    named = column in REQUIRED or _language(column) or _language(column, ALSO_COLUMN)
    return spoiled(cell) or (lost(cell) if named else None)


def _cell_astray(columns: list[str], raw: list[str]) -> Refusal | None:
    for position, cell in enumerate(raw):
        if line(cell) and position >= len(columns):
            return TooManyCells()
        if line(cell) and not columns[position]:
            return ColumnNameless(column=_letters(position))
    return None


def _cell_errors(number: int, cells: dict[str, str], main: str) -> Iterator[RowError]:
    whole_row = "".join(cells.values())
    if _NOT_UTF8.search(whole_row):
        bad = next(column for column, cell in cells.items() if _NOT_UTF8.search(cell))
        yield RowError(number, bad, NotUtf8())
        return
    if has_controls(whole_row):
        bad = next(column for column, cell in cells.items() if has_controls(cell))
        yield RowError(number, bad, TextUnprintable())
    if not cells["code"]:
        yield RowError(number, "code", CodeMissing())
    for column, cell in cells.items():
        unnamed = not any(sign.isalnum() for sign in cell)
        if unnamed and (column == main or (cell and _language(column))):
            yield RowError(number, column, NameMissing())
    for column, cell in cells.items():
        if _language(column, ALSO_COLUMN) and len(_apart(cell)) > MOST_ALSO:
            yield RowError(number, column, TooManyNames(most=MOST_ALSO))
    if len(cells["code"]) > LONGEST_CODE:
        yield RowError(number, "code", TextTooLong(most=LONGEST_CODE))
    if len(whole_row) > LONGEST_TEXT:
        for column, cell in cells.items():
            if len(cell) > LONGEST_TEXT:
                yield RowError(number, column, TextTooLong(most=LONGEST_TEXT))
