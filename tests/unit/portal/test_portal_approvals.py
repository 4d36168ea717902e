"""The queue of reports that wait for approval: rows, ticks, and the place of one report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.congress.views.approvals import (
    Row,
    all_ticked,
    choice_of,
    outcomes_of,
    rows_of,
)
from portal.congress.views.congress import congress_page, figure_word, unit_with_id
from portal.congress.views.queue import Queue, queue_named, queue_of, tabs_of
from portal.congress.views.returned import with_answers
from portal.congress.words import (
    BETWEEN_FIRST,
    CHANGED_SINCE,
    DECIDED_SINCE,
    REPORTED_BY_CODE,
)
from portal.frame.forms import Fault, Form
from portal.frame.pager import Pager
from portal.queues.views import Choice, Filter, Place, Saved, Seen, place_of, ticked
from portal.queues.words import OUT_OF_SIGHT
from portal.shared.states import CONGRESS, DUE_OVER
from portal.shared.units import GIVEN, in_words
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_congress_views import PLAN, a_congress

NOW, TODAY = datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 11, 22)
QUEUE = Queue("p", "r")
REFUSAL = {"type": "/problems/own-report", "title": "Nicht selbst.", "message": "Not one's own."}
CAUTION = {
    "kind": "x",
    "field": "state",
    "title": "2 offen",
    "message": "{count} open",
    "params": {"count": "2"},
}


def a_report(congress_id: str = "c", **changes: Any) -> dict[str, Any]:
    """As the list of the service has it."""
    sent = {"at": "2026-11-19T10:00:00+00:00", "by": "x", "by_name": "Jamil Udoy", "by_code": False}
    return a_congress(
        **{
            "id": congress_id, "state": "submitted", "submitted": sent, "refusal": None, "levels_between": 0,
            "parent": {"code": "R", "names": {"en": "Root"}, "level": "centre"},
            "results": {"summoned": 50, "present": 47, "absent_with_reason": 3, "women": 11},
            "next_steps": [{"kind": "decide", "superiors": True}], **changes,
        }
    )  # fmt: skip


ODD = a_report("odd", cautions=[CAUTION])
OWN = a_report("own", refusal=REFUSAL)
FAR = a_report("far", levels_between=1)
REPORTS = [a_report(), ODD, OWN, FAR]
FIRST = ("summoned", "present", "women", "committee_elected")


def as_seen(*ids: str) -> dict[str, Seen]:
    return {one: Seen(3, f"Named {one}") for one in ids}


def rows() -> Any:
    return rows_of({"items": REPORTS}, QUEUE, NOW, TODAY, FIRST)


@pytest.mark.parametrize("part", ["entries", "result_entries", "history"])
def test_what_was_reported_by_a_sealed_code_is_a_caution_and_is_not_ticked_in_passing(part: str) -> None:
    coded = a_report(
        "coded", **{part: [{"at": "2026-11-19T10:00:00+00:00", "by_code": True, "kind": "submitted"}]}
    )
    plain, odd = rows_of({"items": [a_report(), coded]}, QUEUE, NOW, TODAY)
    assert (plain.cautions, [one.text for one in odd.cautions]) == ((), [REPORTED_BY_CODE])
    assert set(all_ticked((plain, odd))) == {plain.name}


def test_a_row_says_where_the_report_is_from_who_sent_it_how_long_it_waits_and_what_is_in_it() -> None:
    row = rows()[0]
    assert (row.unit.names, row.parent, row.sent_by, row.days) == (
        {"en": "Unit"},
        {"en": "Root"},
        "Jamil Udoy",
        2,
    )
    assert [(one.word, one.value) for one in row.figures] == [
        (figure_word("summoned"), 50),
        (figure_word("present"), 47),
        (figure_word("women"), 11),
    ]
    assert row.link == "/congresses/c/decide?queue=p%2Fr"
    assert row.over is None
    (late,) = rows_of({"items": [a_report(deadline="2026-11-21", results=None)]}, QUEUE, NOW, TODAY)
    assert (late.over, late.figures) == (DUE_OVER, ())


def test_all_are_ticked_but_what_is_odd_and_what_is_not_the_readers_to_decide() -> None:
    assert all_ticked(rows()) == {"tick/c": "3"}
    assert [row.why_not for row in rows()] == [None, None, Fault("Not one's own."), Fault(BETWEEN_FIRST)]


def test_what_was_ticked_comes_back_with_the_version_that_was_seen_and_nothing_else() -> None:
    sent = {
        "tick/c": "3 কালির বাজার", "tick/d": "x", "tick/../e": "4", "tick/f": "-1", "tick/g": "5", "after": "3",
        "tick/h": "6 " + 300 * "a", "tick/i": "7 ",
    }  # fmt: skip
    assert ticked(sent) == {
        "c": Seen(3, "কালির বাজার"),
        "g": Seen(5),
        "h": Seen(6, 200 * "a"),
        "i": Seen(7),
    }
    assert len(ticked({f"tick/c{n}": "1" for n in range(90)})) == 50


def test_what_has_changed_since_or_is_decided_is_left_and_named() -> None:
    decided = a_report("done", state="approved")
    changed = a_report("new", version=4)
    seen = as_seen("c", "done", "gone", "new", "own", "odd")
    choice = choice_of([*REPORTS, decided, changed], seen, QUEUE, NOW, TODAY)
    assert [row.congress_id for row in choice.rows] == ["c", "odd"]
    assert [(one.why.text, one.state) for one in choice.left] == [
        (DECIDED_SINCE, CONGRESS["approved"]),
        (OUT_OF_SIGHT, None),
        (CHANGED_SINCE, None),
        ("Not one's own.", None),
    ]
    gone = choice.left[1]
    assert (gone.names, gone.link) == ({GIVEN: "Named gone"}, "")


def test_of_many_outcomes_those_that_were_refused_come_first() -> None:
    faults = {"c": None, "odd": Fault("Refused so.")}
    found = outcomes_of(REPORTS, as_seen("c", "odd", "gone"), faults)
    assert [one.fault for one in found] == [Fault("Refused so."), Fault(OUT_OF_SIGHT), None]


def test_one_that_is_out_of_sight_by_now_does_not_vanish() -> None:
    """Its unit is named as it was when it was ticked; there is nothing to open."""
    (gone,) = outcomes_of([], as_seen("gone"), {})
    assert (gone.names, gone.link, gone.fault) == ({GIVEN: "Named gone"}, "", Fault(OUT_OF_SIGHT))


@pytest.mark.parametrize(
    "queue",
    [
        QUEUE,
        Queue("p", "r", "below"),
        Queue("p", "r", "done", "union", search="কালীর বাজার & x", sort="newest"),
        Queue("p", "r", passed=True),
        Queue("p", "r", search="ময়মনসিংহ" * 11),
        Queue("p", "r", "below", "union", passed=True, search="\U00016800" * 100, sort="longest"),
    ],
)
def test_a_queue_is_found_again_by_its_name(queue: Queue) -> None:
    assert queue_named(queue.name) == queue


@pytest.mark.parametrize(
    "name", ["", "p", "p/r/", "p/r/some", "//evil.example/r", "p/../x", "p/r?tab=all", "p/r?", "p/r?x=y"]
)
def test_no_other_place_is_gone_to(name: str) -> None:
    assert queue_named(name) is None


def test_what_an_address_says_in_a_way_of_its_own_is_as_usual() -> None:
    assert queue_of("p", "r", {"tab": "all", "sort": "best", "passed": "1"}) == QUEUE
    asked = Queue("p", "r", "below", "union", passed=True, search="x", sort="longest").asked()
    assert asked == {
        "plan_id": "p", "below": "r", "state": "submitted", "direct": False,
        "level": "union", "passed": True, "search": "x", "sort": "longest",
    }  # fmt: skip


def test_each_tab_leads_to_its_list_with_the_number_of_all_in_it() -> None:
    tabs = tabs_of(Queue("p", "r", "returned", level="union"), TOTALS)
    assert [(tab.link, tab.count, tab.current) for tab in tabs] == [
        ("/approvals/p/r", 4, False),
        ("/approvals/p/r?tab=below", 12, False),
        ("/approvals/p/r?tab=returned", 0, True),
        ("/approvals/p/r?tab=done", 1234, False),
    ]


def test_what_waits_no_more_is_read_and_neither_ticked_nor_decided() -> None:
    act = {"at": "2026-11-20T10:00:00+00:00", "by": "y", "by_name": "Rina Akter", "by_code": False}
    there = a_report(state="returned", returned=act, submitted=None, refusal=None)
    (row,) = rows_of({"items": [there]}, Queue("p", "r", "returned"), NOW, TODAY)
    assert (row.link, row.sent_by, row.days) == ("/congresses/c", "Rina Akter", 1)


def test_who_must_act_stands_in_the_row_by_office_and_by_name_where_that_is_told() -> None:
    holder = {"account_id": "a", "name": "Rina Akter", "office_phone": "", "office_email": ""}
    office = {
        "for_unit": "u", "side": "superior", "unit": {"names": {"en": "Root"}}, "in_line": False, "further": 2,
        "roles": [{"key": "approver", "names": {"en": "Approver"}}], "holders": [holder],
    }  # fmt: skip
    answer = {"items": [a_report(who_acts="superior"), a_report(who_acts="unit"), a_report(who_acts=None)]}
    first, *others = rows_of(answer, Queue("p", "r", "below"), NOW, TODAY, (), [office])
    assert first.office is not None
    assert (first.office.unit, [one.name for one in first.office.holders]) == ({"en": "Root"}, ["Rina Akter"])
    assert [row.office for row in others] == [None, None]


def test_the_report_behind_one_is_the_next_and_the_last_has_none() -> None:
    answer = {"items": [ODD], "position": 3, "total": 46, "next": "x"}
    assert place_of(answer, QUEUE) == Place(QUEUE, 3, 46, "/congresses/odd/decide?queue=p%2Fr")
    assert place_of({**answer, "items": [], "position": None}, QUEUE) == Place(QUEUE, 0, 46, "")


# ── pages ──────────────────────────────────────────────────


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.fixture(params=["en", "bn", "vi"])
def language(portal: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with portal.test_request_context("/plans"):
        g.language = request.param
        g.unread = 0
        g.levels = {"union": {"en": "Union", "bn": "ইউনিয়ন", "vi": "Xã"}}
        yield str(request.param)


TOTALS = {"direct": 4, "submitted": 12, "returned": 0, "approved": 1234}
LEVEL = Choice("level", "Level", [("", "All"), ("union", "Union")], "union")


def the_list(form: Form, shown: Sequence[Row] | None = None) -> str:
    return render_template(
        "approvals.html", plan=PLAN, trail=(), queue=QUEUE, form=form, rows=rows() if shown is None else shown,
        tabs=tabs_of(QUEUE, TOTALS), filter=Filter("/approvals/p/r", "/approvals/p/r", choices=[LEVEL]),
        saved=Saved([], "/approvals/p/r"),
        action="/approvals/p/r?", tick_link="/approvals/p/r?tick=all", pager=Pager(1, 4, 4, "", ""),
    )  # fmt: skip


def test_the_list_ticks_what_was_ticked_and_says_why_a_row_cannot_be(language: str) -> None:
    shown = the_list(Form(all_ticked(rows())))
    unit = in_words(unit_with_id(a_report()).names, language).text
    assert f'name="tick/c" value="3 {unit}" checked' in shown
    assert f'name="tick/odd" value="3 {unit}"><' in shown
    assert 'href="/approvals/p/r?tab=returned"' in shown
    assert ("1,234" in shown) is (language == "en")
    for untickable in ("tick/own", "tick/far"):
        assert untickable not in shown
    assert "Not one&#39;s own." in shown
    assert ("A unit between decides first." in shown) is (language == "en")
    assert ("2 days" in shown) is (language == "en")


def test_no_act_is_offered_that_no_row_can_be_ticked_for(language: str) -> None:
    acts = ("tick=all", 'class="acts stuck"', "data-show-keys")
    offered = {
        "all": the_list(Form()),
        "with cautions": the_list(Form(), [one for one in rows() if one.cautions and not one.why_not]),
        "not one's own": the_list(Form(), [one for one in rows() if one.why_not]),
        "none": the_list(Form(), []),
    }
    assert {what: [act in shown for act in acts] for what, shown in offered.items()} == {
        "all": [True, True, True],
        "with cautions": [True, True, True],
        "not one's own": [False, False, True],
        "none": [False, False, False],
    }


def test_the_ticked_ones_are_shown_as_they_will_be_approved_and_what_is_left_by_name(language: str) -> None:
    seen = as_seen("c", "odd", "new", "gone")
    choice = choice_of([*REPORTS, a_report("new", version=4)], seen, QUEUE, NOW, TODAY)
    around: dict[str, Any] = {"plan": PLAN, "trail": (), "queue": QUEUE, "back": QUEUE.link}
    around["action"] = f"{QUEUE.start}/approve"
    shown = render_template("approvals_ticked.html", form=Form(), choice=choice, outcomes=(), **around)
    assert 'type="hidden" name="tick/c" value="3 ' in shown
    assert 'name="tick/new"' not in shown
    assert "<li>Named gone: " in shown
    assert 'href=""' not in shown
    assert ("It has changed since you ticked it." in shown) is (language == "en")
    assert "2 open" in shown or "২ open" in shown
    faults = {"c": None, "odd": Fault("Refused so.")}
    outcomes = outcomes_of(REPORTS, as_seen("c", "odd", "gone"), faults)
    told = render_template("approvals_ticked.html", form=Form(), choice=None, outcomes=outcomes, **around)
    assert told.index("Refused so.") < told.index('class="badge good"')
    assert "<strong>Named gone</strong>" in told
    assert "tick/" not in told
    assert 'href=""' not in told


def test_the_page_of_a_report_knows_the_next_and_one_that_is_not_ours_has_no_buttons(language: str) -> None:
    report = congress_page(ODD, {**PLAN, "state": "open"}, TODAY)
    around: dict[str, Any] = {
        "page": report, "trail": (), "form": Form(), "between": 0, "back": "/approvals/p/r",
        "approve_action": "/congresses/odd/approve", "return_action": "/congresses/odd/return",
    }  # fmt: skip
    place = Place(QUEUE, 3, 46, "/congresses/c/decide?queue=p%2Fr")
    shown = render_template("decide.html", queued=place, refusal=None, **around)
    assert shown.count('name="queue" value="p/r"') == 1
    for key in ("summoned", "present", "opened", "results"):
        assert f'<textarea id="reasons-{key}" name="reasons/{key}"' in shown
    assert 'formaction="/congresses/odd/return"' in shown
    assert 'href="/congresses/c/decide?queue=p%2Fr"' in shown
    assert ("3 of 46" in shown) is (language == "en")
    assert ("Approve and next" in shown) is (language == "en")
    alone = render_template("decide.html", queued=None, refusal=Fault("Not one's own."), **around)
    assert 'action="/congresses/odd/approve"' not in alone
    assert "reasons/" not in alone
    assert "Not one&#39;s own." in alone


SINCE = {
    "kind": "returned", "at": "2026-11-20T10:00:00+00:00", "by_name": "Rina Akter",
    "reasons": {"present": "One too <many>.", "opened": "Another day."},
    "figures": {"present": 48, "women": None}, "milestones": {"opened": "2026-11-18"}, "votes": True,
}  # fmt: skip


def test_what_changed_since_it_was_returned_is_marked_for_the_approver_and_stands_with_its_answers(
    language: str,
) -> None:
    report = congress_page(a_report(since_return=SINCE), {**PLAN, "state": "open"}, TODAY)
    came = with_answers(report.back, [THANKS, OLD, GONE])
    assert came is not None
    assert [one.text for one in came.answers["present"]] == ["We counted again."]
    shown = render_template(
        "decide.html", page=replace(report, back=came), trail=(), form=Form(), between=0, back="/", queued=None,
        refusal=None, approve_action="/a", return_action="/r",
    )  # fmt: skip
    assert shown.count('class="badge next changed"') == 4
    assert "One too &lt;many&gt;." in shown
    assert "We counted again." in shown
    assert 'href="/congresses/c/comment?about=present"' in shown
    for said in (
        "Counts of votes, or lists",
        "Changed; it was 48",
        "New since it was returned",
        "Changed; it was 18 Nov 2026",
    ):
        assert (said in shown) is (language == "en")


def a_comment(text: str, **changes: Any) -> dict[str, Any]:
    about = {"about": "present", "by_name": "Jamil Udoy", "withdrawn_at": None}
    return {"at": "2026-11-21T10:00:00+00:00", "text": text, **about, **changes}


THANKS = a_comment("We counted again.")
OLD = a_comment("Before it came back.", at="2026-11-19T10:00:00+00:00")
GONE = a_comment("", withdrawn_at="2026-11-21T11:00:00+00:00")
