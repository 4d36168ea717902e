"""Each refusal stands beside the same request that is accepted, so that it is refused for its own reason."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.integration.practice_eid.relying_party import (
    CALLBACK,
    OTHER_CALLBACK,
    OTHER_SECRET,
    SECRET,
    VERIFIER,
    Eid,
    answered,
)
from tests.integration.practice_eid.running import refusal_to_start


def asked(eid: Eid, **changes: str | None) -> requests.Response:
    return requests.get(eid.authorize_url(**changes), allow_redirects=False, timeout=5)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": 'কোড "\\'}, "unsupported_response_type"),
    ],
)
def test_a_faulty_request_is_answered_to_the_relying_party(
    eid: Eid, changes: dict[str, str | None], error: str
) -> None:
    for response in (asked(eid, **changes), eid.choose("union-clerk", **changes)):
        answer = answered(response)
        assert answer["error"] == error
        assert (answer["iss"], answer["state"]) == (eid.address, "the state")
        assert "code" not in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": None},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": OTHER_CALLBACK},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK.replace("9100", "9199")},
        {"redirect_uri": 'javascript:"\\সম্মেলন"'},
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "nobody", "response_type": "token"},
        {"redirect_uri": "http://evil.example/", "response_type": "token"},
    ],
)
def test_where_the_address_is_not_proven_nobody_is_redirected(
    eid: Eid, changes: dict[str, str | None]
) -> None:
    for response in (asked(eid, **changes), eid.choose("union-clerk", **changes)):
        assert response.status_code == 400
        assert "Location" not in response.headers
        assert "text/html" in response.headers["Content-Type"]


def test_a_parameter_given_twice_is_refused(eid: Eid) -> None:
    response = requests.get(f"{eid.authorize_url()}&client_id=another", allow_redirects=False, timeout=5)
    assert (response.status_code, "Location" in response.headers) == (400, False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": "w" * 48}, "invalid_grant"),
        ({"redirect_uri": OTHER_CALLBACK}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": "ভুল"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "with-a-key", "client_secret": "any"}, "invalid_client"),
        ({"client_id": "another", "client_secret": OTHER_SECRET}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_not_redeemed(eid: Eid, changes: dict[str, str | None], error: str) -> None:
    response = eid.redeem(eid.code(), **changes)
    assert response.status_code in (400, 401)
    assert response.json()["error"] == error
    assert "id_token" not in response.text


@pytest.mark.parametrize("code", ["", "invented"])
def test_an_invented_code_is_refused(eid: Eid, code: str) -> None:
    assert eid.redeem(code).json()["error"] == "invalid_grant"


def test_a_code_is_redeemed_once_and_its_token_ends_with_the_second_try(eid: Eid) -> None:
    code = eid.code()
    first = eid.redeem(code)
    bearer = {"Authorization": f"Bearer {first.json()['access_token']}"}
    assert requests.get(f"{eid.address}/userinfo", headers=bearer, timeout=5).ok
    assert eid.redeem(code).json()["error"] == "invalid_grant"
    assert requests.get(f"{eid.address}/userinfo", headers=bearer, timeout=5).status_code == 401


def test_a_failed_try_uses_the_code_up(eid: Eid) -> None:
    code = eid.code()
    assert eid.redeem(code, code_verifier="w" * 48).json()["error"] == "invalid_grant"
    assert eid.redeem(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "credentials", ["Basic /////w==", "Basic nonsense", "Basic", "Bearer x", "Basic Og=="]
)
def test_broken_credentials_are_refused_without_a_crash(eid: Eid, credentials: str) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": eid.code(),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    response = requests.post(
        f"{eid.address}/token", data=form, headers={"Authorization": credentials}, timeout=5
    )
    assert response.status_code in (400, 401)
    assert response.json()["error"] in ("invalid_client", "invalid_request")


def test_a_client_signs_in_with_its_private_key(eid: Eid) -> None:
    for audience in (eid.address, f"{eid.address}/token"):
        code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
        response = eid.redeem_by_key(code, eid.assertion(aud=audience))
        assert response.status_code == 200, response.text
        token = jwt.decode(response.json()["id_token"], eid.keys(), algorithms=["ES256"])
        assert token.claims["aud"] == "with-a-key"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 120},
        {"exp": int(time.time()) + 3600},
        {"exp": None},
        {"exp": "soon"},
        {"aud": "http://localhost/elsewhere"},
        {"aud": None},
        {"iss": "another"},
        {"iss": None},
        {"sub": "another"},
        {"sub": "nobody"},
        {"sub": None},
        {"sub": ["with-a-key"]},
        {"jti": None},
        {"jti": ["a"]},
        {"jti": ""},
        {"jti": 7},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_an_assertion_with_a_faulty_claim_is_refused(eid: Eid, changes: dict[str, Any]) -> None:
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    response = eid.redeem_by_key(code, eid.assertion(**changes))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_client")


def test_an_assertion_is_used_once(eid: Eid) -> None:
    assertion = eid.assertion()
    codes = [eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK) for _ in range(2)]
    assert [eid.redeem_by_key(code, assertion).status_code for code in codes] == [200, 400]


def test_an_assertion_signed_by_another_key_is_refused(eid: Eid) -> None:
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assertion = eid.assertion(key=ECKey.generate_key("P-256", {"kid": str(eid.client_key.kid)}))
    assert eid.redeem_by_key(code, assertion).json()["error"] == "invalid_client"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_client_may_sign_with_an_rsa_key(eid: Eid, algorithm: str) -> None:
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assert eid.redeem_by_key(code, eid.assertion(key=eid.rsa_key, alg=algorithm)).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS384", "PS512"])
def test_an_assertion_with_an_algorithm_that_is_not_named_is_refused(eid: Eid, algorithm: str) -> None:
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assertion = eid.assertion(key=eid.rsa_key, alg=algorithm)
    assert eid.redeem_by_key(code, assertion).json()["error"] == "invalid_client"


def test_an_assertion_nested_too_deeply_is_refused_without_a_crash(eid: Eid) -> None:
    header = urlsafe_b64encode(b'{"alg":"ES256"}').decode().rstrip("=")
    payload = urlsafe_b64encode(b"[" * 40_000).decode().rstrip("=")
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assert eid.redeem_by_key(code, f"{header}.{payload}.AA").json()["error"] == "invalid_client"


@pytest.mark.parametrize("assertion", ["nonsense", "a.b.c", "e30.e30.e30", "W10.W10.W10", "é", "e30.ew.e30"])
def test_a_malformed_assertion_is_refused_without_a_crash(eid: Eid, assertion: str) -> None:
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assert eid.redeem_by_key(code, assertion).json()["error"] == "invalid_client"


def test_an_assertion_signed_with_the_public_key_as_a_secret_is_refused(eid: Eid) -> None:
    header = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": eid.client_key.kid}).encode()).rstrip(b"=")
    signed = header + b"." + eid.assertion().split(".")[1].encode()
    mark = hmac.digest(eid.client_key.as_pem(private=False), signed, "sha256")
    assertion = (signed + b"." + urlsafe_b64encode(mark).rstrip(b"=")).decode()
    code = eid.code(client_id="with-a-key", redirect_uri=OTHER_CALLBACK)
    assert eid.redeem_by_key(code, assertion).json()["error"] == "invalid_client"


@pytest.mark.parametrize("header", [None, "Bearer invented", "Bearer", "Basic eDp5"])
def test_nothing_is_told_of_a_person_without_her_token(eid: Eid, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    response = requests.get(f"{eid.address}/userinfo", headers=headers, timeout=5)
    assert response.status_code == 401


def test_a_body_too_large_is_refused(eid: Eid) -> None:
    assert eid.redeem("c" * 70_000).status_code == 413


def test_it_does_not_start_in_production(tmp_path: Path) -> None:
    settings = {"SAMMELAN_ENV": "production", "EID_CLIENT_SECRET": SECRET, "EID_REDIRECT_URIS": CALLBACK}
    said = refusal_to_start("practice_eid.wsgi:app", settings, tmp_path / "log")
    assert "refuses to start: SAMMELAN_ENV says production" in said
