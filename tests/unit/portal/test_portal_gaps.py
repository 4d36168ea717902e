"""Reports approved with stated gaps: what is stated, what its unit and its superior see, and the forms."""

from typing import Any

import pytest
from flask import render_template
from flask_babel import gettext

from portal.congress.views.gaps import (
    choices_of,
    gap_of,
    gaps_of,
    in_rows,
    is_figure,
    is_milestone,
    number_of,
)
from portal.congress.views.lists import listed_of, rows_of
from portal.congress.words import GAP_OVERDUE, GAP_STATES
from portal.frame.forms import Form
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress, may
from tests.unit.portal.test_portal_opening import shown
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

GAP: dict[str, Any] = {
    "id": "g1", "of": "document", "text": "<b>Minutes</b>", "until": "2026-12-20", "at": "2026-11-20T10:00:00+00:00",
    "by": "a", "by_name": "A. Approver", "state": "owed", "overdue": False, "supplied": None, "answer": None,
}  # fmt: skip
GIVEN = {
    "text": "Signed.",
    "value": 41,
    "day": None,
    "at": "2026-11-21T10:00:00+00:00",
    "by_name": "A. Clerk",
}
FORM_PLAN = {**PLAN, "results_fields": ["women"]}


def told(*gaps: dict[str, Any], **acts: bool) -> dict[str, Any]:
    congress = a_congress(state="approved", gaps=list(gaps))
    allowed = {name.replace("_", "-"): may("" if yes else "not-now") for name, yes in acts.items()}
    return {**congress, "acts": {**congress["acts"], **allowed}}


@pytest.mark.parametrize(
    ("congress", "states", "links"),
    [
        (told(), [], []),
        (told(GAP, supply_gap=True, close_gap=False), [GAP_STATES["owed"]], [("/gaps/g1", "")]),
        (told({**GAP, "overdue": True}, supply_gap=True, close_gap=False), [GAP_OVERDUE], [("/gaps/g1", "")]),
        (
            told({**GAP, "state": "supplied", "supplied": GIVEN}, supply_gap=False, close_gap=True),
            [GAP_STATES["supplied"]],
            [("", "/gaps/g1/close")],
        ),
        (
            told({**GAP, "state": "closed"}, supply_gap=True, close_gap=True),
            [GAP_STATES["closed"]],
            [("", "")],
        ),
    ],
)
def test_what_is_offered_is_what_congress_says(
    congress: dict[str, Any], states: list[Any], links: list[tuple[str, str]]
) -> None:
    found = gaps_of(congress, FORM_PLAN).known
    start = f"/congresses/{congress['id']}"
    assert [one.state for one in found] == states
    assert [(one.supplies.removeprefix(start), one.decides.removeprefix(start)) for one in found] == links


def test_what_may_be_missing_is_what_the_rules_of_the_congress_ask_for() -> None:
    newest = [*PLAN["milestones"], {**PLAN["milestones"][0], "key": "added"}]
    plan = {**FORM_PLAN, "milestones": newest, "results_fields": ["women", "present"]}
    one = {**told(GAP), "results_fields": ["women", "summoned"]}
    own = [step["key"] for step in one["milestones"]]
    assert own
    assert [key for key, _ in choices_of(one, plan)] == ["document", "results", *own, "women", "summoned"]
    assert [is_figure(key, one) for key in ("women", "summoned", "present")] == [True, True, False]
    assert [is_milestone(key, one) for key in (own[0], "added")] == [True, False]


def test_rows_that_were_left_empty_stand_behind_the_others() -> None:
    typed = {"gaps/0/of": "", "gaps/0/text": " ", "gaps/2/of": "women", "gaps/2/until-day": "4", "once": "x"}
    found = in_rows(typed)
    assert found == {"once": "x", "gaps/0/of": "women", "gaps/0/until-day": "4"}
    assert (number_of(found), number_of(in_rows({"once": "x"}))) == (1, 0)


def test_the_card_says_what_was_written_as_it_was_written(language: str) -> None:  # noqa: F811
    congress = told({**GAP, "state": "supplied", "supplied": GIVEN}, close_gap=True, supply_gap=False)
    page = shown(congress, gaps=gaps_of(congress, FORM_PLAN))
    assert "&lt;b&gt;Minutes&lt;/b&gt;" in page
    assert "A. Clerk" in page
    assert "/congresses/c/gaps/g1/close" in page


def test_what_was_supplied_before_stands_folded_as_it_was_written(language: str) -> None:  # noqa: F811
    answer = {
        "closed": False,
        "remark": "<i>Of whom?</i>",
        "at": "2026-11-22T10:00:00+00:00",
        "by_name": "S. Superior",
    }
    earlier = [{"supplied": {**GIVEN, "text": "First."}, "answer": answer}]
    congress = told(
        {**GAP, "state": "supplied", "supplied": GIVEN, "earlier": earlier}, close_gap=True, supply_gap=False
    )
    around: dict[str, Any] = {"unit": {"names": {"en": "North"}}, "trail": (), "action": "/a", "back": "/b"}
    gap = gap_of(congress, FORM_PLAN, "g1")
    page = render_template("gap_answer.html", form=Form(version=1), gap=gap, between=0, **around)
    before, _, folded = page.partition("<main")[2].partition("<details>")
    assert "Signed." in before
    for said in ("First.", "&lt;i&gt;Of whom?&lt;/i&gt;", "S. Superior"):
        assert said in folded.partition("</details>")[0]


@pytest.mark.parametrize("by_code", [True, False])
def test_what_was_supplied_by_a_sealed_code_is_said_to_be(by_code: bool, language: str) -> None:  # noqa: F811
    given = {**GIVEN, "by_code": by_code}
    congress = told({**GAP, "state": "supplied", "supplied": given}, close_gap=True, supply_gap=False)
    around: dict[str, Any] = {"unit": {"names": {"en": "North"}}, "trail": (), "action": "/a", "back": "/b"}
    gap = gap_of(congress, FORM_PLAN, "g1")
    page = render_template("gap_answer.html", form=Form(version=1), gap=gap, between=0, **around)
    said = (gettext("by sealed code"), gettext("Reported with a sealed code while the eID was down"))
    assert [text in page for text in said] == [by_code] * 2
    assert (said[0] in shown(congress, gaps=gaps_of(congress, FORM_PLAN))) is by_code


def test_the_forms(language: str) -> None:  # noqa: F811
    congress = told(GAP, close_gap=True, supply_gap=True)
    around: dict[str, Any] = {"unit": {"names": {"en": "North"}}, "trail": (), "action": "/a", "back": "/b"}
    gap = gap_of(congress, FORM_PLAN, "g1")
    supply = render_template("gap.html", form=Form(version=1), gap=gap, figure=True, milestone=True, **around)
    for name in ("value", "day-day", "text"):
        assert f'name="{name}"' in supply
    answer = render_template("gap_answer.html", form=Form(version=1), gap=gap, between=0, **around)
    assert 'value="close"' in answer
    assert 'value="owed"' in answer
    assert gap_of(congress, FORM_PLAN, "g2") is None
    assert (
        "<form"
        not in render_template("gap.html", form=Form(version=1), gap=None, **around).partition("<main")[2]
    )


def test_the_list_says_when_the_first_is_due() -> None:
    one = {**a_congress(state="approved"), "gap_due": "2026-11-01", "reminded_at": None, "days_late": 0}
    one |= {"parent": None, "postponed_until": None}
    (row,) = rows_of([one], (), listed_of({**PLAN, "deadlines": {}}, "r", {"which": "with_gaps"}), TODAY)
    assert row.due == "2026-11-01"
    assert row.days == (TODAY - TODAY.replace(month=11, day=1)).days
