"""Results and their documents, as the congress service keeps them."""

from collections.abc import Mapping, Sequence

from portal.shared.clients.answers import Document, seen
from servicekit.out.peers import Peer


class Dossier:
    """Part of the congress service's client."""

    _peer: Peer

    def foresee_results(self, plan_id: str, rows: Sequence[Document]) -> list[Document]:
        path = f"/api/congress/plans/{plan_id}/results/preview"
        return list(self._peer.post(path, {"rows": list(rows)})["items"])

    def fill_in_results(self, plan_id: str, rows: Sequence[Document]) -> list[Document]:
        """What became of each."""
        return list(self._peer.post(f"/api/congress/plans/{plan_id}/results", {"rows": list(rows)})["items"])

    def say_document(
        self, congress_id: str, wanted: Mapping[str, object], version: int | None, once: str
    ) -> None:
        path = f"/api/congress/congresses/{congress_id}/documents"
        self._peer.post(path, dict(wanted), Idempotency_Key=once, **seen(version))
