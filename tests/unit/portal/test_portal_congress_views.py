"""One congress as a page shows it: steps, acts, results."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.congress.views.acts import next_form
from portal.congress.views.congress import (
    Step,
    changed_last_by,
    congress_page,
    due_state,
    figure_word,
    groups_for,
)
from portal.shared import states
from portal.shared.states import DUE_LATER, DUE_OVER, DUE_SOON
from servicekit.words.titles import Group

TODAY = date(2026, 11, 22)
PLAN: dict[str, Any] = {
    "id": "p",
    "name": "Plan",
    "names": {},
    "milestones": [
        {"key": "opened", "names": {"en": "Opened"}, "days_before_deadline": 1, "mark": None},
        {"key": "closed", "names": {"en": "Closed"}, "days_before_deadline": 0, "mark": "closed"},
        {"key": "sent", "names": {"en": "Sent"}, "days_before_deadline": -10, "mark": "submitted"},
    ],
    "content_types": [
        {"key": "4", "names": {"en": "Four items"}},
        {"key": "2", "names": {"en": "Two items"}},
    ],
}


def an_entry(entry_id: str, milestone: str, day: str | None, **changes: Any) -> dict[str, Any]:
    at = f"2026-11-{10 + int(entry_id[1:]):02}T00:00:00+00:00"
    return {"id": entry_id, "milestone": milestone, "date": day, "note": "", "at": at, "by": "a", **changes}


def may(refusal: str = "") -> dict[str, Any]:
    """As a service says of an act that it is allowed, or why not."""
    told = {"type": f"/problems/{refusal}", "title": "", "message": "", "params": {}} if refusal else None
    return {"allowed": not refusal, "refusal": told}


def a_congress(
    *,
    may_report: bool = True,
    may_decide: bool = False,
    may_reopen: bool = False,
    over: bool = False,
    **changes: Any,
) -> dict[str, Any]:
    """With its acts as congress would say them, roughly: the page follows what is said, whatever it is."""
    congress = _a_congress(**changes)
    state, here = congress["state"], not changes.get("unit_left") and not changes.get("unit_ended")
    locked = state in ("submitted", "approved")
    not_yours, above = "permission-missing", "nearer-superior" if over else ""

    def reports(*, when: bool) -> dict[str, Any]:
        return may(
            (not_yours if not may_report else "") or ("" if when and here and not locked else "not-now")
        )

    def decides(*, when: bool, held: bool = may_decide) -> dict[str, Any]:
        return may((not_yours if not held else "") or (above if when and here else "not-now"))

    acts = {
        "results": reports(when=state in ("closed", "returned", "reopened")),
        "content-type": reports(when=True),
        "submit": reports(when=bool(congress["results"])),
        "approve": decides(when=state == "submitted"),
        "return": decides(when=state == "submitted"),
        "reopen": decides(when=state == "approved", held=may_reopen),
        "reopen-topmost": may(not_yours),
        "extension": reports(when=True),
        "withdraw-extension": reports(when=True),
        "decide-extension": decides(when=True),
        "decide-extension-topmost": may(not_yours),
        "explanation": may("none-owed"),
        "pilot": may("permission-missing"),
        "lessons": may("no-pilot"),
        "postpone": may("held-already"),
        "block": may("not-now"),
        "unblock": may("not-blocked"),
        "take-over": may("own-plan"),
        "resume": may("not-postponed"),
        "decide-explanation": may("nothing-explained"),
    }
    owners = {step.get("milestone") for step in congress["next_steps"] if step.get("superiors")}
    milestones = [
        {"acts": {"record": decides(when=not locked) if one["key"] in owners else reports(when=True)}, **one}
        for one in congress["milestones"]
    ]
    return {**congress, "acts": acts, "milestones": milestones}


def _a_congress(**changes: Any) -> dict[str, Any]:
    return {
        "id": "c", "version": 3, "plan_id": "p", "unit_id": "u", "unit_path": ["r", "u"],
        "unit": {"code": "U", "names": {"en": "Unit"}, "level": "union"}, "state": "under_way",
        "deadline": "2026-12-01", "content_type": "4", "content_types": ["4"],
        "entries": [an_entry("e1", "opened", "2026-11-20")],
        "milestones": [
            {"key": "opened", "due": "2026-11-30", "date": "2026-11-20", "state": "done"},
            {"key": "closed", "due": "2026-12-01", "date": None, "state": "open"},
            {"key": "sent", "due": "2026-12-11", "date": None, "state": "skipped"},
        ],
        "explanations": [], "explanation_owed": False, "days_late": 0,
        "pilots": [], "pilot_until": None, "lessons": [],
        "postponements": [], "postponed_until": None, "postponed_latest": "2026-12-22",
        "results_fields": [], "rules": 1, "blocks": [], "blocked": False, "difficulties": [],
        "takings": [], "own_until": None, "taken_by": None, "parent": None,
        "set_above": [], "responsible": [], "levels_below": [],
        "results": None, "returned": None, "approved": None, "cautions": [],
        "next_steps": [{"kind": "milestone", "milestone": "closed", "due": "2026-12-01"}], **changes,
    }  # fmt: skip


def a_page(**changes: Any) -> Any:
    return congress_page(a_congress(**changes), PLAN, TODAY)


def test_what_was_reported_by_a_sealed_code_is_marked_with_its_first_moment() -> None:
    assert a_page().by_code == ""
    entry = {**an_entry("e1", "opened", "2026-11-20"), "at": "2026-11-21T10:00:00+00:00", "by_code": True}
    sent = {"kind": "submitted", "at": "2026-11-20T10:00:00+00:00", "by": "x", "by_code": True}
    assert a_page(entries=[entry]).by_code == entry["at"]
    assert a_page(entries=[entry], history=[sent]).by_code == sent["at"]


def test_the_clerk_is_offered_the_next_milestone_as_the_one_main_act() -> None:
    page = a_page()
    assert [(act.kind, act.main, act.link) for act in page.acts] == [
        ("milestone", True, "/congresses/c/record?milestone=closed")
    ]


def test_whoever_saved_the_last_figures_goes_on_to_send_them() -> None:
    ready = [{"kind": "submit", "milestone": None, "due": None}]
    assert next_form(a_congress(next_steps=ready)) == "/submit"
    assert next_form(a_congress()) == ""


CLOSED: dict[str, Any] = {
    "state": "closed",
    "next_steps": [
        {"kind": "milestone", "milestone": "sent", "due": "2026-12-11"},
        {"kind": "results", "milestone": None, "due": None},
    ],
}


def test_after_closing_the_results_are_the_main_act_until_they_are_there() -> None:
    assert [(act.kind, act.main) for act in a_page(**CLOSED).acts] == [
        ("results", True),
        ("milestone", False),
    ]
    known = a_page(**CLOSED, results={"present": 4})
    assert [(act.kind, act.main) for act in known.acts] == [("milestone", True), ("results", False)]


def test_who_may_only_look_is_told_who_reports() -> None:
    page = a_page(may_report=False)
    assert page.acts == ()
    assert "unit itself reports" in page.waiting_for


def test_the_superior_is_offered_to_check_a_report_and_the_unit_waits() -> None:
    sent: dict[str, Any] = {
        "state": "submitted",
        "next_steps": [{"kind": "decide", "milestone": None, "due": None}],
    }
    assert [act.kind for act in a_page(may_report=False, may_decide=True, **sent).acts] == ["decide"]
    waiting = a_page(**sent)
    assert waiting.acts == ()
    assert "waits for the superior" in waiting.waiting_for


def test_over_units_between_a_superior_is_offered_nothing_as_the_main_act() -> None:
    step = {"kind": "milestone", "milestone": "closed", "due": "2026-12-01", "superiors": True}
    for waiting in ({"next_steps": [{"kind": "decide"}], "state": "submitted"}, {"next_steps": [step]}):
        (own,) = a_page(may_report=False, may_decide=True, **waiting).acts
        assert (own.main, own.over) == (True, False)
        page = a_page(may_report=False, may_decide=True, over=True, **waiting)
        assert [(act.main, act.over) for act in page.acts] == [(False, True)]
        assert page.acts_over == page.acts


def test_what_was_decided_over_units_between_says_why() -> None:
    approved = {"at": "2026-11-21T10:00:00+00:00", "by": "x", "over_reason": "The office is closed."}
    page = a_page(state="approved", approved=approved, next_steps=[])
    assert page.approved.over == "The office is closed."


def test_whoever_changed_it_last_themselves_is_known() -> None:
    entries = [
        an_entry("e1", "opened", "2026-11-20", by="other"),
        an_entry("e2", "closed", "2026-11-21", by="me"),
    ]
    assert changed_last_by(entries, ("me", "my-second"))
    assert not changed_last_by(entries[:1], ("me",))
    assert not changed_last_by([], ("me",))


def test_a_returned_report_shows_each_reason_beside_its_field_in_words() -> None:
    returned = {"at": "2026-11-21T00:00:00+00:00", "reasons": {"present": "too many", "opened": "wrong day"}}
    page = a_page(state="returned", returned=returned, results={"present": 4})
    assert page.returned.reasons == ((figure_word("present"), "too many"), ({"en": "Opened"}, "wrong day"))
    assert "results" in [act.kind for act in page.acts]


def test_corrections_leave_the_earlier_entries_in_sight() -> None:
    entries = [an_entry("e1", "opened", "2026-11-20"), an_entry("e2", "opened", "2026-11-19", corrects="e1")]
    step = a_page(entries=entries).steps[0]
    assert [entry.date for entry in step.earlier] == ["2026-11-20"]
    assert step.correct_link == "/congresses/c/record?corrects=e2"


def test_what_acts_record_cannot_be_corrected_by_hand() -> None:
    sent = an_entry("e1", "sent", "2026-11-20")
    record = {"record": may("recorded-by-act")}
    milestones = [{"key": "sent", "due": "2026-12-11", "date": "2026-11-20", "state": "done", "acts": record}]
    assert (
        a_page(state="closed", entries=[sent], milestones=milestones, next_steps=[]).steps[0].correct_link
        == ""
    )


def test_an_approved_congress_offers_no_correction() -> None:
    page = a_page(state="approved", approved={"at": "2026-11-21T00:00:00+00:00"}, next_steps=[])
    assert page.approved is not None
    assert all(step.correct_link == "" for step in page.steps)
    assert page.content_link == ""


def test_a_milestone_that_is_not_held_is_told_apart_from_one_to_come() -> None:
    held = {step.key: step.held for step in a_page().steps}
    assert held == {"opened": True, "closed": True, "sent": False}


@pytest.mark.parametrize(
    ("final", "told"),
    [
        ({"plan": {**PLAN, "state": "closed"}}, "The plan is closed; its figures are final."),
        (
            {"unit_left": True},
            "The unit does not belong to this plan any more. Nothing more can be reported.",
        ),
        ({"unit_ended": {"on": "2026-01-01", "successors": []}}, ""),
    ],
)
@pytest.mark.parametrize("state", ["planned", "under_way", "closed", "returned", "reopened", "approved"])
def test_where_all_is_final_nothing_is_overdue_and_nothing_is_offered(
    state: str, final: dict[str, Any], told: str
) -> None:
    plan = final.get("plan", {**PLAN, "state": "open"})
    closed = may("plan-is-closed")
    facts = {name: value for name, value in final.items() if name != "plan"}
    congress = a_congress(state=state, deadline="2026-01-31", results={"present": 1}, next_steps=[], **facts)
    congress["acts"] = dict.fromkeys(congress["acts"], closed)
    for milestone in congress["milestones"]:
        milestone["acts"] = {"record": closed}
    page = congress_page(congress, plan, TODAY)
    assert (page.overdue, page.acts, page.content_link, page.waiting_for) == (None, (), "", "")
    assert not [step.correct_link for step in page.steps if step.correct_link]
    assert page.final == told


def test_while_it_runs_a_deadline_that_has_passed_is_told() -> None:
    assert a_page(deadline="2026-01-31").overdue == DUE_OVER
    assert a_page(deadline="2026-01-31").final is None


def test_days_left_are_told_in_three_words() -> None:
    assert due_state("2026-11-21", TODAY) is DUE_OVER
    assert due_state("2026-11-22", TODAY) is DUE_SOON
    assert due_state("2026-11-29", TODAY) is DUE_SOON
    assert due_state("2026-11-30", TODAY) is DUE_LATER
    assert due_state(None, TODAY) is None


def test_a_figure_that_no_group_knows_is_shown_last() -> None:
    groups = groups_for({"present": 1, "new_figure": 2}, [Group("Attendance", ("present", "absent"))])
    assert groups[0].keys == ("present",)
    assert groups[-1].keys == ("new_figure",)


BACK: dict[str, Any] = {
    "kind": "returned", "at": "2026-11-21T00:00:00+00:00", "by_name": "Rina", "reasons": {"present": "no"},
    "figures": {}, "milestones": {}, "votes": False,
}  # fmt: skip
AGAIN: dict[str, Any] = {
    "state": "returned",
    "results": {"present": 4},
    "current": {"opened": "2026-11-20"},
    "next_steps": [{"kind": "results", "milestone": None}, {"kind": "submit", "milestone": None}],
}


@pytest.mark.parametrize(
    ("since", "main", "link"),
    [
        ({}, "correct", "/congresses/c/results"),
        ({"reasons": {"opened": "no"}}, "correct", "/congresses/c/record?corrects=e1"),
        ({"reasons": {"opened": "no", "present": "no"}}, "correct", "/congresses/c/results"),
        ({"reasons": {"results": "no"}}, "correct", "/congresses/c/results"),
        ({"figures": {"present": 5}}, "submit", "/congresses/c/submit"),
        ({"milestones": {"opened": None}}, "submit", "/congresses/c/submit"),
    ],
)
def test_a_report_that_came_back_is_corrected_before_it_is_sent_again(
    since: dict[str, Any], main: str, link: str
) -> None:
    page = a_page(**AGAIN, since_return={**BACK, **since})
    assert [(act.kind, act.link) for act in page.acts if act.main] == [(main, link)]
    reader = a_page(may_report=False, **AGAIN, since_return={**BACK, **since})
    assert reader.acts == ()


@pytest.mark.parametrize(("reached", "folded"), [(0, 0), (3, 0), (4, 3), (6, 5)])
def test_what_lies_behind_is_folded_but_for_the_last_of_it(reached: int, folded: int) -> None:
    steps = tuple(
        Step(
            str(at),
            {},
            states.STEP_DONE if at < reached else states.STEP_OPEN,
            date="2026-11-01" if at < reached else None,
        )
        for at in range(6)
    )
    page = replace(a_page(), steps=steps)
    assert len(page.behind) == folded
    assert page.behind + page.ahead == steps
