"""Lists in pages: a cursor that holds its place, an exact total, and never an item left out without a word.

A cursor is the sort key of the last item shown, ending in its id: an item that leaves the list meanwhile neither
repeats a page nor skips one.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from servicekit.refusals import Invalid
from servicekit.words import N_

Item = TypeVar("Item")
Other = TypeVar("Other")
# Texts only: what a cursor holds is compared as it is stored.
Key = tuple[str, ...]

PAGE = 50
PAGE_MOST = 200
# Of signs: a place fifteen units deep, each under the longest code; and less than the query of a request may have.
CURSOR_MOST = 5_000


class CursorUnknown(Invalid):
    title = N_("This place in the list is not known. Begin with the first page.")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`next`: the `after` of the following page, None at the end; `total`: of the whole list, None if not counted."""

    items: Sequence[Item]
    next: str | None = None
    total: int | None = None

    def map(self, change: Callable[[Sequence[Item]], Sequence[Other]]) -> "Page[Other]":
        """The same page, its items shown otherwise."""
        return Page(change(self.items), self.next, self.total)


def cursor(key: Key) -> str:
    return urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(after: str, length: int) -> Key:
    """The sort key of so many texts that a cursor holds. Raises CursorUnknown."""
    try:
        found = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise CursorUnknown(field="after") from error
    if not (isinstance(found, list) and len(found) == length and all(isinstance(one, str) for one in found)):
        raise CursorUnknown(field="after")
    try:
        "".join(found).encode()
    except UnicodeEncodeError as error:  # half a surrogate, which nothing that is stored holds
        raise CursorUnknown(field="after") from error
    return tuple(found)


def page_of(found: Iterable[Item], key: Callable[[Item], Key], after: str, limit: int) -> Page[Item]:
    """A page of a list that is at hand as a whole, in the order of its keys, which must differ from each other."""
    ordered = sorted(found, key=key)
    start = bisect_right(ordered, key_of(after, len(key(ordered[0]))), key=key) if after and ordered else 0
    end = start + limit
    more = end < len(ordered)
    return Page(ordered[start:end], cursor(key(ordered[end - 1])) if more else None, len(ordered))


def page_from(found: Sequence[Item], key: Callable[[Item], Key], limit: int, total: int | None) -> Page[Item]:
    """A page of what a store has looked up beyond the cursor: one more than `limit`, if there are so many."""
    more = len(found) > limit
    return Page(found[:limit], cursor(key(found[limit - 1])) if more else None, total)
