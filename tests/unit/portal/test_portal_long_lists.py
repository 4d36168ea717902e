"""A list that is longer than one page is read to its end."""

from dataclasses import asdict

import pytest

from portal.shared.clients.answers import Document, every
from servicekit.web.listing import PAGE, page_of


class Listed:
    """So many items as a service gives them, and the places that somebody asked from."""

    def __init__(self, number: int) -> None:
        self.ids = [f"{one:04}" for one in range(number)]
        self.asked: list[str] = []

    def page(self, after: str) -> Document:
        assert after not in self.asked, "the same page again, and so for ever"
        self.asked.append(after)
        return asdict(page_of([{"id": one} for one in self.ids], lambda one: (one["id"],), after, PAGE))


@pytest.mark.parametrize(
    ("number", "pages"),
    [(0, 1), (1, 1), (PAGE, 1), (PAGE + 1, 2), (2 * PAGE, 2), (2 * PAGE + 1, 3)],
)
def test_every_item_is_read_once_and_in_order(number: int, pages: int) -> None:
    listed = Listed(number)
    assert [one["id"] for one in every(listed.page)] == listed.ids
    assert len(listed.asked) == pages
    assert listed.asked[0] == ""


def test_whoever_has_found_what_they_sought_asks_for_no_further_page() -> None:
    listed = Listed(3 * PAGE)
    assert next(one for one in every(listed.page) if one["id"] == listed.ids[PAGE])
    assert len(listed.asked) == 2
