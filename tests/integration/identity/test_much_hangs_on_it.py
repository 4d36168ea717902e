"""A grant on which twenty thousand others hang: suspended, resumed and ended by one small write that all below feel."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import requests

from identity.context import Context, Keeping
from identity.domain.aftermath import FEW
from identity.domain.grants import Grant, Status
from identity.operations.aftermath import follow_up
from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from tests.integration.identity.test_bans import API, BELOW, give, number_of, signed_in
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

MANY = 20_000
# What is written in one transaction, within the time that a service gives its database.
AT_ONCE = 200
# What the project promises of every act that takes rights away.
SECONDS = 2.0


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, BELOW)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def keeping(context: Context) -> Keeping:
    return Keeping(context.store, context.clock, context.roles)


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def post(house: House, context: Context, chief: Person) -> str:
    """An administrator of the north who has given very much."""
    post = str(give(chief, "north", "administrator", national_number=number_of("district-secretary"))["id"])
    signed_in(house, "district-secretary")
    giver = context.store.grant(post)
    today = context.clock.today()
    for start in range(0, MANY, AT_ONCE):
        given = [
            Grant(
                id=f"many{number:05}",
                unit_id=f"union{number // 4}",
                unit_path=("root", "north", f"union{number // 4}"),
                role="reader",
                valid_from=today,
                valid_to=giver.valid_to,
                status=Status.ACTIVE,
                account_id=f"person{number:05}",
                chain=(*giver.chain, giver.id),
                given_by=giver.account_id or "",
                accepted_at=context.clock.now(),
            )
            for number in range(start, start + AT_ONCE)
        ]
        context.store.add_grants(given)
        people = [
            {"_id": one.account_id, "login": one.account_id, "name": "", "closed": False, "generation": 0}
            for one in given
        ]
        context.store.accounts.collection.insert_many(people)
    return post


@pytest.fixture(scope="module")
def reader(house: House, context: Context, post: str) -> Person:
    """One of them all, who is signed in and at work."""
    secretary = signed_in(house, "district-secretary")
    give(secretary, "union", "reader", national_number=number_of("union-clerk"))
    return signed_in(house, "union-clerk")


def change(person: Person, grant_id: str, act: str) -> float:
    """How long it took."""
    tag = person.get(f"{API}/{grant_id}").headers["ETag"]
    began = time.monotonic()
    answer = person.post(f"{API}/{grant_id}/{act}", {"reason": "an inquiry"}, If_Match=tag)
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


def rights_of(person: Person) -> list[Any]:
    answer = person.get("/api/identity/me")
    return list(answer.json()["rights"]) if answer.status_code == 200 else []


def within(seconds: float, what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return what()


def token_of(house: House, person: Person) -> str:
    """As the gateway gets it, and keeps it for the next minute."""
    word = service_token(KeyRing(house.folder / "keys", "gateway"), "gateway", "identity")
    cookie = next(one.value for one in person.http.cookies if "session" in one.name)
    answer = requests.post(
        house.url("identity") + "/internal/session-token",
        json={"session": cookie, "audience": "identity"},
        headers={"Authorization": f"Bearer {word}"},
        timeout=5,
    )
    return str(answer.json()["access_token"])


def opens(house: House, token: str) -> bool:
    address = house.url("identity") + "/api/identity/me"
    return requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 200


def told(context: Context, kind: str) -> Counter[str]:
    """How often each grant was told of."""
    return Counter(
        grant["grant_id"]
        for document in context.store.calendar.collection.find({})
        for item in document.get("_outbox", [])
        if item.get("type") == kind
        for grant in item["data"]["grants"]
    )


def test_all_below_are_out_within_two_seconds_and_each_is_told_once_whatever_is_cut_off(
    house: House, context: Context, keeping: Keeping, chief: Person, post: str, reader: Person
) -> None:
    token = token_of(house, reader)
    assert rights_of(reader)
    assert opens(house, token)
    shown = chief.get(f"{API}/{post}/revocation-preview").json()
    assert (shown["at_most"], shown["count"], len(shown["grants"])) == (True, MANY + 2, 50)
    took = change(chief, post, "suspend")
    since = time.monotonic()
    assert within(SECONDS, lambda: rights_of(reader) == [])
    assert within(SECONDS - (time.monotonic() - since), lambda: not opens(house, token))
    assert took < SECONDS
    # The keeper is killed after three parts, and begun anew.
    with closing(follow_up(keeping)) as parts:
        assert [next(parts) for _ in range(3)] == [FEW, FEW, FEW]
    assert sum(told(context, "grants.ended").values()) == 3 * FEW
    assert sum(follow_up(keeping)) == MANY + 1 - 3 * FEW + 1
    ended = told(context, "grants.ended")
    assert (len(ended), set(ended.values())) == (MANY + 1, {1})
    assert list(follow_up(keeping)) == []
    one = context.store.accounts.get("person19999")
    assert one["generation"] == 1
    (entry,) = [
        item["details"]
        for document in context.store.database.mongo["aftermaths"].find({})
        for item in document.get("_outbox", [])
        if item.get("action") == "grant.followed_up"
    ]
    assert (entry["ending"], entry["why"]) == (MANY + 1, "suspended")


def test_resumed_it_is_one_small_write_too_and_all_come_back(
    context: Context, keeping: Keeping, chief: Person, post: str, reader: Person
) -> None:
    assert change(chief, post, "resume") < SECONDS
    assert sum(follow_up(keeping)) == MANY + 2
    assert within(SECONDS, lambda: bool(rights_of(reader)))
    revived = told(context, "grants.revived")
    assert (len(revived), set(revived.values())) == (MANY + 1, {1})


def test_ended_it_is_felt_as_soon(chief: Person, post: str, reader: Person) -> None:
    assert rights_of(reader)
    took = change(chief, post, "revoke")
    assert within(SECONDS, lambda: rights_of(reader) == [])
    assert took < SECONDS
