"""What the services call what they own, in the reader's language: asked of each of them, and kept for a minute."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from servicekit.out.peers import PeerRefused, Peers
from servicekit.refusals import Unavailable
from servicekit.settings import SERVICES
from servicekit.words.titles import Group, Titles, read_titles

# Whose words the pages say; the portal's own stand beside its pages.
OWNERS = tuple(service for service in SERVICES if service != "portal")
KEPT_SECONDS = 60.0
# Who did not answer is not asked again sooner.
AGAIN_SECONDS = 5.0
NOT_CHANGED = 304

# By a service, a language and the mark of what is known: its titles and their mark; None where they are the same.
Ask = Callable[[str, str, str], tuple[Titles, str] | None]
ByOwner = Mapping[str, Titles]


@dataclass(slots=True)
class _Known:
    titles: Titles
    mark: str = ""
    until: float = 0.0


class KeptTitles:
    """One for each service and language. While a service is away its last words are shown, or else its keys."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], _Known] = {}

    def all(self, language: str) -> ByOwner:
        return {owner: self.of(owner, language) for owner in OWNERS}

    def of(self, owner: str, language: str) -> Titles:
        with self._lock:
            known = self._known.setdefault((owner, language), _Known(Titles(owner)))
            if self._clock() < known.until:
                return known.titles
            # Others go on with what is known while this one asks.
            known.until = self._clock() + AGAIN_SECONDS
        try:
            found = self._ask(owner, language, known.mark)
        except (PeerRefused, Unavailable):
            return known.titles
        with self._lock:
            if found is not None:
                known.titles, known.mark = found
            known.until = self._clock() + KEPT_SECONDS
        return known.titles


def asking(peers: Peers) -> Ask:
    def ask(owner: str, language: str, mark: str) -> tuple[Titles, str] | None:
        seen = {"If_None_Match": mark} if mark else {}
        answer = peers.public(owner, language, "titles").send("GET", "/titles", headers=seen)
        if answer.status_code == NOT_CHANGED:
            return None
        return read_titles(answer.json()), answer.headers.get("ETag", "")

    return ask


def title_in(titles: ByOwner, sort: str, key: str) -> str:
    """Of whichever service owns it; nothing where none does."""
    for owned in titles.values():
        found = owned.of.get(sort, {}).get(key)
        if found:
            return found
    return ""


def groups_in(titles: ByOwner, sort: str) -> tuple[Group, ...]:
    return tuple(group for owned in titles.values() for group in owned.groups.get(sort, ()))


def first_in(titles: ByOwner, sort: str) -> tuple[str, ...]:
    return tuple(key for owned in titles.values() for key in owned.first.get(sort, ()))


def titles_in(titles: ByOwner, sort: str) -> dict[str, str]:
    """All of one sort, in the order of their owners."""
    return {key: title for owned in titles.values() for key, title in owned.of.get(sort, {}).items()}
