"""A table from a file that somebody chose: a workbook or text, as it would have been pasted."""

from servicekit.files.checking.examination import table_in
from servicekit.words import text

TAB = "\t"
# What a file of a spreadsheet program begins with, old or new; no text does.
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def table_from(file: bytes) -> str:
    """What would have been pasted. Raises UnicodeDecodeError, ContentRefused, NotExaminable."""
    if not file.startswith(PACKED):
        return file.decode("utf-8-sig")
    table = table_in(file)
    # Said where what stands in the cells would be taken for what stands between them.
    return table if text.delimiter_of(table)[0] == TAB else f"sep={TAB}\n{table}"
