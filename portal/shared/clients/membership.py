"""Membership, as the portal asks it."""

from collections.abc import Iterable, Mapping

from portal.shared.clients.answers import Document, asked, seen
from servicekit.out.peers import Peer

NAMED_AT_ONCE = 100


class Membership:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def levels(self) -> list[Document]:
        return list(self._peer.get("/api/membership/levels")["levels"])

    def unit(self, unit_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}"))

    def children(self, unit_id: str, after: str = "") -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/children", asked(after=after)))

    def ended_children(self, unit_id: str, after: str = "") -> Document:
        query = {**asked(after=after), "ended": "true"}
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/children", query))

    def units_named(self, words: str, limit: int) -> Document:
        """Higher levels first; `total` is None where more fit than are counted."""
        return dict(self._peer.get("/api/membership/units", {"q": words, "limit": limit}))

    def units_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those that the reader may see, by id; asked for a hundred at a time."""
        wanted = sorted({one for one in ids if one})
        found: dict[str, Document] = {}
        for start in range(0, len(wanted), NAMED_AT_ONCE):
            query = {"ids": ",".join(wanted[start : start + NAMED_AT_ONCE])}
            answer = self._peer.get("/api/membership/units/named", query)
            found |= {unit["id"]: unit for unit in answer["items"]}
        return found

    def units_coded(self, code: str) -> list[Document]:
        """The one unit with this code, those that it went into where it has ended, or none."""
        return list(self._peer.get("/api/membership/units", {"code": code})["items"])

    def moves(self, unit_id: str, after: str = "") -> Document:
        """Of the unit, away from it and to it; those that wait first, then the newest."""
        return dict(self._peer.get("/api/membership/moves", {"unit_id": unit_id, **asked(after=after)}))

    def move_preview(self, unit_id: str, to_id: str) -> Document:
        """What would move, and whether a second person must confirm it."""
        return dict(self._peer.get("/api/membership/moves/preview", {"unit_id": unit_id, "to_id": to_id}))

    def ask_to_move(self, move: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/membership/moves", dict(move), Idempotency_Key=once))

    def confirm_move(self, move_id: str, version: int | None) -> None:
        self._peer.post(f"/api/membership/moves/{move_id}/confirm", None, **seen(version))

    def decline_move(self, move_id: str, reason: str, version: int | None) -> None:
        self._peer.post(f"/api/membership/moves/{move_id}/decline", {"reason": reason}, **seen(version))

    def looks(self) -> Document:
        """Who looked at the reader's own record as a member: {member, items}."""
        return dict(self._peer.get("/api/membership/me/looks"))

    def member_count(self, unit_id: str) -> Document:
        """{own, all} of the unit itself."""
        path = f"/api/membership/units/{unit_id}/member-counts"
        return dict(self._peer.get(path, {"limit": 1})["here"])

    def members(self, unit_id: str, words: str = "", after: str = "") -> Document:
        return dict(self._peer.get("/api/membership/members", asked(unit_id=unit_id, q=words, after=after)))

    def member(self, member_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/members/{member_id}"))

    def member_history(self, member_id: str) -> Document:
        """What replaced what, oldest first, and what befell the units of the member at the time."""
        return dict(self._peer.get(f"/api/membership/members/{member_id}/history"))

    def register(self, member: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/membership/members", dict(member), Idempotency_Key=once))

    def change_member(self, member_id: str, member: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/membership/members/{member_id}", dict(member), **seen(version))

    def leave(self, member_id: str, leaving: Mapping[str, object], version: int | None, once: str) -> None:
        path = f"/api/membership/members/{member_id}/leave"
        self._peer.post(path, dict(leaving), **seen(version), Idempotency_Key=once)

    def member_move(self, member_id: str, to_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/members/{member_id}/move", {"to_id": to_id}))

    def move_member(self, member_id: str, move: Mapping[str, object], version: int | None, once: str) -> None:
        path = f"/api/membership/members/{member_id}/move"
        self._peer.post(path, dict(move), **seen(version), Idempotency_Key=once)

    def stranded(self, unit_id: str, to_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/stranded", {"to_id": to_id}))

    def move_stranded(self, unit_id: str, move: Mapping[str, object], once: str) -> Document:
        path = f"/api/membership/units/{unit_id}/stranded"
        return dict(self._peer.post(path, dict(move), Idempotency_Key=once))

    def look_up(self, national_number: str) -> Document | None:
        """The member of one's own unit with this number; None also for a member elsewhere."""
        answer = self._peer.post("/api/membership/members/lookup", {"national_number": national_number})
        found: Document | None = answer["member"]
        return found
