"""Text from outside: signs that carry meaning stay, signs that carry none go."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words.text import (
    ZWJ,
    ZWNJ,
    bare,
    compact,
    has_controls,
    letters_and_digits,
    line,
    lines,
    plain_digits,
)

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CARRY_NOTHING = (
    *range(0x200E, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x3164, 0xFEFF, 0xFFA0),
    *(0xFFF9, 0xFFFA, 0xFFFB, 0xE0001, 0xE0041, 0xE007F),
)


@pytest.mark.parametrize("code", CARRY_NOTHING, ids=hex)
@pytest.mark.parametrize("around", ["{}Kalirbazer", "Kalir{}bazer", "Kalirbazer{}", "{0}Kalir{0}bazer{0}"])
def test_a_sign_that_cannot_be_seen_is_dropped_from_a_name(code: int, around: str) -> None:
    assert line(around.format(chr(code))) == "Kalirbazer"


@pytest.mark.parametrize("code", CARRY_NOTHING, ids=hex)
def test_a_sign_that_cannot_be_seen_is_dropped_from_a_number(code: int) -> None:
    sign = chr(code)
    assert compact(f"{sign}19{sign}80{sign}") == "1980"


@pytest.mark.parametrize("joiner", [ZWJ, ZWNJ])
def test_joiners_are_dropped_where_the_script_has_no_use_for_them(joiner: str) -> None:
    assert line(f"Da{joiner}ng {joiner}Thi{joiner}") == "Dang Thi"
    assert line(f"19{joiner}80") == "1980"
    assert line(f"ক {joiner}খ") == "ক খ"
    assert line(joiner) == ""


@pytest.mark.parametrize(
    "word",
    [
        "র\u200d্যালি",  # ra, ya-phala: without the joiner it is another word
        "র\u200d্যাব",
        "উদ্\u200cঘাটন",
        "উত্\u200d",  # the old spelling of khanda ta, at the end of a word
        "ক্\u200dষ",
        "क्\u200dष",
        "می\u200cخواهم",
        "ශ්\u200dරී",
        "ക്\u200dഷ",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
    ],
)
def test_joiners_stay_where_the_script_needs_them(word: str) -> None:
    assert line(word) == unicodedata.normalize("NFC", word)


def test_of_several_joiners_in_a_row_the_first_counts() -> None:
    assert line("র\u200d\u200d\u200c্যালি") == "র\u200d্যালি"


def test_what_is_compared_has_no_joiners() -> None:
    assert bare("র\u200d্যালি") == bare("র্যালি")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Đặng   Thi\u0323 ", "Đặng Th\u1ecb"),
        ("a\u00a0b\u2003c\u3000d\te\r\nf", "a b c d e f"),
        ("a\u2028b\u2029c\u0085d", "a b c d"),
        ("", ""),
        ("\u200b \ufeff", ""),
        (
            "e\u200b\u0301",
            "\u00e9",
        ),  # what stood between a letter and its mark is gone before they are joined
        ("A\ufe0f", "A"),
        ("1\ufe0f", "1"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("ab\U000e0100", "ab"),
    ],
)
def test_a_line_is_nfc_with_single_blanks(typed: str, kept: str) -> None:
    assert line(typed) == kept


def test_several_lines_keep_their_breaks_and_lose_their_ends() -> None:
    assert lines("  a  \r\n\u200e b\rc\u2028d \n\n") == "a\n b\nc\nd"


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[0m", "a\x07", "\x7f", "\x9f"])
def test_control_signs_are_noticed(text: str) -> None:
    assert has_controls(text)


@pytest.mark.parametrize("text", ["a\nb\tc", "র\u200d্যালি", "a\u0085b"])
def test_blanks_breaks_and_joiners_are_no_control_signs(text: str) -> None:
    assert not has_controls(text)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("১২৩ ৪৫৬-৭৮৯০", "1234567890"),
        ("٠١٢٣", "0123"),
        ("１２３", "123"),
        ("𝟏𝟐", "12"),
        ("(017) 123.456‐7", "0171234567"),
        ("\u202a019\u202c", "019"),
        ("12\u00a034", "1234"),
        ("12/34", "12/34"),
        ("AB 12", "AB12"),
        ("½", "½"),
        ("²234567890", "²234567890"),
        ("①２", "①2"),
    ],
)
def test_a_number_that_is_a_name_loses_what_people_put_between(typed: str, plain: str) -> None:
    assert compact(typed) == plain


@pytest.mark.parametrize("typed", ["ABCD-EF23", " abcd ef২৩", "\u202aabcd\u200b-ef23\u202c", "ＡＢＣＤ.ef23"])
def test_a_code_off_paper_is_one_however_it_was_typed(typed: str) -> None:
    assert letters_and_digits(typed) == "ABCDEF23"


@pytest.mark.parametrize(("text", "plain"), [("০১২৩৪৫৬৭৮৯", "0123456789"), ("٠١٢", "012"), ("a1", "a1")])
def test_digits_of_every_script_become_plain(text: str, plain: str) -> None:
    assert plain_digits(text) == plain


@given(ANY_TEXT)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert line(line(text)) == line(text)
    assert lines(lines(text)) == lines(text)
    assert compact(compact(text)) == compact(text)


@given(ANY_TEXT)
def test_a_line_holds_nothing_that_cannot_be_seen(text: str) -> None:
    assert not {chr(code) for code in CARRY_NOTHING} & set(line(text))
