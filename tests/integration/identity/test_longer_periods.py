"""More of a strong role takes both hands: nothing changes until an independent second person has confirmed it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from identity import operations
from identity.context import Context
from identity.domain.grants import Extension, Status
from servicekit.access.second_person import SecondPersonThere
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

API = "/api/identity/grants"
SOON = str(a_period(1, 30)["valid_to"])
LONG = str(a_period(1, 90)["valid_to"])


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        second = citizens()["hq-approver"]["national_number"]
        today = made.clock.today()
        operations.first_administrator(made, "root", second, "HQ", today, today.replace(year=today.year + 1))
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


def signed_in(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in()
    return person


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def second(house: House, context: Context) -> Person:
    return signed_in(house, "hq-approver")


@pytest.fixture(scope="module")
def post(house: House, chief: Person, second: Person) -> str:
    """An administrator of the north, given by both for a month."""
    wanted = {"unit_id": "north", "role": "administrator", **a_period(1, 30)}
    wanted["national_number"] = citizens()["district-secretary"]["national_number"]
    asked = chief.post(API, wanted)
    assert asked.status_code == 201, asked.text
    done = second.post(f"{API}/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"])
    assert done.status_code == 200, done.text
    signed_in(house, "district-secretary")
    return str(asked.json()["id"])


def send(person: Person, method: str, grant_id: str, act: str, body: dict[str, Any] | None = None) -> Any:
    tag = person.get(f"{API}/{grant_id}").headers["ETag"]
    return person.send(method, f"{API}/{grant_id}/{act}", body, If_Match=tag)


def ask(person: Person, grant_id: str, valid_to: str = LONG, **more: Any) -> Any:
    answer = send(person, "PUT", grant_id, "period", {"valid_to": valid_to, "reason": "still here", **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_longer_period_waits_for_the_second_hand_and_holds_from_then(
    context: Context, chief: Person, second: Person, post: str
) -> None:
    shown = chief.get(f"{API}/{post}/period?valid_to={LONG}").json()
    assert shown["second_by"] == "peer"
    asked = ask(chief, post)
    assert (asked["valid_to"], asked["extension"]["valid_to"]) == (SOON, LONG)
    listed = second.get(f"{API}?unit_id=root&below=true&status=extension-asked").json()["items"]
    assert [one["id"] for one in listed] == [post]
    alone = send(chief, "POST", post, "confirm-period")
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person-needed")
    again = send(chief, "PUT", post, "period", {"valid_to": LONG, "reason": "x"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/extension-waits")
    done = send(second, "POST", post, "confirm-period")
    assert (done.status_code, done.json()["valid_to"]) == (200, LONG), done.text
    assert done.json()["extension"] is None
    told = [
        (one.get("type") or one["action"])
        for document in context.store.grants.collection.find({"_id": post})
        for one in document.get("_outbox", [])
    ]
    assert {"grant.proposed", "grant.period_proposed", "grant.period_changed"} <= set(told)


def test_to_shorten_takes_one_hand_and_drops_what_was_asked(chief: Person, second: Person, post: str) -> None:
    ask(chief, post, str(a_period(1, 120)["valid_to"]))
    shorter = ask(chief, post, str(a_period(1, 60)["valid_to"]))
    assert (shorter["valid_to"], shorter["extension"]) == (a_period(1, 60)["valid_to"], None)
    gone = send(second, "POST", post, "confirm-period")
    assert (gone.status_code, gone.json()["type"]) == (409, "/problems/not-proposed")


def test_it_is_declined_by_who_asked_and_by_who_could_confirm(
    chief: Person, second: Person, post: str
) -> None:
    for person in (chief, second):
        ask(chief, post)
        before = chief.get(f"{API}/{post}").json()["valid_to"]
        done = send(person, "POST", post, "decline-period", {"reason": "not now"})
        assert (done.status_code, done.json()["extension"]) == (200, None), done.text
        assert done.json()["valid_to"] == before


def test_a_role_that_is_not_strong_is_lengthened_by_one(chief: Person) -> None:
    wanted = {"unit_id": "south", "role": "clerk", "national_number": "9990000000455", **a_period(1, 30)}
    given = chief.post(API, wanted).json()
    changed = ask(chief, given["id"])
    assert (changed["valid_to"], changed["extension"]) == (LONG, None)


def test_it_is_confirmed_only_with_the_power_that_whoever_asked_still_has(
    context: Context, chief: Person, second: Person, post: str
) -> None:
    ask(chief, post)
    mine = next(
        one for one in chief.get("/api/identity/me").json()["grants"] if one["role"] == "administrator"
    )
    stored = context.store.grant(mine["id"])
    shorter = date.fromisoformat(LONG) - timedelta(days=1)
    context.store.save_grant(replace(stored, valid_to=shorter), stored.version)
    refused = send(second, "POST", post, "confirm-period")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/beyond-own-period")
    now = context.store.grant(mine["id"])
    context.store.save_grant(replace(now, valid_to=stored.valid_to), now.version)
    assert send(second, "POST", post, "confirm-period").status_code == 200


def test_nobody_confirms_a_longer_period_of_what_is_meant_for_their_own_number(
    context: Context, chief: Person, second: Person, post: str
) -> None:
    """An invitation names no account yet; its number is the confirmer's all the same."""
    account = context.store.get_account(second.get("/api/identity/me").json()["account_id"])
    stored = context.store.grant(post)
    asked = Extension(
        *((chief.get("/api/identity/me").json()["account_id"],), "Chief", date.fromisoformat(LONG), False),
        *("still here", context.clock.now() + timedelta(hours=1)),
    )
    meant = replace(
        stored,
        id="meant-for-the-second",
        account_id=None,
        accepted_at=None,
        status=Status.INVITED,
        national_index=account.national_index,
        national_core=account.national_core,
        national_namespace=account.national_namespace,
        valid_to=date.fromisoformat(SOON),
        extension=asked,
    )
    context.store.add_grant(meant, (), ())
    refused = send(second, "POST", meant.id, "confirm-period")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/second-person-needed")


def test_a_take_over_from_above_waits_too(house: House, chief: Person, second: Person, post: str) -> None:
    secretary = signed_in(house, "district-secretary")
    wanted = {"unit_id": "north", "role": "administrator", **a_period(1, 30)}
    wanted["national_number"] = citizens()["upazila-clerk"]["national_number"]
    given = secretary.post(API, wanted)
    assert given.status_code == 201, given.text
    asked = ask(chief, given.json()["id"], SOON, take_over=True)
    assert asked["extension"]["take_over"] is True
    assert asked["given_by"]["name"] == given.json()["given_by"]["name"]
    done = send(second, "POST", given.json()["id"], "confirm-period")
    assert done.status_code == 200, done.text
    assert done.json()["given_by"]["account_id"] == chief.get("/api/identity/me").json()["account_id"]


def test_where_nobody_is_the_second_person_it_is_the_operators(
    context: Context, chief: Person, second: Person, post: str
) -> None:
    longer = str(a_period(1, 150)["valid_to"])
    ask(chief, post, longer)
    with pytest.raises(SecondPersonThere):
        operations.confirm_by_operator(context, post, "nobody answers")
    (theirs,) = [g for g in second.get("/api/identity/me").json()["grants"] if g["role"] == "administrator"]
    left = send(second, "POST", theirs["id"], "resign", {"reason": "retired"})
    assert left.status_code == 200, left.text
    done = operations.confirm_by_operator(context, post, "the only one left")
    assert (done.valid_to.isoformat(), done.extension) == (longer, None)
