"""The services that congress asks."""

from collections.abc import Sequence

from servicekit.out.peers import Peer, PeerRefused, PeerUnavailable

# Whoever reports does not wait for longer: the report counts without it.
SECONDS = 1.0


class Identity:
    """Raises PeerUnavailable while identity is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def holding(self, permission: str, unit_path: Sequence[str]) -> frozenset[str]:
        """The accounts that hold the permission over the last unit of the path."""
        body = {"unit_path": list(unit_path), "permission": permission}
        found = self._peer.post("/internal/recipients", body)["items"]
        return frozenset(str(one["account_id"]) for one in found)


class Membership:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def members_of(self, unit_id: str) -> int | None:
        """Of the unit and all below it, by the register; None where it does not say so in time."""
        try:
            answer = self._peer.send("GET", f"/internal/units/{unit_id}/members", seconds=SECONDS)
            members = answer.json().get("members")
        except (PeerRefused, PeerUnavailable, ValueError, AttributeError):
            return None
        return members if isinstance(members, int) else None

    def level_names(self) -> dict[str, dict[str, str]]:
        """By key; nothing where it does not say them in time."""
        try:
            levels = self._peer.send("GET", "/internal/levels", seconds=SECONDS).json()["levels"]
            return {level["key"]: dict(level["names"]) for level in levels}
        except (PeerRefused, PeerUnavailable, ValueError, LookupError, TypeError, AttributeError):
            return {}
