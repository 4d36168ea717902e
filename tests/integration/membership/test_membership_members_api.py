"""Keeping members over HTTP: who may see what, what is written down, what is never readable at rest."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from membership.operations.counting import check_of, count_all_changes
from servicekit.audit.chain import chain_of
from servicekit.events.relay import Collector
from servicekit.ids import new_id
from tests.integration.membership.conftest import KEEPER, Client, Membership

UNION = "BD-N0004"
BESIDE = "BD-N0005"


@pytest.fixture
def numbers() -> Any:
    return _Numbers()


class _Numbers:
    """National numbers that no other test uses."""

    taken = 0

    def next(self) -> str:
        type(self).taken += 1
        return f"99910000{type(self).taken:05}"


def a_member(unit_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "name": "Rahima Khatun",
        "birth_date": "1980-05-01",
        "sex": "female",
        "admission_date": "2005-01-01",
        "official_date": "2006-01-01",
        **changes,
    }


def changed_to(**changes: Any) -> dict[str, Any]:
    """What a keeper puts in the place of `a_member`."""
    values = a_member("", **changes)
    del values["unit_id"]
    return values


def registered(keeper: Client, membership: Membership, code: str = UNION, **changes: Any) -> str:
    answer = keeper.post("/members", a_member(membership.unit(code).id, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def audited(membership: Membership, record_id: str) -> list[dict[str, Any]]:
    """Entries about a record, wherever they are waiting, with who acted."""
    mongo = membership.context.database.mongo
    waiting = [
        item
        for name in ("members", "reads", "member_refusals")
        for document in mongo[name].find({})
        for item in document.get("_outbox", [])
    ]
    entries = [item for item in waiting if item["kind"] == "audit"] + list(
        chain_of(membership.context.database).entries.find({})
    )
    return sorted((e for e in entries if e["record_id"] == record_id), key=lambda e: e["at"])


def test_a_keeper_registers_and_reads_a_member_of_the_own_unit(
    membership: Membership, numbers: _Numbers
) -> None:
    keeper = membership.keeper(UNION)
    number = numbers.next()
    bangla = number.translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"))
    made = keeper.post(
        "/members",
        a_member(
            membership.unit(UNION).id,
            name="  রহিমা   খাতুন ",
            national_number=bangla,
            phone="+880 1700-000001",
            card_number=f"bd/{number}",
        ),
    )
    assert made.status_code == 201
    assert made.json()["status"] == "official"
    assert made.headers["Location"].endswith(made.json()["id"])
    read = keeper.get(f"/members/{made.json()['id']}")
    assert read.status_code == 200
    assert read.headers["ETag"] == '"1"'
    member = read.json()
    assert {act: told["allowed"] for act, told in member["acts"].items()} == dict.fromkeys(
        ("change", "leave", "move", "history"), True
    )
    assert member["name"] == "রহিমা খাতুন"
    assert member["national_number"] == number
    assert member["phone"] == "+8801700000001"
    assert member["card_number"] == f"BD/{number}"
    assert member["birth_date"] == "1980-05-01"


def test_the_answer_to_a_registration_holds_nothing_personal(
    membership: Membership, numbers: _Numbers
) -> None:
    made = membership.keeper(UNION).post(
        "/members", a_member(membership.unit(UNION).id, national_number=numbers.next())
    )
    assert made.json().keys() == {"id", "version", "unit_id", "status"}


def test_another_units_member_is_as_unknown_as_none(membership: Membership) -> None:
    member_id = registered(membership.keeper(UNION), membership)
    stranger = membership.keeper(BESIDE)
    theirs, none = stranger.get(f"/members/{member_id}"), stranger.get("/members/nosuchmember")
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert {**theirs.json(), "request_id": ""} == {**none.json(), "request_id": ""}
    values = changed_to()
    assert stranger.put(f"/members/{member_id}", values, 1).status_code == 404
    assert stranger.get(f"/members/{member_id}/history").status_code == 404
    assert stranger.get("/members", unit_id=membership.unit(UNION).id).status_code == 404
    assert stranger.post("/members", a_member(membership.unit(UNION).id)).status_code == 404


def test_superiors_see_numbers_and_no_detail(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    unit = membership.unit(UNION)
    before = membership.superior("BD").get(f"/units/{unit.id}/member-counts").json()["here"]["all"]
    member_id = registered(keeper, membership)
    superior = membership.superior("BD")
    assert superior.get(f"/members/{member_id}").status_code == 403
    assert superior.get("/members", unit_id=unit.id).status_code == 403
    counts = superior.get(f"/units/{unit.id}/member-counts").json()
    assert counts["here"]["all"]["official"] == before["official"] + 1
    assert counts["here"]["own"] == counts["here"]["all"]
    assert counts["here"]["all"]["total"] == before["total"] + 1


def test_a_keeper_above_sees_the_member_exists_but_no_detail(membership: Membership) -> None:
    """members:read reaches the own unit only, so the superior's keeper is forbidden, not told a lie."""
    member_id = registered(membership.keeper(UNION), membership)
    above = membership.caller(membership.unit("BD-D01"), *KEEPER)
    assert above.get(f"/members/{member_id}").status_code == 403


def test_counts_of_the_units_below_come_page_by_page(membership: Membership) -> None:
    superior, path = membership.superior("BD"), f"/units/{membership.unit('BD-D01').id}/member-counts"
    whole = superior.get(path, limit=200).json()
    assert (whole["next"], whole["total"]) == (None, len(whole["children"]))
    paged: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = superior.get(path, limit=4, **after).json()
        assert (page["here"], page["total"]) == (whole["here"], whole["total"])
        paged += [one["unit"]["id"] for one in page["children"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert paged == [one["unit"]["id"] for one in whole["children"]]


def test_counts_of_each_child_add_up_to_those_of_the_unit(membership: Membership) -> None:
    registered(membership.keeper(UNION), membership, official_date=None)
    registered(membership.keeper(BESIDE), membership, BESIDE, admission_date=None, official_date=None)
    superior = membership.superior("BD")
    for unit_id in membership.unit(UNION).path[:-1]:
        seen = superior.get(f"/units/{unit_id}/member-counts").json()
        for status in ("applicant", "probationary", "official", "total"):
            below = sum(child["all"][status] for child in seen["children"])
            assert below + seen["here"]["own"][status] == seen["here"]["all"][status] > 0


def test_counts_outside_ones_reach_are_unknown(membership: Membership) -> None:
    unit = membership.unit(UNION)
    assert membership.superior("BD-D30").get(f"/units/{unit.id}/member-counts").status_code == 404


def test_a_change_keeps_the_earlier_values(membership: Membership, numbers: _Numbers) -> None:
    keeper = membership.keeper(UNION)
    first = numbers.next()
    member_id = registered(
        keeper, membership, national_number=first, admission_date="2024-01-01", official_date=None
    )
    values = changed_to(name="Rahima Begum", admission_date="2024-01-01", official_date="2025-01-01")
    changed = keeper.put(f"/members/{member_id}", values, 1)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"2"'
    assert changed.json()["status"] == "official"
    assert keeper.get(f"/members/{member_id}").json()["national_number"] is None
    (earlier,) = keeper.get(f"/members/{member_id}/history").json()["items"]
    assert (earlier["version"], earlier["name"], earlier["status"]) == (1, "Rahima Khatun", "probationary")
    assert earlier["national_number"] == first
    assert earlier["replaced_by"] == keeper.account_id


def test_a_change_that_changes_nothing_makes_no_version(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    member_id = registered(keeper, membership)
    values = changed_to()
    assert keeper.put(f"/members/{member_id}", values, 1).headers["ETag"] == '"1"'
    assert keeper.get(f"/members/{member_id}/history").json()["items"] == []


def test_a_stale_version_is_412_and_a_missing_one_428(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    member_id = registered(keeper, membership)
    values = changed_to(name="Rahima Begum")
    assert keeper.send("PUT", f"/members/{member_id}", json=values).status_code == 428
    assert keeper.put(f"/members/{member_id}", values, 7).status_code == 412
    assert keeper.put(f"/members/{member_id}", values, 1).status_code == 200
    assert keeper.put(f"/members/{member_id}", values, 1).status_code == 412
    assert keeper.get(f"/members/{member_id}").json()["version"] == 2


def test_a_change_that_is_sent_again_with_its_key_is_answered_again(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    member_id = registered(keeper, membership)
    sent = {"If-Match": '"1"', "Idempotency-Key": new_id()}
    first, second = (
        keeper.send("PUT", f"/members/{member_id}", json=changed_to(name="Rahima Begum"), headers=sent)
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json() == {**first.json(), "version": 2}
    assert len(keeper.get(f"/members/{member_id}/history").json()["items"]) == 1


def test_a_repeated_idempotency_key_registers_once(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    body, key = a_member(membership.unit(UNION).id, name="Only Once"), new_id()
    first, second = keeper.post("/members", body, key), keeper.post("/members", body, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert keeper.post("/members", {**body, "name": "Twice"}, key).status_code == 422
    assert keeper.send("POST", "/members", json=body).status_code == 428
    found = keeper.get("/members", unit_id=membership.unit(UNION).id, q="only once").json()["items"]
    assert len(found) == 1


def test_members_are_listed_by_name_in_pages_without_numbers(
    membership: Membership, numbers: _Numbers
) -> None:
    code = "BD-N0006"
    keeper = membership.keeper(code)
    unit_id = membership.unit(code).id
    for name in ("Zahid", "abdul", "Đặng", "Abida", "আয়েশা", "Bob", "Bob"):
        registered(keeper, membership, code, name=name, national_number=numbers.next())
    whole = keeper.get("/members", unit_id=unit_id).json()
    assert [member["name"] for member in whole["items"]] == [
        "abdul", "Abida", "Bob", "Bob", "Đặng", "Zahid", "আয়েশা",
    ]  # fmt: skip
    assert whole["next"] is None
    assert not {"national_number", "phone"} & whole["items"][0].keys()
    paged: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = keeper.get("/members", unit_id=unit_id, limit=2, **after).json()
        paged += [member["id"] for member in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert paged == [member["id"] for member in whole["items"]]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đặng Thị Hương", "dang huong"),
        ("মোহাম্মদ রফিকুল ইসলাম", "রফিক"),
        ("ক্\u200dষমা দেবী", "ক্ষমা"),
        ("Nguyễn Văn Ước", "UOC"),
    ],
)
def test_a_member_is_found_by_name_with_diacritics_and_in_bangla(
    membership: Membership, written: str, typed: str
) -> None:
    keeper = membership.keeper("BD-N0007")
    unit_id = membership.unit("BD-N0007").id
    member_id = registered(keeper, membership, "BD-N0007", name=written)
    found = keeper.get("/members", unit_id=unit_id, q=typed).json()["items"]
    assert [member["id"] for member in found] == [member_id]


def test_where_no_member_is_named_so_those_who_are_nearly_are_meant(membership: Membership) -> None:
    keeper = membership.keeper("BD-N0009")
    unit_id = membership.unit("BD-N0009").id
    ids = {
        name: registered(keeper, membership, "BD-N0009", name=name)
        for name in ("Shahabuddin Ahmed", "Shahab Uddin", "মোছাম্মৎ রহিমা")
    }
    registered(membership.keeper("BD-N0010"), membership, "BD-N0010", name="Shahabudden")
    for typed, named in (
        ("shahabudin", ["Shahab Uddin", "Shahabuddin Ahmed"]),
        ("রহীমা", ["মোছাম্মৎ রহিমা"]),
        ("rofiq", []),
    ):
        answer = keeper.get("/members", unit_id=unit_id, q=typed).json()
        assert [one["id"] for one in answer["items"]] == [ids[name] for name in named]
        assert answer["meant"] is bool(named)
    exact = keeper.get("/members", unit_id=unit_id, q="shahabuddin").json()
    assert exact["meant"] is False


def test_lookup_finds_the_own_members_and_is_silent_about_all_others(
    membership: Membership, numbers: _Numbers
) -> None:
    number = numbers.next()
    keeper, stranger = membership.keeper(UNION), membership.keeper(BESIDE)
    member_id = registered(keeper, membership, national_number=number)
    assert keeper.post("/members/lookup", {"national_number": number}).json()["member"]["id"] == member_id
    elsewhere = stranger.post("/members/lookup", {"national_number": number})
    nowhere = stranger.post("/members/lookup", {"national_number": numbers.next()})
    assert elsewhere.status_code == nowhere.status_code == 200
    assert elsewhere.text == nowhere.text
    assert keeper.post("/members/lookup", {"national_number": "12"}).status_code == 422


def test_a_number_that_is_taken_is_refused_without_saying_where(
    membership: Membership, numbers: _Numbers
) -> None:
    number = numbers.next()
    registered(membership.keeper(UNION), membership, national_number=number)
    stranger = membership.keeper(BESIDE)
    unit = membership.unit(BESIDE)
    refused = stranger.post("/members", a_member(unit.id, national_number=number))
    assert refused.status_code == 409
    problem = refused.json()
    assert [error["pointer"] for error in problem["errors"]] == ["/national_number"]
    assert membership.unit(UNION).id not in refused.text
    assert number not in refused.text
    (entry,) = [e for e in audited(membership, unit.id) if e["action"] == "member.refused"]
    assert (entry["actor"], entry["details"]) == (stranger.account_id, {})


def test_who_tries_one_number_after_the_other_is_stopped(membership: Membership, numbers: _Numbers) -> None:
    number = numbers.next()
    registered(membership.keeper(UNION), membership, national_number=number)
    prober = membership.keeper("BD-N0008")
    body = a_member(membership.unit("BD-N0008").id, national_number=number)
    answers = [prober.post("/members", body) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [409] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert prober.post("/members", {**body, "national_number": numbers.next()}).status_code == 429
    assert membership.keeper("BD-N0008").post("/members", a_member(body["unit_id"])).status_code == 201


def test_a_days_lookups_are_limited(membership: Membership, numbers: _Numbers) -> None:
    prober = membership.keeper(BESIDE)
    before = datetime.now(UTC)
    number = numbers.next()
    assert prober.post("/members/lookup", {"national_number": number}).status_code == 200
    lookups = membership.context.database.mongo["lookups"]
    assert lookups.update_many(
        {"at": {"$gte": before - timedelta(seconds=1)}}, {"$set": {"count": 299}}
    ).modified_count
    answers = [prober.post("/members/lookup", {"national_number": number}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert membership.keeper(BESIDE).post("/members/lookup", {"national_number": number}).status_code == 200


def test_a_number_can_be_given_back_and_used_again(membership: Membership, numbers: _Numbers) -> None:
    number = numbers.next()
    keeper = membership.keeper(UNION)
    member_id = registered(keeper, membership, national_number=number)
    values = changed_to()
    assert keeper.put(f"/members/{member_id}", values, 1).status_code == 200
    registered(keeper, membership, national_number=number)
    again = keeper.put(f"/members/{member_id}", {**values, "national_number": number}, 2)
    assert again.status_code == 409


def test_a_card_number_is_used_once(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    registered(keeper, membership, card_number="BD/77")
    twice = keeper.post("/members", a_member(membership.unit(UNION).id, card_number="bd / 77"))
    assert twice.status_code == 409
    assert twice.json()["type"] == "/problems/card-number-taken"
    registered(keeper, membership)
    registered(keeper, membership)


def test_every_look_is_written_down_before_it_is_answered(membership: Membership, numbers: _Numbers) -> None:
    keeper = membership.keeper(UNION)
    number = numbers.next()
    unit = membership.unit(UNION)
    member_id = registered(keeper, membership, national_number=number)
    keeper.get(f"/members/{member_id}")
    keeper.get(f"/members/{member_id}/history")
    keeper.post("/members/lookup", {"national_number": number})
    entries = audited(membership, member_id)
    assert [entry["action"] for entry in entries] == [
        "member.registered", "member.read", "member.history_read", "member.looked_up",
    ]  # fmt: skip
    for entry in entries:
        assert entry["actor"] == keeper.account_id
        assert entry["unit_path"] == list(unit.path)
        assert entry["subject_id"] == member_id
    keeper.get("/members", unit_id=unit.id, q="rahima")
    keeper.post("/members/lookup", {"national_number": numbers.next()})
    mine = [entry for entry in audited(membership, unit.id) if entry["actor"] == keeper.account_id]
    assert [(entry["action"], entry["outcome"]) for entry in mine] == [
        ("members.listed", "done"),
        ("member.looked_up", "nothing"),
    ]
    assert mine[0]["details"]["searched"] is True
    assert "rahima" not in str(mine[0]).lower()


def test_the_auditor_reads_who_looked(membership: Membership) -> None:
    keeper = membership.keeper(UNION)
    member_id = registered(keeper, membership)
    keeper.get(f"/members/{member_id}")
    collector = Collector(membership.context.database, b"key")
    collector.prepare()
    while collector.collect():
        pass
    auditor = membership.caller(membership.unit("BD"), "audit:read")
    seen = auditor.get("/audit", subject_id=member_id).json()["items"]
    assert [entry["action"] for entry in seen] == ["member.read", "member.registered"]
    other = membership.caller(membership.unit("BD-D30"), "audit:read")
    assert other.get("/audit", subject_id=member_id).json()["items"] == []


def test_an_ended_unit_takes_no_members(membership: Membership) -> None:
    unit = membership.unit("BD-N0009")
    membership.context.database.mongo["units"].update_one(
        {"_id": unit.id}, {"$set": {"valid_to": "2026-01-01", "live": False}}
    )
    answer = membership.keeper("BD-N0009").post("/members", a_member(unit.id))
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/unit-ended"


def test_numbers_and_phones_are_nowhere_in_plain_text(membership: Membership, numbers: _Numbers) -> None:
    keeper, stranger = membership.keeper(UNION), membership.keeper(BESIDE)
    number, phone = numbers.next(), "01799887766"
    member_id = registered(keeper, membership, national_number=number, phone=phone)
    keeper.get(f"/members/{member_id}")
    keeper.post("/members/lookup", {"national_number": number})
    stranger.post("/members", a_member(membership.unit(BESIDE).id, national_number=number, phone=phone))
    stranger.post("/members", a_member(membership.unit(BESIDE).id, national_number=number + "x", phone=phone))
    values = changed_to(national_number=numbers.next(), phone="01799887755")
    keeper.put(f"/members/{member_id}", values, 1)

    database = membership.context.database.mongo
    dump = b"".join(
        bson.encode(document)
        for name in database.list_collection_names()
        if not name.startswith("system.")
        for document in database[name].find({})
    )
    assert member_id.encode() in dump
    log = (membership.house.folder / "membership.log").read_bytes()
    assert b"/members/lookup" in log
    for secret in (number, phone, values["national_number"], values["phone"]):
        assert secret.encode() not in dump
        assert secret.encode() not in log


def test_registrations_in_many_units_at_once_are_all_counted(membership: Membership) -> None:
    codes = [f"BD-N00{number}" for number in range(11, 19)]
    keepers = {code: membership.keeper(code) for code in codes}

    def register(code: str) -> int:
        return keepers[code].post("/members", a_member(membership.unit(code).id)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(register, codes * 5)) == {201}
    superior = membership.superior("BD")
    for code in codes:
        counts = superior.get(f"/units/{membership.unit(code).id}/member-counts").json()["here"]
        assert counts["all"]["official"] == 5


def test_counts_equal_a_recount_after_all_that(membership: Membership) -> None:
    count_all_changes(membership.context.counting)
    assert check_of(membership.context.counting).verify() == []


# Bad input

UNSTORABLE = "\ud800"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": {"$ne": None}}, "/name"),
        ({"name": ["Rahima"]}, "/name"),
        ({"name": 7}, "/name"),
        ({"name": None}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"unit_id": {"$ne": None}}, "/unit_id"),
        ({"unit_id": "../roots"}, "/unit_id"),
        ({"birth_date": "31.03.1980"}, "/birth_date"),
        ({"birth_date": "1980-02-30"}, "/birth_date"),
        ({"birth_date": {"$gt": ""}}, "/birth_date"),
        ({"birth_date": "2999-01-01", "admission_date": None, "official_date": None}, "/birth_date"),
        ({"birth_date": "0001-01-01"}, "/birth_date"),
        ({"sex": "unknown"}, "/sex"),
        ({"sex": {"$in": ["female"]}}, "/sex"),
        ({"admission_date": "1990-01-01"}, "/admission_date"),
        ({"admission_date": None}, "/official_date"),
        ({"official_date": "2004-01-01"}, "/official_date"),
        ({"card_number": {"$regex": ".*"}}, "/card_number"),
        ({"card_number": "no blanks?"}, "/card_number"),
        ({"national_number": {"$ne": None}}, "/national_number"),
        ({"national_number": 9991000012345}, "/national_number"),
        ({"national_number": "12"}, "/national_number"),
        ({"phone": "call me"}, "/phone"),
        ({"phone": True}, "/phone"),
        ({"status": "official"}, "/status"),
        ({"version": 1}, "/version"),
        ({"$set": {"name": "x"}}, "/$set"),
        ({"_id": "x"}, "/_id"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field_and_nothing_is_written(
    membership: Membership, changes: dict[str, Any], field: str
) -> None:
    keeper = membership.keeper(UNION)
    before = membership.context.database.mongo["members"].count_documents({})
    answer = keeper.post("/members", {**a_member(membership.unit(UNION).id), **changes})
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert field in [error["pointer"] for error in answer.json()["errors"]]
    assert membership.context.database.mongo["members"].count_documents({}) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"[" * 100_000, 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": 1e999}', 400),
        (b"\xff\xfe", 400),
        (b'{"name": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_proper_object_is_refused(membership: Membership, body: bytes, status: int) -> None:
    answer = membership.keeper(UNION).send(
        "POST",
        "/members",
        data=body,
        headers={"Idempotency-Key": new_id(), "Content-Type": "application/json"},
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].startswith("/problems/")


def test_a_form_is_not_json(membership: Membership) -> None:
    answer = membership.keeper(UNION).send(
        "POST", "/members", data={"name": "x"}, headers={"Idempotency-Key": new_id()}
    )
    assert 400 <= answer.status_code < 500


def test_a_missing_value_is_named(membership: Membership) -> None:
    answer = membership.keeper(UNION).post("/members", {})
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert (answer.status_code, pointers) == (422, {"/unit_id", "/name", "/birth_date", "/sex"})


def test_refusals_are_told_in_the_readers_language_or_english(membership: Membership) -> None:
    unit = membership.unit(UNION)
    keeper = membership.caller(unit, *KEEPER, language="vi")
    answer = keeper.post("/members", a_member(unit.id, name="  "))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "name",
    "birth_date",
    "sex",
    "admission_date",
    "official_date",
    "card_number",
    "national_number",
    "phone",
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from([*FIELDS, "x"]), JSON, min_size=1, max_size=3))
def test_no_value_whatever_makes_the_service_fail(membership: Membership, changes: dict[str, Any]) -> None:
    answer = membership.keeper("BD-N0010").post(
        "/members", a_member(membership.unit("BD-N0010").id, **changes)
    )
    assert answer.status_code < 500, answer.text


def test_thirteen_digits_and_seventeen_with_the_birth_year_are_one_person(
    membership: Membership, numbers: _Numbers
) -> None:
    keeper, beside = membership.keeper(UNION), membership.keeper(BESIDE)
    for first, second in ((False, True), (True, False)):
        short = numbers.next()
        forms = {False: short, True: f"1984{short}"}
        member_id = registered(keeper, membership, national_number=forms[first])
        twice = beside.post("/members", a_member(membership.unit(BESIDE).id, national_number=forms[second]))
        assert (twice.status_code, "national-number-taken" in twice.json()["type"]) == (409, True)
        found = keeper.post("/members/lookup", {"national_number": forms[second]}).json()["member"]
        assert found["id"] == member_id
        values = {**changed_to(), "national_number": forms[second]}
        assert keeper.put(f"/members/{member_id}", values, 1).status_code == 200, (
            "one's own in the other form"
        )


def test_a_book_from_before_the_forms_were_one_knows_both(membership: Membership, numbers: _Numbers) -> None:
    keeper, short = membership.keeper(UNION), numbers.next()
    long = f"1984{short}"
    member_id = registered(keeper, membership, national_number=long)
    claims, store = membership.context.database.mongo["member_claims"], membership.context.members
    claims.delete_many({"_id": store._number_claim(short)})
    claims.insert_one({"_id": store._number_claim(long), "member_id": member_id})
    twice = keeper.post("/members", a_member(membership.unit(UNION).id, national_number=short))
    assert twice.status_code == 409
    assert keeper.put(f"/members/{member_id}", changed_to(), 1).status_code == 200
    registered(keeper, membership, national_number=short)


@pytest.mark.parametrize("typed", ["12345678901", "18841234567890123", "000080012345"])
def test_what_is_no_national_number_is_refused(membership: Membership, typed: str) -> None:
    refused = membership.keeper(UNION).post(
        "/members", a_member(membership.unit(UNION).id, national_number=typed)
    )
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/national_number"]
