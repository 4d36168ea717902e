"""Values as documents and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.data.documents import Shape


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    day: date | None
    at: datetime
    marked: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    id: str
    names: Mapping[str, str]
    figures: Mapping[str, int | float]
    state: State
    lines: tuple[Line, ...] = ()
    days: Mapping[str, date] = field(default_factory=dict)
    keeper: str | None = None
    version: int = 0


SHAPE = Shape(Book, sparse={Line: ("marked", "why")})
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOOK = Book("b", {"en": "Book"}, {"men": 3, "age": 52.5}, State.SHUT, (Line("l", None, AT),))


def test_a_document_has_the_fields_by_their_names_and_the_id_where_the_database_has_it() -> None:
    assert SHAPE.document(BOOK) == {
        "_id": "b",
        "names": {"en": "Book"},
        "figures": {"men": 3, "age": 52.5},
        "state": "shut",
        "lines": [{"id": "l", "day": None, "at": AT}],
        "days": {},
        "keeper": None,
    }


def test_the_version_is_read_and_never_written() -> None:
    assert "version" not in SHAPE.document(replace(BOOK, version=7))
    assert SHAPE.value({**SHAPE.document(BOOK), "version": 7}).version == 7


def test_what_an_older_document_lacks_takes_its_default_and_what_a_newer_has_is_left_alone() -> None:
    found = {"_id": "b", "names": {}, "figures": {}, "state": "open", "invented_later": [1]}
    assert SHAPE.value(found) == Book("b", {}, {}, State.OPEN)


@pytest.mark.parametrize(
    "wrong",
    [{"_id": None}, {"_id": 3}, {"keeper": 5}, {"state": "ajar"}, {"version": "1"}, {"version": True}],
)
def test_a_document_that_is_no_such_value_is_refused_and_not_bent(wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        SHAPE.value({**SHAPE.document(BOOK), **wrong})


def test_a_value_within_may_be_read_by_its_own_function() -> None:
    def line_of(found: dict[str, Any]) -> Line:
        return Line(found["id"], None, AT, why=found.get("reason", ""))

    shape = Shape(Book, read={Line: line_of})
    kept = {**shape.document(BOOK), "lines": [{"id": "old", "reason": "as it was kept then"}]}
    assert shape.value(kept).lines == (Line("old", None, AT, why="as it was kept then"),)


@dataclass(frozen=True, slots=True)
class Roughly:
    year: int


@dataclass(frozen=True)
class Found:
    """When something was written: to the day, or roughly."""

    day: date | Roughly
    at: datetime
    also: tuple[date, ...] = ()
    last: date | None = None


def test_a_class_that_has_always_been_kept_in_another_form_keeps_it() -> None:
    def begins(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def day_of(instant: datetime) -> date:
        return instant.date()

    def known(found: datetime | int) -> date | Roughly:
        return Roughly(found) if isinstance(found, int) else day_of(found)

    shape = Shape(
        Found,
        read={date: day_of, date | Roughly: known},
        write={date: begins, Roughly: lambda rough: rough.year},
    )
    exact = Found(date(2026, 3, 1), AT, (date(2026, 3, 2),), date(2026, 3, 3))
    rough = Found(Roughly(1980), AT)
    assert shape.document(exact) == {
        "day": datetime(2026, 3, 1, tzinfo=UTC),
        "at": AT,
        "also": [datetime(2026, 3, 2, tzinfo=UTC)],
        "last": datetime(2026, 3, 3, tzinfo=UTC),
    }
    assert shape.document(rough) == {"day": 1980, "at": AT, "also": [], "last": None}
    assert [shape.value(shape.document(one)) for one in (exact, rough)] == [exact, rough]


LINES = st.builds(Line, st.text(), st.none() | st.dates(), st.just(AT), st.booleans(), st.text(max_size=5))
BOOKS = st.builds(
    Book,
    st.text(),
    st.dictionaries(st.sampled_from(["en", "bn"]), st.text()),
    st.dictionaries(st.sampled_from(["men", "women"]), st.integers(0, 10**6) | st.floats(0, 10**6)),
    st.sampled_from(State),
    st.lists(LINES, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["union"]), st.dates()),
    st.none() | st.text(),
)


@given(BOOKS)
def test_what_was_kept_is_read_as_it_was(book: Book) -> None:
    options: Any = bson.CodecOptions(tz_aware=True)
    kept = bson.decode(bson.encode(SHAPE.document(book)), options)
    assert SHAPE.value(kept) == book
