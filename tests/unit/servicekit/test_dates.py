"""Days from outside: year, month and day as written, and nothing that a calendar reads otherwise."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.words.dates import (
    NotADay,
    Year,
    birth,
    birth_in_parts,
    day,
    day_in_parts,
    spoken_birth,
    spoken_day,
    stored_birth,
)

REFUSED = (
    *("1980-W01-1", "1980-W01", "1980W011", "1980-W53-7", "19800101", "1980-001", "1980001", "1980-1-1"),
    *(
        "1980-01",
        "1980-13-01",
        "1980-00-10",
        "1980-02-30",
        "2025-02-29",
        "1980-01-01T00:00",
        "1980-01-01 00:00",
    ),
    *("1980-01-01Z", "01-01-1980", "80-01-01", "1980/01/01", "1980.01.01", "1980–01–01", "-1980-01-01"),
    *(
        "+1980-01-01",
        "10000-01-01",
        "0000-01-01",
        "1980-01-011",
        "1980--01-01",
        "today",
        "",
        " ",
        "৯৮০-০১-০১",
    ),
    *("1980-W০১-১", "1980-০০-০১", "1980-01-0¹", "Ⅰ980-01-01", "1980-01-01\x00"),
)


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_day_of_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(NotADay):
        day(typed)
    with pytest.raises(NotADay):
        birth(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1980-01-31",
        "১৯৮০-০১-৩১",
        "١٩٨٠-٠١-٣١",
        "１９８０-０１-３１",
        "\u200e1980-01-31\u200f",
        " 1980-01-31 ",
        "\ufeff1980-01-31",
    ],
)
def test_a_day_is_read_in_digits_of_every_script(typed: str) -> None:
    assert day(typed) == birth(typed) == spoken_day(typed) == date(1980, 1, 31)


@pytest.mark.parametrize(
    "typed",
    ["31/1/1980", "31.1.1980", "31-01-1980", "৩১/০১/১৯৮০", "31 / 1 / 1980", "1980-1-31", "\u200f31/1/1980"],
)
def test_people_say_the_day_first(typed: str) -> None:
    assert spoken_day(typed) == spoken_birth(typed) == date(1980, 1, 31)


@pytest.mark.parametrize(
    "typed", ["1/31/1980", "31/1/80", "1980-W01-1", "19800131", "31 January 1980", "30/2/1980"]
)
def test_what_nobody_says_is_refused(typed: str) -> None:
    with pytest.raises(NotADay):
        spoken_day(typed)


@pytest.mark.parametrize("typed", ["1980", "১৯৮০", " 1980\u200f"])
def test_where_only_the_year_is_known_it_is_a_value_of_its_own(typed: str) -> None:
    assert birth(typed) == spoken_birth(typed) == Year(1980)
    assert birth(typed) != date(1980, 1, 1)
    with pytest.raises(NotADay):
        day(typed)


@pytest.mark.parametrize("typed", ["80", "0980", "3000", "198", "19800", "1980?", "~1980"])
def test_what_is_no_year_is_refused(typed: str) -> None:
    with pytest.raises(NotADay):
        birth(typed)


@given(st.dates() | st.builds(Year, st.integers(1000, 2999)))
def test_what_is_stored_is_read_again(known: date | Year) -> None:
    assert stored_birth(known.isoformat()) == known


@pytest.mark.parametrize(
    "typed",
    [
        ("31", "1", "1980"),
        ("৩১", "০১", "১৯৮০"),
        (" 31 ", "01", "১৯৮০\u200f"),
        # As it is pasted, or sent by a program: the whole in the first.
        ("31/1/1980", "", ""),
        ("1980-01-31", "", " "),
    ],
)
def test_a_day_is_read_of_three_fields(typed: tuple[str, str, str]) -> None:
    assert day_in_parts(*typed) == birth_in_parts(*typed) == date(1980, 1, 31)


@pytest.mark.parametrize(
    ("typed", "wrong", "days"),
    [
        (("32", "1", "1980"), ("day",), 0),
        (("0", "13", "80"), ("day", "month", "year"), 0),
        (("5", "", ""), ("month", "year"), 0),
        (("", "1", "1980"), ("day",), 0),
        (("30", "২", "১৯৮০"), ("day",), 29),
        (("31", "11", "2026"), ("day",), 30),
        (("31/1/80", "", ""), (), 0),
        (("31/1/1980", "1", "1980"), ("day",), 0),
    ],
)
def test_of_three_fields_each_that_is_wrong_is_named(
    typed: tuple[str, str, str], wrong: tuple[str, ...], days: int
) -> None:
    for read in (day_in_parts, birth_in_parts):
        with pytest.raises(NotADay) as told:
            read(*typed)
        assert (told.value.parts, told.value.days) == (wrong, days)


@pytest.mark.parametrize("typed", [("", "", "1980"), ("১৯৮০", "", "")])
def test_a_year_alone_is_a_birth_and_no_day(typed: tuple[str, str, str]) -> None:
    assert birth_in_parts(*typed) == Year(1980)
    with pytest.raises(NotADay):
        day_in_parts(*typed)
