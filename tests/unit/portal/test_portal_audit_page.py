"""The page of the audit: each row says what, when, who and in which unit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, g, render_template

from portal.audit.routes import FIELDS, Search, pager_of
from portal.audit.values import Known, Value, units_in, value_of
from portal.audit.views import Found, entry_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_log import an_entry

NOTHING_KNOWN = Known({}, {}, {})
UNIT = "abcdefghijklmnopqrst"
NORTH = {"en": "North"}
CLERK = {"en": "Clerk", "bn": "দপ্তর সহকারী"}
KNOWN = Known({UNIT: {"names": NORTH}}, {"clerk": CLERK}, {"portal": "These pages"})


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("date", "2026-11-30", Value(day="2026-11-30")),
        ("until", "2026-11-30T09:00:00+00:00", Value(instant="2026-11-30T09:00:00+00:00")),
        ("ending", 5107, Value(number=5107)),
        ("sample", True, Value(word="Yes")),
        ("from", UNIT, Value(names=NORTH, link=f"/units/{UNIT}")),
        # Of a unit that the reader may not see, the id is all there is.
        ("from", "t" * 20, Value(raw="t" * 20)),
        ("role", "clerk", Value(names=CLERK)),
        ("role", "gone", Value(raw="gone")),
        ("via", "portal", Value(word="These pages")),
        ("outcome", "refused", Value(word="Refused")),
        ("record_type", "grant", Value(word="Grant")),
        ("state", "approved", Value(word="Approved")),
        ("request", "x-1", Value(raw="x-1")),
        ("names", ["a"], Value(raw="['a']")),
    ],
)
def test_a_value_is_said_in_the_readers_words_where_they_are_known(
    key: str, value: object, said: Value
) -> None:
    assert value_of(key, value, KNOWN) == said


def test_units_are_looked_up_wherever_an_entry_names_them() -> None:
    entry = an_entry(
        "membership", 1, 1, unit_id=UNIT, details={"from": "t" * 20, "reason": "u" * 20, "to": 3}
    )
    assert units_in(entry) == {UNIT, "t" * 20}


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
        entry_of(an_entry("congress", seq, seq, unit_id=unit), NOTHING_KNOWN)
        for seq, unit in enumerate(("u", "gone"), 1)
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
