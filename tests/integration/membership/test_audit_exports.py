"""A service's log as a file: what its reader may know, and no more, made beside requests and written down itself."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import encode
from bson.raw_bson import RawBSONDocument

from membership.operations.exports import exports_of
from servicekit.access.decision import Caller, PermissionMissing, SignInTooOld, UnknownHere
from servicekit.audit.chain import chain_of, told
from servicekit.audit.exporting import KEY
from servicekit.events.relay import Collector
from servicekit.exporting import operations
from servicekit.exporting.declared import Exports
from servicekit.exporting.running import export_kind
from servicekit.files.sealed import wrap_of_field_key
from servicekit.ids import new_id
from servicekit.out.exports.formats import CSV
from servicekit.work.jobs.job import Job, JobUnknown
from servicekit.work.jobs.worker import Worker
from tests.integration.membership.conftest import Membership, settings_of
from tests.processes import a_right

UNION, BESIDE, ABOVE = "BD-N0031", "BD-N0099", "BD"


def collect(membership: Membership) -> None:
    collector = Collector(membership.context.database, b"key")
    collector.prepare()
    while collector.collect():
        pass


@pytest.fixture(scope="module")
def keepers(membership: Membership) -> dict[str, str]:
    """Who has looked at the list of members, by the code of the unit."""
    found = {}
    for code in (UNION, BESIDE):
        keeper = membership.keeper(code)
        assert keeper.get("/members", unit_id=membership.unit(code).id).status_code == 200
        found[code] = keeper.account_id
    collect(membership)
    return found


@pytest.fixture
def exports(membership: Membership) -> Iterator[Exports]:
    settings, exporting = settings_of(membership.house), membership.context.exporting
    made = exports_of(exporting, wrap_of_field_key(settings.field_key), settings.common.zone)
    made.prepare()
    yield made
    membership.context.database.mongo["jobs"].delete_many({})


def an_auditor(membership: Membership, code: str, **more: Any) -> Caller:
    right = replace(a_right("audit:export", membership.unit(code).path), max_age=300)
    found = {"account_id": new_id(), "session_id": "s1", "assurance": 2, "auth_time": datetime.now(UTC)}
    return Caller(**{**found, "rights": (right,), **more})


def asked(exports: Exports, caller: Caller, unit_id: str, **more: str) -> Job:
    names = ("action", "subject_id", "record_id", "actor", "outcome", "person", "since", "until")
    wanted = {"unit_id": unit_id, **dict.fromkeys(names, ""), **more}
    found = operations.ask(exports, caller, exports.offered[KEY], CSV, wanted, "")
    assert isinstance(found, Job), "however few there are, nobody counts them"
    worker = Worker(exports.jobs, [export_kind(exports)], exports.clock.now)
    while worker.do_next():
        pass
    return found


def rows_of(exports: Exports, caller: Caller, job: Job) -> list[dict[str, str]]:
    ticket = str(operations.link(exports, caller, job.id)["link"]).partition("ticket=")[2]
    given = operations.take(exports, caller, job.id, ticket)
    assert given.result["name"] == "audit-membership.csv"
    return list(csv.DictReader(io.StringIO(b"".join(exports.kept.read(given.result)).decode("utf-8-sig"))))


def test_it_holds_the_entries_of_the_unit_and_below_and_no_others(
    membership: Membership, exports: Exports, keepers: dict[str, str]
) -> None:
    unit = membership.unit(UNION)
    caller = an_auditor(membership, ABOVE)
    own = rows_of(exports, caller, asked(exports, caller, unit.id))
    assert {row["unit_id"] for row in own} == {unit.id}
    assert keepers[UNION] in {row["actor"] for row in own}
    below = rows_of(exports, caller, asked(exports, caller, unit.path[-2]))
    assert {row["unit_id"] for row in below} >= {unit.id}
    assert keepers[BESIDE] not in {row["actor"] for row in below}
    everything = rows_of(exports, caller, asked(exports, caller, membership.unit(ABOVE).id))
    assert {row["actor"] for row in everything} >= set(keepers.values())
    assert "" in {row["unit_id"] for row in everything} or len(everything) > len(below)
    assert [row["at"] for row in everything] == sorted((row["at"] for row in everything), reverse=True)


def test_what_was_written_before_a_unit_came_stays_with_those_above_it_there(
    membership: Membership, exports: Exports, keepers: dict[str, str]
) -> None:
    unit = membership.unit(UNION)
    before = ["somewhere", "else", unit.id]
    log = chain_of(membership.context.database).raw
    (some,) = log.find({"actor": keepers[UNION], "action": "members.listed"}).limit(1)
    made = {**told(some), "_id": new_id(), "seq": 10**9, "unit_path": before, "actor": "of-before"}
    log.insert_one(RawBSONDocument(encode(made)))
    try:
        for code, among in ((UNION, True), (ABOVE, False)):
            caller = an_auditor(membership, code)
            found = rows_of(exports, caller, asked(exports, caller, unit.id))
            assert keepers[UNION] in {row["actor"] for row in found}
            assert ("of-before" in {row["actor"] for row in found}) is among
    finally:
        log.delete_one({"_id": made["_id"]})


@pytest.mark.parametrize(
    ("more", "any_left"),
    [
        ({"action": "members.listed"}, True),
        ({"action": "member.left"}, False),
        ({"until": "2001-01-01"}, False),
        ({"since": "2001-01-01"}, True),
        ({"person": "nobody of this name"}, False),
        ({"actor": "nobody"}, False),
    ],
)
def test_it_holds_what_was_searched_for(
    membership: Membership, exports: Exports, keepers: dict[str, str], more: dict[str, str], any_left: bool
) -> None:
    caller = an_auditor(membership, UNION)
    found = rows_of(exports, caller, asked(exports, caller, membership.unit(UNION).id, **more))
    assert bool(found) is any_left
    assert {row["action"] for row in found} <= {more.get("action", row["action"]) for row in found}


def test_it_is_decided_when_it_is_asked_for_and_when_it_is_taken(
    membership: Membership, exports: Exports, keepers: dict[str, str]
) -> None:
    unit = membership.unit(UNION)
    caller = an_auditor(membership, UNION)
    job = asked(exports, caller, unit.id)
    for other, refusal in (
        (an_auditor(membership, BESIDE), UnknownHere),
        (an_auditor(membership, UNION, auth_time=datetime.now(UTC) - timedelta(seconds=301)), SignInTooOld),
        (replace(caller, rights=(a_right("audit:read", unit.path),)), PermissionMissing),
    ):
        with pytest.raises(refusal):
            asked(exports, other, unit.id)
        with pytest.raises(refusal):
            operations.link(exports, replace(other, account_id=caller.account_id), job.id)
    with pytest.raises(UnknownHere):
        asked(exports, caller, new_id())


def test_by_a_sealed_code_there_are_no_files_of_another_unit(
    membership: Membership, exports: Exports, keepers: dict[str, str]
) -> None:
    caller = an_auditor(membership, UNION)
    job = asked(exports, caller, membership.unit(UNION).id)
    for code, there in ((UNION, True), (BESIDE, False)):
        rights = (a_right("congress:report", membership.unit(code).path, "own"),)
        inside = replace(caller, rights=rights, fallback=True)
        assert [one.id for one in operations.own_exports(exports, inside)] == [job.id] * there
        if not there:
            with pytest.raises(JobUnknown):
                operations.cancel(exports, inside, job.id)


def test_over_http_it_is_always_made_beside_requests(membership: Membership) -> None:
    unit = membership.unit(UNION)
    auditor = membership.caller(unit, "audit:export")
    body = {"unit_id": unit.id, "as": "xlsx", "from": "2026-01-01"}
    answer = auditor.post("/exports/audit", body)
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting"), answer.text
    assert auditor.get("/exports/audit/file", **body).status_code == 404
    assert auditor.get("/exports").json()["items"][0]["export"] == "audit"
    for wrong in ({"as": "pdf"}, {"from": "2026-02-30"}, {"unit_id": "x y"}, {"more": "1"}, {"from": ["a"]}):
        assert auditor.post("/exports/audit", {**body, **wrong}).status_code == 422
    reader = membership.caller(unit, "audit:read")
    assert reader.post("/exports/audit", body).status_code == 403
    elsewhere = membership.caller(membership.unit(BESIDE), "audit:export")
    assert elsewhere.post("/exports/audit", body).status_code == 404
    membership.context.database.mongo["jobs"].delete_many({})
