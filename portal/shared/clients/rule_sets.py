"""Versions of the rules of a plan, as the congress service keeps them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from portal.shared.clients.answers import Document, asked, seen
from servicekit.out.peers import Peer


class RuleSets:
    """Part of the congress service's client."""

    _peer: Peer

    def rule_sets(self, plan_id: str) -> list[Document]:
        """All versions of the plan's rules, the newest first."""
        return list(self._peer.get(f"/api/congress/plans/{plan_id}/rule-sets")["items"])

    def preview_rules(self, plan_id: str, wanted: Mapping[str, object]) -> list[Document]:
        """What another version would mean, by level."""
        return list(
            self._peer.post(f"/api/congress/plans/{plan_id}/rule-sets/preview", dict(wanted))["items"]
        )

    def turning(self, plan_id: str, wanted: Mapping[str, object], after: str) -> Document:
        """A page of whom another version would make overdue, or no longer."""
        path = f"/api/congress/plans/{plan_id}/rule-sets/preview/congresses"
        return dict(self._peer.post(f"{path}?{urlencode(asked(after=after))}", dict(wanted)))

    def add_rules(self, plan_id: str, wanted: Mapping[str, object], version: int | None, once: str) -> None:
        path = f"/api/congress/plans/{plan_id}/rule-sets"
        self._peer.post(path, dict(wanted), Idempotency_Key=once, **seen(version))
