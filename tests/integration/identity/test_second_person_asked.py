"""A second person is another will: no deputy of the first one, in a house whose administrators are made by two."""

from collections.abc import Iterator

import pytest

from identity import operations
from identity.operations import Outside
from servicekit.second_person import SecondPersonThere
from tests.people import Person, a_period, citizens
from tests.processes import ROOT, House
from tests.scene import first_people, identity_operations


@pytest.fixture(scope="module")
def outside(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    table = (ROOT / "identity/roles.toml").read_text(encoding="utf-8")
    strong = tmp_path_factory.mktemp("roles") / "roles.toml"
    strong.write_text(table.replace("strong = false", "strong = true", 1), encoding="utf-8")
    house.extra["ROLES_FILE"] = str(strong)
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
def chief(house: House, outside: Outside) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture
def second(house: House, outside: Outside) -> Person:
    return signed_in(house, "hq-approver")


def wanted(unit: str, role: str, **holder: object) -> dict[str, object]:
    return {"unit_id": unit, "role": role, **holder, **a_period()}


def test_a_deputy_whom_the_first_has_appointed_is_no_second_person(
    house: House, outside: Outside, chief: Person, second: Person
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


def test_the_operator_is_the_second_hand_only_where_nobody_is(
    outside: Outside, chief: Person, second: Person
) -> None:
    asked = chief.post(
        "/api/identity/grants", wanted("south", "administrator", national_number="9990000000554")
    ).json()
    with pytest.raises(SecondPersonThere):
        operations.confirm_by_operator(outside, asked["id"], "nobody answers")
    (theirs,) = [g for g in second.get("/api/identity/me").json()["grants"] if g["role"] == "administrator"]
    left = second.post(
        f"/api/identity/grants/{theirs['id']}/resign",
        {"reason": "retired"},
        If_Match=f'"{theirs["version"]}"',
    )
    assert left.status_code == 200, left.text
    done = operations.confirm_by_operator(outside, asked["id"], "the only one left")
    assert (str(done.status), done.confirmed_by) == ("invited", "operator")
