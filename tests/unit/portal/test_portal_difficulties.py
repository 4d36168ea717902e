"""Difficulties: the list, one with its way and what may be done with it, and the form that raises one."""

from datetime import date
from typing import Any

import pytest
from flask import render_template

from congress.domain.difficulties import STANDINGS, Kind, StepKind, Urgency
from portal.congress.views.files import files_card
from portal.congress.views.offices import Office
from portal.difficulties import words
from portal.difficulties.routes import ACTS, WITHOUT_WORDS, pressed_in
from portal.difficulties.views import (
    COUNTED,
    figures_of,
    page_of,
    rows_of,
    seen_beside,
    tabs_of,
    ticked,
    whose_office,
)
from portal.frame.forms import Form, FormFaulty
from portal.frame.pager import Pager
from servicekit.words.text import excerpt
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

TODAY = date(2026, 11, 22)
UNIT, NORTH, ROOT = (
    {"id": key, "code": key.upper(), "names": {"en": key.title()}, "level": "union"}
    for key in ("n1", "north", "root")
)
COUNT = {"open": 3, "overdue": 2, "asked_back": 0, "answered": 1, "solved": 0}
FIGURES = {
    "unit_id": "north", "kinds": [{"kind": "personnel", **COUNT}], "items": [{"unit": UNIT, **COUNT}],
    "further_below": 4, "next": None,
}  # fmt: skip
MAY = {"allowed": True, "refusal": None}
MAY_NOT = {"allowed": False, "refusal": None}


def a_difficulty(*may: str, **changes: Any) -> dict[str, Any]:
    acts = ("answer", "ask-back", "forward", "separate", "reply", "confirm", "withdraw")
    step = {
        "kind": "raised", "at": "2026-11-20T10:00:00+00:00", "unit": UNIT, "to": NORTH, "text": "<b>Nobody</b>",
        "by": "a", "by_name": "A. Clerk", "by_code": False,
    }  # fmt: skip
    return {
        "id": "d1", "version": 3, "unit_id": "n1", "unit_path": ["root", "north", "n1"], "unit": UNIT,
        "parent": NORTH, "kind": "personnel", "urgency": "soon", "text": "<b>Nobody</b> stands.", "blocks": None,
        "state": "open", "standing": "open", "place": NORTH, "waits_with": NORTH,
        "raised_at": "2026-11-20T10:00:00+00:00", "since": "2026-11-20T10:00:00+00:00", "due": "2026-11-25",
        "joined": False, "others": [], "steps": [step],
        "acts": {act: MAY if act in may else MAY_NOT for act in acts}, **changes,
    }  # fmt: skip


def test_each_word_of_the_service_has_one_here() -> None:
    assert list(words.KINDS) == [one.value for one in Kind]
    assert list(words.URGENCIES) == [one.value for one in Urgency]
    assert set(words.STANDINGS) == set(STANDINGS)
    assert set(words.STEPS) >= {one.value for one in StepKind}
    assert {what for _act, _more, what in ACTS.values()} < words.DONE.keys()
    assert set(WITHOUT_WORDS) <= ACTS.keys()


def test_who_acts_next_is_the_office_of_the_very_unit() -> None:
    assert whose_office(a_difficulty()) == ([], ["n1"])
    assert whose_office(a_difficulty(waits_with=ROOT)) == ([], ["north"])
    assert whose_office(a_difficulty(waits_with=UNIT)) == (["n1"], [])
    assert whose_office(a_difficulty(waits_with=None)) == ([], [])


@pytest.mark.parametrize(
    ("may", "offered"),
    [
        (("answer", "ask-back", "forward"), {"answer", "ask-back", "forward"}),
        (("answer", "ask-back"), {"answer", "ask-back"}),
        (("answer", "separate"), {"answer", "separate"}),
        (("reply", "withdraw"), {"reply", "withdraw"}),
        (("confirm", "withdraw"), {"solved", "not-solved", "withdraw"}),
        ((), set()),
    ],
)
def test_the_page_offers_what_congress_says_and_shows_what_was_written_as_text(
    language: str,  # noqa: F811
    may: tuple[str, ...],
    offered: set[str],
) -> None:
    page = the_page(a_difficulty(*may))
    assert {act for act in ACTS if f'name="act" value="{act}"' in page} == offered
    assert "<b>" not in page
    assert "&lt;b&gt;Nobody" in page
    assert "A. Clerk" in page


NO_FILES: dict[str, Any] = {"items": [], "form_token": "", "most_mb": 20, "media_types": ["image/png"]}


def the_page(answer: dict[str, Any], files: dict[str, Any] = NO_FILES) -> str:
    card = files_card(files, "congress/difficulties/d1", may_remove=True)
    around: dict[str, Any] = {"unit": UNIT, "trail": (), "form": Form(version=3), "most": 2000, "files": card}
    office = Office({"en": "North"}, ({"en": "Approver"},))
    return render_template(
        "difficulty.html",
        one=page_of(answer, TODAY),
        next_actor=office if answer["waits_with"] else None,
        **around,
    )


def test_a_day_that_is_past_is_said_and_a_milestone_leads_to_its_congress(language: str) -> None:  # noqa: F811
    blocks = {"congress_id": "c1", "plan_id": "p", "milestone": "opened", "milestone_names": {"en": "Opened"}}
    page = page_of(a_difficulty(due="2026-11-21", blocks=blocks), TODAY)
    assert (page.over, page.blocks_link, page.blocks) == (True, "/congresses/c1", {"en": "Opened"})
    assert 'href="/congresses/c1"' in the_page(a_difficulty(blocks=blocks))


@pytest.mark.parametrize(
    ("standing", "due", "red"),
    [
        ("open", "2026-11-22", False),
        ("open", "2026-11-21", True),
        # It went on to the next level, which has days of its own.
        ("overdue", "2026-11-30", False),
        ("overdue", "2026-11-21", True),
        ("overdue", None, True),
        ("answered", "2026-11-21", False),
    ],
)
def test_red_is_only_what_is_overdue_now(standing: str, due: str | None, red: bool) -> None:
    answer = a_difficulty(standing=standing, due=due)
    states = [rows_of([answer], TODAY)[0].state, page_of(answer, TODAY).state]
    assert [state.tone == "bad" for state in states] == [red, red]


@pytest.mark.parametrize("joins", [False, True])
def test_a_row_says_what_where_and_whose_turn_it_is(language: str, joins: bool) -> None:  # noqa: F811
    items = [a_difficulty(), a_difficulty(standing="overdue", urgency="ordinary", waits_with=None, due=None)]
    first, second = rows_of(items, TODAY, joins=joins)
    assert ticked(["which", first.tick or "x"]) == (["d1"] if joins else [])
    assert (first.link, first.waits, first.due) == ("/difficulties/d1", NORTH["names"], "2026-11-25")
    assert (second.urgency, second.state.tone, second.due) == ("", "bad", "")
    page = render_template(
        "difficulties.html",
        unit=NORTH, trail=(), which="open", tabs=tabs_of("north", "open", 2, {"kind": "other"}),
        filter=Form(), kinds=[], narrowed=False, plain="/p", rows=[first, second], pager=Pager(1, 2, 2, "", ""),
        raise_link="/difficulties/new?unit=north", form=Form({"tick-d1": "1"}),
        figures=figures_of(FIGURES), columns=[words.STANDINGS[key].word for key in COUNTED],
        joins=joins, action="/difficulties/of/north", exported={"unit_id": "north", "about": "other"},
    )  # fmt: skip
    assert page.count('href="/difficulties/d1"') == 2
    # Each figure leads to its list, and what is none leads nowhere.
    assert 'href="/difficulties/of/north?which=overdue&amp;kind=personnel"' in page
    assert 'href="/difficulties/of/north?which=open&amp;below=n1"' in page
    assert "which=solved&amp;below" not in page
    assert ('name="tick-d1" value="1" checked' in page) is joins
    assert 'href="/difficulties/of/north?which=overdue&amp;kind=other"' in page
    # The file is of the very list that is shown.
    assert 'action="/exports/difficulties"' in page
    assert '<input type="hidden" name="about" value="other">' in page
    # What waits is of every class.
    assert 'href="/difficulties/of/north?which=waiting"' in page
    assert "<b>" not in page


def test_of_several_that_are_joined_one_is_answered_alone_only_on_purpose(language: str) -> None:  # noqa: F811
    gone = {"id": "d3", "version": 2, "unit": NORTH, "standing": "solved"}
    others = [{"id": "d2", "version": 7, "unit": NORTH, "standing": "open"}, gone]
    page = the_page(a_difficulty("answer", joined=True, others=others))
    assert 'href="/difficulties/d2"' in page
    assert 'name="act" value="alone"' in page
    assert 'value="alone"' not in the_page(a_difficulty("answer"))
    # It carries what was shown of those to which it goes.
    assert 'name="beside-d2" value="7"' in page
    assert "beside-d3" not in page
    assert seen_beside({"beside-d2": "7", "text": "x", "beside-d4": "no"}) == {"d2": 7}


def test_its_files_are_shown_and_added_where_that_may_be(language: str) -> None:  # noqa: F811
    assert 'id="files"' not in the_page(a_difficulty())
    page = the_page(a_difficulty(), {**NO_FILES, "form_token": "t"})
    assert 'action="/files/congress/difficulties/d1/files/form"' in page
    assert 'data-upload="/api/congress/difficulties/d1/files"' in page
    one = {
        "id": "f1", "name": "<b>hall</b>.png", "state": "ready", "bytes": 5, "at": "2026-11-20T10:00:00+00:00",
        "preview": True, "pages": None, "refused": None,
    }  # fmt: skip
    page = the_page(a_difficulty(), {**NO_FILES, "items": [one]})
    assert 'href="/files/congress/difficulties/d1/files/f1/content"' in page
    assert 'href="/difficulties/d1/files/f1/remove"' in page
    assert "<b>" not in page


def test_a_long_text_is_cut_where_there_are_many() -> None:
    assert excerpt("a\n b") == "a b"
    assert len(excerpt("word " * 100)) <= 140


def test_the_form_asks_for_a_milestone_only_where_a_congress_is_known(language: str) -> None:  # noqa: F811
    around: dict[str, Any] = {
        "unit": UNIT, "trail": (), "kinds": [("other", "Other")], "urgencies": [("soon", "Soon")], "back": "/b",
        "most": 2000, "form": Form({"unit_id": "n1", "congress_id": "", "urgency": "soon"}),
    }  # fmt: skip
    assert 'name="milestone"' not in render_template("difficulty_new.html", milestones=[], **around)
    page = render_template("difficulty_new.html", milestones=[("opened", "Opened")], **around)
    assert 'name="milestone"' in page
    assert 'value="soon" checked' in page


@pytest.mark.parametrize("act", ["", "answers", "Answer"])
def test_nothing_is_done_that_nobody_pressed(act: str) -> None:
    form = Form({"act": act, "text": "So."})
    with pytest.raises(FormFaulty):
        pressed_in(form)
    assert [one.text for one in form.loose] == [words.NO_ACT]
    assert pressed_in(Form({"act": "alone"})) == "alone"
