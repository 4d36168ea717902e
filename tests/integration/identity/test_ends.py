"""Grants that end: who is left without access, who is told, who may give up their own, and how many may be named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context
from identity.domain.grants import NUMBERS_A_DAY, Grant, Status, WhyNot
from identity.domain.losses import Loss
from identity.operations.grants import left_without
from identity.operations.telling import NEWS_AT_ONCE, ended_news, losses_news
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

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


def told(context: Context, grant_id: str) -> list[dict[str, Any]]:
    found = context.store.grants.collection.find_one({"_id": grant_id}) or {}
    return [item for item in found["_outbox"] if item["kind"] == "event"]


def test_the_preview_names_who_is_left_without_access_and_the_end_tells_each(
    context: Context, chief: Person
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
    own, hung = told(context, north["id"])[-2:]
    assert (own["type"], hung["type"]) == (events.GRANT_ENDED, events.GRANTS_ENDED)
    assert {one["grant_id"] for one in hung["data"]["grants"]} == {clerk["id"], reader["id"]}
    assert (own["data"]["why"], hung["data"]["why"]) == ("revoked", "giver-revoked")
    assert chief.get(f"/api/identity/grants/{kept['id']}").json()["effective"] is True


def test_the_last_administrator_stays_until_there_is_a_successor(context: Context, chief: Person) -> None:
    south, approver = give(chief, "south", "administrator", "hq-approver")
    alone = change(approver, south, "resign")
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/last-power")
    other = change(chief, south, "resign")
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-own-grant")
    give(chief, "south", "administrator", "division-supervisor")
    account_id = south["holder"]["account_id"]
    before = context.store.accounts.get(account_id)["generation"]
    assert change(approver, south, "resign").json()["status"] == "revoked"
    assert context.store.accounts.get(account_id)["generation"] > before  # every token of before is too old


def test_many_ends_are_told_in_parts() -> None:
    now = datetime.now(UTC)
    changed = Grant("g", "u", ("u",), "clerk", now.date(), now.date(), Status.REVOKED, accepted_at=now)
    hung = [replace(changed, id=f"h{number}") for number in range(NEWS_AT_ONCE + 1)]
    lost = [Loss(one, WhyNot.GIVER_REVOKED) for one in (changed, *hung)]
    parts = [len(one.data["grants"]) for one in losses_news(lost[1:])]
    assert parts == [NEWS_AT_ONCE, 1]
    # Nobody is told that something ended which they never had.
    offered = replace(changed, accepted_at=None)
    never_had = [Loss(one, WhyNot.GIVER_REVOKED) for one in (offered, replace(hung[0], accepted_at=None))]
    assert [*ended_news(offered, "revoked"), *losses_news(never_had)] == []


def test_whoever_tries_one_number_after_the_other_is_stopped(context: Context, chief: Person) -> None:
    body = {"unit_id": "north", "role": "reader", "national_number": NUMBERS["hq-organiser"], **a_period()}
    assert chief.post("/api/identity/grants", body).status_code == 409  # counted, though it was refused
    me = chief.get("/api/identity/me").json()["account_id"]
    now = context.clock.now()
    tried = context.store.numbers_tried(me, now.replace(year=now.year - 1))
    assert tried >= 1
    for _ in range(NUMBERS_A_DAY - tried):
        context.store.try_number(me, now)
    answer = chief.post("/api/identity/grants", {**body, "national_number": "9990000000999"})
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-numbers")
    assert answer.headers["Retry-After"] == "3600"
    by_code = {key: value for key, value in body.items() if key != "national_number"}
    assert chief.post("/api/identity/grants", {**by_code, "by_code": True}).status_code == 201


def test_left_without_counts_whoever_has_nothing_else_that_stays(context: Context, chief: Person) -> None:
    today, now = context.clock.today(), context.clock.now()
    common = Grant("", "north", ("root", "north"), "reader", today, today + timedelta(days=9), Status.ACTIVE)

    def held(name: str, by: str, **changes: Any) -> Grant:
        return replace(common, id=name, account_id=by, **{"accepted_at": now, **changes})

    giver = held("lw-giver", "lw-0")
    ending = [
        giver,
        held("lw-1", "lw-alone", chain=("lw-giver",)),
        held("lw-2", "lw-two-posts", chain=("lw-giver",)),
        held("lw-3", "lw-offered", chain=("lw-giver",), accepted_at=None, status=Status.OFFERED),
        held("lw-4", "lw-both-end", chain=("lw-giver",)),
        held("lw-5", "lw-suspended", chain=("lw-giver",)),
    ]
    others = [
        held("lw-6", "lw-two-posts", unit_id="south", unit_path=("root", "south")),
        held("lw-7", "lw-both-end", unit_id="south", unit_path=("root", "south"), chain=("lw-giver",)),
        held("lw-8", "lw-suspended", unit_id="south", unit_path=("root", "south"), status=Status.SUSPENDED),
    ]
    context.store.add_grants([*ending, *others])
    assert left_without(context, ending) == ["lw-0", "lw-alone", "lw-both-end", "lw-suspended"]
