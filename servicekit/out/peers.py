"""Calls to other services: deadlines, one connection pool, the request id, and the right token."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
import structlog
from requests.adapters import HTTPAdapter

from servicekit.access.decision import Caller
from servicekit.access.keys import KeyRing
from servicekit.access.revocations import EVERYBODY, Revocations
from servicekit.access.tokens import service_token
from servicekit.data.database import require_no_transaction
from servicekit.refusals import Refusal
from servicekit.serving import patience
from servicekit.serving.bulkheads import Bulkheads, PeerUnavailable
from servicekit.words import N_

Json = Any
HttpAnswer = requests.Response
CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
# A token is not used in its last seconds: it must still be good when it arrives.
SPARE_SECONDS = 20
KEPT = 5_000
# Who was given less time than this, and less than was asked for, has not shown that the peer is silent: seconds.
FAIR_WAIT_SECONDS = 1.0


class PeerRefused(Refusal):
    """The peer's own problem document, passed on."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: int | None = None) -> None:
        super().__init__()
        self.status = status  # type: ignore[misc]
        self.body = body
        self.title = str(body.get("title", ""))  # type: ignore[misc]
        self.retry_after = retry_after

    @property
    def type(self) -> str:
        return str(self.body.get("type", "")).removeprefix("/problems/")


@dataclass(frozen=True, slots=True)
class _Exchanged:
    """A person's token for a peer, and the accounts to whom what it gives is owed."""

    until: float
    token: str
    account_id: str
    session_id: str
    owed_to: frozenset[str]


class Peers:
    """The services that one service calls. It signs as itself; for a person it exchanges their token."""

    def __init__(self, keys: KeyRing, service: str, urls: dict[str, str], places: int | None = None) -> None:
        self._keys = keys
        self.service = service
        self._urls = urls
        self.http = requests.Session()
        self.http.trust_env = False
        adapter = HTTPAdapter(pool_connections=16, pool_maxsize=64)
        self.http.mount("http://", adapter)
        self.http.mount("https://", adapter)
        self.bulkheads = Bulkheads(places)
        self._lock = threading.Lock()
        self._exchanged: dict[tuple[str, str, str], _Exchanged] = {}
        self._fetching: dict[tuple[tuple[str, str, str], int], Future[str]] = {}
        self._revoked = 0

    def for_person(self, peer: str, caller: Caller, part: str = "") -> "Peer":
        """Calls as the person, through a token whose audience is the peer (RFC 8693). A `part` has its own places."""
        return Peer(
            self, peer, self.url_of(peer), lambda: self.token_for(peer, caller), caller.language, part
        )

    def as_service(self, peer: str, part: str = "") -> "Peer":
        """Calls as this service itself: only for /internal/ operations. A `part` has places of its own."""
        token = partial(service_token, self._keys, self.service, peer)
        return Peer(self, peer, self.url_of(peer), token, "en", part)

    def public(self, peer: str, language: str = "en", part: str = "") -> "Peer":
        return Peer(self, peer, self.url_of(peer), None, language, part)

    def url_of(self, peer: str) -> str:
        return self._urls[peer].rstrip("/")

    def token_for(self, peer: str, caller: Caller) -> str:
        """Once for all that a session's tokens say alike, while it holds: the gateway fetches a new one each minute."""
        key = (peer, caller.session_id, caller.said or caller.token)
        known = self._exchanged.get(key)
        if known is not None and known.until > time.time():
            return known.token
        with self._lock:
            # Whoever comes after something was taken away waits for no token that was asked for before.
            revoked = self._revoked
            begun = self._fetching.get((key, revoked))
            mine = self._fetching.setdefault((key, revoked), Future())
        if begun is not None:
            # Whose time was shorter, or whose token had just ended, has not answered for this one.
            with suppress(Exception):
                return begun.result(timeout=max(0.0, patience.left(READ_SECONDS)))
            return self._fetched(peer, caller, key, revoked)
        try:
            token = patience.in_turn(partial(self._fetched, peer, caller, key, revoked))
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(token)
            return token
        finally:
            with self._lock:
                del self._fetching[key, revoked]

    def _fetched(self, peer: str, caller: Caller, key: tuple[str, str, str], revoked: int) -> str:
        answer = self.as_service("identity").post(
            "/internal/token", json={"subject_token": caller.token, "audience": peer}
        )
        token = str(answer["access_token"])
        until = time.time() + answer["expires_in"] - SPARE_SECONDS
        with self._lock:
            self._exchanged.pop(key, None)
            # The oldest makes room: were all to go at once, everybody would ask identity in the same moment.
            while len(self._exchanged) >= KEPT:
                del self._exchanged[next(iter(self._exchanged))]
            # What was taken away while identity answered may not be in the answer: good for this once.
            if revoked == self._revoked:
                owed_to = frozenset(answer.get("owed_to", ()))
                self._exchanged[key] = _Exchanged(until, token, caller.account_id, caller.session_id, owed_to)
        return token

    def forget(self, token: str) -> None:
        """The peer has heard of an end before us: whoever asks again gets a new one."""
        with self._lock:
            self._exchanged = {key: kept for key, kept in self._exchanged.items() if kept.token != token}

    def revoked(self, news: Revocations) -> None:
        """Heard from the feed: tokens of before are refused by those whom they are for."""
        if not (news.generations or news.sessions or news.below):
            return
        ended = set(news.sessions)
        with self._lock:
            self._revoked += 1
            self._exchanged = {
                key: kept
                for key, kept in self._exchanged.items()
                if EVERYBODY not in news.below
                and kept.session_id not in ended
                and kept.account_id not in news.generations
                and kept.owed_to.isdisjoint(news.below)
            }


class Peer:
    def __init__(self, peers: Peers, name: str, url: str, token: Any, language: str, part: str = "") -> None:
        self._peers = peers
        self._part = part or name
        self._name = name
        self._base = url
        self._token = token
        self._language = language

    def at(self, place: str) -> "Peer":
        """The same peer where it listens for one thing only."""
        return Peer(
            self._peers, self._name, self._peers.url_of(place), self._token, self._language, self._part
        )

    def lines(self, path: str, params: dict[str, Any], *, silence: float) -> Iterator[bytes]:
        """One long answer, line by line, until it ends; raises PeerUnavailable where it falls silent."""
        require_no_transaction()
        token = {"Authorization": f"Bearer {self._token()}"}
        try:
            with self._peers.http.get(
                self._base + path,
                params=params,
                headers=token,
                timeout=(CONNECT_SECONDS, silence),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    raise PeerUnavailable(peer=self._name)
                yield from answer.iter_lines(chunk_size=None)
        except requests.RequestException as error:
            raise PeerUnavailable(peer=self._name) from error

    def get(self, path: str, params: dict[str, Any] | None = None) -> Json:
        return self.send("GET", path, params=params).json()

    def post(self, path: str, json: Json = None, **headers: str) -> Json:
        answer = self.send("POST", path, json=json, headers=headers)
        return answer.json() if answer.content else None

    def put(self, path: str, json: Json, **headers: str) -> Json:
        return self.send("PUT", path, json=json, headers=headers).json()

    def patch(self, path: str, json: Json, **headers: str) -> Json:
        return self.send("PATCH", path, json=json, headers=headers).json()

    def delete(self, path: str, **headers: str) -> None:
        self.send("DELETE", path, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        json: Json = None,
        headers: dict[str, str] | None = None,
        seconds: float = READ_SECONDS,
    ) -> requests.Response:
        """One call; header names are given with underscores (`If_Match`). Raises PeerRefused, PeerUnavailable."""
        require_no_transaction()
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        sent["Accept-Language"] = self._language
        sent["X-Request-Id"] = structlog.contextvars.get_contextvars().get("request_id", "")
        token = self._token() if self._token is not None else ""
        if token:
            sent["Authorization"] = f"Bearer {token}"
        wait = patience.left(seconds)
        if wait <= 0:
            raise PeerUnavailable(peer=self._name)
        fair = wait >= min(FAIR_WAIT_SECONDS, seconds)
        try:
            with self._peers.bulkheads.to(self._part).place(requests.Timeout, fair=fair):
                answer = self._peers.http.request(
                    method,
                    self._base + path,
                    params=params,
                    json=json,
                    headers=sent,
                    timeout=(min(CONNECT_SECONDS, wait), wait),
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            raise PeerUnavailable(peer=self._name) from error
        if answer.status_code == requests.codes.unauthorized:
            self._peers.forget(token)
        if answer.status_code >= 400:
            raise _refused(answer)
        return answer


def _refused(answer: requests.Response) -> PeerRefused:
    try:
        body = answer.json()
    except ValueError:
        body = {"title": N_("A part of the system gave an answer that cannot be read.")}
    retry = answer.headers.get("Retry-After", "")
    return PeerRefused(
        answer.status_code, body if isinstance(body, dict) else {}, int(retry) if retry.isdecimal() else None
    )


__all__ = ["HttpAnswer", "Peer", "PeerRefused", "PeerUnavailable", "Peers"]
