"""The kinds of file that a table can become."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from servicekit.out.exports import csv_files, json_files, table_papers, workbooks
from servicekit.out.exports.papers import PDF_TYPE
from servicekit.out.exports.tables import Reader, Row, Table

Write = Callable[[Table, Iterable[Row], Reader, BinaryIO, Mapping[str, object]], int]


@dataclass(frozen=True)
class Format:
    """`write` gives how many rows it wrote; it raises TooLarge for more than `most_rows`."""

    key: str
    media_type: str
    write: Write
    most_rows: int | None = None

    def file_name(self, name: str) -> str:
        return f"{name}.{self.key}"


CSV = Format("csv", "text/csv; charset=utf-8", csv_files.write)
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbooks.write)
JSON = Format("json", "application/json", json_files.write)
JSON_LINES = Format("jsonl", "application/x-ndjson", json_files.write_lines)
PDF = Format("pdf", PDF_TYPE, table_papers.write, table_papers.MOST_ROWS)
FORMATS = {one.key: one for one in (CSV, XLSX, JSON)}
# For tables that are narrow enough for a page.
ON_PAPER_TOO = {**FORMATS, PDF.key: PDF}
