"""National numbers by scheme: what is one, which forms say the same person, whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.numbers import Digests, KnownNumber, is_of, is_same
from servicekit.words.national_numbers import (
    SCHEMES,
    NationalNumberFaulty,
    SchemeUnknown,
    read_number,
    scheme_of,
    shares_namespace,
)
from servicekit.words.text import compact
from tests.people import citizens

YEAR = 2026


@pytest.mark.parametrize(
    ("scheme", "typed", "read"),
    [
        ("bd-nid", "1234567890", "1234567890"),
        ("bd-nid", "6125 0410 12345", "6125041012345"),
        ("bd-nid", "১৯৮০৬১২৫০৪১০১২৩৪৫", "19806125041012345"),
        ("bd-nid", "\u200e6125041012345\u202c", "6125041012345"),
        ("vn-cccd", "001 080 012 345", "001080012345"),
        ("vn-cccd", "096380012345", "096380012345"),
        ("practice", "9990000000103", "9990000000103"),
        ("no-fnr", "010180 10018", "01018010018"),
        ("ee-isikukood", "EE60001019906", "EE60001019906"),
        ("ee-isikukood", "60001019906", "60001019906"),
        ("ee-isikukood", "FI131052-308T", "FI131052308T"),
        ("sg-nric", "s1234567d", "S1234567D"),
        ("dk-cpr", "010180-1234", "0101801234"),
        ("", "AB-12345678", "AB12345678"),
    ],
)
def test_a_number_is_read_by_its_scheme(scheme: str, typed: str, read: str) -> None:
    assert read_number(typed, [scheme_of(scheme)], YEAR).text == read


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("bd-nid", "12345678901"),  # eleven digits
        ("bd-nid", "123456789012"),
        ("bd-nid", "18996125041012345"),  # nobody alive was born in 1899
        ("bd-nid", "612504101234X"),
        ("bd-nid", "6125041012345\n6"),
        ("bd-nid", "²125041012345½"),
        ("vn-cccd", "000080012345"),
        ("vn-cccd", "097080012345"),
        ("vn-cccd", "00108001234"),
        ("practice", "8880000000103"),
        ("practice", "99900000001"),
        ("no-fnr", "01018010019"),
        ("no-fnr", "99998010018"),
        ("ee-isikukood", "60001019907"),
        ("sg-nric", "S1234567E"),
        ("dk-cpr", "9901801234"),
        ("", "1234567"),
        ("", "ABCDEFGHIJ"),
        ("", "1" * 21),
        ("", "1" * 10_000),
        ("", ""),
    ],
)
def test_what_is_no_number_of_the_scheme_is_refused(scheme: str, typed: str) -> None:
    with pytest.raises(NationalNumberFaulty):
        read_number(typed, [scheme_of(scheme)], YEAR)


def test_one_wrong_digit_is_found_where_the_scheme_has_check_digits() -> None:
    for scheme, good in (
        ("no-fnr", "01018010018"),
        ("ee-isikukood", "60001019906"),
        ("sg-nric", "S1234567D"),
    ):
        places = [place for place, sign in enumerate(good) if sign.isdecimal()]
        wrong = [good[:p] + str((int(good[p]) + 1) % 10) + good[p + 1 :] for p in places]
        assert not [one for one in wrong if scheme_of(scheme).fits(one)], scheme


def test_the_sample_people_have_practice_numbers() -> None:
    for citizen in citizens().values():
        assert SCHEMES["practice"].fits(citizen["national_number"])


def test_a_scheme_that_is_not_there_is_refused() -> None:
    with pytest.raises(SchemeUnknown):
        scheme_of("xx-none")


def known(typed: str, scheme: str = "bd-nid", namespace: str = "") -> KnownNumber:
    number = read_number(typed, [scheme_of(scheme, namespace)], YEAR)
    return KnownNumber(
        Digests(number.text, number.shortest, number.namespace), frozenset(number.forms), (), ""
    )


@given(st.integers(1900, YEAR), st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_seventeen_digits_are_the_thirteen_with_the_birth_year_before_them(year: int, short: str) -> None:
    one, other = known(short), known(f"{year}{short}")
    assert is_of(one, other.digests)
    assert is_of(other, one.digests)
    assert is_same(one.digests, other.digests)
    assert one.digests.core == other.digests.core == short
    # What was kept before there was a core is found by its digest alone.
    assert is_of(one, Digests(other.digests.index))
    assert is_of(other, Digests(one.digests.index))


def test_two_birth_years_are_two_people() -> None:
    one, other = known("19806125041012345"), known("19906125041012345")
    assert not is_of(one, other.digests)
    assert not is_same(one.digests, other.digests)


def test_equal_digits_in_two_namespaces_are_two_people() -> None:
    one, other = known("0101801234"), known("0101801234", "dk-cpr")
    assert not is_of(one, other.digests)
    assert not is_same(one.digests, other.digests)
    apart = known("0101801234", "bd-nid", "elsewhere")
    assert not is_of(one, apart.digests)


def test_what_names_no_namespace_is_older_and_counts_for_all() -> None:
    number = known("0101801234", "dk-cpr")
    assert is_of(number, Digests("0101801234"))
    assert is_same(number.digests, Digests("0101801234"))
    assert not is_same(Digests(), Digests())
    assert not is_of(number, Digests())


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(typed: str) -> None:
    for key in ("", *SCHEMES):
        try:
            number = read_number(typed, [scheme_of(key)], YEAR)
        except NationalNumberFaulty:
            continue
        assert number.text == compact(number.text).upper()
        assert number.text in number.forms


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("own-a", "own-a", True),
        ("own-a", "own-b", False),
        ("own-a", "bd", False),
        ("bd", "vn", False),
        # Kept before each eID had a namespace of its own, or before there were any.
        ("unnamed", "own-a", True),
        ("unnamed", "bd", False),
        ("", "own-a", True),
        ("", "bd", True),
    ],
)
def test_whose_equal_digits_are_one_persons(one: str, other: str, shared: bool) -> None:
    assert shares_namespace(one, other) is shared
    assert shares_namespace(other, one) is shared
