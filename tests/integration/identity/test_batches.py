"""Access for many: foreseen, given row by row, sent again, taken back while nobody has accepted it."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from identity.context import Context
from identity.domain.batches import MOST_ROWS
from identity.operations.batches import list_batches
from servicekit.access.decision import Caller
from servicekit.ids import new_id
from tests.growth import METER
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

BATCHES = "/api/identity/grant-batches"
NUMBERS = {key: one["national_number"] for key, one in citizens().items()}


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    person = Person(house, "hq-organiser")
    person.sign_in()
    return person


def a_row(line: int, unit: str = "north", number: str = "", **more: Any) -> dict[str, Any]:
    row = {"line": line, "unit_code": unit, "role": "reader", "national_number": number, **a_period()}
    return {**row, **more}


def numbers(many: int) -> list[str]:
    """Of nobody in the sample."""
    return [f"99900000{one:05}" for one in range(10_000, 10_000 + many)]


def foreseen(chief: Person, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    answer = chief.post(f"{BATCHES}/preview", {"unit_id": "root", "rows": list(rows)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


def give(chief: Person, *rows: dict[str, Any], key: str = "") -> requests.Response:
    body = {"unit_id": "root", "rows": list(rows), "reason": "decision 9"}
    return chief.post(BATCHES, body, Idempotency_Key=key or new_id())


def why(row: dict[str, Any]) -> str:
    return str(row["why"]["type"]).rpartition("/")[2] if row["why"] else ""


def test_rows_are_foreseen_each_by_itself_and_nothing_is_given(context: Context, chief: Person) -> None:
    before = context.store.grants.collection.count_documents({})
    first, second, *_ = numbers(2)
    rows = foreseen(
        chief,
        a_row(1, number=first),
        a_row(2, unit=" north ", number=f" {first[:5]} {first[5:]}"),
        a_row(3, unit="no-such-unit", number=second),
        a_row(4, role="no-such-role", number=second),
        a_row(5, number="12"),
        a_row(6),
        a_row(7),
        a_row(8, number=second, valid_to="2199-01-01"),
        a_row(9, number=NUMBERS["hq-organiser"]),
    )
    assert [why(one) for one in rows] == [
        *("", "row-twice", "unit-unknown", "role-unknown", "national-number-faulty", "", ""),
        *("period-too-long", "giving-to-oneself"),
    ]
    assert rows[1]["why"]["params"] == {"line": "1"}
    # As in a request of a stranger, the code is known however it is typed.
    (typed,) = foreseen(chief, a_row(1, unit="nor\u200bth", number=second))
    assert typed["unit_names"] == {"en": "north"}
    assert rows[0]["unit_names"] == {"en": "north"}
    assert rows[0]["number_end"] == first[-3:]
    assert context.store.grants.collection.count_documents({}) == before


def test_what_is_foreseen_is_what_comes(context: Context, chief: Person) -> None:
    first, second, third = numbers(13)[10:]
    rows = [
        a_row(2, number=first, label="A. One"),
        a_row(3, unit="nowhere", number=second),
        a_row(4, label="Whoever comes"),
        a_row(5, unit="south", number=third),
    ]
    said = foreseen(chief, *rows)
    key = new_id()
    answer = give(chief, *rows, key=key)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert [why(one) for one in made["rows"]] == [why(one) for one in said]
    assert (made["given"], made["refused"], made["not_tried"]) == (3, 1, 0)
    assert [bool(one.get("code")) for one in made["rows"]] == [False, False, True, False]
    assert [one["grant"]["status"] for one in made["rows"] if one["grant"]] == ["invited"] * 3
    # Sent again, by the same key: the same grants, and no code twice.
    again = give(chief, *rows, key=key).json()
    assert [one["grant_id"] for one in again["rows"]] == [one["grant_id"] for one in made["rows"]]
    assert not any("code" in one for one in again["rows"])
    assert give(chief, *rows[:1], key=key).status_code == 422
    # By another key the same person in the same unit is held already.
    other = give(chief, rows[0]).json()
    assert why(other["rows"][0]) == "given-already"
    listed = chief.get(BATCHES).json()["items"]
    assert made["id"] in [one["id"] for one in listed]
    assert "rows" not in listed[0]


def test_what_was_cut_off_goes_on_where_it_stopped(context: Context, chief: Person) -> None:
    first, second = numbers(22)[20:]
    rows, key = [a_row(1, number=first), a_row(2, number=second)], new_id()
    made = give(chief, *rows, key=key).json()
    # As it stands when the process ends between the two rows.
    grants, mongo = context.store.grants.collection, context.store.database.mongo
    second_grant = made["rows"][1]["grant_id"]
    grants.delete_one({"_id": second_grant})
    mongo["grants_history"].delete_many({"record_id": second_grant})
    mongo["holdings"].delete_many({"grant_id": second_grant})
    mongo["listed"].delete_many({"id": second_grant})
    kept = mongo["grant_batches"]
    kept.update_one(
        {"_id": made["id"]}, {"$set": {"rows.0.grant_id": "", "rows.1.grant_id": ""}, "$inc": {"version": 1}}
    )
    seen = chief.get(f"{BATCHES}/{made['id']}").json()
    assert seen["not_tried"] == 2
    answer = give(chief, *rows, key=key)
    assert answer.status_code == 201, answer.text
    again = answer.json()
    assert [one["grant_id"] for one in again["rows"]] == [one["grant_id"] for one in made["rows"]]
    assert grants.count_documents({"_id": {"$in": [one["grant_id"] for one in again["rows"]]}}) == 2


def test_what_nobody_accepted_is_taken_back_and_the_rest_stays(
    house: House, context: Context, chief: Person
) -> None:
    (unknown,) = numbers(31)[30:]
    rows = [a_row(1, number=unknown), a_row(2, number=NUMBERS["auditor"]), a_row(3)]
    made = give(chief, *rows).json()
    auditor = Person(house, "auditor")
    auditor.sign_in()
    path = f"{BATCHES}/{made['id']}"
    seen = chief.get(path).json()
    assert [one["open"] for one in seen["rows"]] == [True, False, True]
    stale = chief.post(f"{path}/take-back", {"reason": "wrong list"}, If_Match='"0"')
    assert stale.status_code == 412
    back = chief.post(f"{path}/take-back", {"reason": "wrong list"}, If_Match=f'"{seen["version"]}"')
    assert back.status_code == 200, back.text
    assert [one["grant"]["status"] for one in back.json()["rows"]] == ["revoked", "active", "revoked"]
    # To others it is not there.
    assert auditor.get(path).status_code in (403, 404)


def test_sent_twice_at_once_each_row_is_given_once_and_stands_in_the_batch(
    context: Context, chief: Person
) -> None:
    rows, key = [a_row(line, number=one) for line, one in enumerate(numbers(46)[40:], 1)], new_id()
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: give(chief, *rows, key=key), range(2)))
    assert {one.status_code for one in answers} <= {201, 409}
    (made,) = {one.json()["id"] for one in answers if one.status_code == 201}
    kept = chief.get(f"{BATCHES}/{made}").json()
    assert (kept["given"], kept["refused"], kept["not_tried"]) == (len(rows), 0, 0)


def codes_in(answer: requests.Response) -> dict[int, str]:
    return {row["line"]: row["code"] for row in answer.json()["rows"] if "code" in row}


def test_sent_twice_at_once_each_answer_has_all_codes_and_a_later_one_none(
    context: Context, chief: Person
) -> None:
    rows, key = [a_row(line) for line in range(1, 7)], new_id()
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: give(chief, *rows, key=key), range(2)))
    told = [codes_in(one) for one in answers if one.status_code == 201]
    assert told
    assert all(one == told[0] and set(one) == set(range(1, 7)) for one in told)
    assert len(set(told[0].values())) == len(rows)
    for code in told[0].values():
        assert context.store.invitation_by_code(context.code_index(code)) is not None
    later = give(chief, *rows, key=key)
    assert (later.status_code, codes_in(later)) == (201, {})
    # Another batch draws others.
    other = codes_in(give(chief, *rows))
    assert set(other.values()).isdisjoint(told[0].values())


def test_what_goes_on_after_it_was_cut_off_tells_the_codes_that_nobody_was_told(
    context: Context, chief: Person
) -> None:
    rows, key = [a_row(1), a_row(2)], new_id()
    made = give(chief, *rows, key=key)
    kept = context.store.database.mongo["grant_batches"]
    # As it stands when the process ends before it answers.
    kept.update_one({"_id": made.json()["id"]}, {"$set": {"finished": False}, "$inc": {"version": 1}})
    assert codes_in(give(chief, *rows, key=key)) == codes_in(made)


def test_a_list_of_batches_looks_up_their_units_at_once(context: Context, chief: Person) -> None:
    for line in range(3):
        assert give(chief, a_row(line + 1)).status_code == 201
    items = chief.get(BATCHES).json()["items"]
    assert {one["unit_names"]["en"] for one in items} == {"root"}
    account = str(chief.get("/api/identity/me").json()["account_id"])
    asked = []
    for limit in (1, 3):
        before = METER.documents
        found = list_batches(context, Caller(account), "", limit)
        asked.append(METER.documents - before)
        assert len(found.items) == limit
    # A batch and its line each, and one unit for all of them.
    assert asked[1] - asked[0] <= 2 * 2


def test_no_number_can_be_found_out_from_what_is_kept(context: Context, chief: Person) -> None:
    """All of a row but the number stands in the batch, and there are few numbers: a plain digest would name it."""
    (number,) = numbers(51)[50:]
    row = a_row(1, number=number)
    made = give(chief, row).json()
    (kept,) = context.store.database.mongo["grant_batches"].find({"_id": made["id"]})
    said = json.dumps(["decision 9", "root", [{**row, "label": ""}]], default=str, sort_keys=True)
    assert kept["digest"] != hashlib.sha256(said.encode()).hexdigest()
    assert number not in json.dumps(kept, default=str)


def test_what_moved_out_of_reach_is_shown_no_more_and_keeps_nothing_else_open(
    house: House, context: Context, chief: Person
) -> None:
    first, second = numbers(62)[60:]
    deputy = Person(house, "division-supervisor")
    given = {"unit_id": "north", "role": "administrator", **a_period()}
    chief.post("/api/identity/grants", {**given, "national_number": NUMBERS["division-supervisor"]})
    deputy.sign_in()
    body = {"unit_id": "north", "rows": [a_row(1, number=first), a_row(2, number=second)], "reason": "list"}
    made = deputy.post(BATCHES, body, Idempotency_Key=new_id()).json()
    assert made["given"] == 2
    away = made["rows"][0]["grant_id"]
    change = {"$set": {"unit_id": "south", "unit_path": ["root", "south"]}}
    context.store.grants.collection.update_one({"_id": away}, change)
    path = f"{BATCHES}/{made['id']}"
    seen = deputy.get(path).json()
    assert [bool(one["grant"]) for one in seen["rows"]] == [False, True]
    back = deputy.post(f"{path}/take-back", {"reason": "wrong"}, If_Match=f'"{seen["version"]}"')
    assert back.status_code == 200, back.text
    assert [one["grant"] and one["grant"]["status"] for one in back.json()["rows"]] == [None, "revoked"]
    assert context.store.grants_by_id([away])[away].status == "invited"


@pytest.mark.parametrize(
    "rows", [[], [a_row(one) for one in range(1, MOST_ROWS + 2)], [a_row(1), a_row(1)], [{"line": 1}], ["x"]]
)
def test_a_table_that_is_none_is_refused_as_a_whole(chief: Person, rows: list[Any]) -> None:
    before = len(chief.get(BATCHES).json()["items"])
    assert give(chief, *rows).status_code == 422
    assert chief.post(f"{BATCHES}/preview", {"unit_id": "root", "rows": rows}).status_code == 422
    assert len(chief.get(BATCHES).json()["items"]) == before


def test_without_a_key_nothing_is_given(chief: Person) -> None:
    body = {"unit_id": "root", "rows": [a_row(1)], "reason": ""}
    answer = chief.http.post(chief.base + BATCHES, json=body, headers={"Origin": chief.base}, timeout=15)
    assert answer.status_code == 428
