"""Signing in at an OpenID provider that is not ours: every way of authenticating, signing and encrypting, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from identity.eid.attempt import SignedIn
from identity.eid.client import EidClient
from identity.eid.keys import Need, OwnKeys, make
from identity.eid.profile import Encryption
from identity.eid.refused import LevelTooLow, NotVerified, SignInRefused
from identity.operations.examining import examine_provider
from tests.integration.eid.peer import Peer, a_peer
from tests.integration.eid.signing_in import CALLBACK, a_client_of, a_profile, a_wire

SECRET = "a secret of the tests: with %, + and / " * 2
RSA = Encryption("RSA-OAEP-256", "A256GCM")
EC = Encryption("ECDH-ES+A256KW", "A256CBC-HS512")
NEEDS = {Need("sig", "ES256"), Need("sig", "PS256"), Need("enc", RSA.alg), Need("enc", EC.alg)}

KEY_JWT: dict[str, Any] = {"token_endpoint_auth_method": "private_key_jwt"}
BY_KEY = {"client_authentication": "private_key_jwt", "client_secret": ""}
FAPI: dict[str, Any] = {
    **KEY_JWT,
    "token_endpoint_auth_signing_alg": "ES256",
    "id_token_signed_response_alg": "ES256",
    "require_pushed_authorization_requests": True,
    "dpop_bound_access_tokens": True,
}
BY_FAPI = {**BY_KEY, "id_token_alg": "ES256", "par": "required", "dpop": True, "iss_parameter": "required"}

# What the provider is told of each client, and what our profile says.
CLIENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "basic": ({"token_endpoint_auth_method": "client_secret_basic"}, {}),
    "post": (
        {"token_endpoint_auth_method": "client_secret_post"},
        {"client_authentication": "client_secret_post"},
    ),
    "key": (
        {**KEY_JWT, "token_endpoint_auth_signing_alg": "PS256"},
        {**BY_KEY, "client_assertion_alg": "PS256"},
    ),
    "par": ({"require_pushed_authorization_requests": True}, {"par": "required"}),
    "json-userinfo": ({}, {"userinfo": "json", "national_number_from": "userinfo"}),
    "signed-userinfo": (
        {"userinfo_signed_response_alg": "RS256"},
        {"userinfo": "signed", "national_number_from": "userinfo"},
    ),
    "encrypted-userinfo": (
        {
            "userinfo_signed_response_alg": "RS256",
            "userinfo_encrypted_response_alg": RSA.alg,
            "userinfo_encrypted_response_enc": RSA.enc,
        },
        {"userinfo": "encrypted", "userinfo_encryption": RSA, "national_number_from": "userinfo"},
    ),
    "encrypted-id-token": (
        {"id_token_encrypted_response_alg": RSA.alg, "id_token_encrypted_response_enc": RSA.enc},
        {"id_token_encryption": RSA},
    ),
    "fapi": (FAPI, BY_FAPI),
    "fapi-encrypted": (
        {
            **FAPI,
            "id_token_encrypted_response_alg": EC.alg,
            "id_token_encrypted_response_enc": EC.enc,
            "userinfo_signed_response_alg": "ES256",
            "userinfo_encrypted_response_alg": EC.alg,
            "userinfo_encrypted_response_enc": EC.enc,
        },
        {
            **BY_FAPI,
            "id_token_encryption": EC,
            "userinfo": "encrypted",
            "userinfo_alg": "ES256",
            "userinfo_encryption": EC,
            "national_number_from": "userinfo",
        },
    ),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> OwnKeys:
    path = tmp_path_factory.mktemp("keys") / "relying-party.private.json"
    make(path, NEEDS, datetime.now(UTC))
    return OwnKeys(path)


@pytest.fixture(scope="module")
def peer(keys: OwnKeys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    clients = [
        {
            "client_id": name,
            "client_secret": SECRET,
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "jwks": keys.public(),
            **told,
        }
        for name, (told, _) in CLIENTS.items()
    ]
    with a_peer(tmp_path_factory.mktemp("peer"), clients) as made:
        yield made


def a_client(name: str, peer: Peer, keys: OwnKeys, **changes: Any) -> EidClient:
    told = {
        "client_id": name,
        "client_secret": SECRET,
        "scopes": "openid profile email",
        **CLIENTS[name][1],
        **changes,
    }
    return a_client_of(a_profile(peer.issuer, **told), keys)


def sign_in(client: EidClient, peer: Peer, **asked: Any) -> SignedIn:
    attempt, url = client.begin(asked.get("level", 2), asked.get("max_age"), "en")
    return client.finish(attempt, peer.arrive(url, CALLBACK))


@pytest.mark.parametrize("name", CLIENTS)
def test_a_person_signs_in_at_a_real_provider_twice(name: str, peer: Peer, keys: OwnKeys) -> None:
    client = a_client(name, peer, keys)
    for _ in range(2):
        signed_in = sign_in(client, peer, max_age=300)
        person = signed_in.person
        assert (person.issuer, person.subject, person.level) == (peer.issuer, "ada", 2)
        assert abs(person.auth_time.timestamp() - datetime.now(UTC).timestamp()) < 30
        if CLIENTS[name][1].get("userinfo", "none") != "none":
            assert (person.national_number, person.name) == ("9990000000017", "Ada Example")
        assert signed_in.id_token.count(".") == 2, "a logout hint must be readable to the provider"


def test_a_level_that_the_person_did_not_reach_is_refused(peer: Peer, keys: OwnKeys) -> None:
    client = a_client("basic", peer, keys)
    for _ in range(2):
        with pytest.raises(LevelTooLow):
            sign_in(client, peer, level=3)


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "the profile pins another algorithm": ("basic", {"id_token_alg": "ES256"}),
    "the profile wants an encrypted ID token": ("basic", {"id_token_encryption": RSA}),
    "the profile wants a plain one": ("encrypted-id-token", {"id_token_encryption": None}),
    "the profile wants a signed userinfo": ("json-userinfo", {"userinfo": "signed"}),
    "the profile wants an encrypted userinfo": (
        "signed-userinfo",
        {"userinfo": "encrypted", "userinfo_encryption": RSA},
    ),
    "the secret is wrong": ("basic", {"client_secret": "wrong", "par": "off"}),
    "the levels are others": ("basic", {"acr": {"gold": 3}, "acr_values": ""}),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_profile_that_does_not_fit_the_provider_lets_nobody_in(
    name: str, peer: Peer, keys: OwnKeys
) -> None:
    client_id, changes = WRONG[name]
    with pytest.raises(SignInRefused) as refusal:
        sign_in(a_client(client_id, peer, keys, **changes), peer)
    assert refusal.value.code in ("not-verified", "level-too-low", "level-unsaid")


def test_a_code_works_once(peer: Peer, keys: OwnKeys) -> None:
    client = a_client("basic", peer, keys)
    attempt, url = client.begin(2, None, "en")
    back = peer.arrive(url, CALLBACK)
    assert client.finish(attempt, back).person.subject == "ada"
    with pytest.raises(NotVerified, match="invalid_grant"):
        client.finish(attempt, back)


def test_the_code_of_one_attempt_does_not_finish_another(peer: Peer, keys: OwnKeys) -> None:
    client = a_client("basic", peer, keys)
    _, url = client.begin(2, None, "en")
    other, _ = client.begin(2, None, "en")
    with pytest.raises(NotVerified, match="invalid_grant"):
        client.finish(other, peer.arrive(url, CALLBACK))


def test_the_provider_takes_our_word_that_a_session_ends(peer: Peer, keys: OwnKeys) -> None:
    client = a_client("encrypted-id-token", peer, keys)
    signed_in = sign_in(client, peer)
    url = client.logout_url(signed_in.id_token, CALLBACK)
    assert url is not None
    # The address to come back to is not registered for this client, so only the hint is proven here.
    answer = requests.get(url.replace("post_logout_redirect_uri", "ignored"), timeout=5)
    assert answer.status_code == 200, answer.text


def faults(client: EidClient) -> dict[str, str]:
    return {one.what: one.said for one in examine_provider(client) if one.good is False}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_provider_that_lets_us_in_shows_no_fault_when_it_is_looked_at(
    name: str, peer: Peer, keys: OwnKeys
) -> None:
    found = {
        one.what: one.good
        for one in examine_provider(a_client(name, peer, keys, national_number_from="none"))
    }
    assert {what for what, good in found.items() if good is False} == set()
    assert (found["discovery"], found["its keys"], found["whether it knows us"]) == (True, True, True)


def test_what_would_keep_us_out_is_named_before_anybody_signs_in(peer: Peer, keys: OwnKeys) -> None:
    assert (
        "invalid_client"
        in faults(a_client("basic", peer, keys, client_secret="another"))["whether it knows us"]
    )
    assert (
        "invalid_client" in faults(a_client("basic", peer, keys, client_id="nobody"))["whether it knows us"]
    )
    assert "RS512" in faults(a_client("basic", peer, keys, id_token_alg="RS512"))["ID token"]
    assert (
        "no ES384 key"
        in faults(a_client("fapi", peer, keys, client_assertion_alg="ES384"))["whether it knows us"]
    )
    # The address to come back to is not registered: pushed or not, the provider is asked for it beforehand.
    for name in ("basic", "fapi"):
        client = EidClient(
            profile := a_client(name, peer, keys).profile,
            "http://127.0.0.1:9/elsewhere",
            keys,
            a_wire(profile),
        )
        assert "400" in faults(client)["whether it takes our request"]
    without = a_client("encrypted-id-token", peer, OwnKeys(None))
    assert "there is none for enc" in faults(without)["our key to read what is encrypted to us"]
    wrong = a_client_of(a_profile(f"{peer.issuer}/"), keys)
    assert set(faults(wrong)) == {"discovery"}
    gone = a_client_of(a_profile("http://127.0.0.1:9"), keys)
    assert set(faults(gone)) == {"discovery"}
