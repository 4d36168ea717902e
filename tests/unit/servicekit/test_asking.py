"""Nobody is asked while a transaction is open: its locks would stand for as long as they keep us waiting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pymongo.client_session import ClientSession

from servicekit.access.keys import KeyRing, make_keys
from servicekit.data import database
from servicekit.data.database import AskedInTransaction, apart
from servicekit.out.door.client import Client
from servicekit.out.door.connecting import connected
from servicekit.out.door.deadlines import Deadline
from servicekit.out.door.destinations import Destination, Reach
from servicekit.out.peers import Peer, Peers, PeerUnavailable

NOWHERE = Reach(frozenset())


@pytest.fixture
def peer(tmp_path: Path) -> Peer:
    make_keys(tmp_path, "congress")
    peers = Peers(KeyRing(tmp_path, "congress"), "congress", {"membership": "http://127.0.0.1:9"})
    return peers.as_service("membership")


@pytest.fixture
def open_transaction() -> Iterator[None]:
    token = database._session.set(cast(ClientSession, object()))
    yield
    database._session.reset(token)


@pytest.mark.usefixtures("open_transaction")
def test_within_a_transaction_nobody_is_asked(peer: Peer) -> None:
    asks: list[Any] = [
        lambda: peer.get("/internal/x"),
        lambda: peer.post("/internal/x"),
        lambda: next(peer.lines("/internal/x", {}, silence=1)),
        lambda: Client(NOWHERE).send("GET", "https://x.example/", Deadline(1), 10),
        lambda: connected(Destination("smtp", "x.example", 25), NOWHERE, Deadline(1)),
    ]
    for ask in asks:
        with pytest.raises(AskedInTransaction):
            ask()
    with apart(), pytest.raises(PeerUnavailable):
        peer.get("/internal/x")


def test_without_one_they_are(peer: Peer) -> None:
    with pytest.raises(PeerUnavailable):
        peer.get("/internal/x")
