"""What the gateway asks of the services: their documents, their readiness, and a token for a session."""

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any

import requests

from gateway.domain import RouteTable, merged, routes_of
from servicekit.access.revocations import EVERYBODY, Revocations
from servicekit.logs import log
from servicekit.out.peers import PeerRefused, Peers, PeerUnavailable
from servicekit.refusals import SignInRequired, Unavailable
from servicekit.settings import SERVICES
from servicekit.words import N_

# A person who works is seen by identity at least this often; the idle time of a session counts from there.
TOKEN_KEPT_SECONDS = 45
SPARE_SECONDS = 20
KEPT = 20_000
REFRESH_SECONDS = 15.0
MISSING_SECONDS = 1.0


class StartingUp(Unavailable):
    title = N_("A part of the system is still starting. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class Pass:
    """A session's token for one service, what it opens, and the accounts to whom that is owed."""

    token: str
    account_id: str
    session_id: str
    permissions: frozenset[str]
    until: float
    owed_to: frozenset[str] = frozenset()
    language: str = ""


def _key(session: str, audience: str) -> tuple[str, str]:
    return (hashlib.sha256(session.encode()).hexdigest(), audience)


class Passes:
    """Tokens by session and audience, kept for less than a minute and dropped when identity revokes."""

    def __init__(self, peers: Peers) -> None:
        self._identity = peers.as_service("identity")
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Pass] = {}

    def get(self, session: str, audience: str) -> Pass:
        """Raises SignInRequired, or Unavailable while identity does not answer."""
        key = _key(session, audience)
        kept = self._kept.get(key)
        if kept is not None and kept.until > time.monotonic():
            return kept
        try:
            answer = self._identity.post(
                "/internal/session-token", {"session": session, "audience": audience}
            )
        except PeerRefused as refusal:
            if refusal.status in (400, 401):
                raise SignInRequired from refusal
            raise
        new = Pass(
            token=answer["access_token"],
            account_id=answer["account_id"],
            session_id=answer["session_id"],
            permissions=frozenset(answer["permissions"]),
            until=time.monotonic() + min(TOKEN_KEPT_SECONDS, answer["expires_in"] - SPARE_SECONDS),
            owed_to=frozenset(answer.get("owed_to", ())),
            language=str(answer.get("language", "")),
        )
        with self._lock:
            self._kept.pop(key, None)
            # The oldest makes room: were all to go at once, everybody would ask identity in the same moment.
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = new
        return new

    def language_of(self, session: str) -> str:
        """Of the person whose session it is, as it was last told; empty where they opened no page from here."""
        kept = self._kept.get(_key(session, "portal"))
        return kept.language if kept else ""

    def drop(self, token: str) -> None:
        with self._lock:
            self._kept = {k: v for k, v in self._kept.items() if v.token != token}

    def revoked(self, news: Revocations) -> None:
        if not (news.generations or news.sessions or news.below):
            return
        ended = set(news.sessions)
        with self._lock:
            if EVERYBODY in news.below:
                self._kept.clear()
            self._kept = {
                key: kept
                for key, kept in self._kept.items()
                if kept.session_id not in ended
                and kept.account_id not in news.generations
                and kept.owed_to.isdisjoint(news.below)
            }


class Documents:
    """The services' OpenAPI documents, and the route table made of them; read again all the time.

    A service that is away keeps the routes that it had: its callers get 503, not 404.
    """

    def __init__(self, urls: dict[str, str]) -> None:
        self._urls = urls
        self._http = requests.Session()
        self._http.trust_env = False
        self._documents: dict[str, dict[str, Any]] = {}
        self._table = RouteTable(())
        self._missing_again = 0.0
        self._asked_all = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def table(self) -> RouteTable:
        self._start()
        if not self.complete():
            self._read_missing()
        return self._table

    def complete(self) -> bool:
        return len(self._documents) == len(SERVICES)

    def merged(self) -> dict[str, Any]:
        self.table()
        return merged(self._documents, "Sammelan", "v1")

    def _start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._follow, name="documents", daemon=True)
                    self._thread.start()

    def _follow(self) -> None:
        while True:
            time.sleep(REFRESH_SECONDS)
            self._read(SERVICES)

    def _read_missing(self) -> None:
        """At most once a second and by one thread: a service that is away must not slow the calls of the others.

        Who comes before every service has been asked once waits for that: it is a moment, and a worker that has just
        started would otherwise refuse what it is about to know.
        """
        if time.monotonic() < self._missing_again or not self._lock.acquire(blocking=not self._asked_all):
            return
        try:
            if time.monotonic() >= self._missing_again:
                self._read(tuple(name for name in SERVICES if name not in self._documents))
                self._missing_again = time.monotonic() + MISSING_SECONDS
                self._asked_all = True
        finally:
            self._lock.release()

    def _read(self, names: tuple[str, ...]) -> None:
        changed = False
        for name in names:
            try:
                answer = self._http.get(f"{self._urls[name].rstrip('/')}/openapi.json", timeout=(0.5, 2))
                answer.raise_for_status()
                document = answer.json()
            except (requests.RequestException, ValueError) as error:
                log.warning("document_unread", peer=name, error=type(error).__name__)
                continue
            changed |= self._documents.get(name) != document
            self._documents[name] = document
        if changed:
            self._table = RouteTable(
                route for name, document in self._documents.items() for route in routes_of(name, document)
            )

    def ready(self) -> dict[str, str]:
        """Each service's own word on whether it is ready."""
        states = {}
        for name in SERVICES:
            try:
                answer = self._http.get(f"{self._urls[name].rstrip('/')}/readyz", timeout=(0.5, 3))
                states[name] = "ready" if answer.status_code == 200 else f"answers {answer.status_code}"
            except requests.RequestException:
                states[name] = "does not answer"
        return states


__all__ = ["Documents", "Pass", "Passes", "PeerUnavailable", "StartingUp"]
