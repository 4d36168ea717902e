"""The pages of the roll-out: each figure leads to its rows, a row to what may be done about it."""

from typing import Any

import pytest
from flask import render_template

from portal.access.views.grants import Role
from portal.access.views.many import typed_rows
from portal.access.views.rollout import (
    LISTED,
    children_of,
    figures_of,
    levels_of,
    list_link,
    many_link,
    reported_of,
    rows_of,
    table_of,
)
from portal.access.words import ROLLOUT_LISTS, ROLLOUT_STATES
from portal.frame.forms import Form
from portal.frame.pager import Pager
from portal.shared.units import Unit
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

REACHED = {"units": 7, "signed_in": 3, "held": 0, "offered": 1, "nobody": 3, "without": 4}
ANSWER: dict[str, Any] = {
    "unit_id": "u",
    "all": REACHED,
    "levels": [{"level": "union", **REACHED}],
    "children": [{"unit_id": "w", "unit_names": {"en": "Ward A"}, "level": "union", **REACHED}],
    "as_of": "2026-11-22T10:00:00+00:00",
}
REPORTED: dict[str, Any] = {
    "reported": 2,
    "levels": [{"level": "union", "reported": 2}],
    "children": [{"unit_id": "w", "reported": 1}],
}
UNIT = Unit("u", "U", {"en": "Upper"}, "union")
ONE_PAGE = Pager(1, 1, 1, "", "")


def an_item(**changes: Any) -> dict[str, Any]:
    found = {
        "unit_id": "w",
        "unit_code": "W-1",
        "unit_names": {"en": "Ward A"},
        "parent_names": {"en": "Upper"},
        "level": "union",
        "state": "nobody",
        "since": "2026-11-20T10:00:00+00:00",
        "roles": [],
        "holders": [],
        "further": 0,
        "may_give": True,
    }
    return found | changes


def test_a_figure_leads_to_its_rows_and_a_nought_to_none() -> None:
    links = [(one.state, one.count, one.link) for one in figures_of(REACHED, "u")]
    assert links == [
        ("signed-in", 3, "/units/u/rollout/units?state=signed-in"),
        ("held", 0, ""),
        ("offered", 1, "/units/u/rollout/units?state=offered"),
        ("nobody", 3, "/units/u/rollout/units?state=nobody"),
    ]
    (level,) = levels_of(ANSWER, lambda key: {"en": key})
    assert (level.units.link, level.figures[0].link) == (
        "/units/u/rollout/units?level=union",
        "/units/u/rollout/units?state=signed-in&level=union",
    )
    (child,) = children_of(ANSWER)
    assert (child.link, child.figures[3].link) == ("/units/w/rollout", list_link("w", "nobody"))


@pytest.mark.parametrize(
    ("changes", "give"),
    [
        ({}, "/units/w/access/new"),
        ({"state": "offered"}, "/units/w/access/new"),
        ({"state": "held"}, ""),
        ({"state": "signed-in"}, ""),
        ({"may_give": False}, ""),
    ],
)
def test_access_is_given_from_a_row_where_nobody_holds_it_by_who_may(
    changes: dict[str, Any], give: str
) -> None:
    (row,) = rows_of([an_item(**changes)])
    assert row.give == give


def test_the_codes_of_a_list_are_a_table_in_which_only_the_people_are_missing() -> None:
    table = table_of([an_item(), an_item(unit_code="W-2")])
    roles = {"clerk": Role("clerk", {"en": "Clerk"}, ())}
    assert [(one.unit_code, one.fault) for one in typed_rows(table, roles, "2027-11-28")] == [
        ("W-1", "role"),
        ("W-2", "role"),
    ]
    assert many_link("u", "nobody", "") == "/units/u/access/many?of=nobody"
    assert many_link("u", "without", "union") == "/units/u/access/many?of=without&level=union"


@pytest.mark.parametrize("known", [True, False])
def test_the_page_shows_every_figure_with_its_way(language: str, *, known: bool) -> None:  # noqa: F811
    page = render_template(
        "rollout.html",
        unit=UNIT,
        trail=(),
        all=REACHED,
        figures=figures_of(REACHED, "u"),
        every=list_link("u"),
        words=ROLLOUT_STATES,
        levels=levels_of(ANSWER, lambda _: {language: "Level"}),
        children=children_of(ANSWER),
        reported=reported_of(REPORTED if known else None, "u"),
        as_of=ANSWER["as_of"],
        pager=ONE_PAGE,
    )
    for link in (
        "/units/u/rollout/units?state=nobody",
        "/units/u/rollout/units?state=nobody&amp;level=union",
        "/units/w/rollout",
        "/units/w/rollout/units?state=offered",
    ):
        assert f'href="{link}"' in page
    assert ("Roll-out" in page) is (language == "en")
    for link in (
        "/units/u/rollout/reports",
        "/units/u/rollout/reports?level=union",
        "/units/w/rollout/reports",
    ):
        assert (f'href="{link}"' in page) is known


def test_a_row_says_who_holds_access_and_how_to_reach_them_or_leads_to_giving_it(
    language: str,  # noqa: F811
) -> None:
    holder = {"account_id": "a", "name": "Jamila", "office_phone": "+8801711223344", "office_email": ""}
    held = an_item(state="signed-in", roles=[{"key": "clerk", "names": {"en": "Clerk"}}], holders=[holder])
    page = render_template(
        "rollout_units.html",
        unit=UNIT,
        trail=(),
        filter=Form({"state": "", "level": ""}),
        word=ROLLOUT_LISTS[""],
        states=[(key, key) for key in LISTED],
        levels=[("union", "Union")],
        rows=rows_of([held, an_item()]),
        many=many_link("u", "nobody", ""),
        pager=ONE_PAGE,
    )
    assert 'href="tel:+8801711223344"' in page
    assert page.count('href="/units/w/access/new"') == 1
    assert 'href="/units/u/access/many?of=nobody"' in page
