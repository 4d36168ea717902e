"""A table as the answer to the request that asks for it: made as a whole first, so that no file is ever cut off."""

from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from flask import Response

from servicekit.files.giving import GUARDS, disposition, in_time
from servicekit.out.exports.formats import Format
from servicekit.out.exports.tables import Names, Reader, Row, Table
from servicekit.serving.problems import language
from servicekit.web.kit import kit

IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024


def at_once(
    form: Format, table: Table, rows: Iterable[Row], reader: Reader, notes: Mapping[str, object] | None = None
) -> Response:
    """What fails on the way is refused as any request is."""
    # Closed when it has been given out.
    file = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
    try:
        form.write(table, rows, reader, cast(Any, file), notes or {})
        length = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = Response(in_time(_pieces(file)), headers=headers(form.file_name(table.name), form.media_type))
    response.call_on_close(file.close)
    response.headers["Content-Length"] = str(length)
    return response


def reader_here(levels: Mapping[str, Names]) -> Reader:
    """Of this request, in the organisation's zone."""
    return Reader(language(), ZoneInfo(kit().settings.zone), levels)


def headers(name: str, media_type: str) -> dict[str, str]:
    """Of what leaves as a file: to be saved, kept by nobody on the way."""
    kept = {key: value for key, value in GUARDS.items() if key != "Accept-Ranges"}
    return {**kept, "Content-Type": media_type, "Content-Disposition": disposition(name)}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
