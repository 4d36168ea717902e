"""Answers travel compressed: on a weak network that is what is waited for. The gateway does it, as nginx does in front.

What is the same in each page must not be a secret: its length could be guessed from that of the whole (BREACH). The
tokens of forms are masked anew in each page (servicekit.access.form_tokens); secrets are told once, in answers to what
was sent, and the services mark these by `Content-Encoding: identity`, which nginx leaves alone as well.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Response
from werkzeug.datastructures import Accept

TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
    }
)
WORTH_PACKING = 1_000  # bytes
LEVEL = 5
GZIP = 16  # zlib's way of saying that it is to be gzip


def pack(response: Response, accepted: Accept, method: str) -> None:
    if response.mimetype not in TYPES or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    whole = response.is_sequence
    length = response.content_length or 0
    if method == "HEAD" or response.status_code in (204, 206, 304) or accepted.quality("gzip") <= 0:
        return
    if whole and length < WORTH_PACKING:
        return
    if whole:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    else:
        response.response = _packed(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            if packed := packer.compress(piece):
                yield packed
        yield packer.flush()
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
