"""What a provider publishes about itself: discovery and keys, cached, checked, the last good copy kept.

Whoever finds a copy stale fetches a new one; meanwhile everybody else works with the copy and nobody waits.
"""

import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from identity.eid.profile import Profile
from identity.eid.refused import EidSilent, EidUnavailable, NotVerified
from identity.eid.strict_json import Json
from identity.eid.wire import Answer, Deadline, Wire
from servicekit.logs import log

Key = RSAKey | ECKey

# An unknown kid makes us fetch the keys again, but not more often than this: seconds.
KEYS_COOL_DOWN = 30.0
KEYS_MAX_AGE = 3600.0
# The last good copy serves so long while the provider gives no better one: seconds.
KEPT_SECONDS = 24 * 3600.0
# After a failure it is not tried again at once: seconds.
RETRY_AFTER = 2.0
# Before people are sent to a provider, it was heard of this recently: seconds.
HEARD_SECONDS = 10.0
# Asking again while there is a good copy may take so long: seconds.
REFRESH_SECONDS = 2.5
# While one finds out whether a provider that was down is back, the others wait so long for what they hear: seconds.
BACK_SECONDS = 1.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MIN_RSA_BITS = 2048
MAX_URL = 2000
UNREADABLE_KEY = (
    JoseError,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


class Metadata:
    """One provider's published metadata. `down_since` is when it was first found not to answer, None when it does."""

    def __init__(self, profile: Profile, wire: Wire, now: Callable[[], float] = time.time) -> None:
        self._profile = profile
        self._wire = wire
        self._now = now
        self._fetching = threading.Lock()
        self._document: Json | None = None
        self._fetched_at = 0.0
        self._heard_at = 0.0
        self._failed_at = 0.0
        self._failure = ""
        self._keys = _Keys([], 0.0)
        self._fetching_keys = threading.Lock()
        self._keys_failed_at = 0.0
        self._asked_again_at: dict[str, float] = {}
        self.down_since: float | None = None

    # ------------------------------------------------------------ discovery

    def known(self) -> Json | None:
        """The copy at hand, however old; nothing is fetched."""
        return self._document

    def document(self, deadline: Deadline) -> Json:
        """The discovery document; the last good copy serves while the provider gives no better one."""
        copy = self._copy()
        if copy is not None and self._now() - self._fetched_at < self._profile.discovery_max_age:
            return copy
        try:
            return self._refreshed(copy, deadline)
        except EidSilent:
            if copy is None:
                raise
            return copy

    def answering(self, deadline: Deadline) -> Json:
        """The discovery document of a provider that was heard of a moment ago; raises EidUnavailable."""
        copy = self._copy()
        if copy is not None and self._now() - self._heard_at < HEARD_SECONDS:
            return copy
        return self._refreshed(copy, deadline)

    def heard_at(self) -> float | None:
        """When the provider last answered; None while it does not."""
        return self._heard_at if self.down_since is None and self._heard_at else None

    def _copy(self) -> Json | None:
        return self._document if self._now() - self._fetched_at < KEPT_SECONDS else None

    def _refreshed(self, copy: Json | None, deadline: Deadline) -> Json:
        """A new copy, or the old one where the new one is faulty. Raises EidSilent when nothing came back."""
        if self._failed_at and self._now() - self._failed_at < RETRY_AFTER:
            raise self._failed_again()
        asked_at = self._now()
        if not self._fetching.acquire(timeout=self._wait_for_others(copy, deadline)):
            if copy is None or self.down_since is not None:
                raise EidSilent("others are waiting for it too")
            return copy
        try:
            if self._document is not None and self._fetched_at >= asked_at:
                return self._document
            if self._failed_at >= asked_at:
                raise self._failed_again()
            return self._fetched(copy, deadline.part(REFRESH_SECONDS) if copy else deadline)
        finally:
            self._fetching.release()

    def _wait_for_others(self, copy: Json | None, deadline: Deadline) -> float:
        if copy is None:
            return deadline.left()
        return 0 if self.down_since is None else min(BACK_SECONDS, deadline.left())

    def _failed_again(self) -> EidSilent:
        """The reason of the last failure, for whoever comes before it is tried again."""
        return EidSilent(f"{self._failure} (asked a moment ago)")

    def _fetched(self, copy: Json | None, deadline: Deadline) -> Json:
        try:
            found = self._fetch(deadline)
        except EidUnavailable as error:
            if copy is None or isinstance(error, EidSilent):
                self._failed_at, self._failure = self._now(), error.reason
                if self.down_since is None:
                    log.warning("eid_down", provider=self._profile.key, reason=error.reason)
                self._mark_down()
                raise
            self._heard_at = self._now()
            return copy
        self._document, self._fetched_at = found, self._now()
        self._heard()
        return found

    def answered(self, well: bool) -> None:
        """Keeps `down_since` true to what the other endpoints show as well."""
        if well:
            self._heard()
        else:
            self._heard_at = 0.0
            self._mark_down()

    def _heard(self) -> None:
        self._heard_at, self._failed_at, self.down_since = self._now(), 0.0, None

    def _mark_down(self) -> None:
        if self.down_since is None:
            self.down_since = self._now()

    def _get(self, url: str, what: str, deadline: Deadline) -> Json:
        answer: Answer = self._wire.send("GET", url, deadline, headers={"Accept": "application/json"})
        if answer.status >= 500 or answer.status == 429:
            raise EidSilent(f"{what} answered {answer.status}")
        if answer.status != 200:
            raise EidUnavailable(f"{what} answered {answer.status}")
        return answer.json()

    def _fetch(self, deadline: Deadline) -> Json:
        found = self._get(self._profile.discovery, f"discovery ({self._profile.discovery})", deadline)
        if found.get("issuer") != self._profile.issuer:
            raise EidUnavailable(f"discovery names another issuer than {self._profile.issuer}")
        for name in ENDPOINTS:
            self._check_endpoint(name, found.get(name))
        for name in self._profile.more_endpoints:
            if name in found:
                self._check_endpoint(name, found[name])
        return found

    def _check_endpoint(self, name: str, url: object) -> None:
        if not isinstance(url, str):
            raise EidUnavailable(f"discovery has no {name}")
        if not (url.isascii() and url.isprintable() and len(url) <= MAX_URL) or " " in url or "\\" in url:
            raise EidUnavailable(f"discovery's {name} is no address")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise EidUnavailable(f"discovery's {name} is no address") from error
        if parts.netloc.lower() not in self._profile.hosts:
            raise EidUnavailable(f"discovery's {name} is on a host that is not allowed")
        if parts.scheme != "https" and (self._profile.secure or parts.scheme != "http"):
            raise EidUnavailable(f"discovery's {name} is not https")

    # ------------------------------------------------------------ keys

    def candidates(self, header: Json, alg: str, deadline: Deadline, purpose: str) -> Iterator[Key]:
        """The key that may have signed this and, when that fails, the one after fetching again. Raises NotVerified.

        Each purpose has its own cool-down, so that forged logout tokens cannot hold back a rotation for sign-ins.
        """
        began = self._now()
        keys = self._keys_at_hand(deadline)
        first, why = keys.chosen(header, alg)
        if first is not None:
            yield first
        newer = None if keys.fetched_at >= began else self._newer(keys, deadline, purpose)
        if newer is not None:
            second, why = newer.chosen(header, alg)
            if second is not None and (first is None or second.thumbprint() != first.thumbprint()):
                yield second
        if why is not None:
            raise why

    def has_key_for(self, alg: str, deadline: Deadline) -> bool:
        """Whether the key set holds a key for that algorithm, strong enough and readable. Raises EidUnavailable."""
        return self._keys_at_hand(deadline).hold_one_for(alg)

    def _newer(self, than: "_Keys", deadline: Deadline, purpose: str) -> "_Keys | None":
        """The keys fetched again, by us or by whoever was first; None within the cool-down."""
        if not self._fetching_keys.acquire(timeout=deadline.left()):
            raise EidSilent("others are waiting for its keys too")
        try:
            if self._keys is not than:
                return self._keys
            if self._now() - self._asked_again_at.get(purpose, 0.0) < KEYS_COOL_DOWN:
                return None
            found = self._fetch_keys(deadline)
            self._asked_again_at[purpose] = self._now()
            return found
        finally:
            self._fetching_keys.release()

    def _keys_at_hand(self, deadline: Deadline) -> "_Keys":
        """The keys; fetched when there are none or they are old. Raises EidUnavailable when there are none at all."""
        keys, now = self._keys, self._now()
        if now - keys.fetched_at < KEYS_MAX_AGE:
            return keys
        usable = now - keys.fetched_at < KEPT_SECONDS
        if usable and now - self._keys_failed_at < RETRY_AFTER:
            return keys
        if not self._fetching_keys.acquire(timeout=0 if usable else deadline.left()):
            if usable:
                return keys
            raise EidSilent("others are waiting for its keys too")
        try:
            if self._keys.fetched_at >= now:
                return self._keys
            return self._fetch_keys(deadline.part(REFRESH_SECONDS) if usable else deadline)
        except EidUnavailable:
            if not usable:
                raise
            return keys
        finally:
            self._fetching_keys.release()

    def _fetch_keys(self, deadline: Deadline) -> "_Keys":
        url = self.document(deadline)["jwks_uri"]
        try:
            keys = self._get(url, "the key set", deadline).get("keys")
            if not isinstance(keys, list):
                raise EidUnavailable("the key set has no keys")
        except EidUnavailable:
            self._keys_failed_at = self._now()
            raise
        self._keys = _Keys([key for key in keys if isinstance(key, dict)], self._now())
        return self._keys


class _Keys:
    """One fetched key set; keys are loaded when they are first asked for."""

    def __init__(self, keys: list[Json], fetched_at: float) -> None:
        self.fetched_at = fetched_at
        self._keys = keys
        self._loaded: dict[int, Key] = {}

    def chosen(self, header: Json, alg: str) -> tuple[Key | None, NotVerified | None]:
        """The one key that fits; or why it may not be used, where that is not plainly that there is none."""
        fitting = [index for index, key in enumerate(self._keys) if _fits(key, alg)]
        kid = header.get("kid")
        if kid is not None:
            fitting = [index for index in fitting if self._keys[index].get("kid") == kid]
        elif len(fitting) > 1:
            return None, NotVerified("several keys fit and the token names none")
        if not fitting:
            return None, None
        index = fitting[0]
        if index not in self._loaded:
            try:
                self._loaded[index] = _load(self._keys[index])
            except NotVerified as refusal:
                return None, refusal
        return self._loaded[index], None

    def hold_one_for(self, alg: str) -> bool:
        for key in self._keys:
            with suppress(NotVerified):
                if _fits(key, alg) and _load(key):
                    return True
        return False


def _fits(key: Json, alg: str) -> bool:
    """Whether the provider means this key for that algorithm. Nothing in a key widens what is pinned."""
    curve = _CURVES.get(alg)
    wanted = "RSA" if curve is None else "EC"
    if key.get("kty") != wanted or (curve is not None and key.get("crv") != curve):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", alg) != alg:
        return False
    operations = key.get("key_ops", ["verify"])
    return isinstance(operations, list) and "verify" in operations


def _load(key: Json) -> Key:
    """A public signature key; raises NotVerified for one that is too weak or unreadable."""
    try:
        if key["kty"] == "RSA" and _bits(key["n"]) < MIN_RSA_BITS:
            raise NotVerified("the provider's key is too weak")
        loaded: Any = KeySet.import_key_set({"keys": [_public(key)]}).keys[0]
        _ = loaded.public_key
    except UNREADABLE_KEY as error:
        raise NotVerified("the provider's key is unreadable") from error
    return loaded  # type: ignore[no-any-return]


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()


def _public(key: Json) -> Any:
    return {name: key[name] for name in ("kty", "n", "e", "crv", "x", "y", "kid") if name in key}
