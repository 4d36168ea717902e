"""What waits for the reader, as each service says it, in the same words everywhere."""

from portal.shared.clients.answers import Document, asked
from servicekit.out.peers import Peer

# Less than a page may take: what one part does not say in time is named, and the others are shown.
SECONDS = 1.2


class Tasks:
    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def waiting(self, unit_id: str) -> Document:
        """{tasks, figures, lists, units_left_out}; `unit_id`: of one of the reader's units only."""
        path, query = f"/api/{self._service}/tasks", asked(unit_id=unit_id)
        return dict(self._peer.send("GET", path, params=query, seconds=SECONDS).json())
