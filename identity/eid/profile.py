"""A provider's profile: what it is, what it must prove, and how it is spoken to. Data, never code.

Nothing that a provider publishes can widen what its profile pins: algorithms, issuer, hosts, assurance values.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servicekit.words.national_numbers import SCHEMES, Scheme, own_namespace, scheme_of

FOLDER = Path(__file__).parent / "profiles"

CLIENT_AUTHENTICATION = ("client_secret_basic", "client_secret_post", "private_key_jwt")
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# RSA1_5 is left out: it can be attacked by whoever sees which tokens we refuse (RFC 8725, 3.2).
KEY_WRAPS = ("RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
CONTENTS = ("A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512")
USERINFO = ("none", "json", "signed", "encrypted")
WHEN = ("required", "advertised", "off")
LOGOUT = ("none", "end_session")
# These are ours to set: a profile's further parameters must not replace them.
OWN_PARAMETERS = frozenset(
    {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge"),
        *("code_challenge_method", "acr_values", "max_age", "claims", "ui_locales", "dpop_jkt"),
        *("request", "request_uri", "response_mode"),
    }
)


class ProfileFaulty(ValueError):
    """The profile says something that cannot be; the service does not start."""


@dataclass(frozen=True)
class Encryption:
    """JWE: `alg` wraps the key, `enc` encrypts the content. Both are pinned."""

    alg: str
    enc: str


@dataclass(frozen=True)
class Profile:
    """Times are in seconds; `acr` and `amr` map the provider's values onto our ladder 1 to 3 and are closed.

    Where both maps are given, both must be met and the lower level counts. `auth_time_from` is auth_time, or iat for
    providers that send no auth_time and see the person at each sign-in. `national_number_claim` and `name_claim` may
    be paths of nested names with dots; `name_claim` may be several. `parameters` go with each authorization request.
    `national_number_scheme` says the form of the numbers and whose they are; `national_number_namespace` keeps them
    apart from those of another provider with the same scheme. Without both the provider has a namespace of its own.
    """

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
    amr: Mapping[str, int] = field(default_factory=dict)
    minimum_level: int = 2
    acr_values: str = ""
    max_age: int | None = None
    auth_time_from: str = "auth_time"
    scopes: str = "openid"
    claims_parameter: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    ui_locales: bool = True
    national_number_claim: str = "national_number"
    national_number_from: str = "id_token"
    national_number_scheme: str = ""
    national_number_namespace: str = ""
    name_claim: str = "name"
    iss_parameter: str = "advertised"
    leeway: int = 30
    start_seconds: float = 4.5
    finish_seconds: float = 7.0
    discovery_max_age: int = 3600
    logout: str = "none"
    backchannel_logout: bool = False
    source: str = ""
    unverified: str = ""

    def __post_init__(self) -> None:
        self._check(self.client_authentication in CLIENT_AUTHENTICATION, "client_authentication")
        for name in ("id_token_alg", "userinfo_alg", "client_assertion_alg"):
            self._check(getattr(self, name) in SIGNATURES, name)
        for name in ("id_token_encryption", "userinfo_encryption"):
            one: Encryption | None = getattr(self, name)
            self._check(one is None or (one.alg in KEY_WRAPS and one.enc in CONTENTS), name)
        self._check(self.userinfo in USERINFO, "userinfo")
        self._check(
            (self.userinfo == "encrypted") == (self.userinfo_encryption is not None), "userinfo_encryption"
        )
        self._check(self.par in WHEN, "par")
        self._check(self.iss_parameter in WHEN, "iss_parameter")
        self._check(self.logout in LOGOUT, "logout")
        self._check(self.auth_time_from in ("auth_time", "iat"), "auth_time_from")
        self._check_levels()
        self._check(self.national_number_from in ("id_token", "userinfo", "none"), "national_number_from")
        self._check(self.national_number_scheme in ("", *SCHEMES), "national_number_scheme")
        self._check(self.national_number_from != "userinfo" or self.userinfo != "none", "userinfo")
        self._check(not self.claims_parameter or _is_object(self.claims_parameter), "claims_parameter")
        self._check(not OWN_PARAMETERS & set(self.parameters), "parameters")
        self._check(all(isinstance(one, str) for one in self.parameters.values()), "parameters")
        self._check("openid" in self.scopes.split(), "scopes")
        self._check(0 <= self.leeway <= 120, "leeway")
        self._check(0 < self.start_seconds <= 4.5, "start_seconds")
        self._check(0 < self.finish_seconds <= 7, "finish_seconds")
        self._check(0 < self.discovery_max_age <= 86400, "discovery_max_age")
        for url in (self.issuer, self.discovery):
            self._check(_is_address(url), f"issuer ({self.setting('ISSUER')})")
        self._check(not self.secure or self.discovery.startswith("https://"), "discovery_url")
        self._check(bool(self.client_id), f"client_id ({self.setting('CLIENT_ID')})")
        if self.client_authentication != "private_key_jwt":
            self._check(
                bool(self.client_secret), f"client_secret ({self.setting('CLIENT_SECRET')} or its _FILE)"
            )

    def setting(self, name: str) -> str:
        return f"EID_{self.key.upper().replace('-', '_')}_{name}"

    def _check_levels(self) -> None:
        for name in ("acr", "amr"):
            self._check(set(getattr(self, name).values()) <= {1, 2, 3}, name)
        self._check(bool(self.acr or self.amr), "acr")
        self._check(self.minimum_level in (1, 2, 3), "minimum_level")
        asked = self.acr_values.split()
        # A value that is asked for and not in the map would be refused when it comes.
        self._check(not self.acr or all(value in self.acr for value in asked), "acr_values")

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            raise ProfileFaulty(f"provider profile {self.key}: {what} is missing or wrong")

    @property
    def secure(self) -> bool:
        """Whether the provider is reached over TLS; without, it must be on this machine or in practice."""
        return urlsplit(self.issuer).scheme == "https"

    @property
    def scheme(self) -> Scheme:
        namespace = self.national_number_namespace
        if not namespace and not self.names_its_numbers:
            namespace = own_namespace(self.key)
        return scheme_of(self.national_number_scheme, namespace)

    @property
    def names_its_numbers(self) -> bool:
        """Whether it is known whose numbers its provider gives: checked then, and shared with others who give them."""
        given = self.national_number_from != "none"
        return not given or bool(self.national_number_scheme or self.national_number_namespace)

    @property
    def hosts(self) -> frozenset[str]:
        urls = (self.issuer, self.discovery_url)
        found = {urlsplit(url).netloc for url in urls if url} | set(self.allowed_hosts)
        return frozenset(host.lower() for host in found)

    @property
    def discovery(self) -> str:
        return self.discovery_url or self.issuer.rstrip("/") + "/.well-known/openid-configuration"

    @property
    def more_endpoints(self) -> tuple[str, ...]:
        """The endpoints that we use where they are offered; others may be anywhere."""
        used = {
            "userinfo_endpoint": self.userinfo != "none",
            "pushed_authorization_request_endpoint": self.par != "off",
            "end_session_endpoint": self.logout == "end_session",
        }
        return tuple(name for name, use in used.items() if use)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a host that cannot be one, such as https://[
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc) and url.isascii()


def read_profile(key: str, overrides: Mapping[str, Any], folder: Path = FOLDER, file: str = "") -> Profile:
    """The profile file of that key with what the environment adds (issuer, client, secret); raises ProfileFaulty.

    A file in `folder` comes before the one that ships with this program. `file` names another file than the key
    does, for two providers of one kind.
    """
    name = file or key
    for one in (key, name):
        if not one.isascii() or not one.replace("-", "").isalnum():
            raise ProfileFaulty(f"provider key {one!r} is not a name")
    path = next(
        (p for p in (folder / f"{name}.toml", FOLDER / f"{name}.toml") if p.exists()), folder / f"{name}.toml"
    )
    if not path.exists():
        raise ProfileFaulty(
            f"EID_PROVIDERS or EID_..._PROFILE names {name}: there is no {path} and none that ships"
        )
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileFaulty(f"provider profile {path.name}: {error}") from error
    data = {
        "key": key,
        "issuer": "",
        "client_id": "",
        **data,
        **{name: value for name, value in overrides.items() if value not in (None, "")},
    }
    known = {one.name for one in fields(Profile)}
    unknown = set(data) - known
    if unknown:
        raise ProfileFaulty(f"provider profile {key}: unknown settings {sorted(unknown)}")
    for name in ("id_token_encryption", "userinfo_encryption"):
        if name in data:
            try:
                data[name] = Encryption(**data[name])
            except TypeError as error:
                raise ProfileFaulty(f"provider profile {key}: {name}: {error}") from error
    if "allowed_hosts" in data:
        data["allowed_hosts"] = tuple(data["allowed_hosts"])
    try:
        return Profile(**data)
    except TypeError as error:
        raise ProfileFaulty(f"provider profile {key}: {error}") from error
