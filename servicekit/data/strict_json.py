"""JSON as strictly as proof needs it: one object, no name twice, nothing that cannot be stored or compared."""

import json
from typing import Any

Json = dict[str, Any]

# Deeper than any token or provider's document; far from what Python's reader cannot bear.
MOST_DEEP = 32
# As far as the database and every other reader go.
MOST_WHOLE = 2**63
MOST_DIGITS = 400


def strict_object(text: str | bytes, *, broken_text: bool = False) -> Json:
    """The object in the text; raises ValueError, also for nesting too deep to read.

    `broken_text`: half surrogates pass, where each claim is looked at by itself.
    """
    try:
        # Whatever else Python would guess (UTF-16, a byte order mark) is no JSON that travels (RFC 8259, 8.1).
        found = json.loads(
            text.decode("utf-8") if isinstance(text, bytes) else text,
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_int=_whole,
            parse_float=_decimal,
        )
        _check(found, 0, broken_text=broken_text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(word: str) -> None:
    raise ValueError(word)


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS or abs(found := int(digits)) >= MOST_WHOLE:
        raise ValueError("a number too large")
    return found


def _decimal(digits: str) -> float:
    if len(digits) > MOST_DIGITS or abs(found := float(digits)) >= MOST_WHOLE:
        raise ValueError("a number too large")
    return found


def _check(node: object, depth: int, *, broken_text: bool) -> None:
    if depth > MOST_DEEP:
        raise ValueError("nested too deeply")
    if isinstance(node, str):
        if not broken_text and any("\ud800" <= sign <= "\udfff" for sign in node):
            raise ValueError("half a surrogate")
    elif isinstance(node, dict):
        for name, value in node.items():
            _check(name, depth + 1, broken_text=broken_text)
            _check(value, depth + 1, broken_text=broken_text)
    elif isinstance(node, list):
        for value in node:
            _check(value, depth + 1, broken_text=broken_text)
