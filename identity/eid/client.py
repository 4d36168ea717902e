"""The relying party's side of the flow: authorization request, code exchange, userinfo."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet

from identity.eid.id_token import Asked, Person, check_id_token, national_number
from identity.eid.metadata import Metadata
from identity.eid.profile import Profile
from identity.eid.proof import verified
from identity.eid.refused import (
    Cancelled,
    EidUnavailable,
    NotVerified,
    RefusedByProvider,
    SignInRefused,
)
from identity.eid.wire import Answer, Deadline, Wire

Json = dict[str, Any]

ASSERTION_SECONDS = 60
# One sign-in step (token, keys, userinfo together) may take this long.
STEP_SECONDS = 7.0
# Starting needs discovery and perhaps PAR; the person must hear within 5 s that the eID is down.
START_SECONDS = 4.5
MAX_CODE = 2048


@dataclass(frozen=True)
class Attempt:
    """One sign-in on its way; it is kept on the server, found by the hash of its state."""

    state: str
    nonce: str
    verifier: str
    level: int
    max_age: int | None
    dpop_key: Json | None = None


@dataclass(frozen=True)
class SignedIn:
    person: Person
    id_token: str


class EidClient:
    """The flow with one provider. `own_keys` are our private keys: `use` sig for assertions, enc for decryption."""

    def __init__(
        self, profile: Profile, redirect_uri: str, own_keys: KeySet | None, wire: Wire | None = None
    ) -> None:
        self.profile = profile
        self.redirect_uri = redirect_uri
        self._own_keys = own_keys
        self._wire = wire or Wire()
        self.metadata = Metadata(profile, self._wire)

    # ------------------------------------------------------------ the way out

    def begin(self, level: int, max_age: int | None, language: str) -> tuple[Attempt, str]:
        """A new attempt, and the address at the provider to send the person to. Raises SignInRefused."""
        deadline = Deadline(START_SECONDS)
        document = self.metadata.document(deadline)
        dpop_key = (
            ECKey.generate_key("P-256", private=True).as_dict(private=True) if self.profile.dpop else None
        )
        attempt = Attempt(
            state=generate_token(43),
            nonce=generate_token(43),
            verifier=generate_token(64),
            level=max(level, self.profile.minimum_level),
            max_age=max_age if max_age is not None else self.profile.max_age,
            dpop_key=dict(dpop_key) if dpop_key else None,
        )
        params = self._request(attempt, language)
        endpoint = document["authorization_endpoint"]
        if self._pushes(document):
            request_uri = self._push(document, params, attempt, deadline)
            params = {"client_id": self.profile.client_id, "request_uri": request_uri}
        return attempt, str(add_params_to_uri(endpoint, list(params.items())))

    def _request(self, attempt: Attempt, language: str) -> dict[str, str]:
        params = {
            "response_type": "code",
            "client_id": self.profile.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.profile.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        if self.profile.acr_values:
            params["acr_values"] = self._acr_values(attempt.level)
        if attempt.max_age is not None:
            params["max_age"] = str(attempt.max_age)
        if self.profile.claims_parameter:
            params["claims"] = self.profile.claims_parameter
        if self.profile.ui_locales:
            params["ui_locales"] = language
        return params

    def _acr_values(self, level: int) -> str:
        """The values asked for, without those that would not be enough."""
        values = self.profile.acr_values.split()
        return " ".join(value for value in values if self.profile.acr.get(value, level) >= level)

    def _pushes(self, document: Json) -> bool:
        advertised = "pushed_authorization_request_endpoint" in document
        if self.profile.par == "required" and not advertised:
            raise EidUnavailable("the provider offers no PAR, which its profile requires")
        return self.profile.par == "required" or (self.profile.par == "advertised" and advertised)

    def _push(self, document: Json, params: dict[str, str], attempt: Attempt, deadline: Deadline) -> str:
        answer = self._post(
            document["pushed_authorization_request_endpoint"], document, params, deadline, attempt
        )
        if answer.status not in (200, 201):
            raise EidUnavailable(f"PAR answered {answer.status}")
        request_uri = answer.json().get("request_uri")
        if not isinstance(request_uri, str) or not 0 < len(request_uri) < MAX_CODE:
            raise EidUnavailable("PAR gave no request_uri")
        return request_uri

    # ------------------------------------------------------------ the way back

    def check_callback(self, params: Mapping[str, str]) -> str:
        """The code; `iss` is compared before the code or the error is looked at. Raises SignInRefused."""
        self._check_iss(params.get("iss"))
        if "error" in params:
            if params["error"] in ("access_denied", "login_required", "interaction_required"):
                raise Cancelled("the person or the provider ended it")
            if params["error"] in ("server_error", "temporarily_unavailable"):
                raise EidUnavailable("the provider says that it is out of order")
            raise RefusedByProvider("the provider answered with an error")
        code = params.get("code", "")
        if not 0 < len(code) <= MAX_CODE:
            raise NotVerified("no code")
        return code

    def _check_iss(self, given: str | None) -> None:
        if self.profile.iss_parameter == "off":
            return
        if given is not None:
            if given != self.profile.issuer:
                raise NotVerified("the callback's iss")
            return
        advertised = bool(
            self.metadata.document(Deadline(START_SECONDS)).get(
                "authorization_response_iss_parameter_supported"
            )
        )
        if self.profile.iss_parameter == "required" or advertised:
            raise NotVerified("the callback has no iss")

    def finish(self, attempt: Attempt, code: str) -> SignedIn:
        """The person, once everything is proven. Raises SignInRefused."""
        deadline = Deadline(STEP_SECONDS)
        document = self.metadata.document(deadline)
        try:
            tokens = self._exchange(document, attempt, code, deadline)
        except EidUnavailable:
            self.metadata.answered(well=False)
            raise
        self.metadata.answered(well=True)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise NotVerified("no ID token")
        access_token = tokens.get("access_token")
        access = access_token if isinstance(access_token, str) else None
        claims = verified(
            id_token,
            alg=self.profile.id_token_alg,
            encryption=self.profile.id_token_encryption,
            metadata=self.metadata,
            own_keys=self._own_keys,
            deadline=deadline,
        )
        asked = Asked(attempt.nonce, attempt.level, attempt.max_age)
        person = check_id_token(claims, self.profile, asked, access, time.time())
        if self.profile.userinfo != "none":
            person = self._with_userinfo(document, person, access, attempt, deadline)
        return SignedIn(person, id_token)

    def _exchange(self, document: Json, attempt: Attempt, code: str, deadline: Deadline) -> Json:
        params = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        answer = self._post(document["token_endpoint"], document, params, deadline, attempt)
        if answer.status >= 500 or answer.status in (404, 429):
            raise EidUnavailable(f"the token endpoint answered {answer.status}")
        if answer.status != 200:
            raise NotVerified(f"the token endpoint answered {answer.status}")
        tokens = answer.json()
        kind = str(tokens.get("token_type", "")).lower()
        if kind != ("dpop" if self.profile.dpop else "bearer"):
            raise NotVerified("token_type")
        return tokens

    def _post(
        self, url: str, document: Json, params: dict[str, str], deadline: Deadline, attempt: Attempt
    ) -> Answer:
        """A request that authenticates us; repeated once when the provider asks for a DPoP nonce."""
        nonce: str | None = None
        for _ in range(2):
            headers = {"Accept": "application/json"}
            if attempt.dpop_key is not None:
                headers["DPoP"] = dpop_proof(attempt.dpop_key, "POST", url, nonce)
            body = {**params, **self._authentication(headers)}
            answer = self._wire.send("POST", url, deadline, data=body, headers=headers)
            new = answer.headers.get("DPoP-Nonce")
            if attempt.dpop_key is None or answer.status not in (400, 401) or not new or new == nonce:
                return answer
            nonce = str(new)[:256]
        return answer

    def _authentication(self, headers: dict[str, str]) -> dict[str, str]:
        profile = self.profile
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
            "client_assertion": self._assertion(),
        }

    def _assertion(self) -> str:
        now = int(time.time())
        key = self._signing_key()
        return jwt.encode(
            {"alg": self.profile.client_assertion_alg, "typ": "JWT", "kid": key.kid or ""},
            {
                "iss": self.profile.client_id,
                "sub": self.profile.client_id,
                "aud": self.profile.issuer,
                "iat": now,
                "exp": now + ASSERTION_SECONDS,
                "jti": secrets.token_urlsafe(24),
            },
            key,
            algorithms=[self.profile.client_assertion_alg],
        )

    def _signing_key(self) -> Any:
        keys = self._own_keys.keys if self._own_keys else []
        mine = [
            key
            for key in keys
            if key.get("use") == "sig" and key.get("alg", "") in ("", self.profile.client_assertion_alg)
        ]
        if not mine:
            raise SignInRefused("we have no signing key for the provider")
        return mine[-1]

    def _with_userinfo(
        self, document: Json, person: Person, access_token: str | None, attempt: Attempt, deadline: Deadline
    ) -> Person:
        """Adds what the profile takes from userinfo; it never raises the assurance level."""
        url = document.get("userinfo_endpoint")
        if not isinstance(url, str) or access_token is None:
            raise NotVerified("no userinfo to ask")
        answer = self._ask_userinfo(url, access_token, attempt, deadline)
        if answer.status != 200:
            raise NotVerified(f"userinfo answered {answer.status}")
        claims = self._userinfo_claims(answer, deadline)
        if claims.get("sub") != person.subject:
            raise NotVerified("userinfo is about somebody else")
        if self.profile.national_number_from == "userinfo":
            person = replace(person, national_number=national_number(claims, self.profile))
        name, email = claims.get(self.profile.name_claim), claims.get("email")
        return replace(
            person,
            name=person.name or (name[:200] if isinstance(name, str) else ""),
            email=person.email or (email[:200] if isinstance(email, str) else ""),
        )

    def _ask_userinfo(self, url: str, access_token: str, attempt: Attempt, deadline: Deadline) -> Answer:
        wanted = "application/json" if self.profile.userinfo == "json" else "application/jwt"
        nonce: str | None = None
        for _ in range(2):
            headers = {"Accept": wanted, "Authorization": f"Bearer {access_token}"}
            if attempt.dpop_key is not None:
                headers["Authorization"] = f"DPoP {access_token}"
                headers["DPoP"] = dpop_proof(attempt.dpop_key, "GET", url, nonce, access_token)
            answer = self._wire.send("GET", url, deadline, headers=headers)
            new = answer.headers.get("DPoP-Nonce")
            if attempt.dpop_key is None or answer.status != 401 or not new or new == nonce:
                return answer
            nonce = str(new)[:256]
        return answer

    def _userinfo_claims(self, answer: Answer, deadline: Deadline) -> Json:
        if self.profile.userinfo == "json":
            return answer.json()
        if answer.media_type != "application/jwt":
            raise NotVerified("userinfo is not signed")
        claims = verified(
            answer.body.decode("ascii", "replace").strip(),
            alg=self.profile.userinfo_alg,
            encryption=self.profile.userinfo_encryption if self.profile.userinfo == "encrypted" else None,
            metadata=self.metadata,
            own_keys=self._own_keys,
            deadline=deadline,
        )
        if claims.get("iss", self.profile.issuer) != self.profile.issuer:
            raise NotVerified("userinfo's iss")
        if claims.get("aud", self.profile.client_id) not in (
            self.profile.client_id,
            [self.profile.client_id],
        ):
            raise NotVerified("userinfo's aud")
        return claims


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
