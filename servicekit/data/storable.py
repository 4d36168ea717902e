"""What may be a name in a stored document: ours, or a caller's that cannot mean anything to the database.

A name that begins with a dollar sign is the database's own: {"$ref": ..., "$id": ...} is read back as a reference, and
what is append-only then stays unreadable for ever. A dot makes a path of it.
"""

import re
from collections.abc import Mapping

from servicekit.refusals import Malformed
from servicekit.words import N_

LONGEST_NAME = 80
DEEPEST = 8
# Twice what the longest details of today take.
MOST_DETAILS = 16_384
NAME = re.compile(rf"[^$.\x00-\x20\x7f\ud800-\udfff][^$.\x00-\x1f\x7f\ud800-\udfff]{{0,{LONGEST_NAME - 1}}}")


class NameUnstorable(Malformed):
    title = N_("A name in it cannot be stored: it is empty, too long, or holds a dollar sign or a dot.")


class DetailsTooLarge(Malformed):
    title = N_("This is more than can be written down about it.")


def is_name(name: object) -> bool:
    return isinstance(name, str) and NAME.fullmatch(name) is not None


def require_storable(value: object, depth: int = 0) -> None:
    """Raises NameUnstorable or DetailsTooLarge (nested too deeply)."""
    if depth > DEEPEST:
        raise DetailsTooLarge
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not is_name(name):
                raise NameUnstorable
            require_storable(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            require_storable(inner, depth + 1)


def require_writable_details(details: Mapping[str, object]) -> None:
    """For what is append-only: storable, and no longer than somebody reads."""
    require_storable(details)
    if len(str(details)) > MOST_DETAILS:
        raise DetailsTooLarge
