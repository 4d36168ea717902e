from typing import Any

from practice_eid.citizens import Citizen
from practice_eid.relying_parties import RelyingParty
from practice_eid.store import AccessToken, Code, SignIn, Store

NOW = 1_800_000_000
PARTY = RelyingParty("sammelan", "secret", ("http://localhost/callback",))
OTHER = RelyingParty("another", "secret", ("http://localhost/other",))
CITIZEN = Citizen("clerk", "A", "আ", "9990000000011", "1990-01-01", "a@example.org", 2, "", "", "")


def a_code(**changes: Any) -> Code:
    values: dict[str, Any] = {
        "code": "c",
        "sign_in": SignIn(CITIZEN, PARTY),
        "redirect_uri": PARTY.redirect_uris[0],
        "scope": "openid",
        "nonce": None,
        "code_challenge": "x",
        "code_challenge_method": "S256",
        "auth_time": NOW,
    }
    return Code(**(values | changes))


def a_token(**changes: Any) -> AccessToken:
    values: dict[str, Any] = {
        "access_token": "t",
        "code": "c",
        "sign_in": SignIn(CITIZEN, PARTY),
        "scope": "openid",
        "expires_at": NOW + 300,
    }
    return AccessToken(**(values | changes))


def a_store_with(code: Code) -> Store:
    store = Store()
    store.keep_code(code, NOW)
    return store


def test_a_code_is_good_for_sixty_seconds() -> None:
    assert a_store_with(a_code()).take_code("c", "sammelan", NOW + 60) == a_code()
    assert a_store_with(a_code()).take_code("c", "sammelan", NOW + 61) is None


def test_a_code_is_good_once() -> None:
    store = a_store_with(a_code())
    assert store.take_code("c", "sammelan", NOW)
    assert store.take_code("c", "sammelan", NOW) is None


def test_another_relying_party_neither_gets_nor_spoils_a_code() -> None:
    store = a_store_with(a_code())
    assert store.take_code("c", "another", NOW) is None
    assert store.take_code("c", "sammelan", NOW)


def test_a_second_use_of_a_code_ends_the_token_of_the_first() -> None:
    store = a_store_with(a_code())
    store.take_code("c", "sammelan", NOW)
    store.keep_token(a_token(), NOW)
    store.take_code("c", "another", NOW)
    assert store.token("t", NOW)
    store.take_code("c", "sammelan", NOW)
    assert store.token("t", NOW) is None


def test_an_access_token_expires() -> None:
    store = Store()
    store.keep_token(a_token(), NOW)
    assert store.token("t", NOW + 299)
    assert store.token("t", NOW + 300) is None


def test_signing_out_ends_the_tokens_of_that_person_only() -> None:
    store = Store()
    store.keep_token(a_token(), NOW)
    store.keep_token(a_token(access_token="u", sign_in=SignIn(CITIZEN, OTHER)), NOW)
    store.end_tokens(SignIn(CITIZEN, PARTY).claims()["sub"])
    assert store.token("t", NOW) is None
    assert store.token("u", NOW)


def test_a_client_assertion_is_remembered_until_it_has_expired() -> None:
    store = Store()
    assert store.first_use("sammelan", "j", NOW + 60, NOW)
    assert not store.first_use("sammelan", "j", NOW + 60, NOW + 60)
    assert store.first_use("another", "j", NOW + 60, NOW)
    assert store.first_use("sammelan", "j", NOW + 160, NOW + 61)
