"""The files that a service makes for whoever asks, the same everywhere."""

from collections.abc import Mapping

from portal.shared.clients.answers import Document
from servicekit.out.peers import Peer


class Exports:
    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def mine(self) -> list[Document]:
        """The reader's own, the newest first."""
        return list(self._peer.get(f"/api/{self._service}/exports")["items"])

    def ask(self, export: str, wanted: Mapping[str, str], once: str) -> Document:
        """With a `link` where it is there at once."""
        return dict(
            self._peer.post(f"/api/{self._service}/exports/{export}", dict(wanted), Idempotency_Key=once)
        )

    def link(self, export_id: str) -> str:
        """For this session, for a quarter of an hour."""
        return str(self._peer.post(f"/api/{self._service}/exports/{export_id}/link", {})["link"])

    def cancel(self, export_id: str) -> None:
        self._peer.post(f"/api/{self._service}/exports/{export_id}/cancel", {})
