"""A relying party that signs in at the practice eID through Authlib, as the identity service does."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CALLBACK = "http://localhost:9100/sign-in/callback"
OTHER_CALLBACK = "http://localhost:9100/other/callback"
SIGNED_OUT = "http://localhost:9100/signed-out"
VERIFIER = "v" * 48
# The S256 challenge of the verifier above (RFC 7636, 4.2).
CHALLENGE = "4A01DUGx7AT8ouWhbPhYzuvyoNDA2r8CzlD81Yz8KbQ"
SECRET = "a practice secret: with %, + and /"
OTHER_SECRET = "another secret"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Eid:
    """A running practice eID, and the private keys of the client that has some."""

    address: str
    client_key: ECKey
    rsa_key: RSAKey

    def discovery(self) -> dict[str, Any]:
        answer: dict[str, Any] = requests.get(
            f"{self.address}/.well-known/openid-configuration", timeout=5
        ).json()
        return answer

    def keys(self) -> KeySet:
        return KeySet.import_key_set(requests.get(f"{self.address}/jwks", timeout=5).json())

    def authorize_url(self, **changes: str | None) -> str:
        asked = {
            "response_type": "code",
            "client_id": "sammelan",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        return f"{self.address}/authorize?{urlencode({k: v for k, v in asked.items() if v is not None})}"

    def choose(self, citizen: str, **changes: str | None) -> requests.Response:
        return requests.post(
            self.authorize_url(**changes), data={"citizen": citizen}, allow_redirects=False, timeout=5
        )

    def code(self, citizen: str = "union-clerk", **changes: str | None) -> str:
        return answered(self.choose(citizen, **changes))["code"]

    def redeem(self, code: str, **changes: str | None) -> requests.Response:
        """As the first client by client_secret_post, where nothing is changed."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "sammelan",
            "client_secret": SECRET,
        } | changes
        return requests.post(f"{self.address}/token", data=form, timeout=5)

    def redeem_by_key(self, code: str, assertion: str) -> requests.Response:
        return self.redeem(
            code,
            redirect_uri=OTHER_CALLBACK,
            client_id=None,
            client_secret=None,
            client_assertion_type=ASSERTION_TYPE,
            client_assertion=assertion,
        )

    def assertion(self, key: ECKey | RSAKey | None = None, alg: str = "ES256", **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": "with-a-key",
            "sub": "with-a-key",
            "aud": self.address,
            "iat": now,
            "exp": now + 60,
            "jti": f"{time.monotonic_ns()}",
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        signer = key or self.client_key
        return jwt.encode({"alg": alg, "kid": str(signer.kid or "")}, claims, signer, [alg])

    def session(self, **changes: Any) -> OAuth2Session:
        return OAuth2Session(
            **(
                {
                    "client_id": "sammelan",
                    "client_secret": SECRET,
                    "scope": "openid",
                    "redirect_uri": CALLBACK,
                    "code_challenge_method": "S256",
                }
                | changes
            )
        )

    def id_token(self, citizen: str = "union-clerk", **changes: str | None) -> dict[str, Any]:
        token = self.redeem(self.code(citizen, **changes)).json()["id_token"]
        return dict(jwt.decode(token, self.keys(), algorithms=["ES256"]).claims)


def answered(response: requests.Response) -> dict[str, str]:
    """What the redirect carries back to the relying party."""
    assert response.status_code == 302, response.text
    location = response.headers["Location"]
    assert urlsplit(location)._replace(query="").geturl() in (CALLBACK, OTHER_CALLBACK)
    return dict(parse_qsl(urlsplit(location).query))
