"""The form without script: its file is read as it arrives, never held as a whole, and only from a page of ours.

The parser of werkzeug takes a carriage return of a border for one of the file, where a read ends inside the border.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from multipart import MultipartError, MultipartSegment, PushMultipartParser
from werkzeug.http import parse_options_header

from servicekit.files.refusals import FormNotOurs, FormUnreadable, NoFileSent

MOST_PARTS = 8
FIELD_BYTES = 4096
FILE_FIELD = "file"
TOKEN_FIELD = "csrf"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Part:
    """The head of one; what it holds follows. `filename` is None for a field."""

    name: str
    filename: str | None


def sent_file(
    source: Iterable[bytes], content_type: str, is_ours: Callable[[str], bool]
) -> tuple[str, Iterator[bytes]]:
    """The file's name, and its bytes as they come. The token stands before the file and is checked before that."""
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise FormUnreadable
    events = _events(source, boundary)
    name = _up_to_file(events, is_ours)
    return name, _contents(events)


def _events(source: Iterable[bytes], boundary: str) -> Iterator[Part | bytes]:
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MOST_PARTS)
        for data in source:
            for event in parser.parse(data):
                if isinstance(event, MultipartSegment):
                    yield Part(event.name or "", event.filename)
                elif event is not None:
                    yield bytes(event)
        parser.close()
    except MultipartError as error:
        raise FormUnreadable from error


def _up_to_file(events: Iterator[Part | bytes], is_ours: Callable[[str], bool]) -> str:
    fields: dict[str, bytes] = {}
    field = ""
    for event in events:
        if isinstance(event, Part) and event.filename is not None:
            if not is_ours(fields.get(TOKEN_FIELD, b"").decode("utf-8", "replace")):
                raise FormNotOurs
            if event.name != FILE_FIELD:
                raise FormUnreadable
            if not event.filename:
                raise NoFileSent
            return event.filename
        if isinstance(event, Part):
            field = event.name
            fields[field] = b""
        else:
            fields[field] += event
            if sum(map(len, fields.values())) > FIELD_BYTES:
                raise FormUnreadable
    if not is_ours(fields.get(TOKEN_FIELD, b"").decode("utf-8", "replace")):
        raise FormNotOurs
    raise NoFileSent


def _contents(events: Iterator[Part | bytes]) -> Iterator[bytes]:
    """Of the one file; what comes behind it is read and dropped, so that a form that is cut off is found."""
    inside = True
    for event in events:
        if isinstance(event, Part):
            if event.filename is not None:
                raise FormUnreadable
            inside = False
        elif inside:
            yield event
