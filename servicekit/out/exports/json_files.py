"""JSON for programs: one document, or a line for each row; keys, instants with their offset, numbers as numbers."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import BinaryIO

from servicekit.out.exports.tables import Reader, Row, Table, cells
from servicekit.words.dates import Year


def write(
    table: Table, rows: Iterable[Row], reader: Reader, out: BinaryIO, notes: Mapping[str, object]
) -> int:
    """`{"items": [...]}` with the notes beside them, written as the rows come."""
    count = 0
    out.write(b'{"items":[')
    for row in rows:
        out.write((b",\n" if count else b"\n") + _line(table, row, reader))
        count += 1
    out.write(b"\n]")
    for name, note in notes.items():
        out.write(b",\n" + f"{json.dumps(name)}:".encode() + _json(note, reader))
    out.write(b"}\n")
    return count


def write_lines(
    table: Table, rows: Iterable[Row], reader: Reader, out: BinaryIO, notes: Mapping[str, object]
) -> int:
    count = 0
    for row in rows:
        out.write(_line(table, row, reader) + b"\n")
        count += 1
    return count


def _line(table: Table, row: Row, reader: Reader) -> bytes:
    return _json({column.key: value for column, value in cells(table, row)}, reader)


def _json(value: object, reader: Reader) -> bytes:
    def plain(one: object) -> object:
        if isinstance(one, datetime):
            return one.astimezone(reader.zone).isoformat(timespec="milliseconds")
        if isinstance(one, date | Year):
            return one.isoformat()
        return str(one)

    return json.dumps(value, ensure_ascii=False, default=plain).encode()
