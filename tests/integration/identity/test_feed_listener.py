"""Revocations on the keeper's listener: told within what is promised, never said to be newer than they are, and to no
stranger; while nobody answers there identity is asked."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from identity.context import Context
from servicekit.access.keys import KeyRing
from servicekit.access.revocations import WRITES_STALE_SECONDS, RevocationFeed, RevocationsUnknown
from servicekit.access.tokens import service_token
from servicekit.ids import new_id
from servicekit.out.feed import feed_of
from servicekit.out.peers import Peers
from tests.processes import House
from tests.scene import identity_operations

LISTENER = "identity.keeper"
NOBODY = "http://127.0.0.1:9"
Follow = Callable[[RevocationFeed], RevocationFeed]


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        yield made


@pytest.fixture
def listener(house: House, context: Context) -> Iterator[str]:
    house.start_program(LISTENER)
    until(lambda: asked(house, "congress") == 200)
    yield house.url("feed")
    house.processes[LISTENER].kill()


def asked(house: House, signer: str, path: str = "/internal/feed", audience: str = "identity") -> int:
    token = service_token(KeyRing(house.folder / "keys", signer), signer, audience)
    try:
        with requests.get(
            house.url("feed") + path, headers={"Authorization": f"Bearer {token}"}, timeout=2, stream=True
        ) as answer:
            return answer.status_code
    except requests.RequestException:
        return 0


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.01)


def a_feed(house: House, listener: str, identity: str = NOBODY) -> RevocationFeed:
    keys = KeyRing(house.folder / "keys", "congress")
    return feed_of(Peers(keys, "congress", {"identity": identity, "feed": listener}))


def trusts(feed: RevocationFeed, account_id: str) -> bool:
    try:
        return not feed.is_revoked(account_id, "", 0, writing=True)
    except RevocationsUnknown:
        return False


def revoke(context: Context) -> str:
    """Some account whose tokens have just ended."""
    account_id, store = new_id(), context.store
    store.accounts.collection.insert_one({"_id": account_id, "login": account_id, "generation": 0})
    store.database.in_transaction(lambda: store.raise_generations([account_id], context.clock.now()))
    return account_id


def test_what_was_revoked_is_heard_at_once_and_what_was_before_too(
    house: House, context: Context, listener: str, followed: Follow
) -> None:
    before = revoke(context)
    feed = followed(a_feed(house, listener))
    other = new_id()
    until(lambda: trusts(feed, other))
    assert feed.is_revoked(before, "", 0)
    for _ in range(3):
        after = revoke(context)
        # The longest that a write could be let through: the bound that is promised for revocations.
        until(lambda after=after: feed.is_revoked(after, "", 0), WRITES_STALE_SECONDS)  # type: ignore[misc]
        assert trusts(feed, other)


def test_a_listener_that_dies_is_not_believed_and_one_that_is_back_is(
    house: House, context: Context, listener: str, followed: Follow
) -> None:
    feed, other = followed(a_feed(house, listener)), new_id()
    until(lambda: trusts(feed, other))
    house.processes[LISTENER].kill()
    until(lambda: not trusts(feed, other), 2 * WRITES_STALE_SECONDS)
    revoked = revoke(context)
    house.start_program(LISTENER)
    until(lambda: trusts(feed, other))
    assert feed.is_revoked(revoked, "", 0)


def test_a_listener_that_is_stopped_in_its_tracks_is_not_believed(
    house: House, context: Context, listener: str, followed: Follow
) -> None:
    feed, other = followed(a_feed(house, listener)), new_id()
    until(lambda: trusts(feed, other))
    process = house.processes[LISTENER]
    os.killpg(process.popen.pid, signal.SIGSTOP)
    try:
        until(lambda: not trusts(feed, other), 2 * WRITES_STALE_SECONDS)
        revoked = revoke(context)
    finally:
        os.killpg(process.popen.pid, signal.SIGCONT)
    until(lambda: trusts(feed, other))
    assert feed.is_revoked(revoked, "", 0)


def test_while_nobody_listens_identity_is_asked(house: House, context: Context, followed: Follow) -> None:
    house.start_service("identity")
    feed = followed(a_feed(house, NOBODY, house.url("identity")))
    until(lambda: trusts(feed, new_id()))
    revoked = revoke(context)
    until(lambda: feed.is_revoked(revoked, "", 0), WRITES_STALE_SECONDS)


def test_it_speaks_to_services_only(house: House, listener: str) -> None:
    assert asked(house, "relay") == 403
    assert asked(house, "congress", audience="membership") == 403
    assert requests.get(f"{listener}/internal/feed", timeout=2).status_code == 403
    assert asked(house, "congress", path="/internal/feed?after=x") == 400
    assert asked(house, "congress", path="/internal/feed?after=9" + "9" * 400) == 400
    assert asked(house, "congress", path="/else") == 404
