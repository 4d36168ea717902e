"""The audit of one service, the same everywhere."""

from collections.abc import Mapping

from portal.shared.clients.answers import Document, asked
from servicekit.out.peers import Peer


class Log:
    """The audit of one service, the same everywhere."""

    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def mine(self) -> Document:
        """What was done with the reader's own account, by whomever, newest first: {items, truncated}."""
        return dict(self._peer.get(f"/api/{self._service}/audit/mine"))

    def search(self, wanted: Mapping[str, str], after: str, limit: int) -> Document:
        """Newest first. `wanted` has any of unit_id, action, actor, subject_id, record_id, from, to."""
        query = asked(**wanted, after=after, limit=limit)
        return dict(self._peer.get(f"/api/{self._service}/audit", query))
