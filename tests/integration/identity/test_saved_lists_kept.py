"""Lists that somebody saved, through HTTP: their own, sealed where they lie, and none for a sealed code."""

from collections.abc import Iterator

import pytest

from identity.context import Context
from identity.operations import token_for_session
from identity.operations.saved_lists import save_list, saved_lists
from servicekit.access.tokens import caller_of
from servicekit.refusals import Conflict
from tests.integration.identity.test_offers import NUMBERS, given, signed_in
from tests.integration.identity.test_offers import account_of as account_here
from tests.integration.identity.test_people import by_code
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations

SAVED = "/api/identity/saved-lists"
LATE = {"name": "Late here", "address": "/lists/p/u?which=overdue&search=Kalirbazer"}


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


def test_it_is_ones_own_and_sealed_where_it_lies(house: House, context: Context, chief: Person) -> None:
    assert chief.send("PUT", SAVED, LATE).json()["items"] == [LATE]
    assert chief.get(SAVED).json()["items"] == [LATE]
    given(chief, "south", "clerk", national_number=NUMBERS["union-clerk"])
    assert signed_in(house, "union-clerk").get(SAVED).json()["items"] == []
    stored = context.store.accounts.get(account_here(chief))
    assert "Kalirbazer" not in str(stored)
    assert stored["saved_lists"] is not None
    assert chief.send("PUT", SAVED, {"name": "Late here", "address": ""}).json()["items"] == []
    assert chief.send("PUT", SAVED, {**LATE, "address": "//elsewhere.example"}).status_code == 422


def test_a_sealed_code_neither_sees_nor_saves(context: Context, chief: Person) -> None:
    account = account_here(chief)
    assert chief.send("PUT", SAVED, LATE).status_code == 200
    token = token_for_session(context, by_code(context, account, "root"), "identity").access_token
    inside = caller_of(context.keys.verify(token, "identity", "at+jwt", "identity"), "")
    assert saved_lists(context, inside) == []
    with pytest.raises(Conflict):
        save_list(context, inside, "Mine", "/lists")
