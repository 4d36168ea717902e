"""Names with a letter more, less, another or in another place are found, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words.names import LONGEST_BEGINNING, Fit, beginnings, fit
from servicekit.words.near import MOST_KEYS, MOST_WORDS, near_keys, wrong_letters


@pytest.mark.parametrize(
    ("written", "typed", "wrong"),
    [
        ("Comilla", "comila", 1),
        ("Comilla", "comillla", 1),
        ("Comilla", "cumilla", 1),
        ("Comilla", "ocmilla", 1),
        ("Kalirbazar", "Kalir bazer", 1),
        ("Kalir Bazar", "kalirbazer", 1),
        ("Kalir Bazar", "kalirbzar", 1),
        ("Kalir Bazar", "kaler bazer", 2),
        ("কুমিল্লা", "কুমিলা", 1),
        ("কুমিলা", "কুমিল্লা", 1),
        ("কালীরবাজার", "কালিরবাজার", 1),
        ("কালীর বাজার", "কালিরবাজার", 1),
        ("রাজশাহী", "রাজশাহি", 1),
        ("ব্রাহ্মণবাড়িয়া", "ব্রাহ্মনবাড়িয়া", 1),
        ("Brahmanbaria", "Brahmonbria", 2),
        ("Chattogram", "chatogram", 1),
        ("Narayanganj Sadar", "narayangonj sadr", 2),
        ("Đà Nẵng", "Da Nag", 1),
        ("Đống Đa", "Dongg Da", 1),
        ("Thành phố Hồ Chí Minh", "thanh pho ho chy minh", 1),
        ("Narayanganj", "narayangnj sa", None),
        ("Comilla", "comi", 0),
        ("Comilla", "camela", None),
        ("Dhaka", "dacca", None),
        ("Feni", "fani", 1),
        ("Feni", "fen", 0),
        ("Sylhet", "syl", 0),
        ("Ha Noi", "hi noi", 1),
        ("Hue", "hua", None),
        ("Bogura", "", None),
        ("", "bogura", None),
    ],
)
def test_so_many_letters_are_wrong(written: str, typed: str, wrong: int | None) -> None:
    assert wrong_letters(typed, [written]) == wrong


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Comilla", "comila"),
        ("Comilla", "ocmilla"),
        ("Kalirbazar", "Kalir bazer"),
        ("Kalir Bazar", "kalirbazer"),
        ("Kalir Bazar", "klirbazar"),
        ("কুমিল্লা", "কুমিলা"),
        ("কুমিলা", "কুমিল্লা"),
        ("রাজশাহী", "রাজশাহি"),
        ("Brahmanbaria", "Brahmonbria"),
        ("Narayanganj Sadar", "narayangonj sadr"),
        ("Đà Nẵng", "Da Nag"),
    ],
)
def test_what_is_looked_up_for_it_is_stored_beside_the_name(written: str, typed: str) -> None:
    assert any(set(keys) & set(beginnings([written])) for keys in near_keys(typed))


LETTERS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=5, max_size=12)


@given(LETTERS, st.data())
def test_one_letter_left_out_of_any_word_is_looked_up_and_fits(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    typed = name[:place] + name[place + 1 :]
    assert wrong_letters(typed, [name]) in (0, 1)
    assert any(set(keys) & set(beginnings([name])) for keys in near_keys(typed))


@given(st.text(max_size=80))
def test_whatever_is_typed_few_keys_are_looked_up(typed: str) -> None:
    keys = near_keys(typed)
    assert len(keys) <= MOST_WORDS
    assert all(len(one) <= MOST_KEYS and all(len(key) <= LONGEST_BEGINNING for key in one) for one in keys)


@pytest.mark.parametrize(
    ("written", "typed", "best"),
    [
        (["Comilla"], "comilla", Fit.WHOLE),
        (["Kalir Bazar"], "kalirbazar", Fit.WHOLE),
        (["Comilla Sadar"], "comilla", Fit.WORDS),
        (["Comilla Sadar"], "sadar comilla", Fit.WORDS),
        (["Comillapara"], "comilla", Fit.BEGINNING),
        (["Cumilla", "Comilla"], "comilla", Fit.WHOLE),
        (["Comilla"], "sadar", None),
    ],
)
def test_a_whole_name_fits_better_than_a_word_and_a_word_than_a_beginning(
    written: list[str], typed: str, best: Fit | None
) -> None:
    assert fit(typed, written) is best
