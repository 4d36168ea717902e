"""Why a congress is very late: on its page, on the pages where it is written and answered, and behind figures."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.routes.explanations import decision_of
from portal.congress.views.blocking import blocks_of
from portal.congress.views.congress import congress_page
from portal.congress.views.explanations import explanations_of, waiting
from portal.congress.views.extensions import Extensions
from portal.congress.views.lists import BESIDE, Listed, listed_of, rows_of, word_of
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import postponements_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form, FormFaulty
from portal.plans.views.progress import beside_of
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress, may
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

WRITTEN: dict[str, Any] = {
    "id": "x1", "text": "<b>Fire</b>", "days_late": 46, "by": "a", "at": "2026-11-20T10:00:00+00:00",
    "by_name": "A. Clerk", "by_code": False, "state": "written", "answer": None,
}  # fmt: skip
RETURNED = {
    **WRITTEN, "state": "returned",
    "answer": {
        "remark": "By when?", "at": "2026-11-22T10:00:00+00:00", "by": "s", "by_name": "S.", "over_reason": "",
    },
}  # fmt: skip


def told(*explanations: dict[str, Any], owed: bool = False, **acts: bool) -> dict[str, Any]:
    congress = a_congress()
    allowed = {name.replace("_", "-"): may("" if yes else "not-now") for name, yes in acts.items()}
    return {
        **congress,
        "explanations": list(explanations),
        "explanation_owed": owed,
        "days_late": 46,
        "acts": {**congress["acts"], **allowed},
    }


@pytest.mark.parametrize(
    ("congress", "expected", "shown"),
    [
        (told(), ("", ""), False),
        (told(owed=True, explanation=True), ("explanation", ""), True),
        (told(owed=True), ("", ""), True),
        # Postponed, it owes none, and writes one before it names another date.
        (told(explanation=True), ("explanation", ""), True),
        (told(WRITTEN, decide_explanation=True), ("", "explanation/answer"), True),
        (told(RETURNED, decide_explanation=True), ("", ""), True),
    ],
)
def test_what_is_offered_is_what_congress_says(
    congress: dict[str, Any], expected: tuple[str, ...], shown: bool
) -> None:
    found, start = explanations_of(congress), f"/congresses/{congress['id']}/"
    assert tuple(link.removeprefix(start) for link in (found.writes, found.answers)) == expected
    assert found.anything is shown


def test_the_card_says_what_was_written_and_answered_as_it_was_written(language: str) -> None:  # noqa: F811
    congress = told(RETURNED, owed=True, explanation=True)
    page = on_the_page(congress)
    for text in ("&lt;b&gt;Fire&lt;/b&gt;", "By when?", "A. Clerk", "/congresses/c/explanation"):
        assert text in page
    assert waiting(congress) is None
    assert 'id="explained"' not in on_the_page(told())


def on_the_page(congress: dict[str, Any]) -> str:
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    around: dict[str, Any] = {"trail": (), "unit_ended": None, "files_link": "", "files": None}
    around |= {
        "later": Extensions("", ()),
        "explained": explanations_of(congress),
        "postponed": postponements_of(congress),
        "blocked": blocks_of(congress, {}),
        "taking": takings_of(congress),
        "pilot": pilots_of(congress),
    }
    return render_template("congress.html", page=page, **around)


def test_the_forms_ask_for_words_and_show_what_came_back(language: str) -> None:  # noqa: F811
    around: dict[str, Any] = {
        "unit": {"names": {"en": "North"}}, "trail": (), "days": 46, "between": 0, "action": "/a", "back": "/b",
        "written": WRITTEN, "returned": explanations_of(told(RETURNED)).returned,
    }  # fmt: skip
    writing = render_template("explanation.html", form=Form({"text": "Again"}, version=1), **around)
    assert 'name="text"' in writing
    assert "By when?" in writing
    answering = render_template("explanation_answer.html", form=Form(version=1), **around)
    assert "&lt;b&gt;Fire&lt;/b&gt;" in answering
    assert 'name="remark"' in answering
    nothing = render_template("explanation_answer.html", form=Form(), **{**around, "written": None})
    assert 'name="remark"' not in nothing


@pytest.mark.parametrize("answer", ["", "Accept", "yes"])
def test_nothing_is_accepted_that_nobody_said_to_accept(language: str, answer: str) -> None:  # noqa: F811
    form = Form({"answer": answer, "remark": "By when?"})
    with pytest.raises(FormFaulty):
        decision_of(form)
    (said,) = form.loose
    assert "accept" in said.text
    with pytest.raises(FormFaulty):
        decision_of(Form({"answer": "return"}))
    assert decision_of(Form({"answer": "accept"})) == {"accepted": True, "remark": ""}
    assert decision_of(Form({"answer": "return", "remark": "x"})) == {"accepted": False, "remark": "x"}


def test_the_list_says_by_how_much_the_congress_itself_is_late() -> None:
    plan = {**PLAN, "deadlines": {}}
    for which in ("explanation_owed", "explanation_waiting"):
        listed = listed_of(plan, "u", {"which": which, "who": "unit", "milestone": "closed"})
        assert listed.conditions == {"beside": which}
        assert word_of(listed) == BESIDE[which]
        (row,) = rows_of(
            [{**told(WRITTEN), "parent": None, "reminded_at": None, "who_acts": None}], [], listed, TODAY
        )
        assert (row.days, row.due, row.milestone) == (46, "2026-12-01", "")
    assert Listed("p", "u", "explanation_owed").link == "/lists/p/u?which=explanation_owed"


def test_behind_each_number_stands_its_list() -> None:
    rollup = {"explanations_owed": 3, "explanations_waiting": 0, "extensions_asked": 1, "extended": 0}
    assert [(which, count) for which, _, count in beside_of(rollup)] == [
        ("explanation_owed", 3),
        ("extension_asked", 1),
    ]
