"""Names are found however they are typed: without marks in Latin script, with every vowel sign in Bangla."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words.names import (
    LONGEST_BEGINNING,
    beginnings,
    code_key,
    code_keys,
    folded,
    joined_keys,
    lookup_keys,
    matches,
    words,
)

ANY_NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đặng Thị Thanh Hương", "dang thi"),
        ("Nguyễn Văn Ước", "uoc nguyen"),
        ("Phường Ba Đình", "ba dinh"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("চট্টগ্রাম", "চট্টগ্রাম"),
        ("রফিকুল ইসলাম", "ইসলাম"),
        (unicodedata.normalize("NFD", "জয়পুর"), unicodedata.normalize("NFC", "জয়পুর")),
        ("\u09ac\u09bcাজশাহী", "রাজশাহী"),
        ("ক্\u200dষমা", "ক্ষমা"),
        ("উৎসব", "উত্\u200dসব"),
        ("ওয়ার্ড ৩২", "ওয়ার্ড 32"),
        ("Ward-32/A", "32 ward"),
    ],
)
def test_a_name_is_found_as_people_type_it(written: str, typed: str) -> None:
    assert matches(typed, [written])
    assert set(lookup_keys(typed)) <= set(beginnings([written]))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Kalirbazer", "Kalir bazer"),
        ("Kalir Bazar", "Kalirbazar"),
        ("Kalir Bazar", "kalirba"),
        ("কালীরবাজার", "কালীর বাজার"),
        ("কালীর বাজার", "কালীরবাজার"),
        ("Kalirbazer Union", "union kalir bazer"),
        ("Cox's Bazar Sadar", "coxsbazar"),
        ("Cox's Bazar Sadar", "coxs bazar"),
        ("Brahman Baria", "brahmanbaria"),
        ("Bà Rịa - Vũng Tàu", "baria vungtau"),
        ("Thành phố Hồ Chí Minh", "hochiminh"),
        ("Đống Đa", "Ðống Ða"),  # U+00D0, as many a keyboard writes it
        ("Ðống Ða", "đống đa"),
        ("\u0189ống", "dong"),
        ("র\u200d্যালি", "র্যালি"),
        ("ব্রা\u200fহ্মন্দী", "ব্রাহ্মন্দী"),
        ("Kalir\u200bbazer", "kalirbazer"),
        ("উত্\u200dসব", "উৎসব"),
    ],
)
def test_a_name_is_found_joined_split_and_by_letters_that_look_alike(written: str, typed: str) -> None:
    assert matches(typed, [written])
    assert {*lookup_keys(typed)[:1], *joined_keys(typed)} & set(beginnings([written]))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Kalir Bazar", "kalir dhaka"),
        ("Kalirbazer", "bazer"),
        ("Bazar Kalir", "kalirbazar"),
        ("Ward 3", "ward3x"),
    ],
)
def test_joining_finds_no_other_words(written: str, typed: str) -> None:
    assert not matches(typed, [written])


@pytest.mark.parametrize(
    "typed", ["BD-N0129", "bd n0129", "bdn0129", "N0129", "n০১২৯", "ｎ０１２９", "n0129\u200e"]
)
def test_a_code_is_looked_up_with_or_without_what_stands_before(typed: str) -> None:
    assert code_key(typed) in code_keys("BD-N0129")


def test_a_code_without_parts_has_one_key() -> None:
    assert code_keys("00123") == ["00123"]
    assert code_key("123") not in code_keys("00123")


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("কালাম", "কলিম"),  # another vowel is another name
        ("মিনা", "মনা"),
        ("Rahim", "ahim"),
        ("Karim Uddin", "karim begum"),
    ],
)
def test_another_name_is_not_found(written: str, typed: str) -> None:
    assert not matches(typed, [written])


def test_a_query_of_one_letter_looks_nothing_up() -> None:
    assert lookup_keys("a") == []
    assert lookup_keys(" - ") == []


def test_the_longest_word_is_looked_up_first() -> None:
    assert lookup_keys("ab Chandina 59") == ["chandi", "59", "ab"]


def test_a_long_word_is_looked_up_by_its_beginning_and_decided_by_the_whole() -> None:
    assert lookup_keys("Brahmanbaria") == ["brahma"]
    assert "brahma" in beginnings(["Brahmanpara"])
    assert not matches("Brahmanbaria", ["Brahmanpara"])


@given(ANY_NAME)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(ANY_NAME)
def test_every_name_is_found_by_itself_and_in_any_normal_form(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert matches(unicodedata.normalize(form, text), [text])


@given(st.lists(ANY_NAME, min_size=1, max_size=3), st.data())
def test_the_beginning_of_any_stored_word_is_looked_up_equal(names: list[str], data: st.DataObject) -> None:
    long_words = [word for name in names for word in words(name) if len(word) >= 2]
    if not long_words:
        return
    word = data.draw(st.sampled_from(long_words))
    typed = word[: data.draw(st.integers(2, len(word)))]
    asked = words(typed)
    if asked == [typed]:
        assert lookup_keys(typed)[0] in beginnings(names)


@given(ANY_NAME)
def test_stored_beginnings_are_few_and_short(text: str) -> None:
    stored = beginnings([text])
    assert all(2 <= len(one) <= LONGEST_BEGINNING for one in stored)
    assert len(stored) <= 48 * 5
