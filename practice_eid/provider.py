"""The OpenID provider itself: Authlib's authorization server with this provider's rules.

Where Authlib is laxer than a national eID, the rule is tightened here: PKCE with S256 always, exact redirect
addresses, client assertions that live for minutes, one error answer for malformed text.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, UnsupportedResponseTypeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import OAuth2Request
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfoEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from practice_eid.citizens import ACR_BY_LEVEL, Citizen
from practice_eid.relying_parties import (
    AUTHENTICATION_METHODS,
    PRIVATE_KEY_METHOD,
    SCOPES,
    SIGNING_ALGORITHM,
    RelyingParty,
)
from practice_eid.settings import Settings
from practice_eid.store import ACCESS_TOKEN_SECONDS, AccessToken, Code, SignIn, Store

ID_TOKEN_SECONDS = 300
# Singpass allows 2 minutes, eSignet 1; the leeway is for clocks that differ.
ASSERTION_SECONDS = 120
ASSERTION_LEEWAY_SECONDS = 30
ASSERTION_ALGORITHMS = ["ES256", "PS256", "RS256"]


@dataclass(frozen=True)
class World:
    """Everything the provider stands on."""

    settings: Settings
    citizens: dict[str, Citizen]
    key: ECKey
    store: Store
    clock: Callable[[], float] = time.time

    def now(self) -> int:
        return int(self.clock())

    def relying_party(self, client_id: str | None) -> RelyingParty | None:
        return next((c for c in self.settings.relying_parties if c.client_id == client_id), None)

    def public_keys(self) -> dict[str, list[dict[str, Any]]]:
        return {"keys": [dict(self.key.as_dict(private=False))]}


def discovery(settings: Settings) -> dict[str, object]:
    """OpenID Connect Discovery 1.0, 3; says only what is true here."""
    front, back = settings.issuer, settings.back_channel_url
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": f"{front}/authorize",
        "end_session_endpoint": f"{front}/end-session",
        "token_endpoint": f"{back}/token",
        "userinfo_endpoint": f"{back}/userinfo",
        "jwks_uri": f"{back}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "scopes_supported": list(SCOPES),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [SIGNING_ALGORITHM],
        "token_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(ACR_BY_LEVEL.values()),
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash"),
            *("name", "name#bn", "national_number", "birthdate", "email"),
        ],
        "ui_locales_supported": ["bn", "en", "vi"],
        "prompt_values_supported": ["login", "none"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


class PracticeRequest(FlaskOAuth2Request):
    """Authlib refuses plain HTTP on every host but localhost. In a compose network this provider is reached
    by its service name, and it never runs in production, so the check is shown a loopback address."""

    def __init__(self) -> None:
        OAuth2Request.__init__(
            self, request.method, f"http://localhost{request.path}", headers=request.headers
        )
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class Provider(AuthorizationServer):
    def __init__(self, app: Flask, world: World) -> None:
        app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": ACCESS_TOKEN_SECONDS}
        super().__init__(app, query_client=world.relying_party, save_token=self.keep_token)
        self.world = world
        self.register_client_auth_method(PRIVATE_KEY_METHOD, ClientAssertion(world))
        self.register_grant(PracticeCodeGrant, [IDToken(world), S256Only()])
        protector = ResourceProtector()
        protector.register_token_validator(AccessTokens(world))
        self.register_endpoint(UserInfo(resource_protector=protector))
        self.register_endpoint(EndSession)

    def keep_token(self, token: dict[str, Any], oauth_request: OAuth2Request) -> None:
        now = self.world.now()
        kept = AccessToken(
            access_token=token["access_token"],
            code=oauth_request.authorization_code.code,
            sign_in=oauth_request.user,
            scope=token["scope"],
            expires_at=now + token["expires_in"],
        )
        self.world.store.keep_token(kept, now)

    def create_oauth2_request(self, _request: object) -> PracticeRequest:
        return PracticeRequest()

    def get_authorization_grant(self, oauth_request: OAuth2Request) -> AuthorizationCodeGrant:
        """Authlib puts an unknown response type into an error text that refuses most characters: a crash."""
        payload = oauth_request.payload
        if payload.response_type != "code":
            client = self.world.relying_party(payload.client_id)
            known = client is not None and client.check_redirect_uri(payload.redirect_uri)
            raise UnsupportedResponseTypeError("other", redirect_uri=payload.redirect_uri if known else None)
        return super().get_authorization_grant(oauth_request)

    def create_token_response(self, _request: object = None) -> Response:
        """Authlib lets credentials that are not UTF-8 out as a ValueError."""
        try:
            response: Response = super().create_token_response()
        except ValueError:
            response = self.handle_error_response(None, InvalidRequestError("The request is malformed."))
        return response


class PracticeCodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTHENTICATION_METHODS)

    @staticmethod
    def validate_authorization_redirect_uri(oauth_request: OAuth2Request, client: RelyingParty) -> str:
        redirect_uri: str | None = oauth_request.payload.redirect_uri
        if redirect_uri is None or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError("The redirect_uri is not one of this client's.")
        return redirect_uri

    def save_authorization_code(self, code: str, oauth_request: OAuth2Request) -> None:
        now = self.server.world.now()
        asked = oauth_request.payload.data
        kept = Code(
            code=code,
            sign_in=SignIn(citizen=oauth_request.user, client=oauth_request.client),
            redirect_uri=oauth_request.payload.redirect_uri,
            scope=oauth_request.scope,
            nonce=asked.get("nonce"),
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
            auth_time=now,
        )
        self.server.world.store.keep_code(kept, now)

    def query_authorization_code(self, code: str, client: RelyingParty) -> Code | None:
        """Takes the code out at once: two requests at the same instant cannot both have it, and a request
        that then fails (wrong verifier, wrong redirect_uri) has used it up."""
        code_taken: Code | None = self.server.world.store.take_code(
            code, client.client_id, self.server.world.now()
        )
        return code_taken

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It is gone since it was queried."""

    def authenticate_user(self, authorization_code: Code) -> SignIn:
        return authorization_code.sign_in


class S256Only(CodeChallenge):
    """PKCE from every client. Authlib's own `required` means public clients only, and reads a missing
    method as `plain`."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or not asked.get("code_challenge_method"):
            raise InvalidRequestError("PKCE is required: code_challenge with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)


class IDToken(OpenIDCode):
    def __init__(self, world: World) -> None:
        super().__init__(require_nonce=False)
        self.world = world

    def exists_nonce(self, nonce: str, oauth_request: OAuth2Request) -> bool:
        """Never: the nonce is the relying party's to check, and the page is loaded and posted with the same."""
        return False

    def resolve_client_private_key(self, client: RelyingParty) -> ECKey:
        return self.world.key

    def get_encode_header(self, client: RelyingParty) -> dict[str, str]:
        return {"alg": SIGNING_ALGORITHM, "kid": str(self.world.key.kid)}

    def get_client_claims(self, client: RelyingParty) -> dict[str, str | int]:
        now = self.world.now()
        return {
            "iss": self.world.settings.issuer,
            "aud": client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
        }

    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, str]:
        return user.claims()


class ClientAssertion(JWTBearerClientAssertion):
    """private_key_jwt (RFC 7523, OpenID Connect Core 9). Authlib reads the claims before it knows who signed."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_METHOD

    def __init__(self, world: World) -> None:
        super().__init__(leeway=ASSERTION_LEEWAY_SECONDS)
        self.world = world

    def __call__(self, query_client: object, oauth_request: OAuth2Request) -> RelyingParty | None:
        try:
            client: RelyingParty | None = super().__call__(query_client, oauth_request)
        except RecursionError as error:
            raise InvalidClientError(description="The client assertion is malformed.") from error
        return client

    def get_audiences(self) -> list[str]:
        settings = self.world.settings
        return [settings.issuer, f"{settings.issuer}/token", f"{settings.back_channel_url}/token"]

    def resolve_client_public_key(self, client: RelyingParty) -> KeySet:
        keys = client.public_keys()
        if keys is None:
            raise InvalidClientError(description="The client has no usable keys.")
        return keys

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        """Pins the algorithms, and words refusals itself: Authlib's wording crashes on some characters."""
        try:
            claims = jwt.decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS).claims
        except JoseError as error:
            raise InvalidClientError(
                description="The client assertion is not signed by the client."
            ) from error
        self.verify_claims(claims)
        return claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        super().verify_claims(claims)
        if claims["exp"] > self.world.now() + ASSERTION_SECONDS + ASSERTION_LEEWAY_SECONDS:
            raise InvalidClientError(description="The client assertion lives too long.")

    def validate_jti(self, claims: dict[str, Any], jti: object) -> bool:
        if not isinstance(jti, str) or not jti:
            raise InvalidClientError(description="The jti is not a string.")
        forgotten_at = int(claims["exp"]) + ASSERTION_LEEWAY_SECONDS
        return self.world.store.first_use(claims["sub"], jti, forgotten_at, self.world.now())


class AccessTokens(BearerTokenValidator):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def authenticate_token(self, token_string: str) -> AccessToken | None:
        return self.world.store.token(token_string, self.world.now())


class UserInfo(UserInfoEndpoint):
    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, str]:
        return user.claims()


class EndSession(EndSessionEndpoint):
    """There is no session to end: each sign-in asks for the citizen. What ends is the access tokens."""

    def get_server_jwks(self) -> KeySet:
        return KeySet([self.server.world.key])

    def get_algorithms(self) -> list[str]:
        return [SIGNING_ALGORITHM]

    def validate_request(self, oauth_request: OAuth2Request) -> EndSessionRequest:
        try:
            return super().validate_request(oauth_request)
        except ValueError as error:
            raise InvalidRequestError("The id_token_hint is malformed.") from error

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        if end_session_request.id_token_claims:
            self.server.world.store.end_tokens(end_session_request.id_token_claims["sub"])
