"""Fields of what comes in: each passes the one door for its kind."""

from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError

from servicekit.web.schemas import (
    NOT_AN_ID,
    AskedWhole,
    Birth,
    Day,
    Number,
    Whole,
    email,
    identifier,
    matching,
    prose,
    text,
    verbatim,
    whole,
)
from servicekit.words.dates import Year


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        (text(), " a\u200b  b\n", "a b"),
        (text(), "র\u200d্যালি", "র\u200d্যালি"),
        (prose(), "a\r\n\u202eb ", "a\nb"),
        (verbatim(20), " a\u200b ", " a\u200b "),
        (identifier(), "abc_1", "abc_1"),
        (whole(), 47, 47),
        (AskedWhole(), "৪৭", 47),
        (AskedWhole(), "12,34,567", 1_234_567),
        (Number(), 45.6, 45.6),
        (Day(), "১৯৮০-০১-৩১", date(1980, 1, 31)),
        (Birth(), "1980", Year(1980)),
        (Birth(), "1980-01-31", date(1980, 1, 31)),
        (email(), "\u200bclerk@example.org ", "clerk@example.org"),
    ],
)
def test_what_is_meant_is_read(field: Any, typed: Any, read: Any) -> None:
    assert field.deserialize(typed) == read


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *(
            (text(), one)
            for one in list[Any](["", " ", "\u200b", "a\x00b", 7, None, ["a"], {"$ne": ""}, "x" * 201])
        ),
        *((prose(5), one) for one in ("\n\n", "a\x07", "123456", 7)),
        *((identifier(), one) for one in ("abc\n", "abc\u200b", "Abc", "", "a" * 65, "a b", 7)),
        (matching("[a-z]{2}|x", NOT_AN_ID), "abc"),
        (matching("[a-z]{2}|x", NOT_AN_ID), "x\n"),
        *((whole(), one) for one in ("47", 47.0, 47.5, True, None, "৪৭", 1e3, -1, 10**10)),
        *((Whole(), one) for one in ("47", 47.0)),
        *((AskedWhole(), one) for one in ("1_000", "1.234", "1,234", "47.0", "", "1e3", "x")),
        *((Number(), one) for one in list[Any](["45.6", True, None, float("nan"), float("inf"), []])),
        *(
            (Day(), one)
            for one in ("1980-W01-1", "19800101", "1980-001", "1980", 1980, None, "1980-01-01T00:00")
        ),
        *((Birth(), one) for one in ("1980-W01-1", "80", 1980, None, "1980-02-30")),
        *((email(), one) for one in ("a@b", "a@example.org\nb", 7, "a" * 195 + "@example.org")),
    ],
)
def test_what_is_not_meant_is_refused(field: Any, typed: Any) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(typed)


def test_a_year_leaves_as_a_year_and_a_day_as_a_day() -> None:
    assert Birth().serialize("born", {"born": Year(1980)}) == "1980"
    assert Birth().serialize("born", {"born": date(1980, 1, 31)}) == "1980-01-31"


def test_a_published_pattern_is_one_that_other_languages_read_alike() -> None:
    (validator,) = identifier().validators
    assert validator.regex.pattern == "^(?:[a-z0-9_-]{1,64})$"  # type: ignore[attr-defined]
