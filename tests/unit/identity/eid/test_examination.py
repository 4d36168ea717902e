"""What a provider publishes, held against what its profile asks of it."""

from typing import Any

import pytest

from identity.eid.examination import (
    Finding,
    examine,
    how_it_takes_a_request,
    what_we_need,
    whether_it_knows_us,
)
from identity.eid.profile import Encryption, Profile

ISSUER = "https://eid.example"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
    "scopes_supported": ["openid", "profile"],
    "acr_values_supported": ["high", "low"],
    "claims_supported": ["sub", "person"],
    "userinfo_endpoint": f"{ISSUER}/me",
    "end_session_endpoint": f"{ISSUER}/end",
    "backchannel_logout_supported": True,
    "pushed_authorization_request_endpoint": f"{ISSUER}/par",
    "authorization_response_iss_parameter_supported": True,
    "claims_parameter_supported": True,
    "dpop_signing_alg_values_supported": ["ES256"],
    "id_token_encryption_alg_values_supported": ["ECDH-ES"],
    "id_token_encryption_enc_values_supported": ["A256GCM"],
    "userinfo_signing_alg_values_supported": ["ES256"],
    "userinfo_encryption_alg_values_supported": ["ECDH-ES"],
    "userinfo_encryption_enc_values_supported": ["A256GCM"],
}
JWE = Encryption("ECDH-ES", "A256GCM")
DEMANDING: dict[str, Any] = {
    "client_authentication": "private_key_jwt", "id_token_alg": "ES256", "id_token_encryption": JWE,
    "userinfo": "encrypted", "userinfo_alg": "ES256", "userinfo_encryption": JWE, "par": "required", "dpop": True,
    "acr": {"high": 3, "middle": 2, "low": 1}, "scopes": "openid profile", "claims_parameter": "{}",
    "national_number_claim": "person.number", "iss_parameter": "required", "logout": "end_session",
    "backchannel_logout": True,
}  # fmt: skip


def a_profile(**changes: Any) -> Profile:
    said = {"key": "x", "names": {}, "issuer": ISSUER, "client_id": "c", "national_number_scheme": "bd-nid"}
    return Profile(**{**said, **DEMANDING, **changes})


def findings(
    document: dict[str, Any], has_key: bool = True, **changes: Any
) -> tuple[list[Finding], set[str], set[str]]:
    """All, and the names of those that are faults and of those that are doubtful."""
    found = list(examine(a_profile(**changes), document, has_key))
    return (
        found,
        {one.what for one in found if one.good is False},
        {one.what for one in found if one.good is None},
    )


def test_what_the_provider_demands_of_us_and_we_do_not_do_is_a_fault() -> None:
    document = {**DOCUMENT, "require_pushed_authorization_requests": True}
    assert findings(document, par="off")[1] == {"PAR demanded"}
    assert findings(document, par="advertised")[1:] == (set(), set())
    signed = {**DOCUMENT, "require_signed_request_object": True}
    assert findings(signed)[1] == {"signed requests demanded"}


def test_the_keys_that_we_need_are_those_of_the_profile() -> None:
    assert list(what_we_need(a_profile())) == [
        ("our key to prove ourselves", "sig", "ES256"),
        ("our key to read what is encrypted to us", "enc", "ECDH-ES"),
    ]
    plain = a_profile(
        client_authentication="client_secret_basic", client_secret="s", id_token_encryption=None,
        userinfo="none", userinfo_encryption=None,
    )  # fmt: skip
    assert list(what_we_need(plain)) == []


@pytest.mark.parametrize(
    ("status", "error", "good"),
    [(200, "", True), (303, "", True), (302, "login_required", True), (400, "", False), (403, "", False),
     (302, "invalid_scope", False), (303, "unknown", False), (500, "", False)],
)  # fmt: skip
def test_who_refuses_our_request_refuses_each_person(status: int, error: str, good: bool) -> None:
    assert how_it_takes_a_request(status, error).good is good


def test_a_provider_that_publishes_everything_asked_of_it_has_no_fault_and_no_doubt() -> None:
    found, faults, doubts = findings(DOCUMENT)
    assert (faults, doubts) == (set(), set())
    assert len(found) == 23


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("response_types_supported", ["id_token"], "flow"),
        ("code_challenge_methods_supported", ["plain"], "PKCE"),
        ("id_token_signing_alg_values_supported", ["RS256"], "ID token"),
        ("id_token_encryption_alg_values_supported", ["RSA1_5"], "encrypted ID token"),
        ("id_token_encryption_enc_values_supported", [], "encrypted ID token"),
        ("token_endpoint_auth_methods_supported", ["client_secret_basic"], "how we prove ourselves"),
        ("token_endpoint_auth_signing_alg_values_supported", ["RS256"], "our signature"),
        ("userinfo_signing_alg_values_supported", ["none"], "signed userinfo"),
        ("userinfo_encryption_alg_values_supported", ["RSA1_5"], "encrypted userinfo"),
        ("userinfo_encryption_enc_values_supported", ["A128CBC-HS256"], "encrypted userinfo"),
        ("scopes_supported", ["openid"], "scope"),
        ("acr_values_supported", ["low"], "level"),
        ("claims_parameter_supported", False, "claims parameter"),
        ("claims_supported", ["sub"], "national number"),
        ("dpop_signing_alg_values_supported", ["RS256"], "DPoP"),
        ("authorization_response_iss_parameter_supported", False, "iss in the callback"),
        ("backchannel_logout_supported", False, "back-channel logout"),
    ],
)
def test_what_it_says_that_it_cannot_is_a_fault_and_what_it_leaves_unsaid_a_doubt(
    name: str, value: object, what: str
) -> None:
    _, faults, doubts = findings({**DOCUMENT, name: value})
    assert (faults, doubts) == ({what}, set())
    for unsaid in ({key: said for key, said in DOCUMENT.items() if key != name}, {**DOCUMENT, name: None}):
        _, faults, doubts = findings(unsaid)
        assert (faults, doubts) == (set(), {what})


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("userinfo_endpoint", "userinfo"),
        ("pushed_authorization_request_endpoint", "PAR"),
        ("end_session_endpoint", "sign-out there"),
    ],
)
def test_an_address_that_is_needed_and_not_there_is_a_fault(name: str, what: str) -> None:
    _, faults, _ = findings({**DOCUMENT, name: None})
    assert faults == {what}


def test_a_key_set_without_a_fitting_key_is_a_fault() -> None:
    assert findings(DOCUMENT, has_key=False)[1] == {"its keys"}


def test_what_a_profile_does_not_ask_for_is_not_looked_at() -> None:
    found, faults, doubts = findings(
        {}, client_authentication="client_secret_basic", client_secret="s", id_token_encryption=None,
        userinfo="none", userinfo_encryption=None, par="off", dpop=False, acr={}, amr={"pin": 2}, scopes="openid",
        claims_parameter="", national_number_from="none", iss_parameter="off", logout="none",
        backchannel_logout=False,
    )  # fmt: skip
    assert faults == set()
    assert {one.what for one in found} == {
        "flow", "PKCE", "ID token", "its keys", "how we prove ourselves", "scope"
    }  # fmt: skip
    # Left out, the method is client_secret_basic; nothing else has such a default here.
    assert doubts == {"flow", "PKCE", "ID token", "scope"}


def test_what_a_provider_wrote_is_shown_short_and_printable() -> None:
    found, _, _ = findings({**DOCUMENT, "scopes_supported": ["\x1b[31m", "x" * 5000, 7]})
    said = next(one.said for one in found if one.what == "scope" and one.good is False)
    assert said.isprintable()
    assert len(said) < 300


@pytest.mark.parametrize(
    ("error", "good"),
    [("invalid_grant", True), ("invalid_client", False), ("unauthorized_client", False), ("", None),
     ("invalid_request", None)],
)  # fmt: skip
def test_the_refusal_of_a_code_that_never_was_tells_whether_we_are_known(
    error: str, good: bool | None
) -> None:
    assert whether_it_knows_us(error).good is good


def test_numbers_that_nobody_names_are_a_doubt_and_count_for_their_eid_alone() -> None:
    unnamed = a_profile(national_number_scheme="")
    whose = next(one for one in examine(unnamed, {}, True) if one.what == "whose numbers")
    assert (whose.good, "EID_X_NATIONAL_NUMBER_SCHEME" in whose.said) == (None, True)
    assert (unnamed.names_its_numbers, unnamed.scheme.namespace) == (False, "own-x")
    named = a_profile()
    assert (named.names_its_numbers, named.scheme.namespace) == (True, "bd")
    apart = a_profile(national_number_scheme="", national_number_namespace="city")
    assert (apart.names_its_numbers, apart.scheme.namespace) == (True, "city")
