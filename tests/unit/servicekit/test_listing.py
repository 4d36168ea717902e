"""Pages of lists: each item once, none left out, whatever happens to the list between two pages."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.domain.members import sort_key
from servicekit.calendar.order import newest_first
from servicekit.web.listing import CURSOR_MOST, CursorUnknown, Page, cursor, key_of, page_from, page_of


@dataclass(frozen=True)
class Line:
    name: str
    id: str


def key(line: Line) -> tuple[str, ...]:
    return line.name, line.id


LINES = st.lists(st.builds(Line, st.text(max_size=5), st.text(max_size=3)), unique_by=key, max_size=30)


def walked(lines: list[Line], limit: int) -> list[Line]:
    seen: list[Line] = []
    after: str | None = ""
    while after is not None:
        page = page_of(lines, key, after, limit)
        assert page.total == len(lines)
        seen += page.items
        after = page.next
    return seen


@given(LINES, st.integers(1, 10))
def test_page_after_page_shows_each_item_once_in_order(lines: list[Line], limit: int) -> None:
    assert walked(lines, limit) == sorted(lines, key=key)


@given(LINES, st.integers(1, 5), st.data())
def test_what_leaves_or_joins_between_two_pages_neither_repeats_nor_skips(
    lines: list[Line], limit: int, data: st.DataObject
) -> None:
    first = page_of(lines, key, "", limit)
    if first.next is None:
        return
    staying = [line for line in lines if data.draw(st.booleans())]
    second = page_of(staying, key, first.next, 100)
    assert set(second.items) == {line for line in staying if key(line) > key(first.items[-1])}


def test_a_cursor_of_nobody_is_refused() -> None:
    lines = [Line("a", "1"), Line("b", "2")]
    half = urlsafe_b64encode(b'["a", "\\ud800"]').decode()
    for bad in (half, "!", "e30", "WzFd", cursor(("a",)), cursor(("a", "1", "x")), "W1sxXV0", "ÿ", "[" * 900):
        with pytest.raises(CursorUnknown):
            page_of(lines, key, bad, 1)


def test_a_cursor_gives_its_key_back() -> None:
    assert key_of(cursor(("কালী", "1")), 2) == ("কালী", "1")


def test_what_was_looked_up_with_one_more_says_that_there_is_more() -> None:
    lines = [Line("a", "1"), Line("b", "2"), Line("c", "3")]
    assert page_from(lines, key, 2, 7) == Page(lines[:2], cursor(("b", "2")), 7)
    assert page_from(lines, key, 3, 3) == Page(lines, None, 3)


def test_later_instants_come_first() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    instants = [now + timedelta(microseconds=step) for step in (0, 1, 10, 999_999, 10**9)]
    assert sorted(instants, key=newest_first) == instants[::-1]


def test_a_place_deep_in_the_tree_under_the_longest_codes_and_names_is_a_cursor_too() -> None:
    deep = json.dumps([["ব" * 64, "a" * 20]] * 15, ensure_ascii=False)
    longest = (("2026-01-01", "a" * 20, deep), (sort_key("ক্ষ" * 66, "a" * 20) * 2,))
    for place in longest:
        assert len(cursor(place)) <= CURSOR_MOST
        assert key_of(cursor(place), len(place)) == place
