"""Whose turn it is, where a few places are long in use: nobody has more than a share, and nobody waits behind them."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting")

# The claims of an access token, as they stand in its middle.
CLAIMS = re.compile(rb"\r\nauthorization:[ \t]*bearer[ \t]+[^.\s]+\.([A-Za-z0-9_-]+)\.", re.IGNORECASE)
ADDRESS = re.compile(rb"\r\nx-client-address:[ \t]*([^\r\n]+)", re.IGNORECASE)


class Turns(Generic[Waiting]):
    """`places` in all and `share` of one person; `standing` wait in all and `standing_share` of one person.

    For one thread: whoever hands out the places.
    """

    def __init__(self, places: int, share: int, standing: int, standing_share: int) -> None:
        self._free = places
        self._share = share
        self._standing = standing
        self._standing_share = standing_share
        self._held: Counter[str] = Counter()
        self._waiting: list[tuple[Waiting, str, float]] = []
        self._waits: Counter[str] = Counter()

    @property
    def anybody_waits(self) -> bool:
        return bool(self._waiting)

    def take(self, one: Waiting, whose: str, now: float) -> bool:
        """Whether it may wait for its turn; `begin` says when it has come."""
        if len(self._waiting) >= self._standing or self._waits[whose] >= self._standing_share:
            return False
        self._waiting.append((one, whose, now))
        self._waits[whose] += 1
        return True

    def begin(self) -> Iterator[tuple[Waiting, str]]:
        """Those who have a place from now on, in the order in which they came."""
        for entry in list(self._waiting):
            if not self._free:
                return
            one, whose, _ = entry
            if self._held[whose] < self._share:
                self._leave(entry)
                self._free -= 1
                self._held[whose] += 1
                yield one, whose

    def end(self, whose: str) -> None:
        self._free += 1
        self._held[whose] -= 1
        if not self._held[whose]:
            del self._held[whose]

    def waited_since(self, then: float) -> list[Waiting]:
        """Those who came before that and have no place yet; they wait no longer."""
        late = [entry for entry in self._waiting if entry[2] < then]
        for entry in late:
            self._leave(entry)
        return [one for one, _, _ in late]

    def _leave(self, entry: tuple[Waiting, str, float]) -> None:
        self._waiting.remove(entry)
        whose = entry[1]
        self._waits[whose] -= 1
        if not self._waits[whose]:
            del self._waits[whose]


def person_of(head: bytes) -> str:
    """Whose request this is, by its token's account or else by the caller's address; only to share out places.

    Nothing is believed of it: what it says is checked when it is read. Only the door and our services ask here.
    """
    head = head.partition(b"\r\n\r\n")[0]
    if (claims := CLAIMS.search(head)) is not None:
        padded = claims[1] + b"=" * (-len(claims[1]) % 4)
        try:
            return str(json.loads(base64.urlsafe_b64decode(padded))["sub"])
        except (ValueError, KeyError, TypeError):
            pass
    address = ADDRESS.search(head)
    return address[1].decode("latin-1").strip() if address else ""
