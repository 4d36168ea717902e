"""Service accounts: what is pasted as a key, and how one stands."""

import json
from datetime import date
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from portal.machines.views import A_PRIVATE_KEY, NOT_A_KEY, NotKeys, keys_in, machine_of

PUBLIC = {"kty": "EC", "crv": "P-256", "kid": "one", "x": "…", "y": "…"}
TODAY = date(2026, 11, 5)


@pytest.mark.parametrize("pasted", [PUBLIC, [PUBLIC], {"keys": [PUBLIC]}])
def test_a_key_a_list_and_a_set_are_read_alike(pasted: Any) -> None:
    assert keys_in(json.dumps(pasted)) == [PUBLIC]


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "-----BEGIN PUBLIC KEY-----",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": "x"}',
        '["x"]',
        "null",
        '{"kid": "x"}',
        '{"kty": NaN}',
        '{"kty": "EC", "x": NaN}',
        '{"kty": "EC", "x": {"y": 1}}',
        '{"kty": "EC", "x": [["y"]]}',
        "[" * 60_000,
        "9" * 5_000,
    ],
)
def test_what_is_no_key_is_said_to_be_none(pasted: str) -> None:
    with pytest.raises(NotKeys, match="JWK") as refusal:
        keys_in(pasted)
    assert str(refusal.value) == NOT_A_KEY


@pytest.mark.parametrize(
    "key",
    [ECKey.generate_key("P-256"), RSAKey.generate_key(2048), OctKey.generate_key(256)],
    ids=lambda k: k.key_type,
)
def test_a_private_key_is_known_for_one_of_whatever_kind(key: Any) -> None:
    with pytest.raises(NotKeys) as refusal:
        keys_in(json.dumps({"keys": [PUBLIC, key.as_dict(private=True)]}))
    assert str(refusal.value) == A_PRIVATE_KEY


@pytest.mark.parametrize(
    ("expires", "closed", "word"),
    [
        ("2026-11-05", False, "Can sign in"),
        ("2026-11-04", False, "Its time is over"),
        ("2027-11-05", True, "Closed for good"),
    ],
)
def test_a_service_account_is_open_until_its_day_or_until_it_is_closed(
    expires: str, closed: bool, word: str
) -> None:
    answer = {
        "id": "m", "version": 1, "unit_id": "u", "name": "Exporter", "expires": expires, "closed": closed,
        "last_used": None, "keys": ["one"],
        "acts": {
            "change": {"allowed": False, "refusal": {"type": "/problems/machine-beyond-own-use"}},
            "close": {"allowed": False, "refusal": {"type": "/problems/sign-in-too-old"}},
        },
    }  # fmt: skip
    machine = machine_of(answer, TODAY)
    assert machine.state.word == word
    assert machine.link == "/units/u/machines/m"
    assert machine.may == {"change": False, "close": True}
