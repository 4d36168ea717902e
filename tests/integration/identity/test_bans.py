"""What a superior suspends or ends stays so for the person, the role and the unit, whichever way round is tried."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from identity import operations
from identity.domain.grants import Status
from identity.operations import Outside
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import UNITS, first_people, identity_operations, tell_units

BELOW = [
    {**UNITS[1], "id": "union", "code": "union", "parent_id": "north", "path": ["root", "north", "union"]},
    {
        **UNITS[1],
        "id": "cell",
        "code": "cell",
        "parent_id": "union",
        "path": ["root", "north", "union", "cell"],
    },
]
API = "/api/identity/grants"


@pytest.fixture(scope="module")
def outside(house: House) -> Iterator[Outside]:
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, BELOW)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


def signed_in(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in()
    return person


def number_of(key: str) -> str:
    return str(citizens()[key]["national_number"])


def account_of(person: Person) -> str:
    return str(person.get("/api/identity/me").json()["account_id"])


def give(giver: Person, unit: str, role: str, status: int = 201, **holder: Any) -> dict[str, Any]:
    answer = giver.post(API, {"unit_id": unit, "role": role, **a_period(), **holder})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def change(person: Person, grant: str, act: str) -> Any:
    tag = person.get(f"{API}/{grant}").headers["ETag"]
    return person.post(f"{API}/{grant}/{act}", {"reason": "a reason"}, If_Match=tag)


@pytest.fixture(scope="module")
def chief(house: House, outside: Outside) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def district(house: House, chief: Person) -> Person:
    give(chief, "north", "administrator", national_number=number_of("district-secretary"))
    return signed_in(house, "district-secretary")


def tries(district: Person, key: str, account: str, unit: str) -> list[tuple[int, str]]:
    """Every detour that a subordinate has, by number, by account, with another end."""
    sooner = (date.fromisoformat(str(a_period()["valid_to"])) - timedelta(days=1)).isoformat()
    asked: list[dict[str, Any]] = [
        {"national_number": number_of(key)},
        {"account_id": account},
        {"account_id": account, "valid_to": sooner},
        {"national_number": number_of(key), "valid_to": sooner},
    ]
    answers = [
        district.post(API, {"unit_id": unit, "role": "clerk", **a_period(), **holder}) for holder in asked
    ]
    return [(one.status_code, one.json()["type"]) for one in answers]


BARRED = (409, "/problems/barred")


@pytest.mark.parametrize(("act", "key"), [("suspend", "union-clerk"), ("revoke", "upazila-clerk")])
def test_no_detour_of_a_subordinate_undoes_it(
    house: House, outside: Outside, chief: Person, district: Person, act: str, key: str
) -> None:
    given = give(district, "union", "clerk", national_number=number_of(key))
    person = signed_in(house, key)
    account = account_of(person)
    assert change(chief, given["id"], act).status_code == 200
    for unit in ("union", "cell"):
        assert set(tries(district, key, account, unit)) == {BARRED}
    # To end what is suspended and give it anew is no way round either.
    change(district, given["id"], "revoke")
    assert set(tries(district, key, account, "union")) == {BARRED}
    # A code names nobody; whoever is barred cannot accept what it opens.
    code = give(district, "cell", "clerk", by_code=True)["code"]
    person.sign_in(code=code, accept=False)
    offers = person.get("/api/identity/offers").json().get("items", [])
    for one in offers:
        refused = person.post(f"/api/identity/offers/{one['id']}/accept", If_Match=f'"{one["version"]}"')
        assert (refused.status_code, refused.json()["type"]) == BARRED
    held = outside.store.grants_of(account)
    assert not [one for one in held if one.role == "clerk" and one.status is Status.ACTIVE]
    # Elsewhere and in another role the person may be given access.
    give(district, "union", "reader", account_id=account)
    # A subordinate does not lift it, the superior does.
    above = change(district, given["id"], "lift-ban")
    assert above.json()["type"] in ("/problems/suspended-above", "/problems/not-barred")
    lifted = change(chief, given["id"], "lift-ban")
    assert (lifted.status_code, lifted.json()["barred"]) == (200, False), lifted.text
    give(district, "union", "clerk", account_id=account)


def test_a_ban_on_a_number_holds_when_its_person_comes(
    house: House, outside: Outside, chief: Person, district: Person
) -> None:
    number = number_of("two-posts")
    given = give(district, "union", "clerk", national_number=number)
    earlier = give(district, "cell", "clerk", national_number=number)
    assert change(chief, given["id"], "suspend").status_code == 200
    give(district, "union", "reader", national_number=number)
    person = signed_in_without_accepting(house, "two-posts")
    waiting = {one["id"]: one for one in person.get("/api/identity/offers").json()["items"]}
    assert given["id"] not in waiting
    tag = f'"{waiting[earlier["id"]]["version"]}"'
    refused = person.post(f"/api/identity/offers/{earlier['id']}/accept", If_Match=tag)
    assert (refused.status_code, refused.json()["type"]) == BARRED


def signed_in_without_accepting(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in(accept=False)
    return person


def test_what_the_person_holds_of_the_role_below_goes_with_it(
    house: House, outside: Outside, chief: Person, district: Person
) -> None:
    number = number_of("auditor")
    here = give(district, "union", "clerk", national_number=number)
    below = give(district, "cell", "clerk", national_number=number)
    own = give(chief, "south", "clerk", national_number=number)
    signed_in(house, "auditor")
    assert change(chief, here["id"], "suspend").status_code == 200
    states = {one: outside.store.grant(one).status for one in (here["id"], below["id"], own["id"])}
    assert list(states.values()) == [Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]
    assert change(district, below["id"], "resume").json()["type"] == "/problems/suspended-above"


def test_one_place_is_held_once_and_its_end_is_changed(
    house: House, outside: Outside, chief: Person, district: Person
) -> None:
    number = number_of("division-supervisor")
    given = give(district, "union", "reader", national_number=number)
    person = signed_in(house, "division-supervisor")
    account = account_of(person)
    sooner = (date.fromisoformat(str(a_period()["valid_to"])) - timedelta(days=30)).isoformat()
    twice = district.post(
        API, {"unit_id": "union", "role": "reader", **a_period(), "account_id": account, "valid_to": sooner}
    )
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/given-already")
    address = f"{API}/{given['id']}/period"
    shown = district.get(f"{address}?valid_to={sooner}")
    assert (shown.status_code, shown.json()["following"]) == (200, 0), shown.text
    tag = district.get(f"{API}/{given['id']}").headers["ETag"]
    body = {"valid_to": sooner, "reason": "a shorter post"}
    changed = district.send("PUT", address, body, If_Match=tag)
    assert (changed.status_code, changed.json()["valid_to"]) == (200, sooner), changed.text
    assert district.send("PUT", address, body, If_Match=tag).status_code == 412
    # The superior takes it over, with their own grant behind it.
    tag = chief.get(f"{API}/{given['id']}").headers["ETag"]
    taking: dict[str, Any] = {**body, "take_over": True}
    taken = chief.send("PUT", address, taking, If_Match=tag)
    assert taken.status_code == 200, taken.text
    assert len(outside.store.grant(given["id"]).chain) == 1
    refused = district.send("PUT", address, taking, If_Match=taken.headers["ETag"])
    assert refused.status_code == 409
    approved = partial(operations.rights_of, outside, account)
    assert {right.permission for right in approved()} >= {"unit:read"}
