"""JSON as strictly as proof needs it: one object, no name twice, no numbers that are none."""

import json
from typing import Any

Json = dict[str, Any]


def strict_object(text: str | bytes) -> Json:
    """The object in the text; raises ValueError, also for nesting too deep to read."""
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
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
