"""The audit of all services as one file: CSV for spreadsheets, JSON lines for programs; the newest first."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

from servicekit.spreadsheet import BYTE_ORDER_MARK, line

Document = dict[str, Any]
COLUMNS = (
    "at", "service", "seq", "action", "outcome", "actor_name", "actor", "via", "unit_id", "record_type", "record_id",
    "subject_id", "details", "request_id", "mac",
)  # fmt: skip


def write_csv(entries: Iterable[Document], file: TextIO) -> int:
    """The number of entries written. The file begins with a byte order mark, so that spreadsheets read it as UTF-8."""
    file.write(BYTE_ORDER_MARK + line(COLUMNS))
    count = 0
    for entry in entries:
        file.write(line(_cell(entry.get(name)) for name in COLUMNS))
        count += 1
    return count


def write_json_lines(entries: Iterable[Document], file: TextIO) -> int:
    count = 0
    for entry in entries:
        told = {name: entry.get(name) for name in ("_id", "unit_path", *COLUMNS)}
        file.write(json.dumps(told, ensure_ascii=False, default=_plain) + "\n")
        count += 1
    return count


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
    return "" if value is None else _plain(value)


def _plain(value: object) -> str:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else str(value)


def of_service(service: str, entries: Iterable[Document]) -> Iterator[Document]:
    return ({**entry, "service": service} for entry in entries)
