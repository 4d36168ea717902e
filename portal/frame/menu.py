"""The frame around each page: who is reading, where they can go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servicekit.access.decision import Caller
from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class Person:
    """`ends`: until when they stay signed in if nothing more is done; `left` is the same in seconds from now."""

    name: str
    ends: datetime | None = None
    left: int = 0
    sealed: bool = False  # came in by a sealed code


def person_of(caller: Caller, now: datetime) -> Person:
    left = (caller.session_ends - now).total_seconds() if caller.session_ends else 0
    return Person(caller.name, caller.session_ends, max(0, int(left)), sealed=caller.fallback)


@dataclass(frozen=True, slots=True)
class Entry:
    word: str
    link: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    language: str
    languages: tuple[tuple[str, str, str], ...]
    here: str  # the local path to come back to
    now: datetime
    person: Person | None = None
    entries: tuple[Entry, ...] = ()
    menu: tuple[Entry, ...] = ()


# Shown to everybody whose access counts; whoever has none that counts sees what they are offered, and nothing else.
ALWAYS = ""
# Word, path, and the permission without which the entry would lead nowhere.
_ENTRIES = (
    (N_("Tasks"), "/", ALWAYS),
    (N_("Progress"), "/dashboard", "congress:read"),
    (N_("Inbox"), "/inbox", ALWAYS),
)
_MENU = (
    (N_("Find a unit"), "/units", "unit:read"),
    (N_("Plans"), "/plans", "congress:read"),
    (N_("Files asked for"), "/exports", "congress:read"),
    (N_("Audit"), "/audit", "audit:read"),
    (N_("Background tasks"), "/jobs", "jobs:manage"),
    (N_("My account"), "/account", ALWAYS),
    (N_("What may I do?"), "/why", ALWAYS),
)


def entries(
    path: str, holds: Callable[[str], bool], unread: int
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The bar and the menu, without what the reader cannot use."""

    def shown(lines: tuple[tuple[str, str, str], ...]) -> tuple[Entry, ...]:
        return tuple(
            Entry(word, link, current=_is_at(path, link), count=unread if link == "/inbox" else 0)
            for word, link, permission in lines
            if permission == ALWAYS or holds(permission)
        )

    return shown(_ENTRIES), shown(_MENU)


def _is_at(path: str, link: str) -> bool:
    return path == link or (link != "/" and path.startswith(link + "/"))
