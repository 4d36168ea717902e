"""Jobs of the service as whoever manages the topmost unit sees them: what failed first, and the two acts about it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from congress.context import Context
from servicekit.data.events import Origin
from servicekit.ids import new_id
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Job, Owner, State
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Held, JobLost, Kind, Result, Worker
from tests.integration.congress.scene import PATHS, Desk, Json
from tests.processes import House

MANAGER = ("jobs:manage below",)
SECRET = "nobody-else-reads-this"
WHY = {"reason": "the disk has room again"}
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KIND = "count"


@pytest.fixture
def store(congress_house: House, context: Context) -> Iterator[JobStore]:
    made = JobStore(context.database, lambda: Origin(datetime.now(UTC), "somebody"))
    made.prepare()
    made.database.mongo["jobs"].delete_many({})
    yield made
    made.database.mongo["jobs"].delete_many({})


@pytest.fixture
def manager(congress_house: House) -> Desk:
    return Desk(congress_house, "root", MANAGER)


def a_job(store: JobStore, state: State = State.WAITING, **changes: Any) -> Job:
    """Of the given state, asked for by somebody of the north."""
    owner = Owner(new_id(), "Rahima Khatun", "bn", "congress:read", PATHS["north"])
    asked = {"secret": SECRET}
    # Nobody takes it: what is not to be taken is not due.
    job = store.add(replace(Job(new_id(), KIND, owner, asked, NOW, NOW + timedelta(days=9_000)), **changes))
    if state is State.WAITING:
        return job
    job = store.save(rules.taken(job, "w", NOW + timedelta(days=9_000)))
    ends = {
        State.DONE: lambda: rules.done(job, {"secret": SECRET}, datetime.now(UTC)),
        State.DEAD: lambda: rules.dead(job, "worker-died", datetime.now(UTC)),
        State.CANCELLED: lambda: rules.cancelled(job, datetime.now(UTC)),
    }
    return store.save(ends[state]()) if state in ends else job


def act(desk: Desk, job_id: str, what: str, version: int, body: Json | None = None) -> Any:
    return desk.send("POST", f"/jobs/{job_id}/{what}", WHY if body is None else body, If_Match=f'"{version}"')


def audited(store: JobStore, job: Job) -> list[Json]:
    found = store.database.mongo["jobs"].find_one({"_id": job.id})
    assert found is not None
    return [one for one in found.get("_outbox", []) if one["kind"] == "audit"]


def whole_list(desk: Desk, query: str, limit: int) -> list[Json]:
    """Page after page."""
    found: list[Json] = []
    after = ""
    while True:
        answer = desk.get(f"/jobs?{query}&limit={limit}" + (f"&after={after}" if after else ""))
        found += answer["items"]
        after = answer["next"]
        if not after:
            assert answer["total"] == len(found)
            return found


def test_what_failed_comes_first_then_the_newest_and_nothing_is_left_out(
    store: JobStore, manager: Desk
) -> None:
    expected = []
    for state in (State.DEAD, State.RUNNING, State.WAITING, State.DONE, State.CANCELLED):
        made = [a_job(store, state, asked_at=NOW - timedelta(hours=hours)) for hours in (0, 1, 1, 1, 2)]
        ordered = sorted(made, key=lambda job: (-job.asked_at.timestamp(), job.id))
        expected += [job.id for job in ordered]
    for limit in (1, 2, 3, 25, 200):
        assert [one["id"] for one in whole_list(manager, "", limit)] == expected
    dead = whole_list(manager, "state=dead", 2)
    assert [one["id"] for one in dead] == expected[:5]
    assert {one["state"] for one in dead} == {"dead"}


def test_an_item_that_leaves_the_list_takes_no_other_with_it(store: JobStore, manager: Desk) -> None:
    made = [a_job(store, State.DEAD, asked_at=NOW - timedelta(hours=hours)) for hours in range(4)]
    first = manager.get("/jobs?limit=2")
    assert act(manager, made[1].id, "retry", made[1].moves).status_code == 200
    second = manager.get(f"/jobs?limit=2&after={first['next']}")
    assert [one["id"] for one in second["items"]] == [made[2].id, made[3].id]


@pytest.mark.parametrize(
    "after", ["x", "WyJkZWFkIl0", "WyJkZWFkIiwgIngiLCAieSJd", "WyJub25lIiwgIngiLCAieSJd"]
)
def test_a_place_that_was_not_given_out_is_refused(store: JobStore, manager: Desk, after: str) -> None:
    assert manager.send("GET", f"/jobs?after={after}").status_code == 422
    assert manager.send("GET", "/jobs?state=none").status_code == 422


def test_what_a_job_holds_is_not_shown(store: JobStore, manager: Desk) -> None:
    for state in State:
        a_job(store, state)
    listed = manager.send("GET", "/jobs")
    assert SECRET not in listed.text
    dead = next(one for one in listed.json()["items"] if one["state"] == "dead")
    assert (dead["owner_name"], dead["kind"], dead["why"], dead["tries"]) == (
        "Rahima Khatun",
        KIND,
        "worker-died",
        1,
    )
    assert {one["state"]: (one["may_retry"], one["may_cancel"]) for one in listed.json()["items"]} == {
        "dead": (True, False),
        "running": (False, True),
        "waiting": (False, True),
        "done": (False, False),
        "cancelled": (False, False),
    }


def test_one_that_failed_is_tried_again_from_the_first_try_on(store: JobStore, manager: Desk) -> None:
    job = a_job(store, State.DEAD)
    seen = manager.send("GET", f"/jobs/{job.id}")
    assert seen.headers["ETag"] == f'"{seen.json()["version"]}"'
    done = act(manager, job.id, "retry", seen.json()["version"])
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["tries"]) == ("waiting", 0)
    [entry] = audited(store, job)
    assert (entry["action"], entry["actor"], entry["unit_id"]) == (
        "job.tried_again",
        manager.account_id,
        "north",
    )
    assert entry["details"] == {"kind": KIND, **WHY}
    made: list[str] = []

    def run(job: Job, held: Held) -> Result:
        made.append(job.id)
        return {}

    Worker(store, [Kind(KIND, run)], lambda: datetime.now(UTC) + timedelta(seconds=1)).do_next()
    assert made == [job.id]
    assert manager.get(f"/jobs/{job.id}")["state"] == "done"


def test_one_under_way_is_cancelled_however_far_it_has_come_since(store: JobStore, manager: Desk) -> None:
    """Whoever works at it writes again and again; that is no other job."""
    job = a_job(store, State.RUNNING)
    held = store.save(replace(rules.held_on(job, NOW), done=7, whole=9))
    answer = act(manager, job.id, "cancel", job.moves)
    assert answer.status_code == 200, answer.text
    assert [one["action"] for one in audited(store, job)] == ["job.cancelled"]
    with pytest.raises(JobLost):
        Held(store, held, lambda: NOW, _Program()).end(
            lambda one: rules.done(one, {}, NOW), Kind(KIND, lambda *_: {})
        )


class _Program:
    stopping = False

    def alive(self) -> None:
        """Nobody asks."""


def test_of_two_at_once_one_acts(store: JobStore, congress_house: House) -> None:
    for what, state in (("retry", State.DEAD), ("cancel", State.WAITING)):
        job = a_job(store, state)
        desks = [Desk(congress_house, "root", MANAGER) for _ in range(4)]
        together, answers = threading.Barrier(len(desks)), list[int]()

        def press(desk: Desk, job: Job = job, what: str = what) -> None:
            together.wait()  # noqa: B023 - joined before it is another one
            answers.append(act(desk, job.id, what, job.moves).status_code)  # noqa: B023

        threads = [threading.Thread(target=press, args=(desk,)) for desk in desks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200, 409, 409, 409]
        assert len(audited(store, job)) == 1


def test_what_was_seen_otherwise_is_stale(store: JobStore, manager: Desk) -> None:
    """It failed, was tried again, and failed again: the reason is another one now."""
    job = a_job(store, State.DEAD)
    again = store.save(rules.tried_again(job, NOW))
    failed = store.save(rules.dead(rules.taken(again, "w", NOW), "no-room", NOW))
    assert act(manager, job.id, "retry", job.moves).status_code == 412
    assert audited(store, job) == []
    assert manager.send("POST", f"/jobs/{job.id}/retry", WHY).status_code == 428
    assert act(manager, job.id, "retry", failed.moves).status_code == 200


@pytest.mark.parametrize(
    ("what", "state", "slug"),
    [
        ("cancel", State.DONE, "job-is-over"),
        ("cancel", State.DEAD, "job-failed"),
        ("retry", State.CANCELLED, "job-cancelled"),
        ("retry", State.RUNNING, "job-not-dead"),
    ],
)
def test_of_one_that_ended_meanwhile_it_is_said_how(
    store: JobStore, manager: Desk, what: str, state: State, slug: str
) -> None:
    job = a_job(store, state)
    answer = act(manager, job.id, what, 1)
    assert (answer.status_code, answer.json()["type"]) == (409, f"/problems/{slug}")
    assert audited(store, job) == []


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"reason": 1}])
def test_without_a_reason_nothing_is_done(store: JobStore, manager: Desk, body: Json) -> None:
    job = a_job(store, State.DEAD)
    assert act(manager, job.id, "retry", job.moves, body).status_code == 422
    assert manager.get(f"/jobs/{job.id}")["state"] == "dead"


def test_who_may_not_is_refused_and_only_the_topmost_unit_decides(
    store: JobStore, congress_house: House
) -> None:
    job = a_job(store, State.DEAD)
    without = Desk(congress_house, "root", ("congress:read below", "plan:manage below", "audit:read below"))
    # Identity gives it to nobody further down; a right that came from elsewhere opens nothing either.
    below = Desk(congress_house, "north", MANAGER)
    above_all = Desk(congress_house, "root", ("jobs:manage under",))
    for desk, status in ((without, 403), (below, 404), (above_all, 403)):
        assert desk.send("GET", "/jobs").status_code == status
        assert desk.send("GET", f"/jobs/{job.id}").status_code == status
        for what in ("retry", "cancel"):
            assert act(desk, job.id, what, job.moves).status_code == status
    assert audited(store, job) == []


def test_one_that_is_not_there_is_unknown(store: JobStore, manager: Desk) -> None:
    assert manager.send("GET", "/jobs/nothing").status_code == 404
    assert act(manager, "nothing", "retry", 1).status_code == 404


def test_a_job_of_the_version_before_is_listed_and_acted_on(store: JobStore, manager: Desk) -> None:
    """Its document says nothing of how often it has moved."""
    job = a_job(store, State.DEAD)
    store.database.mongo["jobs"].update_one({"_id": job.id}, {"$unset": {"moves": ""}})
    [listed] = manager.get("/jobs?state=dead")["items"]
    assert act(manager, job.id, "retry", listed["version"]).json()["version"] == listed["version"] + 1
