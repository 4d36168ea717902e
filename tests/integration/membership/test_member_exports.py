"""Members taken along: no more of each than the reader may know, decided anew when it is taken, written down."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest

from membership.app import make_exporting
from membership.domain.units import Unit
from membership.operations.exports import exports_of
from servicekit.access.decision import Caller, PermissionMissing, SignInTooOld, UnknownHere
from servicekit.exporting import operations
from servicekit.exporting.declared import Exports
from servicekit.exporting.operations import ExportTooLong
from servicekit.exporting.running import export_kind
from servicekit.files.sealed import wrap_of_field_key
from servicekit.ids import new_id
from servicekit.out.exports.formats import CSV, PDF
from servicekit.out.exports.papers import PaperTooLong
from servicekit.work.jobs.job import Job, State
from servicekit.work.jobs.worker import Worker
from tests.integration.membership.conftest import Client, Membership, settings_of
from tests.integration.membership.test_membership_members_api import a_member
from tests.processes import a_right

UNION, BESIDE = "BD-N0021", "BD-N0022"
ALL = ("members:export", "members:read", "members:numbers")
NUMBER = "9998800000017"
PLAIN = {"name", "sex", "status", "birth_date", "admission_date", "official_date", "card_number"}


@pytest.fixture(scope="module", autouse=True)
def two_members(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    unit_id = membership.unit(UNION).id
    for values in (
        {"name": "=HYPERLINK(1)", "card_number": "K21/1", "national_number": NUMBER, "phone": "01711000000"},
        {"name": "Mohammad Salim", "sex": "male", "birth_date": "1979", "official_date": None},
    ):
        answer = keeper.post("/members", a_member(unit_id, **values))
        assert answer.status_code == 201, answer.text


@pytest.fixture
def exports(membership: Membership) -> Iterator[Exports]:
    """As the exporter's, which has no key of the index, but that nothing is small."""
    settings, database = settings_of(membership.house), membership.context.database
    exporting = make_exporting(settings.common, database, settings.field_key)
    made = replace(
        exports_of(exporting, wrap_of_field_key(settings.field_key), settings.common.zone), at_once_rows=0
    )
    made.prepare()
    yield made
    database.mongo["jobs"].delete_many({})


def a_client(membership: Membership, *permissions: str, code: str = UNION, **more: Any) -> Client:
    return membership.caller(membership.unit(code), "unit:read", *permissions, **more)


def a_caller(unit: Unit, *permissions: str, **more: Any) -> Caller:
    rights = tuple(
        replace(a_right(one, unit.path, "own"), max_age=None if one == "members:read" else 300)
        for one in permissions
    )
    found = {"account_id": new_id(), "session_id": "s1", "assurance": 2, "auth_time": datetime.now(UTC)}
    return Caller(**{**found, "rights": rights, **more})


def taken(client: Client, unit: Unit, kind: str = "json", details: str = "plain") -> Any:
    answer = client.post("/exports/members", {"unit_id": unit.id, "as": kind, "details": details})
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "now"
    file = client.get(answer.json()["link"].removeprefix("/api/membership"))
    assert file.status_code == 200, file.text
    assert file.headers["Cache-Control"] == "private, no-store"
    return file


def work(exports: Exports) -> None:
    worker = Worker(exports.jobs, [export_kind(exports)], exports.clock.now)
    while worker.do_next():
        pass


def asked(exports: Exports, caller: Caller, unit: Unit, details: str = "whole", form: Any = CSV) -> Job:
    wanted = {"unit_id": unit.id, "details": details}
    found = operations.ask(exports, caller, exports.offered["members"], form, wanted, "")
    assert isinstance(found, Job)
    return found


@pytest.mark.parametrize(
    ("details", "beyond", "number"),
    [
        ("plain", set(), None),
        ("masked", {"phone", "national_number"}, "…017"),
        ("whole", {"phone", "national_number"}, NUMBER),
    ],
)
def test_one_table_says_as_much_as_was_asked_for(
    membership: Membership, details: str, beyond: set[str], number: str | None
) -> None:
    client, unit = a_client(membership, *ALL), membership.unit(UNION)
    items = json.loads(taken(client, unit, details=details).content)["items"]
    assert [set(item) for item in items] == [PLAIN | beyond] * 2
    named = {item["name"]: item for item in items}
    assert named["=HYPERLINK(1)"].get("national_number") == number
    assert named["Mohammad Salim"]["birth_date"] == "1979"
    assert named["Mohammad Salim"].get("national_number") is None


@pytest.mark.parametrize("details", ["masked", "whole"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf", "json"])
def test_who_may_not_read_the_sensitive_columns_gets_no_file_with_them(
    membership: Membership, details: str, kind: str
) -> None:
    unit = membership.unit(UNION)
    held = [one for one in ALL if one != ("members:read" if details == "masked" else "members:numbers")]
    client = a_client(membership, *held)
    wanted = {"unit_id": unit.id, "as": kind, "details": details}
    assert client.post("/exports/members", wanted).status_code == 403
    assert client.get("/exports/members/file", **wanted).status_code == 403
    assert taken(client, unit, kind).content


def test_a_reader_of_records_takes_none_along_and_another_units_are_not_there(membership: Membership) -> None:
    unit = membership.unit(UNION)
    for client, status in (
        (a_client(membership, "members:read"), 403),
        (a_client(membership, *ALL, code=BESIDE), 404),
    ):
        wanted = {"unit_id": unit.id, "as": "csv"}
        assert client.post("/exports/members", wanted).status_code == status
        assert client.get("/exports/members/file", **wanted).status_code == status
    client = a_client(membership, *ALL)
    assert client.post("/exports/members", {"unit_id": new_id(), "as": "csv"}).status_code == 404
    for wrong in ({"details": "everything"}, {"as": "jsonl"}, {"unit_id": "x y"}, {"more": "1"}):
        body = {"unit_id": unit.id, "as": "csv", **wrong}
        assert client.post("/exports/members", body).status_code == 422


@pytest.mark.parametrize(
    ("held", "offered"),
    [
        (("members:read",), []),
        (("members:read", "members:export"), ["plain", "masked"]),
        (("members:read", "members:numbers"), []),
        (ALL, ["plain", "masked", "whole"]),
    ],
)
def test_the_list_says_how_much_of_it_may_be_taken_along(
    membership: Membership, held: tuple[str, ...], offered: list[str]
) -> None:
    found = a_client(membership, *held).get("/members", unit_id=membership.unit(UNION).id).json()
    assert found["exports"] == offered


def test_a_csv_is_guarded_and_in_the_readers_words_and_a_paper_is_a_document(membership: Membership) -> None:
    unit = membership.unit(UNION)
    client = a_client(membership, *ALL, language="bn")
    rows = list(csv.DictReader(io.StringIO(taken(client, unit, "csv", "masked").content.decode("utf-8-sig"))))
    assert [row["পুরো নাম"] for row in rows] == ["'=HYPERLINK(1)", "Mohammad Salim"]
    assert {row["লিঙ্গ"] for row in rows} == {"নারী", "পুরুষ"}
    with pikepdf.open(io.BytesIO(taken(client, unit, "pdf", "whole").content)) as document:
        assert str(document.Root.Lang) == "bn"
        assert UNION in str(document.docinfo["/Title"])


def test_each_is_written_down_with_how_much_it_said(membership: Membership) -> None:
    unit, client = membership.unit(UNION), a_client(membership, *ALL)
    reads = membership.context.database.mongo["reads"]
    taken(client, unit, "csv", "whole")
    entries = [
        entry
        for document in reads.find({})
        for entry in document.get("_outbox", [])
        if entry["actor"] == client.account_id
    ]
    assert [(entry["action"], entry["unit_id"]) for entry in entries] == [("export.taken", unit.id)]
    assert entries[0]["details"] == {
        "export": "members",
        "as": "csv",
        "unit_id": unit.id,
        "details": "whole",
    }


def test_a_large_one_is_made_beside_requests_and_decided_anew_when_it_is_taken(
    membership: Membership, exports: Exports
) -> None:
    unit = membership.unit(UNION)
    caller = a_caller(unit, *ALL, language="en")
    job = asked(exports, caller, unit)
    work(exports)
    made = operations.own_export(exports, caller, job.id)
    assert (made.state, made.result["rows"]) == (State.DONE, 2)
    ticket = str(operations.link(exports, caller, job.id)["link"]).partition("ticket=")[2]
    given = operations.take(exports, caller, job.id, ticket)
    rows = list(csv.DictReader(io.StringIO(b"".join(exports.kept.read(given.result)).decode("utf-8-sig"))))
    assert {row["National number"] for row in rows} == {NUMBER, ""}
    found = membership.context.database.mongo["jobs"].find_one({"_id": job.id})
    assert found is not None
    told = [one["action"] for one in found["_outbox"] if one["kind"] == "audit"]
    assert told == ["export.asked", "export.taken"]
    # A right lost since, the sign-in grown old, another's unit.
    for other, refusal in (
        (a_caller(unit, "members:export", "members:read"), PermissionMissing),
        (a_caller(unit, *ALL, auth_time=datetime.now(UTC) - timedelta(seconds=301)), SignInTooOld),
        (a_caller(membership.unit(BESIDE), *ALL), UnknownHere),
    ):
        again = replace(other, account_id=caller.account_id)
        with pytest.raises(refusal):
            operations.link(exports, again, job.id)
        with pytest.raises(refusal):
            operations.take(exports, again, job.id, ticket)


def test_a_paper_is_of_bounded_length(
    membership: Membership, exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = membership.unit(UNION)
    caller = a_caller(unit, *ALL)
    with pytest.raises(PaperTooLong):
        asked(exports, caller, unit, form=replace(PDF, most_rows=1))
    with pytest.raises(ExportTooLong):
        operations.require_short(
            caller, exports.offered["members"], {"unit_id": unit.id, "details": "plain"}, exports
        )
