"""What every service has from the outside world besides its own store, and how the code of a request reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from servicekit.access.keys import KeyRing, TokenRefused
from servicekit.access.revocations import RevocationFeed, Revocations
from servicekit.access.rights import Ask, NamedRights
from servicekit.access.tokens import TokenReader
from servicekit.data.database import Database
from servicekit.logs import configure
from servicekit.out.feed import feed_of
from servicekit.out.peers import PeerRefused, Peers
from servicekit.settings import Common
from servicekit.work.clock import Clock


@dataclass(frozen=True)
class Kit:
    """What every service has from the outside world, besides its own store."""

    name: str
    settings: Common
    database: Database
    keys: KeyRing
    peers: Peers
    clock: Clock
    feed: RevocationFeed
    reader: TokenReader


def make_kit(
    name: str,
    settings: Common,
    fetch: Callable[[int], Revocations] | None = None,
    find_rights: Ask | None = None,
) -> Kit:
    """`fetch` reads the revocation feed, `find_rights` those too many for a token; without, identity is asked."""
    configure(name, settings.log_level)
    keys = KeyRing(settings.keys_dir, name)
    peers = Peers(keys, name, settings.urls)

    def ask_rights(session_id: str, name: str) -> dict[str, Any]:
        try:
            found = peers.as_service("identity").post(
                "/internal/rights", {"session_id": session_id, "name": name}
            )
        except PeerRefused as refusal:
            raise TokenRefused("rights") from refusal
        return cast(dict[str, Any], found["rights"])

    feed = RevocationFeed(fetch) if fetch else feed_of(peers)
    feed.listen(peers.revoked)
    return Kit(
        name=name,
        settings=settings,
        database=Database(settings.mongo_url, settings.database(name)),
        keys=keys,
        peers=peers,
        clock=Clock(settings.zone),
        feed=feed,
        reader=TokenReader(keys, name, feed, NamedRights(find_rights or ask_rights)),
    )


def kit() -> Kit:
    return cast(Kit, current_app.extensions["kit"])


def context() -> Any:
    return current_app.extensions["context"]
