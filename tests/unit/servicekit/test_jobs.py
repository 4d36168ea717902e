"""Jobs: the states and what leads from one to the next; when a try is repeated, and how often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicekit.data.documents import Shape
from servicekit.refusals import Conflict
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import (
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    MOST_TRIES,
    Act,
    Job,
    JobCancelled,
    JobFailed,
    JobIsOver,
    JobNotDead,
    Owner,
    State,
    wait_after,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_job(**changes: Any) -> Job:
    return Job(
        **{
            "id": "j",
            "kind": "count",
            "owner": Owner("a"),
            "parameters": {},
            "asked_at": NOW,
            "ready_at": NOW,
            **changes,
        }
    )


def test_a_taken_job_counts_the_try_before_it_is_made_and_is_left_alone_for_a_lease() -> None:
    taken = rules.taken(a_job(), "w", NOW)
    assert (taken.state, taken.tries, taken.holder, taken.ready_at) == (State.RUNNING, 1, "w", NOW + LEASE)
    assert rules.held_on(taken, NOW + LEASE).ready_at == NOW + 2 * LEASE


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_each_wait_is_longer_up_to_a_bound_and_chance_spreads_it(chance: float) -> None:
    waits = [wait_after(tries, chance) for tries in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == FIRST_WAIT * (0.5 + chance)
    assert waits[-1] == LONGEST_WAIT * (0.5 + chance)


def test_a_failed_try_is_repeated_until_there_were_enough() -> None:
    job = a_job()
    for number in range(1, MOST_TRIES + 1):
        job = rules.failed(rules.taken(job, "w", NOW), "why", NOW, 0.5, MOST_TRIES)
        assert job.tries == number
        assert job.state is (State.DEAD if number == MOST_TRIES else State.WAITING)
    assert (job.why, job.ready_at, job.holder) == ("why", None, "")
    assert job.forget_at is not None


def test_what_fails_for_good_is_dead_at_once() -> None:
    job = rules.failed(rules.taken(a_job(), "w", NOW), "gone", NOW, 0.5, MOST_TRIES, for_good=True)
    assert job.state is State.DEAD


def test_what_a_worker_puts_back_was_no_try() -> None:
    job = rules.put_back(rules.taken(a_job(), "w", NOW), NOW)
    assert (job.state, job.tries, job.ready_at) == (State.WAITING, 0, NOW)


def test_one_that_is_over_may_be_taken_by_nobody_and_is_forgotten_later() -> None:
    over = rules.done(rules.taken(a_job(why="before"), "w", NOW), {"at": "x"}, NOW, timedelta(hours=2))
    assert (over.ready_at, over.forget_at, over.result, over.why) == (
        None,
        NOW + timedelta(hours=2),
        {"at": "x"},
        "",
    )


WHY_NOT: dict[Act, dict[State, type[Conflict] | None]] = {
    Act.RETRY: {
        State.WAITING: JobNotDead,
        State.RUNNING: JobNotDead,
        State.DONE: JobIsOver,
        State.DEAD: None,
        State.CANCELLED: JobCancelled,
    },
    Act.CANCEL: {
        State.WAITING: None,
        State.RUNNING: None,
        State.DONE: JobIsOver,
        State.DEAD: JobFailed,
        State.CANCELLED: JobIsOver,
    },
}
BECOMES = {Act.RETRY: State.WAITING, Act.CANCEL: State.CANCELLED}


def test_the_table_says_all() -> None:
    assert {act: set(states) for act, states in WHY_NOT.items()} == {act: set(State) for act in Act}


@pytest.mark.parametrize(
    ("act", "state", "refusal"),
    [(act, state, why) for act, states in WHY_NOT.items() for state, why in states.items()],
)
def test_what_may_be_done_with_a_job_and_why_not(
    act: Act, state: State, refusal: type[Conflict] | None
) -> None:
    assert rules.why_not(act, state) is refusal
    if refusal is None:
        acted = rules.acted(act, a_job(state=state), NOW)
        assert (acted.state, acted.moves) == (BECOMES[act], 2)
        return
    with pytest.raises(refusal):
        rules.acted(act, a_job(state=state), NOW)


def test_what_is_cancelled_may_be_taken_by_nobody() -> None:
    over = rules.cancelled(rules.taken(a_job(), "w", NOW), NOW)
    assert (over.ready_at, over.holder, over.over_at) == (None, "", NOW)


def test_the_dead_are_tried_again_from_the_first_try_on() -> None:
    again = rules.tried_again(rules.dead(a_job(tries=5), "why", NOW), NOW)
    assert (again.state, again.tries, again.ready_at, again.forget_at) == (State.WAITING, 0, NOW, None)


def test_a_job_moves_with_its_state_and_not_while_it_is_worked_at() -> None:
    taken = rules.taken(a_job(), "w", NOW)
    assert rules.held_on(taken, NOW).moves == taken.moves == 2
    waits = rules.failed(taken, "why", NOW, 0.5, MOST_TRIES)
    assert [one.moves for one in (waits, rules.put_back(taken, NOW), rules.done(taken, {}, NOW))] == [3, 3, 3]
    assert rules.tried_again(rules.dead(waits, "why", NOW), NOW).moves == 5


KEPT = {
    "_id": "j",
    "kind": "count",
    "owner": {
        "account_id": "a",
        "name": "Ann",
        "language": "bn",
        "permission": "congress:read",
        "unit_path": ["root", "u"],
    },
    "parameters": {"unit_id": "u", "since": NOW, "columns": ["code", "name"]},
    "asked_at": NOW,
    "ready_at": None,
    "state": "done",
    "tries": 2,
    "holder": "w",
    "done": 7,
    "whole": None,
    "result": {"file": "f"},
    "why": "before",
    "over_at": NOW,
    "forget_at": NOW + timedelta(days=1),
    "moves": 3,
}


def test_a_job_is_kept_so_and_read_back_and_one_of_before_its_state_was_counted_has_moved_once() -> None:
    shape = Shape(Job)
    job = a_job(
        owner=Owner("a", "Ann", "bn", "congress:read", ("root", "u")),
        parameters={"unit_id": "u", "since": NOW, "columns": ["code", "name"]},
        ready_at=None,
        state=State.DONE,
        tries=2,
        holder="w",
        done=7,
        result={"file": "f"},
        why="before",
        over_at=NOW,
        forget_at=NOW + timedelta(days=1),
        moves=3,
    )
    assert shape.document(job) == KEPT
    assert shape.value({**KEPT, "version": 4}) == replace(job, version=4)
    assert shape.value({name: value for name, value in KEPT.items() if name != "moves"}).moves == 1
