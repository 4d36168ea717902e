"""Elected people: rows that are typed, the pages, and that nobody has access by a name in them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from congress.domain.elected import Body
from portal.elected import words
from portal.elected.views import delegation_of, people_in, people_of, people_text
from portal.frame.forms import Form
from portal.frame.pager import Pager
from tests.unit.portal.test_portal_superior_pages import portal  # noqa: F401

AYN: dict[str, Any] = {"name": "<b>Ayn", "number": "17", "office": "", "votes": 80}
BEE: dict[str, Any] = {"name": "Bee", "number": "", "office": "", "votes": None}
CAUTION = {
    "kind": "person-left-out", "field": "people", "title": "Cee was elected", "message": "{name} was elected",
    "params": {"name": "<i>Cee"},
}  # fmt: skip


def a_list(*people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = {
        "of": "committee", "version": 1, "people": list(people), "tallied": [AYN], "since": False,
        "at": "2026-11-20T10:00:00+00:00", "by_name": "A. Clerk", "by_code": False, "cautions": [],
    }  # fmt: skip
    return {**made, **changes}


@pytest.fixture
def english(portal: Flask) -> Iterator[None]:  # noqa: F811
    with portal.test_request_context("/congresses/c1/elected"):
        g.language, g.unread = "en", 0
        yield


AROUND: dict[str, Any] = {"unit": {"names": {"en": "Root"}}, "trail": ()}


def the_page(*lists: dict[str, Any], **changes: Any) -> str:
    shown = {"lists": [people_of(one) for one in lists], "names": True, "gives": "", "here": "/congresses/c1"}
    return render_template("elected.html", **{**AROUND, **shown, **changes})


def test_each_list_of_the_service_has_a_word_here() -> None:
    assert list(words.BODIES) == [one.value for one in Body]


@pytest.mark.usefixtures("english")
def test_names_stand_in_their_order_with_their_votes() -> None:
    page = the_page(a_list(AYN, BEE, cautions=[CAUTION]), a_list(version=0, at=None, of="standing"))
    assert page.index("&lt;b&gt;Ayn") < page.index("Bee")
    for said in ("80 votes", "without a vote", "The counted votes name 1.", "Correct the list", "Name them"):
        assert said in page
    assert "<i>Cee" not in page
    assert "<b>Ayn" not in page
    assert "Correct the list" not in the_page(a_list(AYN), names=False)


@pytest.mark.usefixtures("english")
def test_access_is_offered_by_whoever_may_give_it_and_by_nothing_else() -> None:
    assert "Nobody has access to this system by being elected" in the_page(a_list(AYN))
    assert "/access/new" not in the_page(a_list(AYN))
    page = the_page(a_list(AYN), gives="/units/u1/access/new")
    assert 'href="/units/u1/access/new"' in page
    # No name goes along in an address.
    assert "access/new?" not in page


@pytest.mark.usefixtures("english")
def test_it_is_said_that_results_came_anew_and_who_reported_by_a_code() -> None:
    page = the_page(a_list(AYN, since=True, by_code=True))
    assert "reported anew" in page
    assert "sealed code" in page


@pytest.mark.usefixtures("english")
def test_the_form_keeps_what_was_typed_and_shows_what_changed() -> None:
    around = {**AROUND, "counted": "/c?from=counted", "most": 9, "action": "/x", "back": "/y"}
    page = render_template(
        "elected_form.html",
        form=Form({"people": "<b>Ayn\t80"}),
        one=people_of(a_list(AYN)),
        changed=[AYN],
        **around,
    )
    assert "&lt;b&gt;Ayn\t80" in page
    assert "Changed in the meantime" in page
    assert 'href="/c?from=counted"' in page
    offices = render_template(
        "elected_form.html", form=Form(), one=people_of(a_list(of="offices", version=0)), changed=(), **around
    )
    assert "office, name" in offices
    assert "from=counted" not in offices


@pytest.mark.usefixtures("english")
def test_delegates_stand_by_unit_with_the_state_of_its_report() -> None:
    unit = {"id": "n", "code": "N1", "names": {"en": "<i>North"}, "level": "union"}
    some = delegation_of({"unit": unit, "state": "approved", "people": [AYN]})
    none = delegation_of({"unit": unit, "state": "planned", "people": []})
    page = render_template(
        "delegates.html", delegations=[some, none], pager=Pager(1, 2, 2, "", ""), back="/y", **AROUND
    )
    for said in ("Approved", "Not begun", "&lt;b&gt;Ayn", "Nobody is named yet."):
        assert said in page
    empty = render_template(
        "delegates.html", delegations=[], pager=Pager(1, 0, 0, "", ""), back="/y", **AROUND
    )
    assert "No unit below has a congress" in empty


def test_rows_are_read_as_a_spreadsheet_gives_them() -> None:
    found = people_in("Ayn\t৮০\t17\n\nBee;\nCee\nDee\t1.200\n", "committee", ".")
    assert found.people == (
        {"name": "Ayn", "votes": 80, "number": "17"},
        {"name": "Bee", "votes": None, "number": ""},
        {"name": "Cee", "votes": None, "number": ""},
        {"name": "Dee", "votes": 1200, "number": ""},
    )
    wrong = people_in("Ayn\tmany\nBee\t1\t2\t3\nCee\t4", "delegates", ",")
    assert [fault.params["row"] for fault in wrong.faults] == ["1", "2"]
    assert wrong.people == ({"name": "Cee", "votes": 4, "number": ""},)


def test_what_the_form_begins_with_is_read_back_as_it_was() -> None:
    people = [AYN, BEE]
    found = people_in(people_text(people, "committee"), "committee", ",")
    assert [{**one, "office": ""} for one in found.people] == people
    offices = [{"name": "Ayn", "number": "17", "office": "Secretary", "votes": None}]
    read = people_in(people_text(offices, "offices"), "offices", ",")
    assert [{**one, "votes": None} for one in read.people] == offices
