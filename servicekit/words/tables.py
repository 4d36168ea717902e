"""Tables as text: what a spreadsheet saves or puts on the clipboard."""

import csv
import io
import re
from collections.abc import Iterator

DELIMITERS = ",;\t|"
_SAID_DELIMITER = re.compile(r"""\ufeff?"?sep=([,;\t|])"?[;,]*\r?\n""", re.IGNORECASE)


def delimiter_of(text: str) -> tuple[str, str]:
    """The sign between cells, and the text without the line by which a spreadsheet says it."""
    if said := _SAID_DELIMITER.match(text):
        return said[1], text[said.end() :]
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count), text  # the first of equals: a comma


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as a spreadsheet counts them, empty ones left out. Raises csv.Error."""
    delimiter, text = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number, cells in enumerate(reader, 1):
        if any(cell.strip() for cell in cells):
            yield number, cells
