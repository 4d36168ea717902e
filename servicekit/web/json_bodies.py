"""Refuses what Python's JSON reader takes and the database, or the next reader, does not."""

from contextlib import suppress

from flask import current_app, json, request
from werkzeug.exceptions import RequestEntityTooLarge

from servicekit.refusals import Malformed, TooLarge
from servicekit.serving.bodies import BodyTooSlow, BodyUnreadable
from servicekit.words import N_

MAX_BODY_BYTES = 256 * 1024
# A page's form that is longer is still read, so that it can be shown again with all that was typed.
MAX_FORM_BYTES = 1024 * 1024
READ_AWAY_MOST = 4 * 1024 * 1024
MAX_DEPTH = 24
# MongoDB keeps 64-bit integers; beyond 2**53 JSON readers disagree.
MAX_INTEGER = 2**53


class JsonUnreadable(Malformed):
    title = N_("This is not readable JSON.")


class JsonTooDeep(Malformed):
    title = N_("This JSON is nested too deeply.")


class ValueUnstorable(Malformed):
    title = N_("A value in it cannot be stored (a broken character or a number too large).")


def check_json() -> None:
    if (
        request.content_length is not None
        and request.content_length > current_app.config["MAX_CONTENT_LENGTH"]
    ):
        read_away()
        raise TooLarge
    try:
        data = request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise TooLarge from error
    try:
        _walk(json.loads(data) if data else None, 0)
    except RecursionError as error:
        raise JsonTooDeep from error
    except ValueError as error:
        raise JsonUnreadable from error


def read_away(most: int = READ_AWAY_MOST) -> None:
    """A server that closes with unread bytes resets the connection, and the sender never sees the answer."""
    remaining = min(request.content_length or 0, most)
    with suppress(BodyTooSlow, BodyUnreadable):
        while remaining > 0 and (chunk := request.environ["wsgi.input"].read(min(remaining, 65_536))):
            remaining -= len(chunk)


def _walk(node: object, depth: int) -> None:
    """Refuses what Python's JSON reader takes and the database does not."""
    if depth > MAX_DEPTH:
        raise JsonTooDeep
    if isinstance(node, dict):
        for key, value in node.items():
            _walk(key, depth + 1)
            _walk(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            _walk(value, depth + 1)
    elif isinstance(node, str):
        if "\x00" in node or any("\ud800" <= c <= "\udfff" for c in node):
            raise ValueUnstorable
    elif isinstance(node, int | float) and not abs(node) <= MAX_INTEGER:  # also NaN, which is never <=
        raise ValueUnstorable
