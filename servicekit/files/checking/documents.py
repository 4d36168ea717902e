"""PDF documents stay as they are, for a signature in one covers its bytes; so one that could act is refused.

Runs in the examiner's process only, which holds no secret and has a bound on its memory.
"""

from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from servicekit.files.refusals import (
    DocumentActs,
    DocumentCarriesFiles,
    DocumentEncrypted,
    DocumentTooLong,
    DocumentUnreadable,
)

MOST_PAGES = 1_000
MOST_OBJECTS = 300_000
DEEPEST = 60
# What may follow the last end mark: another file glued behind would be read by others as that.
TAIL_BYTES = 1024
ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/3DD"}
)
ACTING_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
    }
)
CARRYING_KEYS = frozenset({"/EmbeddedFiles", "/EF", "/AF", "/Collection"})
CARRYING_KINDS = frozenset({"/GoToE", "/GoToR", "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen"})


def examine(source: BinaryIO) -> int:
    """How many pages it has. Raises ContentRefused."""
    _refuse_tail(source)
    try:
        with pikepdf.open(source, attempt_recovery=False, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise DocumentEncrypted
            pages = len(document.pages)
            if not pages:
                raise DocumentUnreadable
            if pages > MOST_PAGES or len(document.objects) > MOST_OBJECTS:
                raise DocumentTooLong
            for one in document.objects:
                _refuse_acting(one)
            _refuse_acting(document.trailer)
            _refuse_start(document)
            return pages
    except pikepdf.PasswordError as error:
        raise DocumentEncrypted from error
    except (pikepdf.PdfError, ValueError, OSError, KeyError, TypeError, RuntimeError) as error:
        raise DocumentUnreadable from error


def _refuse_tail(source: BinaryIO) -> None:
    end = source.seek(0, 2)
    source.seek(max(0, end - TAIL_BYTES))
    _, mark, after = source.read().rpartition(b"%%EOF")
    source.seek(0)
    if not mark or after.strip(b"\r\n\t \x00"):
        raise DocumentUnreadable


def _refuse_start(document: pikepdf.Pdf) -> None:
    """A page to begin with is no act; anything else that starts when it is opened is."""
    start = document.Root.get("/OpenAction")
    if isinstance(start, pikepdf.Dictionary) and start.get("/S") not in ("/GoTo", None):
        raise DocumentActs


def _refuse_acting(thing: pikepdf.Object) -> None:
    """Everything within one object; what it only refers to is looked at in its own turn."""
    waiting = [(thing, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise DocumentTooLong
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            _refuse_keys(one)
        waiting.extend((inner, depth + 1) for inner in _within(one) if not inner.is_indirect)


def _within(one: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if isinstance(one, pikepdf.Dictionary):
        yield from (value for value in one.values() if isinstance(value, pikepdf.Object))
    elif isinstance(one, pikepdf.Array):
        yield from (value for value in one if isinstance(value, pikepdf.Object))


def _refuse_keys(one: pikepdf.Object) -> None:
    names = set(one.keys())
    kinds = {
        str(one.get(key)) for key in ("/S", "/Type", "/Subtype") if isinstance(one.get(key), pikepdf.Name)
    }
    if names & ACTING_KEYS or kinds & ACTING_KINDS:
        raise DocumentActs
    if names & CARRYING_KEYS or kinds & CARRYING_KINDS:
        raise DocumentCarriesFiles
