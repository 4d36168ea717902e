"""A workbook (XLSX) is read as the texts of its first sheet, by a process of its own; nothing of it is kept.

python -m servicekit.files.checking.workbooks xlsx
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook

from servicekit.files.checking.apart import arrived, bounded, tell
from servicekit.files.checking.confining import confine
from servicekit.files.refusals import (
    ContentRefused,
    WorkbookActs,
    WorkbookCalculates,
    WorkbookLocked,
    WorkbookTooLarge,
    WorkbookUnreadable,
)

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
# A table of some hundred rows takes a hundredth of it.
MOST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 400
MOST_ROWS = 5_000
MOST_CELLS = 64  # in a row
MOST_SIGNS = 2_000_000
# An older workbook, or one that is locked: both are files of this form, which no XLSX is.
OLD_FORM = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
IS_LOCKED = 0x1
# What begins programs, or leads elsewhere.
ACTING = (
    "vbaproject",
    "activex",
    "embeddings/",
    "externallinks/",
    "connections.xml",
    "macrosheets/",
    "querytables/",
)
MACROS = b"macroenabled"
# No part of a workbook declares a type of its own, by which a few signs become very many.
DECLARES = b"<!doctype"
# From here on a spreadsheet keeps no number to the last digit.
EXACT = 10**15


def examine(source: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Its rows, told apart by tabs, each at the number that it has in the sheet. Raises ContentRefused."""
    out = io.StringIO()
    table, rows = csv.writer(out, delimiter="\t", lineterminator="\n"), 0
    for rows, cells in enumerate(_rows(source), 1):  # noqa: B007 - how many there were is told
        table.writerow(cells)
        if out.tell() > MOST_SIGNS:
            raise WorkbookTooLarge
    made = out.getvalue().encode()
    return {"shape": {"rows": rows}, "contents": [len(made)]}, [made]


def _rows(source: BinaryIO) -> Iterator[list[str]]:
    try:
        _refuse_parts(source)
        book = load_workbook(source, read_only=True, keep_links=False)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise WorkbookUnreadable
        # What it says of its own size may be anything.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > MOST_ROWS:
                raise WorkbookTooLarge
            texts = [_text(cell) for cell in cells[: MOST_CELLS + 1]]
            if len(texts) > MOST_CELLS:
                raise WorkbookTooLarge
            yield texts
    except (zipfile.BadZipFile, ParseError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise WorkbookUnreadable from error
    except (OSError, EOFError, AttributeError, IndexError, OverflowError, NotImplementedError) as error:
        raise WorkbookUnreadable from error


# Marks of an encoding, the zeros of wide signs, and blanks.
BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def _refuse_parts(source: BinaryIO) -> None:
    """By what it is made of, before any of that is read as XML."""
    if source.read(len(OLD_FORM)) == OLD_FORM:
        raise WorkbookLocked if LOCKED in source.read() else WorkbookUnreadable
    source.seek(0)
    with zipfile.ZipFile(source) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise WorkbookTooLarge
        if any(part.flag_bits & IS_LOCKED for part in parts):
            raise WorkbookLocked
        names = [part.filename.casefold() for part in parts]
        if any(sign in name for name in names for sign in ACTING):
            raise WorkbookActs
        for part in parts:
            text = packed.read(part)
            # A relationship may lead to a part of any name, so what looks like XML is looked at as such.
            if (
                part.filename.casefold().endswith((".xml", ".rels"))
                or text[:64].strip(BEFORE_XML)[:1] == b"<"
            ):
                _refuse_part(text)
    source.seek(0)


def _refuse_part(text: bytes) -> None:
    lower = text.lower()
    # Of wide signs nothing that is looked for here would be found.
    if DECLARES in lower or b"\0" in text:
        raise WorkbookUnreadable
    if MACROS in lower:
        raise WorkbookActs


def _text(cell: Any) -> str:
    """As somebody would type it."""
    if cell.data_type == "f":
        raise WorkbookCalculates
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    # The last digits are not those that were typed: it shall not look like a number of somebody.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= EXACT:
        return repr(float(value))
    return str(value)


def prepare() -> None:
    """Brings in all that reading needs, by reading: afterwards no file can be opened any more."""
    for encoding in ("cp437", "utf-8-sig"):
        "".encode(encoding)
    book, made = Workbook(), io.BytesIO()
    book.active.append(["a", 1, 1.5, datetime.combine(date(2026, 1, 1), time()), True])
    book.save(made)
    made.seek(0)
    examine(made)


def main() -> None:
    bounded(MEMORY_BYTES, CPU_SECONDS)
    made: list[bytes] = []
    prepare()
    with arrived() as source:
        confine()
        try:
            told, made = examine(source)
        except ContentRefused as refusal:
            told = {"refused": refusal.slug()}
        except (MemoryError, RecursionError):
            told = {"refused": WorkbookTooLarge.slug()}
    tell(told, made)


if __name__ == "__main__":
    main()
