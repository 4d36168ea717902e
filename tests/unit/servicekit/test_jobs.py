"""Jobs: the states and what leads from one to the next; when a try is repeated, and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import (
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    MOST_TRIES,
    Job,
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


@pytest.mark.parametrize("state", [State.DONE, State.DEAD, State.CANCELLED])
def test_what_is_over_cannot_be_cancelled(state: State) -> None:
    with pytest.raises(JobIsOver):
        rules.cancelled(a_job(state=state), NOW)


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING])
def test_what_is_under_way_can_be_cancelled(state: State) -> None:
    over = rules.cancelled(a_job(state=state), NOW)
    assert (over.state, over.ready_at) == (State.CANCELLED, None)


def test_only_the_dead_are_tried_again_and_from_the_first_try_on() -> None:
    again = rules.tried_again(rules.dead(a_job(tries=5), "why", NOW), NOW)
    assert (again.state, again.tries, again.ready_at, again.forget_at) == (State.WAITING, 0, NOW, None)
    for state in set(State) - {State.DEAD}:
        with pytest.raises(JobNotDead):
            rules.tried_again(a_job(state=state), NOW)
