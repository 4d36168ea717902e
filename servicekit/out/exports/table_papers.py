"""A table as a paper: for lists that are printed and signed, in the reader's digits and words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from servicekit.out.exports.csv_files import worded
from servicekit.out.exports.papers import PaperTooLong, paper
from servicekit.out.exports.tables import Column, Reader, Row, Table, Type, cells
from servicekit.words import N_
from servicekit.words.dates import Year
from servicekit.words.formats import day, instant, number
from servicekit.words.i18n import translate

TEMPLATE = Path(__file__).parent / "table.typ"
# What is set in a few seconds; who wants more of it wants a file for programs.
MOST_ROWS = 2_000
MOST_BYTES = 2_000_000
MOST_PAGES = 200
NOTHING = "–"
PAGE = N_("Page {number} of {count}")
NUMBERS = (Type.WHOLE, Type.DECIMAL)
WIDTHS = {Type.WHOLE: 2, Type.DECIMAL: 2, Type.WORD: 3, Type.DATE: 4, Type.INSTANT: 4}
WIDTH = 5


def write(
    table: Table, rows: Iterable[Row], reader: Reader, out: BinaryIO, notes: Mapping[str, object]
) -> int:
    """Raises PaperTooLong, PaperNotSet."""
    taken = list(islice(rows, MOST_ROWS + 1))
    if len(taken) > MOST_ROWS:
        raise PaperTooLong
    out.write(paper(TEMPLATE, values(table, taken, reader, notes), most_bytes=MOST_BYTES))
    return len(taken)


def values(
    table: Table, rows: Iterable[Row], reader: Reader, notes: Mapping[str, object]
) -> Mapping[str, Any]:
    """As table.typ takes them."""
    language = reader.language
    return {
        "language": language,
        "title": translate(table.title, language) if table.title else table.name,
        "about": table.about,
        "notes": [str(note) for note in notes.values()],
        "head": [reader.title(column) for column in table.columns],
        "widths": [WIDTHS.get(column.type, WIDTH) for column in table.columns],
        "right": [place for place, column in enumerate(table.columns) if column.type in NUMBERS],
        "rows": [[_text(column, value, reader) for column, value in cells(table, row)] for row in rows],
        "page": translate(PAGE, language),
        "digits": [number(page, language) for page in range(MOST_PAGES)],
    }


def _text(column: Column, value: object, reader: Reader) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, int | float):
        return number(value, reader.language)
    if isinstance(value, datetime):
        return instant(value, reader.language, reader.zone)
    if isinstance(value, date | Year):
        return day(value, reader.language)
    return worded(column, value, reader)
