"""Steps of congresses below that wait for their superior."""

from datetime import date

from portal.congress.views.steps import Waiting, chosen, waiting_of
from tests.unit.portal.test_portal_congress_views import PLAN, a_congress

STEP = {"kind": "milestone", "milestone": "closed", "due": "2026-11-20", "superiors": True}


def test_a_line_of_the_list_names_the_required_step_and_carries_what_was_seen() -> None:
    optional = {**STEP, "milestone": "opened"}
    plan = {**PLAN, "milestones": [{**PLAN["milestones"][0], "required": False}, *PLAN["milestones"][1:]]}
    line = waiting_of(a_congress(next_steps=[optional, STEP]), plan, date(2026, 11, 22))
    assert (line.milestone, line.names, line.name, line.value) == (
        "closed",
        {"en": "Closed"},
        "tick/c",
        "3 closed",
    )
    assert line.due_state is not None
    assert line.due_state.word == "The deadline has passed"


def test_what_was_ticked_comes_back_as_it_was_seen_and_nothing_else() -> None:
    sent = {
        "tick/c": "3 closed",
        "tick/d": "x closed",
        "tick/e": "4 {}",
        "date": "2026-11-20",
        "other": "3 closed",
    }
    assert chosen(sent) == (Waiting("c", 3, "closed"),)
