"""What a thread asks of the service that owns its record: it has no right of its own."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicekit.access.decision import Caller
from servicekit.comments.comment import Comment
from servicekit.data.events import Event


@dataclass(frozen=True)
class Subject:
    """A record as its thread sees it: `parts` are what a comment may be about. `unit_path` is where it is now.

    `kept_until`: when the record goes, and its thread with it; None where it stays.
    """

    id: str
    unit_path: tuple[str, ...]
    parts: frozenset[str] = frozenset()
    kept_until: datetime | None = None


@dataclass(frozen=True)
class Owner:
    """What a service says of its records. Each call decides anew, on the record as it is now.

    `find` gives the record to whoever holds the permission over it. `may_write` raises where nothing may be said now.
    `readers`: of some accounts, those that may read the record. `told`: of what others hear. `page`: where a browser
    goes back.
    """

    service: str
    noun: str
    record_type: str
    read: str
    write: str
    find: Callable[[Caller, str, str], Subject]
    may_write: Callable[[Caller, str], None]
    readers: Callable[[Subject], Collection[str]]
    told: Callable[[str, Comment], Sequence[Event]]
    page: Callable[[str], str]
