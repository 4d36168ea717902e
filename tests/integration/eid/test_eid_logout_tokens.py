"""Logout tokens: the good ones say whose sessions end, every other is refused, also the second time."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt

from identity.eid.refused import NotVerified
from tests.integration.eid.liar import CLIENT, GONE, Liar, a_liar, hs256_by_public_pem, rsa_key
from tests.integration.eid.signing_in import a_relying_party

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with a_liar() as made:
        yield made


GOOD: dict[str, dict[str, Any]] = {
    "with a subject": {},
    "with a session alone": {"sub": GONE, "sid": "s-1"},
    "with both": {"sid": "s-1"},
    "for a list of one": {"aud": [CLIENT]},
    "without exp, as older providers send it": {"exp": GONE},
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_logout_token_names_whose_sessions_end(name: str, liar: Liar) -> None:
    told = a_relying_party(liar).client.logged_out(liar.logout_token(**GOOD[name]))
    assert told.subject == ("" if GOOD[name].get("sub") is GONE else "person-1")
    assert told.eid_session == GOOD[name].get("sid", "")
    assert told.jti


@pytest.mark.parametrize("typ", ["JWT", "logout+jwt", "application/logout+jwt", GONE])
def test_a_logout_token_of_a_usual_typ_is_taken(typ: Any, liar: Liar) -> None:
    liar.header = {"typ": typ}
    assert a_relying_party(liar).client.logged_out(liar.logout_token()).subject == "person-1"


BAD: dict[str, dict[str, Any]] = {
    "from another issuer": {"iss": "https://other.example"},
    "without an issuer": {"iss": GONE},
    "for somebody else": {"aud": "somebody"},
    "for us and somebody else": {"aud": [CLIENT, "somebody"]},
    "for nobody": {"aud": GONE},
    "without events": {"events": GONE},
    "with another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "with events in a list": {"events": [EVENT]},
    "with an event that is no object": {"events": {EVENT: "yes"}},
    "with a nonce": {"nonce": "n"},
    "with an empty nonce": {"nonce": None},
    "without iat": {"iat": GONE},
    "without jti": {"jti": GONE},
    "with an empty jti": {"jti": ""},
    "with a jti that is a number": {"jti": 7},
    "with neither subject nor session": {"sub": GONE},
    "with a subject that is a list": {"sub": ["person-1"]},
}


# Seconds from the moment at which the token is made: the table is read long before.
WRONG_TIMES = {
    "made long ago": {"iat": -1000, "exp": 1000},
    "made in the future": {"iat": 1000, "exp": 2000},
    "expired": {"exp": -60},
}


@pytest.mark.parametrize("name", WRONG_TIMES)
def test_a_logout_token_of_another_time_is_refused_every_time(name: str, liar: Liar) -> None:
    client, now = a_relying_party(liar).client, int(time.time())
    wrong = {claim: now + seconds for claim, seconds in WRONG_TIMES[name].items()}
    for _ in range(2):
        with pytest.raises(NotVerified):
            client.logged_out(liar.logout_token(**wrong))
    assert client.logged_out(liar.logout_token()).subject == "person-1"


@pytest.mark.parametrize("name", BAD)
def test_a_faulty_logout_token_is_refused_every_time(name: str, liar: Liar) -> None:
    client = a_relying_party(liar).client
    for _ in range(2):
        with pytest.raises(NotVerified):
            client.logged_out(liar.logout_token(**BAD[name]))
    assert client.logged_out(liar.logout_token()).subject == "person-1"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "PS256"}, {"typ": "at+jwt"}])
def test_a_logout_token_of_the_wrong_kind_is_refused(header: dict[str, Any], liar: Liar) -> None:
    client = a_relying_party(liar).client
    liar.header = header
    for _ in range(2):
        with pytest.raises(NotVerified):
            client.logged_out(liar.logout_token())


def test_a_logout_token_by_another_key_or_by_the_public_one_as_a_secret_is_refused(liar: Liar) -> None:
    client = a_relying_party(liar).client
    told = jwt.decode(liar.logout_token(), rsa_key()).claims
    by_public_key = hs256_by_public_pem(told, rsa_key(), "logout+jwt")
    liar.key, liar.header = rsa_key("stranger"), {"kid": "rsa-1"}
    by_a_stranger = liar.logout_token()
    for token in (by_public_key, by_a_stranger) * 2:
        with pytest.raises(NotVerified):
            client.logged_out(token)


def test_rubbish_is_no_logout_token(liar: Liar) -> None:
    client = a_relying_party(liar).client
    for rubbish in ("", "a.b.c", "\ud800", "x" * 100_000, "..", "eyJhbGciOiJub25lIn0.e30."):
        with pytest.raises(NotVerified):
            client.logged_out(rubbish)


def test_a_logout_token_is_refused_where_the_profile_has_no_logout(liar: Liar) -> None:
    with pytest.raises(NotVerified, match="profile"):
        a_relying_party(liar, backchannel_logout=False).client.logged_out(liar.logout_token())


def test_an_id_token_is_no_logout_token_and_the_other_way_round(liar: Liar) -> None:
    party = a_relying_party(liar)
    attempt, url = party.client.begin(2, None, "en")
    id_token = party.client.finish(attempt, liar.arrive(url)).id_token
    with pytest.raises(NotVerified):
        party.client.logged_out(id_token)
    liar.encode = lambda liar, _: liar.logout_token()
    for _ in range(2):
        assert party.refused().code == "not-verified"


def test_the_way_to_the_providers_logout_carries_the_hint_and_the_way_back(liar: Liar) -> None:
    party = a_relying_party(liar)
    assert party.client.logout_url("the.id.token", "https://here.example/") is None, (
        "nothing is fetched for it"
    )
    party.sign_in()
    url = party.client.logout_url("the.id.token", "https://here.example/")
    assert url is not None
    assert url.startswith(f"{liar.issuer}/end-session?")
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked == {
        "id_token_hint": "the.id.token",
        "client_id": CLIENT,
        "post_logout_redirect_uri": "https://here.example/",
    }
    assert "id_token_hint" not in str(party.client.logout_url("x" * 10_000, "https://here.example/"))
    assert a_relying_party(liar, logout="none").client.logout_url("a.b.c", "https://here.example/") is None
