"""What a provider publishes about itself: discovery and keys, cached, checked, the last good copy kept."""

import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from identity.eid.profile import Profile
from identity.eid.refused import EidUnavailable, NotVerified
from identity.eid.wire import Deadline, Wire

Json = dict[str, Any]
Key = RSAKey | ECKey | OKPKey

# An unknown kid makes us fetch the keys again, but not more often than this: seconds.
KEYS_COOL_DOWN = 30.0
KEYS_MAX_AGE = 3600.0
# After a failed discovery it is not tried again at once: seconds.
RETRY_AFTER = 2.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = (
    "userinfo_endpoint",
    "pushed_authorization_request_endpoint",
    "end_session_endpoint",
)
MIN_RSA_BITS = 2048
_KEY_TYPE = {"R": "RSA", "P": "RSA", "E": "EC"}


class Metadata:
    """One provider's published metadata. `down_since` is when it was last found not to answer, None when it does."""

    def __init__(self, profile: Profile, wire: Wire, now: Callable[[], float] = time.time) -> None:
        self._profile = profile
        self._wire = wire
        self._now = now
        self._lock = threading.Lock()
        self._document: Json | None = None
        self._fetched_at = 0.0
        self._failed_at = 0.0
        self._keys: list[Json] = []
        self._keys_at = 0.0
        self._keys_tried_at = 0.0
        self.down_since: float | None = None

    def document(self, deadline: Deadline) -> Json:
        """The discovery document; an older good copy serves while the provider does not answer."""
        with self._lock:
            fresh = self._now() - self._fetched_at < self._profile.discovery_max_age
            if self._document is not None and (fresh or self._now() - self._failed_at < RETRY_AFTER):
                return self._document
            try:
                found = self._fetch(deadline)
            except EidUnavailable:
                self._failed_at = self._now()
                self._mark_down()
                if self._document is None:
                    raise
                return self._document
            self._document, self._fetched_at, self.down_since = found, self._now(), None
            return found

    def answered(self, well: bool) -> None:
        """Keeps `down_since` true to what the token endpoint shows as well."""
        if well:
            self.down_since = None
        else:
            self._mark_down()

    def _mark_down(self) -> None:
        if self.down_since is None:
            self.down_since = self._now()

    def _fetch(self, deadline: Deadline) -> Json:
        answer = self._wire.send(
            "GET", self._profile.discovery, deadline, headers={"Accept": "application/json"}
        )
        if answer.status != 200:
            raise EidUnavailable(f"discovery answered {answer.status}")
        found = answer.json()
        if found.get("issuer") != self._profile.issuer:
            raise EidUnavailable("discovery names another issuer")
        for name in ENDPOINTS:
            if not isinstance(found.get(name), str):
                raise EidUnavailable(f"discovery has no {name}")
        for name in (*ENDPOINTS, *OPTIONAL_ENDPOINTS):
            if name in found:
                self._check_endpoint(name, found[name])
        return found

    def _check_endpoint(self, name: str, url: object) -> None:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.netloc not in self._profile.hosts:
            raise EidUnavailable(f"discovery's {name} is on a host that is not allowed")
        if self._profile.secure and parts.scheme != "https":
            raise EidUnavailable(f"discovery's {name} is not https")

    def key_for(self, header: Json, alg: str, deadline: Deadline) -> Key:
        """The one key that may have signed this; fetched again once for an unknown kid. Raises NotVerified."""
        key = self._choose(header, alg)
        if key is None and self._may_refetch():
            self._fetch_keys(deadline)
            key = self._choose(header, alg)
        if key is None:
            raise NotVerified("no key of the provider fits the token")
        return key

    def _may_refetch(self) -> bool:
        return not self._keys or self._now() - self._keys_tried_at > KEYS_COOL_DOWN

    def _fetch_keys(self, deadline: Deadline) -> None:
        document = self.document(deadline)
        with self._lock:
            self._keys_tried_at = self._now()
        answer = self._wire.send(
            "GET", document["jwks_uri"], deadline, headers={"Accept": "application/json"}
        )
        if answer.status != 200:
            raise EidUnavailable(f"the key set answered {answer.status}")
        keys = answer.json().get("keys")
        if not isinstance(keys, list):
            raise EidUnavailable("the key set has no keys")
        with self._lock:
            self._keys = [key for key in keys if isinstance(key, dict)]
            self._keys_at = self._now()

    def _choose(self, header: Json, alg: str) -> Key | None:
        if self._now() - self._keys_at > KEYS_MAX_AGE:
            return None
        fitting = [key for key in self._keys if _fits(key, alg)]
        kid = header.get("kid")
        if kid is not None:
            fitting = [key for key in fitting if key.get("kid") == kid]
        elif len(fitting) > 1:
            raise NotVerified("several keys fit and the token names none")
        return _load(fitting[0]) if fitting else None


def _fits(key: Json, alg: str) -> bool:
    wanted = "OKP" if alg == "EdDSA" else _KEY_TYPE[alg[0]]
    if key.get("kty") != wanted or key.get("use", "sig") != "sig" or key.get("alg", alg) != alg:
        return False
    operations = key.get("key_ops")
    return operations is None or "verify" in operations


def _load(key: Json) -> Key:
    """A public signature key; raises NotVerified for one that is too weak or unreadable."""
    try:
        loaded = KeySet.import_key_set({"keys": [key]}).keys[0]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotVerified("the provider's key is unreadable") from error
    if isinstance(loaded, OctKey):
        raise NotVerified("a shared key is no signature key")
    if isinstance(loaded, RSAKey) and loaded.public_key.key_size < MIN_RSA_BITS:
        raise NotVerified("the provider's key is too short")
    return loaded
