"""Numbers, shares and days as the three languages write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words import formats
from servicekit.words.text import plain_digits


@pytest.mark.parametrize(
    ("language", "written"), [("en", "1,234,567"), ("vi", "1.234.567"), ("bn", "১২,৩৪,৫৬৭")]
)
def test_numbers_are_grouped_and_written_in_the_languages_digits(language: str, written: str) -> None:
    assert formats.number(1_234_567, language) == written


@pytest.mark.parametrize(
    ("done", "total", "language", "written"),
    [
        (51_985, 52_105, "en", "99.8%"),
        (51_985, 52_105, "vi", "99,8%"),
        (51_985, 52_105, "bn", "৯৯.৮%"),
        (52_104, 52_105, "en", "99.9%"),  # 100 only when nothing is missing
        (52_105, 52_105, "en", "100%"),
        (1, 60_000, "en", "0.1%"),  # 0 only when nothing is done
        (0, 60_000, "en", "0%"),
        (0, 0, "en", "–"),
    ],
)
def test_a_share_has_one_decimal(done: int, total: int, language: str, written: str) -> None:
    assert formats.percent(done, total, language) == written


@given(st.integers(1, 100_000), st.data())
def test_a_share_is_whole_or_nothing_only_when_it_is(total: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, total))
    tenths = formats.tenths(done, total)
    assert (tenths == 1000) == (done == total)
    assert (tenths == 0) == (done == 0)


@pytest.mark.parametrize(
    ("language", "written"), [("en", "5 Nov 2026"), ("vi", "05/11/2026"), ("bn", "৫ নভেম্বর, ২০২৬")]
)
def test_days_are_written_by_language(language: str, written: str) -> None:
    assert formats.day("2026-11-05", language) == written
    assert formats.day(date(2026, 11, 5), language) == written


def test_no_day_is_a_dash() -> None:
    assert formats.day(None, "en") == formats.day("", "bn") == "–"


def test_an_instant_is_told_where_the_organisation_lives() -> None:
    late = datetime(2026, 11, 5, 19, 30, tzinfo=UTC)
    assert formats.instant(late, "en", ZoneInfo("Asia/Dhaka")) == "6 Nov 2026, 01:30"
    assert formats.instant(late.isoformat(), "bn", ZoneInfo("Asia/Dhaka")) == "৬ নভেম্বর, ২০২৬, ০১:৩০"
    assert formats.hour(late, "bn", ZoneInfo("Asia/Dhaka")) == "০১:৩০"


@given(st.integers(0, 10**9))
def test_bangla_digits_are_read_as_they_are_written(value: int) -> None:
    written = formats.number(value, "bn").replace(",", "")
    assert int(plain_digits(written)) == value


def test_what_was_typed_keeps_all_but_its_digits() -> None:
    assert formats.digits("2026–2031, A", "bn") == "২০২৬–২০৩১, A"
    assert formats.digits("2026–2031", "vi") == "2026–2031"
