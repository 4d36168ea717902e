"""What a service does beside requests, the same everywhere."""

from portal.shared.clients.answers import Document, asked, seen
from servicekit.out.peers import Peer


class Jobs:
    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._path = f"/api/{service}/jobs"

    def page(self, state: str, after: str) -> Document:
        """Those in one state, or all, what failed first."""
        return dict(self._peer.get(self._path, asked(state=state, after=after)))

    def job(self, job_id: str) -> Document:
        return dict(self._peer.get(f"{self._path}/{job_id}"))

    def act(self, job_id: str, act: str, reason: str, version: int | None) -> None:
        self._peer.post(f"{self._path}/{job_id}/{act}", {"reason": reason}, **seen(version))
