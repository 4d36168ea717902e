"""Ids, cookies, languages, clock, schemas: what each promises."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response, request
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from servicekit.data.crypto import blind_index, normal_digits
from servicekit.ids import id_from, new_id, request_id
from servicekit.serving.cookies import SESSION, Cookie
from servicekit.serving.problems import pointer
from servicekit.web.schemas import StrictSchema, identifier, one_of, text, whole
from servicekit.words.i18n import LANGUAGES, negotiate
from servicekit.work.clock import Clock


def test_ids_are_opaque_short_and_each_another() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == 20 and one.isalnum() and one == one.lower() for one in made)
    assert all(len(request_id()) == 20 for _ in range(100))


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_an_id_from_parts_is_the_same_for_the_same_parts_alone(one: list[str], other: list[str]) -> None:
    same = "\x1f".join(one) == "\x1f".join(other)
    assert (id_from(*one) == id_from(*other)) == same


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("bn", "bn"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr,de;q=0.9,bn;q=0.1", "bn"),
        ("en;q=0.1,vi;q=0.9", "vi"),
        ("bn,vi", "bn"),
        ("BN-BD", "bn"),
        ("*", "en"),
        ("vi;q=x,bn;q=0.1", "bn"),
        ("\x00;q=", "en"),
        ("fr; q=1.0, vi; q=0.9", "vi"),
        ("fr ; q = 1.0 , vi ;q=0.9", "vi"),
        ("fr;level=1;q=1.0, vi;q=0.9", "vi"),
        ("bn-BD,en;q=0.5", "bn"),
        ("zh-Hant-TW, bn_BD;q=0.9", "bn"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("vi;q=0", "en"),
        ("vi-Latn-VN", "vi"),
        (",".join(["x-unknown"] * 9) + ",vi", "vi"),
    ],
)
def test_the_language_a_reader_asks_for_is_found(header: str | None, language: str) -> None:
    assert negotiate(header) == language


@given(st.text())
def test_no_header_is_too_strange_to_negotiate(header: str) -> None:
    assert negotiate(header) in LANGUAGES


@pytest.mark.parametrize(
    ("address", "name", "secure"),
    [("https://sammelan.example", "__Host-session", True), ("http://localhost:8800", "session", False)],
)
def test_the_session_cookie_is_bound_to_the_host_where_tls_is_on(
    address: str, name: str, secure: bool
) -> None:
    cookie, response = Cookie(SESSION, address), Response()
    cookie.write(response, "secret")
    sent = response.headers["Set-Cookie"]
    assert sent.startswith(f"{name}=secret;")
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    assert "Path=/" in sent
    assert "Domain" not in sent
    assert ("Secure" in sent) == secure


def test_a_cookie_that_is_too_long_counts_as_none() -> None:
    cookie = Cookie(SESSION, "http://localhost")
    for length, read in ((200, "x" * 200), (201, "")):
        with Flask("x").test_request_context(headers={"Cookie": f"session={'x' * length}"}):
            assert cookie.read(request) == read


def test_an_instant_equals_itself_after_it_was_stored() -> None:
    now = Clock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_today_is_the_day_where_the_organisation_lives() -> None:
    shift = datetime(2026, 3, 1, 20, tzinfo=UTC) - datetime.now(UTC)
    assert Clock("Asia/Dhaka", shift).today().isoformat() == "2026-03-02"
    assert Clock("UTC", shift).today().isoformat() == "2026-03-01"


def test_one_person_has_one_number_in_any_script() -> None:
    assert normal_digits(" ১২৩-৪৫ ৬৭") == normal_digits("1234567") == "1234567"


def test_a_blind_index_finds_equal_values_of_one_kind_and_tells_nothing_without_its_key() -> None:
    number = blind_index(b"key", "national_number", "123")
    assert number == blind_index(b"key", "national_number", "123")
    assert number != blind_index(b"key", "phone", "123")
    assert number != blind_index(b"other", "national_number", "123")
    assert "123" not in number[:3]


class Sample(StrictSchema):
    unit_id = identifier(required=True)
    name = text(10)
    kind = one_of(("a", "b"))
    number = whole(0, 5)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"unit_id": "u", "role": "x"}, "role"),
        ({}, "unit_id"),
        ({"unit_id": {"$ne": None}}, "unit_id"),
        ({"unit_id": "U"}, "unit_id"),
        ({"unit_id": "u" * 65}, "unit_id"),
        ({"unit_id": ["u"]}, "unit_id"),
        ({"unit_id": "u", "name": ""}, "name"),
        ({"unit_id": "u", "name": "x" * 11}, "name"),
        ({"unit_id": "u", "name": 5}, "name"),
        ({"unit_id": "u", "name": None}, "name"),
        ({"unit_id": "u", "kind": "c"}, "kind"),
        ({"unit_id": "u", "number": "5"}, "number"),
        ({"unit_id": "u", "number": 6}, "number"),
        ({"unit_id": "u", "number": 1.5}, "number"),
    ],
)
def test_a_strict_schema_refuses_by_the_name_of_the_field(body: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Sample().load(body)
    assert isinstance(refused.value.messages, dict)
    assert list(refused.value.messages) == [field]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
)
def test_a_strict_schema_refuses_or_gives_what_it_promises(body: object) -> None:
    try:
        loaded = Sample().load(body)  # type: ignore[arg-type]
    except ValidationError:
        return
    assert set(loaded) <= {"unit_id", "name", "kind", "number"}
    assert isinstance(loaded["unit_id"], str)


def test_a_pointer_is_rooted() -> None:
    assert pointer("names.bn") == "/names/bn"
    assert pointer("/already/there") == "/already/there"
