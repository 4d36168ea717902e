"""The services that notifications asks."""

from dataclasses import dataclass

from notifications.domain.audience import Question
from servicekit.out.peers import Peer, PeerRefused, PeerUnavailable


@dataclass(frozen=True)
class Contact:
    """Where a message reaches a person just now; asked each time and never kept here."""

    language: str
    email: str
    mark: str  # tells one address from another


class Identity:
    """Raises PeerUnavailable while identity, or what it needs, is away; PeerRefused when it says no."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def recipients(self, question: Question) -> list[str]:
        """The ids of the accounts that the question finds."""
        body = {"unit_path": list(question.unit_path), "permission": question.permission}
        try:
            answer = self._peer.post("/internal/recipients", body)
        except PeerRefused as refusal:
            raise _told_apart(refusal) from refusal
        return [str(one["account_id"]) for one in answer["items"]]

    def contact(self, account_id: str) -> Contact | None:
        """None when there is no such account."""
        try:
            answer = self._peer.get(f"/internal/accounts/{account_id}/contact")
        except PeerRefused as refusal:
            if refusal.status == 404:
                return None
            raise _told_apart(refusal) from refusal
        return Contact(str(answer["language"]), str(answer["email"] or ""), str(answer.get("mark", "")))


def _told_apart(refusal: PeerRefused) -> PeerRefused | PeerUnavailable:
    return PeerUnavailable(peer="identity") if refusal.status >= 500 else refusal
