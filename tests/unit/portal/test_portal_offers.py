"""Offers of one's own: one is read where it stands, several are a queue that is gone through one by one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.access.views.offers import Offer, behind, offer_of
from portal.frame.forms import Form
from tests.architecture.the_code import environment, make_app

YES = {"allowed": True, "refusal": None}
OVER = {"allowed": False, "refusal": {"type": "/problems/barred", "title": "Barred here."}}
AROUND = {"done": "", "form": Form(), "waiting": False}


def an_offer(key: str, accept: Any = YES) -> Offer:
    return offer_of(
        {
            "id": key, "version": 3, "unit_names": {"en": f"Unit {key}"}, "role": "clerk",
            "role_names": {"en": f"Role {key}"}, "valid_from": "2026-11-05", "valid_to": "2027-11-05",
            "given_by": {"name": "Jamil"}, "given_at": "2026-11-05T10:00:00+00:00", "reason": "decision 12",
            "invited_until": "2026-12-05", "permissions": [], "holder": {"name": ""}, "for_machine": False,
            "acts": {"accept": accept, "decline": YES},
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


def shown(portal: Flask, template: str, **values: Any) -> str:
    with portal.test_request_context("/offers"):
        g.language, g.unread = "en", 0
        return render_template(template, **AROUND, **values)


def test_several_offers_are_rows_and_none_is_accepted_unread(portal: Flask) -> None:
    page = shown(portal, "offers.html", offers=[an_offer("a"), an_offer("b", OVER)])
    assert re.findall(r'<a href="(/offers/\w+)" data-row>', page) == ["/offers/a", "/offers/b"]
    assert "/accept" not in page
    assert page.count("Barred here.") == 1


def test_a_single_offer_is_read_and_accepted_where_it_stands(portal: Flask) -> None:
    page = shown(portal, "offers.html", offers=[an_offer("a")])
    assert 'action="/offers/a/accept"' in page
    assert "decision 12" in page
    assert "data-row" not in page
    assert "Accept and next" not in page


@pytest.mark.parametrize(("link", "word"), [("/offers/b", "Accept and next"), ("", "Accept")])
def test_an_offer_leads_to_the_one_behind_it(portal: Flask, link: str, word: str) -> None:
    page = shown(portal, "offer.html", offer=an_offer("a"), next=link)
    assert re.findall(r'data-key="a">.*?</svg>([^<]+)<', page) == [word]
    assert (f'href="{link}" data-key="j"' in page) is bool(link)


def test_what_stands_behind_the_last_one_is_the_first_that_is_left() -> None:
    three = [an_offer(key) for key in "abc"]
    ways = {"a": "/offers/b", "b": "/offers/c", "c": "/offers/a", "gone": "/offers/a"}
    assert {key: behind(three, key) for key in ways} == ways
    assert behind(three[:1], "a") == ""
    assert behind([], "a") == ""
