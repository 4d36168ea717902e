"""The relying party's side of the flow: authorization request, code exchange, userinfo, logout."""

import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import ECKey

from identity.eid.attempt import Attempt, SignedIn, Tried
from identity.eid.authentication import authentication
from identity.eid.dpop import dpop_proof, new_dpop_key, nonce_in
from identity.eid.id_token import Asked, Person, check_id_token, email_of, name_of, national_number
from identity.eid.keys import OwnKeys
from identity.eid.logout_token import LoggedOut, check_logout_token
from identity.eid.metadata import Metadata
from identity.eid.profile import Profile
from identity.eid.proof import verified
from identity.eid.refused import (
    Cancelled,
    EidSilent,
    EidUnavailable,
    LevelTooLow,
    NotVerified,
    RefusedByProvider,
)
from identity.eid.said import AUTHORIZATION_ERRORS, access_token_of, error_code, error_in, is_plain
from identity.eid.strict_json import Json
from identity.eid.wire import Answer, Deadline, Wire

# Providers that send logout tokens try once and wait 5 s (ID-porten).
LOGOUT_SECONDS = 4.0
# The sign-in page says within 5 s that a provider is down.
PROBE_SECONDS = 3.0
SPARE_SECONDS = 0.5
MAX_CODE = 2048
# A longer address is refused on its way by some servers; then the provider asks the person itself.
MAX_HINT = 6000


class EidClient:
    """The flow with one provider."""

    def __init__(
        self, profile: Profile, redirect_uri: str, own_keys: OwnKeys | None = None, wire: Wire | None = None
    ) -> None:
        self.profile = profile
        self.redirect_uri = redirect_uri
        self._own_keys = own_keys or OwnKeys(None)
        self._wire = wire or Wire(profile)
        self.metadata = Metadata(profile, self._wire)
        self._asking = threading.Lock()
        self._asked: Future[bool] | None = None

    def answers(self) -> bool:
        """Whether the provider answers now, as far as its published metadata shows; within PROBE_SECONDS."""
        try:
            self.metadata.answering(Deadline(PROBE_SECONDS))
        except EidUnavailable:
            return False
        return self.metadata.down_since is None

    def asked(self) -> "Future[bool]":
        """`answers`, found out by a thread of its own: one at a time, however many want to know."""
        with self._asking:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._ask, args=(self._asked,), name="eid-asked", daemon=True).start()
            return self._asked

    def _ask(self, asked: "Future[bool]") -> None:
        try:
            asked.set_result(self.answers())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            asked.set_exception(error)

    def look_again(self) -> None:
        """Finds out whether it answers without making anybody wait for it."""
        self.asked()

    # ------------------------------------------------------------ the way out

    def begin(self, level: int, max_age: int | None, language: str) -> tuple[Attempt, str]:
        """A new attempt, and the address at the provider to send the person to. Raises SignInRefused."""
        deadline = Deadline(self.profile.start_seconds)
        document = self.metadata.answering(deadline)
        attempt = self._new_attempt(level, max_age)
        params = self._request(attempt, language)
        endpoint = document["authorization_endpoint"]
        if self._pushes(document):
            request_uri = self._push(document, params, attempt, deadline)
            params = {"client_id": self.profile.client_id, "request_uri": request_uri}
        return attempt, str(add_params_to_uri(endpoint, list(params.items())))

    def _new_attempt(self, level: int, max_age: int | None) -> Attempt:
        return Attempt(
            state=generate_token(43),
            nonce=generate_token(43),
            verifier=generate_token(64),
            level=max(level, self.profile.minimum_level),
            max_age=max_age if max_age is not None else self.profile.max_age,
            dpop_key=new_dpop_key() if self.profile.dpop else None,
        )

    def _request(self, attempt: Attempt, language: str) -> dict[str, str]:
        params = {
            **self.profile.parameters,
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
        if attempt.dpop_key is not None:
            # RFC 9449 10: the code is of use only with our key, also where the request is not pushed.
            params["dpop_jkt"] = ECKey.import_key(attempt.dpop_key).thumbprint()
        return params

    def _acr_values(self, level: int) -> str:
        """The values asked for, without those that would not be enough."""
        values = self.profile.acr_values.split()
        enough = [value for value in values if self.profile.acr.get(value, level) >= level]
        if not enough:
            raise LevelTooLow(f"the provider offers nothing of level {level}", needed=level)
        return " ".join(enough)

    def _pushes(self, document: Json) -> bool:
        if self.profile.par == "off":
            return False
        advertised = isinstance(document.get("pushed_authorization_request_endpoint"), str)
        if self.profile.par == "required" and not advertised:
            raise EidUnavailable("the provider offers no PAR, which its profile requires")
        return advertised

    def _push(self, document: Json, params: dict[str, str], attempt: Attempt, deadline: Deadline) -> str:
        url = document["pushed_authorization_request_endpoint"]
        answer = self._post(url, params, deadline, attempt, "PAR")
        if answer.status not in (200, 201):
            raise EidUnavailable(f"PAR answered {answer.status}{error_in(answer)}")
        request_uri = answer.json().get("request_uri")
        if (
            not isinstance(request_uri, str)
            or not 0 < len(request_uri) < MAX_CODE
            or not is_plain(request_uri)
        ):
            raise EidUnavailable("PAR gave no request_uri")
        return request_uri

    # ------------------------------------------------------------ the way back

    def finish(self, attempt: Attempt, params: Mapping[str, str]) -> SignedIn:
        """The person, once everything is proven. `params` is what the callback brought. Raises SignInRefused."""
        deadline = Deadline(self.profile.finish_seconds)
        code = self._code(params, deadline)
        document = self.metadata.document(deadline)
        tokens = self._exchange(document, attempt, code, deadline)
        access_token = access_token_of(tokens)
        proof = verified(
            tokens.get("id_token"),
            alg=self.profile.id_token_alg,
            encryption=self.profile.id_token_encryption,
            metadata=self.metadata,
            own_keys=self._own_keys,
            deadline=deadline,
        )
        asked = Asked(attempt.nonce, attempt.level, attempt.max_age)
        person = check_id_token(proof.claims, self.profile, asked, access_token, time.time())
        if self.profile.userinfo != "none":
            person = self._with_userinfo(document, person, access_token, attempt, deadline)
        return SignedIn(person, proof.token)

    def try_a_code(self) -> str:
        """The error by which the provider refuses a code that it never gave; empty for none that we know.

        Nobody is signed in: it shows whether the provider knows us. Raises EidUnavailable.
        """
        deadline = Deadline(self.profile.finish_seconds)
        document = self.metadata.document(deadline)
        attempt = self._new_attempt(self.profile.minimum_level, None)
        return error_code(self._ask_for_tokens(document, attempt, generate_token(43), deadline))

    def try_a_request(self) -> Tried:
        """How the provider takes our authorization request, pushed where its profile pushes; no page is shown.

        Nobody is signed in: what it refuses here (an address to come back to that is not registered, say) it would
        refuse to each person. Raises SignInRefused where it cannot be asked at all.
        """
        deadline = Deadline(self.profile.finish_seconds)
        _, url = self.begin(self.profile.minimum_level, None, "en")
        answer = self._wire.send("GET", url, deadline)
        back = str(answer.headers.get("Location", ""))
        told = parse_qs(urlsplit(back).query) if back.startswith(self.redirect_uri) else {}
        error = told.get("error", [""])[0]
        return Tried(answer.status, error if error in AUTHORIZATION_ERRORS else "unknown" if error else "")

    def has_own_key(self, use: str, alg: str) -> bool:
        """Whether we hold a key of our own for that: `sig` to prove ourselves, `enc` to read what is for us."""
        if use == "sig":
            return self._own_keys.signing(alg) is not None
        return bool(self._own_keys.decrypting(alg, None))

    def _code(self, params: Mapping[str, str], deadline: Deadline) -> str:
        """`iss` is compared before the code or the error is looked at (RFC 9207)."""
        self._check_iss(params.get("iss"), deadline)
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

    def _check_iss(self, given: str | None, deadline: Deadline) -> None:
        if self.profile.iss_parameter == "off":
            return
        if given is not None:
            if given != self.profile.issuer:
                raise NotVerified("the callback's iss")
            return
        advertised = "authorization_response_iss_parameter_supported"
        if self.profile.iss_parameter == "required" or self.metadata.document(deadline).get(advertised):
            raise NotVerified("the callback has no iss")

    def _exchange(self, document: Json, attempt: Attempt, code: str, deadline: Deadline) -> Json:
        answer = self._ask_for_tokens(document, attempt, code, deadline)
        if answer.status != 200:
            raise NotVerified(f"the token endpoint answered {answer.status}{error_in(answer)}")
        tokens = answer.json()
        if str(tokens.get("token_type", "")).lower() != ("dpop" if self.profile.dpop else "bearer"):
            raise NotVerified("token_type")
        return tokens

    def _ask_for_tokens(self, document: Json, attempt: Attempt, code: str, deadline: Deadline) -> Answer:
        params = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        return self._post(document["token_endpoint"], params, deadline, attempt, "the token endpoint")

    def _post(
        self, url: str, params: dict[str, str], deadline: Deadline, attempt: Attempt, what: str
    ) -> Answer:
        """A request that authenticates us; repeated once, proven anew, when the provider asks for a DPoP nonce."""
        nonce: str | None = None
        try:
            for _ in range(2):
                headers = {"Accept": "application/json"}
                if attempt.dpop_key is not None:
                    headers["DPoP"] = dpop_proof(attempt.dpop_key, "POST", url, nonce)
                body = {**params, **authentication(self.profile, self._own_keys, headers)}
                answer = self._wire.send("POST", url, deadline, data=body, headers=headers)
                new = nonce_in(answer)
                if attempt.dpop_key is None or answer.status not in (400, 401) or new in (None, nonce):
                    break
                nonce = new
            if answer.status >= 500 or answer.status in (404, 429):
                raise EidSilent(f"{what} answered {answer.status}")
        except EidSilent:
            self.metadata.answered(well=False)
            raise
        self.metadata.answered(well=True)
        return answer

    # ------------------------------------------------------------ userinfo

    def _with_userinfo(
        self, document: Json, person: Person, access_token: str | None, attempt: Attempt, deadline: Deadline
    ) -> Person:
        """Adds what the profile takes from userinfo; it never raises the assurance level."""
        url = document.get("userinfo_endpoint")
        if not isinstance(url, str) or access_token is None:
            raise NotVerified("no userinfo to ask")
        answer = self._ask_userinfo(url, access_token, attempt, deadline)
        if answer.status >= 500 or answer.status == 429:
            raise EidSilent(f"userinfo answered {answer.status}")
        if answer.status != 200:
            raise NotVerified(f"userinfo answered {answer.status}")
        claims = self._userinfo_claims(answer, deadline)
        if claims.get("sub") != person.subject:
            raise NotVerified("userinfo is about somebody else")
        if self.profile.national_number_from == "userinfo":
            person = replace(person, national_number=national_number(claims, self.profile))
        return replace(
            person,
            name=person.name or name_of(claims, self.profile),
            email=person.email if person.email_said else email_of(claims),
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
            new = nonce_in(answer)
            if attempt.dpop_key is None or answer.status != 401 or new in (None, nonce):
                break
            nonce = new
        return answer

    def _userinfo_claims(self, answer: Answer, deadline: Deadline) -> Json:
        if self.profile.userinfo == "json":
            return answer.json()
        if answer.media_type != "application/jwt":
            raise NotVerified("userinfo is not signed")
        claims = verified(
            answer.body.decode("ascii", "replace").strip(),
            alg=self.profile.userinfo_alg,
            encryption=self.profile.userinfo_encryption,
            metadata=self.metadata,
            own_keys=self._own_keys,
            deadline=deadline,
        ).claims
        if claims.get("iss", self.profile.issuer) != self.profile.issuer:
            raise NotVerified("userinfo's iss")
        ours = (self.profile.client_id, [self.profile.client_id])
        if claims.get("aud", self.profile.client_id) not in ours:
            raise NotVerified("userinfo's aud")
        return claims

    # ------------------------------------------------------------ logout

    def logout_url(self, id_token: str, back_to: str) -> str | None:
        """Where the provider ends its own session (RP-Initiated Logout 1.0); None where it offers that not."""
        document = self.metadata.known()
        endpoint = (document or {}).get("end_session_endpoint")
        if self.profile.logout != "end_session" or not isinstance(endpoint, str):
            return None
        params = [("client_id", self.profile.client_id), ("post_logout_redirect_uri", back_to)]
        if 0 < len(id_token) <= MAX_HINT:
            params.insert(0, ("id_token_hint", id_token))
        return str(add_params_to_uri(endpoint, params))

    def logged_out(self, logout_token: str) -> LoggedOut:
        """Whose sessions the provider ends (Back-Channel Logout 1.0 2.6); raises SignInRefused."""
        if not self.profile.backchannel_logout:
            raise NotVerified("the provider's profile has no back-channel logout")
        proof = verified(
            logout_token,
            alg=self.profile.id_token_alg,
            encryption=self.profile.id_token_encryption,
            metadata=self.metadata,
            own_keys=self._own_keys,
            deadline=Deadline(LOGOUT_SECONDS),
            purpose="logout",
        )
        return check_logout_token(proof.header, proof.claims, self.profile, time.time())


def all_answer(clients: Iterable[EidClient]) -> bool:
    """Whether each provider answers now; asked at once, so that several that hang take no longer than one."""
    asked = [client.asked() for client in clients]
    waited = wait(asked, PROBE_SECONDS + SPARE_SECONDS)
    return not waited.not_done and all(one.result() for one in asked)
