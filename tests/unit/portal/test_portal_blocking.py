"""That a congress is blocked by a difficulty: on its page, in lists, and the pages where its unit says so."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views.blocking import EXCERPT, RESTS, blocks_of, choices_of
from portal.congress.views.congress import congress_page, steps_of
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import Extensions
from portal.congress.views.lists import listed_of, rows_of
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import OVER, postponements_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form
from portal.plans.views.progress import beside_of, share_of
from portal.shared.states import STEP_BLOCKED, STEP_OVERDUE
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress, may
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

ONE: dict[str, Any] = {
    "id": "b1", "difficulty_id": "d1", "milestone": "closed", "reason": "<b>No hall</b>", "by": "a",
    "at": "2026-11-20T10:00:00+00:00", "by_name": "A. Clerk", "by_code": False, "ended_at": None,
}  # fmt: skip
ENDED = {**ONE, "ended_at": "2026-11-21T10:00:00+00:00"}
OPEN = {"id": "d1", "kind": "other", "milestone": "closed", "text": "The hall is under water."}


def told(*known: dict[str, Any], now: bool = False, difficulties: Any = (OPEN,), **acts: bool) -> Any:
    congress = a_congress(deadline="2026-11-01")
    allowed = {name: may("" if yes else "not-now") for name, yes in acts.items()}
    beside = {"blocks": list(known), "blocked": now, "difficulties": list(difficulties)}
    return {**congress, **beside, "acts": {**congress["acts"], **allowed}}


@pytest.mark.parametrize(
    ("congress", "links", "states"),
    [
        (told(), ("", ""), []),
        (told(block=True), ("block", ""), []),
        # There is nothing by which it could be.
        (told(block=True, difficulties=()), ("", ""), []),
        (told(ONE, now=True, unblock=True), ("", "unblock"), [STEP_BLOCKED]),
        # Postponed besides, or sent up: it is not over.
        (told(ONE), ("", ""), [RESTS]),
        (told(ENDED), ("", ""), [OVER]),
        (told(ENDED, {**ONE, "id": "b2"}, now=True), ("", ""), [STEP_BLOCKED, OVER]),
    ],
)
def test_what_is_offered_is_what_congress_says_and_one_counts(
    congress: dict[str, Any], links: tuple[str, str], states: list[Any]
) -> None:
    found, start = blocks_of(congress, {"closed": {"en": "Closed"}}), f"/congresses/{congress['id']}/"
    assert tuple(link.removeprefix(start) for link in (found.blocks, found.unblocks)) == links
    assert [one.state for one in found.known] == states
    assert found.anything is bool(states or any(links))
    assert {one.milestone["en"] for one in found.known} <= {"Closed"}


def test_the_page_says_blocked_and_not_that_the_deadline_has_passed(language: str) -> None:  # noqa: F811
    congress = told(ONE, now=True, unblock=True)
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    assert page.overdue == STEP_BLOCKED
    around: dict[str, Any] = {
        "trail": (), "unit_ended": None, "files_link": "", "files": None, "later": Extensions("", ()),
        "explained": explanations_of(congress), "postponed": postponements_of(congress), "pilot": pilots_of(congress),
    }  # fmt: skip
    card = render_template(
        "congress.html", page=page, blocked=blocks_of(congress, {}), taking=takings_of(congress), **around
    )
    assert "&lt;b&gt;No hall&lt;/b&gt;" in card
    assert "/congresses/c/unblock" in card
    assert 'href="/difficulties/d1"' in card
    over = congress_page({**congress, "blocked": False}, {**PLAN, "state": "open"}, TODAY)
    assert over.overdue not in (None, STEP_BLOCKED)
    steps = [{**one, "state": "blocked"} for one in congress["milestones"][:1]]
    states = [one.state for one in steps_of({**congress, "milestones": steps}, PLAN)]
    assert STEP_BLOCKED in states
    assert STEP_OVERDUE not in states


def test_the_forms_name_each_difficulty_by_its_beginning_and_ask_for_a_reason(language: str) -> None:  # noqa: F811
    long = {**OPEN, "id": "d2", "milestone": "", "text": "x" * (EXCERPT + 1)}
    choices = choices_of(told(difficulties=(OPEN, long)), {"closed": "Closed"})
    assert choices == [("d1", "Closed: The hall is under water."), ("d2", "x" * EXCERPT + "…")]
    around: dict[str, Any] = {
        "unit": {"names": {"en": "North"}}, "trail": (), "deadline": "2026-12-01", "choices": choices,
        "action": "/a", "back": "/b",
    }  # fmt: skip
    page = render_template("block.html", form=Form(version=1), **around)
    assert 'value="d2"' in page
    assert 'name="reason"' in page
    assert 'action="/a"' in render_template("unblock.html", form=Form(version=1), **around)
    nothing = {**around, "choices": [], "raise_link": "/difficulties/new?unit=u"}
    page = render_template("block.html", form=Form(version=1), **nothing)
    assert 'href="/difficulties/new?unit=u"' in page
    assert '<form method="post" action="/a"' not in page


@pytest.mark.parametrize(
    ("asked", "conditions"),
    [
        ({"which": "blocked"}, {"beside": "blocked"}),
        ({"which": "blocked", "milestone": "closed"}, {"milestone": "closed", "standing": "blocked"}),
    ],
)
def test_a_list_of_them_is_of_all_or_of_a_milestone_and_says_so_instead_of_days(
    asked: dict[str, str], conditions: dict[str, str]
) -> None:
    listed = listed_of({**PLAN, "deadlines": {}}, "u", asked)
    assert listed.conditions == conditions
    steps = [{"key": "closed", "state": "blocked", "due": "2026-11-01", "date": None}]
    one = {**told(ONE, now=True), "milestones": steps, "parent": None, "reminded_at": None, "who_acts": None}
    (row,) = rows_of([one], [], listed, TODAY)
    assert row.apart == STEP_BLOCKED


def test_what_is_blocked_is_not_still_to_come_and_stands_beside_the_figures() -> None:
    share = share_of({"total": 9, "done": 2, "overdue": 1, "left_out": 1, "postponed": 1, "blocked": 2})
    assert (share.blocked, share.to_come) == (2, 2)
    assert beside_of({"blocked": 2, "postponed": 0}) == [("blocked", STEP_BLOCKED.word, 2)]


ENDED = {**ONE, "ended_at": "2026-05-03T09:00:00+00:00"}
