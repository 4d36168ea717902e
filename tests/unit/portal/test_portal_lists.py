"""The list behind a number: what its address asks for, and what a row says of who must act."""

from datetime import date
from typing import Any

import pytest
from flask import render_template

from portal.congress.views.lists import BESIDE, EXTENSIONS, Listed, filter_of, listed_of, rows_of, word_of
from portal.congress.views.offices import sides_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from portal.queues.views import Saved
from tests.unit.portal.test_portal_congress_views import PLAN
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

TODAY = date(2026, 11, 22)
KEYS = [milestone["key"] for milestone in PLAN["milestones"]]
CLOSING = "closed"
PLAN_HERE = {**PLAN, "id": "p", "deadlines": {"union": "2026-11-30"}}


def listed(**asked: str) -> Listed:
    return listed_of(PLAN_HERE, "u", asked)


@pytest.mark.parametrize(
    ("asked", "conditions"),
    [
        ({}, {"overdue": "true"}),
        ({"which": "overdue", "milestone": CLOSING}, {"milestone": CLOSING, "standing": "overdue"}),
        ({"which": "late"}, {"milestone": CLOSING, "standing": "late"}),
        (
            {"which": "to_come", "who": "unit"},
            {"milestone": CLOSING, "standing": "to_come", "who_acts": "unit"},
        ),
        ({"which": "done", "who": "unit"}, {"milestone": CLOSING, "standing": "done"}),
        ({"which": "submitted", "milestone": CLOSING}, {"state": "submitted"}),
        ({"which": "submitted", "level": "union"}, {"state": "submitted", "level": "union"}),
        ({"which": "all", "who": "superior"}, {}),
        ({"which": "nonsense", "level": "nowhere", "who": "nobody", "sort": "x"}, {}),
        ({"which": "overdue", "milestone": "nonsense"}, {"milestone": CLOSING, "standing": "overdue"}),
    ],
)
def test_what_does_not_fit_together_is_left_out_of_what_is_asked(
    asked: dict[str, str], conditions: dict[str, str]
) -> None:
    assert listed(**asked).conditions == conditions


def test_its_address_leads_back_to_the_same_list() -> None:
    one = listed(which="late", level="union", sort="place", search="a b")
    assert listed(**one.query) == one
    assert one.link == "/lists/p/u?which=late&milestone=closed&level=union&sort=place&search=a+b"
    assert word_of(one) == "Done, late"
    assert word_of(listed(which="returned")) == "Returned for correction"


def an_item(**changes: Any) -> dict[str, Any]:
    milestones = [
        {"key": "drafts", "due": "2026-11-30", "date": None, "state": "open"},
        {"key": "opened", "due": "2026-11-15", "date": None, "state": "overdue"},
        {"key": "closed", "due": "2026-11-10", "date": "2026-11-12", "state": "late"},
    ]
    found = {
        "id": "c",
        "unit_id": "w",
        "unit_path": ["r", "w"],
        "unit": {"code": "W", "names": {"en": "Ward A"}, "level": "union"},
        "parent": {"code": "R", "names": {"en": "Upper"}, "level": "district"},
        "state": "under_way",
        "who_acts": "unit",
        "postponed_until": None,
        "reminded_at": "2026-11-21T10:00:00+00:00",
        "milestones": milestones,
    }
    return found | changes


def an_office(**changes: Any) -> dict[str, Any]:
    holder = {"account_id": "a", "name": "Jamila", "office_phone": "+8801711223344", "office_email": ""}
    found = {
        "for_unit": "w",
        "side": "unit",
        "unit": {"id": "w", "code": "W", "names": {"en": "Ward A"}},
        "roles": [{"key": "clerk", "names": {"en": "Clerk"}}],
        "in_line": True,
        "holders": [holder],
        "further": 2,
    }
    return found | changes


def test_a_row_says_what_is_late_for_longest_by_how_much_and_who_must_act() -> None:
    other = an_office(side="superior", roles=[])
    (row,) = rows_of([an_item()], [other, an_office()], listed(), TODAY)
    assert (row.milestone, row.due, row.days) == ("opened", "2026-11-15", 7)
    assert row.office is not None
    assert [one.name for one in row.office.holders] == ["Jamila"]
    (row,) = rows_of([an_item(who_acts="superior")], [other, an_office()], listed(), TODAY)
    assert row.office is not None
    assert row.office.roles == ()
    (late,) = rows_of([an_item(who_acts=None)], [], listed(which="late"), TODAY)
    assert (late.milestone, late.days, late.office) == ("closed", 2, None)


def test_each_side_is_asked_for_once() -> None:
    items = [an_item(), an_item(unit_id="x", who_acts="superior"), an_item(unit_id="y", who_acts=None)]
    assert sides_of(items) == (["w"], ["x"])


def shown(language: str, rows: list[Any]) -> str:  # noqa: F811
    say = dict.fromkeys(("which", "milestone", "any", "level", "levels", "who", "sides", "sort"), "x")
    words = {
        **say,
        **{
            key: key
            for key in (
                "overdue",
                "to_come",
                "done",
                "on_time",
                "late",
                "left_out",
                "skipped",
                "postponed",
                "blocked",
            )
        },
    }
    states = ("planned", "under_way", "closed", "submitted", "returned", "approved", "reopened", "all")
    words |= {key: key for key in (*states, *EXTENSIONS, *BESIDE, "unit", "superior", "deadline", "place")}
    one = listed()
    return render_template(
        "list.html",
        plan=PLAN_HERE,
        form=Form(),
        listed=one,
        word=word_of(one),
        milestone=None,
        names={"opened": {"en": "Opened"}},
        trail=(),
        filter=filter_of(one, [], [], words),
        saved=Saved([{"name": "<b>Mine</b>", "address": one.link}], one.link),
        rows=rows,
        total=len(rows),
        reminds=True,
        reminded={"at": "2026-11-20T10:00:00+00:00", "number": 3},
        exported={"plan_id": "p", "overdue": "true"},
        pager=Pager(1, 1, 1, "", ""),
        done="",
    )


def test_the_page_names_the_office_and_how_to_reach_whoever_holds_it(language: str) -> None:  # noqa: F811
    page = shown(language, rows_of([an_item()], [an_office()], listed(), TODAY))
    assert 'href="tel:+8801711223344"' in page
    assert "Jamila" in page
    assert 'name="overdue" value="true"' in page
    assert 'action="/lists/p/u/remind"' in page
    assert ("Last on" in page) is (language == "en")
    assert ("7 days late" in page) is (language == "en")
    silent = an_office(holders=[{"name": "Karim", "office_phone": "", "office_email": ""}], further=0)
    page = shown(language, rows_of([an_item()], [silent], listed(), TODAY))
    assert ("by message here" in page) is (language == "en")
    page = shown(
        language, rows_of([an_item()], [an_office(unit=None, roles=[], holders=[])], listed(), TODAY)
    )
    assert ("Nobody holds this office" in page) is (language == "en")
    assert ("There is none in this unit" in shown(language, [])) is (language == "en")
