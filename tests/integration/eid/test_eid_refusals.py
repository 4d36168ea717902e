"""Every lie of a provider is refused, at the first sign-in of a process and at the second; and the truth is not.

Each row tells one lie. The refusal's reason is compared, so that a row cannot go green for another reason.
`mutations.py` takes the checks out one by one and makes sure that a row goes red.
"""

import copy
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey

from identity.eid.refused import LevelTooLow
from tests.integration.eid.liar import (
    CLIENT,
    GONE,
    Liar,
    a_liar,
    b64,
    closes,
    ec_key,
    encrypted,
    hangs,
    header_flood,
    hs256_by_public_pem,
    our_encryption_key,
    rsa_key,
    says,
    sign,
    slow_body,
    slow_headers,
    too_large,
)
from tests.integration.eid.signing_in import a_relying_party, own_keys

Lie = Callable[[Liar], None]
NOW = time.time


@pytest.fixture
def liar() -> Iterator[Liar]:
    with a_liar() as made:
        yield made


def claims(**changes: Any) -> Lie:
    """Claims of the ID token; a function is called when the token is made."""
    return lambda liar: liar.claims.update({n: v() if callable(v) else v for n, v in changes.items()})


def header(**changes: Any) -> Lie:
    return lambda liar: liar.header.update(changes)


def encoded(encode: Callable[[Liar, dict[str, Any]], str]) -> Lie:
    return lambda liar: setattr(liar, "encode", encode)


def tokens(**changes: Any) -> Lie:
    return lambda liar: liar.token_answer.update(changes)


def at(path: str, handler: Any) -> Lie:
    return lambda liar: liar.paths.update({path: handler})


def callback(**changes: Any) -> Lie:
    return lambda liar: liar.callback.update(changes)


def keys(*shown: Any) -> Lie:
    return lambda liar: setattr(liar, "jwks", list(shown))


def both(*lies: Lie) -> Lie:
    def tell(liar: Liar) -> None:
        for lie in lies:
            lie(liar)

    return tell


def public(key: Any, **changes: Any) -> Any:
    told = {**key.as_dict(private=False), **changes}
    return {name: value for name, value in told.items() if value is not GONE}


def hs256_with_the_public_key(liar: Liar, told: dict[str, Any]) -> str:
    return hs256_by_public_pem(told, rsa_key())


def signed_by_a_stranger(liar: Liar, told: dict[str, Any]) -> str:
    """By a key of his own, which he shows in the header."""
    stranger = rsa_key("stranger")
    shown = {
        "alg": "RS256",
        "kid": "rsa-1",
        "jwk": dict(stranger.as_dict(private=False)),
        "jku": f"{liar.issuer}/stranger",
        "x5u": f"{liar.issuer}/stranger",
    }
    return sign(shown, json.dumps(told).encode(), stranger)


def with_the_payload_changed(liar: Liar, told: dict[str, Any]) -> str:
    first, _, last = liar.signed(told).split(".")
    return f"{first}.{b64(json.dumps({**told, 'sub': 'somebody else'}).encode())}.{last}"


def with_a_claim_twice(liar: Liar, told: dict[str, Any]) -> str:
    text = json.dumps(told)
    return liar.signed((text[:-1] + ', "sub": "somebody else"}').encode())


def with_a_header_twice(liar: Liar, told: dict[str, Any]) -> str:
    first, payload, _ = liar.signed(told).split(".")
    shown = b64(b'{"alg": "none", "alg": "RS256", "kid": "rsa-1"}')
    return sign_again(shown, payload)


def sign_again(first: str, payload: str) -> str:
    from joserfc import jws

    data = f"{first}.{payload}".encode()
    return f"{data.decode()}.{b64(jws.JWSRegistry.algorithms['RS256'].sign(data, rsa_key()))}"


SYMMETRIC = OctKey.import_key(b"0123456789abcdef0123456789abcdef").as_dict(private=True)


def hs256_with_a_published_key(liar: Liar, told: dict[str, Any]) -> str:
    return sign({"alg": "HS256", "kid": "shared"}, json.dumps(told).encode(), OctKey.import_key(SYMMETRIC))


def es256(liar: Liar, told: dict[str, Any]) -> str:
    return sign({"alg": "ES256", "kid": "ec-1"}, json.dumps(told).encode(), ec_key())


def widened(*algs: str) -> Lie:
    return lambda liar: liar.discovery.update({"id_token_signing_alg_values_supported": list(algs)})


UNPROVEN = "not-verified"
LOW = "level-too-low"
UNSAID = "level-unsaid"
DOWN = "eid-unavailable"

LIES: dict[str, tuple[Lie, str, str]] = {
    # ---------------------------------------------------------------- callback (RFC 9207 first)
    "the callback's iss is another": (callback(iss="https://other.example"), UNPROVEN, "callback's iss"),
    "the callback's iss has a slash more": (
        lambda liar: liar.callback.update(iss=liar.issuer + "/"),
        UNPROVEN,
        "callback's iss",
    ),
    "the callback has no iss though it was advertised": (callback(iss=GONE), UNPROVEN, "no iss"),
    "an error comes with another iss": (
        callback(iss="https://other.example", error="access_denied", code=GONE),
        UNPROVEN,
        "callback's iss",
    ),
    "an error comes without iss": (callback(iss=GONE, error="access_denied"), UNPROVEN, "no iss"),
    "the person said no": (callback(error="access_denied", code=GONE), "cancelled", "ended"),
    "the provider says that it is out of order": (callback(error="server_error"), DOWN, "out of order"),
    "the provider sends an error of its own words": (
        callback(error="<script>", error_description="<b>secret</b>"),
        "refused-by-eid",
        "answered with an error",
    ),
    "there is no code": (callback(code=GONE), UNPROVEN, "no code"),
    "the code is empty": (callback(code=""), UNPROVEN, "no code"),
    "the code is huge": (callback(code="x" * 5000), UNPROVEN, "no code"),
    "the code is unknown": (
        callback(code="guessed"),
        UNPROVEN,
        "token endpoint answered 400 (invalid_grant)",
    ),
    # ---------------------------------------------------------------- token endpoint
    "no ID token": (tokens(id_token=GONE), UNPROVEN, "no token"),
    "an ID token that is null": (tokens(id_token=None), UNPROVEN, "no token"),
    "an ID token that is a list": (tokens(id_token=["a.b.c"]), UNPROVEN, "no token"),
    "an ID token of 100 kB": (tokens(id_token="a" * 100_000), UNPROVEN, "no token"),
    "an ID token that is no token": (tokens(id_token="rubbish"), UNPROVEN, "not a signed token"),
    "an ID token with dots only": (tokens(id_token=".."), UNPROVEN, "header"),
    "an access token that breaks a header": (tokens(access_token="a\r\nX: y"), UNPROVEN, "access_token"),
    "an access token of half a surrogate": (tokens(access_token="\ud800"), UNPROVEN, "access_token"),
    "a token type that is no Bearer": (tokens(token_type="mac"), UNPROVEN, "token_type"),
    "no token type": (tokens(token_type=GONE), UNPROVEN, "token_type"),
    "the token endpoint sends us elsewhere": (
        at("/token", says(307, Location="http://127.0.0.1:9/")),
        UNPROVEN,
        "answered 307",
    ),
    "the token endpoint answers 201": (at("/token", says(201)), UNPROVEN, "answered 201"),
    "the token endpoint answers HTML": (
        at("/token", says(200, "text/html", b"<p>hello")),
        DOWN,
        "content type",
    ),
    "the token endpoint answers without a type": (at("/token", says(200, "", b"{}")), DOWN, "content type"),
    "the token endpoint answers half JSON": (at("/token", says(200, body=b'{"id_token":')), DOWN, "JSON"),
    "the token endpoint answers a list": (at("/token", says(200, body=b"[]")), DOWN, "JSON"),
    "the token endpoint answers JSON too deep": (
        at("/token", says(200, body=b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")),
        DOWN,
        "JSON",
    ),
    "the token endpoint answers 500": (at("/token", says(500)), DOWN, "answered 500"),
    "the token endpoint answers 429": (at("/token", says(429)), DOWN, "answered 429"),
    "the token endpoint answers 2 MB": (at("/token", too_large), DOWN, "too large"),
    "the token endpoint closes": (at("/token", closes), DOWN, "POST"),
    "the token endpoint sends thousands of headers": (at("/token", header_flood), DOWN, "POST"),
    # ---------------------------------------------------------------- the ID token's signature
    "signed with none": (
        encoded(lambda _, c: sign({"alg": "none"}, json.dumps(c).encode(), None)),
        UNPROVEN,
        "none",
    ),
    "signed with none, which discovery lists": (
        both(
            widened("RS256", "none"),
            encoded(lambda _, c: sign({"alg": "none"}, json.dumps(c).encode(), None)),
        ),
        UNPROVEN,
        "none",
    ),
    "signed with None in other letters": (
        encoded(lambda liar, c: liar.signed(c, alg="nOnE")),
        UNPROVEN,
        "instead of RS256",
    ),
    "HS256 with the public key as the secret": (encoded(hs256_with_the_public_key), UNPROVEN, "HS256"),
    "HS256 with a shared key in the key set": (
        both(
            keys({**SYMMETRIC, "kid": "shared", "alg": "HS256", "use": "sig"}),
            widened("HS256"),
            encoded(hs256_with_a_published_key),
        ),
        UNPROVEN,
        "HS256",
    ),
    "a shared key that says it is for RS256": (
        both(
            keys({**SYMMETRIC, "kid": "rsa-1", "alg": "RS256", "use": "sig"}),
            encoded(
                lambda _, c: sign({"alg": "RS256", "kid": "rsa-1"}, json.dumps(c).encode(), rsa_key("other"))
            ),
        ),
        UNPROVEN,
        "no key",
    ),
    "ES256 where RS256 is pinned, though discovery lists it": (
        both(widened("RS256", "ES256"), keys(public(rsa_key()), public(ec_key())), encoded(es256)),
        UNPROVEN,
        "ES256",
    ),
    "PS256 where RS256 is pinned": (
        encoded(lambda _, c: sign({"alg": "PS256", "kid": "rsa-1"}, json.dumps(c).encode(), rsa_key())),
        UNPROVEN,
        "PS256",
    ),
    "no alg": (header(alg=GONE), UNPROVEN, "instead of RS256"),
    "an alg that is a list": (header(alg=["RS256"]), UNPROVEN, "instead of RS256"),
    "signed by a key in the header": (encoded(signed_by_a_stranger), UNPROVEN, "signature"),
    "the payload was changed": (encoded(with_the_payload_changed), UNPROVEN, "signature"),
    "the signature is missing": (
        encoded(lambda liar, c: liar.signed(c).rpartition(".")[0] + "."),
        UNPROVEN,
        "signature",
    ),
    "an unknown critical extension": (header(crit=["exp"], exp=1), UNPROVEN, "extension"),
    "an unencoded payload": (header(b64=False), UNPROVEN, "extension"),
    "a claim twice": (encoded(with_a_claim_twice), UNPROVEN, "no claims"),
    "a header member twice": (encoded(with_a_header_twice), UNPROVEN, "header"),
    "a header of 8 kB": (header(x="x" * 8000), UNPROVEN, "header"),
    "a payload that is a list": (encoded(lambda liar, _: liar.signed([1])), UNPROVEN, "no claims"),
    "a payload nested too deeply": (
        encoded(lambda liar, _: liar.signed(b'{"a":' + b"[" * 20000 + b"]" * 20000 + b"}")),
        UNPROVEN,
        "no claims",
    ),
    "a payload with NaN": (
        encoded(lambda liar, c: liar.signed({**c, "exp": float("nan")})),
        UNPROVEN,
        "no claims",
    ),
    "encrypted where the profile says plain": (
        encoded(lambda liar, c: encrypted(liar.signed(c))),
        UNPROVEN,
        "not a signed",
    ),
    # ---------------------------------------------------------------- the provider's keys
    "an RSA key of 1024 bits": (
        both(
            keys(public(rsa_key("rsa-1", 1024))),
            encoded(
                lambda _, c: sign(
                    {"alg": "RS256", "kid": "rsa-1"}, json.dumps(c).encode(), rsa_key("rsa-1", 1024)
                )
            ),
        ),
        UNPROVEN,
        "weak",
    ),
    "a key for encryption signs": (keys(public(rsa_key(), use="enc")), UNPROVEN, "no key"),
    "a key for another algorithm signs": (keys(public(rsa_key(), alg="PS256")), UNPROVEN, "no key"),
    "a key that may not verify": (keys(public(rsa_key(), key_ops=["encrypt"])), UNPROVEN, "no key"),
    "key operations that are a number": (keys(public(rsa_key(), key_ops=7)), UNPROVEN, "no key"),
    "a kid that nobody has": (header(kid="nobody"), UNPROVEN, "no key"),
    "a kid that is a list": (header(kid=["rsa-1"]), UNPROVEN, "no key"),
    "several keys fit and no kid": (
        both(keys(public(rsa_key()), public(rsa_key("rsa-2"))), header(kid=GONE)),
        UNPROVEN,
        "several keys",
    ),
    "an unreadable key": (
        keys({"kty": "RSA", "kid": "rsa-1", "e": "AQAB"}),
        UNPROVEN,
        "unreadable",
    ),
    "a key with the exponent 1": (keys(public(rsa_key(), e="AQ")), UNPROVEN, "unreadable"),
    "keys that are numbers": (keys(1, "a", None), UNPROVEN, "no key"),
    "no keys": (keys(), UNPROVEN, "no key"),
    "the key set is HTML": (at("/jwks", says(200, "text/html", b"<p>")), DOWN, "content type"),
    "the key set answers 500": (at("/jwks", says(500)), DOWN, "answered 500"),
    "the key set answers 404": (at("/jwks", says(404)), DOWN, "answered 404"),
    "the key set has no keys": (at("/jwks", says(200, body=b"{}")), DOWN, "no keys"),
    "the key set is on its way to another place": (
        at("/jwks", says(302, Location="http://127.0.0.1:9/")),
        DOWN,
        "302",
    ),
    # ---------------------------------------------------------------- claims
    "another iss": (claims(iss="https://other.example"), UNPROVEN, "iss"),
    "no iss": (claims(iss=GONE), UNPROVEN, "iss"),
    "iss with a slash more": (lambda liar: liar.claims.update(iss=liar.issuer + "/"), UNPROVEN, "iss"),
    "iss in a list": (lambda liar: liar.claims.update(iss=[liar.issuer]), UNPROVEN, "iss"),
    "made for somebody else": (claims(aud="somebody"), UNPROVEN, "aud"),
    "made for us and somebody else": (claims(aud=[CLIENT, "somebody"]), UNPROVEN, "aud"),
    "made for us twice": (claims(aud=[CLIENT, CLIENT]), UNPROVEN, "aud"),
    "made for nobody": (claims(aud=GONE), UNPROVEN, "aud"),
    "made for an object": (claims(aud={CLIENT: 1}), UNPROVEN, "aud"),
    "azp is another": (claims(azp="somebody"), UNPROVEN, "azp"),
    "azp is null": (claims(azp=None), UNPROVEN, "azp"),
    "no sub": (claims(sub=GONE), UNPROVEN, "sub"),
    "an empty sub": (claims(sub=""), UNPROVEN, "sub"),
    "a sub that is a number": (claims(sub=7), UNPROVEN, "sub"),
    "a sub of 300 letters": (claims(sub="x" * 300), UNPROVEN, "sub"),
    "a sub of half a surrogate": (claims(sub="\ud800"), UNPROVEN, "sub"),
    "a sub with a line end": (claims(sub="a\nb"), UNPROVEN, "sub"),
    "no exp": (claims(exp=GONE), UNPROVEN, "exp"),
    "expired": (claims(exp=lambda: int(NOW()) - 31), UNPROVEN, "exp"),
    "exp is a text": (claims(exp=lambda: str(int(NOW()) + 300)), UNPROVEN, "exp"),
    "exp is true": (claims(exp=True), UNPROVEN, "exp"),
    "exp is beyond all years": (claims(exp=10**30), UNPROVEN, "claims"),
    "no iat": (claims(iat=GONE), UNPROVEN, "iat"),
    "made in the future": (claims(iat=lambda: int(NOW()) + 60), UNPROVEN, "iat"),
    "made long ago": (claims(iat=lambda: int(NOW()) - 700), UNPROVEN, "iat"),
    "not good yet": (claims(nbf=lambda: int(NOW()) + 60), UNPROVEN, "nbf"),
    "nbf is true": (claims(nbf=True), UNPROVEN, "nbf"),
    "nbf is a text": (claims(nbf="now"), UNPROVEN, "nbf"),
    "no nonce": (claims(nonce=GONE), UNPROVEN, "nonce"),
    "another nonce": (claims(nonce="somebody else's"), UNPROVEN, "nonce"),
    "a nonce that is null": (claims(nonce=None), UNPROVEN, "nonce"),
    "another at_hash": (claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), UNPROVEN, "at_hash"),
    "at_hash without an access token": (tokens(access_token=GONE), UNPROVEN, "at_hash"),
    "at_hash of nothing": (
        both(tokens(access_token=GONE), claims(at_hash=b64(hashlib.sha256(b"").digest()[:16]))),
        UNPROVEN,
        "at_hash",
    ),
    "at_hash is null": (claims(at_hash=None), UNPROVEN, "at_hash"),
    "auth_time in the future": (claims(auth_time=lambda: int(NOW()) + 60), UNPROVEN, "auth_time"),
    "auth_time is a text": (claims(auth_time="now"), UNPROVEN, "auth_time"),
    # ---------------------------------------------------------------- assurance
    "no acr": (claims(acr=GONE), UNSAID, "missing or unknown"),
    "an acr that is not in the map": (claims(acr="level:9"), UNSAID, "missing or unknown"),
    "an acr in a list": (claims(acr=["level:2"]), UNSAID, "missing or unknown"),
    "an acr in other letters": (claims(acr="Level:2"), UNSAID, "missing or unknown"),
    "an acr that is a number": (claims(acr=2), UNSAID, "missing or unknown"),
    "an acr that is an object": (claims(acr={"level:2": 1}), UNSAID, "missing or unknown"),
    "an acr below the profile's minimum": (claims(acr="level:1"), LOW, "level 1"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused_at_the_first_sign_in_and_at_the_second(name: str, liar: Liar) -> None:
    lie, code, reason = LIES[name]
    truth = copy.copy(liar.__dict__)
    party = a_relying_party(liar)
    for field in ("claims", "header", "discovery", "token_answer", "callback", "paths"):
        setattr(liar, field, {})
    lie(liar)
    for _ in range(2):
        began = time.monotonic()
        refusal = party.refused()
        assert (refusal.code, reason in refusal.reason) == (code, True), (refusal.code, refusal.reason)
        assert time.monotonic() - began < 8
        assert "<" not in refusal.reason, "the provider's own words"
    for field in ("claims", "header", "discovery", "token_answer", "callback", "encode", "paths", "jwks"):
        setattr(liar, field, truth[field])
    # A lie about keys is believed for a while: nothing is fetched again at once.
    party.client.metadata._asked_again_at.clear()
    party.client.metadata._keys_failed_at = 0.0
    assert party.sign_in().subject == "person-1"


WAITS: dict[str, tuple[str, Any]] = {
    "discovery hangs": ("/.well-known/openid-configuration", hangs()),
    "discovery sends a byte now and then": ("/.well-known/openid-configuration", slow_body()),
    "discovery sends a header for ever": ("/.well-known/openid-configuration", slow_headers()),
    "PAR hangs": ("/par", hangs()),
    "the token endpoint hangs": ("/token", hangs()),
    "the token endpoint sends a byte now and then": ("/token", slow_body()),
    "the token endpoint sends a header for ever": ("/token", slow_headers()),
    "the key set sends a byte now and then": ("/jwks", slow_body()),
    "userinfo hangs": ("/userinfo", hangs()),
}


@pytest.mark.parametrize("name", WAITS)
def test_nobody_waits_longer_than_the_deadline(name: str, liar: Liar) -> None:
    path, handler = WAITS[name]
    liar.discovery = {"pushed_authorization_request_endpoint": f"{liar.issuer}/par"}
    liar.paths[path] = handler
    party = a_relying_party(liar, userinfo="json", par="required", start_seconds=1.0, finish_seconds=1.5)
    for _ in range(2):
        began = time.monotonic()
        assert party.refused().code == DOWN
        assert time.monotonic() - began < 3.0


def test_the_deadlines_of_every_profile_keep_the_promise() -> None:
    from tests.integration.eid.signing_in import a_profile

    with pytest.raises(ValueError, match="start_seconds"):
        a_profile("http://127.0.0.1:1", start_seconds=5)
    with pytest.raises(ValueError, match="finish_seconds"):
        a_profile("http://127.0.0.1:1", finish_seconds=8)
    assert a_profile("http://127.0.0.1:1").start_seconds < 5
    assert a_profile("http://127.0.0.1:1").finish_seconds < 8


# ---------------------------------------------------------------- what was asked


def test_a_level_below_the_one_asked_is_refused(liar: Liar) -> None:
    party = a_relying_party(liar)
    for _ in range(2):
        assert party.refused(level=3).code == LOW
    liar.claims["acr"] = "level:3"
    assert party.sign_in(level=3).level == 3
    attempt, url = party.client.begin(3, None, "en")
    assert "acr_values=level%3A3&" in url, attempt


def test_a_provider_that_cannot_give_the_level_is_not_even_asked(liar: Liar) -> None:
    party = a_relying_party(liar, acr_values="level:2")
    for _ in range(2):
        with pytest.raises(LevelTooLow):
            party.client.begin(3, None, "en")


@pytest.mark.parametrize("told", [{"auth_time": GONE}, {"auth_time": time.time() - 400}])
def test_a_sign_in_older_than_asked_is_refused(told: dict[str, Any], liar: Liar) -> None:
    party = a_relying_party(liar)
    liar.claims = told
    for _ in range(2):
        assert "auth_time" in party.refused(max_age=300).reason
    if told["auth_time"] is not GONE:
        assert party.sign_in(max_age=3600).subject == "person-1"
    liar.claims = {}
    person = party.sign_in(max_age=0)
    assert abs(person.auth_time.timestamp() - time.time()) < 5


def test_a_provider_that_always_asks_needs_no_auth_time(liar: Liar) -> None:
    liar.claims = {"auth_time": GONE}
    person = a_relying_party(liar, auth_time_from="iat").sign_in(max_age=300)
    assert abs(person.auth_time.timestamp() - time.time()) < 5


def test_where_methods_are_mapped_too_the_weaker_word_counts(liar: Liar) -> None:
    party = a_relying_party(liar, amr={"pwd": 1, "otp": 2, "face": 3})
    for methods in (GONE, [], ["sso"], "otp", [["otp"]], ["pwd"], None):
        liar.claims = {"amr": methods, "acr": "level:3"}
        assert party.refused().code == (LOW if methods == ["pwd"] else UNSAID), methods
    liar.claims = {"amr": ["pwd", "otp", "new"], "acr": "level:3"}
    assert party.sign_in().level == 2
    liar.claims = {"amr": ["face"], "acr": "level:1"}
    for _ in range(2):
        assert party.refused().code == LOW


# ---------------------------------------------------------------- discovery


def elsewhere(name: str) -> dict[str, str]:
    return {name: "http://evil.example/x"}


DISCOVERIES: dict[str, tuple[Lie, str]] = {
    "another issuer": (lambda liar: liar.discovery.update(issuer="https://other.example"), "another issuer"),
    "no issuer": (lambda liar: liar.discovery.update(issuer=GONE), "another issuer"),
    "the issuer with a slash more": (
        lambda liar: liar.discovery.update(issuer=liar.issuer + "/"),
        "another issuer",
    ),
    "no token endpoint": (lambda liar: liar.discovery.update(token_endpoint=GONE), "no token_endpoint"),
    "no key set": (lambda liar: liar.discovery.update(jwks_uri=GONE), "no jwks_uri"),
    "no authorization endpoint": (
        lambda liar: liar.discovery.update(authorization_endpoint=GONE),
        "no authorization_endpoint",
    ),
    **{
        f"{name} on another host": (lambda liar, name=name: liar.discovery.update(elsewhere(name)), "host")  # type: ignore[misc]
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "pushed_authorization_request_endpoint",
            "end_session_endpoint",
        )
    },
    "an endpoint behind a name and a password": (
        lambda liar: liar.discovery.update(token_endpoint=f"http://127.0.0.1:{liar.port}@evil.example/"),
        "host",
    ),
    "an endpoint that is a script": (
        lambda liar: liar.discovery.update(
            authorization_endpoint=f"javascript://127.0.0.1:{liar.port}/%0aalert(1)"
        ),
        "https",
    ),
    "an endpoint with a line end": (
        lambda liar: liar.discovery.update(authorization_endpoint=f"{liar.issuer}/a\r\nX: y"),
        "no address",
    ),
    "an endpoint with a line end and no blank": (
        lambda liar: liar.discovery.update(authorization_endpoint=f"{liar.issuer}/a\r\nX:y"),
        "no address",
    ),
    "an endpoint that is a list": (lambda liar: liar.discovery.update(jwks_uri=[]), "no jwks_uri"),
    "an endpoint that is half an address": (
        lambda liar: liar.discovery.update(jwks_uri="http://[::1"),
        "no address",
    ),
    "a 500": (at("/.well-known/openid-configuration", says(500)), "answered 500"),
    "a 404": (at("/.well-known/openid-configuration", says(404)), "answered 404"),
    "an HTML page": (
        at("/.well-known/openid-configuration", says(200, "text/html", b"<html>")),
        "content type",
    ),
    "a list": (at("/.well-known/openid-configuration", says(200, body=b"[]")), "JSON"),
    "half a document": (at("/.well-known/openid-configuration", says(200, body=b'{"issuer":')), "JSON"),
    "2 MB": (at("/.well-known/openid-configuration", too_large), "too large"),
    "a redirect": (
        at("/.well-known/openid-configuration", says(302, Location="http://127.0.0.1:9")),
        "answered 302",
    ),
    "nothing": (at("/.well-known/openid-configuration", closes), "GET"),
}


@pytest.mark.parametrize("name", DISCOVERIES)
def test_a_faulty_discovery_is_the_eid_not_available(name: str, liar: Liar) -> None:
    lie, reason = DISCOVERIES[name]
    lie(liar)
    party = a_relying_party(liar, userinfo="json")
    for _ in range(2):
        refusal = party.refused()
        assert (refusal.code, reason in refusal.reason) == (DOWN, True), refusal.reason
        assert party.client.metadata.down_since is not None
        party.client.metadata._failed_at = 0.0  # as if the pause after a failure were over
    liar.discovery, liar.paths = {}, {}
    assert party.sign_in().subject == "person-1"
    assert party.client.metadata.down_since is None


def test_an_endpoint_on_a_host_that_the_profile_allows_is_used(liar: Liar) -> None:
    liar.discovery = {"token_endpoint": f"http://localhost:{liar.port}/token"}
    assert a_relying_party(liar).refused().code == DOWN
    party = a_relying_party(liar, allowed_hosts=(f"localhost:{liar.port}",))
    assert party.sign_in().subject == "person-1"


def test_an_endpoint_that_is_not_used_may_be_anywhere(liar: Liar) -> None:
    liar.discovery = elsewhere("userinfo_endpoint")
    assert a_relying_party(liar, userinfo="none").sign_in().subject == "person-1"


def test_a_provider_on_tls_may_not_lead_to_plain_http() -> None:
    from identity.eid.metadata import Metadata
    from identity.eid.refused import EidUnavailable
    from tests.integration.eid.signing_in import a_profile, a_wire

    profile = a_profile("https://eid.example")
    metadata = Metadata(profile, a_wire(profile))
    metadata._check_endpoint("token_endpoint", "https://eid.example/token")
    with pytest.raises(EidUnavailable, match="https"):
        metadata._check_endpoint("token_endpoint", "http://eid.example/token")


# ---------------------------------------------------------------- encryption, userinfo


def test_a_plain_id_token_is_refused_where_an_encrypted_one_is_due(liar: Liar, tmp_path: Path) -> None:
    from identity.eid.profile import Encryption

    party = a_relying_party(
        liar,
        own_keys(tmp_path, our_encryption_key(), our_encryption_key("enc-2")),
        id_token_encryption=Encryption("RSA-OAEP-256", "A256GCM"),
    )

    def zipped(liar: Liar, told: dict[str, Any]) -> str:
        return encrypted(liar.signed(told), zip="DEF")

    def unsigned(_: Liar, told: dict[str, Any]) -> str:
        return encrypted(json.dumps(told))

    def badly_signed(_: Liar, told: dict[str, Any]) -> str:
        return encrypted(
            sign({"alg": "RS256", "kid": "rsa-1"}, json.dumps(told).encode(), rsa_key("stranger"))
        )

    lies: dict[str, tuple[Any, str]] = {
        "plain": (lambda liar, told: liar.signed(told), "plain token"),
        "compressed": (zipped, "compressed"),
        "another alg": (lambda liar, told: encrypted(liar.signed(told), alg="RSA-OAEP"), "another way"),
        "another enc": (lambda liar, told: encrypted(liar.signed(told), enc="A128GCM"), "another way"),
        "to somebody else": (
            lambda liar, told: encrypted(liar.signed(told), key=our_encryption_key("foreign"), kid="enc-1"),
            "cannot be decrypted",
        ),
        "to a kid that we do not have": (
            lambda liar, told: encrypted(liar.signed(told), kid="enc-9"),
            "cannot be decrypted",
        ),
        "unsigned inside": (unsigned, "not a signed"),
        "signed by a stranger inside": (badly_signed, "signature"),
        "rubbish": (lambda *_: "a.b.c.d.e", "header"),
    }
    for name, (encode, reason) in lies.items():
        liar.encode = encode
        for _ in range(2):
            refusal = party.refused()
            assert (refusal.code, reason in refusal.reason) == (UNPROVEN, True), (name, refusal.reason)
    goods: list[Any] = [
        lambda liar, told: encrypted(liar.signed(told)),
        lambda liar, told: encrypted(liar.signed(told), key=our_encryption_key("enc-2")),
        lambda liar, told: encrypted(liar.signed(told), kid=GONE),
        lambda liar, told: encrypted(liar.signed(told), iss=liar.issuer, aud=CLIENT, x="x" * 1000),
    ]
    for encode in goods:
        liar.encode = encode
        assert party.sign_in().subject == "person-1"


def signed_and(**changes: Any) -> Lie:
    def tell(liar: Liar) -> None:
        liar.userinfo_body = signed_userinfo()
        liar.userinfo.update(changes)

    return tell


def signed_userinfo(**header: Any) -> Any:
    return lambda liar, told: (
        "application/jwt",
        liar.signed({"iss": liar.issuer, "aud": CLIENT, **told}, **header),
    )


USERINFO: dict[str, tuple[str, Lie, str]] = {
    "about somebody else": ("json", lambda liar: liar.userinfo.update(sub="person-2"), "somebody else"),
    "about nobody": ("json", lambda liar: liar.userinfo.update(sub=GONE), "somebody else"),
    "HTML": ("json", at("/userinfo", says(200, "text/html", b"<p>")), "content type"),
    "401": ("json", at("/userinfo", says(401)), "answered 401"),
    "a redirect": ("json", at("/userinfo", says(302, Location="http://127.0.0.1:9/")), "answered 302"),
    "500": ("json", at("/userinfo", says(500)), "answered 500"),
    "JSON where signed is due": ("signed", lambda liar: None, "not signed"),
    "signed where JSON is due": (
        "json",
        lambda liar: setattr(liar, "userinfo_body", signed_userinfo()),
        "content type",
    ),
    "signed by another algorithm": (
        "signed",
        lambda liar: setattr(liar, "userinfo_body", signed_userinfo(alg="PS256")),
        "PS256",
    ),
    "signed with none": (
        "signed",
        lambda liar: setattr(
            liar, "userinfo_body", lambda _, told: ("application/jwt", sign({"alg": "none"}, b"{}", None))
        ),
        "none",
    ),
    "signed by a stranger": (
        "signed",
        lambda liar: setattr(
            liar, "userinfo_body", lambda liar, told: ("application/jwt", signed_by_a_stranger(liar, told))
        ),
        "signature",
    ),
    "signed, about somebody else": (
        "signed",
        signed_and(sub="person-2"),
        "somebody else",
    ),
    "signed, from somebody else": (
        "signed",
        signed_and(iss="https://x"),
        "userinfo's iss",
    ),
    "signed, for somebody else": (
        "signed",
        signed_and(aud="x"),
        "userinfo's aud",
    ),
    "no endpoint": ("json", lambda liar: liar.discovery.update(userinfo_endpoint=GONE), "no userinfo"),
}


@pytest.mark.parametrize("name", USERINFO)
def test_a_faulty_userinfo_is_refused(name: str, liar: Liar) -> None:
    kind, lie, reason = USERINFO[name]
    party = a_relying_party(liar, userinfo=kind, national_number_from="userinfo")
    lie(liar)
    for _ in range(2):
        assert reason in party.refused().reason
    liar.userinfo, liar.paths, liar.discovery = {}, {}, {}
    party.client.metadata._heard_at = 0.0
    liar.userinfo_body = None if kind == "json" else signed_userinfo()
    assert party.sign_in().national_number == "9990000000017"


def test_a_signed_userinfo_is_refused_where_an_encrypted_one_is_due(liar: Liar, tmp_path: Path) -> None:
    from identity.eid.profile import Encryption

    party = a_relying_party(
        liar,
        own_keys(tmp_path, our_encryption_key()),
        userinfo="encrypted",
        userinfo_encryption=Encryption("RSA-OAEP-256", "A256GCM"),
        national_number_from="userinfo",
    )
    liar.userinfo_body = signed_userinfo()
    for _ in range(2):
        assert "plain token" in party.refused().reason
    liar.userinfo_body = lambda liar, told: ("application/jwt", encrypted(liar.signed(told)))
    assert party.sign_in().national_number == "9990000000017"


def test_a_level_that_is_not_said_is_told_apart_from_one_that_is_too_low(liar: Liar) -> None:
    party = a_relying_party(liar)
    for told, why in (
        ({"acr": GONE}, "no acr in the ID token"),
        ({"acr": "level:9"}, "acr is not in the profile's map"),
    ):
        liar.claims = told
        refused = party.refused()
        assert refused.code == UNSAID
        assert refused.reason.endswith(why)


def test_userinfo_never_raises_the_level(liar: Liar) -> None:
    party = a_relying_party(liar, userinfo="json", national_number_from="userinfo")
    assert party.sign_in().level == 2  # userinfo says level:3
    for _ in range(2):
        liar.claims = {"acr": "level:1"}
        assert party.refused().code == LOW
        liar.claims = {"acr": GONE}
        assert party.refused().code == UNSAID


# ---------------------------------------------------------------- what is told of the person


def test_odd_texts_of_a_person_do_no_harm(liar: Liar) -> None:
    liar.claims = {
        "name": "A\ud800d\x00a\n" + "x" * 10_000,
        "email": ["a"],
        "national_number": 7,
        "sid": "\udfff",
    }
    person = a_relying_party(liar).sign_in()
    assert person.name == ("Ada" + "x" * 10_000)[: len(person.name)]
    assert (person.email, person.national_number, person.eid_session) == ("", None, "")
    json.dumps(person.name, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"email": "Ada@EXAMPLE.org"}, "Ada@example.org"),
        ({"email": "\u200bada@example.org\u200e"}, "ada@example.org"),
        ({"email": "ada@example.org", "email_verified": True}, "ada@example.org"),
        ({"email": "ada@example.org", "email_verified": "true"}, "ada@example.org"),
        # Somebody else may read what goes there.
        ({"email": "ada@example.org", "email_verified": False}, ""),
        ({"email": "ada@example.org", "email_verified": "false"}, ""),
        ({"email": "ada@example.org", "email_verified": "False"}, ""),
        ({"email": "ada@example.org", "email_verified": 0}, ""),
        ({"email": "ada@example.org", "email_verified": 1}, ""),
        ({"email": "ada@example.org", "email_verified": None}, ""),
        ({"email": "ada"}, ""),
        ({"email": "ada@example.org\r\nBcc: all@example.org"}, ""),
        ({"email": "ada@example.org, all@example.org"}, ""),
        ({"email": "a" * 400 + "@example.org"}, ""),
    ],
)
def test_an_address_that_is_none_or_not_proven_is_not_written_to(
    said: dict[str, Any], kept: str, liar: Liar
) -> None:
    liar.claims = said
    assert a_relying_party(liar).sign_in().email == kept


def test_nested_claims_are_found_by_their_path(liar: Liar) -> None:
    party = a_relying_party(
        liar, national_number_claim="sub_attributes.number", name_claim="p.given p.family"
    )
    liar.claims = {"sub_attributes": {"number": "S1234567D"}, "p": {"given": "Ada", "family": "Example"}}
    person = party.sign_in()
    assert (person.national_number, person.name) == ("S1234567D", "Ada Example")
    odd: list[Any] = [None, [], "x", {"number": {}}]
    for nested in odd:
        liar.claims = {"sub_attributes": nested}
        assert party.sign_in().national_number is None
