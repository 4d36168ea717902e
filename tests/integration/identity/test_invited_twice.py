"""A number that has an open invitation: whoever gives it another one is asked first, as far as they may see."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.context import Context
from tests.integration.identity.test_offers import NUMBERS, signed_in
from tests.people import Person, a_period
from tests.processes import House
from tests.scene import first_people, identity_operations

GRANTS = "/api/identity/grants"


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def secretary(house: House, chief: Person) -> Person:
    """An administrator of the south, below headquarters."""
    body = wanted(NUMBERS["district-secretary"], unit_id="south", role="administrator")
    assert chief.post(GRANTS, body).status_code == 201
    return signed_in(house, "district-secretary")


def wanted(number: str, **changes: Any) -> dict[str, Any]:
    return {"unit_id": "north", "role": "clerk", "national_number": number, **a_period(), **changes}


def test_a_second_open_invitation_of_a_number_is_asked_about_first(chief: Person) -> None:
    first = chief.post(GRANTS, wanted("9990000000103")).json()
    second = wanted("999 0000 0001 03", role="reader")
    refused = chief.post(GRANTS, second)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/invited-already")
    (named,) = refused.json()["errors"]
    assert (named["pointer"], named["params"]["grant_id"]) == ("/national_number", first["id"])
    assert named["params"]["until"] == first["invited_until"]
    assert chief.post(GRANTS, {**second, "even_if_invited": True}).status_code == 201
    assert len(chief.post(GRANTS, wanted("9990000000103", unit_id="south")).json()["errors"]) == 2


def test_what_is_open_beyond_ones_reach_is_answered_as_if_it_were_not(
    chief: Person, secretary: Person
) -> None:
    assert chief.post(GRANTS, wanted("9990000000201")).status_code == 201
    invited = secretary.post(GRANTS, wanted("9990000000201", unit_id="south"))
    free = secretary.post(GRANTS, wanted("9990000000202", unit_id="south", role="reader"))
    assert (invited.status_code, free.status_code) == (201, 201), invited.text + free.text
    assert invited.json().keys() == free.json().keys()
    assert invited.json()["cautions"] == free.json()["cautions"] == []
    # From above both are seen.
    assert len(chief.post(GRANTS, wanted("9990000000201", role="reader")).json()["errors"]) == 2


def test_of_two_invitations_at_once_one_is_asked_about(chief: Person) -> None:
    def give(role: str) -> int:
        return int(chief.post(GRANTS, wanted("9990000000301", role=role)).status_code)

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(give, ["clerk", "reader"])) == [201, 409]


def test_an_invitation_that_has_lapsed_is_not_asked_about(chief: Person, context: Context) -> None:
    given = chief.post(GRANTS, wanted("9990000000401")).json()
    open_one = context.store.grant(given["id"])
    lapsed = replace(open_one, invited_until=context.clock.today() - timedelta(days=1))
    context.store.save_grant(lapsed, open_one.version, (), ())
    assert chief.post(GRANTS, wanted("9990000000401", role="reader")).status_code == 201
