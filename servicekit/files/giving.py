"""How a file is given out: to be saved, never shown in the page's place, kept by nobody on the way."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote

from werkzeug.http import parse_range_header

from servicekit.files.kinds import JPEG
from servicekit.files.names import NAMELESS
from servicekit.files.refusals import RangeNotThere
from servicekit.files.stored import Part, StoredFile
from servicekit.serving.bodies import GRACE_SECONDS, LEAST_RATE

GUARDS: Mapping[str, str] = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "bytes",
}


def headers_of(file: StoredFile, part: Part) -> dict[str, str]:
    media_type = file.known.media_type if part is Part.CONTENT and file.known else JPEG.media_type
    return {
        **GUARDS,
        "Content-Type": media_type,
        "Content-Disposition": disposition(file.name),
        "ETag": etag_of(file, part),
    }


class TakenTooSlowly(Exception):
    """The reader holds a thread and takes next to nothing."""


def in_time(pieces: Iterable[bytes], now: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """What is given out, as long as it is taken fast enough. Raises TakenTooSlowly, which ends the connection."""
    began, taken = now(), 0
    for piece in pieces:
        yield piece
        taken += len(piece)
        if now() - began > GRACE_SECONDS + taken / LEAST_RATE:
            raise TakenTooSlowly


def etag_of(file: StoredFile, part: Part) -> str:
    """A content never changes once it is given out."""
    return f'"{file.stream(part)}"'


def disposition(name: str) -> str:
    """RFC 6266: to be saved under this name, in whatever script; never shown in the page's place."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._ -]", "_", plain).strip() or NAMELESS
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"


def asked_range(header: str | None, length: int) -> tuple[int, int] | None:
    """From where to before where; None for the whole, also where several ranges were asked for (RFC 9110, 14.2).

    Raises RangeNotThere.
    """
    asked = parse_range_header(header)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    start, _ = asked.ranges[0]
    if start < 0:
        return max(0, length + start), length  # the last so many bytes: of a shorter file, all
    found = asked.range_for_length(length)
    if found is None:
        raise RangeNotThere
    return found
