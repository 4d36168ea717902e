"""The superior's plan taken over: on the page of the congress, in its form, and as the unit's main act."""

from typing import Any

import pytest
from flask import render_template

from portal.app import LABELS
from portal.congress.routes.taking_over import issued_on, renewed
from portal.congress.views.acts import acts_of
from portal.congress.views.taking_over import (
    choices_of,
    day_from_above,
    named_in,
    people_in,
    people_values,
    rows_of,
    since,
    takings_of,
)
from portal.frame.forms import Form
from tests.unit.portal.test_portal_congress_views import PLAN, a_congress
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

MAY, MAY_NOT = {"allowed": True, "refusal": None}, {"allowed": False, "refusal": None}
TAKEN = {
    "until": "2026-11-28",
    "note": "<b>Sooner</b>",
    "at": "2026-11-20T10:00:00+00:00",
    "by_name": "A. Clerk",
    "below": {"union": "2026-11-27"},
    "people": [],
}


def a_unit_that(may: dict[str, Any], **changes: Any) -> dict[str, Any]:
    congress = a_congress(**changes)
    return {**congress, "acts": {**congress["acts"], "take-over": may}}


def test_it_is_the_main_act_while_it_is_the_next_step() -> None:
    congress = a_unit_that(MAY, taken_by="closed")
    first, *others = acts_of(congress, PLAN)
    assert (first.kind, first.link, first.main) == ("take-over", "/congresses/c/take-over", True)
    assert [one for one in others if one.kind == "milestone"] == []
    # Whoever may not, or takes nothing over, records the milestone as before.
    for other in (a_unit_that(MAY_NOT, taken_by="closed"), a_unit_that(MAY, taken_by=None)):
        assert acts_of(other, PLAN)[0].kind == "milestone"


@pytest.mark.parametrize("may", [MAY, MAY_NOT])
def test_the_card_tells_of_each_time_and_leads_to_the_form(language: str, may: dict[str, Any]) -> None:  # noqa: F811
    told = takings_of(
        a_unit_that(may, takings=[{**TAKEN, "until": None, "note": "First"}, TAKEN], own_until="2026-11-28")
    )
    assert [one.note for one in told.known] == ["<b>Sooner</b>", "First"]
    card = render_template("parts/taking_over.html", taking=told)
    assert "&lt;b&gt;Sooner" in card
    assert ("/congresses/c/take-over" in card) is (may is MAY)
    assert {"en": "Union", "bn": "ইউনিয়ন", "vi": "Xã"}[language] in card
    above = [{"unit": {"names": {"en": "<u>North"}}, "until": "2026-11-26", "day": "2026-11-20"}]
    below = render_template(
        "parts/taking_over.html", taking=takings_of(a_unit_that(MAY_NOT, set_above=above))
    )
    assert "&lt;u&gt;North" in below
    nothing = render_template("parts/taking_over.html", taking=takings_of(a_unit_that(MAY_NOT)))
    assert nothing.strip() == ""


def test_a_field_is_called_as_its_own_form_calls_it() -> None:
    said = [LABELS[form]["until"] for form in ("taking_over", "pilots", "postponing", "extensions")]
    assert said == ["An earlier day of your own", "Its own deadline", "Next date", "Until when"]


def test_days_for_those_below_are_read_by_their_levels() -> None:
    typed = {"below/cell-day": "1", "below/cell-month": "2", "below/union": "2026-01-01", "until": "x"}
    assert named_in(typed) == ["cell", "union"]
    one = a_unit_that(MAY, set_above=[{"until": "2026-11-26"}], planned_deadline="2026-11-30")
    assert day_from_above(one) == "2026-11-26"
    assert day_from_above({**one, "set_above": []}) == "2026-11-30"


@pytest.mark.parametrize("issued", [False, True])
def test_the_form_asks_for_the_day_only_where_it_is_not_recorded(language: str, issued: bool) -> None:  # noqa: F811
    form = render_template(
        "take_over.html",
        unit={"names": {"en": "Unit"}}, trail=(), form=Form({"note": "<i>x"}, 3), planned="2026-12-01",
        rows=range(2), choices=[("a", "A")], issued=issued, changed=[], seen_at="",
        below=[{"level": "union", "day": "2026-11-30", "until": None, "congresses": 12}],
        action="/congresses/c/take-over", back="/congresses/c", most=2000,
    )  # fmt: skip
    assert ('name="date-day"' in form) is not issued
    assert 'name="until-day"' in form
    assert "&lt;i&gt;x" in form
    assert 'name="below/union-day"' in form


def test_people_are_shown_by_name_to_those_who_are_told_and_by_what_for_to_all(language: str) -> None:  # noqa: F811
    people = [{"account_id": "a1", "name": "<b>Ms. Hall", "task": "<i>Hall"}]
    told = takings_of(a_unit_that(MAY_NOT, takings=[{**TAKEN, "people": people}]))
    card = render_template("parts/taking_over.html", taking=told)
    assert "&lt;b&gt;Ms. Hall" in card
    assert "&lt;i&gt;Hall" in card
    untold = [{**people[0], "account_id": "", "name": ""}]
    card = render_template(
        "parts/taking_over.html",
        taking=takings_of(a_unit_that(MAY_NOT, takings=[{**TAKEN, "people": untold}])),
    )
    assert "Ms. Hall" not in card
    assert "&lt;i&gt;Hall" in card


def test_the_form_has_a_row_for_each_and_some_more() -> None:
    person = {"account_id": "a", "name": "x", "task": "y"}
    for number, rows in ((0, 2), (2, 4), (5, 5)):
        one = a_unit_that(MAY, takings=[{**TAKEN, "people": [person] * number}])
        assert len(rows_of(one)) == rows
        assert len(people_values(one)) == 2 * number


@pytest.mark.parametrize(("typed", "needed"), [({"date-day": "", "note": "x"}, True), ({"note": "x"}, False)])
def test_the_day_that_is_asked_for_is_never_taken_as_today(typed: dict[str, str], needed: bool) -> None:
    form = Form(typed)
    assert issued_on(form) is None
    assert ("date" in form.faults) is needed


def test_whoever_was_named_stays_to_be_chosen_also_while_nobody_is_known() -> None:
    people = [{"account_id": "a", "name": "A", "task": "x"}, {"account_id": "", "name": "", "task": "y"}]
    one = a_unit_that(MAY, takings=[{**TAKEN, "people": people}])
    assert choices_of([], one) == [("a", "A")]
    assert choices_of([("b", "B"), ("a", "A. now")], one) == [("b", "B"), ("a", "A. now")]


def test_a_task_of_nobody_is_not_left_out_in_silence() -> None:
    form = Form({"people/0/account_id": "a", "people/0/task": "x", "people/1/task": "Hall"})
    assert people_in(form) == [{"account_id": "a", "task": "x"}]
    assert list(form.faults) == ["people/1/account_id"]


def test_what_was_said_since_the_form_was_shown_is_told(language: str) -> None:  # noqa: F811
    one = a_unit_that(MAY, takings=[TAKEN, {**TAKEN, "at": "2026-11-21T10:00:00+00:00", "note": "<b>New"}])
    assert [each.note for each in since(one, "2026-11-20T12:00:00+00:00")] == ["<b>New"]
    assert since(one, "yesterday") == []
    page = render_template(
        "take_over.html",
        unit={"names": {"en": "Unit"}}, trail=(), form=Form({}, 3), planned="2026-12-01", rows=range(0),
        choices=[], issued=True, below=[], action="/", back="/", most=2000, seen_at="2026-11-22T00:00:00Z",
        changed=since(one, "2026-11-20T12:00:00+00:00"),
    )  # fmt: skip
    assert "&lt;b&gt;New" in page
    assert 'name="seen_at" value="2026-11-22T00:00:00Z"' in page


@pytest.mark.parametrize(("status", "version"), [(412, 9), (422, 3), (503, 3)])
def test_only_a_form_that_was_refused_as_stale_goes_on_from_what_there_is_now(
    status: int, version: int
) -> None:
    form = Form({}, 3, status=status)
    renewed(form, a_unit_that(MAY, version=9))
    assert form.version == version
