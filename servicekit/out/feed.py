"""Identity's revocation feed, as a peer hears it."""

import json
import time
from collections.abc import Iterator
from typing import Any

from servicekit.access.revocations import FEED, RevocationFeed, Revocations
from servicekit.out.peers import Peers

# The listener speaks about every 0.6 s; who has heard nothing for so long looks for another way.
SILENCE_SECONDS = 1.2


class FeedLate(ConnectionError):
    """Lines come, and later and later."""


def feed_of(peers: Peers) -> RevocationFeed:
    def ask(after: int) -> Revocations:
        return _news(peers.as_service("identity", FEED).get("/internal/feed", {"after": after}))

    def follow(after: int) -> Iterator[Revocations]:
        began = time.monotonic()
        listener = peers.as_service("identity", FEED).at(FEED)
        for line in listener.lines("/internal/feed", {"after": after}, silence=SILENCE_SECONDS):
            told = json.loads(line)
            # A line that was long on its way is as old as the way was long.
            late = max(0.0, time.monotonic() - began - told["at"])
            if late > SILENCE_SECONDS:
                raise FeedLate(f"{late:.1f} s")
            yield _news(told, told["age"] + late)

    return RevocationFeed(ask, follow)


def _news(told: dict[str, Any], age: float = 0.0) -> Revocations:
    return Revocations(told["seq"], told["generations"], told["sessions"], age, told.get("below", {}))
