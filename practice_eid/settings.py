"""What the practice eID is told from outside, read once when it starts."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvError, FileAwareEnv, ValidationError

from practice_eid.relying_parties import RelyingParty

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PORT_BASE = 8800
PRODUCTION_NAMES = ("production", "prod")


class NotForProduction(RuntimeError):
    """The practice eID lets anyone be anybody, so it refuses to run in production."""


class SettingsRefused(ValueError):
    """One or more settings are missing or wrong; the message lists all of them."""


@dataclass(frozen=True)
class Settings:
    """`back_channel_url`: where relying parties reach the token, JWKS and userinfo endpoints when
    that differs from the issuer the browser sees (a compose network)."""

    issuer: str
    back_channel_url: str
    relying_parties: tuple[RelyingParty, ...]
    citizens_file: Path
    key_file: Path | None


def refuse_production(environment: str) -> None:
    if environment.strip().lower() in PRODUCTION_NAMES:
        raise NotForProduction(
            "The practice eID refuses to start: SAMMELAN_ENV says production, and here anyone can sign in "
            "as anybody. Name a real provider in the identity service's settings instead."
        )


def read_settings() -> Settings:
    """From the environment; each NAME may also be given as NAME_FILE, a file that holds the value."""
    refuse_production(os.environ.get("SAMMELAN_ENV", ""))
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    port_base = env.int("PORT_BASE", PORT_BASE)
    port = env.int("EID_PORT", (port_base or PORT_BASE) + 1)
    gateway_port = env.int("GATEWAY_PORT", port_base)
    public_url = env.str("PUBLIC_URL", f"http://localhost:{gateway_port}")
    issuer = env.str("EID_ISSUER", f"http://localhost:{port}", validate=_an_origin)
    back_channel_url = env.str("EID_BACK_CHANNEL_URL", issuer, validate=_an_origin)
    client_id = env.str("EID_CLIENT_ID", "sammelan")
    jwks_file = env.path("EID_CLIENT_JWKS_FILE", None)
    secret = env.str("EID_CLIENT_SECRET", None) if jwks_file else env.str("EID_CLIENT_SECRET")
    redirect_uris: list[str] = env.list("EID_REDIRECT_URIS", [f"{public_url}/sign-in/callback"])
    post_logout_redirect_uris: list[str] = env.list(
        "EID_POST_LOGOUT_REDIRECT_URIS", [public_url, f"{public_url}/"]
    )
    more_clients = env.path("EID_MORE_CLIENTS", None)
    citizens_file = env.path("EID_CITIZENS", EXAMPLES / "citizens.toml")
    key_file = env.path("EID_KEY_FILE", None)
    try:
        env.seal()
    except EnvError as error:
        raise SettingsRefused(f"The practice eID cannot start: {error}") from error
    first = RelyingParty(
        client_id=client_id,
        secret=secret,
        redirect_uris=tuple(redirect_uris),
        post_logout_redirect_uris=tuple(post_logout_redirect_uris),
        jwks_file=jwks_file,
    )
    return Settings(
        issuer=issuer,
        back_channel_url=back_channel_url,
        relying_parties=(first, *(_read_more(more_clients) if more_clients else ())),
        citizens_file=citizens_file,
        key_file=key_file,
    )


def _an_origin(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or value.endswith("/") or parts.query:
        raise ValidationError("must be an http or https address without a slash at its end")


def _read_more(path: Path) -> tuple[RelyingParty, ...]:
    """A TOML file of further relying parties: [[clients]] client_id, secret?, jwks_file?, redirect_uris."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))["clients"]
        return tuple(
            RelyingParty(
                client_id=entry["client_id"],
                secret=entry.get("secret"),
                redirect_uris=tuple(entry["redirect_uris"]),
                post_logout_redirect_uris=tuple(entry.get("post_logout_redirect_uris", ())),
                jwks_file=Path(entry["jwks_file"]) if "jwks_file" in entry else None,
            )
            for entry in entries
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsRefused(f"EID_MORE_CLIENTS {path} cannot be read: {error!r}") from error
