"""Files to take along: at once where they are small, by a job where they are large; to whoever may, now."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.operations.exports import exports_of
from servicekit.access.decision import Caller, SignInTooOld, UnknownHere
from servicekit.exporting import operations
from servicekit.exporting.declared import Exports
from servicekit.exporting.kept import PIECES
from servicekit.exporting.links import LIFE, LinkOver
from servicekit.exporting.operations import AtOnce, ExportNotReady
from servicekit.exporting.running import export_kind
from servicekit.files.refusals import FileDamaged
from servicekit.files.sealed import KeyWrap
from servicekit.ids import new_id
from servicekit.out.exports.formats import CSV, JSON, XLSX
from servicekit.refusals import NotFound
from servicekit.web.idempotency import IdempotencyKeyReused
from servicekit.work.jobs.job import MOST_OPEN, Job, JobUnknown, State, TooManyJobs
from servicekit.work.jobs.worker import Worker
from tests.integration.congress.scene import PATHS, READER, Desk, Json, a_told_unit, project, tell_units
from tests.processes import House, a_right

LEVELS = {"union": {"en": "Union", "bn": "ইউনিয়ন"}}


@pytest.fixture
def exports(congress_house: House, context: Context) -> Iterator[Exports]:
    """As the service's own, but that nothing is small."""
    wrap = KeyWrap(congress_house.env()["FILE_KEY"])
    made = replace(exports_of(context, wrap, "Asia/Dhaka", lambda: LEVELS), at_once_rows=0)
    made.prepare()
    yield made
    context.database.mongo["jobs"].delete_many({})


def a_caller(unit: str = "root", **more: Any) -> Caller:
    right = a_right("congress:read", PATHS[unit])
    found = {"account_id": new_id(), "session_id": "s1", "assurance": 2, "rights": (right,), **more}
    return Caller(**found)


def asked(
    exports: Exports, caller: Caller, plan: Json, unit: str = "root", key: str = "", form: Any = CSV
) -> Job:
    wanted = {"plan_id": plan["id"], "unit_id": unit}
    found = operations.ask(exports, caller, exports.offered["congresses"], form, wanted, key)
    assert isinstance(found, Job)
    return found


def work(exports: Exports) -> None:
    worker = Worker(exports.jobs, [export_kind(exports)], exports.clock.now)
    while worker.do_next():
        pass


def contents(exports: Exports, caller: Caller, job_id: str) -> bytes:
    ticket = str(operations.link(exports, caller, job_id)["link"]).partition("ticket=")[2]
    job = operations.take(exports, caller, job_id, ticket)
    return b"".join(exports.kept.read(job.result))


def outbox(context: Context, job: Job) -> list[Json]:
    found = context.database.mongo["jobs"].find_one({"_id": job.id})
    assert found is not None
    return list(found["_outbox"])


def test_a_large_file_is_made_beside_requests_told_and_taken(
    exports: Exports, context: Context, plan: Json
) -> None:
    caller = a_caller(language="bn")
    job = asked(exports, caller, plan)
    assert job.state is State.WAITING
    with pytest.raises(ExportNotReady):
        operations.link(exports, caller, job.id)
    work(exports)
    rows = list(csv.DictReader(io.StringIO(contents(exports, caller, job.id).decode("utf-8-sig"))))
    assert {row["সংকেত"] for row in rows} >= {"ROOT", "NORTH", "N1"}
    assert len(rows) == len({row["সংকেত"] for row in rows})
    assert "ইউনিয়ন" in {row["ইউনিটের স্তর"] for row in rows}
    made = operations.own_export(exports, caller, job.id)
    assert (made.state, made.result["rows"]) == (State.DONE, len(rows))
    told = outbox(context, job)
    assert [one.get("type") for one in told if one["kind"] == "event"] == ["export.ready"]
    assert [one["action"] for one in told if one["kind"] == "audit"] == ["export.asked", "export.taken"]
    assert [one["data"]["account_id"] for one in told if one["kind"] == "event"] == [caller.account_id]


@pytest.mark.parametrize("form", [CSV, XLSX, JSON], ids=lambda form: form.key)
def test_what_is_kept_cannot_be_read_without_its_key(
    exports: Exports, context: Context, plan: Json, form: Any
) -> None:
    caller = a_caller()
    job = asked(exports, caller, plan, form=form)
    work(exports)
    whole = contents(exports, caller, job.id)
    pieces = list(context.database.mongo[PIECES].find({"job_id": job.id}))
    assert pieces
    assert not any(whole[:40] in bytes(one["data"]) for one in pieces)
    other = replace(exports, kept=type(exports.kept)(context.database, KeyWrap("ab" * 32)))
    made = operations.own_export(exports, caller, job.id)
    with pytest.raises(FileDamaged):
        list(other.kept.read(made.result))
    context.database.mongo[PIECES].delete_one({"_id": pieces[-1]["_id"]})
    with pytest.raises(FileDamaged):
        list(exports.kept.read(made.result))


def test_it_is_decided_again_when_it_is_taken_and_where_the_unit_stands_then(
    exports: Exports, context: Context, plan: Json
) -> None:
    caller = a_caller("north")
    job = asked(exports, caller, plan, "n1")
    work(exports)
    contents(exports, caller, job.id)
    with pytest.raises(UnknownHere):
        operations.link(exports, replace(caller, rights=(a_right("congress:read", PATHS["south"]),)), job.id)
    old = replace(caller.rights[0], max_age=300)
    with pytest.raises(SignInTooOld):
        operations.link(exports, replace(caller, rights=(old,)), job.id)
    tell_units(context, [a_told_unit(("root", "south", "n1"))])
    try:
        with pytest.raises(UnknownHere):
            operations.link(exports, caller, job.id)
    finally:
        tell_units(context, [a_told_unit(PATHS["n1"])])
        project(context)


def test_a_link_is_for_one_session_and_a_quarter_of_an_hour(exports: Exports, plan: Json) -> None:
    caller = a_caller()
    job = asked(exports, caller, plan)
    work(exports)
    ticket = str(operations.link(exports, caller, job.id)["link"]).partition("ticket=")[2]
    operations.take(exports, caller, job.id, ticket)
    with pytest.raises(LinkOver):
        operations.take(exports, replace(caller, session_id="s2"), job.id, ticket)
    for wrong in (
        "",
        ".",
        "x.y",
        ticket + "0",
        "9" + ticket,
        ticket.replace(".", ""),
        "১২.ab",
        "9" * 40 + ".x",
    ):
        with pytest.raises(LinkOver):
            operations.take(exports, caller, job.id, wrong)
    late = replace(exports, clock=type(exports.clock)("Asia/Dhaka", LIFE + timedelta(seconds=2)))
    with pytest.raises(LinkOver):
        operations.take(late, caller, job.id, ticket)


def test_somebody_elses_file_is_not_there(exports: Exports, plan: Json) -> None:
    caller, other = a_caller(), a_caller()
    job = asked(exports, caller, plan)
    for act in (operations.own_export, operations.cancel, operations.link):
        with pytest.raises(JobUnknown):
            act(exports, other, job.id)
    joined = replace(other, also=(caller.account_id,))
    assert operations.own_export(exports, joined, job.id).id == job.id
    assert operations.own_exports(exports, other) == []


def test_the_same_request_twice_is_one_job_also_at_once(exports: Exports, plan: Json) -> None:
    caller = a_caller()
    found: list[str] = []
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        found.append(asked(exports, caller, plan, key="k1").id)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (4, 1)
    with pytest.raises(IdempotencyKeyReused):
        asked(exports, caller, plan, "north", key="k1")
    assert asked(exports, a_caller(), plan, key="k1").id != found[0]


def test_nobody_has_more_than_a_few_made_at_a_time(exports: Exports, plan: Json) -> None:
    caller = a_caller()
    for _ in range(MOST_OPEN):
        asked(exports, caller, plan)
    with pytest.raises(TooManyJobs):
        asked(exports, caller, plan)
    job = operations.own_exports(exports, caller)[0]
    operations.cancel(exports, caller, job.id)
    asked(exports, caller, plan)
    work(exports)
    assert operations.own_export(exports, caller, job.id).state is State.CANCELLED


def test_what_cannot_be_made_is_told(exports: Exports, context: Context, plan: Json) -> None:
    caller = a_caller()
    job = asked(exports, caller, plan)
    context.database.mongo["jobs"].update_one(
        {"_id": job.id}, {"$set": {"parameters.wanted.plan_id": "gone"}}
    )
    work(exports)
    assert operations.own_export(exports, caller, job.id).state is State.DEAD
    assert [one["type"] for one in outbox(context, job) if one["kind"] == "event"] == ["export.failed"]


def test_over_http_a_small_file_is_there_at_once(congress_house: House, plan: Json) -> None:
    reader = Desk(congress_house, "root", READER)
    body = {"plan_id": plan["id"], "unit_id": "root", "as": "json"}
    answer = reader.send("POST", "/exports/congresses", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "now"
    link = answer.json()["link"].removeprefix("/api/congress")
    told = reader.send("GET", link)
    assert told.status_code == 200, told.text
    assert {item["code"] for item in json.loads(told.content)["items"]} >= {"ROOT", "NORTH", "N1"}
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert reader.send("GET", "/exports").json()["items"] == []
    stranger = Desk(congress_house, "south", READER)
    assert stranger.send("POST", "/exports/congresses", body).status_code == 404
    assert stranger.send("GET", link).status_code == 404
    for wrong in ({"as": "exe"}, {"unit_id": "x y"}, {"more": "1"}, {"plan_id": None}):
        assert reader.send("POST", "/exports/congresses", {**body, **wrong}).status_code == 422
    assert reader.send("POST", "/exports/congresses", {**body, "plan_id": "nothing"}).status_code == 404


def test_over_http_a_large_one_is_asked_for_seen_and_taken(
    congress_house: House, exports: Exports, plan: Json
) -> None:
    reader = Desk(congress_house, "root", READER)
    job = asked(exports, a_caller(account_id=reader.account_id), plan)
    [listed] = reader.get("/exports")["items"]
    assert (listed["id"], listed["state"], listed["link"]) == (job.id, "waiting", "")
    assert reader.send("POST", f"/exports/{job.id}/link").status_code == 409
    work(exports)
    assert reader.get(f"/exports/{job.id}")["rows"] > 0
    link = reader.send("POST", f"/exports/{job.id}/link").json()["link"].removeprefix("/api/congress")
    taken = reader.send("GET", link)
    assert taken.status_code == 200
    assert len(taken.content) == int(taken.headers["Content-Length"])
    assert taken.headers["Cache-Control"] == "private, no-store"
    other = Desk(congress_house, "root", READER)
    assert other.send("GET", link).status_code == 404
    assert reader.send("GET", link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 403
    assert reader.send("POST", f"/exports/{job.id}/cancel").status_code == 409
    assert other.send("POST", f"/exports/{job.id}/cancel").status_code == 404


def test_a_small_one_is_never_a_job(exports: Exports, plan: Json) -> None:
    small = replace(exports, at_once_rows=5_000)
    wanted = {"plan_id": plan["id"], "unit_id": "root"}
    found = operations.ask(small, a_caller(), small.offered["congresses"], CSV, wanted, "")
    assert isinstance(found, AtOnce)
    with pytest.raises(NotFound):
        operations.ask(small, a_caller("south"), small.offered["congresses"], CSV, wanted, "")


@pytest.mark.parametrize("path", ["rollups/{plan}/root/csv", "exports/rollup/file?as=csv&{wanted}"])
def test_who_asks_only_for_the_head_of_a_file_has_taken_none(
    congress_house: House, context: Context, plan: Json, path: str
) -> None:
    reader = Desk(congress_house, "root", READER)
    wanted = f"plan_id={plan['id']}&unit_id=root&level="
    place = f"/{path.format(plan=plan['id'], wanted=wanted)}"
    reads = context.database.mongo["reads"]
    before = reads.count_documents({})
    assert reader.send("HEAD", place).status_code == 405
    assert reads.count_documents({}) == before
    assert reader.send("GET", place).status_code == 200
    assert reads.count_documents({}) == before + 1
