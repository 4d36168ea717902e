"""What comes as a token is read as one or refused, whatever it is made of; nothing else comes out of the reader."""

import ast
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from time import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.access.keys import KeyRing, TokenRefused, make_keys
from servicekit.access.signed import NotSigned, parts_of
from servicekit.data.strict_json import strict_object
from tests.architecture.the_code import sources, syntax
from tests.processes import ROOT

HEADER = b'{"alg":"ES256","kid":"k"}'
DEEP = b"[" * 5_000
HUGE = b"1" + b"0" * 400
# Raw JSON of an object that a strict reader refuses.
FAULTY: dict[str, bytes] = {
    "a name twice": b'{"sub":"a","sub":"b"}',
    "a name twice, inside": b'{"act":{"sub":"a","sub":"b"}}',
    "half a surrogate": b'{"jti":"\\ud800"}',
    "half a surrogate in a name": b'{"\\udfff":1}',
    "half a surrogate inside": b'{"a":[{"b":"\\ud800"}]}',
    "a huge number": b'{"exp":' + HUGE + b"}",
    "a huge negative number": b'{"exp":-' + HUGE + b"}",
    "more digits than Python converts": b'{"exp":' + b"9" * 5_000 + b"}",
    "infinity by exponent": b'{"exp":1e999}',
    "a large exponent": b'{"exp":1e300}',
    "not a number": b'{"exp":NaN}',
    "infinity": b'{"exp":-Infinity}',
    "deep": b'{"a":' + DEEP + b"}",
    "deep and closed": b'{"a":' + b"[" * 500 + b"]" * 500 + b"}",
    "deep objects": b'{"a":' * 40 + b"1" + b"}" * 40,
    "a list": b"[]",
    "a text": b'"sub"',
    "null": b"null",
    "nothing": b"",
    "no UTF-8": b'{"a":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
}


def compact(header: bytes, claims: bytes) -> str:
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in (header, claims, b"signature"))


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_object_is_refused_as_claims_and_as_header(what: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever text
        strict_object(FAULTY[what])
    for token in (compact(HEADER, FAULTY[what]), compact(FAULTY[what], b"{}")):
        with pytest.raises(NotSigned):
            parts_of(token, 100_000)


@pytest.mark.parametrize(
    "token",
    [
        "", ".", "..", "a.b", "a.b.c.d", "é.é.é", "\ud800.a.b", "a b.c.d", "e30.e30.e30=",
        "e30.e30.\n", "e30.e30.e30\n",
        compact(b'{"alg":"ES256"}', b"{}"), compact(b'{"kid":"k"}', b"{}"), compact(b'{"alg":1,"kid":"k"}', b"{}"),
        compact(b'{"alg":"ES256","kid":["k"]}', b"{}"), compact(HEADER, b'{"a":"' + b"x" * 200_000 + b'"}'),
    ],
)  # fmt: skip
def test_what_has_not_the_form_is_refused(token: str) -> None:
    with pytest.raises(NotSigned):
        parts_of(token, 100_000)


@given(
    st.text()
    | st.binary().map(lambda raw: compact(HEADER, raw))
    | st.binary().map(lambda raw: compact(raw, raw))
)
def test_anything_is_read_or_refused(token: str) -> None:
    try:
        parts_of(token, 10_000)
    except NotSigned:
        return


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    folder: Path = tmp_path_factory.mktemp("keys")
    make_keys(folder, "identity")
    return KeyRing(folder, "identity")


ODD: list[Any] = [None, True, "1", "x" * 5_000, [], {}, 10**400, -1, 1.5, ["identity"], {"a": []}]


@given(
    name=st.sampled_from(["iss", "sub", "aud", "exp", "iat", "jti", "acr", "sid", "gen"]),
    value=st.sampled_from(ODD),
)
def test_a_signed_token_with_odd_claims_is_refused_or_read(keys: KeyRing, name: str, value: object) -> None:
    claims = {"iss": "identity", "aud": "congress", "sub": "a", "exp": int(time()) + 60, name: value}
    token = keys.sign(claims, "at+jwt")
    try:
        keys.verify(token, "identity", "at+jwt", "congress")
    except TokenRefused:
        return


@pytest.mark.parametrize("what", FAULTY)
def test_a_service_refuses_a_token_whose_header_or_claims_are_faulty(keys: KeyRing, what: str) -> None:
    kid = keys.public("identity")["keys"][0]["kid"].encode()
    good = b'{"alg":"ES256","typ":"at+jwt","kid":"' + kid + b'"}'
    for token in (compact(good, FAULTY[what]), compact(FAULTY[what], b"{}")):
        with pytest.raises(TokenRefused):
            keys.verify(token, "identity", "at+jwt", "congress")


@pytest.mark.parametrize(
    "header", [{"crit": 7}, {"crit": ["x"]}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF"}]
)
def test_odd_headers_are_refused_or_without_effect(keys: KeyRing, header: dict[str, Any]) -> None:
    kid = keys.public("identity")["keys"][0]["kid"]
    said = {"alg": "ES256", "typ": "at+jwt", "kid": kid, **header}
    with pytest.raises(TokenRefused):
        keys.verify(compact(json.dumps(said).encode(), b"{}"), "identity", "at+jwt", "congress")


def test_tokens_are_decoded_in_three_places_which_read_them_strictly_first() -> None:
    decoders = ("jwt.decode", "jws.deserialize_compact", "jwe.decrypt_compact")
    found = {
        (path.name, ast.unparse(node.func))
        for path in sources(
            "identity", "servicekit", "gateway", "portal", "congress", "membership", "notifications"
        )
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in decoders
    }
    assert found == {
        ("keys.py", "jwt.decode"),
        ("machines.py", "jwt.decode"),
        ("proof.py", "jws.deserialize_compact"),
        ("proof.py", "jwe.decrypt_compact"),
    }
    for path in ("servicekit/access/keys.py", "identity/operations/machines.py"):
        assert "parts_of(" in (ROOT / path).read_text(encoding="utf-8")
    assert "strict_object(" in (ROOT / "identity/eid/proof.py").read_text(encoding="utf-8")
