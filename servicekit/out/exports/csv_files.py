"""CSV: a table as text for spreadsheets and programs, tidy, every cell through the one guard against formulas."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import BinaryIO

from servicekit.out.exports.tables import Column, Reader, Row, Table, Type, cells
from servicekit.out.spreadsheet import BYTE_ORDER_MARK, line
from servicekit.words.dates import Year
from servicekit.words.i18n import translate


def write(
    table: Table, rows: Iterable[Row], reader: Reader, out: BinaryIO, notes: Mapping[str, object]
) -> int:
    """How many rows. What `notes` say has no place among them: it is in the other kinds of file."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write(BYTE_ORDER_MARK + line(reader.title(column) for column in table.columns))
    count = 0
    for row in rows:
        text.write(line(_cell(column, value, reader) for column, value in cells(table, row)))
        count += 1
    text.flush()
    text.detach()
    return count


def _cell(column: Column, value: object, reader: Reader) -> object:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return reader.local(value).isoformat(" ")
    if isinstance(value, date | Year):
        return value.isoformat()
    return worded(column, value, reader)


def worded(column: Column, value: object, reader: Reader) -> str:
    """What is text in every file for people."""
    if column.type is Type.LEVEL:
        return reader.level(str(value))
    if column.type is Type.WORD:
        return translate(str(value), reader.language)
    if column.type is Type.NAMES and isinstance(value, dict):
        return reader.named(value)
    if column.type is Type.NESTED:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)
