"""One act reminds all in a list: counted and written down at once, each told once, nobody again on the same day."""

from datetime import timedelta
from typing import Any

import pytest

from congress import events
from congress.context import Context
from congress.operations.exports import exports_of
from congress.operations.reminding import reminding_kind
from servicekit.files.sealed import KeyWrap
from servicekit.ids import new_id
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Worker
from tests.integration.congress.scene import READER, Desk, Json, project, reported
from tests.processes import House

REMINDER = ("congress:read below", "congress:remind below")


@pytest.fixture
def jobs(congress_house: House, context: Context, plan: Json) -> JobStore:
    """Those of n1, n2 and s1 are late; n1 has sent its report since."""
    reported(congress_house, plan, "n1", "submit", context.clock.today() - timedelta(days=1))
    project(context)
    exports = exports_of(context, KeyWrap(congress_house.env()["FILE_KEY"]), "Asia/Dhaka")
    exports.prepare()
    context.database.mongo["jobs"].delete_many({})
    return exports.jobs


def work(context: Context, jobs: JobStore) -> None:
    worker = Worker(jobs, [reminding_kind(context)], context.clock.now)
    while worker.do_next():
        pass


def asked(desk: Desk, plan: Json, key: str = "", **conditions: Any) -> Any:
    body = {"plan_id": plan["id"], "unit_id": desk.unit, **conditions}
    return desk.send("POST", "/reminders", body, Idempotency_Key=key or new_id())


def told(context: Context, plan: Json) -> list[tuple[str, list[str]]]:
    """By side: the units of each event."""
    found = context.database.mongo["reminders"].find({"_outbox.type": events.REMINDED})
    return sorted(
        (one["data"]["side"], [unit["unit_id"] for unit in one["data"]["units"]])
        for document in found
        for one in document["_outbox"]
        if one["data"]["plan_id"] == plan["id"]
    )


def test_each_in_the_list_is_told_once_however_often_it_is_asked(
    congress_house: House, context: Context, jobs: JobStore, plan: Json
) -> None:
    desk, key = Desk(congress_house, "root", REMINDER), new_id()
    late = {"milestone": "plan", "standing": "overdue"}
    first = asked(desk, plan, key, **late)
    assert (first.status_code, first.json()["number"]) == (202, 2)
    assert asked(desk, plan, key, **late).json()["id"] == first.json()["id"]
    work(context, jobs)
    assert told(context, plan) == [("unit", ["n2", "s1"])]
    again = asked(desk, plan, **late)
    assert again.json()["id"] != first.json()["id"]
    work(context, jobs)
    assert told(context, plan) == [("unit", ["n2", "s1"])], "nobody is reminded twice in a day"
    page = desk.get(f"/congresses?below=root&plan_id={plan['id']}&milestone=plan&standing=overdue")
    assert page["reminded"]["number"] == 2
    assert all(one["reminded_at"] for one in page["items"])
    other = desk.get(f"/congresses?below=root&plan_id={plan['id']}&overdue=true")
    assert other["reminded"] is None
    found = context.database.mongo["jobs"].find_one({"_id": first.json()["id"]})
    assert found is not None
    (entry,) = [one for one in found["_outbox"] if one["kind"] == "audit"]
    assert (entry["action"], entry["details"]["number"]) == ("reminders.asked", 2)


def test_whoever_must_decide_is_reminded_of_what_waits_for_that(
    congress_house: House, context: Context, jobs: JobStore, plan: Json
) -> None:
    assert asked(Desk(congress_house, "north", REMINDER), plan, state="submitted").status_code == 202
    work(context, jobs)
    assert told(context, plan) == [("superior", ["n1"])]


def test_a_job_that_is_begun_again_tells_nobody_again(
    congress_house: House, context: Context, jobs: JobStore, plan: Json
) -> None:
    answer = asked(Desk(congress_house, "root", REMINDER), plan, overdue=True)
    job = jobs.find(answer.json()["id"])
    assert job is not None

    class Nobody:
        def tell(self, done: int, whole: int | None = None) -> None:
            """Nobody asks."""

    kind = reminding_kind(context)
    assert [kind.run(job, Nobody())["told"] for _ in range(2)] == [2, 0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"milestone": "plan", "standing": "late"}, 422),
        ({"state": "approved"}, 422),
        ({}, 422),
        ({"overdue": "true"}, 422),
        ({"state": "reopened"}, 409),
    ],
)
def test_of_what_is_not_open_nobody_is_reminded(
    congress_house: House, jobs: JobStore, plan: Json, conditions: Json, status: int
) -> None:
    assert asked(Desk(congress_house, "root", REMINDER), plan, **conditions).status_code == status


def test_only_whoever_may_remind_below_the_unit_does(
    congress_house: House, jobs: JobStore, plan: Json
) -> None:
    assert asked(Desk(congress_house, "root", READER), plan, overdue=True).status_code == 403
    north = Desk(congress_house, "north", REMINDER)
    body = {"plan_id": plan["id"], "unit_id": "south", "overdue": True}
    foreign = north.send("POST", "/reminders", body, Idempotency_Key=new_id())
    missing = north.send("POST", "/reminders", {**body, "unit_id": "nowhere"}, Idempotency_Key=new_id())
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["title"] == missing.json()["title"]
