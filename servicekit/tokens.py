"""Access tokens (RFC 9068): what they carry, how a service reads one, and how revocation reaches it.

A token lives at most five minutes. Whatever takes a right away raises the account's generation or ends its
session; identity lists both in a feed, and every worker that verifies tokens reads the feed all the time.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from servicekit.access import Caller
from servicekit.keys import KeyRing, TokenRefused
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.rights import NamedRights, name_in
from servicekit.rights import rights_claim as rights_claim
from servicekit.rights import rights_of as rights_of
from servicekit.words import N_

Claims = dict[str, Any]

ISSUER = "identity"
ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type
SERVICE_TOKEN = "service+jwt"  # noqa: S105 - a media type
TOKEN_SECONDS = 300
SERVICE_TOKEN_SECONDS = 60
# The promise is that a revocation holds everywhere within 2 s.
FEED_SECONDS = 0.6
# A worker that has not heard from identity for this long no longer trusts any token.
FEED_STALE_SECONDS = 10.0
# And takes no writes after so long: a revocation that identity acknowledged just before it failed is not overrun.
WRITES_STALE_SECONDS = 2.0
FIRST_SECONDS = 1.0
# Who asks for anything else of identity must not keep the feed waiting.
FEED = "feed"
REMEMBERED = 10_000


class RevocationsUnknown(Unavailable):
    title = N_("It cannot be checked just now whether this sign-in still holds. Try again shortly.")


def caller_of(claims: Claims, token: str) -> Caller:
    auth_time, ends = claims.get("auth_time"), claims.get("session_ends")
    return Caller(
        account_id=claims["sub"],
        session_id=claims.get("sid", ""),
        rights=rights_of(claims.get("rights", {})),
        assurance=claims.get("acr", 0),
        auth_time=datetime.fromtimestamp(auth_time, UTC) if auth_time else None,
        language=claims.get("lang", "en"),
        name=claims.get("name", ""),
        service=claims.get("act", {}).get("sub", ""),
        token=token,
        also=tuple(claims.get("also", ())),
        number_index=claims.get("number_index", ""),
        number_forms=tuple(claims.get("number_forms", ())),
        number_namespace=claims.get("number_namespace", ""),
        session_ends=datetime.fromtimestamp(ends, UTC) if ends else None,
        fallback=claims.get("fallback", False),
        kept_by=claims.get("kept_by", ""),
        waiting=claims.get("waiting", False),
    )


@dataclass(frozen=True)
class Revocations:
    """What the feed answers: entries since `seq`, and the seq to ask for next."""

    seq: int
    generations: dict[str, int]
    sessions: list[str]


class RevocationFeed:
    """Follows identity's feed in a thread of its own; `fetch(after)` asks once.

    The thread starts with the first question, so that it lives in the worker and not in gunicorn's parent.
    """

    def __init__(self, fetch: Callable[[int], Revocations]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._seq = 0
        self._generations: dict[str, int] = {}
        self._sessions: set[str] = set()
        self._heard = self._began = 0.0
        self._first = threading.Event()
        self._asking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[Revocations], None]] = []

    def listen(self, listener: Callable[[Revocations], None]) -> None:
        self._listeners.append(listener)

    def is_revoked(self, account_id: str, session_id: str, generation: int, *, writing: bool = False) -> bool:
        """Raises RevocationsUnknown where nothing has been heard for too long."""
        self.follow()
        # Who comes before the first answer waits for it; afterwards one asks, and the others are refused.
        self._first.wait(max(0.0, self._began + FIRST_SECONDS - time.monotonic()))
        bound = WRITES_STALE_SECONDS if writing else FEED_STALE_SECONDS
        if time.monotonic() - self._heard > bound:
            if self._asking.acquire(blocking=False):
                try:
                    self._once()
                finally:
                    self._asking.release()
            if time.monotonic() - self._heard > bound:
                raise RevocationsUnknown
        return session_id in self._sessions or generation < self._generations.get(account_id, 0)

    def follow(self) -> None:
        """Starts the thread if it does not run yet."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._began = time.monotonic()
                self._thread = threading.Thread(target=self._keep_asking, name="revocations", daemon=True)
                self._thread.start()

    def _keep_asking(self) -> None:
        while True:
            self._once()
            time.sleep(FEED_SECONDS)

    def _once(self) -> None:
        # What the answer holds is as old as the question.
        asked = time.monotonic()
        try:
            news = self._fetch(self._seq)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the feed counts as unheard
            log.warning("revocation_feed_unheard", error=type(error).__name__)
            return
        with self._lock:
            self._generations.update(news.generations)
            self._sessions.update(news.sessions)
            self._seq = news.seq
            self._heard = max(self._heard, asked)
        self._first.set()
        for listener in self._listeners:
            listener(news)


class TokenReader:
    """Verifies access tokens for one audience, and remembers each by its hash until it expires."""

    def __init__(
        self, keys: KeyRing, audience: str, feed: RevocationFeed, named: NamedRights | None = None
    ) -> None:
        """`named` finds the rights of tokens that only name them; without it such a token is refused."""
        self._keys = keys
        self._named = named
        self._audience = audience
        self._feed = feed
        self._lock = threading.Lock()
        self._remembered: OrderedDict[bytes, tuple[float, Caller, int, str]] = OrderedDict()

    def read(self, token: str, *, writing: bool = False) -> Caller:
        """The caller; raises TokenRefused, and RevocationsUnknown after a silence, a shorter one where it writes."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._remembered.get(digest)
        if known is None or known[0] < time.time():
            claims = self._keys.verify(token, ISSUER, ACCESS_TOKEN, self._audience)
            known = (
                float(claims["exp"]),
                caller_of(claims, token),
                int(claims.get("gen", 0)),
                name_in(claims.get("rights", {})),
            )
            with self._lock:
                self._remembered[digest] = known
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        caller = known[1]
        if self._feed.is_revoked(caller.account_id, caller.session_id, known[2], writing=writing):
            raise TokenRefused("revoked")
        if not known[3]:
            return caller
        if self._named is None:
            raise TokenRefused("rights by name")
        return replace(caller, rights=self._named.get(caller.session_id, known[2], known[3]))


def service_token(keys: KeyRing, service: str, audience: str, **more: object) -> str:
    """A service's own word to a peer: who it is, for a minute."""
    now = int(time.time())
    return keys.sign(
        {
            "iss": service,
            "sub": service,
            "aud": audience,
            "iat": now,
            "exp": now + SERVICE_TOKEN_SECONDS,
            **more,
        },
        SERVICE_TOKEN,
    )


def read_service_token(keys: KeyRing, token: str, audience: str, peers: tuple[str, ...]) -> Claims:
    """The claims of a peer's own token; raises TokenRefused unless the peer is one of `peers`."""
    for peer in peers:
        try:
            return keys.verify(token, peer, SERVICE_TOKEN, audience)
        except TokenRefused:
            continue
    raise TokenRefused("service")
