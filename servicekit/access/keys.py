"""Keys of the services: each signs with its own, and knows the others' public ones.

A folder holds `<service>.private.json` (a JWK set, only that service may read it) and `<service>.json`
(its public JWK set). Rotation adds a key to both; verifiers read the file again when they meet a new kid.
"""

import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from servicekit.access.signed import parts_of
from servicekit.ids import new_id

ALGORITHM = "ES256"
# Clocks of machines that stand beside each other: seconds.
LEEWAY = 5
# A flood of unknown kids must not become a flood of file reads: seconds.
REREAD_AFTER = 1.0
# Longer than any token of ours, which travels in a header.
MOST_SIGNS = 65_536

Claims = dict[str, Any]


class TokenRefused(Exception):
    """The token is not what it must be; the text is for logs, never for the caller."""


class KeyRing:
    def __init__(self, folder: Path, service: str) -> None:
        self._folder = folder
        self._service = service
        self._lock = threading.Lock()
        self._public: dict[str, tuple[float, KeySet]] = {}
        self._private: KeySet | None = None

    def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """A compact JWS by this service's newest key; `kind` becomes the header's typ."""
        if self._private is None:
            self._private = read_key_set(self._folder / f"{self._service}.private.json")
        key = self._private.keys[-1]
        header = {"alg": ALGORITHM, "typ": kind, "kid": key.kid or ""}
        return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])

    def verify(self, token: str, signer: str, kind: str, audience: str) -> Claims:
        """The claims of a token that `signer` made for `audience`; raises TokenRefused."""
        try:
            said = parts_of(token, MOST_SIGNS)
            jwt.decode(token, self._keys_of(signer, said.header["kid"]), algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, LookupError, AttributeError, OSError) as error:
            raise TokenRefused(str(error)) from error
        if said.header.get("typ") != kind:
            raise TokenRefused("typ")
        if said.claims.get("iss") != signer or said.claims.get("aud") != audience:
            raise TokenRefused("iss or aud")
        expires = said.claims.get("exp")
        if (
            isinstance(expires, bool)
            or not isinstance(expires, int | float)
            or expires + LEEWAY < time.time()
        ):
            raise TokenRefused("expired")
        return said.claims

    def public(self, service: str) -> dict[str, Any]:
        """The public JWK set of a service, as JSON."""
        return dict(json.loads((self._folder / f"{service}.json").read_text()))

    def known(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.json") if "." not in path.stem)

    def _keys_of(self, signer: str, kid: str) -> KeySet:
        with self._lock:
            read_at, keys = self._public.get(signer, (0.0, None))
            has = keys is not None and any(key.kid == kid for key in keys.keys)
            if keys is None or (not has and time.monotonic() - read_at > REREAD_AFTER):
                if not signer.isalpha():
                    raise TokenRefused("signer")
                keys = read_key_set(self._folder / f"{signer}.json")
                self._public[signer] = (time.monotonic(), keys)
            return keys


def read_key_set(path: Path) -> KeySet:
    return KeySet.import_key_set(json.loads(path.read_text()))


def make_keys(folder: Path, service: str, *, keep: bool = False) -> None:
    """Makes a first key pair where there is none. `keep`: the public keys of before stay beside the new one."""
    private, public = folder / f"{service}.private.json", folder / f"{service}.json"
    if private.exists() and public.exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ECKey.generate_key("P-256", {"kid": new_id(), "use": "sig", "alg": ALGORITHM}, private=True)
    before = json.loads(public.read_text())["keys"] if keep and public.exists() else []
    write_secret(private, json.dumps({"keys": [key.as_dict(private=True)]}))
    write_secret(public, json.dumps({"keys": [*before, key.as_dict(private=False)]}), mode=0o644)


def write_secret(path: Path, text: str, mode: int = 0o600) -> None:
    """Whole or not at all, and never readable by others in between."""
    part = path.with_name(f".{path.name}.{new_id()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
