"""Codes, access tokens and used client assertions, held in the memory of one process.

A code exists only in the worker that made it: run the practice eID with one worker and as many threads as
wanted. A restart forgets sign-ins under way and access tokens, which live for minutes at most.
"""

from dataclasses import dataclass
from threading import Lock

from practice_eid.citizens import ACR_BY_LEVEL, AMR, Citizen, personal_claims, subject_of
from practice_eid.relying_parties import RelyingParty

# OpenID Connect leaves it to the provider; RFC 6749 4.1.2 allows 10 minutes, eSignet gives 60 s.
CODE_SECONDS = 60
ACCESS_TOKEN_SECONDS = 300


@dataclass(frozen=True)
class SignIn:
    """One citizen in front of one relying party: what Authlib calls the user."""

    citizen: Citizen
    client: RelyingParty

    def claims(self) -> dict[str, str]:
        return {"sub": subject_of(self.citizen, self.client.client_id), **personal_claims(self.citizen)}


@dataclass(frozen=True)
class Code:
    """An authorization code with what it is bound to, in the shape Authlib asks for. Times are epoch seconds."""

    code: str
    sign_in: SignIn
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    auth_time: int

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> str:
        return ACR_BY_LEVEL[self.sign_in.citizen.level]

    def get_amr(self) -> list[str]:
        return list(AMR)


@dataclass(frozen=True)
class AccessToken:
    access_token: str
    code: str
    sign_in: SignIn
    scope: str
    expires_at: int

    def get_scope(self) -> str:
        return self.scope

    def get_client(self) -> RelyingParty:
        return self.sign_in.client

    def get_user(self) -> SignIn:
        return self.sign_in

    def is_expired(self) -> bool:
        """The store gives no expired token out."""
        return False

    def is_revoked(self) -> bool:
        return False


class Store:
    def __init__(self) -> None:
        self._lock = Lock()
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, AccessToken] = {}
        self._assertions: dict[tuple[str, str], int] = {}

    def keep_code(self, code: Code, now: int) -> None:
        with self._lock:
            self._codes = {
                key: kept for key, kept in self._codes.items() if now <= kept.auth_time + CODE_SECONDS
            }
            self._codes[code.code] = code

    def take_code(self, value: str, client_id: str, now: int) -> Code | None:
        """The live code of this relying party, once. A second use also ends the access token the first one
        gave (RFC 6749 4.1.2). Another relying party's attempt leaves the code as it is."""
        with self._lock:
            code = self._codes.get(value)
            if code is None:
                self._tokens = {
                    key: token
                    for key, token in self._tokens.items()
                    if (token.code, token.sign_in.client.client_id) != (value, client_id)
                }
                return None
            if code.sign_in.client.client_id != client_id:
                return None
            del self._codes[value]
        return code if now <= code.auth_time + CODE_SECONDS else None

    def keep_token(self, token: AccessToken, now: int) -> None:
        with self._lock:
            self._tokens = {key: kept for key, kept in self._tokens.items() if now < kept.expires_at}
            self._tokens[token.access_token] = token

    def token(self, value: str, now: int) -> AccessToken | None:
        with self._lock:
            token = self._tokens.get(value)
        return token if token and now < token.expires_at else None

    def end_tokens(self, subject: str) -> None:
        with self._lock:
            self._tokens = {
                key: token for key, token in self._tokens.items() if token.sign_in.claims()["sub"] != subject
            }

    def first_use(self, client_id: str, jti: str, expires_at: int, now: int) -> bool:
        """Whether this client assertion has not been seen before; remembered until it has expired."""
        with self._lock:
            self._assertions = {key: expiry for key, expiry in self._assertions.items() if now <= expiry}
            if (client_id, jti) in self._assertions:
                return False
            self._assertions[client_id, jti] = expires_at
            return True
