"""A provider's profile: what it is, what it must prove, and how it is spoken to. Data, never code.

Nothing that a provider publishes can widen what its profile pins: algorithms, issuer, hosts, assurance values.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "profiles"

CLIENT_AUTHENTICATION = ("client_secret_basic", "client_secret_post", "private_key_jwt")
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
USERINFO = ("none", "json", "signed", "encrypted")
WHEN = ("required", "advertised", "off")


class ProfileFaulty(ValueError):
    """The profile says something that cannot be; the service does not start."""


@dataclass(frozen=True)
class Encryption:
    """JWE: `alg` wraps the key, `enc` encrypts the content. Both are pinned."""

    alg: str
    enc: str


@dataclass(frozen=True)
class Profile:
    """Times are in seconds; `acr` maps the provider's values onto our ladder 1 to 3 and is closed: others refuse."""

    key: str
    names: Mapping[str, str]
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    discovery_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    client_authentication: str = "client_secret_basic"
    client_assertion_alg: str = "ES256"
    id_token_alg: str = "RS256"  # noqa: S105 - an algorithm
    id_token_encryption: Encryption | None = None
    userinfo: str = "none"
    userinfo_alg: str = "RS256"
    userinfo_encryption: Encryption | None = None
    par: str = "advertised"
    dpop: bool = False
    acr: Mapping[str, int] = field(default_factory=dict)
    acr_claim: str = "acr"
    minimum_level: int = 2
    acr_values: str = ""
    max_age: int | None = None
    auth_time: bool = True
    scopes: str = "openid"
    claims_parameter: str = ""
    ui_locales: bool = True
    national_number_claim: str = "national_number"
    national_number_from: str = "id_token"
    name_claim: str = "name"
    iss_parameter: str = "advertised"
    leeway: int = 30
    request_seconds: float = 4.0
    discovery_max_age: int = 3600
    logout: str = "none"
    source: str = ""
    unverified: str = ""

    def __post_init__(self) -> None:
        self._check(self.client_authentication in CLIENT_AUTHENTICATION, "client_authentication")
        for name in ("id_token_alg", "userinfo_alg", "client_assertion_alg"):
            self._check(getattr(self, name) in SIGNATURES, name)
        self._check(self.userinfo in USERINFO, "userinfo")
        self._check(self.par in WHEN and self.iss_parameter in WHEN, "par / iss_parameter")
        self._check(self.minimum_level in (1, 2, 3), "minimum_level")
        self._check(self.national_number_from in ("id_token", "userinfo", "none"), "national_number_from")
        self._check(self.national_number_from != "userinfo" or self.userinfo != "none", "userinfo")
        self._check(
            self.userinfo != "encrypted" or self.userinfo_encryption is not None, "userinfo_encryption"
        )
        self._check(bool(self.acr) and set(self.acr.values()) <= {1, 2, 3}, "acr")
        self._check(0 <= self.leeway <= 120, "leeway")
        self._check(urlsplit(self.issuer).scheme in ("https", "http"), "issuer")
        if self.client_authentication != "private_key_jwt":
            self._check(bool(self.client_secret), "client_secret")

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            raise ProfileFaulty(f"provider profile {self.key}: {what} is missing or wrong")

    @property
    def secure(self) -> bool:
        """Whether the provider is reached over TLS; without, it must be on this machine or in practice."""
        return urlsplit(self.issuer).scheme == "https"

    @property
    def hosts(self) -> frozenset[str]:
        urls = (self.issuer, self.discovery_url)
        return frozenset({urlsplit(url).netloc for url in urls if url} | set(self.allowed_hosts))

    @property
    def discovery(self) -> str:
        return self.discovery_url or self.issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_profile(key: str, overrides: Mapping[str, Any], folder: Path = FOLDER) -> Profile:
    """The profile file of that key with what the environment adds (issuer, client, secret); raises ProfileFaulty."""
    if not key.replace("-", "").isalnum():
        raise ProfileFaulty(f"provider key {key!r} is not a name")
    path = folder / f"{key}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProfileFaulty(f"provider profile {path.name}: {error}") from error
    data = {
        "key": key,
        **data,
        **{name: value for name, value in overrides.items() if value not in (None, "")},
    }
    known = {one.name for one in fields(Profile)}
    unknown = set(data) - known
    if unknown:
        raise ProfileFaulty(f"provider profile {key}: unknown settings {sorted(unknown)}")
    for name in ("id_token_encryption", "userinfo_encryption"):
        if name in data:
            data[name] = Encryption(**data[name])
    if "allowed_hosts" in data:
        data["allowed_hosts"] = tuple(data["allowed_hosts"])
    try:
        return Profile(**data)
    except TypeError as error:
        raise ProfileFaulty(f"provider profile {key}: {error}") from error
