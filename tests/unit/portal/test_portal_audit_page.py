"""The page of the audit: each row says what, when, who and in which unit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, g, render_template

from portal.audit.routes import FIELDS, Search, pager_of
from portal.audit.views import Found, entry_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_log import an_entry


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        app = make_app("portal")
    with app.test_request_context("/audit"):
        g.language = "bn"
        g.unread = 0
        g.titles = {}
        yield app


@pytest.mark.usefixtures("page")
def test_a_row_of_the_audit_names_its_unit_and_leads_to_it() -> None:
    entries = [
        entry_of(an_entry("congress", seq, seq, unit_id=unit)) for seq, unit in enumerate(("u", "gone"), 1)
    ]
    shown = render_template(
        "audit.html", filter=Form(dict.fromkeys(FIELDS, "")), services=[], acts=[], unit=None, entries=entries,
        units={"u": {"names": {"en": "Kalirbazer", "bn": "কালীরবাজার"}}}, silent=[], file_links={}, taken=1,
        pager=Pager(1, 2, 812, "/audit?identity_after=x&first=3", ""),
        exporting=Form(), export_unit="", export_wanted={}, kinds=[],
    )  # fmt: skip
    assert '<a href="/units/u">কালীরবাজার</a>' in shown
    assert 'href="/audit?identity_after=x&amp;first=3"' in shown
    assert "৮১২" in shown
    # One that the reader may not open any more is not led to.
    assert "/units/gone" not in shown


def a_search(after: dict[str, str], **values: str) -> Search:
    return Search(Form({**dict.fromkeys(FIELDS, ""), **values}), None, after)


@pytest.mark.parametrize(
    ("address", "after", "person", "found", "shown"),
    [
        ("/audit", {}, "", Found([{}, {}], {"identity": "x"}, more=True, totals={"identity": 9}),
         Pager(1, 2, 9, "/audit?action=sign_out&identity_after=x&first=3", "")),
        ("/audit?identity_after=x&first=3", {"identity": "x"}, "", Found([{}], totals={"identity": 9}),
         Pager(3, 3, 9, "", "/audit?action=sign_out")),
        ("/audit?first=40", {}, "rahima", Found([{}], totals={"identity": 9}), Pager(1, 1, None, "", "")),
        ("/audit", {}, "", Found([{}], silent=["congress"], totals={"identity": 9}), Pager(1, 1, None, "", "")),
    ],
)  # fmt: skip
def test_a_page_says_where_it_stands_in_the_logs_of_all_services(
    page: Flask, address: str, after: dict[str, str], person: str, found: Found, shown: Pager
) -> None:
    with page.test_request_context(address):
        told = pager_of(a_search(after, action="sign_out", person=person), found)
    assert told == (replace(shown, next="", begin="") if person else shown)
