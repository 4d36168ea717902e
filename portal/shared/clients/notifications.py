"""Notifications, as the portal asks them."""

from portal.shared.clients.answers import Document, asked
from servicekit.out.peers import Peer

ORNAMENT_SECONDS = 0.15


class Notifications:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def inbox(self, *, after: str = "") -> Document:
        return dict(self._peer.get("/api/notifications/inbox", asked(after=after)))

    def unread(self) -> int:
        """How many messages; an ornament of every page, which waits for it no longer than a reader would notice."""
        answer = self._peer.send(
            "GET", "/api/notifications/inbox", params={"unread": "true"}, seconds=ORNAMENT_SECONDS
        )
        unread: int = answer.json()["unread"]
        return unread

    def mark_read(self, message_id: str) -> None:
        self._peer.post(f"/api/notifications/inbox/{message_id}/read", {})
