"""The thread on a record, as the portal asks the service that owns the record."""

from collections.abc import Mapping

from portal.shared.clients.answers import Document, asked, seen
from servicekit.out.peers import Peer

SHOWN = 20


class Comments:
    """`place` of the records, such as congress/congresses."""

    def __init__(self, peer: Peer, place: str) -> None:
        self._peer = peer
        self._place = f"/api/{place}"

    def newest(self, record_id: str, after: str = "") -> Document:
        """{items, people, may_write, next, total}."""
        query = asked(after=after, limit=SHOWN)
        return dict(self._peer.get(f"{self._place}/{record_id}/comments", query))

    def one(self, record_id: str, comment_id: str) -> Document:
        return dict(self._peer.get(f"{self._place}/{record_id}/comments/{comment_id}"))

    def add(self, record_id: str, comment: Mapping[str, object], once: str) -> None:
        self._peer.post(f"{self._place}/{record_id}/comments", dict(comment), Idempotency_Key=once)

    def change(self, record_id: str, comment_id: str, text: str, version: int | None) -> None:
        path = f"{self._place}/{record_id}/comments/{comment_id}"
        self._peer.put(path, {"text": text}, **seen(version))

    def withdraw(self, record_id: str, comment_id: str, version: int | None) -> None:
        self._peer.post(f"{self._place}/{record_id}/comments/{comment_id}/withdraw", {}, **seen(version))
