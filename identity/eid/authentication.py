"""How we show a provider that it is we who ask (OpenID Connect Core 9): a secret, or an assertion that we sign."""

import base64
import secrets
import time
from urllib.parse import quote

from joserfc import jwt

from identity.eid.keys import OwnKeys
from identity.eid.profile import Profile
from identity.eid.refused import EidUnavailable

ASSERTION_SECONDS = 60


def authentication(profile: Profile, own_keys: OwnKeys, headers: dict[str, str]) -> dict[str, str]:
    """What goes into the form; what stands in a header is added to `headers`. Raises EidUnavailable."""
    if profile.client_authentication == "client_secret_basic":
        # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
        pair = f"{quote(profile.client_id, '')}:{quote(profile.client_secret, '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return {}
    if profile.client_authentication == "client_secret_post":
        return {"client_id": profile.client_id, "client_secret": profile.client_secret}
    return {
        "client_id": profile.client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": _assertion(profile, own_keys),
    }


def _assertion(profile: Profile, own_keys: OwnKeys) -> str:
    """A new one for each request: providers refuse a jti that they have seen."""
    now, alg = int(time.time()), profile.client_assertion_alg
    key = own_keys.signing(alg)
    if key is None:
        raise EidUnavailable(f"we have no {alg} key to sign with for the provider")
    return jwt.encode(
        {"alg": alg, "typ": "JWT", "kid": key.kid or ""},
        {
            "iss": profile.client_id,
            "sub": profile.client_id,
            "aud": profile.issuer,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        },
        key,
        algorithms=[alg],
    )
