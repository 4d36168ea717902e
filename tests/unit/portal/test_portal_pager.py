"""Where a page of a list stands in the whole, also where a page has two lists."""

import pytest
from flask import Flask

from portal.frame.pager import Pager, after, pager
from portal.frame.query import LIST, takes

OTHER = tuple(f"ended_{name}" for name in LIST)


@pytest.fixture
def app() -> Flask:
    made = Flask("paged")

    @made.get("/list")
    @takes(*LIST, *OTHER)
    def page() -> str:
        return ""

    return made


def paged(app: Flask, address: str, of: str, follows: str | None, **kept: str) -> tuple[str, Pager]:
    with app.test_request_context(address):
        return after(of), pager({"next": follows, "total": 7}, 3, of, **kept)


def test_each_list_of_a_page_has_a_place_of_its_own_and_keeps_that_of_the_other(app: Flask) -> None:
    address = "/list?after=b&from=4&ended_after=y&ended_from=6"
    here = {"after": "b", "from": "4"}
    place, found = paged(app, address, "ended_", "z", **here)
    assert (place, found.first, found.last, found.total) == ("y", 6, 8, 7)
    assert found.next == "/list?after=b&from=4&ended_after=z&ended_from=9"
    assert found.begin == "/list?after=b&from=4"
    place, found = paged(app, address, "", None, ended_after="y", ended_from="6")
    assert (place, found.first, found.last, found.next) == ("b", 4, 6, "")
    assert found.begin == "/list?ended_after=y&ended_from=6"


def test_the_first_page_leads_back_nowhere_whatever_number_its_address_has(app: Flask) -> None:
    place, found = paged(app, "/list?from=40", "", "b", q="")
    assert (place, found) == ("", Pager(1, 3, 7, "/list?after=b&from=4", ""))
