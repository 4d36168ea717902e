"""Tokens bound to a key of ours (RFC 9449): the key of one sign-in, and a proof for each request."""

import base64
import hashlib
import secrets
import time

from joserfc import jws, jwt
from joserfc.jwk import ECKey

from identity.eid.strict_json import Json
from identity.eid.wire import Answer


def nonce_in(answer: Answer) -> str | None:
    given = answer.headers.get("DPoP-Nonce")
    return str(given) if given and len(given) <= 512 and str(given).isascii() else None


def new_dpop_key() -> Json:
    return dict(ECKey.generate_key("P-256", private=True).as_dict(private=True))


def dpop_proof(key: Json, method: str, url: str, nonce: str | None, access_token: str | None = None) -> str:
    """RFC 9449: a fresh proof of holding the key, for one request."""
    own = ECKey.import_key(key)
    claims: Json = {
        "jti": secrets.token_urlsafe(24),
        "htm": method,
        "htu": url.split("?")[0].split("#")[0],
        "iat": int(time.time()),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if access_token is not None:
        digest = hashlib.sha256(access_token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": own.as_dict(private=False)}
    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = 4096
    return jwt.encode(header, claims, own, registry=registry)
