import time
from urllib.parse import quote, urlsplit

import pytest
import requests
from joserfc import jwt

from practice_eid.citizens import read_citizens
from practice_eid.settings import EXAMPLES
from tests.integration.practice_eid.relying_party import CALLBACK, SECRET, VERIFIER, Eid, answered

CITIZENS = read_citizens(EXAMPLES / "citizens.toml")
PERSONAL_CLAIMS = ("name", "name#bn", "national_number", "birthdate", "email")


def test_discovery_names_the_issuer_and_the_addresses_under_it(eid: Eid) -> None:
    told = eid.discovery()
    assert told["issuer"] == eid.address
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["id_token_signing_alg_values_supported"] == ["ES256"]
    assert told["acr_values_supported"] == [f"urn:practice:level:{level}" for level in (1, 2, 3)]
    for name in ("authorization", "token", "userinfo", "end_session"):
        assert told[f"{name}_endpoint"].startswith(f"{eid.address}/")


def test_the_key_set_holds_no_private_part(eid: Eid) -> None:
    (key,) = requests.get(f"{eid.address}/jwks", timeout=5).json()["keys"]
    assert (key["kty"], key["crv"], key["use"]) == ("EC", "P-256", "sig")
    assert "d" not in key


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_citizen_signs_in_through_authlibs_client(eid: Eid, method: str) -> None:
    told = eid.discovery()
    with eid.session(token_endpoint_auth_method=method) as session:
        url, state = session.create_authorization_url(
            told["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-1"
        )
        page = requests.get(url, timeout=5)
        assert 'value="district-secretary"' in page.text
        began = int(time.time())
        choice = {"citizen": "district-secretary"}
        callback = requests.post(url, data=choice, allow_redirects=False, timeout=5).headers["Location"]
        token = session.fetch_token(
            told["token_endpoint"], authorization_response=callback, state=state, code_verifier=VERIFIER
        )
        people = session.get(told["userinfo_endpoint"]).json()
    assert f"iss={eid.address.replace(':', '%3A').replace('/', '%2F')}" in callback
    signed = jwt.decode(token["id_token"], eid.keys(), algorithms=["ES256"])
    claims = signed.claims
    citizen = CITIZENS["district-secretary"]
    assert signed.header["kid"] == eid.keys().keys[0].kid
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (eid.address, "sammelan", "n-1")
    assert claims["acr"] == "urn:practice:level:2"
    assert claims["amr"] == ["user"]
    assert began <= claims["auth_time"] <= claims["iat"] <= time.time()
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert claims["at_hash"]
    assert claims["national_number"] == citizen.national_number
    assert claims["birthdate"] == citizen.birthdate
    assert people == {name: claims[name] for name in ("sub", *PERSONAL_CLAIMS)}


@pytest.mark.parametrize("key", list(CITIZENS))
def test_every_citizen_gets_the_level_of_her_own_whatever_is_asked(eid: Eid, key: str) -> None:
    claims = eid.id_token(key, acr_values="urn:practice:level:3")
    assert claims["acr"] == f"urn:practice:level:{CITIZENS[key].level}"


def test_a_sign_in_without_a_nonce_gives_a_token_without_one(eid: Eid) -> None:
    assert "nonce" not in eid.id_token(nonce=None)


def test_a_citizen_is_the_same_subject_each_time_and_another_one_elsewhere(eid: Eid) -> None:
    first = eid.id_token()["sub"]
    assert eid.id_token()["sub"] == first
    code = eid.code(client_id="another")
    token = eid.redeem(code, client_id="another", client_secret="another secret").json()["id_token"]
    assert jwt.decode(token, eid.keys(), algorithms=["ES256"]).claims["sub"] != first


def test_the_person_is_asked_again_for_a_fresh_sign_in(eid: Eid) -> None:
    with requests.Session() as browser:
        url = eid.authorize_url(prompt="login", max_age="0")
        first = browser.post(url, data={"citizen": "union-clerk"}, allow_redirects=False)
        assert answered(first)["code"]
        again = browser.get(url, allow_redirects=False)
    assert (again.status_code, 'name="citizen"' in again.text) == (200, True)
    assert not first.cookies


def test_a_sign_in_without_asking_is_answered_with_login_required(eid: Eid) -> None:
    answer = answered(requests.get(eid.authorize_url(prompt="none"), allow_redirects=False, timeout=5))
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "the state", eid.address)
    answer = answered(eid.choose("union-clerk", prompt="none"))
    assert answer["error"] == "login_required"


def test_cancel_is_answered_with_access_denied(eid: Eid) -> None:
    response = requests.post(eid.authorize_url(), data={"cancel": "yes"}, allow_redirects=False, timeout=5)
    answer = answered(response)
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "the state", eid.address)
    assert "code" not in answer


def test_an_unknown_citizen_is_asked_again(eid: Eid) -> None:
    response = eid.choose("nobody")
    assert (response.status_code, 'name="citizen"' in response.text) == (200, True)


@pytest.mark.parametrize("language", ["bn", "en", "vi"])
def test_the_page_speaks_the_language_asked_for(eid: Eid, language: str) -> None:
    page = requests.get(eid.authorize_url(ui_locales=language), timeout=5).text
    assert f'<html lang="{language}">' in page
    assert CITIZENS["union-clerk"].description(language) in page


def test_the_page_follows_the_browser_when_nothing_is_asked_for(eid: Eid) -> None:
    page = requests.get(eid.authorize_url(), headers={"Accept-Language": "fr, bn;q=0.8"}, timeout=5).text
    assert '<html lang="bn">' in page


def test_the_page_runs_no_script_and_may_answer_only_the_relying_party(eid: Eid) -> None:
    page = requests.get(eid.authorize_url(), timeout=5)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    target = "{0.scheme}://{0.netloc}".format(urlsplit(CALLBACK))
    assert f"form-action 'self' {target};" in policy
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_what_was_asked_is_escaped_on_the_page(eid: Eid) -> None:
    page = requests.get(eid.authorize_url(state='"><b>x</b>'), timeout=5).text
    assert "<b>x" not in page


def test_signing_out_goes_back_where_it_is_registered(eid: Eid) -> None:
    token = eid.redeem(eid.code()).json()
    response = requests.get(
        f"{eid.address}/end-session",
        params={
            "id_token_hint": token["id_token"],
            "post_logout_redirect_uri": "http://localhost:9100/signed-out",
            "state": "s",
        },
        allow_redirects=False,
        timeout=5,
    )
    assert response.headers["Location"] == "http://localhost:9100/signed-out?state=s"
    people = requests.get(
        f"{eid.address}/userinfo", headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=5
    )
    assert people.status_code == 401


@pytest.mark.parametrize(
    "change", [{"post_logout_redirect_uri": "http://evil.example/"}, {"id_token_hint": None}]
)
def test_signing_out_goes_nowhere_that_is_not_proven(eid: Eid, change: dict[str, str | None]) -> None:
    asked: dict[str, str | None] = {
        "id_token_hint": eid.redeem(eid.code()).json()["id_token"],
        "post_logout_redirect_uri": "http://localhost:9100/signed-out",
    }
    response = requests.get(
        f"{eid.address}/end-session", params=asked | change, allow_redirects=False, timeout=5
    )
    assert (response.status_code, "Location" in response.headers) == (200, False)


@pytest.mark.parametrize("hint", ["nonsense", "a.b.c", "é.é.é", "e30.e30.e30", "eyJhbGciOiJcIiJ9.e30.AA"])
def test_signing_out_with_a_forged_hint_is_refused(eid: Eid, hint: str) -> None:
    response = requests.get(
        f"{eid.address}/end-session",
        params={"id_token_hint": hint, "post_logout_redirect_uri": "http://localhost:9100/signed-out"},
        allow_redirects=False,
        timeout=5,
    )
    assert response.status_code == 400


def test_the_secret_travels_through_basic_authentication_with_its_signs(eid: Eid) -> None:
    response = requests.post(
        f"{eid.address}/token",
        data={
            "grant_type": "authorization_code",
            "code": eid.code(),
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        },
        auth=("sammelan", quote(SECRET, safe="")),
        timeout=5,
    )
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
