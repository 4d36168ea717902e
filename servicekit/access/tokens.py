"""Access tokens (RFC 9068): what they carry, and how a service reads one.

A token lives at most five minutes. Whatever takes a right away raises the account's generation, ends its session, or
names the account to whom the right is owed (decision 0045); see servicekit.access.revocations.
"""

import hashlib
import json
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from servicekit.access.decision import Caller
from servicekit.access.keys import KeyRing, TokenRefused
from servicekit.access.revocations import RevocationFeed
from servicekit.access.rights import NamedRights, name_in
from servicekit.access.rights import rights_claim as rights_claim
from servicekit.access.rights import rights_of as rights_of

Claims = dict[str, Any]

ISSUER = "identity"
ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type
SERVICE_TOKEN = "service+jwt"  # noqa: S105 - a media type
TOKEN_SECONDS = 300
SERVICE_TOKEN_SECONDS = 60
REMEMBERED = 10_000
# What differs between two tokens of the same session that give the same: when they were made, and how long they last.
OF_THE_MOMENT = ("iat", "exp", "jti", "seq", "session_ends")


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
        said=_said(claims),
    )


def _said(claims: Claims) -> str:
    told = {name: value for name, value in claims.items() if name not in OF_THE_MOMENT}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Known:
    """`name`: of the rights, where the token only names them."""

    until: float
    caller: Caller
    generation: int
    seq: int
    name: str


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
        self._remembered: OrderedDict[bytes, _Known] = OrderedDict()

    def read(self, token: str, *, writing: bool = False) -> Caller:
        """The caller; raises TokenRefused, and RevocationsUnknown after a silence, a shorter one where it writes."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._remembered.get(digest)
        if known is None or known.until < time.time():
            claims = self._keys.verify(token, ISSUER, ACCESS_TOKEN, self._audience)
            known = _Known(
                float(claims["exp"]),
                caller_of(claims, token),
                int(claims.get("gen", 0)),
                int(claims.get("seq", 0)),
                name_in(claims.get("rights", {})),
            )
            with self._lock:
                self._remembered[digest] = known
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        caller = known.caller
        revoked = self._feed.is_revoked(
            caller.account_id, caller.session_id, known.generation, writing=writing
        )
        if revoked:
            raise TokenRefused("revoked")
        if known.name:
            if self._named is None:
                raise TokenRefused("rights by name")
            rights = self._named.get(caller.session_id, known.generation, known.name)
            caller = replace(caller, rights=rights)
        if self._feed.falls_with((one for right in caller.rights for one in right.owed_to), known.seq):
            raise TokenRefused("revoked")
        return caller


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
