"""What the pages of a superior's steps, of acts over units between and of the form of a plan say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.congress.views.blocking import blocks_of
from portal.congress.views.congress import congress_page
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import Extensions
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import postponements_of
from portal.congress.views.steps import Steps, waiting_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from portal.plans.views.plans import OPEN_BELOW, plan_of, plan_values
from portal.queues.views import Filter, Saved
from portal.shared.units import Unit, in_words
from tests.architecture.the_code import environment, make_app
from tests.titles import titles_in
from tests.unit.portal.test_portal_congress_views import PLAN, a_congress
from tests.unit.portal.test_portal_plan_views import DRAFT

STEP = {"kind": "milestone", "milestone": "closed", "due": "2026-11-20", "superiors": True}
ONE_PAGE = Pager(1, 1, 1, "", "")
TODAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        app = make_app("portal")
        app.extensions["titles"] = titles_in
        yield app


@pytest.fixture(params=["en", "bn", "vi"])
def language(portal: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with portal.test_request_context("/plans"):
        g.language = request.param
        g.unread = 0
        g.levels = {"union": {"en": "Union", "bn": "ইউনিয়ন", "vi": "Xã"}}
        yield str(request.param)


def test_each_step_that_waits_can_be_ticked_and_its_unit_is_named(language: str) -> None:
    queue = Steps("p", "r")
    line = waiting_of(a_congress(next_steps=[STEP], may_decide=True), PLAN, queue, NOW, TODAY)
    assert line
    around: dict[str, Any] = {
        "plan": PLAN, "trail": (), "queue": queue, "tabs": queue.tabs({"steps": 4, "steps_direct": 1}),
        "filter": Filter(queue.start, queue.link), "saved": Saved((), queue.link), "pager": ONE_PAGE,
        "action": queue.start, "tick_link": f"{queue.start}?tick=all",
    }  # fmt: skip
    shown = render_template("steps.html", form=Form({line.name: line.seen}), rows=(line,), **around)
    named = in_words(line.unit.names, language).text
    assert f'name="tick/c" value="3 closed {named}" checked' in shown
    assert 'href="/congresses/c/record-above?queue=p%2Fr" data-row>' in shown
    assert ("These congresses cannot go on" in shown) is (language == "en")
    empty = render_template("steps.html", form=Form(), rows=(), **around)
    assert "tick/" not in empty
    below = replace(queue, tab="below")
    read = waiting_of(a_congress(next_steps=[STEP]), PLAN, below, NOW, TODAY)
    assert read
    shown = render_template("steps.html", form=Form(), rows=(read,), **{**around, "queue": below})
    assert "tick/" not in shown
    assert 'href="/congresses/c" data-row="page"' in shown


NOTHING_LATER = Extensions("", ())


def shown_congress(ended: str | None = None, **changes: Any) -> str:
    congress = a_congress(may_report=False, may_decide=True, may_reopen=True, **changes)
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    beside = {
        "later": NOTHING_LATER,
        "explained": explanations_of(congress),
        "postponed": postponements_of(congress),
        "blocked": blocks_of(congress, {}),
        "taking": takings_of(congress),
        "pilot": pilots_of(congress),
    }
    return render_template(
        "congress.html", page=page, trail=(), unit_ended=ended, files_link="", files=None, **beside
    )


def test_acts_over_units_between_are_folded_away_and_their_reason_is_shown(language: str) -> None:
    waiting: dict[str, Any] = {"next_steps": [{"kind": "decide"}], "state": "submitted"}
    own, over = shown_congress(**waiting), shown_congress(over=True, **waiting)
    assert 'class="button" href="/congresses/c/decide"' in own
    assert 'class="button quiet" href="/congresses/c/decide"' in over
    assert ("Act over the units between" in over) is (language == "en")
    assert over.index("<details") < over.index("/congresses/c/decide") < over.index("</details>")
    approved = {"at": "2026-11-21T10:00:00+00:00", "by": "x", "over_reason": "The office is closed."}
    assert "The office is closed." in shown_congress(state="approved", approved=approved, next_steps=[])


def test_a_draft_is_changed_as_a_whole_and_an_open_plan_in_its_name_alone(language: str) -> None:
    around: dict[str, Any] = {
        "levels": [{"key": "union", "names": {"en": "Union"}}], "other_levels": [], "back": "/plans/p",
        "milestones": [{"name": "milestones/opened", "names": {"en": "Opened"}}], "action": "/plans/p/edit",
        "languages": [("names/bn", "বাংলা")], "open_below": OPEN_BELOW, "heading": "Heading",
    }  # fmt: skip
    answer = {**DRAFT, "id": "p", "version": 3, "unit_id": "r", "state": "draft"}
    form = Form(plan_values(answer), 3)
    draft = render_template("plan_form.html", form=form, plan=plan_of(answer), changed=[], **around)
    changed = [("cycle", "2027")]
    opened = {**answer, "state": "open"}
    name_only = render_template("plan_form.html", form=form, plan=plan_of(opened), changed=changed, **around)
    for name in ('name="deadlines/union-day"', 'name="milestones/opened"', 'name="cycle"'):
        assert name in draft
        assert name not in name_only
    for shown in (draft, name_only):
        assert 'value="refuse" checked' in shown
        assert 'name="names/bn"' in shown
    assert "2027" in name_only
    new = render_template(
        "plan_form.html", form=Form(), plan=None, changed=[], units=[("r", "Root")], **around
    )
    assert 'type="hidden" name="unit_id"' in new


def test_the_page_of_a_congress_says_that_its_unit_has_ended_and_offers_nothing(language: str) -> None:
    ended = {"on": "2026-11-01", "successors": []}
    shown = shown_congress("2026-11-01", unit_ended=ended, next_steps=[])
    day = {"en": "1 Nov 2026", "bn": "১ নভেম্বর, ২০২৬", "vi": "01/11/2026"}[language]
    assert day in shown
    assert ("The unit of this congress ended on" in shown) is (language == "en")
    assert 'class="button" href="/congresses/c/' not in shown
    assert day not in shown_congress()


def test_the_page_of_a_unit_says_that_it_has_ended_and_what_it_went_into(language: str) -> None:
    around: dict[str, Any] = {
        "unit": Unit("u", "BD-N0129", {"en": "Kalirbazer"}, "union"), "trail": (), "congresses": [], "children": [],
        "holders": None, "counts": [], "ended_below": [],
    }  # fmt: skip
    heirs = [
        (Unit("h", "N1", {"en": "Heir"}, "union"), True),
        (Unit("f", "N2", {"en": "Far"}, "union"), False),
    ]
    shown = render_template("unit.html", ended="2026-11-01", heirs=heirs, may_move=False, **around)
    assert {"en": "1 Nov 2026", "bn": "১ নভেম্বর, ২০২৬", "vi": "01/11/2026"}[language] in shown
    assert ("This unit ended on" in shown) is (language == "en")
    assert 'href="/units/h"' in shown
    assert "Far" in shown
    assert 'href="/units/f"' not in shown
    live = render_template("unit.html", ended=None, heirs=[], may_move=False, **around)
    assert "2026" not in live.partition("<main")[2].partition("</main")[0]


def test_the_units_below_one_say_how_many_they_are_and_lead_to_the_next_page(language: str) -> None:
    below = [Unit("c", "BD-N0130", {"en": "Below"}, "union")]
    shown = render_template(
        "unit.html", ended=None, heirs=[], may_move=False, unit=Unit("u", "BD-N0129", {"en": "Here"}, "union"),
        trail=(), congresses=[], children=below, holders=None, counts=[], ended_below=[],
        pager=Pager(1, 1, 70, "/units/u?after=x&from=2", ""),
    )  # fmt: skip
    assert 'href="/units/u?after=x&amp;from=2"' in shown
    assert {"en": "70", "bn": "৭০", "vi": "70"}[language] in shown
    ended = render_template(
        "unit.html", ended=None, heirs=[], may_move=False, unit=Unit("u", "BD-N0129", {"en": "Here"}, "union"),
        trail=(), congresses=[], children=[], holders=None, counts=[], ended_below=below,
        ended_pager=Pager(51, 51, 61, "/units/u?ended_after=x&ended_from=52", "/units/u"),
    )  # fmt: skip
    assert 'href="/units/u?ended_after=x&amp;ended_from=52"' in ended
    assert {"en": "61", "bn": "৬১", "vi": "61"}[language] in ended
    assert 'class="card" open' in ended, "whoever turned a page sees it"
