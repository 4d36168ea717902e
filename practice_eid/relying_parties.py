"""The relying parties the practice eID knows, in the shape Authlib asks of a client."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SECRET_METHODS = ("client_secret_basic", "client_secret_post")
PRIVATE_KEY_METHOD = "private_key_jwt"
AUTHENTICATION_METHODS = (*SECRET_METHODS, PRIVATE_KEY_METHOD)
SIGNING_ALGORITHM = "ES256"
SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True)
class RelyingParty:
    """Authenticates with its secret, with its private key, or with either, by what is set."""

    client_id: str
    secret: str | None
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    jwks_file: Path | None = None
    id_token_signed_response_alg: str = SIGNING_ALGORITHM

    @property
    def client_metadata(self) -> dict[str, list[str]]:
        return {"post_logout_redirect_uris": list(self.post_logout_redirect_uris)}

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """There is none: a relying party always says where the answer goes."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """None refuses the request: without `openid` it is not a sign-in."""
        asked = (scope or "").split()
        if "openid" not in asked:
            return None
        return " ".join(name for name in SCOPES if name in asked)

    def check_redirect_uri(self, redirect_uri: str | None) -> bool:
        """Exact comparison, no wildcard and no forgiven port (RFC 9700, 2.1)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        if self.secret is None:
            return False
        return secrets.compare_digest(self.secret.encode(), client_secret.encode(errors="surrogateescape"))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        if method == PRIVATE_KEY_METHOD:
            return self.jwks_file is not None
        return method in SECRET_METHODS and self.secret is not None

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"

    def public_keys(self) -> KeySet | None:
        """Read at each use, so that a key written or rotated later needs no restart; None when unusable."""
        if self.jwks_file is None:
            return None
        try:
            return KeySet.import_key_set(json.loads(self.jwks_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, JoseError):
            return None
