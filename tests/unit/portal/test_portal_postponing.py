"""That a congress is postponed: on its page, in lists, and the pages where its unit says so."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views.blocking import blocks_of
from portal.congress.views.congress import congress_page
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import Extensions
from portal.congress.views.lists import listed_of, rows_of
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import OVER, postponements_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form
from portal.plans.views.progress import share_of
from portal.shared.states import STEP_POSTPONED
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress, may
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

ONE: dict[str, Any] = {
    "id": "p1", "until": "2026-12-20", "reason": "<b>Flood</b>", "at": "2026-11-20T10:00:00+00:00", "by": "a",
    "by_name": "A. Clerk", "by_code": False, "ended_at": None,
}  # fmt: skip


def told(*known: dict[str, Any], until: str | None = None, **acts: bool) -> dict[str, Any]:
    congress = a_congress(deadline="2026-11-01")
    allowed = {name: may("" if yes else "not-now") for name, yes in acts.items()}
    beside = {"postponements": list(known), "postponed_until": until}
    return {**congress, **beside, "acts": {**congress["acts"], **allowed}}


@pytest.mark.parametrize(
    ("congress", "links", "states"),
    [
        (told(), ("", ""), []),
        (told(postpone=True), ("postpone", ""), []),
        (told(ONE, until="2026-12-20", postpone=True, resume=True), ("postpone", "resume"), [STEP_POSTPONED]),
        (told(ONE), ("", ""), [OVER]),
        (told(ONE, {**ONE, "id": "p2"}, until="2026-12-20"), ("", ""), [STEP_POSTPONED, OVER]),
    ],
)
def test_what_is_offered_is_what_congress_says_and_one_counts(
    congress: dict[str, Any], links: tuple[str, str], states: list[Any]
) -> None:
    found, start = postponements_of(congress), f"/congresses/{congress['id']}/"
    assert tuple(link.removeprefix(start) for link in (found.postpones, found.resumes)) == links
    assert [one.state for one in found.known] == states
    assert found.anything is bool(states or any(links))


def test_the_page_says_postponed_and_not_that_the_deadline_has_passed(language: str) -> None:  # noqa: F811
    congress = told(ONE, until="2026-12-20", resume=True)
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    assert page.overdue == STEP_POSTPONED
    around: dict[str, Any] = {
        "trail": (), "unit_ended": None, "files_link": "", "files": None, "later": Extensions("", ()),
        "explained": explanations_of(congress), "postponed": postponements_of(congress),
        "blocked": blocks_of(congress, {}), "taking": takings_of(congress), "pilot": pilots_of(congress),
    }  # fmt: skip
    shown = render_template("congress.html", page=page, **around)
    assert "&lt;b&gt;Flood&lt;/b&gt;" in shown
    assert "/congresses/c/resume" in shown
    over = congress_page({**congress, "postponed_until": None}, {**PLAN, "state": "open"}, TODAY)
    assert over.overdue not in (None, STEP_POSTPONED)


def test_the_forms_ask_for_a_day_and_a_reason(language: str) -> None:  # noqa: F811
    around: dict[str, Any] = {
        "unit": {"names": {"en": "North"}}, "trail": (), "deadline": "2026-12-01", "latest": "2026-12-22",
        "until": "2026-12-20", "action": "/a", "back": "/b",
    }  # fmt: skip
    page = render_template("postpone.html", form=Form(version=1), **around)
    assert 'name="until-day"' in page
    assert 'name="reason"' in page
    assert 'action="/a"' in render_template("resume.html", form=Form(version=1), **around)


@pytest.mark.parametrize(
    ("asked", "conditions"),
    [
        ({"which": "postponed"}, {"beside": "postponed"}),
        ({"which": "postponed", "milestone": "closed"}, {"milestone": "closed", "standing": "postponed"}),
    ],
)
def test_a_list_of_them_is_of_all_or_of_a_milestone_and_names_the_next_date(
    asked: dict[str, str], conditions: dict[str, str]
) -> None:
    listed = listed_of({**PLAN, "deadlines": {}}, "u", asked)
    assert listed.conditions == conditions
    one = {**told(ONE, until="2026-12-20"), "parent": None, "reminded_at": None, "who_acts": None}
    (row,) = rows_of([one], [], listed, TODAY)
    assert row.until == "2026-12-20"


def test_what_is_postponed_is_not_still_to_come() -> None:
    share = share_of({"total": 9, "done": 2, "overdue": 1, "left_out": 1, "postponed": 3})
    assert (share.postponed, share.to_come) == (3, 2)
