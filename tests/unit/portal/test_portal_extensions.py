"""Later deadlines on the page of a congress, and the pages on which they are asked for and answered."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views.blocking import blocks_of
from portal.congress.views.congress import congress_page
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import extensions_of, waiting
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import postponements_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

ASKED: dict[str, Any] = {
    "id": "x1", "until": "2027-01-20", "reason": "<b>Flood</b>", "day": "2026-11-20", "by": "a",
    "at": "2026-11-20T10:00:00+00:00", "by_name": "A. Clerk", "by_code": False, "state": "asked", "answer": None,
}  # fmt: skip
GRANTED = {
    **ASKED, "state": "granted",
    "answer": {
        "until": "2027-01-10", "reason": "No longer.", "at": "2026-11-22T10:00:00+00:00", "by": "s", "by_name": "S.",
        "over_reason": "",
    },
}  # fmt: skip


def told(*extensions: dict[str, Any], planned: str = "2026-12-31", **changes: Any) -> dict[str, Any]:
    congress = a_congress(**changes)
    return {**congress, "extensions": list(extensions), "planned_deadline": planned}


@pytest.mark.parametrize(
    ("congress", "expected"),
    [
        (told(), ("extension", "", "")),
        (told(ASKED), ("extension", "extension/withdraw", "")),
        (told(ASKED, may_report=False, may_decide=True), ("", "", "extension/answer")),
        (told(GRANTED, may_report=False, may_decide=True), ("", "", "")),
        (told(ASKED, may_report=False), ("", "", "")),
    ],
)
def test_what_is_offered_is_what_congress_says(congress: dict[str, Any], expected: tuple[str, ...]) -> None:
    found, start = extensions_of(congress), f"/congresses/{congress['id']}/"
    links = (found.asks, found.withdraws, found.answers)
    assert tuple(link.removeprefix(start) for link in links) == expected


def test_the_card_says_what_was_asked_and_answered_as_it_was_written(language: str) -> None:  # noqa: F811
    congress = told(GRANTED, planned="2026-12-01")
    page = on_the_page(congress)
    assert "&lt;b&gt;Flood&lt;/b&gt;" in page
    assert "No longer." in page
    assert "A. Clerk" in page
    assert waiting(congress) is None
    assert 'id="later"' in page
    assert 'id="later"' not in on_the_page(told(may_report=False))


def on_the_page(congress: dict[str, Any]) -> str:
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    around: dict[str, Any] = {"trail": (), "unit_ended": None, "files_link": "", "files": None}
    around |= {
        "later": extensions_of(congress),
        "explained": explanations_of(congress),
        "postponed": postponements_of(congress),
        "blocked": blocks_of(congress, {}),
        "taking": takings_of(congress),
        "pilot": pilots_of(congress),
    }
    return render_template("congress.html", page=page, **around)


def test_the_forms_ask_for_a_day_and_a_reason(language: str) -> None:  # noqa: F811
    around: dict[str, Any] = {
        "unit": {"names": {"en": "North"}}, "trail": (), "deadline": "2026-12-31", "between": 0, "action": "/a",
        "back": "/b", "asked": ASKED,
    }  # fmt: skip
    for template in ("extension.html", "extension_answer.html"):
        page = render_template(template, form=Form({"until": "2027-01-20"}, version=1), **around)
        assert 'name="until-day"' in page
        assert 'name="reason"' in page
    nothing = render_template("extension_answer.html", form=Form(), **{**around, "asked": None})
    assert 'name="until-day"' not in nothing
    assert 'action="/a"' in render_template("extension_withdraw.html", form=Form(), **around)
