"""The audit of all services as one table, the newest first; named as it is stored, for whoever compares."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from servicekit.out.exports.tables import Column, Row, Table, Type

Document = dict[str, Any]
TEXTS = (
    "action",
    "outcome",
    "actor_name",
    "actor",
    "via",
    "unit_id",
    "record_type",
    "record_id",
    "subject_id",
)
COLUMNS = (
    Column("at", "at", Type.INSTANT),
    Column("service", "service"),
    Column("seq", "seq", Type.WHOLE),
    *(Column(name, name) for name in TEXTS),
    Column("details", "details", Type.NESTED),
    Column("request_id", "request_id"),
    Column("mac", "mac"),
)
FOR_PEOPLE = Table("audit", COLUMNS)
FOR_PROGRAMS = Table("audit", (Column("_id", "_id"), Column("unit_path", "unit_path", Type.NESTED), *COLUMNS))


def rows(table: Table, entries: Iterable[Document]) -> Iterator[Row]:
    for entry in entries:
        yield [_cell(column, entry.get(column.key)) for column in table.columns]


def of_service(service: str, entries: Iterable[Document]) -> Iterator[Document]:
    return ({**entry, "service": service} for entry in entries)


def _cell(column: Column, value: object) -> object:
    """What was once written otherwise is told as far as it can be."""
    if value is None or column.type is Type.NESTED:
        return value if isinstance(value, dict | list) else None
    if column.type is Type.TEXT:
        return value if isinstance(value, str) else str(value)
    return value if isinstance(value, int | datetime) else None
