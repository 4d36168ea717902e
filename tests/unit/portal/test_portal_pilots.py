"""Pilots on the page of a congress, and the pages on which they are chosen, written and read."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views.extensions import extensions_of
from portal.congress.views.pilots import pilots_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from tests.unit.portal.test_portal_congress_views import a_congress, may
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

LESSON = {
    "text": "<b>Early</b>",
    "at": "2026-11-20T10:00:00+00:00",
    "by": "a",
    "by_name": "A. Clerk",
    "by_code": False,
}


def told(until: str | None = None, notes: tuple[dict[str, Any], ...] = (), **acts: bool) -> dict[str, Any]:
    congress = a_congress(
        pilot_until=until, lessons=list(notes), extensions=[], planned_deadline="2026-12-31"
    )
    allowed = {name: may("" if yes else "not-now") for name, yes in acts.items()}
    return {**congress, "acts": {**congress["acts"], **allowed}}


@pytest.mark.parametrize(
    ("congress", "links", "shown"),
    [
        (told(), ("", ""), False),
        (told(pilot=True), ("pilot", ""), True),
        (told("2026-12-01", lessons=True), ("", "lessons/write"), True),
        (told("2026-12-01", (LESSON,)), ("", ""), True),
    ],
)
def test_what_is_offered_is_what_congress_says(
    congress: dict[str, Any], links: tuple[str, str], shown: bool
) -> None:
    found, start = pilots_of(congress), f"/congresses/{congress['id']}/"
    assert tuple(link.removeprefix(start) for link in (found.chooses, found.writes)) == links
    assert found.anything is shown


def test_an_earlier_day_is_not_called_a_later_one() -> None:
    assert extensions_of(told("2026-12-01")).planned == ""


def test_the_pages_ask_for_a_day_and_for_words_and_show_notes_as_they_were_written(
    language: str,  # noqa: F811
) -> None:
    around: dict[str, Any] = {
        "unit": {"names": {"en": "North"}}, "trail": (), "planned": "2026-12-31", "until": "2026-12-01",
        "between": 0, "action": "/a", "back": "/b",
    }  # fmt: skip
    choosing = render_template("pilot.html", form=Form(version=1), **around)
    assert 'name="until-day"' in choosing
    assert 'value="call-off"' in choosing
    assert 'value="call-off"' not in render_template(
        "pilot.html", form=Form(version=1), **{**around, "until": None}
    )
    assert 'name="text"' in render_template("lesson.html", form=Form(version=1), **around)
    one = {"unit": {"names": {"en": "North"}, "level": "union", "code": "N"}, "until": "2026-12-01", **LESSON}
    plan = {"name": "Plan", "names": {}}
    pager = Pager(1, 1, 1, "", "")
    read = render_template("lessons.html", plan=plan, lessons=[one], pager=pager, **around)
    assert "&lt;b&gt;Early&lt;/b&gt;" in read
    assert "&lt;b&gt;" not in render_template("lessons.html", plan=plan, lessons=[], pager=pager, **around)
