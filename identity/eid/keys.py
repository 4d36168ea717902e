"""Our own keys as a relying party: one set in a file, separate keys to sign with and to be encrypted to.

A rotation keeps old and new together: a new signing key is published at once and used once providers have had time
to see it; an old one is published until it is retired; a retired encryption key still decrypts for a day, since a
provider may have it in its cache. Besides the JWK members the file keeps three of our own: made, starts, retired.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey

from identity.eid.profile import Profile
from servicekit.access.keys import write_secret
from servicekit.ids import new_id
from servicekit.logs import log

Key = RSAKey | ECKey
Json = dict[str, Any]

RETIRED_KEPT = timedelta(days=1)
# Providers keep our key set in a cache: Singpass for an hour, others longer.
ANNOUNCED_FOR = timedelta(days=1)
# A changed file is noticed after at most so many seconds.
LOOK_AGAIN = 1.0
RSA_BITS = 3072
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_PUBLIC = ("kty", "use", "alg", "kid", "n", "e", "crv", "x", "y")


class KeyUnknown(LookupError):
    """There is no key of that name."""


class KeyInUse(ValueError):
    """It is the newest of its kind: rotate first."""


@dataclass(frozen=True, order=True)
class Need:
    """A kind of key that a provider's profile asks for: `use` sig or enc, and the algorithm."""

    use: str
    alg: str


@dataclass(frozen=True)
class KeyState:
    """`state`: announced (published, not used yet), in-use, old (published, no longer used), retired."""

    kid: str
    use: str
    alg: str
    state: str
    made: datetime
    starts: datetime


def needed(profiles: Iterable[Profile]) -> frozenset[Need]:
    """What the configured providers need us to have."""
    wanted = set()
    for profile in profiles:
        if profile.client_authentication == "private_key_jwt":
            wanted.add(Need("sig", profile.client_assertion_alg))
        wanted |= {
            Need("enc", one.alg) for one in (profile.id_token_encryption, profile.userinfo_encryption) if one
        }
    return frozenset(wanted)


def show(path: Path, now: datetime) -> tuple[KeyState, ...]:
    """Every key in the file by name, oldest first; none when there is no file."""
    keys = _read(path)
    return tuple(_state(key, keys, now) for key in keys)


def make(path: Path, wanted: Iterable[Need], now: datetime) -> tuple[KeyState, ...]:
    """Makes the keys that are missing, in use at once; what was made."""
    keys = _read(path)
    have = {_need(key) for key in keys if "retired" not in key}
    made = [_new_key(need, now, now) for need in sorted(set(wanted) - have)]
    if made:
        _write(path, [*keys, *made])
    return tuple(_state(key, [*keys, *made], now) for key in made)


def rotate(
    path: Path, now: datetime, announced_for: timedelta = ANNOUNCED_FOR, only: Iterable[Need] | None = None
) -> tuple[KeyState, ...]:
    """A new key beside each kind that there is; the old ones stay until they are retired. What was made."""
    keys = [key for key in _read(path) if not _forgotten(key, now)]
    kinds = {_need(key) for key in keys if "retired" not in key}
    wanted = sorted(kinds & set(only) if only is not None else kinds)
    # Who is encrypted to needs no notice: we can decrypt from the first moment.
    made = [
        _new_key(need, now, now + (announced_for if need.use == "sig" else timedelta(0))) for need in wanted
    ]
    _write(path, [*keys, *made])
    return tuple(_state(key, [*keys, *made], now) for key in made)


def retire(path: Path, kid: str, now: datetime) -> KeyState:
    """Takes an old key out of use and out of the published set. Raises KeyUnknown, KeyInUse."""
    keys = _read(path)
    mine = next((key for key in keys if key["kid"] == kid), None)
    if mine is None:
        raise KeyUnknown(kid)
    if _state(mine, keys, now).state in ("in-use", "announced"):
        raise KeyInUse(kid)
    mine["retired"] = now.isoformat()
    _write(path, [key for key in keys if not _forgotten(key, now)])
    return _state(mine, keys, now)


def public_set(keys: Iterable[Mapping[str, Any]]) -> Json:
    """The JWK set to publish: the newest first, nothing private, nothing retired."""
    shown = [key for key in keys if "retired" not in key]
    return {"keys": [{name: key[name] for name in _PUBLIC if name in key} for key in reversed(shown)]}


class OwnKeys:
    """The keys of the file as the service uses them; a changed file is read again without a restart.

    A faulty file stops a service from starting; one that becomes faulty later leaves the keys as they were.
    """

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._stamp: tuple[int, int] | None = None
        self._raw: list[Json] = []
        self._loaded: dict[str, Key] = {}
        if path is not None:
            _read(path)

    def signing(self, alg: str) -> Key | None:
        """The newest signing key for that algorithm that has begun to be used."""
        now = datetime.fromtimestamp(self._now(), UTC)
        raw = [key for key in self._keys() if _need(key) == Need("sig", alg)]
        fitting = [key for key in raw if "retired" not in key and _starts(key) <= now]
        return self._load(_newest(fitting)) if fitting else None

    def decrypting(self, alg: str, kid: object) -> list[Key]:
        """Our keys for that algorithm, the newest first; only the one called `kid` when the sender names one."""
        now = datetime.fromtimestamp(self._now(), UTC)
        fitting = [
            key
            for key in reversed(self._keys())
            if _need(key) == Need("enc", alg) and kid in (None, key["kid"]) and not _forgotten(key, now)
        ]
        return [self._load(key) for key in fitting]

    def public(self) -> Json:
        return public_set(self._keys())

    def _keys(self) -> list[Json]:
        with self._lock:
            if self._path is None or self._now() - self._looked_at < LOOK_AGAIN:
                return self._raw
            self._looked_at = self._now()
            try:
                found = self._path.stat()
                stamp = (found.st_mtime_ns, found.st_ino)
                if stamp != self._stamp:
                    self._raw, self._loaded, self._stamp = _read(self._path), {}, stamp
            except FileNotFoundError:
                self._raw, self._loaded, self._stamp = [], {}, None
            except (OSError, ValueError, LookupError, TypeError) as error:
                log.error("relying_party_keys_unreadable", why=type(error).__name__)
            return self._raw

    def _load(self, key: Json) -> Key:
        with self._lock:
            if key["kid"] not in self._loaded:
                self._loaded[key["kid"]] = _imported(key)
            return self._loaded[key["kid"]]


def _imported(key: Json) -> Key:
    plain = {name: value for name, value in key.items() if name not in ("made", "starts", "retired")}
    return KeySet.import_key_set({"keys": [plain]}).keys[0]  # type: ignore[return-value]


def _need(key: Mapping[str, Any]) -> Need:
    return Need(key["use"], key["alg"])


def _starts(key: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(key.get("starts", "1970-01-01T00:00:00+00:00"))


def _newest(keys: list[Json]) -> Json:
    """The one that started last; of two that started together, the one that was made last."""
    return max(reversed(keys), key=_starts)


def _forgotten(key: Mapping[str, Any], now: datetime) -> bool:
    """A retired signing key is gone at once, an encryption key after the time that caches need."""
    if "retired" not in key:
        return False
    kept = RETIRED_KEPT if key["use"] == "enc" else timedelta(0)
    return datetime.fromisoformat(key["retired"]) + kept <= now


def _state(key: Json, keys: list[Json], now: datetime) -> KeyState:
    same = [one for one in keys if _need(one) == _need(key) and "retired" not in one and _starts(one) <= now]
    newest = _newest(same)["kid"] if same else None
    if "retired" in key:
        state = "retired"
    elif _starts(key) > now:
        state = "announced"
    else:
        state = "in-use" if key["kid"] == newest else "old"
    made = datetime.fromisoformat(key.get("made", "1970-01-01T00:00:00+00:00"))
    return KeyState(key["kid"], key["use"], key["alg"], state, made, _starts(key))


def _new_key(need: Need, now: datetime, starts: datetime) -> Json:
    parameters: Any = {"use": need.use, "alg": need.alg, "kid": f"{need.use}-{now:%Y%m%d}-{new_id()[-8:]}"}
    key: Key
    if need.alg in _CURVES or need.alg.startswith("ECDH"):
        key = ECKey.generate_key(_CURVES.get(need.alg, "P-256"), parameters, private=True)
    else:
        key = RSAKey.generate_key(RSA_BITS, parameters, private=True)
    return {**key.as_dict(private=True), "made": now.isoformat(), "starts": starts.isoformat()}


def _read(path: Path) -> list[Json]:
    """Raises ValueError for a key without a name, a use or an algorithm: each must have exactly one purpose."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["keys"]
    except FileNotFoundError:
        return []
    for key in found:
        if key.get("use") not in ("sig", "enc") or not key.get("alg") or not key.get("kid"):
            raise ValueError(f"{path.name}: each key needs use (sig or enc), alg and kid")
    return list(found)


def _write(path: Path, keys: list[Json]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_secret(path, json.dumps({"keys": keys}, indent=1))
