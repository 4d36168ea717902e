"""A second person is another will: no deputy of the first one, where two of them give a strong role together."""

from collections.abc import Iterator

import pytest

from identity import operations
from identity.context import Context
from identity.domain.grant_refusals import ReasonNeeded
from servicekit.access.second_person import SecondPersonThere
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations


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


@pytest.fixture
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture
def second(house: House, context: Context) -> Person:
    return signed_in(house, "hq-approver")


def wanted(unit: str, role: str, **holder: object) -> dict[str, object]:
    return {"unit_id": unit, "role": role, **holder, **a_period()}


def test_a_deputy_whom_the_first_has_appointed_is_no_second_person(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    """Neither for the removal of a peer nor for a strong role, before the question or after it."""
    number = citizens()["division-supervisor"]["national_number"]
    asked = chief.post("/api/identity/grants", wanted("root", "administrator", national_number=number))
    confirmed = second.post(
        f"/api/identity/grants/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"]
    )
    assert confirmed.status_code == 200, confirmed.text
    deputy = Person(house, "division-supervisor")
    deputy.sign_in()
    theirs = next(g for g in second.get("/api/identity/me").json()["grants"] if g["role"] == "administrator")
    address = f"/api/identity/grants/{theirs['id']}"
    tag = f'"{chief.get(address).json()["version"]}"'
    removal = chief.post(address + "/propose-removal", {"reason": "rivalry"}, If_Match=tag)
    assert removal.status_code == 200, removal.text
    by_deputy = deputy.post(address + "/confirm-removal", If_Match=removal.headers["ETag"])
    assert (by_deputy.status_code, by_deputy.json()["type"]) == (409, "/problems/second-person-dependent")
    proposed = chief.post(
        "/api/identity/grants", wanted("south", "administrator", national_number="9990000000752")
    )
    address = f"/api/identity/grants/{proposed.json()['id']}"
    by_deputy = deputy.post(address + "/confirm", If_Match=proposed.headers["ETag"])
    assert (by_deputy.status_code, by_deputy.json()["type"]) == (409, "/problems/second-person-dependent")
    # What the deputy asks the chief does not confirm either: they would have asked themselves.
    asked = deputy.post(
        "/api/identity/grants", wanted("north", "administrator", national_number="9990000000851")
    )
    assert asked.json()["status"] == "proposed", asked.text
    own = chief.post(f"/api/identity/grants/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"])
    assert own.json()["type"] == "/problems/second-person-dependent"
    other = second.post(f"/api/identity/grants/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"])
    assert other.status_code == 200, other.text


def test_who_asked_and_who_could_confirm_decline_and_nobody_below_does(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    def asked(number: str) -> tuple[str, str]:
        answer = chief.post("/api/identity/grants", wanted("north", "administrator", national_number=number))
        assert answer.json()["status"] == "proposed", answer.text
        return f"/api/identity/grants/{answer.json()['id']}", answer.headers["ETag"]

    address, tag = asked(citizens()["district-secretary"]["national_number"])
    assert second.post(address + "/confirm", If_Match=tag).status_code == 200
    below = signed_in(house, "district-secretary")
    address, tag = asked("9990000000257")
    refused = below.post(address + "/decline", {"reason": "not beside me"}, If_Match=tag)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/second-person-dependent")
    stranger = signed_in(house, "no-grant")
    assert stranger.post(address + "/decline", {"reason": "no"}, If_Match=tag).status_code in (401, 403, 404)
    assert chief.get(address).json()["status"] == "proposed"
    by_second = second.post(address + "/decline", {"reason": "not now"}, If_Match=tag)
    assert (by_second.status_code, by_second.json()["status"]) == (200, "revoked"), by_second.text
    address, tag = asked("9990000000356")
    taken_back = chief.post(address + "/decline", {"reason": "a slip"}, If_Match=tag)
    assert (taken_back.status_code, taken_back.json()["status"]) == (200, "revoked"), taken_back.text


def test_the_operator_is_the_second_hand_only_where_nobody_is(
    context: Context, chief: Person, second: Person
) -> None:
    asked = chief.post(
        "/api/identity/grants", wanted("south", "administrator", national_number="9990000000554")
    ).json()
    with pytest.raises(SecondPersonThere):
        operations.confirm_by_operator(context, asked["id"], "nobody answers")
    (theirs,) = [g for g in second.get("/api/identity/me").json()["grants"] if g["role"] == "administrator"]
    left = second.post(
        f"/api/identity/grants/{theirs['id']}/resign",
        {"reason": "retired"},
        If_Match=f'"{theirs["version"]}"',
    )
    assert left.status_code == 200, left.text
    done = operations.confirm_by_operator(context, asked["id"], "the only one left")
    assert (str(done.status), done.confirmed_by) == ("invited", "operator")


def test_when_fewer_remain_it_does_not_become_one_persons_again(
    context: Context, chief: Person, second: Person
) -> None:
    """After the other one has left: her own deputy is no second hand, so at the top it is the operator's."""
    told = chief.get("/api/identity/what-if?role=administrator&unit_id=south").json()
    assert (told["strong"], told["second_by"]) == (True, "operator")
    asked = chief.post(
        "/api/identity/grants", wanted("south", "administrator", national_number="9990000000455")
    )
    assert asked.json()["status"] == "proposed", asked.text
    with pytest.raises(ReasonNeeded):
        operations.confirm_by_operator(context, asked.json()["id"], " ")
    assert operations.confirm_by_operator(context, asked.json()["id"], "alone now").confirmed_by == "operator"
    entries = [
        (one["action"], one["details"]["reason"])
        for document in context.store.grants.collection.find({"_id": asked.json()["id"]})
        for one in document.get("_outbox", [])
        if one.get("action") == "grant.confirmed_by_operator"
    ]
    assert entries == [("grant.confirmed_by_operator", "alone now")]
    # A role that is not strong is given as before.
    clerk = chief.post(
        "/api/identity/grants",
        wanted("south", "clerk", national_number="9990000000455", even_if_invited=True),
    )
    assert clerk.json()["status"] == "invited", clerk.text
