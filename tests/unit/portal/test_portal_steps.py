"""The queue of steps: its rows, its ticks, and its address."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.congress.views.steps import Steps, Waiting, all_ticked, chosen, steps_named, steps_of, waiting_of
from portal.congress.words import BETWEEN_RECORDS
from portal.frame.forms import Fault
from portal.queues.views import Seen
from tests.unit.portal.test_portal_congress_views import PLAN, a_congress

STEP = {"kind": "milestone", "milestone": "closed", "due": "2026-11-20", "superiors": True}
NOW, TODAY = datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 11, 22)
QUEUE = Steps("p", "r")


def a_row(queue: Steps = QUEUE, record: Any = None, **changes: Any) -> Waiting:
    one = a_congress(next_steps=[STEP], **changes)
    if record is not None:
        milestones = [{**each, "acts": {"record": record}} for each in one["milestones"]]
        one = {**one, "milestones": milestones}
    row = waiting_of(one, PLAN, queue, NOW, TODAY)
    assert row
    return row


def test_a_row_names_the_required_step_and_carries_what_was_seen() -> None:
    optional = {**STEP, "milestone": "opened"}
    plan = {**PLAN, "milestones": [{**PLAN["milestones"][0], "required": False}, *PLAN["milestones"][1:]]}
    row = waiting_of(a_congress(next_steps=[optional, STEP]), plan, QUEUE, NOW, TODAY)
    assert row
    assert (row.milestone, row.names, row.name, row.seen) == (
        "closed",
        {"en": "Closed"},
        "tick/c",
        "3 closed",
    )
    assert row.over is not None
    assert row.over.word == "The deadline has passed"


def test_a_row_of_older_rules_is_named_by_the_step_that_it_has() -> None:
    optional_by_now = {**PLAN, "milestones": [{**one, "required": False} for one in PLAN["milestones"]]}
    gone_by_now = {**PLAN, "milestones": PLAN["milestones"][:1]}
    for plan, names in ((optional_by_now, {"en": "Closed"}), (gone_by_now, {})):
        row = waiting_of(a_congress(next_steps=[STEP]), plan, QUEUE, NOW, TODAY)
        assert row
        assert (row.milestone, row.names) == ("closed", names)
    # What has gone on meanwhile is left out, and takes no other with it.
    for steps in ([], [{**STEP, "superiors": False}], [{"kind": "decide", "superiors": True}]):
        assert waiting_of(a_congress(next_steps=steps), PLAN, QUEUE, NOW, TODAY) is None


def test_a_row_says_since_when_it_waits_by_the_entry_that_was_recorded_last() -> None:
    entries = [
        {"at": f"2026-11-{day}T08:00:00+00:00", "by_name": by}
        for day, by in (("17", "First"), ("19", "Last"), ("18", "Between"))
    ]
    row = a_row(entries=entries)
    assert (row.since, row.by, row.days) == ("2026-11-19T08:00:00+00:00", "Last", 3)
    assert (a_row(entries=[]).since, a_row(entries=[]).days) == ("", 0)


def test_what_is_for_a_unit_between_or_refused_is_not_ticked() -> None:
    between = {
        "allowed": False,
        "refusal": {"type": "/problems/nearer-superior", "title": "t", "message": "m"},
    }
    refused = {"allowed": False, "refusal": {"type": "/problems/plan-closed", "title": "t", "message": "m"}}
    fresh = {"allowed": False, "refusal": {"type": "/problems/sign-in-too-old", "title": "t", "message": "m"}}
    rows = [a_row(record=one) for one in (between, refused, fresh)]
    assert rows[0].why_not == Fault(BETWEEN_RECORDS)
    assert rows[1].why_not is not None
    assert rows[2].why_not is None
    assert list(all_ticked(tuple(rows))) == ["tick/c"]
    assert all_ticked((a_row(cautions=[{"message": "Odd.", "title": "Odd."}]),)) == {}


def test_what_was_ticked_comes_back_as_it_was_seen_and_nothing_else() -> None:
    sent = {
        "tick/c": "3 closed Unit of many words",
        "tick/d": "x closed",
        "date": "2026-11-20",
        "other": "3 closed",
    }
    assert chosen(sent) == ({"c": Seen(3, "Unit of many words")}, {"c": "closed"})


@pytest.mark.parametrize(
    "queue", [QUEUE, Steps("p", "r", "below"), Steps("p", "r", level="union", passed=True, search="ক খ")]
)
def test_a_queue_is_known_again_by_its_name(queue: Steps) -> None:
    assert steps_named(queue.name) == queue


@pytest.mark.parametrize("name", ["", "p", "p/r?tab=other", "../r", "p/r/x"])
def test_any_other_name_is_no_queue(name: str) -> None:
    assert steps_named(name) is None


def test_only_its_own_are_recorded_from_it_and_both_tabs_are_counted() -> None:
    own, below = steps_of("p", "r", {"tab": "below"}).tabs({"steps": 9, "steps_direct": 2})
    assert (own.count, own.current, below.count, below.current) == (2, False, 9, True)
    assert a_row(Steps("p", "r", "below")).link == "/congresses/c"
