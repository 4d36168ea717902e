"""XLSX: a table with typed cells, written row after row; no text in it is a formula, a link or a number."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter

from servicekit.out.exports.csv_files import worded
from servicekit.out.exports.tables import Column, Reader, Row, Table, Type, cells
from servicekit.words import N_
from servicekit.words.dates import Year
from servicekit.words.i18n import translate

# What a sheet and a cell can hold, by the file format; more rows go on in the next sheet.
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CUT = "…"
# Beyond, a program that keeps numbers as doubles shows another one.
EXACT = 10**15
FIRST_DAY = date(1900, 3, 1)
# What XML cannot hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
WIDTHS = {Type.TEXT: 28, Type.WHOLE: 12, Type.DECIMAL: 12, Type.DATE: 12, Type.INSTANT: 18, Type.LEVEL: 18}
NOTES = N_("Notes")


def write(
    table: Table, rows: Iterable[Row], reader: Reader, out: BinaryIO, notes: Mapping[str, object]
) -> int:
    return Workbook(table, reader, out).write(rows, notes)


class Workbook:
    def __init__(self, table: Table, reader: Reader, out: BinaryIO, most_rows: int = MOST_ROWS) -> None:
        self._table = table
        self._reader = reader
        self._most = most_rows
        self._book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._sheet: Any = None
        self._row = 0

    def write(self, rows: Iterable[Row], notes: Mapping[str, object]) -> int:
        try:
            return self._fill(rows, notes)
        finally:
            # Also where a row failed: it leaves files behind otherwise.
            self._book.close()

    def _fill(self, rows: Iterable[Row], notes: Mapping[str, object]) -> int:
        count = 0
        self._begin_sheet()
        for row in rows:
            if self._row == self._most:
                self._begin_sheet()
            for place, (column, value) in enumerate(cells(self._table, row)):
                if value is not None:
                    self._put(place, column, value)
            self._row += 1
            count += 1
        if notes:
            self._add_notes(notes)
        return count

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        for place, column in enumerate(self._table.columns):
            self._sheet.set_column(place, place, WIDTHS.get(column.type, 20))
            self._sheet.write_string(0, place, _text(self._title(column)), self._head)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def _title(self, column: Column) -> str:
        title = self._reader.title(column)
        # A cell of a date has no zone, so the column's head names it.
        return f"{title} ({self._reader.zone.key})" if column.type is Type.INSTANT else title

    def _put(self, place: int, column: Column, value: object) -> None:
        sheet, row = self._sheet, self._row
        if isinstance(value, Year):
            sheet.write_number(row, place, value.number)
        elif isinstance(value, int | float) and -EXACT < value < EXACT:
            sheet.write_number(row, place, value)
        elif isinstance(value, datetime) and value.date() >= FIRST_DAY:
            sheet.write_datetime(row, place, self._reader.local(value).replace(tzinfo=None), self._moment)
        elif type(value) is date and value >= FIRST_DAY:
            sheet.write_datetime(row, place, value, self._day)
        else:
            sheet.write_string(row, place, _text(worded(column, value, self._reader)))

    def _add_notes(self, notes: Mapping[str, object]) -> None:
        sheet = self._book.add_worksheet(translate(NOTES, self._reader.language)[:31])
        for row, (name, note) in enumerate(notes.items()):
            sheet.write_string(row, 0, _text(name))
            sheet.write_string(row, 1, _text(str(note)))


def _text(text: str) -> str:
    plain = UNWRITABLE.sub("", text)
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + CUT
