"""A report sealed over HTTP: made once, checked by anybody with the public key, proved and made again from history."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import rfc8785
from click.testing import CliRunner

from congress.context import Context
from congress.domain.sealing import MOST_OF_UNIT, Fixed, HistoryDiffers
from congress.operations.exports import exports_of
from congress.operations.sealing import AUDIENCE, SIGNER, made_again, sealing_kind
from sammelan.commands.report import report
from servicekit.access.keys import KeyRing, make_keys
from servicekit.files.sealed import KeyWrap
from servicekit.ids import new_id
from servicekit.work.jobs.store import JobStore
from servicekit.work.jobs.worker import Worker
from tests.integration.congress.scene import ADMINISTRATOR, APPROVER, READER, Desk, Json, project, reported
from tests.processes import House

LATER = timedelta(minutes=1)


@pytest.fixture(scope="module")
def ring(congress_house: House) -> KeyRing:
    return KeyRing(congress_house.folder / "keys", SIGNER)


@pytest.fixture
def jobs(congress_house: House, context: Context, plan: Json) -> JobStore:
    """n1 has sent its report, and north has approved it; s1 has sent its own."""
    day = context.clock.today() - timedelta(days=1)
    sent = reported(congress_house, plan, "n1", "submit", day)
    Desk(congress_house, "north", APPROVER).done(sent, "approve")
    reported(congress_house, plan, "s1", "submit", day)
    project(context)
    exports = exports_of(context, KeyWrap(congress_house.env()["FILE_KEY"]), "Asia/Dhaka")
    exports.prepare()
    context.database.mongo["jobs"].delete_many({})
    return exports.jobs


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "root", ADMINISTRATOR)


@pytest.fixture
def verify(tmp_path: Path, congress_house: House) -> Callable[..., Any]:
    """As whoever has only the public key and what they were handed."""
    copy(congress_house.folder / "keys" / f"{SIGNER}.json", tmp_path)

    def run(found: Json, proof: Json | None = None, keys: Path | None = None) -> Any:
        (tmp_path / "report.json").write_text(json.dumps(found, ensure_ascii=False))
        said = ["verify", str(tmp_path / "report.json"), "--keys", str(keys or tmp_path / f"{SIGNER}.json")]
        if proof is not None:
            (tmp_path / "proof.json").write_text(json.dumps(proof))
            said += ["--proof", str(tmp_path / "proof.json")]
        return CliRunner().invoke(report, said)

    return run


def asks(desk: Desk, plan: Json, unit: str = "", key: str = "") -> Any:
    path = f"/plans/{plan['id']}/sealed-reports"
    return desk.send("POST", path, {"unit_id": unit or desk.unit}, Idempotency_Key=key or new_id())


def work(context: Context, jobs: JobStore, ring: KeyRing) -> None:
    worker = Worker(jobs, [sealing_kind(context, ring)], lambda: context.clock.now() + LATER)
    while worker.do_next():
        pass


def sealed(desk: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing, unit: str = "") -> Json:
    answer = asks(desk, plan, unit)
    assert answer.status_code == 202, answer.text
    work(context, jobs, ring)
    found: Json = desk.get(f"/sealed-reports/{answer.json()['id']}")
    return found


def test_a_sealed_report_is_checked_by_whoever_has_the_public_key(
    organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing, verify: Callable[..., Any]
) -> None:
    found = sealed(organiser, plan, context, jobs, ring)
    told = found["report"]
    assert (told["unit"]["code"], told["plan"]["id"]) == ("ROOT", plan["id"])
    levels = {one["level"]: one for one in told["levels"]}
    assert (levels["union"]["congresses"], levels["union"]["reported"], levels["union"]["approved"]) == (
        3,
        2,
        1,
    )
    assert (
        levels["union"]["figures"]["reported"]["summoned"]
        == 2 * levels["union"]["figures"]["approved"]["summoned"]
    )
    assert [one["code"] for one in told["missing"]["first"]] == ["N2", "NORTH", "ROOT", "S1", "SOUTH"]
    assert told["audit"]["service"] == "congress"
    checked = verify(found)
    assert checked.exit_code == 0, checked.output
    assert "ROOT" in checked.output
    assert found["hash"] in checked.output
    (line,) = organiser.get(f"/plans/{plan['id']}/sealed-reports?unit_id=root")["items"]
    assert (line["id"], line["hash"], line["count"], line["missing"]) == (found["id"], found["hash"], 6, 5)
    assert organiser.get("/sealed-report-keys") == ring.public(SIGNER)
    for kind, begins in (("pdf", b"%PDF"), ("png", b"\x89PNG")):
        paper = organiser.send("GET", f"/sealed-reports/{found['id']}/paper?as={kind}")
        assert paper.content.startswith(begins)


def test_what_was_altered_or_sealed_by_others_is_found(
    organiser: Desk,
    plan: Json,
    context: Context,
    jobs: JobStore,
    ring: KeyRing,
    verify: Callable[..., Any],
    tmp_path: Path,
) -> None:
    found = sealed(organiser, plan, context, jobs, ring)
    altered = json.loads(json.dumps(found))
    altered["report"]["levels"][0]["approved"] += 1
    refused = verify(altered)
    assert (refused.exit_code, "was altered" in refused.output) == (1, True)
    make_keys(tmp_path / "others", SIGNER)
    refused = verify(found, keys=tmp_path / "others" / f"{SIGNER}.json")
    assert (refused.exit_code, "not of these keys" in refused.output) == (1, True)
    # A signature of ours for something else is no seal.
    refused = verify({**found, "signature": ring.sign({"iss": SIGNER, "aud": "x", "exp": 2**40}, "x")})
    assert (refused.exit_code, "not of these keys" in refused.output) == (1, True)
    for beside in ({"id": new_id()}, {"hash": "0" * 64}):
        refused = verify({**found, **beside})
        assert (refused.exit_code, "beside the report" in refused.output) == (1, True)
    # Signed by us, but for another moment.
    late = {**found["report"], "sealed_at": "2019-01-01T00:00:00.000+00:00"}
    made = sha256(rfc8785.dumps(late)).hexdigest()
    claims = {
        "iss": SIGNER,
        "aud": AUDIENCE,
        "iat": int(time.time()),
        "exp": 2**40,
        "id": found["id"],
        "hash": made,
    }
    refused = verify({**found, "report": late, "hash": made, "signature": ring.sign(claims, AUDIENCE)})
    assert (refused.exit_code, "2019" in refused.output) == (1, True)
    for nothing in ({}, {"report": 1, "signature": "a"}, {**found, "signature": ""}):
        assert verify(nothing).exit_code == 1


def test_one_congress_is_proved_to_whoever_reads_it_and_no_other_one(
    congress_house: House,
    organiser: Desk,
    plan: Json,
    context: Context,
    jobs: JobStore,
    ring: KeyRing,
    verify: Callable[..., Any],
) -> None:
    found = sealed(organiser, plan, context, jobs, ring)
    north = Desk(congress_house, "north", READER)
    own, other = north.congress_of("n1", plan), organiser.congress_of("s1", plan)
    (held,) = north.get(f"/congresses/{own['id']}/sealed-reports")["items"]
    assert (held["id"], held["hash"], held["code"]) == (found["id"], found["hash"], "ROOT")
    assert north.send("GET", f"/congresses/{other['id']}/sealed-reports").status_code == 404
    proof = north.get(f"/congresses/{own['id']}/proof?report_id={found['id']}")
    checked = verify(found, proof)
    assert (checked.exit_code, "N1 is in it, approved" in checked.output) == (0, True)
    proof["leaf"]["figures"]["present"] += 1
    refused = verify(found, proof)
    assert (refused.exit_code, "is not in this report" in refused.output) == (1, True)
    for path in (
        f"/congresses/{other['id']}/proof?report_id={found['id']}",
        f"/sealed-reports/{found['id']}",
    ):
        assert north.send("GET", path).status_code == 404
    below = sealed(organiser, plan, context, jobs, ring, "north")
    assert below["report"]["congresses"]["count"] == 3
    assert len(north.get(f"/congresses/{own['id']}/sealed-reports")["items"]) == 2
    assert len(organiser.get(f"/congresses/{other['id']}/sealed-reports")["items"]) == 1
    outside = organiser.send("GET", f"/congresses/{other['id']}/proof?report_id={below['id']}")
    assert outside.status_code == 404


def test_it_is_made_again_from_history_and_says_where_that_was_tampered_with(
    congress_house: House, organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    found = sealed(organiser, plan, context, jobs, ring)
    # What happens later changes nothing of it.
    desk = Desk(congress_house, "south", APPROVER)
    congress = desk.done(desk.congress_of("s1", plan), "return", {"reasons": {"present": "Count again."}})
    kept = context.sealed.find(found["id"])
    assert kept is not None
    assert made_again(context, kept) == found["hash"]
    stored = context.database.mongo["congresses"]
    whole = stored.find_one({"_id": congress["id"]})
    assert whole is not None
    stored.update_one({"_id": congress["id"]}, {"$set": {"result_entries.0.figures.present": 1}})
    assert made_again(context, kept) != found["hash"]
    refused = desk.send("GET", f"/congresses/{congress['id']}/proof?report_id={found['id']}")
    assert refused.json()["type"].endswith("history-differs")
    stored.delete_one({"_id": congress["id"]})
    with pytest.raises(HistoryDiffers):
        made_again(context, kept)
    stored.insert_one(whole)


def test_the_same_request_seals_once_and_a_task_done_again_makes_no_second(
    organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    key = new_id()
    first, again = asks(organiser, plan, key=key), asks(organiser, plan, key=key)
    assert first.json() == again.json()
    work(context, jobs, ring)
    # Killed after it had sealed and before it said so.
    before = context.sealed.find(first.json()["id"])
    context.database.mongo["jobs"].update_one(
        {"_id": first.json()["id"]},
        {"$set": {"state": "waiting", "ready_at": context.clock.now(), "over_at": None}},
    )
    work(context, jobs, ring)
    assert context.sealed.find(first.json()["id"]) == before
    assert organiser.get(f"/plans/{plan['id']}/sealed-reports?unit_id=root")["total"] == 1


def test_what_is_asked_for_and_not_begun_is_not_asked_for_twice(
    organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    first = asks(organiser, plan).json()["id"]
    assert {asks(organiser, plan).json()["id"] for _ in range(5)} == {first}
    # Another unit's, and somebody else's, are others.
    other = Desk(organiser.house, "root", ADMINISTRATOR)
    assert len({first, asks(organiser, plan, "north").json()["id"], asks(other, plan).json()["id"]}) == 3
    work(context, jobs, ring)
    assert asks(organiser, plan).json()["id"] != first


def test_whoever_only_reads_seals_nothing_and_of_others_nothing_is_told(
    congress_house: House, organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    reader, other = Desk(congress_house, "root", READER), Desk(congress_house, "north", ADMINISTRATOR)
    assert asks(reader, plan).status_code == 403
    assert asks(other, plan, "south").status_code == 404
    assert asks(other, plan, "nowhere").status_code == 404
    assert asks(organiser, {"id": "nowhere"}).status_code == 404
    acts = reader.get(f"/plans/{plan['id']}/sealed-reports?unit_id=root")["acts"]
    assert acts["seal"]["refusal"]["type"].endswith("permission-missing")
    assert organiser.get(f"/plans/{plan['id']}/sealed-reports?unit_id=root")["acts"]["seal"]["allowed"]
    found = sealed(organiser, plan, context, jobs, ring)
    for path in (f"/sealed-reports/{found['id']}", f"/sealed-reports/{found['id']}/paper"):
        assert other.send("GET", path).status_code == 404
    assert other.send("GET", f"/plans/{plan['id']}/sealed-reports?unit_id=root").status_code == 404


def test_what_waited_too_long_is_not_sealed_and_a_try_that_sealed_nothing_leaves_nothing(
    organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    asked = asks(organiser, plan).json()["id"]
    stored = context.database.mongo["jobs"]
    stored.update_one({"_id": asked}, {"$set": {"asked_at": context.clock.now() - timedelta(hours=2)}})
    # It holds up nobody who asks anew.
    assert asks(organiser, plan).json()["id"] != asked
    work(context, jobs, ring)
    found = stored.find_one({"_id": asked})
    assert found is not None
    assert (found["state"], found["why"]) == ("dead", "asked-too-long-ago")
    # A worker that died before it had signed.
    done = sealed(organiser, plan, context, jobs, ring)
    kept = context.sealed.find(done["id"])
    assert kept is not None
    left = Fixed("c", "u", "U", "union", context.clock.today(), "4")
    context.sealed.keep_leaves(done["id"], "other", 0, [left])
    context.sealed.keep_hashes(done["id"], "other", [[b"x" * 32]])
    context.sealed.forget_trees(done["id"])
    trees = context.database.mongo["sealed_leaves"].distinct("tree", {"report": done["id"]})
    assert (
        trees
        == context.database.mongo["sealed_hashes"].distinct("tree", {"report": done["id"]})
        == [kept.tree]
    )


def test_so_many_are_sealed_of_a_unit_and_no_more(
    organiser: Desk, plan: Json, context: Context, jobs: JobStore, ring: KeyRing
) -> None:
    found = sealed(organiser, plan, context, jobs, ring)
    stored = context.database.mongo["sealed_reports"]
    one = stored.find_one({"_id": found["id"]})
    assert one is not None
    stored.insert_many([{**one, "_id": new_id()} for _ in range(MOST_OF_UNIT - 1)])
    refused = asks(organiser, plan)
    assert (refused.status_code, refused.json()["type"].endswith("too-many-sealed")) == (409, True)
