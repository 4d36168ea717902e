"""The services that congress asks."""

from collections.abc import Sequence

from servicekit.out.peers import Peer, PeerRefused, PeerUnavailable

# Whoever reports does not wait for longer: the report counts without it.
SECONDS = 1.0
ASKED_AT_ONCE = 1_000


class Identity:
    """Raises PeerUnavailable while identity is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def holding(self, permission: str, unit_path: Sequence[str]) -> frozenset[str]:
        """The accounts that hold the permission over the last unit of the path."""
        body = {"unit_path": list(unit_path), "permission": permission}
        found = self._peer.post("/internal/recipients", body)["items"]
        return frozenset(str(one["account_id"]) for one in found)

    def people_here(self, unit_id: str, permission: str, number: str = "") -> dict[str, str]:
        """The names, by account, of those who hold the permission in just this unit; with a number, whose it is."""
        body = {"unit_id": unit_id, "permission": permission, "number": number}
        found = self._peer.post("/internal/people", body)["items"]
        return {str(one["account_id"]): str(one["name"]) for one in found}


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

    def members_of_many(self, unit_ids: Sequence[str]) -> dict[str, int]:
        """By unit, as `members_of`, as far as it says them in time."""
        found: dict[str, int] = {}
        try:
            for start in range(0, len(unit_ids), ASKED_AT_ONCE):
                body = {"unit_ids": list(unit_ids[start : start + ASKED_AT_ONCE])}
                answer = self._peer.send("POST", "/internal/members", json=body, seconds=SECONDS).json()
                found |= {
                    unit_id: members
                    for unit_id, members in answer["members"].items()
                    if isinstance(members, int)
                }
        except (PeerRefused, PeerUnavailable, ValueError, LookupError, TypeError, AttributeError):
            pass
        return found

    def level_names(self) -> dict[str, dict[str, str]]:
        """By key; nothing where it does not say them in time."""
        try:
            levels = self._peer.send("GET", "/internal/levels", seconds=SECONDS).json()["levels"]
            return {level["key"]: dict(level["names"]) for level in levels}
        except (PeerRefused, PeerUnavailable, ValueError, LookupError, TypeError, AttributeError):
            return {}
