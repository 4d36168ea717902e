"""Files as people send them, and some that nobody should: made here, so that what is in them is known."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import xlsxwriter
from PIL import Image

Cells = dict[tuple[int, int], Any]


def a_pdf(pages: int = 2, padding: int = 0) -> bytes:
    """`padding`: so many bytes that do not compress, to make it large."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if padding:
        document.pages[0].obj["/Padding"] = document.make_stream(os.urandom(padding))
    return saved(document)


def saved(document: pikepdf.Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (800, 600), orientation: int = 0, mode: str = "RGB"
) -> bytes:
    """The left half red, the right half blue; `orientation` as a camera writes it."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
        exif[0x010E] = "taken at the house of a member"
        exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, kind, exif=exif, quality=95)
    return out.getvalue()


def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes that says that it has 900 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + name + data + struct.pack("!L", zlib.crc32(name + data))

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1024 * 1024))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_workbook(cells: Cells, *, hidden: bool = False, more: Callable[[Any], None] | None = None) -> bytes:
    """`hidden`: behind a sheet that is not shown. `more`: what else is done to it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    if hidden:
        book.add_worksheet().write(0, 0, "not seen")
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for (row, column), value in cells.items():
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write(row, column, value)
    if hidden:
        sheet.activate()
        sheet.set_first_sheet()
        book.worksheets()[0].hide()
    if more:
        more(book)
    book.close()
    return out.getvalue()
