"""Grants that end: who is left without access, who is told, who may give up their own, and how many may be named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from identity import events
from identity.domain.grants import NUMBERS_A_DAY, Grant, Status
from identity.operations import Outside
from identity.operations.grants import NEWS_AT_ONCE, ended_news
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

NUMBERS = {key: one["national_number"] for key, one in citizens().items()}


@pytest.fixture(scope="module")
def outside(house: House) -> Iterator[Outside]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, outside: Outside) -> Person:
    person = Person(house, "hq-organiser")
    person.sign_in()
    return person


def give(giver: Person, unit: str, role: str, key: str) -> tuple[dict[str, Any], Person]:
    answer = giver.post(
        "/api/identity/grants",
        {"unit_id": unit, "role": role, "national_number": NUMBERS[key], **a_period()},
    )
    assert answer.status_code == 201, answer.text
    person = Person(giver.house, key)
    person.sign_in()
    return giver.get(f"/api/identity/grants/{answer.json()['id']}").json(), person


def change(person: Person, grant: dict[str, Any], act: str) -> Any:
    tag = person.get(f"/api/identity/grants/{grant['id']}").headers["ETag"]
    return person.post(f"/api/identity/grants/{grant['id']}/{act}", {"reason": "because"}, If_Match=tag)


def told(outside: Outside, grant_id: str) -> list[dict[str, Any]]:
    found = outside.store.grants.collection.find_one({"_id": grant_id}) or {}
    return [item for item in found["_outbox"] if item["kind"] == "event"]


def test_the_preview_names_who_is_left_without_access_and_the_end_tells_each(
    outside: Outside, chief: Person
) -> None:
    north, secretary = give(chief, "north", "administrator", "district-secretary")
    clerk, _ = give(secretary, "north", "clerk", "upazila-clerk")
    reader, _ = give(secretary, "north", "reader", "union-clerk")
    kept, _ = give(chief, "south", "reader", "union-clerk")
    preview = chief.get(f"/api/identity/grants/{north['id']}/revocation-preview").json()
    names = {one["holder"]["name"] for one in (north, clerk)}
    assert (set(preview["left_without"]), preview["left_without_count"]) == (names, 2)
    assert preview["count"] == 3
    assert change(chief, north, "revoke").status_code == 200
    own, hung = told(outside, north["id"])[-2:]
    assert (own["type"], hung["type"]) == (events.GRANT_ENDED, events.GRANTS_ENDED)
    assert {one["grant_id"] for one in hung["data"]["grants"]} == {clerk["id"], reader["id"]}
    assert chief.get(f"/api/identity/grants/{kept['id']}").json()["effective"] is True


def test_the_last_administrator_stays_until_there_is_a_successor(outside: Outside, chief: Person) -> None:
    south, approver = give(chief, "south", "administrator", "hq-approver")
    alone = change(approver, south, "resign")
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/last-power")
    other = change(chief, south, "resign")
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-own-grant")
    give(chief, "south", "administrator", "division-supervisor")
    account_id = south["holder"]["account_id"]
    before = outside.store.accounts.get(account_id)["generation"]
    assert change(approver, south, "resign").json()["status"] == "revoked"
    assert outside.store.accounts.get(account_id)["generation"] > before  # every token of before is too old


def test_many_ends_are_told_in_parts() -> None:
    now = datetime.now(UTC)
    changed = Grant("g", "u", ("u",), "clerk", now.date(), now.date(), Status.REVOKED, accepted_at=now)
    hung = [replace(changed, id=f"h{number}") for number in range(NEWS_AT_ONCE + 1)]
    parts = [len(one.data["grants"]) for one in ended_news(changed, [changed, *hung], "revoked")[1:]]
    assert parts == [NEWS_AT_ONCE, 1]
    # Nobody is told that something ended which they never had.
    offered = replace(changed, accepted_at=None)
    assert ended_news(offered, [offered, replace(hung[0], accepted_at=None)], "revoked") == []


def test_whoever_tries_one_number_after_the_other_is_stopped(outside: Outside, chief: Person) -> None:
    body = {"unit_id": "north", "role": "reader", "national_number": NUMBERS["hq-organiser"], **a_period()}
    assert chief.post("/api/identity/grants", body).status_code == 409  # counted, though it was refused
    me = chief.get("/api/identity/me").json()["account_id"]
    now = outside.clock.now()
    tried = outside.store.numbers_tried(me, now.replace(year=now.year - 1))
    assert tried >= 1
    for _ in range(NUMBERS_A_DAY - tried):
        outside.store.try_number(me, now)
    answer = chief.post("/api/identity/grants", {**body, "national_number": "9990000000999"})
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-numbers")
    assert answer.headers["Retry-After"] == "3600"
    by_code = {key: value for key, value in body.items() if key != "national_number"}
    assert chief.post("/api/identity/grants", {**by_code, "by_code": True}).status_code == 201
