"""What must be accepted is: rotation without a restart, tokens without a kid, every pinned algorithm, PAR, DPoP."""

import base64
import hashlib
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from identity.eid import metadata as metadata_module
from identity.eid.refused import EidUnavailable, NotVerified
from tests.integration.eid.liar import (
    CLIENT,
    GONE,
    SECRET,
    Liar,
    Request,
    a_liar,
    ec_key,
    hangs,
    rsa_key,
    says,
    sign,
    slow_body,
)
from tests.integration.eid.signing_in import (
    CALLBACK,
    RelyingParty,
    a_client_of,
    a_profile,
    a_relying_party,
    own_keys,
)

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with a_liar() as made:
        yield made


def public(key: Any, **changes: Any) -> Any:
    told = {**key.as_dict(private=False), **changes}
    return {name: value for name, value in told.items() if value is not GONE}


def without_kid(shown: list[Any]) -> Callable[[Liar], Any]:
    def tell(liar: Liar) -> None:
        liar.header = {"kid": GONE}
        liar.jwks = shown

    return tell


GOOD: dict[str, Callable[[Liar], Any]] = {
    "aud as a list of one": lambda liar: liar.claims.update(aud=[CLIENT]),
    "azp is us": lambda liar: liar.claims.update(azp=CLIENT),
    "no at_hash": lambda liar: liar.claims.update(at_hash=GONE),
    "expired within the leeway": lambda liar: liar.claims.update(exp=int(time.time()) - 10),
    "made in the future within the leeway": lambda liar: liar.claims.update(iat=int(time.time()) + 10),
    "times with fractions": lambda liar: liar.claims.update(iat=time.time(), exp=time.time() + 60.5),
    "no name and no email": lambda liar: liar.claims.update(name=GONE, email=GONE),
    "no kid and one key": lambda liar: liar.header.update(kid=GONE),
    "no kid, and one key without a kid": without_kid([public(rsa_key(), kid=GONE)]),
    "no kid, and the other keys are for something else": without_kid(
        [public(rsa_key("e"), use="enc"), public(ec_key()), public(rsa_key())]
    ),
    "a key that names no use and no algorithm": lambda liar: setattr(
        liar, "jwks", [public(rsa_key(), use=GONE, alg=GONE)]
    ),
    "a key set with kinds that nobody knows": lambda liar: setattr(
        liar,
        "jwks",
        [
            {"kty": "PQ", "kid": "rsa-1"},
            OctKey.import_key(b"0123456789abcdef").as_dict(private=True),
            {"kty": "RSA", "kid": "broken"},
            public(rsa_key()),
        ],
    ),
    "a header of a kilobyte": lambda liar: liar.header.update(x5c=["A" * 1000]),
    "claims of forty kilobytes": lambda liar: liar.claims.update(picture="x" * 40_000),
    "no typ": lambda liar: liar.header.update(typ=GONE),
    "key hints that are not looked at": lambda liar: liar.header.update(
        jwk=public(rsa_key("stranger")), jku="http://evil.example/keys"
    ),
    "a token type in other letters": lambda liar: liar.token_answer.update(token_type="bEARER"),
    "discovery that lists more algorithms": lambda liar: liar.discovery.update(
        id_token_signing_alg_values_supported=["none", "HS256", "RS256"]
    ),
    "a callback without iss where it was not advertised": lambda liar: (
        liar.discovery.update(authorization_response_iss_parameter_supported=GONE),
        liar.callback.update(iss=GONE),
    ),
    "a session name": lambda liar: liar.claims.update(sid="s-1"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_is_accepted_twice(name: str, liar: Liar) -> None:
    GOOD[name](liar)
    party = a_relying_party(liar)
    for _ in range(2):
        assert party.sign_in().subject == "person-1"


def test_an_auth_time_that_was_not_asked_for_may_be_missing_and_counts_as_long_ago(liar: Liar) -> None:
    liar.claims = {"auth_time": GONE}
    assert a_relying_party(liar).sign_in().auth_time.timestamp() == 0


# ---------------------------------------------------------------- algorithms


def key_for(alg: str) -> Any:
    parameters: Any = {"kid": f"k-{alg}", "use": "sig", "alg": alg}
    if alg.startswith("ES"):
        return ECKey.generate_key(
            {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg], parameters, private=True
        )
    return RSAKey.generate_key(2048, parameters, private=True)


HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


@pytest.mark.parametrize(
    "alg", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
)
def test_every_pinned_algorithm_works_with_its_at_hash(alg: str, liar: Liar) -> None:
    key = key_for(alg)
    liar.jwks = [public(key_for("ES256"), kid="other"), public(rsa_key()), public(key)]

    def encode(liar: Liar, told: dict[str, Any]) -> str:
        return sign({"alg": alg, "kid": key.kid}, json.dumps(told).encode(), key)

    def with_at_hash(liar: Liar, told: dict[str, Any]) -> str:
        digest = HASHES[alg[-3:]](b"the-token").digest()
        half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
        return encode(liar, {**told, "at_hash": half})

    party = a_relying_party(liar, id_token_alg=alg)
    liar.token_answer = {"access_token": "the-token"}
    liar.encode = with_at_hash
    assert party.sign_in().subject == "person-1"
    liar.token_answer = {"access_token": "another-token"}
    assert party.refused().reason == "at_hash"


def test_a_key_of_another_curve_is_no_second_one(liar: Liar) -> None:
    key = key_for("ES384")
    liar.jwks = [public(ec_key(), kid=GONE, alg=GONE), public(key, kid=GONE, alg=GONE)]
    liar.claims = {"at_hash": GONE}
    liar.encode = lambda _, told: sign({"alg": "ES384"}, json.dumps(told).encode(), key)
    assert a_relying_party(liar, id_token_alg="ES384").sign_in().subject == "person-1"


# ---------------------------------------------------------------- rotation


def rotated(liar: Liar, kid: str, *, keep_old: bool = False) -> None:
    liar.key = rsa_key(kid)
    liar.jwks = [*(liar.jwks if keep_old else []), public(liar.key)]


def test_a_rotation_needs_no_restart(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    rotated(liar, "rsa-2", keep_old=True)
    assert party.sign_in().subject == "person-1"
    assert liar.hits["/jwks"] == 2


def test_a_rotation_that_keeps_the_kid_needs_no_restart(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.key = rsa_key("rsa-1", 2304)
    liar.jwks = [public(liar.key)]
    assert party.sign_in().subject == "person-1"


def test_a_rotation_of_a_provider_without_kids_needs_no_restart(liar: Liar) -> None:
    liar.header = {"kid": GONE}
    liar.jwks = [public(rsa_key(), kid=GONE)]
    party = a_relying_party(liar)
    party.sign_in()
    liar.key = rsa_key("rsa-2")
    liar.jwks = [public(liar.key, kid=GONE)]
    assert party.sign_in().subject == "person-1"


def test_unknown_kids_are_no_flood_of_requests(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.header = {"kid": "unknown"}
    for _ in range(5):
        party.refused()
    assert liar.hits["/jwks"] == 2
    liar.header = {}
    assert party.sign_in().subject == "person-1"
    assert liar.hits["/jwks"] == 2


def test_after_the_cool_down_the_keys_are_asked_for_again(
    liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.header = {"kid": "unknown"}
    party.refused()
    liar.header = {}
    rotated(liar, "rsa-3")
    assert "no key" in party.refused().reason
    monkeypatch.setattr(metadata_module, "KEYS_COOL_DOWN", 0.0)
    assert party.sign_in().subject == "person-1"


def test_sixty_people_at_the_moment_of_a_rotation_all_get_in(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    rotated(liar, "rsa-2")
    with ThreadPoolExecutor(30) as pool:
        people = list(pool.map(lambda _: party.sign_in(), range(60)))
    assert len(people) == 60
    assert liar.hits["/jwks"] == 2


def test_forged_logout_tokens_do_not_hold_back_a_rotation(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    forged = sign({"alg": "RS256", "kid": "unknown"}, b"{}", rsa_key("stranger"))
    for _ in range(3):
        with pytest.raises(NotVerified):
            party.client.logged_out(forged)
    rotated(liar, "rsa-2")
    assert party.sign_in().subject == "person-1"


# ---------------------------------------------------------------- metadata


def aged(party: RelyingParty, seconds: float) -> None:
    """As if the copy had been fetched that long ago."""
    metadata = party.client.metadata
    metadata._fetched_at -= seconds
    metadata._heard_at -= seconds
    metadata._keys.fetched_at -= seconds


def test_discovery_is_not_asked_for_at_every_sign_in(liar: Liar) -> None:
    party = a_relying_party(liar)
    for _ in range(5):
        party.sign_in()
    assert liar.hits[DISCOVERY] == 1
    assert liar.hits["/jwks"] == 1


def test_discovery_older_than_its_age_is_fetched_again(liar: Liar) -> None:
    party = a_relying_party(liar)
    attempt, url = party.client.begin(2, None, "en")
    aged(party, 4000)
    party.client.finish(attempt, liar.arrive(url))
    assert liar.hits[DISCOVERY] == 2


@pytest.mark.parametrize(
    "lie", [says(200, "text/html", b"<p>"), says(200, body=b'{"issuer": "x"}'), says(404)]
)
def test_the_last_good_copy_serves_while_a_new_one_is_faulty(lie: Any, liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.paths[DISCOVERY] = lie
    aged(party, 4000)
    for _ in range(2):
        assert party.sign_in().subject == "person-1"
    aged(party, 25 * 3600)
    assert party.refused().code == "eid-unavailable"


@pytest.mark.parametrize("lie", [says(500), says(503), hangs(), slow_body()])
def test_a_provider_that_falls_silent_is_noticed_before_people_are_sent_there(lie: Any, liar: Liar) -> None:
    party = a_relying_party(liar)
    attempt, url = party.client.begin(2, None, "en")
    liar.paths[DISCOVERY] = lie
    aged(party, 20)
    began = time.monotonic()
    with pytest.raises(EidUnavailable):
        party.client.begin(2, None, "en")
    assert time.monotonic() - began < 5
    assert party.client.metadata.down_since is not None
    # Who is on the way already comes in by the copy.
    assert party.client.finish(attempt, liar.arrive(url)).person.subject == "person-1"
    del liar.paths[DISCOVERY]
    party.client.metadata._failed_at = 0.0
    assert party.sign_in().subject == "person-1"
    assert party.client.metadata.down_since is None


def test_who_comes_while_a_provider_is_found_to_be_back_is_not_told_that_it_is_away(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.paths[DISCOVERY] = says(503)
    aged(party, 20)
    assert party.refused().code == "eid-unavailable"
    asked = threading.Event()

    def back_after_a_moment(request: Request) -> None:
        asked.set()
        time.sleep(0.4)
        request.json(liar.told())

    liar.paths[DISCOVERY] = back_after_a_moment
    party.client.metadata._failed_at = 0.0
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(party.sign_in)
        assert asked.wait(5)
        others = [pool.submit(party.sign_in) for _ in range(6)]
        assert {one.result().subject for one in (first, *others)} == {"person-1"}
    assert liar.hits[DISCOVERY] == 3


def test_nobody_else_waits_while_one_asks_a_slow_provider_again(liar: Liar) -> None:
    party = a_relying_party(liar)
    party.sign_in()
    liar.paths[DISCOVERY] = slow_body()
    aged(party, 20)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(party.refused)
        while not party.client.metadata._fetching.locked():
            time.sleep(0.005)
        began = time.monotonic()
        others = list(pool.map(lambda _: party.sign_in(), range(6)))
        assert time.monotonic() - began < 1.0
        assert len(others) == 6
        assert first.result().code == "eid-unavailable"


def test_sixty_people_at_a_dead_provider_are_told_together(liar: Liar) -> None:
    liar.paths[DISCOVERY] = hangs()
    party = a_relying_party(liar, start_seconds=1.0)
    began = time.monotonic()
    with ThreadPoolExecutor(60) as pool:
        refusals = list(pool.map(lambda _: party.refused(), range(60)))
    assert {refusal.code for refusal in refusals} == {"eid-unavailable"}
    assert time.monotonic() - began < 3.0


def test_a_failure_is_told_to_all_who_waited_and_not_tried_by_each(liar: Liar) -> None:
    def late_failure(request: Request) -> None:
        time.sleep(1.0)
        request.json({}, 500)

    liar.paths[DISCOVERY] = late_failure
    party = a_relying_party(liar)
    with ThreadPoolExecutor(20) as pool:
        refusals = list(pool.map(lambda _: party.refused(), range(20)))
    assert {refusal.code for refusal in refusals} == {"eid-unavailable"}
    assert all("answered 500" in refusal.reason for refusal in refusals)  # also for those who only waited
    assert liar.hits[DISCOVERY] == 1


def test_a_provider_that_is_not_there_is_unavailable_at_once() -> None:
    client = a_client_of(a_profile("http://127.0.0.1:9"))
    began = time.monotonic()
    with pytest.raises(EidUnavailable):
        client.begin(2, None, "en")
    assert time.monotonic() - began < 1


def test_a_name_that_resolves_too_slowly_is_given_up(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def slow(*_: object, **__: object) -> Any:
        time.sleep(4)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    client = a_client_of(a_profile("http://slow.example"))
    began = time.monotonic()
    with pytest.raises(EidUnavailable):
        client.begin(2, None, "en")
    assert time.monotonic() - began < 4.9


def test_cookies_of_the_provider_are_not_kept(liar: Liar) -> None:
    liar.paths["/jwks"] = says(
        200, body=json.dumps({"keys": liar.jwks}).encode(), **{"Set-Cookie": "a=b; Path=/"}
    )
    party = a_relying_party(liar, userinfo="json")
    for _ in range(2):
        party.sign_in()
    assert not [headers for _, _, headers in liar.seen if "Cookie" in headers]


# ---------------------------------------------------------------- two providers


def test_two_providers_do_not_mix(liar: Liar) -> None:
    with a_liar() as other:
        one, two = a_relying_party(liar), a_relying_party(other)
        assert one.sign_in().issuer != two.sign_in().issuer
        # The callback of one with the code of the other, and a token that the other made.
        for _ in range(2):
            attempt, _ = one.client.begin(2, None, "en")
            _, url = two.client.begin(2, None, "en")
            with pytest.raises(NotVerified, match="iss"):
                one.client.finish(attempt, other.arrive(url))
        liar.claims = {"iss": other.issuer}
        for _ in range(2):
            assert one.refused().reason == "iss"


# ---------------------------------------------------------------- how we show ourselves


def asked_of(liar: Liar, path: str) -> list[tuple[dict[str, Any], Any]]:
    return [(form, headers) for where, form, headers in liar.seen if where == path]


def test_the_secret_goes_into_the_header_form_encoded(liar: Liar) -> None:
    a_relying_party(liar).sign_in()
    ((form, headers),) = asked_of(liar, "/token")
    pair = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "the%20relying%20party:a%20secret%3A%20with%20%25%2C%20%2B%20and%20%2F"
    assert not {"client_secret", "client_id"} & set(form)


def test_the_secret_goes_into_the_body_where_the_profile_says_so(liar: Liar) -> None:
    a_relying_party(liar, client_authentication="client_secret_post").sign_in()
    ((form, headers),) = asked_of(liar, "/token")
    assert (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
    assert "Authorization" not in headers


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256"])
def test_each_assertion_is_new_short_and_for_the_issuer(alg: str, liar: Liar, tmp_path: Path) -> None:
    key = key_for(alg)
    liar.discovery = {"pushed_authorization_request_endpoint": f"{liar.issuer}/par"}
    party = a_relying_party(
        liar,
        own_keys(tmp_path, key_for("ES384"), key),
        client_authentication="private_key_jwt",
        client_assertion_alg=alg,
    )
    for _ in range(2):
        party.sign_in()
    seen = [form for path in ("/par", "/token") for form, _ in asked_of(liar, path)]
    assertions = [jwt.decode(form["client_assertion"], KeySet([key]), algorithms=[alg]) for form in seen]
    assert len({token.claims["jti"] for token in assertions}) == 4
    for token in assertions:
        told = token.claims
        assert told["aud"] == liar.issuer
        assert told["iss"] == told["sub"] == CLIENT
        assert 0 < told["exp"] - told["iat"] <= 60
        assert abs(told["iat"] - time.time()) < 5
        assert token.header["kid"] == key.kid
    assert all(form["client_assertion_type"].endswith(":jwt-bearer") for form in seen)


def test_without_a_key_the_sign_in_says_that_the_eid_is_unavailable(liar: Liar) -> None:
    party = a_relying_party(liar, client_authentication="private_key_jwt", par="off")
    refusal = party.refused()
    assert (refusal.code, "no ES256 key" in refusal.reason) == ("eid-unavailable", True)


def test_the_request_carries_what_the_profile_asks(liar: Liar) -> None:
    party = a_relying_party(
        liar,
        max_age=60,
        claims_parameter='{"id_token":{"acr":{"essential":true}}}',
        parameters={"context": "LOGIN"},
    )
    attempt, url = party.client.begin(2, None, "bn")
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked["max_age"] == "60"
    assert asked["ui_locales"] == "bn"
    assert asked["context"] == "LOGIN"
    assert asked["acr_values"] == "level:3 level:2"
    assert json.loads(asked["claims"])["id_token"]["acr"]["essential"]
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == CALLBACK
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3
    assert min(map(len, (attempt.state, attempt.nonce))) >= 43
    stepped_up, url = party.client.begin(3, 0, "vi")
    asked = dict(parse_qsl(urlsplit(url).query))
    assert (asked["max_age"], asked["acr_values"], stepped_up.level) == ("0", "level:3", 3)


# ---------------------------------------------------------------- PAR and DPoP


@pytest.mark.parametrize(("par", "advertised", "pushes"), [("required", True, 1), ("advertised", True, 1),
                                                            ("advertised", False, 0), ("off", True, 0)])  # fmt: skip
def test_requests_are_pushed_as_the_profile_says(par: str, advertised: bool, pushes: int, liar: Liar) -> None:
    if advertised:
        liar.discovery = {"pushed_authorization_request_endpoint": f"{liar.issuer}/par"}
    party = a_relying_party(liar, par=par)
    _, url = party.client.begin(2, None, "en")
    assert liar.hits.get("/par", 0) == pushes
    if pushes:
        assert set(dict(parse_qsl(urlsplit(url).query))) == {"client_id", "request_uri"}
    assert party.sign_in().subject == "person-1"


def test_a_profile_that_requires_par_takes_nothing_else(liar: Liar) -> None:
    party = a_relying_party(liar, par="required")
    for _ in range(2):
        assert "offers no PAR" in party.refused().reason
    liar.discovery = {"pushed_authorization_request_endpoint": f"{liar.issuer}/par"}
    for answer in (
        says(400, body=b'{"error": "<b>", "error_description": "<b>"}'),
        says(200, body=b"{}"),
    ):
        aged(party, 20)
        liar.paths["/par"] = answer
        for _ in range(2):
            refusal = party.refused()
            assert refusal.code == "eid-unavailable"
            assert "<" not in refusal.reason
    liar.paths["/par"] = says(201, body=json.dumps({"request_uri": "a\r\nb"}).encode())
    for _ in range(2):
        assert "no request_uri" in party.refused().reason


def proof_of(headers: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    compact = headers["DPoP"]
    head, claims, _ = (
        json.loads(base64.urlsafe_b64decode(p + "==")) if i < 2 else {}
        for i, p in enumerate(compact.split("."))
    )
    jwt.decode(compact, ECKey.import_key(head["jwk"]), algorithms=["ES256"], registry=WIDE)
    return head, claims


def _wide() -> Any:
    from joserfc import jws

    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = 4096
    return registry


WIDE: Any = _wide()


def test_a_dpop_nonce_is_answered_with_a_new_proof_and_a_new_assertion(liar: Liar, tmp_path: Path) -> None:
    liar.dpop_nonce = "the nonce"
    key = key_for("ES256")
    party = a_relying_party(
        liar,
        own_keys(tmp_path, key),
        dpop=True,
        client_authentication="private_key_jwt",
        userinfo="json",
        national_number_from="userinfo",
    )
    attempt, url = party.client.begin(2, None, "en")
    asked = dict(parse_qsl(urlsplit(url).query))
    party.client.finish(attempt, liar.arrive(url))
    (first, first_headers), (second, second_headers) = asked_of(liar, "/token")
    assert first["client_assertion"] != second["client_assertion"]
    head, claims = proof_of(first_headers)
    head_again, claims_again = proof_of(second_headers)
    assert (head["typ"], head["jwk"], "d" in head["jwk"]) == ("dpop+jwt", head_again["jwk"], False)
    assert (claims["htm"], claims["htu"]) == ("POST", f"{liar.issuer}/token")
    assert ("nonce" in claims, claims_again["nonce"]) == (False, "the nonce")
    assert claims["jti"] != claims_again["jti"]
    assert asked["dpop_jkt"] == ECKey.import_key(head["jwk"]).thumbprint()
    ((_, userinfo_headers),) = asked_of(liar, "/userinfo")
    assert userinfo_headers["Authorization"].startswith("DPoP ")
    _, claims = proof_of(userinfo_headers)
    token = userinfo_headers["Authorization"].removeprefix("DPoP ")
    digest = hashlib.sha256(token.encode()).digest()
    assert claims["ath"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_bearer_token_is_refused_where_the_profile_says_dpop(liar: Liar) -> None:
    party = a_relying_party(liar, dpop=True)
    for _ in range(2):
        assert party.refused().reason == "token_type"


def test_a_nonce_asked_for_again_and_again_is_given_once(liar: Liar) -> None:
    party = a_relying_party(liar, dpop=True)

    def another_nonce(request: Request) -> None:
        request.json({"error": "use_dpop_nonce"}, 400, **{"DPoP-Nonce": f"n{time.monotonic()}"})

    liar.paths["/token"] = another_nonce
    for round_ in (1, 2):
        assert "use_dpop_nonce" in party.refused().reason
        assert liar.hits["/token"] == 2 * round_


# ---------------------------------------------------------------- TLS


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_tls_is_proven_by_the_ca_file_and_by_nothing_less(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    cert, key = certificate
    liar = Liar()

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A handshake that was refused."""

    server = Quiet(("127.0.0.1", 0), type("Handler", (Request,), {"liar": liar}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    issuer = f"https://localhost:{server.server_address[1]}"
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
    liar.discovery = {"issuer": issuer, **{name: f"{issuer}/{name}" for name in names}}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        trusting = a_client_of(a_profile(issuer), ca_file=str(cert))
        assert trusting.begin(2, None, "en")[1].startswith(issuer)
        with pytest.raises(EidUnavailable, match="SSLError"):
            a_client_of(a_profile(issuer)).begin(2, None, "en")
    finally:
        server.shutdown()
        server.server_close()


def test_a_tls_handshake_a_byte_at_a_time_is_cut() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def drip() -> None:
            peer, _ = server.accept()
            with peer:
                try:
                    peer.sendall(b"\x16\x03\x03\x40\x00")
                    while True:
                        peer.sendall(b"\x02")
                        time.sleep(0.2)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        client = a_client_of(a_profile(f"https://127.0.0.1:{port}", start_seconds=1.0))
        began = time.monotonic()
        with pytest.raises(EidUnavailable):
            client.begin(2, None, "en")
        assert time.monotonic() - began < 2.5
