"""The frame around each page: who is reading, where they can go."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.shared.units import Names
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
    icon: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """`near`: at hand also on a narrow screen; `far`: behind "More" there. `unit`: the one acted in, by its names;
    `several`: the reader may choose another.
    """

    language: str
    languages: tuple[tuple[str, str, str], ...]
    here: str  # the local path to come back to
    now: datetime
    person: Person | None = None
    near: tuple[Entry, ...] = ()
    far: tuple[Entry, ...] = ()
    unit: Names = field(default_factory=dict)
    several: bool = False
    search: bool = False


# Shown to everybody whose access counts; whoever has none that counts sees what they are offered, and nothing else.
ALWAYS = ""
NEAR = 4
INBOX = "/inbox"
# Word, path, shape, and the permissions without one of which the entry would lead nowhere; those used most come first.
# `{unit}` is the topmost of the reader's units with the permission, or the one they act in.
_ENTRIES = (
    (N_("Home"), "/", "home", ALWAYS),
    (N_("Progress"), "/dashboard", "chart", "congress:read"),
    (N_("Inbox"), INBOX, "inbox", ALWAYS),
    (N_("Units"), "/units", "tree", "unit:read"),
    (N_("Difficulties"), "/difficulties/of/{unit}", "info", "congress:read"),
    (N_("Members"), "/units/{unit}/members", "person", "members:read"),
    (N_("Plans"), "/plans", "sheet", "congress:read"),
    (N_("Access"), "/units/{unit}/access", "key", "access:read"),
    (N_("Roll-out"), "/units/{unit}/rollout", "chart", "access:grant"),
    (N_("Files asked for"), "/exports", "sent", "congress:read members:export audit:export"),
    (N_("Audit"), "/audit", "search", "audit:read"),
    (N_("Background tasks"), "/jobs", "next", "jobs:manage"),
    (N_("My account"), "/account", "person", ALWAYS),
    (N_("What may I do?"), "/why", "info", ALWAYS),
)


def entries(path: str, held: Callable[[str], str], unread: int) -> tuple[Entry, ...]:
    """Without what the reader cannot use. `held`: the unit at which they hold a permission, empty for none."""
    shown = [
        Entry(word, link.format(unit=unit), icon, count=unread if link == INBOX else 0)
        for word, link, icon, permissions in _ENTRIES
        for unit in (next(filter(None, map(held, permissions.split())), ""),)
        if permissions == ALWAYS or unit
    ]
    # Of several that fit, the longest is where the reader is.
    at = max((one.link for one in shown if _is_at(path, one.link)), key=len, default="")
    return tuple(replace(one, current=one.link == at) for one in shown)


def _is_at(path: str, link: str) -> bool:
    return path == link or (link != "/" and path.startswith(link + "/"))
