"""Background tasks as people see them: words for what programs say, and what may be done."""

from typing import Any

import pytest

from portal.jobs.views import against, job_of
from portal.jobs.words import OTHER_KIND, REASONS, STATES
from portal.shared import states
from servicekit.work.jobs.job import Act, State, why_not


def an_answer(**changes: Any) -> dict[str, Any]:
    answer = {
        "id": "j",
        "version": 3,
        "kind": "export",
        "owner_name": "Rahima Khatun",
        "state": "dead",
        "tries": 5,
        "why": "worker-died",
        "done": 0,
        "whole": None,
        "asked_at": "2026-03-01T12:00:00+00:00",
        "due_at": None,
        "over_at": "2026-03-01T12:30:00+00:00",
        "kept_until": "2026-03-31T12:30:00+00:00",
        "may_retry": True,
        "may_cancel": False,
    }
    return {**answer, **changes}


def test_every_state_has_its_word() -> None:
    assert set(STATES) == {state.value for state in State}
    assert job_of(an_answer(state="of tomorrow"), ()).state is states.UNKNOWN


def test_an_error_is_told_in_words_where_there_are_any() -> None:
    told, other = (
        job_of(an_answer(), ["export"]),
        job_of(an_answer(why="KeyError", kind="letters"), ["export"]),
    )
    assert (told.kind.key, told.key, told.reason, told.error) == ("export", "", REASONS["worker-died"], "")
    assert (other.key, other.reason, other.error) == ("letters", "", "KeyError")
    assert other.kind.otherwise == OTHER_KIND


@pytest.mark.parametrize(
    ("state", "done", "whole", "share"),
    [
        ("running", 1, 3, 33),
        ("running", 3, 3, 99),
        ("running", 4, 3, 99),
        ("running", 5, None, None),
        ("running", 0, 0, None),
        ("waiting", 1, 3, None),
        ("dead", 2, 3, None),
    ],
)
def test_only_what_is_being_done_is_so_far(
    state: str, done: int, whole: int | None, share: int | None
) -> None:
    assert job_of(an_answer(state=state, done=done, whole=whole), ()).share == share


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_the_page_says_why_not_as_the_service_does(act: Act, state: State) -> None:
    refusal = why_not(act, state)
    answer = an_answer(state=state.value, **{f"may_{act.value}": refusal is None})
    assert against(act.value, answer) == (refusal.title if refusal else "")
