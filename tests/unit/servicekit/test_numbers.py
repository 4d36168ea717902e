"""Numbers from outside: read as what they say, or refused. What is refused loses nothing; what is misread does."""

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words.numbers import GROUPING, NotDecimal, NotWhole, decimal, whole

TYPED = json.loads((Path(__file__).parents[1] / "figures_typed.json").read_text(encoding="utf-8"))
FIGURES = (0, 3, 11, 13, 47, 50, 320, 1586)
ZEROS = {"en": "0", "bn": "০", "hi": "०", "ar": "٠", "fa": "۰", "my": "၀", "wide": "０", "ta": "௦", "th": "๐"}
GROUPS = (" ", "\u00a0", "\u202f", "\u2009", ",", ".", "'", "\u2019", "\uff0c", "\u066c")


def in_digits(number: object, zero: str) -> str:
    return "".join(chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in str(number))


@pytest.mark.parametrize(("typed", "read"), TYPED["counts"]["right"].items())
@pytest.mark.parametrize("language", GROUPING)
def test_the_figures_that_people_typed_are_read(typed: str, read: int, language: str) -> None:
    assert whole(typed, GROUPING[language]) == read


@pytest.mark.parametrize("typed", TYPED["counts"]["refuse"][:4])
@pytest.mark.parametrize("language", GROUPING)
def test_the_figures_that_were_misread_are_refused(typed: str, language: str) -> None:
    with pytest.raises(NotWhole):
        whole(typed, GROUPING[language])
    with pytest.raises(NotWhole):
        whole(typed)


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("behind", [".0", ",0", "٫0", ".00", ",00", ".5", "."])
def test_no_figure_with_decimals_behind_it_is_a_count(zero: str, figure: int, behind: str) -> None:
    with pytest.raises(NotWhole):
        whole(in_digits(f"{figure}{behind}", zero))


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(("language", "behind"), [("en", ".000"), ("bn", ".000"), ("vi", ",000")])
def test_three_decimals_of_a_spreadsheet_are_no_thousands(figure: int, language: str, behind: str) -> None:
    with pytest.raises(NotWhole):
        whole(f"{figure}{behind}", GROUPING[language])


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
@pytest.mark.parametrize("figure", FIGURES)
def test_digits_of_every_script_are_read(zero: str, figure: int) -> None:
    assert whole(in_digits(figure, zero)) == figure
    assert whole(f"\u200e {in_digits(figure, zero)}\u200f\ufeff") == figure


@pytest.mark.parametrize("sign", GROUPS)
@pytest.mark.parametrize(
    ("groups", "read"),
    [
        (("1", "234", "567"), 1_234_567),
        (("12", "34", "567"), 1_234_567),
        (("1", "23", "456"), 123_456),
        (("999", "999", "999", "999"), 999_999_999_999),
        (("10", "00", "00", "000"), 100_000_000),
    ],
)
def test_real_groups_are_read(sign: str, groups: tuple[str, ...], read: int) -> None:
    assert whole(sign.join(groups)) == read
    assert whole(sign.join(groups), grouping="") == read


@pytest.mark.parametrize("sign", GROUPS)
@pytest.mark.parametrize(
    "groups",
    [
        *(("1", "23"), ("12", "34"), ("123", "45"), ("1", "2345"), ("1234", "567"), ("1", "2", "3")),
        *(("0", "123"), ("0", "123", "456"), ("1", "234", "56"), ("12", "345", "67"), ("123", "45", "678")),
        *(("", "123"), ("1", "", "234"), ("1", "234", ""), ("1", "234", "5678"), ("12", "34", "56")),
    ],
)
def test_what_only_looks_like_groups_is_refused(sign: str, groups: tuple[str, ...]) -> None:
    typed = sign.join(groups)
    if typed.strip() == typed and "  " not in typed:
        with pytest.raises(NotWhole):
            whole(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "-", "+", "--1", "+-1", "1-", "1e3", "1E3", "0x1f", "1_000", "1,234.567", "1.234,567"),
        *("1 234,567", "1,234 567", "½", "①", "Ⅳ", "²", "12a", "a12", "12 %", "12%", "(12)", "1/2", "NaN"),
        *("Infinity", "one", "1,,234", "1..234", "1'234,567", "12;34", "9" * 13, "9" * 400, "1\n234x"),
        *("1.234.567,0", "1,234,567.0", "12,34,567.0", "৪৫.৬", "৪৫,৬", "४५.६", "٤٥٫٦", "４５．６", "1:30"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(NotWhole):
        whole(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("-3", -3), ("\u22123", -3), ("+3", 3), ("007", 7), ("0", 0), ("-1,234", -1234), ("4৭", 47)],
)
def test_signs_and_leading_zeros(typed: str, read: int) -> None:
    assert whole(typed) == read


@pytest.mark.parametrize(
    ("typed", "english", "vietnamese"), [("1,234", 1234, None), ("1.234", None, 1234), ("1 234", 1234, 1234)]
)
def test_one_group_after_a_dot_or_comma_is_read_as_the_reader_writes_it(
    typed: str, english: int | None, vietnamese: int | None
) -> None:
    for grouping, read in ((",", english), (".", vietnamese)):
        if read is None:
            with pytest.raises(NotWhole):
                whole(typed, grouping)
        else:
            assert whole(typed, grouping) == read


@pytest.mark.parametrize(("typed", "read"), TYPED["mean_age"]["right"].items())
def test_the_means_that_people_typed_are_read(typed: str, read: float) -> None:
    assert float(decimal(typed)) == read


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
@pytest.mark.parametrize("point", [".", ",", "\u066b", "\uff0e"])
@pytest.mark.parametrize("tenths", [0, 4, 452, 456, 999, 1200])
def test_means_in_digits_of_every_script(zero: str, point: str, tenths: int) -> None:
    typed = in_digits(f"{tenths // 10}{point}{tenths % 10}", zero)
    assert decimal(f"\u200f{typed} ") == Decimal(tenths) / 10


@pytest.mark.parametrize(
    "typed",
    ["45.67", "45,67", "৪৫.৬৭", "45.", ".5", "45.6.7", "45 6", "1,234.5", "4e1", "abc", "", "45.60", "--4.5"],
)
def test_what_is_no_mean_is_refused(typed: str) -> None:
    with pytest.raises(NotDecimal):
        decimal(typed)


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_every_number_is_read_as_python_groups_it(number: int) -> None:
    assert whole(str(number)) == number
    assert whole(f"{number:,}") == number
    assert whole(f"{number:,}".replace(",", " "), grouping="") == number


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with suppress(NotWhole):
        assert abs(whole(typed)) < 10**12
    with suppress(NotDecimal):
        assert decimal(typed) * 10 == int(decimal(typed) * 10)
